/* SPDX-License-Identifier: MIT */
/*
 * lib/min_heap.c - a priority queue in an array (see min_heap.h for the picture)
 */
#include <lib/bug.h>
#include <lib/min_heap.h>

static void *element_at(const struct min_heap *heap, int index,
			const struct min_heap_callbacks *func)
{
	return (char *)heap->data + (size_t)index * (size_t)func->elem_size;
}

static void store(struct min_heap *heap, int index, const void *element,
		  const struct min_heap_callbacks *func)
{
	__builtin_memcpy(element_at(heap, index, func), element, (size_t)func->elem_size);
}

/* Index of the smaller child of @pos, or -1 when it has none. */
static int smaller_child(const struct min_heap *heap, int pos,
			 const struct min_heap_callbacks *func)
{
	int left = 2 * pos + 1, right = left + 1;

	if (left >= heap->nr)
		return -1;
	if (right < heap->nr &&
	    func->less(element_at(heap, right, func), element_at(heap, left, func)))
		return right;
	return left;
}

void min_heapify(struct min_heap *heap, int pos, const struct min_heap_callbacks *func)
{
	int child;

	while ((child = smaller_child(heap, pos, func)) >= 0) {
		void *below = element_at(heap, child, func), *here = element_at(heap, pos, func);

		if (!func->less(below, here))
			return;
		func->swp(below, here);
		pos = child;
	}
}

void min_heapify_all(struct min_heap *heap, const struct min_heap_callbacks *func)
{
	/* From the last element that has a child back to the root. */
	for (int pos = heap->nr / 2 - 1; pos >= 0; pos--)
		min_heapify(heap, pos, func);
}

void min_heap_pop(struct min_heap *heap, const struct min_heap_callbacks *func)
{
	if (WARN_ONCE(heap->nr <= 0, "min_heap_pop: the heap is empty\n"))
		return;
	heap->nr--;
	if (heap->nr == 0)
		return;
	store(heap, 0, element_at(heap, heap->nr, func), func);
	min_heapify(heap, 0, func);
}

void min_heap_pop_push(struct min_heap *heap, const void *element,
		       const struct min_heap_callbacks *func)
{
	store(heap, 0, element, func);
	min_heapify(heap, 0, func);
}

void min_heap_push(struct min_heap *heap, const void *element,
		   const struct min_heap_callbacks *func)
{
	int pos = heap->nr;

	if (WARN_ONCE(heap->nr >= heap->size, "min_heap_push: all %d elements are in use\n",
		      heap->size))
		return;
	store(heap, pos, element, func);
	heap->nr++;
	while (pos > 0) {
		int above = (pos - 1) / 2;
		void *here = element_at(heap, pos, func), *parent = element_at(heap, above, func);

		if (!func->less(here, parent))
			return;
		func->swp(parent, here);
		pos = above;
	}
}
