// SPDX-License-Identifier: MIT
/*
 * mm/memblock.c - boot memory as two sorted lists of regions
 *
 *     memory       [0]===========            [1]==========================
 *     reserved     [0]==     [1]====             [2]===  [3]=====
 *     free              ------       --          ---   --        -----------
 *                  0                                                        PHYS_ADDR_MAX
 *
 * A list is an array of {base, size, flags}, 128 entries to begin with. Free is what lies in a
 * region of memory and in a gap between reservations: before the first, between two, after the last
 * So a request is a walk over pairs (region a, gap b), from the top down unless told otherwise; it
 * costs what it meets of these before the first fit, and where to start is found by bisection.
 *
 * A full array is doubled: the new one is allocated here, below current_limit, away from the range
 * that is just being worked on; the old one is freed unless it was static.
 *
 * M1  1 <= cnt <= max; regions are sorted by base and do not overlap
 * M2  neighbours that touch differ in flags or node
 * M3  no region is empty, but for region 0 of an empty list, all zero, with cnt = 1
 * M4  total_size is the sum of the sizes
 * M5  a region ends at PHYS_ADDR_MAX at most: base + size never wraps
 * M6  a doubled array lies in reserved frames
 *
 * Nothing is remembered between calls but the lists: they may be looked at, saved and put back by
 * anybody. No lock: boot runs on one CPU. No slab: before hand-over there is none, and after it
 * memory is the page allocator's.
 */
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <lib/trace.h>
#include <mm/memblock.h>

#include "memblock_internal.h"
#include "memblock_regions.h"

static_assert(MEMBLOCK_STATIC_REGIONS >= 2, "one request takes two entries at most");

static struct memblock_region first_memory[MEMBLOCK_STATIC_REGIONS];
static struct memblock_region first_reserved[MEMBLOCK_STATIC_REGIONS];

#define EMPTY_TYPE(array, name_)						\
	{ .cnt = 1, .max = MEMBLOCK_STATIC_REGIONS, .regions = (array), .name = (char *)(name_) }

struct memblock memblock = {
	.current_limit = MEMBLOCK_ALLOC_ANYWHERE,
	.memory = EMPTY_TYPE(first_memory, "memory"),
	.reserved = EMPTY_TYPE(first_reserved, "reserved"),
};

struct memblock_env memblock_boot_env = {
	.first = { first_memory, first_reserved },
};

unsigned long memblock_steps;

/* kernel/trace.c has the one that can be switched; this one is for programs without it. */
__weak u32 trace_mask;

static void (*watch_arrays)(phys_addr_t base, phys_addr_t size, bool taken);
static bool debug, spare_hotplug;

#define memblock_dbg(fmt, ...)	do { if (debug) pr_info(fmt, ##__VA_ARGS__); } while (0)

/* --- room for more regions -------------------------------------------------------------------- */

static phys_addr_t find_range(struct memblock *mb, phys_addr_t size, phys_addr_t align,
			      phys_addr_t start, phys_addr_t end, int nid,
			      enum memblock_flags flags);

/* The memory at @pa as an array: the real place, or for an arena as much of its pool. */
static void *array_storage(struct memblock *mb, phys_addr_t pa, phys_addr_t size)
{
	struct memblock_env *env = env_of(mb);
	void *storage = env->pool;

	if (mb == &memblock)
		return __va(pa);
	if (size > env->pool_left)
		return NULL;
	env->pool += size;
	env->pool_left -= size;
	return storage;
}

static void array_changed(struct memblock *mb, phys_addr_t base, phys_addr_t size, bool taken)
{
	if (mb == &memblock && watch_arrays)
		watch_arrays(base, size, taken);
}

