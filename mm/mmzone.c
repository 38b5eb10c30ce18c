/* SPDX-License-Identifier: MIT */
/*
 * mm/mmzone.c - zones, mem_map, watermarks
 *
 *   frame 0        4096 (16 MiB)                  max_low_pfn            max_pfn     mem_map_end
 *     |     DMA      |          NORMAL                 |     HIGHMEM        |             |
 *     |<------------ have an address ----------------->|<--- have none ---->|<- no RAM -->|
 *   mem_map [ 24 bytes for each frame, all zero = PAGE_INTERIOR until the buddy stage          ]
 *
 * Zones touch each other; one may be empty. mem_map goes on to a multiple of the largest block, so
 * that a buddy's struct page always exists and merging needs no bounds.
 *
 *   Free frames of a lowmem zone, and who may still take them:
 *
 *   0         min/2        min         low      low + lowmem_reserve[class]
 *   |  nobody   |__GFP_HIGH | last try  | all who name this zone | all who named a higher zone
 *
 * Z1  the zones follow each other without gap or overlap, from frame 0 to max_pfn
 * Z2  managed <= present <= spanned, and present is the RAM of the firmware's map
 * Z3  mem_map has an entry for every frame of every zone
 * Z4  min <= low <= high in each zone, and low_mark[] = low + lowmem_reserve[]
 *
 * Source: the figures are those of Linux 2.6, Documentation/sysctl/vm.txt, "min_free_kbytes" and
 * "lowmem_reserve_ratio", so that what is seen here can be compared with a Linux of that time.
 */
#include <lib/bug.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <mm/bootalloc.h>
#include <mm/e820.h>
#include <mm/gfp.h>

#include "internal.h"

/*
 * Limits of min_free_kbytes: a 4 MiB machine needs some, and a large one does not need much more.
 */
#define MIN_FREE_KBYTES_LEAST	128UL
#define MIN_FREE_KBYTES_MOST	65536UL

/* One frame in so many of the higher zones is kept in the lower one. */
#define DMA_RESERVE_RATIO	256
#define NORMAL_RESERVE_RATIO	32

#define PAGES_TO_KB(pages)	((unsigned long)(pages) << (PAGE_SHIFT - 10))

struct page *mem_map;
pfn_t mem_map_end;
struct page *highmem_first_page;
const struct highmem_ops *highmem_ops;

struct zone zones[MAX_NR_ZONES] = {
	[ZONE_DMA] = { .name = "DMA" },
	[ZONE_NORMAL] = { .name = "Normal" },
	[ZONE_HIGHMEM] = { .name = "HighMem" },
};

unsigned long min_free_kbytes;

struct zone *pfn_zone(pfn_t pfn)
{
	if (pfn >= zone_highmem->start_pfn)
		return zone_highmem;
	return pfn >= zone_normal->start_pfn ? zone_normal : zone_dma;
}

/* --- layout ---------------------------------------------------------------------------------- */

static void __init zone_set_span(struct zone *zone, pfn_t start, pfn_t end)
{
	zone->start_pfn = start;
	zone->spanned_pages = end - start;
	zone->present_pages = e820_ram_frames(&e820, start, end);
	zone->managed_pages = 0;
	zone_lists_init(zone);
}

void __init zones_init(void)
{
	pfn_t max_low = vm_layout.max_low_pfn;
	pfn_t dma_end = min(max_low, (pfn_t)PFN_DOWN(ZONE_DMA_END));
	struct zone *zone;

	zone_set_span(zone_dma, 0, dma_end);
	zone_set_span(zone_normal, dma_end, max_low);
	zone_set_span(zone_highmem, max_low, max(max_low, vm_layout.max_pfn));

	mem_map_end = ALIGN(zone_end_pfn(zone_highmem), MAX_ORDER_NR_PAGES);
	mem_map = boot_alloc(mem_map_end * sizeof(struct page), PAGE_SIZE);
	boot_name(mem_map, "mem_map");
	highmem_first_page = mem_map + max_low;

	for_each_zone(zone)
		if (zone->spanned_pages)
			pr_info("zone %-8s frames %6lu .. %6lu, %6lu of them RAM\n", zone->name,
				zone->start_pfn, zone_end_pfn(zone), zone->present_pages);
	pr_info("zones: mem_map of %lu KiB at %px, %zu bytes for each of %lu frames\n",
		(unsigned long)(mem_map_end * sizeof(struct page)) >> 10, mem_map,
		sizeof(struct page), mem_map_end);
}

/* --- watermarks ------------------------------------------------------------------------------ */

/* The largest r with r * r <= n, by Newton's iteration from above. */
static unsigned long square_root(unsigned long n)
{
	unsigned long r = n, next = (n >> 1) + (n & 1);

	while (next < r) {
		r = next;
		next = (r + n / r) / 2;
	}
	return r;
}

static unsigned long lowmem_managed(void)
{
	return zone_dma->managed_pages + zone_normal->managed_pages;
}

/*
 * The lowmem zones share min_free_kbytes by size. HIGHMEM has no marks: nothing that the kernel
 * needs in an emergency can be there, so its last frame may go to anybody.
 */
static void zone_set_marks(struct zone *zone, unsigned long min_pages)
{
	unsigned long min = 0;

	if (zone != zone_highmem && zone->managed_pages)
		min = (u64)min_pages * zone->managed_pages / lowmem_managed();
	zone->watermark[WMARK_MIN] = min;
	zone->watermark[WMARK_LOW] = min + min / 4;
	zone->watermark[WMARK_HIGH] = min + min / 2;
}

