/* SPDX-License-Identifier: MIT */
/*
 * mm/e820.c - the firmware's memory map, cleaned
 *
 * Every entry becomes two edges, where its type begins and where it ends. Sorted by address, they
 * are swept once with a count of open entries per type; the most restrictive open type is what the
 * memory between two edges is.
 *
 *     RAM        |---------------------------|
 *     reserved            |-----|                            ranges found:
 *     reserved                            |--------|           RAM    res.  RAM     res.
 *     edges      +        +     -         +  -     -         |--------|-----|---------|--------|
 *
 * Types other than RAM are rounded outwards to whole pages before the sweep and RAM inwards after
 * it, when touching pieces of it have become one. 64-bit addresses end here: what is past 4 GiB is
 * counted and forgotten.
 *
 * E1  each range holds at least one frame and ends at or below 4 GiB
 * E2  ranges are sorted by address and do not overlap
 * E3  two ranges that touch differ in type
 * E4  each type is one that firmware has a number for
 *
 * Fed by arch_memory_map(); read by bootalloc.c, mmzone.c and whoever asks what lies at an address.
 * Source: ACPI Specification, "System Address Map Interfaces".
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/cmdline.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/sort.h>
#include <lib/string.h>
#include <mm/e820.h>
#include <mm/layout.h>

#define FOUR_GIB	((u64)E820_PFN_END << PAGE_SHIFT)

/* The last whole page of 64-bit addresses is left out, so that an end always fits in a u64. */
#define ADDRESS_END	(~(u64)0 - (PAGE_SIZE - 1))

/* bitmap, mem_map, page tables and the first slabs of a 4 MiB machine, and as much to be of use */
#define WORKING_ROOM	(512UL << 10)

/* From harmless to untouchable: where entries overlap, the later one wins. */
enum rank { RANK_RAM, RANK_ACPI, RANK_NVS, RANK_RESERVED, RANK_UNUSABLE, NR_RANKS };

static const enum e820_type by_rank[NR_RANKS] __initconst = {
	[RANK_RAM] = E820_RAM,
	[RANK_ACPI] = E820_ACPI,
	[RANK_NVS] = E820_NVS,
	[RANK_RESERVED] = E820_RESERVED,
	[RANK_UNUSABLE] = E820_UNUSABLE,
};

/* An entry of @rank begins (@step 1) or ends (@step -1) here. */
struct edge {
	u64 at;
	enum rank rank;
	int step;
};

struct e820_table e820;
const char *e820_source = "nothing";

/* Scratch of the functions below: too large for the boot stack. */
static struct edge edges[2 * E820_RAW_MAX] __initdata;
static struct e820_range pieces[E820_MAX] __initdata;

const char *e820_type_name(enum e820_type type)
{
	switch (type) {
	case E820_HOLE:
		return "hole";
	case E820_RAM:
		return "RAM";
	case E820_RESERVED:
		return "reserved";
	case E820_ACPI:
		return "ACPI tables";
	case E820_NVS:
		return "ACPI NVS";
	case E820_UNUSABLE:
		return "unusable";
	}
	return "unknown";
}

/* --- cleaning -------------------------------------------------------------------------------- */

static enum rank __init rank_of(u32 type)
{
	for (int rank = 0; rank < NR_RANKS; rank++)
		if (by_rank[rank] == type)
			return rank;
	return RANK_RESERVED;
}

/* Write the two edges of @raw to @edge. False when the entry says nothing. */
static bool __init edges_of(struct edge *edge, const struct e820_entry *raw)
{
	enum rank rank = rank_of(raw->type);
	u64 start = raw->base, last = start + raw->size - 1, end;

	if (!raw->size || !(raw->attributes & E820_ENABLED))
		return false;
	if (last < start && rank == RANK_RAM)
		return false;
	if (last < start || last >= ADDRESS_END)
		last = ADDRESS_END - 1;
	end = last + 1;
	if (rank != RANK_RAM) {
		start &= ~(u64)(PAGE_SIZE - 1);
		end = (last | (PAGE_SIZE - 1)) + 1;
	}
	if (start >= end)
		return false;
	edge[0] = (struct edge){ start, rank, 1 };
	edge[1] = (struct edge){ end, rank, -1 };
	return true;
}