/* Free frames for an array: above the range [@base, @end) that is worked on, else below it. */
static phys_addr_t find_array(struct memblock *mb, phys_addr_t size, phys_addr_t base,
			      phys_addr_t end)
{
	phys_addr_t pa = find_range(mb, size, PAGE_SIZE, end, mb->current_limit, NUMA_NO_NODE,
				    MEMBLOCK_NONE);

	if (pa || base == 0)
		return pa;
	return find_range(mb, size, PAGE_SIZE, 0, min(base, mb->current_limit), NUMA_NO_NODE,
			  MEMBLOCK_NONE);
}

/*
 * Double @type's array while [@base, @end) is worked on. The new array must be in use before its
 * own frames are reserved, for it may be the list of reservations that is full.
 */
static int double_array(struct memblock *mb, struct memblock_type *type, phys_addr_t base,
			phys_addr_t end)
{
	struct memblock_env *env = env_of(mb);
	unsigned int which = type == &mb->reserved;
	struct memblock_region *old = type->regions;
	phys_addr_t old_pa = env->grown_pa[which], old_size = memblock_array_size(type->max);
	phys_addr_t size = memblock_array_size(type->max * 2);
	phys_addr_t pa = env->can_resize ? find_array(mb, size, base, end) : 0;
	struct memblock_region *array = pa ? array_storage(mb, pa, size) : NULL;

	if (!array)
		goto no_room;
	memset(array, 0, size);
	memcpy(array, old, type->cnt * sizeof(*array));
	type->regions = array;
	type->max *= 2;
	if (memblock_add_range(mb, &mb->reserved, pa, size, NUMA_NO_NODE, MEMBLOCK_NONE)) {
		type->regions = old;
		type->max /= 2;
		goto no_room;
	}
	env->grown_pa[which] = pa;
	array_changed(mb, pa, size, true);
	memblock_dbg("memblock: %s doubled to %lu entries at 0x%08x\n", type->name, type->max, pa);
	if (tracing(TRACE_MEMBLOCK))
		memblock_explain_growth(type, pa, old == env->first[which]);
	if (old != env->first[which] && !memblock_remove_range(mb, &mb->reserved, old_pa, old_size))
		array_changed(mb, old_pa, old_size, false);
	return 0;
no_room:
	pr_err("memblock: %s cannot grow past %lu regions\n", type->name, type->max);
	return -ENOMEM;
}

/* See to it that @extra more regions fit, while [@base, @end) is worked on. */
static int make_room(struct memblock *mb, struct memblock_type *type, unsigned long extra,
		     phys_addr_t base, phys_addr_t end)
{
	while (nr_regions(type) + extra > type->max) {
		if (double_array(mb, type, base, end))
			return -ENOMEM;
	}
	return 0;
}

/* --- ranges come and go ----------------------------------------------------------------------- */

int memblock_add_range(struct memblock *mb, struct memblock_type *type, phys_addr_t base,
		     phys_addr_t size, int nid, enum memblock_flags flags)
{
	phys_addr_t end = clipped_end(base, size);
	struct memblock_region region = { .base = base, .size = end - base, .flags = flags };

	memblock_set_region_node(&region, nid);
	if (base == end)
		return 0;
	if (make_room(mb, type, entries_needed(type, &region), base, end))
		return -ENOMEM;
	while (base < end) {
		const struct memblock_region *other = other_kind(type, base, &region);
		phys_addr_t next = other ? min(end, region_end(other)) : end;
		phys_addr_t stop = other ? other->base : end;

		if (base < stop) {
			struct memblock_region piece = region;

			piece.base = base;
			piece.size = stop - base;
			place(type, piece);
		}
		base = next;
	}
	return 0;
}

