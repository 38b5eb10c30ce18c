/* SPDX-License-Identifier: MIT */
/*
 * include/mm/mmzone.h - zones of physical memory, their free lists and watermarks
 *
 *   0          16 MiB                            896 MiB (or highmem=)                     4 GiB
 *   |   DMA    |             NORMAL              |               HIGHMEM                    |
 *   | ISA DMA  |  permanent kernel address       |  needs kmap() to be touched              |
 *
 * A request names the highest zone it can use and falls back downwards, never upwards. A lower
 * zone is guarded twice against such visitors: by its watermarks and by lowmem_reserve[].
 */
#ifndef MM_MMZONE_H
#define MM_MMZONE_H

#include <lib/compiler.h>
#include <lib/types.h>
#include <mm/page.h>

/* Orders 0 .. MAX_ORDER - 1: blocks of 4 KiB to 4 MiB. */
#define MAX_ORDER		11
#define MAX_ORDER_NR_PAGES	(1UL << (MAX_ORDER - 1))

_Static_assert(MAX_ORDER <= 16, "struct page keeps the order in 4 bits");

enum zone_type {
	ZONE_DMA,
	ZONE_NORMAL,
	ZONE_HIGHMEM,
	MAX_NR_ZONES,
};

/*
 * Free pages at which allocation starts to be careful:
 * an ordinary request leaves LOW behind, and MIN when nothing else is left; one with __GFP_HIGH
 * goes down to half of MIN. HIGH is where reclaim may stop.
 */
enum zone_watermark { WMARK_MIN, WMARK_LOW, WMARK_HIGH, NR_WMARK };

/* One list of free blocks of 2^order frames, linked through page->list. */
struct free_area {
	struct list_head free_list;
};

struct pcp_list;

struct zone {
	struct free_area free_area[MAX_ORDER + 1];	/* the last one stops searches */
	u32 free_word;				/* page->word of free blocks of order 0 */
	unsigned long nr_free_pages;		/* frames on the free lists, not per-CPU ones */

	unsigned long watermark[NR_WMARK];	/* frames */
	/*
	 * Frames kept from requests that could also use a higher zone; index: the zone they name.
	 */
	unsigned long lowmem_reserve[MAX_NR_ZONES];
	unsigned long low_mark[MAX_NR_ZONES];	/* = watermark[WMARK_LOW] + lowmem_reserve[] */

	struct pcp_list *pcp;			/* row of pcp_lists[] */

	pfn_t start_pfn;
	unsigned long spanned_pages;		/* end - start, holes included */
	unsigned long present_pages;		/* of these, RAM by the firmware's map */
	unsigned long managed_pages;		/* of these, handed to the buddy lists */

	const char *name;			/* "DMA", "Normal", "HighMem" */
	unsigned long nr_fallbacks;		/* blocks given to those that named a higher one */
};

/*
 * A per-CPU list: a small stack of free blocks of one order in front of the zone's lists. Taking
 * and giving back one block is a pop and a push; the zone is asked a batch at a time.
 *
 *     slot             top                      limit
 *      | floor | page | (next push goes here) ... |
 *
 * The floor is a struct page that is never free. So "is it empty" and "is the topmost entry really
 * free" are one test; a list of no use has top == limit besides.
 */
struct pcp_list {
	struct page **top;			/* behind the topmost entry */
	struct page **limit;			/* push up to here, then flush */
	unsigned int order;
	unsigned int batch;			/* blocks per refill or flush; 0: no use */
	struct zone *zone;
	struct page **slot;			/* the floor; entries follow it */
	unsigned long refills, flushes;		/* batches that came in and went out */
};

_Static_assert(sizeof(struct pcp_list) == 32, "indexed by a shift on the hot path");

#define PCP_MAX_ORDER	3			/* higher orders go straight to the zone's lists */
#define PCP_ORDERS	16			/* row length: every value of page->order */

extern struct zone zones[MAX_NR_ZONES];
extern struct pcp_list pcp_lists[MAX_NR_ZONES][PCP_ORDERS];

/* Blocks on a per-CPU list. */
static inline unsigned int pcp_count(const struct pcp_list *pcp)
{
	return (unsigned int)(pcp->top - pcp->slot) - 1;
}

#define for_each_pcp_list(pcp)							\
	for ((pcp) = &pcp_lists[0][0];						\
	     (pcp) < &pcp_lists[0][0] + MAX_NR_ZONES * PCP_ORDERS; (pcp)++)

#define zone_dma	(&zones[ZONE_DMA])
#define zone_normal	(&zones[ZONE_NORMAL])
#define zone_highmem	(&zones[ZONE_HIGHMEM])

#define for_each_zone(zone) \
	for ((zone) = zones; (zone) < zones + MAX_NR_ZONES; (zone)++)

static inline enum zone_type zone_idx(const struct zone *zone)
{
	return (enum zone_type)(zone - zones);
}

static inline pfn_t zone_end_pfn(const struct zone *zone)
{
	return zone->start_pfn + zone->spanned_pages;
}

/* Does the zone have frames that can be handed out? */
static inline bool zone_is_populated(const struct zone *zone)
{
	return zone->managed_pages != 0;
}

/* The zone that a frame lies in, by its number. */
struct zone *pfn_zone(pfn_t pfn);
#define page_zone(page)		pfn_zone(page_to_pfn(page))

/* Free frames of a zone, those on per-CPU lists included. */
unsigned long zone_free_pages(const struct zone *zone);

/**
 * zones_init - stage "zones": lay out the zones and mem_map
 *
 * Needs vm_layout, the cleaned e820 table and boot_alloc(); afterwards pfn_to_page() works for
 * every frame, and all of them still count as reserved. Panics when mem_map does not fit.
 */
void zones_init(void);

/**
 * buddy_init - stage "buddy": take every free frame from the boot allocator
 *
 * Afterwards alloc_pages() works and boot_alloc() does not.
 */
void buddy_init(void);

/* Stage checkers: 0, or the number of the broken rule. */
int zones_check(void);
int buddy_check(void);

/* Check B1 .. B5 of page_alloc.c over one zone. Return: 0, or the number of the broken rule. */
int zone_check(const struct zone *zone);

/**
 * verify_ledger - account for every page frame
 * @print: also print the ledger; a broken rule is named either way
 *
 * Context: any time after the BUDDY stage; interrupts are off inside.
 * Return: 0, or the number of the broken rule: 1 to 5 for B1 to B5, 11 to 16 for V1 to V6 of
 * ledger.c
 */
int verify_ledger(bool print);

/**
 * free_reserved_area - hand reserved frames to the buddy lists
 * @start: first byte, a direct-map address; rounded up to a page
 * @end:   end, exclusive; rounded down
 * @what:  for the log line, or NULL for none
 * Return: the number of frames freed; one that is not reserved is reported and skipped
 */
unsigned long free_reserved_area(void *start, void *end, const char *what);

/*
 * Free the part of the image that only boot needs. Context: once, when no __init code runs again.
 */
void free_init_memory(void);

#endif
