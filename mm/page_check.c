/* SPDX-License-Identifier: MIT */
/*
 * mm/page_check.c - what can be wrong with pages: reports, pages set aside, the zones' checker
 *
 * A wrong free names a page that the allocator must not touch. What it does instead:
 *
 *   the page is ...                      report          and then
 *   free already                         double free     taken off the free list, set aside
 *   reserved, or no RAM                  reserved        nothing: nobody can get it anyway
 *   inside a block that is handed out    inside          nothing: the block stays its holder's
 *   handed out with another order        order           the block is set aside
 *   a compound block with a referenced   reference       the block is set aside
 *     page inside
 *
 * Set aside means PAGE_BAD: a page that two parts of the kernel believe to own is given to nobody.
 * The report carries the page's history: who took the block or gave it back last, by symbol.
 *
 * The checker walks the free lists without trusting a pointer in them. Rules: see page_alloc.c.
 */
#include <arch.h>
#include <lib/kernel.h>
#include <lib/list.h>
#include <lib/printk.h>
#include <mm/gfp.h>

#include "internal.h"

unsigned long page_fault_count[NR_PAGE_FAULTS];

static const char *const fault_words[NR_PAGE_FAULTS] = {
	[FAULT_DOUBLE_FREE] = "freed, but it is free already",
	[FAULT_RESERVED] = "freed, but it was never handed out",
	[FAULT_INSIDE] = "freed, but it is not the first page of its block",
	[FAULT_ORDER] = "freed with the wrong order",
	[FAULT_REFERENCE] = "freed, but a page inside the block is in use or changed",
	[FAULT_SET_ASIDE] = "freed, but it was set aside before",
	[FAULT_CHANGED] = "changed while it was free",
	[FAULT_NO_PAGE] = "no page of mem_map",
	[FAULT_NOT_USED] = "referenced, but nobody holds it",
};

const char *page_state_name(unsigned int state)
{
	static const char *const words[NR_PAGE_STATES] = {
		[PAGE_INTERIOR] = "inside a block",
		[PAGE_HOLE] = "hole",
		[PAGE_RESERVED] = "reserved",
		[PAGE_BUDDY] = "free",
		[PAGE_PCP] = "free, on a per-CPU list",
		[PAGE_USED] = "handed out",
		[PAGE_COMPOUND] = "handed out, compound",
		[PAGE_TAIL] = "inside a compound block",
		[PAGE_BAD] = "set aside",
	};

	return state < NR_PAGE_STATES ? words[state] : "broken";
}

const char *page_owner_name(unsigned int owner)
{
	static const char *const words[NR_PAGE_OWNERS] = {
		[PAGE_OWNER_KERNEL] = "kernel",
		[PAGE_OWNER_PAGETABLE] = "page tables",
		[PAGE_OWNER_SLAB] = "slab",
		[PAGE_OWNER_KMALLOC] = "large kmalloc",
		[PAGE_OWNER_VMALLOC] = "vmalloc",
		[PAGE_OWNER_PERCPU] = "per-CPU data",
		[PAGE_OWNER_STACK] = "stacks",
		[PAGE_OWNER_DMA] = "DMA memory",
		[PAGE_OWNER_TEST] = "tests",
		[PAGE_OWNER_MONITOR] = "prompt",
		[PAGE_OWNER_HELD] = "freed, reference held",
	};

	return owner < NR_PAGE_OWNERS ? words[owner] : "broken";
}

/* --- which block ----------------------------------------------------------------------------- */

/* A pointer to an element of mem_map? */
static bool page_pointer_ok(const struct page *page)
{
	unsigned long offset = (unsigned long)page - (unsigned long)mem_map;

	return offset < mem_map_end * sizeof(*page) && offset % sizeof(*page) == 0;
}

/* A block of 2^order frames starts at a multiple of that: so there are MAX_ORDER places to look. */
struct page *page_block(pfn_t pfn)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *first = pfn_to_page(pfn & ~((1UL << order) - 1));

		if (first->state == PAGE_INTERIOR || first->state == PAGE_TAIL)
			continue;
		return page_to_pfn(first) + (1UL << first->order) > pfn ? first : NULL;
	}
	return NULL;
}

