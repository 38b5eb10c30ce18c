/* SPDX-License-Identifier: MIT */
/*
 * include/mm/memblock.h - boot memory as two lists of regions
 *
 * What RAM there is (memory) and what of it is taken (reserved); what lies in the first and not in
 * the second is free. The picture and the rules are at the top of mm/memblock.c.
 *
 * Sizes and addresses are bytes. A range that would reach past PHYS_ADDR_MAX is cut there, so the
 * very last byte of the address space is never part of a region.
 *
 * Context of everything here, unless said otherwise: boot, one CPU, until memblock_discard().
 */
#ifndef MM_MEMBLOCK_H
#define MM_MEMBLOCK_H

#include <lib/compiler.h>
#include <lib/kernel.h>
#include <lib/types.h>
#include <mm/layout.h>

#ifndef PHYS_ADDR_MAX
#define PHYS_ADDR_MAX			(~(phys_addr_t)0)
#endif
#ifndef NUMA_NO_NODE
#define NUMA_NO_NODE			(-1)		/* any node; no node */
#endif
#ifndef SMP_CACHE_BYTES
#define SMP_CACHE_BYTES			32	/* as mm/bootmem.h has it */
#endif

#define MEMBLOCK_LOW_LIMIT		0			/* for min: no lower limit */
#define MEMBLOCK_ALLOC_ANYWHERE		(~(phys_addr_t)0)	/* for max: no upper limit */
#define MEMBLOCK_ALLOC_ACCESSIBLE	0			/* for max: current_limit */
#define MEMBLOCK_STATIC_REGIONS		128	/* entries of an array before it is doubled */

/* What is special about a region of memory; on reserved regions always 0. */
enum memblock_flags {
	MEMBLOCK_NONE		= 0,
	MEMBLOCK_HOTPLUG	= 1,	/* may be unplugged: spared when booted with movable_node */
	MEMBLOCK_MIRROR		= 2,	/* mirrored: preferred as long as there is some */
	MEMBLOCK_NOMAP		= 4,	/* not to be mapped: never allocated */
	MEMBLOCK_DRIVER_MANAGED	= 8,	/* a driver's: never allocated */
};

/*
 * The bytes [base, base + size). A kernel for machines with several nodes is built with
 * -DCONFIG_NUMA and keeps the node; without it all memory is on node 0.
 */
struct memblock_region {
	phys_addr_t base, size;
	enum memblock_flags flags;
#ifdef CONFIG_NUMA
	int nid;
#endif
};

struct memblock_type {
	unsigned long cnt;		/* regions; 1 when there are none: the empty region 0 */
	unsigned long max;		/* entries in the array */
	phys_addr_t total_size;		/* bytes in all regions */
	struct memblock_region *regions;
	char *name;
};

struct memblock {
	bool bottom_up;			/* allocate the lowest fit, not the highest */
	phys_addr_t current_limit;	/* end of what may be handed out as a pointer */
	struct memblock_type memory, reserved;
};

/* The machine's. Arenas (below) are others, for experiments. */
extern struct memblock memblock;

/* Regions visited by all calls on all instances since boot; read it before and after a call. */
extern unsigned long memblock_steps;

/* --- describing memory ----------------------------------------------------------------------- */

/**
 * memblock_add - there is memory
 * @base: first byte
 * @size: bytes; 0 does nothing
 *
 * Only what is not there yet is added; what is keeps its flags. Regions that touch and have equal
 * flags (and node) become one.
 *
 * Return: 0, or -ENOMEM: no room for another region and the array could not grow; nothing changed.
 * Undo:   memblock_remove()
 */
int memblock_add(phys_addr_t base, phys_addr_t size);

/* The same for memory of node @nid with @flags. */
int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags);

/* There is no memory there. May cut a region in two, hence -ENOMEM as above. */
int memblock_remove(phys_addr_t base, phys_addr_t size);

/* Taken, whether or not there is memory. -ENOMEM as above. Undo: memblock_phys_free(). */
int memblock_reserve(phys_addr_t base, phys_addr_t size);

