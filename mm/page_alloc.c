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
#include <lib/list.h>
#include <lib/log2.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/gfp.h>

#include "internal.h"

#define CALLER		((unsigned long)__builtin_return_address(0))

/* --- the zone's lists ------------------------------------------------------------------------ */

/* page->word of a free block, and what one more order adds to it. */
#define WORD_ORDER	PAGE_WORD(0, 0, 1)

static __always_inline u32 buddy_word(const struct zone *zone, unsigned int order)
{
	return zone->free_word + order * WORD_ORDER;
}

/* The page @bytes of mem_map further on: loops over orders double a distance, not multiply it. */
static __always_inline struct page *page_at(struct page *page, long bytes)
{
	return (struct page *)((char *)page + bytes);
}

/* Take a block off its list; its first page gets another word from the caller. */
static __always_inline void buddy_unlink(struct page *page)
{
	struct list_head *next = page->list.next, *prev = page->list.prev;

	next->prev = prev;
	prev->next = next;
}

/*
 * Cut a block, off the lists, from order @high down to @low: upper halves become free blocks. The
 * lists they go to are empty, or @high would not have been the smallest block that fits.
 */
static __always_inline void buddy_split(struct zone *zone, struct page *page, unsigned int high,
					unsigned int low)
{
	struct list_head *list = &zone->free_area[high].free_list;
	struct list_head *last = &zone->free_area[low].free_list;
	unsigned long half = sizeof(struct page) << high;
	u32 word = buddy_word(zone, high);

	while (list > last) {
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
	}
}

/**
 * buddy_take - take a free block off the lists
 * @order: the least that will do
 * @most:  what is larger is cut down to this order, >= @order
 * @got:   out: the block's order
 * Return: its first page, of no valid state; or NULL: no block is large enough
 */
static __always_inline struct page *buddy_take(struct zone *zone, unsigned int order,
					       unsigned int most, unsigned int *got)
{
	struct free_area *area = &zone->free_area[order];
	struct page *page;
	unsigned int high;

	while (area->free_list.next == &area->free_list)
		area++;				/* the stop behind the last one is never empty */
	high = area - zone->free_area;
	if (unlikely(high == MAX_ORDER))
		return NULL;
	page = list_first_entry(&area->free_list, struct page, list);
	buddy_unlink(page);
	*got = high;
	if (high > most) {
		buddy_split(zone, page, high, most);
		*got = most;
	}
	zone->nr_free_pages -= 1UL << *got;
	return page;
}

/* A block that does not merge any further goes onto its list. */
static __always_inline void buddy_link(struct zone *zone, struct page *page, u32 word)
{
	page->word = word;
	list_add(&page->list, &zone->free_area[word / WORD_ORDER & 15].free_list);
}

/*
 * A block below the top order becomes free, nr_free_pages apart: merge it with its buddy as long as
 * that is free too, then put it on the list of the order it has reached.
 * @word: buddy_word() of the order; @index: the block's number among those of its order, odd for the
 * upper one of a pair; @size: of the block, in bytes of mem_map.
 */
static __always_inline void buddy_merge(struct zone *zone, struct page *page, u32 word,
					unsigned long index, unsigned long size)
{
	do {
		struct page *upper = page;

		if (index & 1) {
			page = page_at(page, -(long)size);
			if (page->word != word) {
				page = upper;
				break;
			}
			buddy_unlink(page);
		} else {
			upper = page_at(page, size);
			if (upper->word != word)
				break;
			buddy_unlink(upper);
		}
		upper->word = 0;
		index >>= 1;
		size <<= 1;
		word += WORD_ORDER;
	} while (size < sizeof(struct page) << (MAX_ORDER - 1));
	buddy_link(zone, page, word);
}

static __always_inline void buddy_free(struct zone *zone, struct page *page, unsigned int order)
{
	u32 word = buddy_word(zone, order);

	zone->nr_free_pages += 1UL << order;
	if (order < MAX_ORDER - 1)
		buddy_merge(zone, page, word, page_to_pfn(page) >> order,
			    sizeof(struct page) << order);
	else
		buddy_link(zone, page, word);
}

