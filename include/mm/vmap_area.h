/* SPDX-License-Identifier: MIT */
/*
 * include/mm/vmap_area.h - ranges of address space, and the lowest gap between them that fits
 *
 * Pure bookkeeping: nothing here maps a page. See mm/vmap_area.c for the picture.
 */
#ifndef MM_VMAP_AREA_H
#define MM_VMAP_AREA_H

#include <lib/list.h>
#include <lib/rbtree.h>
#include <lib/types.h>

struct vmap_area {
	struct rb_node node;		/* by address */
	struct list_head list;		/* neighbours by address */
	unsigned long start, end;	/* [start, end): page aligned, the guard page included */
	unsigned long gap;		/* free bytes right before start */
	unsigned long max_gap;		/* largest gap in the subtree below node */
};

struct vmap_space {
	struct rb_root root;
	struct list_head areas;		/* all of them by address, last_gap at the end */
	struct vmap_area last_gap;	/* empty, at the space's end, in the list only */
	unsigned long start;
	unsigned long nr;		/* areas, last_gap not counted */
	unsigned long used;		/* bytes in them */
	unsigned long steps;		/* nodes visited by the last search, for `bench` */
};

/* An empty space of addresses [@start, @end), both page aligned. */
void vmap_space_init(struct vmap_space *space, unsigned long start, unsigned long end);

/**
 * vmap_space_alloc - find the lowest gap that holds @size bytes at @align and put @area there
 * @area:  filled in: start and end
 * @size:  bytes, a multiple of the page size, more than 0
 * @align: a power of two, a page at the least
 *
 * Takes O(log areas) for page alignment, and for larger ones as long as some gap holds @size + @align;
 * only when none does, the gaps are gone through one by one.
 *
 * Return: 0; -ENOMEM: no gap fits, and nothing is changed.
 */
int vmap_space_alloc(struct vmap_space *space, struct vmap_area *area, unsigned long size,
		     unsigned long align);

/* Take @area out again: its addresses join the gaps around it. */
void vmap_space_free(struct vmap_space *space, struct vmap_area *area);

/**
 * vmap_space_keep - take out many areas at once, by building the tree anew from the rest
 * @keep: shall this area stay?
 * @drop: called for each that goes, after which it is not looked at again
 *
 * Costs less than vmap_space_free() for each when most of them go.
 */
void vmap_space_keep(struct vmap_space *space, bool (*keep)(struct vmap_area *area),
		     void (*drop)(struct vmap_area *area));

/**
 * vmap_space_resize - move the end of an area, in place
 * @end: page aligned, more than area->start
 * Return: 0; -ENOMEM: the next area is in the way, and nothing is changed.
 */
int vmap_space_resize(struct vmap_space *space, struct vmap_area *area, unsigned long end);

/* The area that @addr lies in, or NULL. O(log areas). */
struct vmap_area *vmap_space_find(const struct vmap_space *space, unsigned long addr);

/* The largest range that can be had now. O(1). */
unsigned long vmap_space_largest(const struct vmap_space *space);

/* Check V1-V5. Return: 0, or the number of the rule that is broken. */
int vmap_space_check(const struct vmap_space *space);

#define for_each_vmap_area(area, space)						\
	list_for_each_entry(area, &(space)->areas, list)			\
		if ((area) != &(space)->last_gap)

#endif
