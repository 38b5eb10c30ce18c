/* SPDX-License-Identifier: MIT */
/*
 * lib/rbtree.c - balancing red-black trees
 *
 * All restructuring is one of two rotations. Drawn for side = left; capitals are subtrees.
 *
 *   single: up rises over top             double: inner rises over mid and top
 *
 *         top              up                     top                 inner
 *        /   \            /  \                   /   \               /     \
 *      up     C   --->  A     top             mid     D   --->    mid       top
 *     /  \                   /   \           /   \               /   \     /   \
 *    A    B                 B     C         A     inner         A     B   C     D
 *                                                /     \
 *                                               B       C
 *
 * In both the riser takes over the place and the colour of top, and order is kept: A, B, C, D stand
 * from left to right before and after.
 *
 * The side is a constant at every call, and so is "no summary" (rotate == NULL), so each of the
 * functions below compiles to code without either question. See rbtree.h for R1 to R4.
 * Source: Guibas, Sedgewick, "A Dichromatic Framework for Balanced Trees" (1978);
 *         Cormen et al., Introduction to Algorithms, "Red-Black Trees".
 */
#include <lib/rbtree_augmented.h>

enum side { LEFT, RIGHT };

#define OTHER(side)	((side) == LEFT ? RIGHT : LEFT)

static __always_inline struct rb_node *child_of(const struct rb_node *node, enum side side)
{
	return side == LEFT ? node->rb_left : node->rb_right;
}

static __always_inline void set_child(struct rb_node *node, enum side side, struct rb_node *child)
{
	if (side == LEFT)
		node->rb_left = child;
	else
		node->rb_right = child;
}

/* Hand a subtree, maybe empty, to another parent. It keeps its colour. */
static __always_inline void move_subtree(struct rb_node *tree, struct rb_node *parent,
					 enum side side)
{
	set_child(parent, side, tree);
	if (tree)
		rb_set_parent(tree, parent);
}

/* @node takes over the parent, the parent's pointer and the colour of @top. */
static __always_inline void take_place(struct rb_node *node, struct rb_node *top,
				       struct rb_root *root)
{
	struct rb_node *parent = rb_parent(top);

	node->__rb_parent_color = top->__rb_parent_color;
	rb_change_child(top, node, parent, root);
}

/* @up is @top's child on @side. @top, now below, gets @color. */
static __always_inline void rotate_single(struct rb_node *top, struct rb_node *up, enum side side,
					  unsigned long color, struct rb_root *root,
					  rb_rotate_t rotate)
{
	move_subtree(child_of(up, OTHER(side)), top, side);
	take_place(up, top, root);
	set_child(up, OTHER(side), top);
	rb_set_parent_color(top, up, color);
	if (rotate)
		rotate(top, up);
}

/* @mid is @top's child on @side, @inner the child of @mid on the other; @top gets @color. */
static __always_inline void rotate_double(struct rb_node *top, struct rb_node *mid,
					  struct rb_node *inner, enum side side,
					  unsigned long color, struct rb_root *root,
					  rb_rotate_t rotate)
{
	move_subtree(child_of(inner, side), mid, OTHER(side));
	move_subtree(child_of(inner, OTHER(side)), top, side);
	take_place(inner, top, root);
	set_child(inner, side, mid);
	set_child(inner, OTHER(side), top);
	rb_set_parent(mid, inner);
	rb_set_parent_color(top, inner, color);
	if (rotate) {
		rotate(mid, inner);
		rotate(top, inner);
	}
}

static __always_inline bool is_red(const struct rb_node *node)
{
	return node && rb_is_red(node);
}

/* --- insertion --------------------------------------------------------------------------------- */

/*
 * @node and @parent are red, which breaks R2; @parent is on @side of @top, which is black.
 *
 * A red uncle: parent and uncle turn black, top turns red, and the question moves up to top.
 * Otherwise a rotation brings a black node on top of two red ones, and all is well.
 * Return: true when @top is red now and has to be looked at.
 */
static __always_inline bool insert_step(struct rb_node *node, struct rb_node *parent,
					struct rb_node *top, enum side side,
					struct rb_root *root, rb_rotate_t rotate)
{
	struct rb_node *uncle = child_of(top, OTHER(side));

	if (is_red(uncle)) {
		rb_set_parent_color(parent, top, RB_BLACK);
		rb_set_parent_color(uncle, top, RB_BLACK);
		rb_set_parent_color(top, rb_parent(top), RB_RED);
		return true;
	}
	if (child_of(parent, side) == node)
		rotate_single(top, parent, side, RB_RED, root, rotate);
	else
		rotate_double(top, parent, node, side, RB_RED, root, rotate);
	return false;
}

static __always_inline void insert(struct rb_node *node, struct rb_root *root, rb_rotate_t rotate)
{
	for (;;) {
		struct rb_node *parent = rb_parent(node), *top;
		bool again;

		if (!parent) {
			rb_set_parent_color(node, NULL, RB_BLACK);
			return;
		}
		if (rb_is_black(parent))
			return;
		top = rb_parent(parent);	/* exists, for the root is black */
		if (top->rb_left == parent)
			again = insert_step(node, parent, top, LEFT, root, rotate);
		else
			again = insert_step(node, parent, top, RIGHT, root, rotate);
		if (!again)
			return;
		node = top;
	}
}

