/* SPDX-License-Identifier: MIT */
/*
 * mm/page_alloc.c - buddy allocator: blocks of 2^order page frames
 *
 * A zone keeps one list of free blocks per order. A block of order n starts at a multiple of 2^n
 * frames; flipping bit n of its pfn gives its buddy, clearing it gives the pair's common start.
 *
 *     order 2   |         8         |
 *     order 1   |    8    |   10    |     at order 1 the buddy of 8 is 8 ^ 2 = 10;
 *     order 0   | 8  | 9  | 10 | 11 |     both free, they merge at 10 & ~2 = 8, order 2
 *
 * In front of the lists of orders 0 to 3 stands a per-CPU list each: a stack of blocks, filled from
 * and flushed to the zone in batches. A pop or a push is all that most requests cost.
 *
 *     alloc_pages() -> pop --(empty)--> refill: one larger block, cut into a batch
 *     free_pages()  -> push -(full)---> flush: a batch of blocks merges into the lists
 *
 * B1  only a free block's first page is PAGE_BUDDY, and page->order is the list it is on
 * B2  below the top order, a free block's buddy is not free at the same order
 * B3  zone->nr_free_pages = sum over the lists of (blocks << order)
 * B4  every entry of a per-CPU list is PAGE_PCP, of the list's order and zone, and keeps the one
 *     reference that it is handed out with
 * B5  a block lies in one zone, at a multiple of its size, and starts with word = state and place
 *
 * Fed by bootalloc.c at hand-over; used by slab.c, vmalloc.c and page tables. IRQs are off inside.
 * Sources: Knuth, TAOCP vol. 1, "Dynamic Storage Allocation"; Bonwick & Adams, "Magazines and
 * Vmem" (2001) for the stacks.
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/log2.h>
#include <lib/printk.h>
#include <mm/gfp.h>

#include "buddy.h"
#include "internal.h"

#define CALLER		((unsigned long)__builtin_return_address(0))

bool init_on_alloc, init_on_free;

/* --- taking ---------------------------------------------------------------------------------- */

/* How far down a request may go; each one further than the one before. */
enum effort {
	TRY_LOW,		/* leave the low watermark: what an ordinary request does first */
	TRY_MIN,		/* leave min */
	TRY_HIGH,		/* leave half of min: __GFP_HIGH */
	TRY_ALL,		/* leave nothing: __GFP_NOFAIL */
};

/* Frames that a request which names zone @class leaves in @zone. */
static __always_inline unsigned long zone_mark(const struct zone *zone, enum zone_type class,
					       enum effort effort)
{
	unsigned long min = zone->watermark[WMARK_MIN];

	switch (effort) {
	case TRY_LOW:
		return zone->low_mark[class];
	case TRY_MIN:
		return min + zone->lowmem_reserve[class];
	case TRY_HIGH:
		return min - min / 2 + zone->lowmem_reserve[class];
	default:
		return 0;
	}
}

/* A block leaves the allocator. */
static __always_inline void hand_out(struct page *page, unsigned long caller)
{
	page->state = PAGE_USED;
	page->refcount.counter = 1;
	page->caller = caller;
}

/* @high > @low. The lists that the halves go to are empty: else a smaller block had been found. */
void buddy_split(struct zone *zone, struct page *page, unsigned int high, unsigned int low)
{
	struct list_head *list = &zone->free_area[high].free_list;
	struct list_head *last = &zone->free_area[low].free_list;
	unsigned long half = sizeof(struct page) << high;
	u32 word = buddy_word(zone, high);

	if (tracing(TRACE_BUDDY))
		explain_split(zone, page, high, low);
	do {
		struct page *upper;

		list--;
		half >>= 1;
		word -= WORD_ORDER;
		upper = page_at(page, half);
		upper->word = word;
		upper->list.next = list;
		upper->list.prev = list;
		list->next = &upper->list;
		list->prev = &upper->list;
	} while (list > last);
}

/* A block of one zone, which has @spare frames above the watermark. */
static __always_inline struct page *zone_take(struct zone *zone, unsigned int order,
					      unsigned long spare, unsigned long caller)
{
	struct pcp_list *pcp = &zone->pcp[order];
	struct page *page;
	unsigned int got;

	if (pcp->batch) {
		if (!pcp_count(pcp))
			pcp_refill(pcp, spare);
		return pcp_take(pcp, caller);
	}
	page = buddy_take(zone, order, order, &got);
	if (likely(page))
		page->word = buddy_word(zone, order);
	return page;
}

