// SPDX-License-Identifier: MIT
/*
 * mm/memblock_explain.c - the words and drawings behind `trace on memblock`
 *
 *   memblock: 4096 bytes at a multiple of 4096, 01000000 to 03fe0000, top down: 5 steps
 *   memblock:   03c00000 |...............................................[| 03fe0000  in this gap, at 03fdf000
 *   memblock: reserved: [3] to [4] become one: 03bff000-03c01fff
 *   memblock:   03bfd800 |................[==========.....[========.......| 03c03800  before
 *   memblock:   03bfd800 |................[=======================........| 03c03800  after
 *
 * A drawing is to scale, and shows what lies near too: [ begins a region, = goes on with it, . is no
 * region's. The lists are looked at before they change. memblock.c runs in programs that lack this
 * file, hence the weak declarations in memblock_internal.h.
 */
#include <lib/kernel.h>
#include <lib/string.h>
#include <lib/trace.h>

#include "memblock_internal.h"

#define COLUMNS	48u

/* A drawing of the bytes [start, end), @column of them a column. */
struct drawing {
	phys_addr_t start, end, column;
	char bar[COLUMNS + 1];
};

/* Nothing here may round up: all of the address space can be drawn too. */
static unsigned int column_of(const struct drawing *d, phys_addr_t addr)
{
	return (addr - d->start) / d->column;
}

/* @start < @end. */
static void clear(struct drawing *d, phys_addr_t start, phys_addr_t end)
{
	unsigned int width;

	d->start = start;
	d->end = end;
	d->column = (end - 1 - start) / COLUMNS + 1;
	width = column_of(d, end - 1) + 1;
	memset(d->bar, '.', width);
	d->bar[width] = '\0';
}

static void draw(struct drawing *d, const struct memblock_region *r, unsigned long nr)
{
	for (; nr--; r++) {
		phys_addr_t start = max(r->base, d->start), end = min(region_end(r), d->end);
		unsigned int first = column_of(d, start);

		if (start >= end)
			continue;
		memset(d->bar + first, '=', column_of(d, end - 1) + 1 - first);
		if (r->base >= d->start)
			d->bar[first] = '[';
	}
}

static void show(const struct drawing *d, const char *what)
{
	trace_say("memblock:   %08x |%s| %08x  %s", d->start, d->bar, d->end, what);
}

static phys_addr_t bytes_of(const struct memblock_region *r, unsigned long nr)
{
	phys_addr_t sum = 0;

	while (nr--)
		sum += r[nr].size;
	return sum;
}

/* What becomes of @old regions when @put takes their place. */
static const char *outcome(phys_addr_t old_bytes, unsigned long old, phys_addr_t bytes,
			   unsigned long nr)
{
	if (!old)
		return "is new";
	if (bytes < old_bytes)
		return nr == 0 ? "goes" : nr == 1 ? "shrinks" : "loses its middle";
	if (nr == 2)
		return "is cut in two";
	return old > 1 ? "become one" : bytes > old_bytes ? "grows" : "has all of that already";
}

/* The range that changes, and half as much on both sides of it. */
static void clear_around(struct drawing *d, phys_addr_t start, phys_addr_t end)
{
	phys_addr_t margin = (end - start) / 2;

	clear(d, start - min(margin, start), end + min(margin, PHYS_ADDR_MAX - end));
}

void memblock_explain_splice(const struct memblock_type *type, unsigned long lo, unsigned long hi,
			     const struct memblock_region *put, unsigned long nr)
{
	const struct memblock_region *r = type->regions;
	unsigned long old = hi - lo;
	phys_addr_t before = bytes_of(r + lo, old), after = bytes_of(put, nr);
	phys_addr_t start = old ? r[lo].base : put->base, end = old ? region_end(&r[hi - 1]) : start;
	struct drawing d;

	if (nr) {
		start = min(start, put->base);
		end = max(end, region_end(&put[nr - 1]));
	}
	trace_say("memblock: %s: [%lu]", type->name, lo);
	if (old > 1)
		trace_say(" to [%lu]", hi - 1);
	trace_say(" %s: %08x-%08x\n", outcome(before, old, after, nr), start, end - 1);
	clear_around(&d, start, end);
	draw(&d, r, nr_regions(type));
	show(&d, "before\n");
	clear(&d, d.start, d.end);
	draw(&d, r, lo);
	draw(&d, put, nr);
	draw(&d, r + hi, nr_regions(type) - hi);
	show(&d, "after\n");
	trace_event(EVENT_MEMBLOCK_CHANGE, min(old, 255ul) << 8 | nr, start,
		    after > before ? after - before : before - after);
}

void memblock_explain_merge(const struct memblock_type *type, const struct memblock_region *left,
			    const struct memblock_region *right)
{
	trace_say("memblock: %s: %08x-%08x and %08x-%08x are alike now: one region\n",
		  type->name, left->base, region_end(left) - 1, right->base, region_end(right) - 1);
	trace_event(EVENT_MEMBLOCK_MERGE, left->flags, right->base, right->size);
}

/* The gap that @found lies in: what is memory there, as far as it is not reserved. */
static void clear_gap(struct drawing *d, const struct memblock *mb, phys_addr_t found)
{
	const struct memblock_region *r = mb->memory.regions;
	phys_addr_t start, end;

	while (region_end(r) <= found)
		r++;
	start = r->base;
	end = region_end(r);
	r = mb->reserved.regions;
	for (unsigned long i = 0; i < nr_regions(&mb->reserved); i++, r++) {
		if (region_end(r) <= found)
			start = max(start, region_end(r));
		else
			end = min(end, r->base);
	}
	clear(d, start, end);
}

void memblock_explain_search(const struct memblock *mb, phys_addr_t size, phys_addr_t align,
			     phys_addr_t start, phys_addr_t end, phys_addr_t found,
			     unsigned long steps)
{
	struct memblock_region taken = { .base = found, .size = size };
	struct drawing gap;

	trace_say("memblock: %u bytes at a multiple of %u, %08x to %08x, %s: %lu steps\n", size, align,
		  start, end, mb->bottom_up ? "bottom up" : "top down", steps);
	if (found) {
		clear_gap(&gap, mb, found);
		draw(&gap, &taken, 1);
		show(&gap, "");
		trace_say("in this gap, at %08x\n", found);
	} else {
		trace_say("memblock:   no gap there holds that\n");
	}
	trace_event(EVENT_MEMBLOCK_SEARCH, steps, found, size);
}

void memblock_explain_growth(const struct memblock_type *type, phys_addr_t pa, bool first)
{
	trace_say("memblock: %s is full: an array of %lu entries at %08x takes over; the one before %s\n",
		  type->name, type->max, pa, first ? "stays, unused" : "is given back");
	trace_event(EVENT_MEMBLOCK_GROWTH, type->max, pa, type->cnt);
}