/* Fill edges[], RAM last, so that it is RAM that finds no room. Returns the number of edges. */
static unsigned int __init gather_edges(struct e820_table *table, const struct e820_entry *raw,
					unsigned int nr)
{
	unsigned int used = 0;

	for (int ram = 0; ram <= 1; ram++) {
		for (unsigned int i = 0; i < nr; i++) {
			if ((raw[i].type == E820_RAM) != ram)
				continue;
			if (used < ARRAY_SIZE(edges) && edges_of(&edges[used], &raw[i]))
				used += 2;
			else
				table->dropped++;
		}
	}
	return used;
}

static int __init edge_cmp(const void *a, const void *b)
{
	const struct edge *left = a, *right = b;

	return left->at < right->at ? -1 : left->at > right->at;
}

/* The most restrictive type with an open entry. */
static enum e820_type __init strictest(const int open[NR_RANKS])
{
	for (int rank = NR_RANKS - 1; rank >= 0; rank--)
		if (open[rank])
			return by_rank[rank];
	return E820_HOLE;
}

/* Bytes [@start, @end) are of @type: add its whole frames below 4 GiB to @table. */
static void __init add_bytes(struct e820_table *table, u64 start, u64 end, enum e820_type type)
{
	u64 first = (start + PAGE_SIZE - 1) >> PAGE_SHIFT, stop = end >> PAGE_SHIFT;

	if (type == E820_RAM && stop > E820_PFN_END && first < stop)
		table->lost_bytes += (stop - max(first, (u64)E820_PFN_END)) << PAGE_SHIFT;
	stop = min(stop, (u64)E820_PFN_END);
	if (first < stop)
		table->range[table->nr++] = (struct e820_range){ first, stop, type };
}

void __init e820_clean(struct e820_table *table, const struct e820_entry *raw, unsigned int nr)
{
	enum e820_type type = E820_HOLE, next;
	int open[NR_RANKS] = { 0 };
	u64 start = 0, at;

	table->nr = 0;
	table->lost_bytes = 0;
	table->dropped = 0;
	nr = gather_edges(table, raw, nr);
	sort(edges, nr, sizeof(edges[0]), edge_cmp, NULL);
	for (unsigned int i = 0; i < nr; ) {
		at = edges[i].at;
		for (; i < nr && edges[i].at == at; i++)
			open[edges[i].rank] += edges[i].step;
		next = strictest(open);
		if (next == type)
			continue;
		if (type != E820_HOLE)
			add_bytes(table, start, at, type);
		type = next;
		start = at;
	}
}

/* --- changing a clean table ------------------------------------------------------------------ */

/* Append to pieces[], merging with the piece before. Returns the new number of pieces. */
static unsigned int __init add_piece(unsigned int nr, pfn_t start, pfn_t end, enum e820_type type)
{
	if (start >= end || type == E820_HOLE)
		return nr;
	if (nr && pieces[nr - 1].end == start && pieces[nr - 1].type == type) {
		pieces[nr - 1].end = end;
		return nr;
	}
	BUG_ON(nr == E820_MAX);
	pieces[nr] = (struct e820_range){ start, end, type };
	return nr + 1;
}

static void __init take_pieces(struct e820_table *table, unsigned int nr)
{
	memcpy(table->range, pieces, nr * sizeof(pieces[0]));
	table->nr = nr;
}

/* What lies below @start, then the new range, then what lies past @end: sorted as it is made. */
void __init e820_set_range(struct e820_table *table, pfn_t start, pfn_t end, enum e820_type type)
{
	const struct e820_range *r;
	unsigned int nr = 0;

	BUG_ON(end > E820_PFN_END);
	if (start >= end)
		return;
	e820_for_each(r, table)
		nr = add_piece(nr, r->start, min(r->end, start), r->type);
	nr = add_piece(nr, start, end, type);
	e820_for_each(r, table)
		nr = add_piece(nr, max(r->start, end), r->end, r->type);
	take_pieces(table, nr);
}

void __init e820_limit(struct e820_table *table, pfn_t end)
{
	const struct e820_range *r;
	unsigned int nr = 0;

	e820_for_each(r, table)
		nr = add_piece(nr, r->start, r->type == E820_RAM ? min(r->end, end) : r->end,
			       r->type);
	take_pieces(table, nr);
}

/* --- looking --------------------------------------------------------------------------------- */

unsigned long e820_ram_frames(const struct e820_table *table, pfn_t start, pfn_t end)
{
	const struct e820_range *r;
	unsigned long frames = 0;

	e820_for_each_ram(r, table)
		if (r->start < end && r->end > start)
			frames += min(r->end, end) - max(r->start, start);
	return frames;
}