void rb_insert_color(struct rb_node *node, struct rb_root *root)
{
	insert(node, root, NULL);
}

void __rb_insert_augmented(struct rb_node *node, struct rb_root *root, rb_rotate_t rotate)
{
	insert(node, root, rotate);
}

/* --- removal ----------------------------------------------------------------------------------- */

/*
 * Paths through @parent's child on the other side of @side pass one black node less than those
 * through @sibling, its child on @side. The nephews are the sibling's children.
 *
 * 1  a red sibling rises and turns black; parent, now red, gets one of its children, which are
 *    black, as the new sibling
 * 2  black nephews: the sibling turns red, both sides are equal again. If parent was red, turning
 *    it black repays the loss; otherwise the whole subtree of parent lacks a black node
 * 3  a red nephew: a rotation puts three nodes over the short side and two over the other, as many
 *    black ones on each as before
 *
 * Return: true when the subtree of @parent is short now.
 */
static __always_inline bool erase_step(struct rb_node *parent, struct rb_node *sibling,
				       enum side side, struct rb_root *root, rb_rotate_t rotate)
{
	struct rb_node *outer, *inner;

	if (rb_is_red(sibling)) {
		struct rb_node *next = child_of(sibling, OTHER(side));

		rotate_single(parent, sibling, side, RB_RED, root, rotate);
		sibling = next;
	}
	outer = child_of(sibling, side);
	inner = child_of(sibling, OTHER(side));
	if (is_red(outer)) {
		rb_set_parent_color(outer, sibling, RB_BLACK);
		rotate_single(parent, sibling, side, RB_BLACK, root, rotate);
		return false;
	}
	if (is_red(inner)) {
		rotate_double(parent, sibling, inner, side, RB_BLACK, root, rotate);
		return false;
	}
	rb_set_parent_color(sibling, parent, RB_RED);
	if (rb_is_black(parent))
		return true;
	rb_set_parent_color(parent, rb_parent(parent), RB_BLACK);
	return false;
}

/* The missing node stood below @parent: that side is empty, the other is not (R3). */
static __always_inline void rebalance(struct rb_node *parent, struct rb_root *root,
				      rb_rotate_t rotate)
{
	struct rb_node *node = NULL;

	while (parent) {
		bool again;

		if (parent->rb_left == node)
			again = erase_step(parent, parent->rb_right, RIGHT, root, rotate);
		else
			again = erase_step(parent, parent->rb_left, LEFT, root, rotate);
		if (!again)
			return;
		node = parent;
		parent = rb_parent(node);
	}
}

void __rb_erase_color(struct rb_node *parent, struct rb_root *root, rb_rotate_t rotate)
{
	rebalance(parent, root, rotate);
}

void rb_erase(struct rb_node *node, struct rb_root *root)
{
	struct rb_node *short_side = rb_unlink(node, root, NULL);

	if (short_side)
		rebalance(short_side, root, NULL);
}

void rb_replace_node(struct rb_node *old, struct rb_node *node, struct rb_root *root)
{
	*node = *old;
	if (old->rb_left)
		rb_set_parent(old->rb_left, node);
	if (old->rb_right)
		rb_set_parent(old->rb_right, node);
	rb_change_child(old, node, rb_parent(old), root);
}

/* --- walking ----------------------------------------------------------------------------------- */

struct rb_node *rb_first(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_left)
		node = node->rb_left;
	return node;
}

struct rb_node *rb_last(const struct rb_root *root)
{
	struct rb_node *node = root->rb_node;

	while (node && node->rb_right)
		node = node->rb_right;
	return node;
}

/* The end of the row of @side children that starts at @node. */
static __always_inline struct rb_node *far_end(struct rb_node *node, enum side side)
{
	while (child_of(node, side))
		node = child_of(node, side);
	return node;
}

/*
 * The neighbour in order on @side: the nearest node of that subtree; without one, the first
 * ancestor that has us on its other side.
 */
static __always_inline struct rb_node *neighbour(const struct rb_node *node, enum side side)
{
	struct rb_node *parent;

	if (RB_EMPTY_NODE(node))
		return NULL;
	if (child_of(node, side))
		return far_end(child_of(node, side), OTHER(side));
	while ((parent = rb_parent(node)) && child_of(parent, side) == node)
		node = parent;
	return parent;
}

struct rb_node *rb_next(const struct rb_node *node)
{
	return neighbour(node, RIGHT);
}

struct rb_node *rb_prev(const struct rb_node *node)
{
	return neighbour(node, LEFT);
}

/* Go down, left where there is a left, to a node without children. */
static struct rb_node *first_leaf(struct rb_node *node)
{
	for (;;) {
		if (node->rb_left)
			node = node->rb_left;
		else if (node->rb_right)
			node = node->rb_right;
		else
			return node;
	}
}

struct rb_node *rb_first_postorder(const struct rb_root *root)
{
	return root->rb_node ? first_leaf(root->rb_node) : NULL;
}

/* After a left child comes the right one's subtree, after a right child the parent. */
struct rb_node *rb_next_postorder(const struct rb_node *node)
{
	struct rb_node *parent;

	if (!node)
		return NULL;
	parent = rb_parent(node);
	if (parent && node == parent->rb_left && parent->rb_right)
		return first_leaf(parent->rb_right);
	return parent;
}
