/* SPDX-License-Identifier: MIT */
/*
 * include/lib/rbtree_augmented.h - red-black trees whose nodes carry a summary of their subtree
 *
 * The summary, say the largest gap in the subtree, lets a search skip whole subtrees. It depends on
 * the node itself and the summaries of its two children only, and the tree keeps it true:
 *
 *	insertion	the user raises the summary of each node on the way down and sets that of
 *			the new node; the tree calls rotate() for what its rotations move
 *	removal		the tree calls copy() when a successor takes the node's place, and
 *			propagate() upwards from the deepest node whose subtree has changed
 *	other changes	the user calls propagate(node, NULL)
 *
 * The part of rb_erase_augmented() that takes the node out is inline, so that the callbacks, mostly
 * a few instructions, are inlined into it; the rarer rebalancing is a function of lib/rbtree.c.
 * Source: Cormen et al., Introduction to Algorithms, "Augmenting Data Structures".
 */
#ifndef LIB_RBTREE_AUGMENTED_H
#define LIB_RBTREE_AUGMENTED_H

#include <lib/rbtree.h>

/*
 * propagate: recompute from @node up to but excluding @stop (NULL: past the root); may end early
 *            where nothing changes
 * copy:      @node takes the place of @old: take over its summary
 * rotate:    @node has risen into the place of @old, now its child: take over the summary of @old,
 *            then recompute that of @old
 */
struct rb_augment_callbacks {
	void (*propagate)(struct rb_node *node, struct rb_node *stop);
	void (*copy)(struct rb_node *old, struct rb_node *node);
	void (*rotate)(struct rb_node *old, struct rb_node *node);
};

typedef void (*rb_rotate_t)(struct rb_node *old, struct rb_node *node);

/* --- the parent word --------------------------------------------------------------------------- */

#define RB_RED		0UL
#define RB_BLACK	1UL

/* Missing children count as black; these two want a node. */
#define rb_is_red(node)		(!((node)->__rb_parent_color & RB_BLACK))
#define rb_is_black(node)	((node)->__rb_parent_color & RB_BLACK)

static inline void rb_set_parent(struct rb_node *node, struct rb_node *parent)
{
	node->__rb_parent_color = (unsigned long)parent | (node->__rb_parent_color & RB_BLACK);
}

static inline void rb_set_parent_color(struct rb_node *node, struct rb_node *parent,
				       unsigned long color)
{
	node->__rb_parent_color = (unsigned long)parent | color;
}

/* The pointer that leads to @old, in @parent or the root, leads to @node from now on. */
static inline void rb_change_child(struct rb_node *old, struct rb_node *node,
				   struct rb_node *parent, struct rb_root *root)
{
	if (!parent)
		root->rb_node = node;
	else if (parent->rb_left == old)
		parent->rb_left = node;
	else
		parent->rb_right = node;
}

/* --- insertion --------------------------------------------------------------------------------- */

void __rb_insert_augmented(struct rb_node *node, struct rb_root *root, rb_rotate_t rotate);

static inline void rb_insert_augmented(struct rb_node *node, struct rb_root *root,
				       const struct rb_augment_callbacks *augment)
{
	__rb_insert_augmented(node, root, augment->rotate);
}

static inline void rb_insert_augmented_cached(struct rb_node *node, struct rb_root_cached *root,
					      bool leftmost,
					      const struct rb_augment_callbacks *augment)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_augmented(node, &root->rb_root, augment);
}

/* --- removal ----------------------------------------------------------------------------------- */

/* Below one side of @parent a black node is missing: restore R3. */
void __rb_erase_color(struct rb_node *parent, struct rb_root *root, rb_rotate_t rotate);

/*
 * Take out @node, which has at most one child. By R2 and R3 an only child is red and childless: it
 * takes over the place and the colour. Return: the parent when a black node went missing, else NULL.
 */
static __always_inline struct rb_node *rb_unlink_leaf(struct rb_node *node, struct rb_node *child,
						      struct rb_root *root,
						      const struct rb_augment_callbacks *augment)
{
	unsigned long parent_color = node->__rb_parent_color;
	struct rb_node *parent = rb_parent(node);

	rb_change_child(node, child, parent, root);
	if (child)
		child->__rb_parent_color = parent_color;
	if (augment && parent)
		augment->propagate(parent, NULL);
	return child || !(parent_color & RB_BLACK) ? NULL : parent;
}

/*
 * Take out @node, which has two children: the next node in order, which has no left child, leaves
 * its own place and takes over place, colour and children of @node.
 *
 *           node                     next
 *          /    \                   /    \
 *      left      right   ---->  left      right          child: the right child of next, or none;
 *               ...                      ...             bottom: where next was taken from
 *            bottom                   bottom
 *            /                        /
 *         next                   child
 *            \
 *             child
 */
