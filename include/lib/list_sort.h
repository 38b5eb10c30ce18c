/* SPDX-License-Identifier: MIT */
#ifndef LIB_LIST_SORT_H
#define LIB_LIST_SORT_H

#include <lib/types.h>

/*
 * @a stands before @b in the list as it was. > 0: they must change places; <= 0: the order stays.
 * So a boolean "a > b" serves as well as a difference.
 */
typedef int (*list_cmp_func_t)(void *priv, const struct list_head *a, const struct list_head *b);

/**
 * list_sort - sort a list, keeping the order of members that compare equal
 * @priv: handed to @cmp
 * @head: the list; only the next and prev words of its members are touched
 * @cmp:  sees members only, never the head
 *
 * O(n log n) comparisons; no recursion, no allocation, 128 bytes of stack.
 */
void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp);

#endif
