/* SPDX-License-Identifier: MIT */
#ifndef LIB_SORT_H
#define LIB_SORT_H

#include <lib/types.h>

/* < 0, 0, > 0 as *@a sorts before, like or behind *@b. */
typedef int (*cmp_func_t)(const void *a, const void *b);
typedef int (*cmp_r_func_t)(const void *a, const void *b, const void *priv);

/* Exchange two elements of @size bytes. */
typedef void (*swap_func_t)(void *a, void *b, int size);
typedef void (*swap_r_func_t)(void *a, void *b, int size, const void *priv);

/**
 * sort - sort an array in place
 * @base: the array
 * @num:  elements
 * @size: bytes of one, 1 to INT_MAX
 * @cmp:  comparison
 * @swap: NULL to exchange them byte by byte or word by word
 *
 * Heapsort: never more than about n log2 n + 2 n comparisons, no recursion, no allocation; equal
 * elements may change their order (list_sort() keeps it).
 */
void sort(void *base, size_t num, size_t size, cmp_func_t cmp, swap_func_t swap);

/* The same with @priv handed to both functions. */
void sort_r(void *base, size_t num, size_t size, cmp_r_func_t cmp, swap_r_func_t swap,
	    const void *priv);

#endif
