/* SPDX-License-Identifier: MIT */
/*
 * kernel/bench_pages.c - benchmark rows of the page allocator and of kmap
 *
 *   pair     allocate and free at once
 *   batch    NR allocations, or NR frees in the order taken, the reverse, or shuffled
 *   churn    CHURN_OPS random operations over CHURN_SLOTS slots: occupied is freed, empty is filled
 */
#include <kernel/bench.h>
#include <lib/kernel.h>
#include <mm/highmem.h>
#include <mm/vmalloc.h>
#include "bench_rows.h"

#define PAIRS		1000
#define NR_PAGES	8192u
#define NR_BLOCKS	512u

#define PAGE_PAIR(name, gfp, order)						\
	BENCH(name, PAIRS, NULL, NULL)						\
	{									\
		bench_loop(PAIRS)						\
			__free_pages(alloc_pages(gfp, order), order);		\
	}

PAGE_PAIR(page_pair_o0, GFP_KERNEL, 0)
PAGE_PAIR(page_pair_o1, GFP_KERNEL, 1)
PAGE_PAIR(page_pair_o2, GFP_KERNEL, 2)
PAGE_PAIR(page_pair_o3, GFP_KERNEL, 3)
PAGE_PAIR(page_pair_o5, GFP_KERNEL, 5)
PAGE_PAIR(page_pair_o10, GFP_KERNEL, 10)
PAGE_PAIR(page_pair_o0_highmem, GFP_HIGHUSER, 0)

/* --- batches ---------------------------------------------------------------------------------- */

static struct page **taken;

static __always_inline void take_all(unsigned int nr, gfp_t gfp, unsigned int order)
{
	for (struct page **slot = taken, **end = taken + nr; slot < end; slot++)
		*slot = alloc_pages(gfp, order);
}

static __always_inline void give_lifo(unsigned int nr, unsigned int order)
{
	for (struct page **slot = taken + nr; slot-- > taken; )
		__free_pages(*slot, order);
}

static __always_inline void give_fifo(unsigned int nr, unsigned int order)
{
	for (struct page **slot = taken, **end = taken + nr; slot < end; slot++)
		__free_pages(*slot, order);
}

static bool get_array(void)
{
	taken = (struct page **)bench_objects();
	return taken != NULL;
}

static bool take_pages(void)
{
	if (!get_array())
		return false;
	take_all(NR_PAGES, GFP_KERNEL, 0);
	return true;
}

static bool take_pages_shuffled(void)
{
	if (!take_pages())
		return false;
	bench_shuffle((void **)taken, NR_PAGES);
	return true;
}

static void give_pages(void)
{
	give_lifo(NR_PAGES, 0);
}

BENCH(page_batch8192_alloc_low, NR_PAGES, get_array, give_pages)
{
	take_all(NR_PAGES, GFP_KERNEL, 0);
}

BENCH(page_batch8192_alloc_high, NR_PAGES, get_array, give_pages)
{
	take_all(NR_PAGES, GFP_HIGHUSER, 0);
}

BENCH(page_batch8192_free_lifo, NR_PAGES, take_pages, NULL)
{
	give_lifo(NR_PAGES, 0);
}

BENCH(page_batch8192_free_fifo, NR_PAGES, take_pages, NULL)
{
	give_fifo(NR_PAGES, 0);
}

BENCH(page_batch8192_free_random, NR_PAGES, take_pages_shuffled, NULL)
{
	give_fifo(NR_PAGES, 0);
}

static bool take_blocks(void)
{
	if (!get_array())
		return false;
	take_all(NR_BLOCKS, GFP_KERNEL, 3);
	return true;
}

static void give_blocks(void)
{
	give_lifo(NR_BLOCKS, 3);
}

BENCH(page_batch512_o3_alloc, NR_BLOCKS, get_array, give_blocks)
{
	take_all(NR_BLOCKS, GFP_KERNEL, 3);
}

BENCH(page_batch512_o3_free, NR_BLOCKS, take_blocks, NULL)
{
	give_lifo(NR_BLOCKS, 3);
}

/* --- churn ------------------------------------------------------------------------------------ */

static void *churn_take(void)
{
	return alloc_page(GFP_KERNEL);
}

static void churn_give(void *page)
{
	__free_page((struct page *)page);
}

static void churn_end(void)
{
	bench_churn_end(churn_give);
}

BENCH(page_churn, BENCH_CHURN_OPS, bench_churn_begin, churn_end)
{
	const u16 *slot = bench_churn_slots;
	void **object = bench_objects();

	bench_loop(BENCH_CHURN_OPS) {
		void **at = &object[*slot++];

		if (*at) {
			churn_give(*at);
			*at = NULL;
		} else {
			*at = churn_take();
		}
	}
}

/* --- kmap ------------------------------------------------------------------------------------- */

#define COLD_PAGES	2000u

static struct page *low_page, *high_page;

static bool get_two_pages(void)
{
	low_page = alloc_page(GFP_KERNEL);
	high_page = alloc_page(GFP_HIGHUSER);
	return low_page && high_page && page_is_highmem(high_page);
}

static void put_two_pages(void)
{
	__free_page(low_page);
	__free_page(high_page);
}

BENCH(kmap_local_pair_highmem, PAIRS, get_two_pages, put_two_pages)
{
	struct page *page = high_page;

	bench_loop(PAIRS)
		kunmap_local(kmap_local_page(page));
}

BENCH(kmap_local_pair_lowmem, PAIRS, get_two_pages, put_two_pages)
{
	bench_loop(PAIRS) {
		struct page *page = low_page;

		OPTIMIZER_HIDE_VAR(page);
		kunmap_local(kmap_local_page(page));
	}
}

static __always_inline void kmap_pairs(struct page *page)
{
	bench_loop(PAIRS) {
		void *at;

		OPTIMIZER_HIDE_VAR(page);
		at = kmap(page);
		OPTIMIZER_HIDE_VAR(at);
		kunmap(page);
	}
}

BENCH(kmap_hot_pair, PAIRS, get_two_pages, put_two_pages)
{
	kmap_pairs(high_page);
}

static bool get_two_pages_held(void)
{
	if (!get_two_pages())
		return false;
	kmap(high_page);
	return true;
}

static void put_two_pages_held(void)
{
	kunmap(high_page);
	put_two_pages();
}

BENCH(kmap_hot_pair_held, PAIRS, get_two_pages_held, put_two_pages_held)
{
	kmap_pairs(high_page);
}

BENCH(kmap_hot_pair_lowmem, PAIRS, get_two_pages, put_two_pages)
{
	kmap_pairs(low_page);
}

static bool get_cold_pages(void)
{
	if (!get_array())
		return false;
	take_all(COLD_PAGES, GFP_HIGHUSER, 0);
	return page_is_highmem(taken[0]);
}

static void put_cold_pages(void)
{
	give_lifo(COLD_PAGES, 0);
}

BENCH(kmap_cold2000_pair, COLD_PAGES, get_cold_pages, put_cold_pages)
{
	for (struct page **page = taken, **end = taken + COLD_PAGES; page < end; page++) {
		kmap(*page);
		kunmap(*page);
	}
}

BENCH(clear_highpage, 100, get_two_pages, put_two_pages)
{
	struct page *page = high_page;

	bench_loop(100)
		clear_highpage(page);
}