int memblock_remove_range(struct memblock *mb, struct memblock_type *type, phys_addr_t base,
			phys_addr_t size)
{
	phys_addr_t end = clipped_end(base, size);
	const struct memblock_region *whole = region_at(type, base);
	struct memblock_region rest[2], *last;
	unsigned long lo, hi, nr = 0;

	if (!overlaps(type, base, end))
		return 0;
	if (whole && whole->base < base && region_end(whole) > end &&
	    make_room(mb, type, 1, base, end))
		return -ENOMEM;
	lo = regions_ending_by(type, base);
	hi = regions_starting_below(type, end);
	last = &type->regions[hi - 1];
	if (type->regions[lo].base < base) {
		rest[nr] = type->regions[lo];
		rest[nr++].size = base - type->regions[lo].base;
	}
	if (region_end(last) > end) {
		rest[nr] = *last;
		rest[nr].base = end;
		rest[nr++].size = region_end(last) - end;
	}
	splice(type, lo, hi, rest, nr);
	return 0;
}

/* Cut regions so that none crosses @base or @end; out: those inside are [@lo, @hi). */
static int isolate_range(struct memblock *mb, struct memblock_type *type, phys_addr_t base,
			 phys_addr_t end, unsigned long *lo, unsigned long *hi)
{
	const struct memblock_region *first = region_at(type, base), *last = region_at(type, end);
	unsigned long cuts = (first && first->base < base) + (last && last->base < end);

	if (make_room(mb, type, cuts, base, end))
		return -ENOMEM;
	cut_at(type, base);
	cut_at(type, end);
	*lo = regions_starting_below(type, base);
	*hi = regions_starting_below(type, end);
	return 0;
}

/* memblock=debug: which call, which range, and who asked. */
#define memblock_dbg_call(base, size)						\
	memblock_dbg("%s: 0x%08x + 0x%08x, from %px\n", __func__, base, size,	\
		     __builtin_return_address(0))

int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags)
{
	memblock_dbg("%s: 0x%08x + 0x%08x, node %d, flags %x, from %px\n", __func__, base, size,
		     nid, flags, __builtin_return_address(0));
	return memblock_add_range(&memblock, &memblock.memory, base, size, nid, flags);
}

int memblock_add(phys_addr_t base, phys_addr_t size)
{
	memblock_dbg_call(base, size);
	return memblock_add_range(&memblock, &memblock.memory, base, size, NUMA_NO_NODE,
				  MEMBLOCK_NONE);
}

int memblock_remove(phys_addr_t base, phys_addr_t size)
{
	memblock_dbg_call(base, size);
	return memblock_remove_range(&memblock, &memblock.memory, base, size);
}

int memblock_reserve(phys_addr_t base, phys_addr_t size)
{
	memblock_dbg_call(base, size);
	return memblock_add_range(&memblock, &memblock.reserved, base, size, NUMA_NO_NODE,
				  MEMBLOCK_NONE);
}

int memblock_phys_free(phys_addr_t base, phys_addr_t size)
{
	memblock_dbg_call(base, size);
	return memblock_remove_range(&memblock, &memblock.reserved, base, size);
}

void memblock_free(void *ptr, size_t size)
{
	if (ptr)
		memblock_phys_free(__pa(ptr), size);
}

/* --- flags and nodes -------------------------------------------------------------------------- */

static int change_flag(phys_addr_t base, phys_addr_t size, enum memblock_flags flag, bool set)
{
	struct memblock_type *type = &memblock.memory;
	phys_addr_t end = clipped_end(base, size);
	unsigned long lo, hi;

	if (base == end)
		return 0;
	if (isolate_range(&memblock, type, base, end, &lo, &hi))
		return -ENOMEM;
	for (unsigned long i = lo; i < hi; i++) {
		if (set)
			type->regions[i].flags |= flag;
		else
			type->regions[i].flags &= ~flag;
	}
	merge(type, lo, hi);
	return 0;
}

int memblock_mark_hotplug(phys_addr_t base, phys_addr_t size)
{
	return change_flag(base, size, MEMBLOCK_HOTPLUG, true);
}

int memblock_clear_hotplug(phys_addr_t base, phys_addr_t size)
{
	return change_flag(base, size, MEMBLOCK_HOTPLUG, false);
}