__page_fastcall void buddy_free_block(struct zone *zone, struct page *page, unsigned int order)
{
	buddy_free(zone, page, order);
}

/* --- per-CPU lists --------------------------------------------------------------------------- */

struct pcp_list pcp_lists[MAX_NR_ZONES][PCP_ORDERS];

/* Requests start here. With init_on_alloc it is a row of empty lists, so that all go the long way. */
struct pcp_list *gfp_pcp[GFP_ZONEMASK + 1];
static struct pcp_list no_pcp[PCP_ORDERS];

/* Room of a zone's lists: a floor and three batches, order n having half as many blocks as n - 1. */
#define PCP_BATCH_MAX		64u
#define PCP_BATCHES		3
#define PCP_SLOTS(order)	(1 + PCP_BATCHES * (PCP_BATCH_MAX >> (order)))
static struct page *pcp_slots[MAX_NR_ZONES]
			     [PCP_SLOTS(0) + PCP_SLOTS(1) + PCP_SLOTS(2) + PCP_SLOTS(3)];
_Static_assert(PCP_MAX_ORDER == 3, "pcp_slots has room for orders 0 to 3");

static struct page pcp_floor;			/* all zero: PAGE_INTERIOR, so never free */
static struct page *pcp_no_slots[] = { &pcp_floor };

bool init_on_alloc, init_on_free;

/* The per-CPU list of a block's zone and order. */
static __always_inline struct pcp_list *page_pcp(const struct page *page)
{
	struct pcp_list *pcp = &pcp_lists[0][0] + page->place;

	OPTIMIZER_HIDE_VAR(pcp);	/* else base and index cost a register each on the hot path */
	return pcp;
}

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

/*
 * Fill an empty list with a batch, or with as much as the zone has above a watermark: blocks on a
 * list are handed out without asking the watermark again. @spare: frames above it.
 */
