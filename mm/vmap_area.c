/* SPDX-License-Identifier: MIT */
/*
 * mm/vmap_area.c - who has which range of an address space
 *
 * Areas lie in a red-black tree by address; each knows the free bytes right before it, and the
 * largest such gap in its subtree. So a search for room goes left where the left subtree has a gap
 * that is large enough, and finds the lowest one on its way down:
 *
 *   start                                                            end
 *     |  gap 3  | A |  gap 8      | B |gap 1| C |  gap 4   | last_gap |
 *
 *                B   gap 8, max_gap 8              need 2: A's subtree has 3: go left, take A's gap
 *              /   \                               need 4: left has 3 at most; B's own gap: take it
 *   gap 3     A     C   gap 1, max_gap 1           need 9: the root says no; nor has last_gap
 *   max_gap 3
 *
 * The gap behind the last area belongs to last_gap, which is at the end of the list but not in the
 * tree. It is most often the largest by far, and would be in the max_gap of every node above it: this
 * way a space that is filled from below changes no sum at all, and is searched by looking at the root.
 *
 * V1  areas are in order, inside the space, and do not overlap; the tree has the list's, but last_gap
 * V2  gap = start - end of the area before it (or the space's start)
 * V3  max_gap = the largest of the node's own gap and its children's max_gap
 * V4  no red node has a red child, and each way down meets as many black nodes
 * V5  nr and used are the sums over the areas
 *
 * Callers keep interrupts off where it matters.
 * Source: Cormen et al., Introduction to Algorithms, "Augmenting Data Structures", "Interval Trees".
 */
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/rbtree_augmented.h>
#include <mm/layout.h>
#include <mm/vmap_area.h>

#define area_of(rb)	rb_entry(rb, struct vmap_area, node)
#define area_gap(area)	((area)->gap)

RB_DECLARE_CALLBACKS_MAX(static, gap_callbacks, struct vmap_area, node, unsigned long, max_gap,
			 area_gap)

void vmap_space_init(struct vmap_space *space, unsigned long start, unsigned long end)
{
	struct vmap_area *last = &space->last_gap;

	*space = (struct vmap_space) { .start = start };
	space->root = RB_ROOT;
	INIT_LIST_HEAD(&space->areas);
	last->start = last->end = end;
	last->gap = end - start;
	list_add(&last->list, &space->areas);
}

static unsigned long subtree_gap(const struct rb_node *rb)
{
	return rb ? area_of(rb)->max_gap : 0;
}

/* The area before whose gap is the lowest of @need bytes or more, or NULL. */
static struct vmap_area *lowest_gap(struct vmap_space *space, unsigned long need)
{
	struct rb_node *rb = space->root.rb_node;

	space->steps = 1;
	if (subtree_gap(rb) < need)
		return space->last_gap.gap >= need ? &space->last_gap : NULL;
	for (;; space->steps++) {
		if (subtree_gap(rb->rb_left) >= need)
			rb = rb->rb_left;
		else if (area_of(rb)->gap >= need)
			return area_of(rb);
		else
			rb = rb->rb_right;
	}
}

static unsigned long aligned_start(const struct vmap_area *next, unsigned long align)
{
	return round_up(next->start - next->gap, align);
}

/* Does the gap before @next hold @size bytes at @align? Rounding up may wrap past the top. */
static bool gap_fits(const struct vmap_area *next, unsigned long size, unsigned long align)
{
	unsigned long start = aligned_start(next, align);

	return next->gap >= size && start >= next->start - next->gap && start < next->start &&
	       next->start - start >= size;
}

/* The area before which @size bytes at @align go, or NULL. */
static struct vmap_area *find_gap(struct vmap_space *space, unsigned long size,
				  unsigned long align)
{
	struct vmap_area *next = NULL;

	if (size + (align - PAGE_SIZE) >= size)		/* no wrap: a gap of that size surely fits */
		next = lowest_gap(space, size + (align - PAGE_SIZE));
	if (next || align == PAGE_SIZE)
		return next;
	list_for_each_entry(next, &space->areas, list)
		if (gap_fits(next, size, align))
			return next;
	return NULL;
}

/* A gap has changed: put it right in the node and above. */
static void set_gap(struct vmap_space *space, struct vmap_area *area, unsigned long gap)
{
	area->gap = gap;
	if (area != &space->last_gap)
		gap_callbacks.propagate(&area->node, NULL);
}

/*
 * Hang @area, whose range lies in the gap before @next, into list and tree: at the left of @next, or
 * at the right of what is left of it. The sums on the way up change twice: below @next because @area
 * came, if it brings a gap; from there on because the gap before @next is smaller.
 */
