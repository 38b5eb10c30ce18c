/* SPDX-License-Identifier: MIT */
/*
 * mm/page_pcp.c - per-CPU lists: stacks of free blocks in front of the zones
 *
 * One stack for each zone and each order up to PCP_MAX_ORDER. Its floor is a page that is never
 * free.
 *
 *                                           <- top
 *     refill: one larger block,          |   8   |
 *     cut into a batch, lowest on top    |   9   |      alloc pops, free pushes
 *       | 8 | 9 | 10 | 11 |     --->     |  10   |
 *     flush: the topmost batch merges    |  11   |
 *     into the zone's lists              | floor |
 *
 * A page on a stack keeps the one reference that it is handed out with: popping writes its state
 * and who asked, nothing more. Its struct page is not linked anywhere, so a stray write into it
 * cannot break a list; a changed one is found when it is popped.
 *
 * Rule B4 (page_alloc.c) says what the entries are. IRQs are off in everything here.
 * Source: Bonwick & Adams, "Magazines and Vmem" (2001).
 */
#include <arch.h>
#include <lib/kernel.h>
#include <lib/log2.h>
#include <mm/gfp.h>

#include "buddy.h"
#include "internal.h"

struct pcp_list pcp_lists[MAX_NR_ZONES][PCP_ORDERS];

struct pcp_list *gfp_pcp[GFP_ZONEMASK + 1];
static struct pcp_list no_pcp[PCP_ORDERS];	/* empty for ever: requests go the long way */

/*
 * Room of a zone's lists: a floor and three batches, order n having half as many blocks as n - 1.
 */
#define PCP_BATCH_MAX		64u
#define PCP_BATCHES		3
#define PCP_SLOTS(order)	(1 + PCP_BATCHES * (PCP_BATCH_MAX >> (order)))
static struct page *pcp_slots[MAX_NR_ZONES]
			     [PCP_SLOTS(0) + PCP_SLOTS(1) + PCP_SLOTS(2) + PCP_SLOTS(3)];
_Static_assert(PCP_MAX_ORDER == 3, "pcp_slots has room for orders 0 to 3");

static struct page pcp_floor;			/* all zero: PAGE_INTERIOR, so never free */
static struct page *pcp_no_slots[] = { &pcp_floor };

/* page->word of the blocks on a list. */
static __always_inline u32 pcp_word(const struct pcp_list *pcp)
{
	return buddy_word(pcp->zone, pcp->order) + PAGE_WORD(PAGE_PCP, 0, 0) -
	       PAGE_WORD(PAGE_BUDDY, 0, 0);
}

/* Push the 2^(@got - order) blocks that @page starts, so that the lowest is popped first. */
static void pcp_fill(struct pcp_list *pcp, struct page *page, unsigned int got)
{
	u32 word = pcp_word(pcp);
	unsigned long step = 1UL << pcp->order;
	struct page **top = pcp->top;
	struct page *block = page + (1UL << got);

	while (block > page) {
		block -= step;
		block->word = word;
		block->refcount.counter = 1;
		*top++ = block;
	}
	pcp->top = top;
}

void pcp_refill(struct pcp_list *pcp, unsigned long spare)
{
	unsigned long room = min((unsigned long)pcp->batch, max(spare >> pcp->order, 1UL));

	pcp->refills++;
	if (tracing(TRACE_BUDDY))
		explain_refill(pcp, room);
	while (room) {
		unsigned int got;
		struct page *page = buddy_take(pcp->zone, pcp->order,
					       pcp->order + __fls(room), &got);

		if (!page)
			return;
		pcp_fill(pcp, page, got);
		room -= 1UL << (got - pcp->order);
	}
}

/* Merge the blocks in @first .. @top of a per-CPU list into the zone's lists, the topmost first. */
static __always_inline void merge_blocks(struct zone *zone, struct page **first, struct page **top,
					 unsigned int order)
{
	u32 word = buddy_word(zone, order);

	while (top > first) {
		struct page *page = *--top;

		page->refcount.counter = 0;
		buddy_merge(zone, page, word, page_to_pfn(page) >> order,
			    sizeof(struct page) << order);
	}
}

/* The same with a word about each: what is explained is about to happen. */
static noinline __cold void merge_explained(struct pcp_list *pcp, unsigned int nr)
{
	explain_flush(pcp, nr);
	while (nr--) {
		explain_merge(pcp->zone, pcp->top[nr], pcp->order);
		merge_blocks(pcp->zone, pcp->top + nr, pcp->top + nr + 1, pcp->order);
	}
}

