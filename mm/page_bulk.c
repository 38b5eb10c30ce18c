/* SPDX-License-Identifier: MIT */
/*
 * mm/page_bulk.c - many single pages at once
 *
 * Who wants a thousand pages does not care where they lie; the buddy lists are quickest with large
 * blocks. So a request takes the largest blocks there are and cuts them up, and a release joins
 * what happens to lie together:
 *
 *   pages[]   | 40 | 41 | 42 | 43 | 97 | 12 | 13 |     alloc: one block of order 2, then less
 *               \_______________/    |    \____/       free:  order 2 at 40, order 0, order 1 at 12
 *
 * Each page in between is an ordinary page of order 0 with a reference of its own.
 * Used by vmalloc.c.
 */
#include <arch.h>
#include <lib/bitops.h>
#include <lib/kernel.h>
#include <lib/log2.h>
#include <mm/gfp.h>
#include "internal.h"

/* The largest block that is asked for in one piece: beyond it, what is saved no longer shows. */
#define BULK_MAX_ORDER	8u

unsigned int alloc_pages_bulk(gfp_t gfp, unsigned int nr, struct page **pages)
{
	unsigned int order = BULK_MAX_ORDER, done = 0;

	while (done < nr) {
		struct page *page;

		order = min_t(unsigned int, order, ilog2(nr - done));
		page = order ? alloc_pages(gfp | __GFP_NORETRY | __GFP_NOWARN, order) :
			       alloc_pages(gfp, 0);
		if (!page) {
			if (!order)
				break;
			order--;	/* memory is in smaller pieces; stay with those */
			continue;
		}
		if (order)
			split_page(page, order);
		for (struct page *end = page + (1u << order); page < end; page++)
			pages[done++] = page;
	}
	if (done == nr)
		return nr;
	free_pages_bulk(done, pages);
	return 0;
}

/* A page of order 0 that only its holder references: may be joined with its like. */
static inline bool is_single(const struct page *page)
{
	return page->state == PAGE_USED && !page->order && page->refcount.counter == 1;
}

/*
 * How many of @pages, @nr at most, lie one behind the other and may be joined; 1 at the least. Whose
 * word is that of the first is single like it, and in its zone.
 */
static unsigned int run_length(struct page **pages, unsigned int nr)
{
	struct page *page = pages[0], *next = page + 1;
	struct page **at = pages + 1, **end = pages + nr;
	u32 word = page->word;

	if (is_single(page))
		while (at < end && *at == next && next->word == word && next->refcount.counter == 1) {
			at++;
			next++;
		}
	return at - pages;
}

/* Make the single pages from @page on one block. IRQs may be on: they are ours alone. */
static void join_pages(struct page *page, unsigned int order)
{
	for (struct page *p = page + 1, *end = page + (1u << order); p < end; p++) {
		p->word = 0;
		p->refcount.counter = 0;
	}
	page->order = order;
}

void free_pages_bulk(unsigned int nr, struct page **pages)
{
	while (nr) {
		unsigned int run = nr > 1 ? run_length(pages, nr) : 1;

		nr -= run;
		if (run == 1) {
			__free_page(*pages++);
			continue;
		}
		while (run) {
			pfn_t pfn = page_to_pfn(*pages);
			unsigned int order = min_t(unsigned int, ilog2(run), MAX_ORDER - 1);

			if (pfn)
				order = min_t(unsigned int, order, __ffs(pfn));
			if (order)
				join_pages(*pages, order);
			__free_pages(*pages, order);
			pages += 1u << order;
			run -= 1u << order;
		}
	}
}