int memblock_mark_mirror(phys_addr_t base, phys_addr_t size)
{
	memblock_boot_env.has_mirror = true;
	return change_flag(base, size, MEMBLOCK_MIRROR, true);
}

int memblock_clear_mirror(phys_addr_t base, phys_addr_t size)
{
	return change_flag(base, size, MEMBLOCK_MIRROR, false);
}

int memblock_mark_nomap(phys_addr_t base, phys_addr_t size)
{
	return change_flag(base, size, MEMBLOCK_NOMAP, true);
}

int memblock_clear_nomap(phys_addr_t base, phys_addr_t size)
{
	return change_flag(base, size, MEMBLOCK_NOMAP, false);
}

bool memblock_has_mirror(void)
{
	return memblock_boot_env.has_mirror;
}

#ifdef CONFIG_NUMA
int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid)
{
	phys_addr_t end = clipped_end(base, size);
	unsigned long lo, hi;

	if (base == end)
		return 0;
	if (isolate_range(&memblock, type, base, end, &lo, &hi))
		return -ENOMEM;
	for (unsigned long i = lo; i < hi; i++)
		type->regions[i].nid = nid;
	merge(type, lo, hi);
	return 0;
}
#else
int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid)
{
	return 0;
}
#endif

/* --- cutting memory down ---------------------------------------------------------------------- */

/* After regions were shrunk or left out in place: @nr are left, and their sum is new. */
static void recount(struct memblock_type *type, unsigned long nr)
{
	type->total_size = 0;
	for (unsigned long i = 0; i < nr; i++)
		type->total_size += type->regions[i].size;
	set_nr_regions(type, nr);
}

void memblock_trim_memory(phys_addr_t align)
{
	struct memblock_type *type = &memblock.memory;
	unsigned long nr = nr_regions(type), kept = 0;

	for (unsigned long i = 0; i < nr; i++) {
		struct memblock_region r = type->regions[i];
		phys_addr_t start = round_up(r.base, align);
		phys_addr_t end = round_down(region_end(&r), align);

		if (start < r.base || start >= end)	/* rounding up may wrap */
			continue;
		r.base = start;
		r.size = end - start;
		type->regions[kept++] = r;
	}
	recount(type, kept);
}

/* Where the lowest @limit bytes of memory end; PHYS_ADDR_MAX when there are no more than that. */
static phys_addr_t end_of_lowest(phys_addr_t limit)
{
	for (unsigned long i = 0; i < nr_regions(&memblock.memory); i++) {
		const struct memblock_region *r = &memblock.memory.regions[i];

		if (limit <= r->size)
			return r->base + limit;
		limit -= r->size;
	}
	return PHYS_ADDR_MAX;
}

void memblock_enforce_memory_limit(phys_addr_t limit)
{
	phys_addr_t end = end_of_lowest(limit);

	if (!limit || end == PHYS_ADDR_MAX)
		return;
	memblock_remove_range(&memblock, &memblock.memory, end, PHYS_ADDR_MAX);
	memblock_remove_range(&memblock, &memblock.reserved, end, PHYS_ADDR_MAX);
}

void memblock_cap_memory_range(phys_addr_t base, phys_addr_t size)
{
	struct memblock_type *type = &memblock.memory;
	phys_addr_t end = clipped_end(base, size);
	unsigned long lo, hi, kept = 0;

	if (base == end || isolate_range(&memblock, type, base, end, &lo, &hi))
		return;
	for (unsigned long i = 0; i < nr_regions(type); i++) {
		if ((i >= lo && i < hi) || memblock_is_nomap(&type->regions[i]))
			type->regions[kept++] = type->regions[i];
	}
	recount(type, kept);
	merge(type, 0, kept);
	memblock_remove_range(&memblock, &memblock.reserved, 0, base);
	memblock_remove_range(&memblock, &memblock.reserved, end, PHYS_ADDR_MAX);
}

