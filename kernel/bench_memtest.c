/* SPDX-License-Identifier: MIT */
/*
 * kernel/bench_memtest.c - rows of memtest: what a frame costs, beside bare instructions
 *
 *   memtest_fill, memtest_check     a sweep of a simple pattern, window and all
 *   plain_stosd, plain_scasd        one string instruction over the same memory
 */
#include <kernel/bench.h>
#include <lib/string_words.h>
#include <mm/gfp.h>
#include "memtest.h"

#define ORDER	8u
#define FRAMES	(1u << ORDER)
#define WORDS	(FRAMES * PAGE_SIZE / sizeof(u32))

static struct page *block;
static struct memtest_log errors;

static bool get_block(void)
{
	block = alloc_pages(GFP_KERNEL | __GFP_ZERO, ORDER);
	if (!block)
		return false;
	memtest_open_window(true);
	return true;
}

static void put_block(void)
{
	memtest_close_window();
	__free_pages(block, ORDER);
}

BENCH(memtest_fill, FRAMES, get_block, put_block)
{
	memtest_sweep_frames(&(struct memtest_sweep){ .fill = true }, block, FRAMES, &errors);
}

BENCH(memtest_check, FRAMES, get_block, put_block)
{
	memtest_sweep_frames(&(struct memtest_sweep){ .check = true }, block, FRAMES, &errors);
}

BENCH(plain_stosd, FRAMES, get_block, put_block)
{
	fill_words(page_address(block), 0, WORDS);
}

BENCH(plain_scasd, FRAMES, get_block, put_block)
{
	const u32 *words = page_address(block);

	arch_skip_words(words, words + WORDS, 0);
}