static __always_inline struct rb_node *rb_unlink_inner(struct rb_node *node, struct rb_root *root,
						       const struct rb_augment_callbacks *augment)
{
	struct rb_node *left = node->rb_left, *right = node->rb_right;
	struct rb_node *next = right, *bottom = NULL, *child;
	bool lost_black;

	while (next->rb_left) {
		bottom = next;
		next = next->rb_left;
	}
	child = next->rb_right;
	lost_black = rb_is_black(next) && !child;
	if (bottom) {
		bottom->rb_left = child;
		next->rb_right = right;
		rb_set_parent(right, next);
	} else {
		bottom = next;		/* the right child itself moves up */
	}
	if (child)
		rb_set_parent_color(child, bottom, RB_BLACK);
	next->rb_left = left;
	rb_set_parent(left, next);
	rb_change_child(node, next, rb_parent(node), root);
	next->__rb_parent_color = node->__rb_parent_color;
	if (augment) {
		augment->copy(node, next);
		if (bottom != next)
			augment->propagate(bottom, next);
		augment->propagate(next, NULL);
	}
	return lost_black ? bottom : NULL;
}

/* Take @node out and keep the summaries true. Return: as rb_unlink_leaf(), for __rb_erase_color(). */
static __always_inline struct rb_node *rb_unlink(struct rb_node *node, struct rb_root *root,
						 const struct rb_augment_callbacks *augment)
{
	if (!node->rb_left)
		return rb_unlink_leaf(node, node->rb_right, root, augment);
	if (!node->rb_right)
		return rb_unlink_leaf(node, node->rb_left, root, augment);
	return rb_unlink_inner(node, root, augment);
}

static __always_inline void rb_erase_augmented(struct rb_node *node, struct rb_root *root,
					       const struct rb_augment_callbacks *augment)
{
	struct rb_node *short_side = rb_unlink(node, root, augment);

	if (short_side)
		__rb_erase_color(short_side, root, augment->rotate);
}

static __always_inline void rb_erase_augmented_cached(struct rb_node *node,
						      struct rb_root_cached *root,
						      const struct rb_augment_callbacks *augment)
{
	if (root->rb_leftmost == node)
		root->rb_leftmost = rb_next(node);
	rb_erase_augmented(node, &root->rb_root, augment);
}

/* --- writing the callbacks --------------------------------------------------------------------- */

/*
 * Define `rbstatic const struct rb_augment_callbacks name` for structures of @type with the node
 * @member and the summary @augfield. Like a function, it needs no semicolon behind it.
 * @recompute: bool recompute(type *t, bool exit): set t->augfield from t and its children. True, when
 *             @exit is true and the field already had that value: the nodes above are right too.
 */
#define RB_DECLARE_CALLBACKS(rbstatic, name, type, member, augfield, recompute)		\
static inline void name##_propagate(struct rb_node *node, struct rb_node *stop)		\
{											\
	while (node != stop) {								\
		if (recompute(rb_entry(node, type, member), true))			\
			break;								\
		node = rb_parent(node);							\
	}										\
}											\
static inline void name##_copy(struct rb_node *old, struct rb_node *node)		\
{											\
	rb_entry(node, type, member)->augfield = rb_entry(old, type, member)->augfield;	\
}											\
static void name##_rotate(struct rb_node *old, struct rb_node *node)			\
{											\
	rb_entry(node, type, member)->augfield = rb_entry(old, type, member)->augfield;	\
	recompute(rb_entry(old, type, member), false);					\
}											\
rbstatic const struct rb_augment_callbacks name = {					\
	.propagate = name##_propagate,							\
	.copy = name##_copy,								\
	.rotate = name##_rotate,							\
};

/*
 * The same where the summary is the largest @value(t) of the subtree.
 * @augtype: type of @augfield
 * @value:   augtype value(type *t), what t itself contributes
 */
#define RB_DECLARE_CALLBACKS_MAX(rbstatic, name, type, member, augtype, augfield, value) \
static inline bool name##_compute_max(type *t, bool exit)				\
{											\
	augtype largest = value(t);							\
	struct rb_node *child;								\
											\
	child = t->member.rb_left;							\
	if (child && rb_entry(child, type, member)->augfield > largest)			\
		largest = rb_entry(child, type, member)->augfield;			\
	child = t->member.rb_right;							\
	if (child && rb_entry(child, type, member)->augfield > largest)			\
		largest = rb_entry(child, type, member)->augfield;			\
	if (exit && t->augfield == largest)						\
		return true;								\
	t->augfield = largest;								\
	return false;									\
}											\
RB_DECLARE_CALLBACKS(rbstatic, name, type, member, augfield, name##_compute_max)

#endif