void memblock_mem_limit_remove_map(phys_addr_t limit)
{
	phys_addr_t end = end_of_lowest(limit);

	if (limit && end != PHYS_ADDR_MAX)
		memblock_cap_memory_range(0, end);
}

/* --- walking ---------------------------------------------------------------------------------- */

static bool left_out(const struct memblock_region *region, int nid, enum memblock_flags flags)
{
	if (nid != NUMA_NO_NODE && nid != memblock_get_region_node(region))
		return true;
	if ((flags & MEMBLOCK_MIRROR) && !memblock_is_mirror(region))
		return true;
	return (memblock_is_nomap(region) && !(flags & MEMBLOCK_NOMAP)) ||
	       (memblock_is_driver_managed(region) && !(flags & MEMBLOCK_DRIVER_MANAGED)) ||
	       (memblock_is_hotpluggable(region) && !(flags & MEMBLOCK_HOTPLUG) && spare_hotplug);
}

/* Gap @b of a list lies before region b, and after the last for b = their number. */
static phys_addr_t gap_start(const struct memblock_type *type, unsigned long b)
{
	return type && b > 0 ? region_end(&type->regions[b - 1]) : 0;
}

static phys_addr_t gap_end(const struct memblock_type *type, unsigned long b)
{
	return type && b < nr_regions(type) ? type->regions[b].base : PHYS_ADDR_MAX;
}

/* The state of a walk: both halves of a u64. */
union walk {
	u64 idx;
	struct {
		u32 a, b;	/* region a, and gap b of the other list */
	};
};

static u64 walk_at(u32 a, u32 b)
{
	union walk walk = { .a = a, .b = b };

	return walk.idx;
}

static void show_range(const struct memblock_region *region, phys_addr_t start, phys_addr_t end,
		       phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid)
{
	if (out_start)
		*out_start = start;
	if (out_end)
		*out_end = end;
	if (out_nid)
		*out_nid = memblock_get_region_node(region);
}

void __next_mem_range(u64 *idx, int nid, enum memblock_flags flags, struct memblock_type *type_a,
		      struct memblock_type *type_b, phys_addr_t *out_start, phys_addr_t *out_end,
		      int *out_nid)
{
	union walk walk = { *idx };
	long a = walk.a, b = walk.b;
	long nr_a = nr_regions(type_a), nr_b = type_b ? nr_regions(type_b) : 0;

	for (; a < nr_a; a++) {
		const struct memblock_region *r = &type_a->regions[a];

		memblock_steps++;
		for (; b <= nr_b && !left_out(r, nid, flags); b++) {
			phys_addr_t start = max(r->base, gap_start(type_b, b));
			phys_addr_t end = min(region_end(r), gap_end(type_b, b));

			memblock_steps++;
			if (gap_start(type_b, b) >= region_end(r))
				break;			/* the gap may meet the next region */
			if (start >= end)
				continue;
			show_range(r, start, end, out_start, out_end, out_nid);
			/* what ends first is done with */
			*idx = end == region_end(r) ? walk_at(a + 1, b) : walk_at(a, b + 1);
			return;
		}
	}
	*idx = ULLONG_MAX;
}

void __next_mem_range_rev(u64 *idx, int nid, enum memblock_flags flags,
			  struct memblock_type *type_a, struct memblock_type *type_b,
			  phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid)
{
	union walk walk = { *idx };
	long a = walk.a, b = walk.b;

	if (*idx == (u64)ULLONG_MAX) {
		a = (long)nr_regions(type_a) - 1;
		b = type_b ? nr_regions(type_b) : 0;
	}
	for (; a >= 0; a--) {
		const struct memblock_region *r = &type_a->regions[a];

		memblock_steps++;
		for (; b >= 0 && !left_out(r, nid, flags); b--) {
			phys_addr_t start = max(r->base, gap_start(type_b, b));
			phys_addr_t end = min(region_end(r), gap_end(type_b, b));

			memblock_steps++;
			if (gap_end(type_b, b) <= r->base)
				break;
			if (start >= end)
				continue;
			show_range(r, start, end, out_start, out_end, out_nid);
			*idx = start == r->base ? walk_at(a - 1, b) : walk_at(a, b - 1);
			return;
		}
	}
	*idx = ULLONG_MAX;
}