/* No longer taken; what was not taken stays as it is. -ENOMEM as above. */
int memblock_phys_free(phys_addr_t base, phys_addr_t size);

/* The same for a pointer that memblock_alloc() and its family gave; NULL is fine. */
void memblock_free(void *ptr, size_t size);

/* Set or clear a flag on what memory there is in the range. -ENOMEM as above. */
int memblock_mark_hotplug(phys_addr_t base, phys_addr_t size);
int memblock_clear_hotplug(phys_addr_t base, phys_addr_t size);
int memblock_mark_mirror(phys_addr_t base, phys_addr_t size);
int memblock_clear_mirror(phys_addr_t base, phys_addr_t size);
int memblock_mark_nomap(phys_addr_t base, phys_addr_t size);
int memblock_clear_nomap(phys_addr_t base, phys_addr_t size);

/* Say which node the regions of @type in the range are on; without CONFIG_NUMA there is but one. */
int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid);

/* Shrink every region of memory to multiples of @align (a power of two); the empty ones go. */
void memblock_trim_memory(phys_addr_t align);

/* Keep the lowest @limit bytes of memory, holes not counted; 0 keeps all. Reservations as well. */
void memblock_enforce_memory_limit(phys_addr_t limit);

/* The same, but memory marked nomap stays wherever it is. */
void memblock_mem_limit_remove_map(phys_addr_t limit);

/* Keep only [base, base + size), and memory marked nomap; reservations only in the range. */
void memblock_cap_memory_range(phys_addr_t base, phys_addr_t size);

/**
 * memblock_allow_resize - from here on a full array may be doubled
 *
 * The new array is allocated from memblock itself and reserved, so memory, and reservations of what
 * must not be overwritten, have to be known before, and be mapped up to current_limit. The old
 * array is freed unless it was static.
 */
void memblock_allow_resize(void);

/*
 * Have @fn called with every range that an array of the machine's memblock takes (@taken) or gives
 * back; for whoever keeps books of the same memory elsewhere. NULL: nobody.
 */
void memblock_watch_arrays(void (*fn)(phys_addr_t base, phys_addr_t size, bool taken));

/* Where an array that was doubled lies, and out: its bytes (whole pages); 0 for a static one. */
phys_addr_t memblock_grown_array(const struct memblock_type *type, phys_addr_t *size);

/* --- allocating ------------------------------------------------------------------------------- */

/**
 * memblock_phys_alloc_range - take memory, by its physical address
 * @size:  bytes; exactly these are reserved, and nothing is done for 0
 * @align: a power of two; 0 means SMP_CACHE_BYTES
 * @start: lowest address to use; page 0 is never used
 * @end:   end of the addresses to use, or MEMBLOCK_ALLOC_ACCESSIBLE
 *
 * Top-down the highest fit is taken, bottom-up the lowest.
 *
 * Return: the address, contents undefined; 0 when nothing fits (and nothing has changed).
 * Undo:   memblock_phys_free() with the same size
 */
phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align,
				      phys_addr_t start, phys_addr_t end);

/* The same below current_limit, from node @nid if it has a fit, else from any. */
phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align, int nid);

static inline phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align)
{
	return memblock_phys_alloc_range(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE);
}

/**
 * memblock_alloc_try_nid - take memory, by a pointer
 * @size:     bytes; exactly these are reserved
 * @align:    a power of two; 0 means SMP_CACHE_BYTES
 * @min_addr: lowest address wanted; given up when nothing fits above it
 * @max_addr: end of the addresses to use, held at current_limit; or MEMBLOCK_ALLOC_ACCESSIBLE
 * @nid:      node wanted, given up when nothing fits there; or NUMA_NO_NODE
 *
 * Return: a pointer to @size zeroed bytes, or NULL.
 * Undo:   memblock_free() with the same size
 */
void *memblock_alloc_try_nid(phys_addr_t size, phys_addr_t align,
			     phys_addr_t min_addr, phys_addr_t max_addr, int nid);

