/* SPDX-License-Identifier: MIT */
/*
 * include/lib/min_heap.h - a priority queue in an array: the smallest element stands at index 0
 *
 * The array is a binary tree without pointers. Each element is not larger than its two children.
 *
 *     index      0   1   2   3   4   5            0
 *     children   1,2 3,4 5,6                    /   \
 *                                              1     2
 * M1  for i > 0: !less(i, (i - 1) / 2)        / \   /
 *                                            3   4 5
 *
 * The user owns the array; elements are moved with swp() and memcpy().
 * Source: Williams, "Algorithm 232: Heapsort" (1964); Floyd, "Algorithm 245: Treesort 3" (1964).
 */
#ifndef LIB_MIN_HEAP_H
#define LIB_MIN_HEAP_H

#include <lib/types.h>

struct min_heap {
	void *data;		/* the array */
	int nr;			/* elements in the heap */
	int size;		/* elements the array has room for */
};

struct min_heap_callbacks {
	int elem_size;					/* bytes */
	bool (*less)(const void *lhs, const void *rhs);
	void (*swp)(void *lhs, void *rhs);
};

/* Make a heap of nr elements in any order: O(n). */
void min_heapify_all(struct min_heap *heap, const struct min_heap_callbacks *func);

/* The element at @pos has grown, or the two heaps below it are to be joined: sink it. */
void min_heapify(struct min_heap *heap, int pos, const struct min_heap_callbacks *func);

/* Drop the smallest element. An empty heap warns and stays as it is. */
void min_heap_pop(struct min_heap *heap, const struct min_heap_callbacks *func);

/* Put *@element in place of the smallest: one walk down where pop and push take two. nr > 0. */
void min_heap_pop_push(struct min_heap *heap, const void *element,
		       const struct min_heap_callbacks *func);

/* Add *@element. A full heap warns and stays as it is. */
void min_heap_push(struct min_heap *heap, const void *element,
		   const struct min_heap_callbacks *func);

#endif
