/* SPDX-License-Identifier: MIT */
/*
 * include/lib/rbtree.h - red-black trees: sorted sets whose paths differ by a factor of two at most
 *
 * A node lies inside the user's structure. The tree does not compare: the user walks down from the
 * root, links the new node where the walk ended, and has the colours put right.
 *
 *	struct rb_node **link = &root->rb_node, *parent = NULL;
 *
 *	while (*link) {
 *		parent = *link;
 *		if (key < rb_entry(parent, struct thing, node)->key)
 *			link = &parent->rb_left;
 *		else
 *			link = &parent->rb_right;
 *	}
 *	rb_link_node(&thing->node, parent, link);
 *	rb_insert_color(&thing->node, root);
 *
 * One word holds the parent's address and, in bit 0, the colour: nodes are aligned to a word.
 *
 *	__rb_parent_color   | parent address         |0| red
 *	                    | parent address         |1| black
 *
 * R1  the root is black
 * R2  a red node has no red child
 * R3  every path from a node down to a missing child passes the same number of black nodes
 * R4  the parent word of each child names its parent; that of the root names none
 *
 * rb_insert_color() and rb_erase() take O(log n) steps and at most two and three rotations. Nothing
 * here allocates, fails or locks.
 */
#ifndef LIB_RBTREE_H
#define LIB_RBTREE_H

#include <lib/kernel.h>
#include <lib/types.h>

struct rb_node {
	unsigned long __rb_parent_color;
	struct rb_node *rb_right;
	struct rb_node *rb_left;
} __aligned(sizeof(long));

struct rb_root {
	struct rb_node *rb_node;
};

/* A root that also remembers its first node. */
struct rb_root_cached {
	struct rb_root rb_root;
	struct rb_node *rb_leftmost;
};

#define RB_ROOT			((struct rb_root){ NULL })
#define RB_ROOT_CACHED		((struct rb_root_cached){ { NULL }, NULL })

#define rb_entry(ptr, type, member)	container_of(ptr, type, member)
#define rb_entry_safe(ptr, type, member) ({				\
	__typeof__(ptr) rb_ptr_ = (ptr);				\
	rb_ptr_ ? rb_entry(rb_ptr_, type, member) : (type *)NULL;	\
})

#define rb_parent(node)		((struct rb_node *)((node)->__rb_parent_color & ~3UL))

#define RB_EMPTY_ROOT(root)	(READ_ONCE((root)->rb_node) == NULL)

/* A node that is in no tree can say so: it is its own parent. */
#define RB_CLEAR_NODE(node)	((node)->__rb_parent_color = (unsigned long)(node))
#define RB_EMPTY_NODE(node)	((node)->__rb_parent_color == (unsigned long)(node))

/* Hang @node, red and childless, into @link, a child pointer of @parent (or of the root). */
static inline void rb_link_node(struct rb_node *node, struct rb_node *parent, struct rb_node **link)
{
	node->__rb_parent_color = (unsigned long)parent;
	node->rb_left = NULL;
	node->rb_right = NULL;
	*link = node;
}

/* Restore R1 and R2 after @node was linked. */
void rb_insert_color(struct rb_node *node, struct rb_root *root);

/* Take @node out. Its own words stay as they were. */
void rb_erase(struct rb_node *node, struct rb_root *root);

/* @node, which sorts the same, takes the place of @old without any balancing. */
void rb_replace_node(struct rb_node *old, struct rb_node *node, struct rb_root *root);

/* In order; NULL past either end. rb_first and rb_last go down once: O(log n). */
struct rb_node *rb_first(const struct rb_root *root);
struct rb_node *rb_last(const struct rb_root *root);
struct rb_node *rb_next(const struct rb_node *node);
struct rb_node *rb_prev(const struct rb_node *node);

/* Children before their parent: the order for freeing a whole tree. */
struct rb_node *rb_first_postorder(const struct rb_root *root);
struct rb_node *rb_next_postorder(const struct rb_node *node);

/* The body may free @pos, but must not erase nodes from the tree. */
#define rbtree_postorder_for_each_entry_safe(pos, n, root, member)		\
	for ((pos) = rb_entry_safe(rb_first_postorder(root), __typeof__(*(pos)), member); \
	     (pos) && ((n) = rb_entry_safe(rb_next_postorder(&(pos)->member),	\
					   __typeof__(*(pos)), member), 1);	\
	     (pos) = (n))

/* --- with the first node remembered ------------------------------------------------------------ */

#define rb_first_cached(root)	((root)->rb_leftmost)

/* @leftmost: did the walk down never go right? Then @node is the first one. */
static inline void rb_insert_color_cached(struct rb_node *node, struct rb_root_cached *root,
					  bool leftmost)
{
	if (leftmost)
		root->rb_leftmost = node;
	rb_insert_color(node, &root->rb_root);
}

/* Return: the new first node if that changed, else NULL. */
static inline struct rb_node *rb_erase_cached(struct rb_node *node, struct rb_root_cached *root)
{
	struct rb_node *leftmost = NULL;

	if (root->rb_leftmost == node)
		leftmost = root->rb_leftmost = rb_next(node);
	rb_erase(node, &root->rb_root);
	return leftmost;
}

static inline void rb_replace_node_cached(struct rb_node *old, struct rb_node *node,
					  struct rb_root_cached *root)
{
	if (root->rb_leftmost == old)
		root->rb_leftmost = node;
	rb_replace_node(old, node, &root->rb_root);
}

#endif