static bool block_is_free(const struct page *block)
{
	return block->state == PAGE_BUDDY || block->state == PAGE_PCP;
}

/* --- reports --------------------------------------------------------------------------------- */

static void print_history(const struct page *block)
{
	pr_err("  its block: frame %#lx, order %u, %s, owner %s, %d references\n",
	       page_to_pfn(block), (unsigned int)block->order, page_state_name(block->state),
	       page_owner_name(block->owner), block->refcount.counter);
	if (block->caller)
		pr_err("  last %s by %pS\n", block_is_free(block) ? "given back" : "taken",
		       (void *)block->caller);
	else
		pr_err("  as boot left it\n");
}

void page_fault(enum page_fault fault, const struct page *page, unsigned int order,
		unsigned long caller)
{
	const struct page *block;

	page_fault_count[fault]++;
	if (!page_pointer_ok(page)) {
		pr_err("BAD PAGE: %p, order %u, named by %pS, is %s\n", page, order,
		       (void *)caller, fault_words[FAULT_NO_PAGE]);
		dump_stack();
		return;
	}
	pr_err("BAD PAGE: frame %#lx, order %u, named by %pS: %s\n", page_to_pfn(page), order,
	       (void *)caller, fault_words[fault]);
	block = page_block(page_to_pfn(page));
	if (block)
		print_history(block);
	dump_stack();
}

enum page_fault page_free_fault(const struct page *page, unsigned int order)
{
	const struct page *block;

	if (!page_pointer_ok(page))
		return FAULT_NO_PAGE;
	block = page_block(page_to_pfn(page));
	if (!block || block->state == PAGE_RESERVED || block->state == PAGE_HOLE)
		return FAULT_RESERVED;
	if (block_is_free(block))
		return FAULT_DOUBLE_FREE;
	if (block->state == PAGE_BAD)
		return FAULT_SET_ASIDE;
	if (block != page)
		return FAULT_INSIDE;
	return block->order != order ? FAULT_ORDER : FAULT_REFERENCE;
}

/* --- setting aside --------------------------------------------------------------------------- */

/* Take one frame out of the free block it is in; the rest of the block stays free. */
static void set_aside_free_frame(pfn_t pfn)
{
	struct page *block = page_block(pfn);
	struct zone *zone = pfn_zone(pfn);
	unsigned long caller;
	unsigned int order;

	if (!block || !block_is_free(block))
		return;
	order = block->order;
	caller = block->caller;
	unlink_free_block(block);
	block->word = 0;
	while (order-- > 0) {
		struct page *upper = block + (1UL << order);
		bool in_upper = pfn >= page_to_pfn(upper);

		buddy_free_block(zone, in_upper ? block : upper, order);
		if (in_upper)
			block = upper;
	}
	block->word = PAGE_WORD(PAGE_BAD, zone_idx(zone), 0);
	block->caller = caller;
}

void set_aside_block(struct page *block)
{
	for (struct page *p = block + 1; p < block + (1UL << block->order); p++) {
		p->word = 0;
		p->refcount.counter = 0;
	}
	block->word = PAGE_WORD(PAGE_BAD, block->zone, block->order);
	block->refcount.counter = 0;
}

void page_set_aside(struct page *page)
{
	unsigned long irq = arch_irq_save();

	set_aside_block(page);
	arch_irq_restore(irq);
}

void page_free_refused(struct page *page, unsigned int order, unsigned long caller)
{
	enum page_fault fault = page_free_fault(page, order);

	page_fault(fault, page, order, caller);
	if (fault == FAULT_ORDER || fault == FAULT_REFERENCE) {
		set_aside_block(page);
	} else if (fault == FAULT_DOUBLE_FREE) {
		pfn_t pfn = page_to_pfn(page), end = pfn + (1UL << min(order, MAX_ORDER - 1u));

		for (; pfn < min(end, mem_map_end); pfn++)
			set_aside_free_frame(pfn);
	}
}

void page_restore(struct page *page)
{
	if (page->state != PAGE_BAD)
		return;
	page->state = PAGE_USED;
	page->refcount.counter = 1;
}