void __next_mem_pfn_range(int *idx, int nid, unsigned long *out_start_pfn,
			  unsigned long *out_end_pfn, int *out_nid)
{
	const struct memblock_type *type = &memblock.memory;

	while (++*idx < (int)nr_regions(type)) {
		const struct memblock_region *r = &type->regions[*idx];
		unsigned long start = PFN_UP(r->base), end = PFN_DOWN(region_end(r));

		if (start >= end || (nid != NUMA_NO_NODE && nid != memblock_get_region_node(r)))
			continue;
		if (out_start_pfn)
			*out_start_pfn = start;
		if (out_end_pfn)
			*out_end_pfn = end;
		if (out_nid)
			*out_nid = memblock_get_region_node(r);
		return;
	}
	*idx = -1;
}

/* --- allocating ------------------------------------------------------------------------------- */

/*
 * The highest fit: from the last region and the last gap that start below @end downwards. A gap
 * that reaches below a region may meet the next one.
 */
static phys_addr_t find_top_down(struct memblock *mb, phys_addr_t size, phys_addr_t align,
				 phys_addr_t start, phys_addr_t end, int nid,
				 enum memblock_flags flags)
{
	unsigned long a = regions_starting_below(&mb->memory, end);
	unsigned long b = regions_ending_by(&mb->reserved, end);

	while (a-- > 0) {
		const struct memblock_region *r = &mb->memory.regions[a];

		memblock_steps++;
		if (region_end(r) <= start)
			break;
		if (left_out(r, nid, flags))
			continue;
		for (;; b--) {
			phys_addr_t bottom = gap_start(&mb->reserved, b);
			phys_addr_t from = max3(bottom, r->base, start);
			phys_addr_t to = min3(gap_end(&mb->reserved, b), region_end(r), end);
			phys_addr_t fit = round_down(to - size, align);

			memblock_steps++;
			if (from < to && to - from >= size && fit >= from)
				return fit;
			if (bottom <= r->base)
				break;
		}
	}
	return 0;
}

/* The lowest fit: the same upwards. */
static phys_addr_t find_bottom_up(struct memblock *mb, phys_addr_t size, phys_addr_t align,
				  phys_addr_t start, phys_addr_t end, int nid,
				  enum memblock_flags flags)
{
	unsigned long a = regions_ending_by(&mb->memory, start), nr = nr_regions(&mb->memory);
	unsigned long b = regions_starting_below(&mb->reserved, start);

	for (; a < nr; a++) {
		const struct memblock_region *r = &mb->memory.regions[a];

		memblock_steps++;
		if (r->base >= end)
			break;
		if (left_out(r, nid, flags))
			continue;
		for (;; b++) {
			phys_addr_t top = gap_end(&mb->reserved, b);
			phys_addr_t from = max3(gap_start(&mb->reserved, b), r->base, start);
			phys_addr_t to = min3(top, region_end(r), end);
			phys_addr_t fit = round_up(from, align);	/* may wrap */

			memblock_steps++;
			if (fit >= from && fit < to && to - fit >= size)
				return fit;
			if (top >= region_end(r))
				break;
		}
	}
	return 0;
}

/* A fit in [@start, @end), or 0: page 0 is never one. @size is not 0. */
static phys_addr_t find_range(struct memblock *mb, phys_addr_t size, phys_addr_t align,
			      phys_addr_t start, phys_addr_t end, int nid,
			      enum memblock_flags flags)
{
	unsigned long steps = memblock_steps;
	phys_addr_t found;