/* The same, not zeroed. */
void *memblock_alloc_try_nid_raw(phys_addr_t size, phys_addr_t align,
				 phys_addr_t min_addr, phys_addr_t max_addr, int nid);

/* Not zeroed, and only from node @nid. */
void *memblock_alloc_exact_nid_raw(phys_addr_t size, phys_addr_t align,
				   phys_addr_t min_addr, phys_addr_t max_addr, int nid);

static inline void *memblock_alloc(phys_addr_t size, phys_addr_t align)
{
	return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT,
				      MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE);
}

static inline void *memblock_alloc_raw(phys_addr_t size, phys_addr_t align)
{
	return memblock_alloc_try_nid_raw(size, align, MEMBLOCK_LOW_LIMIT,
					  MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE);
}

/* At @min_addr or above, if it can be. */
static inline void *memblock_alloc_from(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr)
{
	return memblock_alloc_try_nid(size, align, min_addr,
				      MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE);
}

/* Below 4 GiB: with 32-bit addresses, anywhere up to current_limit. */
static inline void *memblock_alloc_low(phys_addr_t size, phys_addr_t align)
{
	return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT, 0xFFFFFFFFu, NUMA_NO_NODE);
}

static inline void *memblock_alloc_node(phys_addr_t size, phys_addr_t align, int nid)
{
	return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT,
				      MEMBLOCK_ALLOC_ACCESSIBLE, nid);
}

static inline void memblock_set_bottom_up(bool enable)
{
	memblock.bottom_up = enable;
}

static inline bool memblock_bottom_up(void)
{
	return memblock.bottom_up;
}

static inline void memblock_set_current_limit(phys_addr_t limit)
{
	memblock.current_limit = limit;
}

static inline phys_addr_t memblock_get_current_limit(void)
{
	return memblock.current_limit;
}

/* --- asking ----------------------------------------------------------------------------------- */

phys_addr_t memblock_phys_mem_size(void);
phys_addr_t memblock_reserved_size(void);

/* First byte of memory and the end of its last; 0 when there is none. */
phys_addr_t memblock_start_of_DRAM(void);
phys_addr_t memblock_end_of_DRAM(void);

/* Is there memory at @addr? May it be mapped (not nomap)? Is it taken? */
bool memblock_is_memory(phys_addr_t addr);
bool memblock_is_map_memory(phys_addr_t addr);
bool memblock_is_reserved(phys_addr_t addr);

/* Does all of the range lie in one region of memory? */
bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size);

/* Is any byte of the range taken? */
bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size);

/* Does any region of @type have a byte in the range? */
bool memblock_overlaps_region(struct memblock_type *type, phys_addr_t base, phys_addr_t size);

/* The node of the memory at @pfn, and out: the frames of its region; -1 when there is none. */
int memblock_search_pfn_nid(unsigned long pfn, unsigned long *start_pfn, unsigned long *end_pfn);

/* Does the machine have mirrored memory? */
bool memblock_has_mirror(void);

static inline bool memblock_is_hotpluggable(const struct memblock_region *region)
{
	return region->flags & MEMBLOCK_HOTPLUG;
}

static inline bool memblock_is_mirror(const struct memblock_region *region)
{
	return region->flags & MEMBLOCK_MIRROR;
}

static inline bool memblock_is_nomap(const struct memblock_region *region)
{
	return region->flags & MEMBLOCK_NOMAP;
}

static inline bool memblock_is_driver_managed(const struct memblock_region *region)
{
	return region->flags & MEMBLOCK_DRIVER_MANAGED;
}

static inline int memblock_get_region_node(const struct memblock_region *region)
{
#ifdef CONFIG_NUMA
	return region->nid;
#else
	return 0;
#endif
}

static inline void memblock_set_region_node(struct memblock_region *region, int nid)
{
#ifdef CONFIG_NUMA
	region->nid = nid;
#endif
}