/* --- the zones' checker ---------------------------------------------------------------------- */

static int zone_broken(const struct zone *zone, int rule, pfn_t pfn, unsigned int order)
{
	pr_err("page_check: rule B%d is broken in zone %s at frame %#lx, order %u\n", rule,
	       zone->name, pfn, order);
	return rule;
}

/* The page whose list member @link is, or NULL: it is no page of the zone's. */
static const struct page *link_page(const struct zone *zone, const struct list_head *link)
{
	const struct page *page = (const void *)((unsigned long)link - offsetof(struct page, list));
	pfn_t pfn;

	if (!page_pointer_ok(page))
		return NULL;
	pfn = page_to_pfn(page);
	return pfn >= zone->start_pfn && pfn < zone_end_pfn(zone) ? page : NULL;
}

/* Is the block at @pfn free with this order in this zone? */
static bool buddy_is_free(const struct zone *zone, pfn_t pfn, unsigned int order)
{
	return pfn_to_page(pfn)->word == PAGE_WORD(PAGE_BUDDY, zone_idx(zone), order);
}

/* B1, B2, B5 for one block on list @order. */
static int check_free_block(const struct zone *zone, const struct page *page, unsigned int order)
{
	pfn_t pfn = page_to_pfn(page);

	if (page->state != PAGE_BUDDY || page->order != order)
		return zone_broken(zone, 1, pfn, order);
	if (page->word != PAGE_WORD(PAGE_BUDDY, zone_idx(zone), order) ||
	    (pfn & ((1UL << order) - 1)) || pfn + (1UL << order) > zone_end_pfn(zone))
		return zone_broken(zone, 5, pfn, order);
	if (order < MAX_ORDER - 1 && buddy_is_free(zone, pfn ^ (1UL << order), order))
		return zone_broken(zone, 2, pfn, order);
	return 0;
}

/* One list. @frames: in and out, the frames counted so far. A link is followed only if it holds. */
static int check_free_list(const struct zone *zone, unsigned int order, unsigned long *frames)
{
	const struct list_head *head = &zone->free_area[order].free_list;
	const struct list_head *link = head;

	while (link->next != head) {
		const struct page *page = link_page(zone, link->next);
		int rule;

		if (!page || page->list.prev != link || *frames > zone->spanned_pages)
			return zone_broken(zone, 1, page ? page_to_pfn(page) : 0, order);
		rule = check_free_block(zone, page, order);
		if (rule)
			return rule;
		*frames += 1UL << order;
		link = link->next;
	}
	return head->prev == link ? 0 : zone_broken(zone, 1, 0, order);
}

/* B4 for one per-CPU list. */
static int check_pcp_list(const struct zone *zone, const struct pcp_list *pcp)
{
	if (pcp->top <= pcp->slot || pcp->top > pcp->limit || pcp->zone != zone)
		return zone_broken(zone, 4, 0, pcp->order);
	for (struct page **entry = pcp->slot + 1; entry < pcp->top; entry++) {
		const struct page *page = *entry;

		if (!page_pointer_ok(page))
			return zone_broken(zone, 4, 0, pcp->order);
		if (page->word != PAGE_WORD(PAGE_PCP, zone_idx(zone), pcp->order) ||
		    page->refcount.counter != 1)
			return zone_broken(zone, 4, page_to_pfn(page), pcp->order);
	}
	return 0;
}

int zone_check(const struct zone *zone)
{
	unsigned long irq = arch_irq_save();
	unsigned long frames = 0;
	int rule = 0;

	for (unsigned int order = 0; order < MAX_ORDER && !rule; order++)
		rule = check_free_list(zone, order, &frames);
	if (!rule && frames != zone->nr_free_pages)
		rule = zone_broken(zone, 3, zone->start_pfn, 0);
	for (unsigned int order = 0; order < PCP_ORDERS && !rule; order++)
		rule = check_pcp_list(zone, &zone->pcp[order]);
	arch_irq_restore(irq);
	return rule;
}

int buddy_check(void)
{
	return verify_ledger(false);
}
