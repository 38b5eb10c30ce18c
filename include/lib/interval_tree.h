/* SPDX-License-Identifier: MIT */
/*
 * include/lib/interval_tree.h - which of many closed intervals [start, last] meet a given one?
 *
 * A red-black tree sorted by start; each node also knows the largest last of its subtree. A subtree
 * whose largest last lies before the interval asked for is skipped, and so is everything that starts
 * behind it: finding each next interval costs O(log n).
 *
 *              [20,36]  subtree 99            asked for [50, 60]:
 *             /       \                       the left subtree ends at 30: skipped;
 *      [3,30]  30      [29,99]  99            the root ends at 36; [29,99] meets it
 *
 * I1  sorted by start, in the order of the tree; equal starts in any order
 * I2  __subtree_last is the largest last of the node and its descendants
 */
#ifndef LIB_INTERVAL_TREE_H
#define LIB_INTERVAL_TREE_H

#include <lib/rbtree.h>

struct interval_tree_node {
	struct rb_node rb;
	unsigned long start;		/* first and last point of the interval */
	unsigned long last;
	unsigned long __subtree_last;
};

/* The user sets start <= last, and leaves both alone until the node is removed. */
void interval_tree_insert(struct interval_tree_node *node, struct rb_root_cached *root);
void interval_tree_remove(struct interval_tree_node *node, struct rb_root_cached *root);

/* The first interval by start that has a point in common with [@start, @last], or NULL. */
struct interval_tree_node *interval_tree_iter_first(struct rb_root_cached *root,
						    unsigned long start, unsigned long last);

/* The one after @node that does, or NULL. */
struct interval_tree_node *interval_tree_iter_next(struct interval_tree_node *node,
						   unsigned long start, unsigned long last);

#endif