	if (end == MEMBLOCK_ALLOC_ACCESSIBLE)
		end = mb->current_limit;
	start = max(start, (phys_addr_t)PAGE_SIZE);
	if (start >= end)
		return 0;
	found = mb->bottom_up ? find_bottom_up(mb, size, align, start, end, nid, flags)
			      : find_top_down(mb, size, align, start, end, nid, flags);
	if (tracing(TRACE_MEMBLOCK))
		memblock_explain_search(mb, size, align, start, end, found, memblock_steps - steps);
	return found;
}

/* Find and reserve. Mirrored memory is preferred to the node, the node to nothing. */
static phys_addr_t alloc_range(struct memblock *mb, phys_addr_t size, phys_addr_t align,
			       phys_addr_t start, phys_addr_t end, int nid, bool exact_nid)
{
	enum memblock_flags flags = env_of(mb)->has_mirror ? MEMBLOCK_MIRROR : MEMBLOCK_NONE;
	phys_addr_t found = 0;

	if (!size)
		return 0;
	if (!align)
		align = SMP_CACHE_BYTES;
	for (;; flags = MEMBLOCK_NONE) {
		found = find_range(mb, size, align, start, end, nid, flags);
		if (!found && nid != NUMA_NO_NODE && !exact_nid)
			found = find_range(mb, size, align, start, end, NUMA_NO_NODE, flags);
		if (found || flags == MEMBLOCK_NONE)
			break;
		pr_warn("memblock: no mirrored memory for 0x%08x bytes\n", size);
	}
	if (found && memblock_add_range(mb, &mb->reserved, found, size, NUMA_NO_NODE,
					MEMBLOCK_NONE))
		return 0;
	return found;
}

/* The pointer family: held at current_limit, and the lower limit is only a wish. */
phys_addr_t memblock_alloc_accessible(struct memblock *mb, phys_addr_t size, phys_addr_t align,
				    phys_addr_t min_addr, phys_addr_t max_addr, int nid,
				    bool exact_nid)
{
	phys_addr_t found;

	max_addr = min(max_addr, mb->current_limit);
	found = alloc_range(mb, size, align, min_addr, max_addr, nid, exact_nid);
	if (!found && min_addr)
		found = alloc_range(mb, size, align, 0, max_addr, nid, exact_nid);
	return found;
}

static void *alloc_pointer(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
			   phys_addr_t max_addr, int nid, bool exact_nid)
{
	phys_addr_t found = memblock_alloc_accessible(&memblock, size, align, min_addr, max_addr,
						      nid, exact_nid);

	memblock_dbg("memblock_alloc: 0x%08x bytes, align 0x%x, 0x%08x to 0x%08x, node %d: "
		     "0x%08x\n", size, align, min_addr, max_addr, nid, found);
	return found ? phys_to_virt(found) : NULL;
}

void *memblock_alloc_exact_nid_raw(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
				   phys_addr_t max_addr, int nid)
{
	return alloc_pointer(size, align, min_addr, max_addr, nid, true);
}

void *memblock_alloc_try_nid_raw(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
				 phys_addr_t max_addr, int nid)
{
	return alloc_pointer(size, align, min_addr, max_addr, nid, false);
}

void *memblock_alloc_try_nid(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
			     phys_addr_t max_addr, int nid)
{
	void *ptr = alloc_pointer(size, align, min_addr, max_addr, nid, false);

	if (ptr)
		memset(ptr, 0, size);
	return ptr;
}

phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align, phys_addr_t start,
				      phys_addr_t end)
{
	phys_addr_t found = alloc_range(&memblock, size, align, start, end, NUMA_NO_NODE, false);

	memblock_dbg("%s: 0x%08x bytes, align 0x%x, 0x%08x to 0x%08x: 0x%08x\n", __func__, size,
		     align, start, end, found);
	return found;
}

phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align, int nid)
{
	phys_addr_t found = alloc_range(&memblock, size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE, nid,
					false);

	memblock_dbg("%s: 0x%08x bytes, align 0x%x, node %d: 0x%08x\n", __func__, size, align, nid,
		     found);
	return found;
}