/* A block of one zone, handed out, unless that goes below the mark or there is none. IRQs off. */
static __always_inline struct page *try_zone(struct zone *zone, enum zone_type class,
					     unsigned int order, enum effort effort,
					     unsigned long caller)
{
	unsigned long mark = zone_mark(zone, class, effort);
	struct page *page;

	if (zone->nr_free_pages < mark + (1UL << order)) {
		if (tracing(TRACE_ZONE))
			explain_refused(zone, order, class, mark);
		return NULL;
	}
	page = zone_take(zone, order, zone->nr_free_pages - mark, caller);
	if (likely(page))
		hand_out(page, caller);
	return page;
}

/* The zones below the one that the request names. IRQs off. */
static noinline struct page *try_lower_zones(enum zone_type class, unsigned int order,
					     enum effort effort, unsigned long caller)
{
	for (struct zone *zone = &zones[class]; zone-- > zones; ) {
		struct page *page = try_zone(zone, class, order, effort, caller);

		if (page) {
			zone->nr_fallbacks++;
			if (tracing(TRACE_ZONE))
				explain_fallback(zone, page, class);
			return page;
		}
	}
	return NULL;
}

/* Try the zones from the one that the request names downwards. */
static __always_inline struct page *try_zones(gfp_t gfp, unsigned int order, enum effort effort,
					      unsigned long caller)
{
	enum zone_type class = gfp_zone(gfp);
	struct zone *zone = &zones[class];
	unsigned long flags = arch_irq_save();
	struct page *page;

	OPTIMIZER_HIDE_VAR(zone);	/* one pointer, not an index to be multiplied at each use */
	page = try_zone(zone, class, order, effort, caller);
	if (unlikely(!page))
		page = try_lower_zones(class, order, effort, caller);
	arch_irq_restore(flags);
	return page;
}

/* --- when the first try fails ---------------------------------------------------------------- */

static struct reclaim_hook *reclaim_hooks;
static unsigned long nr_failures;

void register_reclaim_hook(struct reclaim_hook *hook)
{
	hook->next = reclaim_hooks;
	reclaim_hooks = hook;
}

/* Ask everybody who keeps memory only because there was enough. Return: frames freed. */
static unsigned long reclaim(unsigned long want)
{
	unsigned long freed = 0;

	for (struct reclaim_hook *hook = reclaim_hooks; hook; hook = hook->next)
		freed += hook->shrink(want);
	return freed;
}

/* The 1st, 2nd, 4th, 8th ... failure is told: a failing loop must not fill the log. */
static void report_failure(gfp_t gfp, unsigned int order, unsigned long caller)
{
	if ((gfp & __GFP_NOWARN) || !is_power_of_2(++nr_failures))
		return;
	pr_warn("page_alloc: no block of order %u for gfp %#x from %pS; free frames: DMA %lu, "
		"Normal %lu, HighMem %lu (failure %lu)\n", order, gfp, (void *)caller,
		zone_free_pages(zone_dma), zone_free_pages(zone_normal),
		zone_free_pages(zone_highmem), nr_failures);
}

/*
 * The zones have no block above their low watermarks. Step by step: merge what the per-CPU lists
 * hold; go below the low mark; have others free something; go as far down as the flags allow.
 */
static noinline struct page *alloc_pages_slow(gfp_t gfp, unsigned int order, unsigned long caller)
{
	struct page *page;

	trace_event(EVENT_SLOW, order, gfp, caller);
	drain_all_pages();
	page = try_zones(gfp, order, TRY_MIN, caller);
	if ((gfp & __GFP_RECLAIM) && !(gfp & __GFP_NORETRY)) {
		/* Enough frames need not be a block: on, until there is one or nothing comes any more. */
		while (!page && reclaim(1UL << order)) {
			drain_all_pages();
			page = try_zones(gfp, order, TRY_MIN, caller);
		}
	}
	if (!page && (gfp & __GFP_HIGH))
		page = try_zones(gfp, order, TRY_HIGH, caller);
	if (!page && (gfp & __GFP_NOFAIL)) {
		page = try_zones(gfp, order, TRY_ALL, caller);
		if (!page)
			panic("%pS cannot go on without a block of order %u; %lu frames are free",
			      (void *)caller, order, nr_free_pages());
	}
	if (!page)
		report_failure(gfp, order, caller);
	return page;
}

/* --- requests -------------------------------------------------------------------------------- */

/* Flags that every request gets besides its own: usually none. */
#define GFP_INJECT	(1u << 31)	/* fail_page_alloc is on: ask whether this one shall fail */
static gfp_t more_gfp;
static page_alloc_fault_fn *fault_wanted;
_Static_assert(!(GFP_INJECT & __GFP_BITS_MASK), "nobody outside asks for it");

