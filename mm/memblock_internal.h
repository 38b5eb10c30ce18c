/* SPDX-License-Identifier: MIT */
/*
 * mm/memblock_internal.h - what the memblock files share
 */
#ifndef MM_MEMBLOCK_INTERNAL_H
#define MM_MEMBLOCK_INTERNAL_H

#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/memblock.h>

/* Bytes of an array that lies in memblock's own memory. */
static inline phys_addr_t memblock_array_size(unsigned long entries)
{
	return PAGE_ALIGN(entries * sizeof(struct memblock_region));
}

static inline phys_addr_t region_end(const struct memblock_region *region)
{
	return region->base + region->size;
}

/* Regions that are really there. */
static inline unsigned long nr_regions(const struct memblock_type *type)
{
	return type->cnt == 1 && type->regions[0].size == 0 ? 0 : type->cnt;
}

static inline void set_nr_regions(struct memblock_type *type, unsigned long nr)
{
	if (nr == 0)
		memset(&type->regions[0], 0, sizeof(type->regions[0]));
	type->cnt = nr ? nr : 1;
}

/* End of a range whose size may be too large: cut at the end of the address space (M5). */
static inline phys_addr_t clipped_end(phys_addr_t base, phys_addr_t size)
{
	return base + min(size, (phys_addr_t)(PHYS_ADDR_MAX - base));
}

/* Do two regions become one when they touch? */
static inline bool same_kind(const struct memblock_region *a, const struct memblock_region *b)
{
	return a->flags == b->flags && memblock_get_region_node(a) == memblock_get_region_node(b);
}

/* The environment of the machine's memblock, and of any. */
extern struct memblock_env memblock_boot_env;

static inline struct memblock_env *env_of(struct memblock *mb)
{
	return mb == &memblock ? &memblock_boot_env :
				 &container_of(mb, struct memblock_arena, mb)->env;
}

/* A list of none in its first array. */
static inline void empty_type(struct memblock_type *type, struct memblock_region *first,
			      const char *name)
{
	*type = (struct memblock_type){ .max = MEMBLOCK_STATIC_REGIONS, .regions = first,
					.name = (char *)name };
	set_nr_regions(type, 0);
}

/* Empty lists in their first arrays, top-down, no limit, no growth. */
static inline void memblock_env_reset(struct memblock *mb, struct memblock_env *env)
{
	mb->bottom_up = false;
	mb->current_limit = MEMBLOCK_ALLOC_ANYWHERE;
	empty_type(&mb->memory, env->first[0], "memory");
	empty_type(&mb->reserved, env->first[1], "reserved");
	env->can_resize = env->has_mirror = false;
}

/* memblock_add(), memblock_remove() and their kind on a list of any instance. */
int memblock_add_range(struct memblock *mb, struct memblock_type *type, phys_addr_t base,
		       phys_addr_t size, int nid, enum memblock_flags flags);
int memblock_remove_range(struct memblock *mb, struct memblock_type *type, phys_addr_t base,
			  phys_addr_t size);

/* memblock_alloc_try_nid_raw() and its kind on any instance; 0 when nothing fits. */
phys_addr_t memblock_alloc_accessible(struct memblock *mb, phys_addr_t size, phys_addr_t align,
				      phys_addr_t min_addr, phys_addr_t max_addr, int nid,
				      bool exact_nid);

/*
 * The trace point "memblock": about to replace regions [@lo, @hi) by the @nr at @put; about to join two
 * that touch; a search in [@start, @end) has ended, @found 0 for nothing; an array has been doubled, the @first
 * time or again. In memblock_explain.c; a program without it has no trace points, and these are NULL.
 */
void memblock_explain_splice(const struct memblock_type *type, unsigned long lo, unsigned long hi,
			     const struct memblock_region *put, unsigned long nr) __weak __cold;
void memblock_explain_merge(const struct memblock_type *type, const struct memblock_region *left,
			    const struct memblock_region *right) __weak __cold;
void memblock_explain_search(const struct memblock *mb, phys_addr_t size, phys_addr_t align,
			     phys_addr_t start, phys_addr_t end, phys_addr_t found,
			     unsigned long steps) __weak __cold;
void memblock_explain_growth(const struct memblock_type *type, phys_addr_t pa, bool first)
			     __weak __cold;

#endif