pfn_t e820_ram_end(const struct e820_table *table)
{
	const struct e820_range *r;
	pfn_t end = 0;

	e820_for_each_ram(r, table)
		end = r->end;
	return end;
}

const struct e820_range *e820_find(const struct e820_table *table, pfn_t pfn, pfn_t *end)
{
	const struct e820_range *r;

	e820_for_each(r, table) {
		if (pfn < r->start) {
			*end = r->start;
			return NULL;
		}
		if (pfn < r->end) {
			*end = r->end;
			return r;
		}
	}
	*end = E820_PFN_END;
	return NULL;
}

int e820_check_table(const struct e820_table *table)
{
	const struct e820_range *r, *before = NULL;

	e820_for_each(r, table) {
		if (r->start >= r->end || r->end > E820_PFN_END)
			return 1;
		if (before && r->start < before->end)
			return 2;
		if (before && r->start == before->end && r->type == before->type)
			return 3;
		if (r->type < E820_RAM || r->type > E820_UNUSABLE)
			return 4;
		before = r;
	}
	return 0;
}

int e820_check(void)
{
	return e820_check_table(&e820);
}

/* --- mem= and memmap= ------------------------------------------------------------------------ */

/* One item of the command line, for bytes [start, end). */
struct option {
	enum { OPTION_TYPE, OPTION_LIMIT, OPTION_EXACT } what;
	enum e820_type type;
	u64 start, end;
};

static struct option options[E820_OPTIONS_MAX] __initdata;
static unsigned int nr_options __initdata;

/* Read a number at *@s and step behind it. False when none is there, or one past 64 bits. */
static bool __init parse_number(const char **s, u64 *number)
{
	const char *from = *s;
	char *rest;

	*number = memparse(from, &rest);
	*s = rest;
	return rest != from && *number != ~(u64)0;
}

static enum e820_type __init type_of_sign(char sign)
{
	switch (sign) {
	case '@':
		return E820_RAM;
	case '$':
		return E820_RESERVED;
	case '#':
		return E820_ACPI;
	}
	return E820_HOLE;
}

/* Read SIZE at *@s, and with @ranges also SIZE, a sign and START. False if malformed. */
static bool __init parse_size(const char **s, struct option *o, bool ranges)
{
	u64 size;

	if (!parse_number(s, &size) || !size)
		return false;
	if (!ranges || !**s || **s == ',') {
		*o = (struct option){ .what = OPTION_LIMIT, .end = size };
		return true;
	}
	*o = (struct option){ .what = OPTION_TYPE, .type = type_of_sign(*(*s)++) };
	if (o->type == E820_HOLE || !parse_number(s, &o->start))
		return false;
	o->end = o->start + size < size ? ~(u64)0 : o->start + size;
	return true;
}

/* Read one item of memmap= at *@s, up to a comma or the end. False when it is malformed. */
static bool __init parse_item(const char **s, struct option *o)
{
	static const char exact[] __initconst = "exactmap";

	if (strncmp(*s, exact, sizeof(exact) - 1))
		return parse_size(s, o, true);
	*s += sizeof(exact) - 1;
	*o = (struct option){ .what = OPTION_EXACT };
	return true;
}

/* Is there room behind @nr items? The limit is stated where it is met. */
static bool __init room_behind(unsigned int nr)
{
	if (nr == E820_OPTIONS_MAX)
		pr_warn("e820: mem= and memmap= have %u items at the most\n", E820_OPTIONS_MAX);
	return nr < E820_OPTIONS_MAX;
}

int __init e820_option_memmap(const char *value)
{
	unsigned int nr = nr_options;

	for (;;) {
		if (!room_behind(nr) || !parse_item(&value, &options[nr++]))
			return -EINVAL;
		if (!*value)
			break;
		if (*value++ != ',')
			return -EINVAL;
	}
	nr_options = nr;
	return 0;
}
early_param("memmap", e820_option_memmap);

int __init e820_option_mem(const char *value)
{
	if (!room_behind(nr_options) || !parse_size(&value, &options[nr_options], false) || *value)
		return -EINVAL;
	nr_options++;
	return 0;
}
early_param("mem", e820_option_mem);

static void __init apply_type(struct e820_table *table, const struct option *o)
{
	u64 start = min(o->start, FOUR_GIB), end = min(o->end, FOUR_GIB);

	if (start == end) {
		pr_warn("e820: option: [0x%llx, 0x%llx) lies past 4 GiB and changes nothing\n",
			o->start, o->end);
		return;
	}
	if (o->type == E820_RAM)
		e820_set_range(table, PFN_UP(start), PFN_DOWN(end), o->type);
	else
		e820_set_range(table, PFN_DOWN(start), PFN_UP(end), o->type);
	pr_info("e820: option: [0x%llx, 0x%llx) is %s\n", start, end, e820_type_name(o->type));
}