void page_alloc_choose_way(void)
{
	more_gfp = (init_on_alloc ? __GFP_ZERO : 0) | (fault_wanted ? GFP_INJECT : 0);
	pcp_choose_first_lists(more_gfp != 0);
}

void page_alloc_inject(page_alloc_fault_fn *fail)
{
	unsigned long flags = arch_irq_save();

	fault_wanted = fail;
	page_alloc_choose_way();
	arch_irq_restore(flags);
}

/* A request that no per-CPU list could answer at once. */
static noinline __page_fastcall struct page *alloc_pages_zones(gfp_t gfp, unsigned int order,
							       unsigned long caller)
{
	struct page *page = try_zones(gfp, order, TRY_LOW, caller);

	return likely(page) ? page : alloc_pages_slow(gfp, order, caller);
}

/* A request for a block that is zeroed or compound. */
static noinline __page_fastcall struct page *alloc_pages_prepared(gfp_t gfp, unsigned int order,
								  unsigned long caller)
{
	struct page *page;

	if ((gfp & __GFP_ZERO) && !highmem_ops)
		gfp &= ~__GFP_HIGHMEM;		/* cannot be reached to be zeroed yet */
	page = alloc_pages_zones(gfp, order, caller);
	if (!page)
		return NULL;
	if (gfp & __GFP_ZERO)
		zero_block(page, order);
	if ((gfp & __GFP_COMP) && order)
		make_compound(page, order);
	return page;
}

static noinline __page_fastcall struct page *alloc_pages_odd(gfp_t gfp, unsigned int order,
							     unsigned long caller)
{
	if (WARN(order >= MAX_ORDER, "page_alloc: order %u, asked for by %pS, is past %u\n",
		 order, (void *)caller, MAX_ORDER - 1))
		return NULL;
	gfp |= more_gfp;
	if (gfp & GFP_INJECT && !(gfp & __GFP_NOFAIL) && fault_wanted(PAGE_SIZE << order, caller))
		return NULL;
	if (gfp & (__GFP_ZERO | __GFP_COMP))
		return alloc_pages_prepared(gfp, order, caller);
	return alloc_pages_zones(gfp, order, caller);
}

static noinline __page_fastcall struct page *alloc_pages_refill(struct pcp_list *pcp, gfp_t gfp,
								unsigned long caller)
{
	return alloc_pages_odd(gfp, pcp->order, caller);
}

/*
 * The usual way: pop. When the list is empty, or its topmost page was changed while it was free,
 * the zone sorts that out.
 */
__page_fastcall struct page *alloc_pages_quick(struct pcp_list *pcp, gfp_t gfp)
{
	unsigned long flags = arch_irq_save();
	struct page *page = pcp->top[-1];

	if (unlikely(page->state != PAGE_PCP)) {
		arch_irq_restore(flags);
		return alloc_pages_refill(pcp, gfp, CALLER);
	}
	page->state = PAGE_USED;
	pcp->top--;			/* in place: after a store the compiler trusts no register */
	page->caller = CALLER;
	arch_irq_restore(flags);
	return page;
}

__page_fastcall struct page *alloc_pages_any(gfp_t gfp, unsigned int order)
{
	if (unlikely((gfp | more_gfp) & (__GFP_ZERO | __GFP_COMP | GFP_INJECT) ||
		     order >= MAX_ORDER))
		return alloc_pages_odd(gfp, order, CALLER);
	return alloc_pages_zones(gfp, order, CALLER);
}

/* --- giving back ----------------------------------------------------------------------------- */

/* A block whose order has no per-CPU list; with init_on_free none has. IRQs off. */
static __always_inline void free_to_zone(struct pcp_list *pcp, struct page *page)
{
	if (unlikely(init_on_free))
		zero_block(page, pcp->order);
	page->refcount.counter = 0;
	if (tracing(TRACE_BUDDY))
		explain_merge(pcp->zone, page, pcp->order);
	buddy_free(pcp->zone, page, pcp->order);
}

/* A block without references is free. IRQs off. */
static void free_block(struct page *page)
{
	struct pcp_list *pcp = page_pcp(page);

	if (!pcp->batch) {
		free_to_zone(pcp, page);
		return;
	}
	if (pcp->top == pcp->limit)
		pcp_flush(pcp, pcp->batch);
	page->refcount.counter = 1;
	pcp_push(pcp, page);
}

/*
 * A plain block was freed while somebody holds another reference on its first page: that page
 * stays, alone, until the reference is dropped; the rest goes.
 */
