/* SPDX-License-Identifier: MIT */
/*
 * mm/internal.h - what the files of mm/ share among themselves
 */
#ifndef MM_INTERNAL_H
#define MM_INTERNAL_H

#include <lib/types.h>
#include <mm/gfp.h>
#include <mm/mmzone.h>
#include <mm/page.h>

/* --- mmzone.c -------------------------------------------------------------------------------- */

/*
 * Work out watermarks and lowmem reserve anew from managed_pages. Context: managed_pages changed.
 */
void zones_set_watermarks(void);

/* min_free_kbytes: what the lowmem zones keep together, in KiB. */
extern unsigned long min_free_kbytes;

/* --- page_alloc.c ---------------------------------------------------------------------------- */

/**
 * free_pages_bootmem - the boot allocator hands over one free block
 * @pfn:   first frame, a multiple of the block's size
 * @order: 0 <= order < MAX_ORDER; the block lies in one zone
 *
 * Context: bootalloc_hand_over().
 */
void free_pages_bootmem(pfn_t pfn, unsigned int order);

/* Make a zone's free lists empty. */
void zone_lists_init(struct zone *zone);

/*
 * Hand one reserved frame to the buddy lists. Return: 1, or 0 after a report: it is not reserved.
 */
unsigned long free_reserved_frame(pfn_t pfn);

/* A block joins its zone's free lists and merges. IRQs off. Nothing of it is checked. */
void buddy_free_block(struct zone *zone, struct page *page, unsigned int order) __page_fastcall;

/* The highest zone that will do for a request. */
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

/* init_on_alloc=1, init_on_free=1: memory is wiped when it is handed out, or given back. */
extern bool init_on_alloc, init_on_free;

/*
 * Ask @fail about every request from now on, whether it shall find no memory; NULL: nobody is
 * asked. Context: any. __GFP_NOFAIL is not asked about.
 */
typedef bool (page_alloc_fault_fn)(size_t size, unsigned long caller);
void page_alloc_inject(page_alloc_fault_fn *fail);

/* What page_alloc_inject() and init_on_alloc want of requests becomes so. Context: IRQs off. */
void page_alloc_choose_way(void);

/* The last reference of a block is gone. IRQs off. */
void free_unreferenced(struct page *page, unsigned long caller);

/* --- page_pcp.c ------------------------------------------------------------------------------ */

/* The per-CPU list of a block's zone and order. */
static __always_inline struct pcp_list *page_pcp(const struct page *page)
{
	struct pcp_list *pcp = &pcp_lists[0][0] + page->place;

	OPTIMIZER_HIDE_VAR(pcp);	/* else base and index cost a register each */
	return pcp;
}

/* A block with one reference, which it keeps, joins a per-CPU list that has room. */
static __always_inline void pcp_push(struct pcp_list *pcp, struct page *page)
{
	*pcp->top = page;
	pcp->top++;
	page->state = PAGE_PCP;
	page->owner = 0;
	page->flags = 0;
}

/*
 * The per-CPU lists of a zone, empty and without room; and their room, once the zone's size is
 * known.
 */
void pcp_row_init(struct zone *zone);
void pcp_lists_init(void);

/*
 * A request starts at the lists of the highest zone that it may use and that has frames at all; or
 * with @long_way, when something is to be done to each request, at lists that are always empty.
 */
void pcp_choose_first_lists(bool long_way);

/*
 * Fill an empty list with a batch, or with as much as the zone has above a watermark: blocks on a
 * list are handed out without asking the watermark again. @spare: frames above it. IRQs off.
 */
void pcp_refill(struct pcp_list *pcp, unsigned long spare);

/*
 * The topmost block, of PAGE_PCP and with one reference, or NULL. Changed ones are set aside.
 * IRQs off.
 */
struct page *pcp_take(struct pcp_list *pcp, unsigned long caller);

/* Merge the topmost @nr blocks of a list into the zone's lists. IRQs off. */
void pcp_flush(struct pcp_list *pcp, unsigned int nr) __page_fastcall;

/*
 * Take a block off its zone's free list, or off its per-CPU list: its first page must be PAGE_BUDDY
 * or PAGE_PCP. IRQs off. The caller gives it another state at once.
 */
void unlink_free_block(struct page *page);

/* Frames on the per-CPU lists of a zone. */
unsigned long zone_pcp_pages(const struct zone *zone);

/* --- page_block.c ---------------------------------------------------------------------------- */

/* Zero all bytes of a block; in HIGHMEM only when there are highmem_ops. */
void zero_block(struct page *page, unsigned int order);

/* From here on every page of a block that is handed out leads to the first. */
void make_compound(struct page *page, unsigned int order);

/* A compound block is plain again. Return: false when a page inside is not as it was left. */
bool unmake_compound(struct page *page);

/* --- page_check.c ---------------------------------------------------------------------------- */

/* What was wrong with a page that was freed, taken or referenced. */
enum page_fault {
	FAULT_DOUBLE_FREE,	/* it is free already */
	FAULT_RESERVED,		/* it was never handed out: reserved, or no RAM */
	FAULT_INSIDE,		/* it is not the first page of its block */
	FAULT_ORDER,		/* its block has another order */
	FAULT_REFERENCE,	/* a page inside the block is referenced, or no reference is left */
	FAULT_SET_ASIDE,	/* it was set aside after an earlier fault */
	FAULT_CHANGED,		/* a free page's struct page is not as the allocator left it */
	FAULT_NO_PAGE,		/* the pointer is not into mem_map */
	FAULT_NOT_USED,		/* a reference was wanted on a page that nobody holds */
	NR_PAGE_FAULTS,
};

/* Reports of each kind since boot. */
extern unsigned long page_fault_count[NR_PAGE_FAULTS];

/**
 * page_fault - report a wrong use of a page with its history
 * @page:   the page that was named, inside mem_map
 * @order:  the order that was named
 * @caller: address in the function that named it
 */
void page_fault(enum page_fault fault, const struct page *page, unsigned int order,
		unsigned long caller);

/* What is wrong with freeing @page with @order. Call only when something is. */
enum page_fault page_free_fault(const struct page *page, unsigned int order);

/* A wrong free: report it, and set aside what it names, so that nobody gets it. IRQs off. */
void page_free_refused(struct page *page, unsigned int order, unsigned long caller);

/* A block that is on no list becomes PAGE_BAD, as a whole. IRQs off. */
void set_aside_block(struct page *block);

/* For tests: a set-aside block counts as handed out again, so that it can be freed. */
void page_restore(struct page *page);

#endif
