/* SPDX-License-Identifier: MIT */
/*
 * include/mm/highmem.h - an address for frames that have none
 *
 *   kmap(page)               a slot of the window, counted; stays while the page is used much
 *   kmap_local_page(page)    a slot of the fixmap, on a stack; for a few lines of code, also in
 *   kmap_atomic(page)        interrupt handlers. Undone in reverse order.
 *
 * A lowmem page is answered from the direct map at once, by all of them.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include <lib/bug.h>
#include <lib/string.h>
#include <mm/fixmap.h>
#include <mm/gfp.h>
#include <mm/page.h>
#include <mm/slab.h>

/* Behind the inline functions: for HIGHMEM pages. */
void *__page_fastcall kmap_high(struct page *page);
void __page_fastcall kunmap_high(struct page *page);
void __page_fastcall kunmap_local_high(vaddr_t address);
void *kmap_local_overflow(void) __cold;	/* panics; typed so that it is reached by a jump */

/* The stack of kmap_local_page(): entries of the fixmap, from FIX_KMAP_BEGIN's downwards. */
struct kmap_local {
	pte_t *top;			/* of the page that was mapped last */
	pte_t *end;			/* where there is no room for another */
	u32 entry_at_0;			/* the entry of a page whose struct page were at address 0 */
	u32 page_factor;		/* PAGE_TO_PHYS_FACTOR: an operand in memory takes no register */
};
extern struct kmap_local kmap_local;

#define KMAP_LOCAL_SHIFT	10	/* log2 of PAGE_SIZE / sizeof(pte_t) */

/*
 * What @pte maps: its place in its table, which is the last one of the address space, so that all of
 * FIXADDR_SPAN's bits are ones. (On the host, @pte's own bits say the same of its table.)
 */
#define FIXADDR_SPAN		(FIXADDR_TOP & -ARCH_PTE_SPAN)

static __always_inline vaddr_t kmap_local_address(const pte_t *pte)
{
	return (vaddr_t)pte << KMAP_LOCAL_SHIFT | FIXADDR_SPAN;
}

/*
 * The entry that maps @page: arch_pte(page_to_phys(page), ARCH_PTE_KERNEL). Both are sums, so what does
 * not depend on @page is added up once, by kmap_local_init().
 */
static __always_inline pte_t kmap_local_entry(const struct page *page)
{
	return (u32)(unsigned long)page * kmap_local.page_factor + kmap_local.entry_at_0;
}

static __always_inline void *kmap_local_high(struct page *page)
{
	pte_t *pte = kmap_local.top;

	if (unlikely(pte == kmap_local.end))
		return kmap_local_overflow();
	kmap_local.top = --pte;		/* first: an interrupt handler then uses the next */
	barrier();
	*pte = kmap_local_entry(page);
	barrier();
	return (void *)kmap_local_address(pte);
}

/**
 * kmap - map a page until kunmap()
 * @page: any page; mapping it again counts
 *
 * Context: not in interrupt handlers. Nothing here can sleep: with all LAST_PKMAP slots in use it
 *          panics. kmap_try() gives NULL then.
 * Return:  the address of its first byte.
 */
static __always_inline void *kmap(struct page *page)
{
	return likely(!page_is_highmem(page)) ? __va(page_to_phys(page)) : kmap_high(page);
}

/* The same, but NULL when all slots are in use. */
void *kmap_try(struct page *page);

/* Undo one kmap() of @page. A page that is not mapped is reported. */
static __always_inline void kunmap(struct page *page)
{
	if (page_is_highmem(page))
		kunmap_high(page);
}

/**
 * kmap_local_page - map a page for a moment
 * @page: any page
 *
 * Context: any; at most KM_MAX_IDX at once, interrupt handlers included (more is a BUG).
 * Return:  the address of its first byte.
 * Undo:    kunmap_local(), the last mapped first; another order is reported.
 */
static __always_inline void *kmap_local_page(struct page *page)
{
	return page_is_highmem(page) ? kmap_local_high(page) : __va(page_to_phys(page));
}

/* @address: any address in the page that kmap_local_page() gave. */
static __always_inline void kunmap_local(const void *address)
{
	if ((vaddr_t)address - FIXADDR_START < FIXADDR_TOP - FIXADDR_START)
		kunmap_local_high((vaddr_t)address);
}

/* Linux 2.6's names; the KM_ constant that old code passes is not needed. */
#define kmap_atomic(page, ...)		kmap_local_page(page)
#define kunmap_atomic(address, ...)	kunmap_local(address)

/* Every slot that nobody uses becomes free, and the TLB forgets them all at once. */
void kmap_flush_unused(void);

/* Zero a frame, wherever it lies. */
void __page_fastcall clear_highpage(struct page *page);

/* Copy a frame. */
void copy_highpage(struct page *to, struct page *from);

/* A part of a frame: @offset + @len <= PAGE_SIZE, more is a BUG. */
void zero_user(struct page *page, unsigned int offset, unsigned int len);
void memcpy_to_page(struct page *page, unsigned int offset, const void *from, unsigned int len);
void memcpy_from_page(void *to, struct page *page, unsigned int offset, unsigned int len);

#define clear_page(address)		memset(address, 0, PAGE_SIZE)
#define copy_page(to, from)		memcpy(to, from, PAGE_SIZE)
#define zero_user_segment(page, start, end)	zero_user(page, start, (end) - (start))

/* One slot of the kmap window, for `kmaps` and tests. */
struct pkmap_info {
	struct page *page;		/* NULL: free and not in the TLB */
	unsigned int count;		/* 0; 1: free but maybe in the TLB; n + 1: mapped n times */
};

/* @slot: 0 .. LAST_PKMAP - 1. False where the machine has no HIGHMEM. */
bool pkmap_slot_info(unsigned int slot, struct pkmap_info *info);

/* Slots that somebody has mapped now. */
unsigned int pkmap_slots_mapped(void);

/* The slot at @va in words, into @text; false: @va is not in the window. */
bool pkmap_describe(vaddr_t va, char *text, size_t size);

/* How deep kmap_local_page() is nested now. */
unsigned int kmap_local_depth(void);

/* Flushes since boot because the search for a free slot came round. */
extern unsigned long pkmap_flushes;

/* Slots with count 0. To be changed only by tests that break rule K3. */
extern unsigned int pkmap_nr_free;

/* Stage "highmem": the kmap window, if there is HIGHMEM; kmap_local_page() in any case. */
void highmem_init(void);

/* Before it: the stack of kmap_local_page(). */
void kmap_local_init(void);

/*
 * Check K1-K3 of mm/highmem.c, and F1 and F2 of mm/fixmap.c, given as 11 and 12. Return: 0, or the
 * number of the rule that is broken.
 */
#define FIXMAP_RULE_BASE	10
int highmem_check(void);

#endif
