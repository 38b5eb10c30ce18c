/* SPDX-License-Identifier: MIT */
/*
 * lib/interval_tree.c - closed intervals in an augmented red-black tree (see interval_tree.h)
 *
 * Source: Cormen et al., Introduction to Algorithms, "Interval Trees".
 */
#include <lib/interval_tree.h>
#include <lib/rbtree_augmented.h>

static inline unsigned long own_last(const struct interval_tree_node *node)
{
	return node->last;
}

RB_DECLARE_CALLBACKS_MAX(static, interval_augment, struct interval_tree_node, rb, unsigned long,
			 __subtree_last, own_last)

static struct interval_tree_node *interval_of(struct rb_node *rb)
{
	return rb_entry_safe(rb, struct interval_tree_node, rb);
}

void interval_tree_insert(struct interval_tree_node *node, struct rb_root_cached *root)
{
	struct rb_node **link = &root->rb_root.rb_node, *parent = NULL;
	bool leftmost = true;

	while (*link) {
		struct interval_tree_node *above = interval_of(*link);

		parent = *link;
		if (above->__subtree_last < node->last)
			above->__subtree_last = node->last;
		if (node->start < above->start) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	node->__subtree_last = node->last;
	rb_link_node(&node->rb, parent, link);
	rb_insert_augmented_cached(&node->rb, root, leftmost, &interval_augment);
}

void interval_tree_remove(struct interval_tree_node *node, struct rb_root_cached *root)
{
	rb_erase_augmented_cached(&node->rb, root, &interval_augment);
}

/*
 * The first node of the subtree of @node that ends at @start or later, and starts at @last or before.
 *
 * Where the left subtree has a node that ends late enough, the answer lies there or is none: were
 * none of its nodes to start early enough, no node to the right of it would either.
 */
static struct interval_tree_node *first_in_subtree(struct interval_tree_node *node,
						   unsigned long start, unsigned long last)
{
	while (node && node->__subtree_last >= start) {
		struct interval_tree_node *left = interval_of(node->rb.rb_left);

		if (left && left->__subtree_last >= start)
			node = left;
		else if (node->start > last)
			return NULL;
		else if (node->last >= start)
			return node;
		else
			node = interval_of(node->rb.rb_right);
	}
	return NULL;
}

struct interval_tree_node *interval_tree_iter_first(struct rb_root_cached *root,
						    unsigned long start, unsigned long last)
{
	struct interval_tree_node *leftmost = interval_of(root->rb_leftmost);

	if (!leftmost || leftmost->start > last)
		return NULL;
	return first_in_subtree(interval_of(root->rb_root.rb_node), start, last);
}

/* What follows @node is its right subtree, then each ancestor it lies to the left of, and so on. */
struct interval_tree_node *interval_tree_iter_next(struct interval_tree_node *node,
						   unsigned long start, unsigned long last)
{
	for (;;) {
		struct rb_node *rb = &node->rb, *parent;
		struct interval_tree_node *right = interval_of(rb->rb_right);

		if (right && right->__subtree_last >= start)
			return first_in_subtree(right, start, last);
		while ((parent = rb_parent(rb)) && parent->rb_right == rb)
			rb = parent;
		if (!parent)
			return NULL;
		node = interval_of(parent);
		if (node->start > last)
			return NULL;
		if (node->last >= start)
			return node;
	}
}