static void pcp_refill(struct pcp_list *pcp, unsigned long spare)
{
	unsigned long room = min((unsigned long)pcp->batch, max(spare >> pcp->order, 1UL));

	pcp->refills++;
	while (room) {
		unsigned int got;
		struct page *page = buddy_take(pcp->zone, pcp->order, pcp->order + __fls(room), &got);

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

/* Merge the topmost @nr blocks of a list. Single pages get a loop that knows their order. */
static void pcp_flush(struct pcp_list *pcp, unsigned int nr)
{
	struct zone *zone = pcp->zone;
	struct page **top = pcp->top;

	pcp->flushes++;
	pcp->top = top - nr;
	zone->nr_free_pages += (unsigned long)nr << pcp->order;
	if (pcp->order == 0)
		merge_blocks(zone, top - nr, top, 0);
	else
		merge_blocks(zone, top - nr, top, pcp->order);
}

/* Take the topmost block that nobody changed behind our back; the others are set aside. */
static struct page *pcp_take(struct pcp_list *pcp, unsigned long caller)
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

/* --- taking ---------------------------------------------------------------------------------- */

/* How far down a request may go; each one further than the one before. */
enum effort {
	TRY_LOW,		/* leave the low watermark: what an ordinary request does first */
	TRY_MIN,		/* leave min */
	TRY_HIGH,		/* leave half of min: __GFP_HIGH */
	TRY_ALL,		/* leave nothing: __GFP_NOFAIL */
};

/* The highest zone that will do. */
static __always_inline enum zone_type gfp_zone(gfp_t gfp)
{
	static const u8 zone_of[GFP_ZONEMASK + 1] = {
		[0] = ZONE_NORMAL,
		[__GFP_DMA] = ZONE_DMA,
		[__GFP_HIGHMEM] = ZONE_HIGHMEM,
		[__GFP_DMA | __GFP_HIGHMEM] = ZONE_DMA,
	};

	return (enum zone_type)zone_of[gfp & GFP_ZONEMASK];
}

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

/* Try the zones from the one that the request names downwards. */
static __always_inline struct page *try_zones(gfp_t gfp, unsigned int order, enum effort effort,
					      unsigned long caller)
{
	enum zone_type class = gfp_zone(gfp);
	unsigned long flags = arch_irq_save();
	struct zone *zone = &zones[class];
	struct page *page = NULL;

	do {
		unsigned long mark = zone_mark(zone, class, effort);

		if (zone->nr_free_pages < mark + (1UL << order))
			continue;
		page = zone_take(zone, order, zone->nr_free_pages - mark, caller);
		if (likely(page)) {
			hand_out(page, caller);
			if (unlikely(zone != &zones[class]))
				zone->nr_fallbacks++;
			break;
		}
	} while (zone-- > zones);
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

/* Say that a request failed: the 1st, 2nd, 4th, 8th ... time, since a failing loop would fill the log. */
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

	drain_all_pages();
	page = try_zones(gfp, order, TRY_MIN, caller);
	if (!page && (gfp & __GFP_RECLAIM) && !(gfp & __GFP_NORETRY) && reclaim(1UL << order)) {
		drain_all_pages();
		page = try_zones(gfp, order, TRY_MIN, caller);
	}
	if (!page && (gfp & __GFP_HIGH))
		page = try_zones(gfp, order, TRY_HIGH, caller);
	if (!page && (gfp & __GFP_NOFAIL)) {
		page = try_zones(gfp, order, TRY_ALL, caller);
		if (!page)
			panic("%pS cannot go on without a block of order %u, and %lu frames are free",
			      (void *)caller, order, nr_free_pages());
	}
	if (!page)
		report_failure(gfp, order, caller);
	return page;
}

/* --- blocks with a wish ---------------------------------------------------------------------- */

static void zero_block(struct page *page, unsigned int order)
{
	if (page_is_highmem(page))
		for (struct page *p = page; p < page + (1UL << order); p++)
			highmem_ops->clear(p);
	else
		memset(page_address(page), 0, PAGE_SIZE << order);
}

/* From here on every page of the block leads to the first. */
static void make_compound(struct page *page, unsigned int order)
{
	page->state = PAGE_COMPOUND;
	for (struct page *tail = page + 1; tail < page + (1UL << order); tail++) {
		tail->word = PAGE_WORD(PAGE_TAIL, 0, 0);
		tail->first_page = page;
	}
}

/* A compound block is plain again. Return: false when a page inside is not as it was left. */
static bool unmake_compound(struct page *page)
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

/* Flags that every request gets besides its own: usually none. */
#define GFP_INJECT	(1u << 31)	/* fail_page_alloc is on: ask whether this one shall fail */
static gfp_t more_gfp;
static page_alloc_fault_fn *fault_wanted;
_Static_assert(!(GFP_INJECT & __GFP_BITS_MASK), "nobody outside asks for it");

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
 * The usual way: pop. When the list is empty, or its topmost page was changed while it was free, the
 * zone sorts that out.
 */
__page_fastcall struct page *alloc_pages_quick(struct pcp_list *pcp, gfp_t gfp)
{
	unsigned long flags = arch_irq_save();
	struct page *page = pcp->top[-1];

	if (unlikely(page->state != PAGE_PCP)) {
		arch_irq_restore(flags);
		return alloc_pages_refill(pcp, gfp, CALLER);
	}
	pcp->top--;
	page->state = PAGE_USED;
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

/* A block with one reference, which it keeps, joins a per-CPU list; @top: where, below the limit. */
static __always_inline void pcp_push(struct pcp_list *pcp, struct page **top, struct page *page)
{
	*top = page;
	pcp->top = top + 1;
	page->state = PAGE_PCP;
	page->owner = 0;
	page->flags = 0;
}

/* A block whose order has no per-CPU list; with init_on_free none has. IRQs off. */
static __always_inline void free_to_zone(struct pcp_list *pcp, struct page *page)
{
	if (unlikely(init_on_free))
		zero_block(page, pcp->order);
	page->refcount.counter = 0;
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
	pcp_push(pcp, pcp->top, page);
}

/*
 * A plain block was freed while somebody holds another reference on its first page: that page stays,
 * alone, until the reference is dropped; the rest goes.
 */
static void free_all_but_first(struct page *page, unsigned int order, unsigned long caller)
{
	struct zone *zone = &zones[page->zone];

	pr_notice("page_alloc: frame %#lx is freed by %pS while a reference is held; it waits for "
		  "put_page()\n", page_to_pfn(page), (void *)caller);
	page->order = 0;
	page_set_owner(page, PAGE_OWNER_HELD);
	while (order-- > 0)
		buddy_free_block(zone, page + (1UL << order), order);
}

/* The last reference of a block is gone. */
static void free_unreferenced(struct page *page, unsigned long caller)
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
	pcp_push(pcp, pcp->top, page);
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
	struct page **top;

	if (unlikely(page->state != PAGE_USED || pcp->order != order ||
		     page->refcount.counter != 1)) {
		arch_irq_restore(flags);
		free_pages_odd(page, order, CALLER);
		return;
	}
	page->caller = CALLER;
	top = pcp->top;
	if (unlikely(top >= pcp->limit)) {
		if (pcp->batch)
			free_pages_full(pcp, page, flags);
		else
			free_pages_zone(pcp, page, flags);
		return;
	}
	pcp_push(pcp, top, page);
	arch_irq_restore(flags);
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
		for (struct page *p = page; p < page + (1UL << order); p++) {
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

/* A list becomes empty, with room for three batches; or for ever, without. */
static void __init pcp_set_room(struct pcp_list *pcp, struct page **slot, unsigned int batch)
{
	slot[0] = &pcp_floor;
	pcp->slot = slot;
	pcp->top = slot + 1;
	pcp->limit = pcp->top + PCP_BATCHES * batch;
	pcp->batch = batch;
}

void __init zone_lists_init(struct zone *zone)
{
	zone->free_word = PAGE_WORD(PAGE_BUDDY, zone_idx(zone), 0);
	zone->nr_free_pages = 0;
	zone->pcp = pcp_lists[zone_idx(zone)];
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		INIT_LIST_HEAD(&zone->free_area[order].free_list);
	zone->free_area[MAX_ORDER].free_list.next = NULL;
	for (unsigned int order = 0; order < PCP_ORDERS; order++) {
		struct pcp_list *pcp = &zone->pcp[order];

		pcp->zone = zone;
		pcp->order = order;
		pcp_set_room(pcp, pcp_no_slots, 0);
	}
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

/*
 * Lists of a zone by its size: batches of a thousandth of it, at most 256 KiB, so that what the lists
 * hold back never matters. A zone too small for a batch of 2^order frames has no list of that order.
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

/*
 * A request starts at the lists of the highest zone that it may use and that has frames at all; or,
 * when something is to be done to each request, at lists that are always empty.
 */
static void choose_first_lists(void)
{
	more_gfp = (init_on_alloc ? __GFP_ZERO : 0) | (fault_wanted ? GFP_INJECT : 0);
	for (gfp_t gfp = 0; gfp <= GFP_ZONEMASK; gfp++) {
		enum zone_type type = gfp_zone(gfp);

		while (type > ZONE_DMA && !zone_is_populated(&zones[type]))
			type--;
		gfp_pcp[gfp] = more_gfp ? no_pcp : pcp_lists[type];
	}
}

void page_alloc_inject(page_alloc_fault_fn *fail)
{
	unsigned long flags = arch_irq_save();

	fault_wanted = fail;
	choose_first_lists();
	arch_irq_restore(flags);
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
	choose_first_lists();
}
