/* SPDX-License-Identifier: MIT */
/*
 * mm/memblock_regions.h - a sorted list of regions; the lower half of mm/memblock.c
 *
 * Everything that changes a list is a splice: regions [lo, hi) are replaced by none, one or two.
 *
 *     add      |==lo==|   |===|   |=hi-1=|        remove     |=========lo=========|
 *                   [new range)                                    [gone)
 *              |=========one=============|                   |=left|      |=right=|
 *
 * lo and hi come from two bisections. Only entries in and beside [lo, hi) are looked at; what lies
 * behind is moved as a block. The rules M1-M5 (mm/memblock.c) hold before and after each call that
 * is not said to break them.
 */
#ifndef MM_MEMBLOCK_REGIONS_H
#define MM_MEMBLOCK_REGIONS_H

#include <lib/kernel.h>
#include <lib/string.h>
#include <lib/trace.h>
#include <mm/memblock.h>

#include "memblock_internal.h"

/* --- where an address belongs ----------------------------------------------------------------- */

/* The number of regions that end at or below @addr, so the index of the first that ends past it. */
static unsigned long regions_ending_by(const struct memblock_type *type, phys_addr_t addr)
{
	unsigned long lo = 0, hi = nr_regions(type);

	while (lo < hi) {
		unsigned long mid = lo + (hi - lo) / 2;

		memblock_steps++;
		if (region_end(&type->regions[mid]) <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The number of regions that start below @addr, so the index of the first that does not. */
static unsigned long regions_starting_below(const struct memblock_type *type, phys_addr_t addr)
{
	unsigned long lo = 0, hi = nr_regions(type);

	while (lo < hi) {
		unsigned long mid = lo + (hi - lo) / 2;

		memblock_steps++;
		if (type->regions[mid].base < addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The region that @addr lies in, or NULL. */
static struct memblock_region *region_at(const struct memblock_type *type, phys_addr_t addr)
{
	unsigned long i = regions_ending_by(type, addr);

	return i < nr_regions(type) && type->regions[i].base <= addr ? &type->regions[i] : NULL;
}

static bool overlaps(const struct memblock_type *type, phys_addr_t base, phys_addr_t end)
{
	unsigned long i = regions_ending_by(type, base);

	return base < end && i < nr_regions(type) && type->regions[i].base < end;
}

/* --- changing a list -------------------------------------------------------------------------- */

/*
 * Replace regions [@lo, @hi) by the @nr regions at @put, which must not lie in the array. There is
 * room, and the order stays right: both are the caller's care.
 */
static void splice(struct memblock_type *type, unsigned long lo, unsigned long hi,
		   const struct memblock_region *put, unsigned long nr)
{
	unsigned long old = nr_regions(type);

	if (tracing(TRACE_MEMBLOCK))
		memblock_explain_splice(type, lo, hi, put, nr);
	memblock_steps += hi - lo;
	for (unsigned long i = lo; i < hi; i++)
		type->total_size -= type->regions[i].size;
	memmove(&type->regions[lo + nr], &type->regions[hi],
		(old - hi) * sizeof(type->regions[0]));
	for (unsigned long i = 0; i < nr; i++) {
		type->regions[lo + i] = put[i];
		type->total_size += put[i].size;
	}
	set_nr_regions(type, old - (hi - lo) + nr);
}

/*
 * Put in a region that overlaps none of another kind. It swallows those of its own kind that it
 * overlaps or touches, so the list grows by one entry at most.
 */
static void place(struct memblock_type *type, struct memblock_region region)
{
	struct memblock_region *r = type->regions;
	phys_addr_t end = region_end(&region);
	unsigned long lo = regions_ending_by(type, region.base);
	unsigned long hi = regions_starting_below(type, end);

	if (lo > 0 && region_end(&r[lo - 1]) == region.base && same_kind(&r[lo - 1], &region))
		lo--;
	if (hi < nr_regions(type) && r[hi].base == end && same_kind(&r[hi], &region))
		hi++;
	if (lo < hi) {
		end = max(end, region_end(&r[hi - 1]));
		region.base = min(region.base, r[lo].base);
		region.size = end - region.base;
	}
	splice(type, lo, hi, &region, 1);
}

/* The first region of another kind than @region's that overlaps it from @pos on, or NULL. */
static const struct memblock_region *other_kind(const struct memblock_type *type, phys_addr_t pos,
						const struct memblock_region *region)
{
	unsigned long nr = nr_regions(type);

	for (unsigned long i = regions_ending_by(type, pos); i < nr; i++) {
		if (type->regions[i].base >= region_end(region))
			break;
		memblock_steps++;
		if (!same_kind(&type->regions[i], region))
			return &type->regions[i];
	}
	return NULL;
}

/* The entries that adding @region takes: one for each hole without a neighbour of its kind. */
static unsigned long entries_needed(const struct memblock_type *type,
				    const struct memblock_region *region)
{
	const struct memblock_region *r = type->regions;
	phys_addr_t pos = region->base, end = region_end(region);
	unsigned long i = regions_ending_by(type, pos), needed = 0;
	bool joins_left = i > 0 && region_end(&r[i - 1]) == pos && same_kind(&r[i - 1], region);

	for (; pos < end; i++) {
		bool there = i < nr_regions(type) && r[i].base <= end;
		bool joins_right = there && same_kind(&r[i], region);

		memblock_steps++;
		if (pos < (there ? r[i].base : end) && !joins_left && !joins_right)
			needed++;
		pos = there ? region_end(&r[i]) : end;
		joins_left = joins_right;
	}
	return needed;
}

/* Split the region that @addr lies inside of, so that one starts there. */
static void cut_at(struct memblock_type *type, phys_addr_t addr)
{
	unsigned long i = regions_ending_by(type, addr);
	struct memblock_region half[2];

	if (i == nr_regions(type) || type->regions[i].base >= addr)
		return;
	half[0] = half[1] = type->regions[i];
	half[0].size = addr - half[0].base;
	half[1].base = addr;
	half[1].size -= half[0].size;
	splice(type, i, i + 1, half, 2);
}

/* Merge what can be merged among the regions [@lo, @hi) and the ones beside them (M2). */
static void merge(struct memblock_type *type, unsigned long lo, unsigned long hi)
{
	struct memblock_region *r = type->regions;
	unsigned long nr = nr_regions(type);
	unsigned long out = lo ? lo - 1 : 0;
	unsigned long in = out + 1;

	for (; in < nr && in <= hi; in++) {
		memblock_steps++;
		if (region_end(&r[out]) != r[in].base || !same_kind(&r[out], &r[in])) {
			r[++out] = r[in];
			continue;
		}
		if (tracing(TRACE_MEMBLOCK))
			memblock_explain_merge(type, &r[out], &r[in]);
		r[out].size += r[in].size;
	}
	if (in <= out + 1)
		return;
	memmove(&r[out + 1], &r[in], (nr - in) * sizeof(*r));
	set_nr_regions(type, nr - (in - (out + 1)));
}

#endif
