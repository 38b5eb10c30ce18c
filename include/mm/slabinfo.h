/* SPDX-License-Identifier: MIT */
/*
 * include/mm/slabinfo.h - caches and slabs as numbers and pictures, for the prompt and for tests
 */
#ifndef MM_SLABINFO_H
#define MM_SLABINFO_H

#include <lib/types.h>

struct slab_info {
	const char *name;
	u32 flags;
	u32 object_size, size, align;		/* bytes; size is the slot's */
	unsigned int order, num;		/* pages of a slab, log2; objects in a slab */
	bool off_slab;
	unsigned int mgmt_size;			/* bytes of descriptor and index on the slab */
	unsigned int colours, colour_off;
	unsigned int limit, batch;		/* of the array; 0: none */
	unsigned int slabs, free_slabs;
	unsigned int out;			/* objects in users' hands */
	unsigned int in_array;
	unsigned int high;			/* most objects ever out of the slabs */
	unsigned long refills, refilled, flushes, flushed, grown, reaped, errors;
};

/* Numbers of the @nth cache, from 0, oldest first. False: there are not so many. Context: any. */
bool slab_info(unsigned int nth, struct slab_info *info);

enum slab_list { SLABS_FULL, SLABS_PARTIAL, SLABS_FREE, NR_SLAB_LISTS };

#define SLAB_VIEW_MAX	512u

/* One slab. map[i]: '#' object i is out, 'a' in the array, '.' free in the slab; num of them at most. */
struct slab_view {
	enum slab_list list;
	unsigned int num, inuse;
	unsigned int colour;			/* bytes before descriptor or slot 0 */
	void *start;				/* of the block */
	void *objects;				/* object 0 */
	char map[SLAB_VIEW_MAX];
};

typedef void (slab_view_fn)(const struct slab_view *view);

/**
 * slab_view - show every slab of the cache @name, list by list
 * Context: any; interrupts are off while @show runs.
 * Return:  0, or -ENOENT: no cache has that name
 */
int slab_view(const char *name, slab_view_fn *show);

/* Is @object the start of an object, or of a large kmalloc block, that somebody holds? Any number. */
bool slab_object_is_out(const void *object);

#endif