static void insert_before(struct vmap_space *space, struct vmap_area *area, struct vmap_area *next)
{
	struct rb_node *parent = NULL, **link = &space->root.rb_node;

	if (next != &space->last_gap && !next->node.rb_left) {
		parent = &next->node;
		link = &parent->rb_left;
	} else if (space->nr) {
		parent = &list_prev_entry(next, list)->node;
		link = &parent->rb_right;
	}
	rb_link_node(&area->node, parent, link);
	list_add_tail(&area->list, &next->list);
	area->max_gap = area->gap;
	if (area->gap && parent)
		gap_callbacks.propagate(parent, next == &space->last_gap ? NULL : &next->node);
	set_gap(space, next, next->start - area->end);
	rb_insert_augmented(&area->node, &space->root, &gap_callbacks);
}

int vmap_space_alloc(struct vmap_space *space, struct vmap_area *area, unsigned long size,
		     unsigned long align)
{
	struct vmap_area *next = find_gap(space, size, align);

	if (!next)
		return -ENOMEM;
	area->start = aligned_start(next, align);
	area->end = area->start + size;
	area->gap = area->start - (next->start - next->gap);
	insert_before(space, area, next);
	space->nr++;
	space->used += size;
	return 0;
}

void vmap_space_free(struct vmap_space *space, struct vmap_area *area)
{
	struct vmap_area *next = list_next_entry(area, list);

	rb_erase_augmented(&area->node, &space->root, &gap_callbacks);
	list_del(&area->list);
	set_gap(space, next, next->gap + (area->end - area->start) + area->gap);
	space->nr--;
	space->used -= area->end - area->start;
}

void vmap_space_keep(struct vmap_space *space, bool (*keep)(struct vmap_area *area),
		     void (*drop)(struct vmap_area *area))
{
	struct vmap_area *last = &space->last_gap, *area, *next;
	LIST_HEAD(old);

	list_replace_init(&space->areas, &old);
	list_move(&last->list, &space->areas);
	last->gap = last->start - space->start;
	space->root = RB_ROOT;
	space->nr = space->used = 0;
	list_for_each_entry_safe(area, next, &old, list) {
		if (!keep(area)) {
			drop(area);
			continue;
		}
		area->gap = area->start - (last->start - last->gap);
		insert_before(space, area, last);
		space->nr++;
		space->used += area->end - area->start;
	}
}

int vmap_space_resize(struct vmap_space *space, struct vmap_area *area, unsigned long end)
{
	struct vmap_area *next = list_next_entry(area, list);

	if (end > next->start)
		return -ENOMEM;
	space->used += end - area->end;
	area->end = end;
	set_gap(space, next, next->start - end);
	return 0;
}

struct vmap_area *vmap_space_find(const struct vmap_space *space, unsigned long addr)
{
	struct rb_node *rb = space->root.rb_node;

	while (rb) {
		struct vmap_area *area = area_of(rb);

		if (addr < area->start)
			rb = rb->rb_left;
		else if (addr >= area->end)
			rb = rb->rb_right;
		else
			return area;
	}
	return NULL;
}

unsigned long vmap_space_largest(const struct vmap_space *space)
{
	return max(subtree_gap(space->root.rb_node), space->last_gap.gap);
}

/* --- checking -------------------------------------------------------------------------------- */

/* V1, V2, V5: along the list, which the tree's order must be too. */
static int check_list(const struct vmap_space *space)
{
	const struct rb_node *rb = rb_first(&space->root);
	unsigned long end = space->start, nr = 0, used = 0;
	const struct vmap_area *area;

	list_for_each_entry(area, &space->areas, list) {
		if (area->start < end || area->end < area->start ||
		    (area != &space->last_gap && rb != &area->node))
			return 1;
		if (area->gap != area->start - end)
			return 2;
		if (area == &space->last_gap)
			break;
		rb = rb_next(rb);
		end = area->end;
		used += end - area->start;
		nr++;
	}
	if (rb || area != &space->last_gap || !list_is_last(&area->list, &space->areas))
		return 1;
	return nr == space->nr && used == space->used ? 0 : 5;
}

/* V3 at one node. */
static bool max_gap_is_right(const struct vmap_area *area)
{
	unsigned long children = max(subtree_gap(area->node.rb_left),
				     subtree_gap(area->node.rb_right));

	return area->max_gap == max(area->gap, children);
}

/* Black nodes from @rb up to the root, or -1 for two reds in a row. */
static int black_height(const struct rb_node *rb)
{
	int black = 0;

	for (; rb; rb = rb_parent(rb)) {
		const struct rb_node *parent = rb_parent(rb);

		if (rb_is_red(rb) && (!parent || rb_is_red(parent)))
			return -1;
		black += rb_is_black(rb);
	}
	return black;
}

/* V3 and V4, at each node; a way down ends wherever a child is missing. */
static int check_tree(const struct vmap_space *space)
{
	int height = -1;

	for (const struct rb_node *rb = rb_first(&space->root); rb; rb = rb_next(rb)) {
		int here;

		if (!max_gap_is_right(area_of(rb)))
			return 3;
		if (rb->rb_left && rb->rb_right)
			continue;
		here = black_height(rb);
		if (here < 0 || (height >= 0 && here != height))
			return 4;
		height = here;
	}
	return 0;
}

int vmap_space_check(const struct vmap_space *space)
{
	int rule = check_list(space);

	return rule ? rule : check_tree(space);
}