/* Keep part of each lower zone from requests that could have used more of the higher ones. */
static void zones_set_reserve(void)
{
	unsigned long normal = zone_normal->managed_pages, high = zone_highmem->managed_pages;
	struct zone *zone;

	zone_dma->lowmem_reserve[ZONE_NORMAL] = normal / DMA_RESERVE_RATIO;
	zone_dma->lowmem_reserve[ZONE_HIGHMEM] = (normal + high) / DMA_RESERVE_RATIO;
	zone_normal->lowmem_reserve[ZONE_HIGHMEM] = high / NORMAL_RESERVE_RATIO;
	for_each_zone(zone)
		for (unsigned int class = 0; class < MAX_NR_ZONES; class++)
			zone->low_mark[class] = zone->watermark[WMARK_LOW] +
						zone->lowmem_reserve[class];
}

void zones_set_watermarks(void)
{
	struct zone *zone;

	min_free_kbytes = clamp(square_root(16 * PAGES_TO_KB(lowmem_managed())),
				MIN_FREE_KBYTES_LEAST, MIN_FREE_KBYTES_MOST);
	for_each_zone(zone)
		zone_set_marks(zone, min_free_kbytes >> (PAGE_SHIFT - 10));
	zones_set_reserve();
}

/* --- the buddy stage ------------------------------------------------------------------------- */

/*
 * What the boot allocator did not hand over is still all zero. Frames [start, end) of it become
 * reserved or a hole, as the firmware's map says.
 */
static void __init mark_kept(pfn_t start, pfn_t end)
{
	while (start < end) {
		pfn_t same = end;
		const struct e820_range *range = e820_find(&e820, start, &same);
		u32 state = range && range->type == E820_RAM ? PAGE_RESERVED : PAGE_HOLE;

		for (same = min(same, end); start < same; start++)
			mem_map[start].word = PAGE_WORD(state, 0, 0);
	}
}

/* Afterwards the walk from block to block meets a state everywhere (P1). */
static void __init mark_all_kept(void)
{
	pfn_t pfn = 0, kept = 0;

	while (pfn < mem_map_end) {
		const struct page *page = pfn_to_page(pfn);

		if (page->state == PAGE_BUDDY) {
			mark_kept(kept, pfn);
			pfn += 1UL << page->order;
			kept = pfn;
		} else {
			pfn++;
		}
	}
	mark_kept(kept, mem_map_end);
}

void __init buddy_init(void)
{
	unsigned long handed = bootalloc_hand_over();
	struct zone *zone;

	mark_all_kept();
	zones_set_watermarks();
	pcp_lists_init();
	page_alloc_choose_way();
	for_each_zone(zone)
		if (zone_is_populated(zone))
			pr_info("zone %-8s manages %6lu frames; min %lu, low %lu, high %lu\n",
				zone->name, zone->managed_pages, zone->watermark[WMARK_MIN],
				zone->watermark[WMARK_LOW], zone->watermark[WMARK_HIGH]);
	pr_info("buddy: %lu of %lu KiB of RAM are free, min_free_kbytes %lu\n",
		PAGES_TO_KB(handed), PAGES_TO_KB(e820_ram_frames(&e820, 0, vm_layout.max_pfn)),
		min_free_kbytes);
}

/* --- .init ----------------------------------------------------------------------------------- */

/* From the linker script: what only boot needs. */
extern char __init_begin[], __init_end[];

unsigned long free_reserved_area(void *start, void *end, const char *what)
{
	pfn_t pfn = PFN_UP(__pa(start)), end_pfn = PFN_DOWN(__pa(end));
	unsigned long freed = 0;

	for (; pfn < end_pfn; pfn++)
		freed += free_reserved_frame(pfn);
	zones_set_watermarks();
	if (what)
		pr_info("%s: %lu KiB freed\n", what, PAGES_TO_KB(freed));
	return freed;
}

void free_init_memory(void)
{
	if (boot_release(__pa(__init_begin), __pa(__init_end))) {
		WARN(1, "the record of boot memory does not know .init as one area; it stays\n");
		return;
	}
	free_reserved_area(__init_begin, __init_end, ".init memory");
}

/* --- numbers --------------------------------------------------------------------------------- */

unsigned long nr_free_pages(void)
{
	return zone_free_pages(zone_dma) + zone_free_pages(zone_normal) +
	       zone_free_pages(zone_highmem);
}

unsigned long totalhigh_pages(void)
{
	return zone_highmem->managed_pages;
}

unsigned long totalram_pages(void)
{
	return lowmem_managed() + totalhigh_pages();
}

/* --- checkers -------------------------------------------------------------------------------- */

static int zones_broken(int rule, const struct zone *zone)
{
	pr_err("zones: rule Z%d is broken in zone %s\n", rule, zone->name);
	return rule;
}

int zones_check(void)
{
	const struct zone *zone;
	pfn_t end = 0;

	for_each_zone(zone) {
		if (zone->start_pfn != end)
			return zones_broken(1, zone);
		end = zone_end_pfn(zone);
		if (zone->managed_pages > zone->present_pages ||
		    zone->present_pages > zone->spanned_pages ||
		    zone->present_pages != e820_ram_frames(&e820, zone->start_pfn, end))
			return zones_broken(2, zone);
		if (end > mem_map_end)
			return zones_broken(3, zone);
		if (zone->watermark[WMARK_MIN] > zone->watermark[WMARK_LOW] ||
		    zone->watermark[WMARK_LOW] > zone->watermark[WMARK_HIGH])
			return zones_broken(4, zone);
		for (unsigned int class = 0; class < MAX_NR_ZONES; class++)
			if (zone->low_mark[class] != zone->watermark[WMARK_LOW] +
						     zone->lowmem_reserve[class])
				return zones_broken(4, zone);
	}
	return end == max(vm_layout.max_pfn, vm_layout.max_low_pfn) ? 0 : zones_broken(1, zones);
}