void __init e820_apply_options(struct e820_table *table)
{
	for (const struct option *o = options; o < options + nr_options; o++) {
		switch (o->what) {
		case OPTION_TYPE:
			apply_type(table, o);
			break;
		case OPTION_LIMIT:
			e820_limit(table, min(o->end, FOUR_GIB) >> PAGE_SHIFT);
			pr_info("e820: option: RAM past 0x%llx is not used\n", o->end);
			break;
		case OPTION_EXACT:
			table->nr = 0;
			pr_info("e820: option: the firmware's map is not used\n");
			break;
		}
	}
	nr_options = 0;
}

/* --- the stage ------------------------------------------------------------------------------- */

/* Frames that are taken before the first allocator runs. */
static struct {
	unsigned long ram;
	unsigned long lacking;		/* the kernel's own, which the map does not call RAM */
	phys_addr_t start, end;		/* the first range of the kernel that lacks some, */
	const char *why;		/* and what lies there */
} in_use __initdata;

static unsigned long __init frames_to_kib(unsigned long frames)
{
	return frames * (PAGE_SIZE / 1024);
}

/* The kernel runs where it lies: a map without that is one that mem= or the firmware cut too short. */
static void __init count_in_use(phys_addr_t start, phys_addr_t end, const char *why)
{
	unsigned long frames = PFN_UP(end) - PFN_DOWN(start);
	unsigned long ram = e820_ram_frames(&e820, PFN_DOWN(start), PFN_UP(end));

	in_use.ram += ram;
	if (strncmp(why, "kernel", 6) || ram == frames)
		return;
	if (!in_use.lacking) {
		in_use.start = start;
		in_use.end = end;
		in_use.why = why;
	}
	in_use.lacking += frames - ram;
}

/* Panics, unless there is RAM for what is in use already (image, modules) and some to work in. */
static void __init require_ram(unsigned int entries)
{
	unsigned long ram = e820_ram_frames(&e820, 0, E820_PFN_END), need, missing;

	if (!entries && !ram)
		panic("BIOS and boot loader gave no memory map, so there is no RAM to use.");
	if (!ram)
		panic("The memory map (%u entries, from %s) has no whole page of RAM below 4 GiB.",
		      entries, e820_source);
	memset(&in_use, 0, sizeof(in_use));
	arch_for_each_reserved(count_in_use);
	need = in_use.ram + WORKING_ROOM / PAGE_SIZE;
	missing = in_use.lacking + (need > ram ? need - ram : 0);
	if (in_use.lacking)
		panic("The memory map from %s has no RAM at 0x%08x to 0x%08x, where %s lies: "
		      "%lu KiB are missing, and it has %lu KiB in all.", e820_source, in_use.start,
		      in_use.end - 1, in_use.why, frames_to_kib(missing), frames_to_kib(ram));
	if (missing)
		panic("The kernel needs %lu KiB of RAM, and the memory map from %s has %lu KiB: "
		      "%lu KiB are missing.", frames_to_kib(need), e820_source, frames_to_kib(ram),
		      frames_to_kib(missing));
}

void __init e820_init(void)
{
	static struct e820_entry raw[E820_RAW_MAX] __initdata;
	unsigned int nr = arch_memory_map(raw, E820_RAW_MAX, &e820_source);
	const struct e820_range *r;

	e820_clean(&e820, raw, nr);
	e820_apply_options(&e820);
	e820_for_each(r, &e820)
		pr_info("e820: %08llx-%08llx  %s\n", (u64)r->start << PAGE_SHIFT,
			((u64)r->end << PAGE_SHIFT) - 1, e820_type_name(r->type));
	if (e820.lost_bytes)
		pr_warn("e820: %llu KiB of RAM lie past 4 GiB, out of reach without PAE\n",
			e820.lost_bytes >> 10);
	if (nr == E820_RAW_MAX)
		pr_warn("e820: the map may go on behind its first %u entries\n", nr);
	require_ram(nr);
	pr_info("e820: %u ranges from %u entries of %s (%u dropped), %lu KiB of RAM\n", e820.nr,
		nr, e820_source, e820.dropped, frames_to_kib(e820_ram_frames(&e820, 0, E820_PFN_END)));
}
