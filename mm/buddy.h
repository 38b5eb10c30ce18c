/* SPDX-License-Identifier: MIT */
/*
 * mm/buddy.h - split and merge: what happens to a zone's free lists, mostly inline
 *
 * The buddy of a block is found by its number among the blocks of its order: the upper one of a
 * pair is odd. Going up an order halves that number and doubles the block, so a loop over orders
 * carries the number, the block's size in bytes of mem_map, and the word that a free buddy would
 * start with.
 *
 *     split 8..15 down to order 1            merge 8..9 up
 *
 *     3 |       8       |                    1 | 8 |10 |      10 free? take it off its list
 *     2 |   8   |  12 --+--> list 2          2 |   8   |  12  free? take it off its list
 *     1 | 8 |10-+-----------> list 1         3 |       8      |  0 not free: list 3
 *         v
 *       handed out
 *
 * Rules B1 to B5 are in page_alloc.c. IRQs are off in all of these; nothing is checked.
 */
#ifndef MM_BUDDY_H
#define MM_BUDDY_H

#include <lib/compiler.h>
#include <lib/list.h>
#include <mm/mmzone.h>

#include "explain.h"

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
 * page_alloc.c: cut a block, off the lists, from order @high down to @low: upper halves become free
 * blocks. Not inline: who needs no cut then spills nothing for its sake, nor for its trace point's.
 */
void buddy_split(struct zone *zone, struct page *page, unsigned int high, unsigned int low);

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
 * @word: buddy_word() of the order; @index: the block's number among those of its order, odd for
 * the upper one of a pair; @size: of the block, in bytes of mem_map.
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

#endif