static void free_all_but_first(struct page *page, unsigned int order, unsigned long caller)
{
	static bool told;
	struct zone *zone = &zones[page->zone];

	if (!told) {			/* it is no mistake, and may go on a million times */
		told = true;
		pr_notice("page_alloc: frame %#lx is freed by %pS while a reference is held; it "
			  "waits for put_page() (said once)\n", page_to_pfn(page), (void *)caller);
	}
	page->order = 0;
	page_set_owner(page, PAGE_OWNER_HELD);
	while (order-- > 0)
		buddy_free_block(zone, page + (1UL << order), order);
}

/* The last reference of a block is gone. */
void free_unreferenced(struct page *page, unsigned long caller)
{
	if (page->state == PAGE_COMPOUND && !unmake_compound(page)) {
		page_fault(FAULT_REFERENCE, page, page->order, caller);
		set_aside_block(page);
		return;
	}
	page->caller = caller;
	free_block(page);
}

/* Compound blocks, blocks with more than one reference, and mistakes. */
static noinline __page_fastcall void free_pages_odd(struct page *page, unsigned int order,
						    unsigned long caller)
{
	unsigned long flags = arch_irq_save();

	if (!page_is_used(page) || page->order != order || page->refcount.counter < 1)
		page_free_refused(page, order, caller);
	else if (--page->refcount.counter == 0)
		free_unreferenced(page, caller);
	else if (page->state == PAGE_USED && page->owner != PAGE_OWNER_HELD)
		free_all_but_first(page, order, caller);
	arch_irq_restore(flags);
}

/* The end of a good free for which the per-CPU list has no room. IRQs off, @flags from before. */
static noinline __page_fastcall void free_pages_full(struct pcp_list *pcp, struct page *page,
						     unsigned long flags)
{
	pcp_flush(pcp, pcp->batch);
	pcp_push(pcp, page);
	arch_irq_restore(flags);
}

/* The same for an order without a per-CPU list. */
static noinline __page_fastcall void free_pages_zone(struct pcp_list *pcp, struct page *page,
						     unsigned long flags)
{
	free_to_zone(pcp, page);
	arch_irq_restore(flags);
}

__page_fastcall void free_pages_any(struct page *page, unsigned int order)
{
	unsigned long flags = arch_irq_save();
	struct pcp_list *pcp = page_pcp(page);

	if (unlikely(page->state != PAGE_USED || pcp->order != order ||
		     page->refcount.counter != 1)) {
		arch_irq_restore(flags);
		free_pages_odd(page, order, CALLER);
		return;
	}
	page->caller = CALLER;
	if (unlikely(pcp->top >= pcp->limit)) {
		if (pcp->batch)
			free_pages_full(pcp, page, flags);
		else
			free_pages_zone(pcp, page, flags);
		return;
	}
	pcp_push(pcp, page);
	arch_irq_restore(flags);
}

/* --- boot ------------------------------------------------------------------------------------ */

static int parse_switch(const char *value, bool *on)
{
	if (value[0] < '0' || value[0] > '1' || value[1])
		return -EINVAL;
	*on = value[0] == '1';
	return 0;
}

static int set_init_on_alloc(const char *value)
{
	return parse_switch(value, &init_on_alloc);
}
early_param("init_on_alloc", set_init_on_alloc);

static int set_init_on_free(const char *value)
{
	return parse_switch(value, &init_on_free);
}
early_param("init_on_free", set_init_on_free);

void __init zone_lists_init(struct zone *zone)
{
	zone->free_word = PAGE_WORD(PAGE_BUDDY, zone_idx(zone), 0);
	zone->nr_free_pages = 0;
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		INIT_LIST_HEAD(&zone->free_area[order].free_list);
	zone->free_area[MAX_ORDER].free_list.next = NULL;
	pcp_row_init(zone);
}

__page_fastcall void buddy_free_block(struct zone *zone, struct page *page, unsigned int order)
{
	buddy_free(zone, page, order);
}

void __init free_pages_bootmem(pfn_t pfn, unsigned int order)
{
	struct zone *zone = pfn_zone(pfn);

	BUG_ON(order >= MAX_ORDER || (pfn & ((1UL << order) - 1)));
	BUG_ON(pfn + (1UL << order) > zone_end_pfn(zone));
	zone->managed_pages += 1UL << order;
	buddy_free_block(zone, pfn_to_page(pfn), order);
}

unsigned long free_reserved_frame(pfn_t pfn)
{
	unsigned long flags = arch_irq_save();
	struct zone *zone = pfn_zone(pfn);
	bool reserved = pfn_to_page(pfn)->state == PAGE_RESERVED;

	if (reserved) {
		zone->managed_pages++;
		buddy_free_block(zone, pfn_to_page(pfn), 0);
	} else {
		page_fault(page_free_fault(pfn_to_page(pfn), 0), pfn_to_page(pfn), 0, CALLER);
	}
	arch_irq_restore(flags);
	return reserved;
}
