/* SPDX-License-Identifier: MIT */
/*
 * include/mm/e820.h - the firmware's memory map, cleaned
 *
 * Raw entries come in any order, may overlap, wrap or be empty. e820_clean() turns them into a table
 * that is sorted, disjoint, merged, page aligned and below 4 GiB: the only map that the rest of the
 * kernel sees.
 */
#ifndef MM_E820_H
#define MM_E820_H

#include <lib/types.h>

/* Source: ACPI Specification, "Address Range Types". */
enum e820_type {
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
	u32 attributes;		/* ACPI 3.0 extended attributes; bit 0 clear means ignore the entry */
} __packed;

_Static_assert(sizeof(struct e820_entry) == 24, "boot/realmode.asm stores entries 24 bytes apart");

#define E820_RAW_MAX	160	/* entries taken from the firmware or Multiboot */
#define E820_MAX	400	/* ranges after cleaning: overlaps cut a range in two at most */

/* One range of whole page frames [start, end) of the cleaned map. */
struct e820_range {
	pfn_t start, end;
	enum e820_type type;
};

struct e820_table {
	unsigned int nr;
	struct e820_range range[E820_MAX];
	u64 lost_bytes;		/* RAM that lies past 4 GiB */
	unsigned int dropped;	/* raw entries that were empty, wrapped or too many */
};

/* The machine's map: set by the e820 stage, read-only afterwards. */
extern struct e820_table e820;

#endif