/* Single pages get a loop that knows their order. */
__page_fastcall void pcp_flush(struct pcp_list *pcp, unsigned int nr)
{
	struct zone *zone = pcp->zone;
	struct page **top = pcp->top;

	pcp->flushes++;
	pcp->top = top - nr;
	zone->nr_free_pages += (unsigned long)nr << pcp->order;
	if (tracing(TRACE_BUDDY))
		merge_explained(pcp, nr);
	else if (pcp->order == 0)
		merge_blocks(zone, top - nr, top, 0);
	else
		merge_blocks(zone, top - nr, top, pcp->order);
}

struct page *pcp_take(struct pcp_list *pcp, unsigned long caller)
{
	while (pcp_count(pcp)) {
		struct page *page = *--pcp->top;

		if (likely(page->word == pcp_word(pcp)))
			return page;
		page_fault(FAULT_CHANGED, page, pcp->order, caller);
		page->word = PAGE_WORD(PAGE_USED, zone_idx(pcp->zone), pcp->order);
		set_aside_block(page);
	}
	return NULL;
}

/* Take one block out of the middle of a list. */
static void pcp_remove(struct pcp_list *pcp, struct page *page)
{
	struct page **entry = pcp->top - 1;

	while (*entry != page && *entry != &pcp_floor)
		entry--;
	if (*entry != page)
		return;
	for (pcp->top--; entry < pcp->top; entry++)
		entry[0] = entry[1];
	page->refcount.counter = 0;
}

void unlink_free_block(struct page *page)
{
	struct zone *zone = &zones[page->zone];

	if (page->state == PAGE_BUDDY) {
		buddy_unlink(page);
		zone->nr_free_pages -= 1UL << page->order;
	} else {
		pcp_remove(page_pcp(page), page);
	}
}

void drain_all_pages(void)
{
	unsigned long flags = arch_irq_save();
	struct pcp_list *pcp;

	for_each_pcp_list(pcp)
		if (pcp_count(pcp))
			pcp_flush(pcp, pcp_count(pcp));
	arch_irq_restore(flags);
}

unsigned long zone_pcp_pages(const struct zone *zone)
{
	unsigned long frames = 0;

	for (unsigned int order = 0; order <= PCP_MAX_ORDER; order++)
		frames += (unsigned long)pcp_count(&zone->pcp[order]) << order;
	return frames;
}

unsigned long zone_free_pages(const struct zone *zone)
{
	return zone->nr_free_pages + zone_pcp_pages(zone);
}

/* --- boot ------------------------------------------------------------------------------------ */

/* A list becomes empty, with room for three batches; or for ever, without. */
static void __init pcp_set_room(struct pcp_list *pcp, struct page **slot, unsigned int batch)
{
	slot[0] = &pcp_floor;
	pcp->slot = slot;
	pcp->top = slot + 1;
	pcp->limit = pcp->top + PCP_BATCHES * batch;
	pcp->batch = batch;
}

/* The per-CPU lists of a zone before it has frames. */
void __init pcp_row_init(struct zone *zone)
{
	zone->pcp = pcp_lists[zone_idx(zone)];
	for (unsigned int order = 0; order < PCP_ORDERS; order++) {
		zone->pcp[order].zone = zone;
		zone->pcp[order].order = order;
		pcp_set_room(&zone->pcp[order], pcp_no_slots, 0);
	}
}

/*
 * Lists of a zone by its size: batches of a thousandth of it, at most 256 KiB, so that what the
 * lists hold back never matters. A zone too small for a batch of 2^order frames has no list of
 * that order.
 */
static void __init zone_pcp_init(struct zone *zone)
{
	struct page **slot = pcp_slots[zone_idx(zone)];
	unsigned int batch = clamp(zone->managed_pages / 1024, 1UL, (unsigned long)PCP_BATCH_MAX);

	batch = rounddown_pow_of_two(batch);
	for (unsigned int order = 0; order <= PCP_MAX_ORDER; order++) {
		pcp_set_room(&zone->pcp[order], slot, batch >> order);
		slot += PCP_SLOTS(order);
	}
}

void pcp_choose_first_lists(bool long_way)
{
	for (gfp_t gfp = 0; gfp <= GFP_ZONEMASK; gfp++) {
		enum zone_type type = gfp_zone(gfp);

		while (type > ZONE_DMA && !zone_is_populated(&zones[type]))
			type--;
		gfp_pcp[gfp] = long_way ? no_pcp : pcp_lists[type];
	}
}

void __init pcp_lists_init(void)
{
	struct zone *zone;

	for_each_zone(zone)
		if (!init_on_free)		/* frees go the long way, and are zeroed there */
			zone_pcp_init(zone);
	for (unsigned int order = 0; order < PCP_ORDERS; order++) {
		pcp_set_room(&no_pcp[order], pcp_no_slots, 0);
		no_pcp[order].order = order;
	}
}