/* Whole frames of a region: of memory rounded inward, of a reservation outward. */
static inline unsigned long memblock_region_memory_base_pfn(const struct memblock_region *region)
{
	return PFN_UP(region->base);
}

static inline unsigned long memblock_region_memory_end_pfn(const struct memblock_region *region)
{
	return PFN_DOWN(region->base + region->size);
}

static inline unsigned long memblock_region_reserved_base_pfn(const struct memblock_region *region)
{
	return PFN_DOWN(region->base);
}

static inline unsigned long memblock_region_reserved_end_pfn(const struct memblock_region *region)
{
	return PFN_UP(region->base + region->size);
}

/* Print both lists: always, or when booted with memblock=debug. */
void memblock_dump(const struct memblock *mb);
void memblock_dump_all(void);

/* Check the rules M1-M6. Returns 0, or the number of the rule that is broken, which is logged. */
int memblock_check(void);

/* --- walking ---------------------------------------------------------------------------------- */

/**
 * __next_mem_range - one step of the walks below
 * @idx:       state of the walk: 0 before the first step (in reverse ULLONG_MAX), ULLONG_MAX at its
 *             end; low half, index into @type_a; high half, the gap before that entry of @type_b
 * @nid:       regions of this node only, or NUMA_NO_NODE
 * @flags:     hotplug, nomap and driver-managed regions are left out unless named here; with mirror
 *             only mirrored ones are shown
 * @type_a:    regions to walk
 * @type_b:    regions to leave out of them; NULL for none
 * @out_start: out: first byte of the next range; this and the other outs may be NULL
 * @out_end:   out: its end
 * @out_nid:   out: its node
 */
void __next_mem_range(u64 *idx, int nid, enum memblock_flags flags, struct memblock_type *type_a,
		      struct memblock_type *type_b, phys_addr_t *out_start, phys_addr_t *out_end,
		      int *out_nid);
void __next_mem_range_rev(u64 *idx, int nid, enum memblock_flags flags,
			  struct memblock_type *type_a, struct memblock_type *type_b,
			  phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid);

/* One step over whole frames of memory: *@idx is the region's index, -1 before and after. */
void __next_mem_pfn_range(int *idx, int nid, unsigned long *out_start_pfn,
			  unsigned long *out_end_pfn, int *out_nid);

#define __for_each_mem_range(i, type_a, type_b, nid, flags, p_start, p_end, p_nid)		\
	for (i = 0, __next_mem_range(&i, nid, flags, type_a, type_b, p_start, p_end, p_nid);	\
	     i != (u64)ULLONG_MAX;								\
	     __next_mem_range(&i, nid, flags, type_a, type_b, p_start, p_end, p_nid))

#define __for_each_mem_range_rev(i, type_a, type_b, nid, flags, p_start, p_end, p_nid)		\
	for (i = (u64)ULLONG_MAX,								\
	     __next_mem_range_rev(&i, nid, flags, type_a, type_b, p_start, p_end, p_nid);	\
	     i != (u64)ULLONG_MAX;								\
	     __next_mem_range_rev(&i, nid, flags, type_a, type_b, p_start, p_end, p_nid))

/* Memory that may be mapped, upwards and downwards; u64 i, phys_addr_t *p_start and *p_end. */
#define for_each_mem_range(i, p_start, p_end)							\
	__for_each_mem_range(i, &memblock.memory, NULL, NUMA_NO_NODE,				\
			     MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED, p_start, p_end, NULL)

#define for_each_mem_range_rev(i, p_start, p_end)						\
	__for_each_mem_range_rev(i, &memblock.memory, NULL, NUMA_NO_NODE,			\
				 MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED, p_start, p_end, NULL)

#define for_each_reserved_mem_range(i, p_start, p_end)						\
	__for_each_mem_range(i, &memblock.reserved, NULL, NUMA_NO_NODE, MEMBLOCK_NONE,		\
			     p_start, p_end, NULL)

