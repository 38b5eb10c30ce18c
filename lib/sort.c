/* SPDX-License-Identifier: MIT */
/*
 * lib/sort.c - heapsort of an array
 *
 * The array is a heap with the largest element on top (children of i at 2i + 1 and 2i + 2). Again and
 * again the top changes places with the last element, which leaves the heap, and the new top sinks.
 *
 *     | heap: top is the largest        | sorted, all larger or equal |
 *     0                                 n                             num
 *
 * An element that comes from the end of a heap nearly always sinks to the end again. So sinking first
 * walks all the way down, along the larger children, with one comparison a level instead of two; then
 * up again to where the element belongs, mostly no step at all.
 * Source: Wegener, "Bottom-Up-Heapsort, a new variant of Heapsort" (1993).
 */
#include <lib/compiler.h>
#include <lib/sort.h>

struct sorter {
	char *base;
	size_t size;
	cmp_r_func_t cmp;
	swap_r_func_t swap;
	const void *priv;
};

/* Words that may lie anywhere and be part of anything. */
typedef unsigned long any_word __attribute__((may_alias, aligned(1)));

static void swap_words(void *a, void *b, int size, const void *priv __maybe_unused)
{
	any_word *x = a, *y = b;

	for (; size > 0; size -= (int)sizeof(*x)) {
		any_word word = *x;

		*x++ = *y;
		*y++ = word;
	}
}

static void swap_bytes(void *a, void *b, int size, const void *priv __maybe_unused)
{
	char *x = a, *y = b;

	for (; size > 0; size--) {
		char byte = *x;

		*x++ = *y;
		*y++ = byte;
	}
}

static char *element(const struct sorter *s, size_t index)
{
	return s->base + index * s->size;
}

static bool less(const struct sorter *s, size_t a, size_t b)
{
	return s->cmp(element(s, a), element(s, b), s->priv) < 0;
}

static void exchange(const struct sorter *s, size_t a, size_t b)
{
	s->swap(element(s, a), element(s, b), (int)s->size, s->priv);
}

/* The end of the way down from @top along the larger children, in a heap of @num elements. */
static size_t bottom_of(const struct sorter *s, size_t top, size_t num)
{
	size_t pos = top;

	for (;;) {
		size_t left = 2 * pos + 1, right = left + 1;

		if (right < num)
			pos = less(s, left, right) ? right : left;
		else
			return left < num ? left : pos;
	}
}

/* Below @top is a heap; the element at @top may be smaller than its children: let it sink. */
static void sink(const struct sorter *s, size_t top, size_t num)
{
	size_t pos = bottom_of(s, top, num), at;

	while (pos != top && less(s, pos, top))
		pos = (pos - 1) / 2;
	/* All on the way move up one place. The element at pos is always the one for the next place. */
	for (at = pos; at != top; ) {
		at = (at - 1) / 2;
		exchange(s, at, pos);
	}
}

static void heapsort(const struct sorter *s, size_t num)
{
	for (size_t top = num / 2; top-- > 0; )
		sink(s, top, num);
	while (num > 1) {
		num--;
		exchange(s, 0, num);
		sink(s, 0, num);
	}
}

void sort_r(void *base, size_t num, size_t size, cmp_r_func_t cmp, swap_r_func_t swap,
	    const void *priv)
{
	struct sorter s = { base, size, cmp, swap, priv };

	if (!s.swap)
		s.swap = size % sizeof(any_word) == 0 ? swap_words : swap_bytes;
	if (num > 1)
		heapsort(&s, num);
}

/* Two functions without @priv, seen through one pointer. */
struct plain {
	cmp_func_t cmp;
	swap_func_t swap;
};

static int plain_compare(const void *a, const void *b, const void *priv)
{
	return ((const struct plain *)priv)->cmp(a, b);
}

static void plain_swap(void *a, void *b, int size, const void *priv)
{
	((const struct plain *)priv)->swap(a, b, size);
}

void sort(void *base, size_t num, size_t size, cmp_func_t cmp, swap_func_t swap)
{
	struct plain functions = { cmp, swap };

	sort_r(base, num, size, plain_compare, swap ? plain_swap : NULL, &functions);
}
