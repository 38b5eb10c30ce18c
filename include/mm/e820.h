/* SPDX-License-Identifier: MIT */
/*
 * include/mm/e820.h - the firmware's memory map, cleaned
 *
 * Raw entries come in any order, may overlap, wrap or be empty. e820_clean() turns them into a
 * table that is sorted, disjoint, merged, page aligned and below 4 GiB: the only map that the rest
 * of the kernel sees. What no range of the table covers is a hole: there is nothing at those
 * addresses that the firmware knows of.
 */
#ifndef MM_E820_H
#define MM_E820_H

#include <lib/types.h>

/* Source: ACPI Specification, "Address Range Types". */
enum e820_type {
	E820_HOLE = 0,		/* no type of the firmware's: nothing there; never in a table */
	E820_RAM = 1,
	E820_RESERVED = 2,
	E820_ACPI = 3,		/* ACPI tables, reclaimable; kept reserved here */
	E820_NVS = 4,
	E820_UNUSABLE = 5,
};

/* As int 15h E820 stores it (24-byte form). */
struct e820_entry {
	u64 base;
	u64 size;
	u32 type;
	u32 attributes;		/* ACPI 3.0 extended attributes; bit 0 clear: ignore the entry */
} __attribute__((packed));

_Static_assert(sizeof(struct e820_entry) == 24, "boot/realmode.asm stores entries 24 bytes apart");

#define E820_ENABLED		1	/* bit 0 of attributes; preset for firmware's 20 bytes */

#define E820_RAW_MAX		160	/* entries taken from the firmware or Multiboot */
#define E820_OPTIONS_MAX	32	/* mem= and memmap= items on the command line */
#define E820_MAX		400	/* ranges after cleaning */

/*
 * n entries have 2n ends, between which lie 2n - 1 stretches of one type each; an item of the
 * command line adds one range and cuts one in two.
 */
_Static_assert(2 * E820_RAW_MAX - 1 + 2 * E820_OPTIONS_MAX <= E820_MAX, "a table has room for all");

#define E820_PFN_END		((pfn_t)1 << 20)	/* 4 GiB: nothing past it without PAE */

/* One range of whole page frames [start, end) of the cleaned map. */
struct e820_range {
	pfn_t start, end;
	enum e820_type type;
};

struct e820_table {
	unsigned int nr;
	struct e820_range range[E820_MAX];
	u64 lost_bytes;		/* RAM that lies past 4 GiB */
	unsigned int dropped;	/* raw entries that were empty, disabled, wrapped or too many */
};

/* The machine's map: set by the e820 stage, read-only afterwards (but see e820_limit()). */
extern struct e820_table e820;

/* Where it came from, as arch_memory_map() says it. */
extern const char *e820_source;

#define e820_for_each(r, table)							\
	for ((r) = (table)->range; (r) < (table)->range + (table)->nr; (r)++)

#define e820_for_each_ram(r, table)						\
	e820_for_each(r, table)							\
		if ((r)->type == E820_RAM)

/**
 * e820_clean - make a table of whatever the firmware said
 * @table: out; what it held is forgotten
 * @raw:   @nr entries in any order and state; not changed
 *
 * Where entries overlap, the more restrictive type wins: RAM, then ACPI, NVS, reserved, unusable. A
 * type without a name here counts as reserved. A frame is RAM when every byte of it is, and has the
 * other types when one byte of it has. RAM whose end wraps past 2^64 is not believed at all, other
 * entries are cut there. Of more than E820_RAW_MAX entries, RAM is left out first.
 *
 * Context: the e820 stage, and tests. O(n log n) steps.
 */
void e820_clean(struct e820_table *table, const struct e820_entry *raw, unsigned int nr);

/**
 * e820_set_range - give the frames [@start, @end) the type @type, whatever they had
 * @end:  at most E820_PFN_END; nothing happens when it is not past @start
 * @type: a type, or E820_HOLE
 *
 * Context: the e820 stage, and tests. BUG when the table is full.
 */
void e820_set_range(struct e820_table *table, pfn_t start, pfn_t end, enum e820_type type);

/* Forget RAM from frame @end on; other types stay. Context: up to the bootalloc stage. */
void e820_limit(struct e820_table *table, pfn_t end);

/* The number of RAM frames of @table in [@start, @end). Context: any. */
unsigned long e820_ram_frames(const struct e820_table *table, pfn_t start, pfn_t end);

/* The end of the last RAM range, 0 when there is none. Context: any. */
pfn_t e820_ram_end(const struct e820_table *table);

/**
 * e820_find - what lies at a page frame
 * @pfn: below E820_PFN_END
 * @end: out: the answer is the same for all of [@pfn, @end)
 * Return: the range that holds @pfn, or NULL in a hole
 */
const struct e820_range *e820_find(const struct e820_table *table, pfn_t pfn, pfn_t *end);

/* "RAM", "reserved", "ACPI tables", ... */
const char *e820_type_name(enum e820_type type);

/**
 * e820_option_mem, e820_option_memmap - take a value of mem= or memmap= to be applied later
 * @value: mem= wants SIZE: RAM past it is not used. memmap= wants items with commas between:
 *
 *         SIZE@START   is RAM           SIZE$START   is reserved
 *         SIZE#START   is ACPI tables   SIZE         as mem=SIZE
 *         exactmap     forget what the firmware said; only items after this one count
 *
 *         Numbers are decimal, 0x hexadecimal or 0 octal, with K, M or G behind them. Each item
 *         replaces what was known of its range: RAM is rounded inwards, the others outwards.
 *
 * Context: the console stage, before e820_init().
 * Return:  0; -EINVAL for a value that is malformed or has more items than there is room for; then
 *          no item of it counts
 */
int e820_option_mem(const char *value);
int e820_option_memmap(const char *value);

/* Apply the options taken so far, in their order, and forget them. Logs each. */
void e820_apply_options(struct e820_table *table);

/**
 * e820_init - stage "e820": read, clean, log
 *
 * Panics when there is no usable map, or less RAM than the image and what is in use already need.
 */
void e820_init(void);

/* Check E1-E4 of mm/e820.c. Return: 0, or the number of the rule that is broken. */
int e820_check_table(const struct e820_table *table);
int e820_check(void);

#endif
