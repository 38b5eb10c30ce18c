/* SPDX-License-Identifier: MIT */
/*
 * kernel/memtest_free.c - the part of a memory test that needs no care: frames that are free
 *
 *   free lists  --alloc_pages-->  memtest_blocks: | 4 KiB | 8 KiB | ... | 4 MiB | 4 MiB |
 *                                                     |
 *   fixmap slot FIX_TEST  <-- one frame at a time ----'      its entry has PCD: patterns go to the
 *                                                            memory itself and not into a cache
 *
 * The watermarks count as 0 meanwhile, so that nothing free stays behind. The direct map has the same
 * frames cached, but nobody touches them there; what was in the caches before is thrown out first.
 *
 * Source: Intel SDM vol. 3A, "Cache Control" (PCD, from the 486 on).
 */
#include <arch.h>
#include <lib/string.h>
#include <mm/fixmap.h>
#include <mm/gfp.h>
#include "memtest.h"

#define TAKE	(__GFP_HIGHMEM | __GFP_NOWARN | __GFP_NORETRY)

struct list_head memtest_blocks;
unsigned long memtest_nr_free;

static pte_t *window;
static u32 window_bits;

/* --- sweeping -------------------------------------------------------------------------------- */

bool memtest_open_window(bool uncached)
{
	uncached = uncached && arch_flush_caches();
	window = arch_pte_lookup(fix_to_virt(FIX_TEST));
	window_bits = uncached ? ARCH_PTE_KERNEL_NOCACHE : ARCH_PTE_KERNEL;
	return uncached;
}

void memtest_close_window(void)
{
	clear_fixmap(FIX_TEST);
}

void memtest_sweep_frames(const struct memtest_sweep *s, struct page *page, unsigned long nr,
			  struct memtest_log *log)
{
	phys_addr_t first = page_to_phys(page);

	for (unsigned long i = 0; i < nr; i++) {
		phys_addr_t pa = first + ((s->down ? nr - 1 - i : i) << PAGE_SHIFT);

		*window = arch_pte(pa, window_bits);
		arch_tlb_flush_page(fix_to_virt(FIX_TEST));
		memtest_frame(s, (u32 *)fix_to_virt(FIX_TEST), pa, log);
	}
}

/* --- taking ---------------------------------------------------------------------------------- */

static void take_blocks(unsigned int order)
{
	struct page *page;

	while ((page = alloc_pages(TAKE, order))) {
		page_set_owner(page, PAGE_OWNER_TEST);
		list_add(&page->list, &memtest_blocks);
		memtest_nr_free += 1UL << order;
	}
}

void memtest_take_frames(void)
{
	struct zone_marks {
		unsigned long watermark[NR_WMARK], reserve[MAX_NR_ZONES], low[MAX_NR_ZONES];
	} kept[MAX_NR_ZONES];

	INIT_LIST_HEAD(&memtest_blocks);
	memtest_nr_free = 0;
	drain_all_pages();
	for (unsigned int z = 0; z < MAX_NR_ZONES; z++) {
		memcpy(kept[z].watermark, zones[z].watermark, sizeof(kept[z].watermark));
		memcpy(kept[z].reserve, zones[z].lowmem_reserve, sizeof(kept[z].reserve));
		memcpy(kept[z].low, zones[z].low_mark, sizeof(kept[z].low));
		memset(zones[z].watermark, 0, sizeof(zones[z].watermark));
		memset(zones[z].lowmem_reserve, 0, sizeof(zones[z].lowmem_reserve));
		memset(zones[z].low_mark, 0, sizeof(zones[z].low_mark));
	}
	for (unsigned int order = MAX_ORDER; order-- > 0; )
		take_blocks(order);
	for (unsigned int z = 0; z < MAX_NR_ZONES; z++) {
		memcpy(zones[z].watermark, kept[z].watermark, sizeof(kept[z].watermark));
		memcpy(zones[z].lowmem_reserve, kept[z].reserve, sizeof(kept[z].reserve));
		memcpy(zones[z].low_mark, kept[z].low, sizeof(kept[z].low));
	}
}

/* --- giving back ----------------------------------------------------------------------------- */

/* Give a block back without its bad frames. Return: how many of them were kept. */
static unsigned long give_block(struct page *block)
{
	unsigned int order = page_block_order(block);
	pfn_t pfn = page_to_pfn(block), end = pfn + (1UL << order);
	unsigned long kept = 0;

	for (pfn_t p = pfn; p < end; p++)
		kept += memtest_is_bad(p);
	if (!kept) {
		__free_pages(block, order);
		return 0;
	}
	split_page(block, order);
	for (pfn_t p = pfn; p < end; p++) {
		if (memtest_is_bad(p))
			page_set_aside(pfn_to_page(p));
		else
			__free_page(pfn_to_page(p));
	}
	return kept;
}

unsigned long memtest_give_frames(void)
{
	struct page *block, *next;
	unsigned long kept = 0;

	list_for_each_entry_safe(block, next, &memtest_blocks, list)
		kept += give_block(block);
	return kept;
}