/* Memory that is not reserved. */
#define for_each_free_mem_range(i, nid, flags, p_start, p_end, p_nid)				\
	__for_each_mem_range(i, &memblock.memory, &memblock.reserved, nid, flags,		\
			     p_start, p_end, p_nid)

#define for_each_free_mem_range_reverse(i, nid, flags, p_start, p_end, p_nid)			\
	__for_each_mem_range_rev(i, &memblock.memory, &memblock.reserved, nid, flags,		\
				 p_start, p_end, p_nid)

/* Frames that lie wholly in memory; int i, unsigned long *p_start and *p_end, int *p_nid. */
#define for_each_mem_pfn_range(i, nid, p_start, p_end, p_nid)					\
	for (i = -1, __next_mem_pfn_range(&i, nid, p_start, p_end, p_nid);			\
	     i >= 0; __next_mem_pfn_range(&i, nid, p_start, p_end, p_nid))

/* Every region as it is stored; the empty one of an empty list too. */
#define for_each_mem_region(region)								\
	for (region = memblock.memory.regions;							\
	     region < memblock.memory.regions + memblock.memory.cnt; region++)

#define for_each_reserved_mem_region(region)							\
	for (region = memblock.reserved.regions;						\
	     region < memblock.reserved.regions + memblock.reserved.cnt; region++)

/* --- the end of boot (mm/memblock_free.c) ----------------------------------------------------- */

/*
 * Hand every free whole frame to the buddy lists, in blocks as large and as aligned as they come.
 * Return: the number of frames.
 */
unsigned long memblock_free_all(void);

/*
 * After that: hand over the frames of doubled arrays too, and forget everything. From here on there
 * is no memory, and every request gives NULL. Return: the number of frames.
 */
unsigned long memblock_discard(void);

/* Back to what is there before anything is known: no regions, static arrays, no limit. */
void memblock_reset(void);

/* --- arenas: instances for experiments and comparisons ---------------------------------------- */

/* What an instance has beside the public structure. */
struct memblock_env {
	struct memblock_region *first[2];	/* arrays to begin with: memory, reserved */
	phys_addr_t grown_pa[2];		/* where the others lie */
	char *pool;				/* arenas: what stands in for that memory, */
	size_t pool_left;			/* and the bytes left in it */
	bool can_resize;
	bool has_mirror;
};

/*
 * A memblock whose memory is made up. The frames of a doubled array are reserved as they would be
 * for real; its contents lie in the pool.
 */
struct memblock_arena {
	struct memblock mb;
	struct memblock_env env;
	struct memblock_region memory[MEMBLOCK_STATIC_REGIONS];
	struct memblock_region reserved[MEMBLOCK_STATIC_REGIONS];
};

/**
 * memblock_arena_init - an empty memblock
 * @arena:     storage
 * @pool:      room for doubled arrays, aligned to a word; not given back before the next init
 * @pool_size: bytes of it; 0: arrays never grow
 *
 * Context: any time, also after memblock_discard().
 */
void memblock_arena_init(struct memblock_arena *arena, void *pool, size_t pool_size);

/* As the calls of like name. Limits and direction are set in arena->mb. */
int memblock_arena_add(struct memblock_arena *arena, phys_addr_t base, phys_addr_t size);
int memblock_arena_reserve(struct memblock_arena *arena, phys_addr_t base, phys_addr_t size);
int memblock_arena_free(struct memblock_arena *arena, phys_addr_t base, phys_addr_t size);
int memblock_arena_check(const struct memblock_arena *arena);

/* Like memblock_alloc_try_nid() on any node, but gives the address; 0 when nothing fits. */
phys_addr_t memblock_arena_alloc(struct memblock_arena *arena, phys_addr_t size, phys_addr_t align,
				 phys_addr_t min_addr, phys_addr_t max_addr);

/*
 * Bytes of the arrays in use: static ones by their entries, doubled ones by their pages. Out: how
 * many of them lie in the arena's memory.
 */
size_t memblock_arena_metadata(const struct memblock_arena *arena, size_t *inside);

#endif
