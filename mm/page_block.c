/* SPDX-License-Identifier: MIT */
/*
 * mm/page_block.c - blocks in the hands of their holders: zeroed, compound, referenced, split
 *
 *   plain       | USED  |       |       |       |   only the first page says anything
 *   compound    | COMPOUND| TAIL | TAIL | TAIL  |   every page leads to the first
 *   split       | USED  | USED  | USED  | USED  |   four blocks of order 0
 *
 * References are counted in the first page. The last one to go frees the block, whoever held it.
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/string.h>
#include <mm/gfp.h>

#include "internal.h"

#define CALLER		((unsigned long)__builtin_return_address(0))

void zero_block(struct page *page, unsigned int order)
{
	if (page_is_highmem(page) && !highmem_ops)
		return;
	if (page_is_highmem(page))
		for (struct page *p = page; p < page + (1UL << order); p++)
			highmem_ops->clear(p);
	else
		memset(page_address(page), 0, PAGE_SIZE << order);
}

/* From here on every page of the block leads to the first. */
void make_compound(struct page *page, unsigned int order)
{
	page->state = PAGE_COMPOUND;
	for (struct page *tail = page + 1; tail < page + (1UL << order); tail++) {
		tail->word = PAGE_WORD(PAGE_TAIL, 0, 0);
		tail->first_page = page;
	}
}

/* A compound block is plain again. Return: false when a page inside is not as it was left. */
bool unmake_compound(struct page *page)
{
	for (struct page *tail = page + 1; tail < page + (1UL << page->order); tail++)
		if (tail->word != PAGE_WORD(PAGE_TAIL, 0, 0) || tail->first_page != page ||
		    tail->refcount.counter)
			return false;
	for (struct page *tail = page + 1; tail < page + (1UL << page->order); tail++)
		tail->word = 0;
	page->state = PAGE_USED;
	return true;
}

/* --- references ------------------------------------------------------------------------------ */

void get_page(struct page *page)
{
	unsigned long flags = arch_irq_save();

	page = compound_head(page);
	if (likely(page_is_used(page)))
		page->refcount.counter++;
	else
		page_fault(FAULT_NOT_USED, page, 0, CALLER);
	arch_irq_restore(flags);
}

void put_page(struct page *page)
{
	unsigned long flags = arch_irq_save();

	page = compound_head(page);
	if (unlikely(!page_is_used(page) || page->refcount.counter < 1))
		page_fault(FAULT_NOT_USED, page, 0, CALLER);
	else if (--page->refcount.counter == 0)
		free_unreferenced(page, CALLER);
	arch_irq_restore(flags);
}

/* --- parts of blocks ------------------------------------------------------------------------- */

void split_page(struct page *page, unsigned int order)
{
	unsigned long flags = arch_irq_save();
	struct page first = *page;

	if (first.state != PAGE_USED || first.order != order || first.refcount.counter != 1) {
		page_fault(page_free_fault(page, order), page, order, CALLER);
	} else {
		first.order = 0;
		for (struct page *p = page, *end = page + (1UL << order); p < end; p++) {
			p->word = first.word;
			p->refcount.counter = 1;
			p->caller = first.caller;
		}
	}
	arch_irq_restore(flags);
}

void *alloc_pages_exact(size_t size, gfp_t gfp)
{
	unsigned int order = get_order(size);
	unsigned long addr, end;

	if (WARN_ON(!size || (gfp & __GFP_COMP)))
		return NULL;
	addr = __get_free_pages(gfp, order);
	if (!addr)
		return NULL;
	split_page(virt_to_page(addr), order);
	end = addr + (PAGE_SIZE << order);
	for (unsigned long rest = addr + PAGE_ALIGN(size); rest < end; rest += PAGE_SIZE)
		free_page(rest);
	return (void *)addr;
}

void free_pages_exact(void *virt, size_t size)
{
	unsigned long addr = (unsigned long)virt;

	for (unsigned long end = addr + PAGE_ALIGN(size); addr < end; addr += PAGE_SIZE)
		free_page(addr);
}