/* --- asking ----------------------------------------------------------------------------------- */

phys_addr_t memblock_phys_mem_size(void)
{
	return memblock.memory.total_size;
}

phys_addr_t memblock_reserved_size(void)
{
	return memblock.reserved.total_size;
}

phys_addr_t memblock_start_of_DRAM(void)
{
	return memblock.memory.regions[0].base;
}

phys_addr_t memblock_end_of_DRAM(void)
{
	return region_end(&memblock.memory.regions[memblock.memory.cnt - 1]);
}

bool memblock_is_memory(phys_addr_t addr)
{
	return region_at(&memblock.memory, addr);
}

bool memblock_is_map_memory(phys_addr_t addr)
{
	const struct memblock_region *r = region_at(&memblock.memory, addr);

	return r && !memblock_is_nomap(r);
}

bool memblock_is_reserved(phys_addr_t addr)
{
	return region_at(&memblock.reserved, addr);
}

bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size)
{
	const struct memblock_region *r = region_at(&memblock.memory, base);

	return r && region_end(r) >= clipped_end(base, size);
}

bool memblock_overlaps_region(struct memblock_type *type, phys_addr_t base, phys_addr_t size)
{
	return overlaps(type, base, clipped_end(base, size));
}

bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size)
{
	return memblock_overlaps_region(&memblock.reserved, base, size);
}

int memblock_search_pfn_nid(unsigned long pfn, unsigned long *start_pfn, unsigned long *end_pfn)
{
	const struct memblock_region *r = region_at(&memblock.memory, pfn_to_phys(pfn));

	if (!r)
		return NUMA_NO_NODE;
	*start_pfn = PFN_DOWN(r->base);
	*end_pfn = PFN_DOWN(region_end(r));
	return memblock_get_region_node(r);
}

static void dump_type(const struct memblock_type *type)
{
	pr_info(" %s: %lu of %lu regions, 0x%08x bytes\n", type->name, nr_regions(type), type->max,
		type->total_size);
	for (unsigned long i = 0; i < nr_regions(type); i++) {
		const struct memblock_region *r = &type->regions[i];

		pr_info("  [%lu] 0x%08x - 0x%08x, 0x%08x bytes, node %d, flags %x\n", i, r->base,
			region_end(r), r->size, memblock_get_region_node(r), r->flags);
	}
}

void memblock_dump(const struct memblock *mb)
{
	pr_info("memblock: limit 0x%08x, %s\n", mb->current_limit,
		mb->bottom_up ? "bottom-up" : "top-down");
	dump_type(&mb->memory);
	dump_type(&mb->reserved);
}

void memblock_dump_all(void)
{
	if (debug)
		memblock_dump(&memblock);
}

/* --- setting up ------------------------------------------------------------------------------- */

void memblock_allow_resize(void)
{
	memblock_boot_env.can_resize = true;
}

void memblock_watch_arrays(void (*fn)(phys_addr_t base, phys_addr_t size, bool taken))
{
	watch_arrays = fn;
}

phys_addr_t memblock_grown_array(const struct memblock_type *type, phys_addr_t *size)
{
	unsigned int which = type == &memblock.reserved;

	*size = memblock_array_size(type->max);
	return type->regions == memblock_boot_env.first[which] ? 0 :
								 memblock_boot_env.grown_pa[which];
}

void memblock_reset(void)
{
	memblock_env_reset(&memblock, &memblock_boot_env);
}

static int set_debug(const char *value)
{
	debug = strcmp(value, "debug") == 0;
	return debug ? 0 : -EINVAL;
}
early_param("memblock", set_debug);

static int set_movable_node(const char *value)
{
	spare_hotplug = *value == '\0';
	return spare_hotplug ? 0 : -EINVAL;
}
early_param("movable_node", set_movable_node);

