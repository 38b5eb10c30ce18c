/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/bootmap.c - which of the memory maps to believe
 *
 *   E820            the BIOS's list                  real mode needed
 *   Multiboot mmap  the loader's list, mostly from the same BIOS
 *   E801            1-16 MiB in KiB, above in 64 KiB blocks; so it can tell of a hole below 16 MiB
 *   88h, mem_upper  one number: KiB from 1 MiB up; 88h stops at 15 or 63 MiB
 *
 * A source is believed when it calls the first byte of the kernel image RAM: we are there, so it
 * is. That throws out lists that failed half way through and BIOSes that answer without knowing.
 *
 * Pure code: compiled for the host and tested there with invented answers.
 */
#include <lib/types.h>
#include <mm/layout.h>
#include "bootinfo.h"

#define KIB		1024ull
#define MIB		(1024 * KIB)
#define E801_BLOCK	(64 * KIB)
#define E801_LOW_MAX	(15 * 1024)	/* KiB from 1 to 16 MiB: more is no answer */
#define BASE_KIB_MAX	640		/* where the video memory starts */

static bool calls_kernel_ram(const struct e820_entry *map, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		if (map[i].type == E820_RAM && map[i].attributes & E820_ENABLED &&
		    map[i].base <= KERNEL_PHYS_BASE &&
		    KERNEL_PHYS_BASE - map[i].base < map[i].size)
			return true;
	return false;
}

static unsigned int copy_list(const struct e820_entry *list, unsigned int nr,
			      struct e820_entry *raw, unsigned int max)
{
	if (nr > max)
		nr = max;
	for (unsigned int i = 0; i < nr; i++)
		raw[i] = list[i];
	return nr;
}

static unsigned int add_ram(struct e820_entry *raw, unsigned int nr, u64 base, u64 size)
{
	if (size)
		raw[nr++] = (struct e820_entry){ base, size, E820_RAM, 1 };
	return nr;
}

/* Conventional memory, which E801 and 88h leave out. */
static unsigned int add_base_memory(const struct boot_info *bi, struct e820_entry *raw)
{
	u32 kib = bi->base_kib;

	if (!kib && bi->loader_flags & MULTIBOOT_HAS_MEMORY)
		kib = bi->mem_lower;
	return add_ram(raw, 0, 0, (kib < BASE_KIB_MAX ? kib : BASE_KIB_MAX) * KIB);
}

/* Some BIOSes answer in CX and DX, some in AX and BX, most in both. */
static unsigned int map_from_e801(const struct boot_info *bi, struct e820_entry *raw)
{
	bool second = bi->e801_cx || bi->e801_dx;
	u32 low = second ? bi->e801_cx : bi->e801_ax;
	u32 blocks = second ? bi->e801_dx : bi->e801_bx;
	unsigned int nr;

	if (!bi->e801_ok || low > E801_LOW_MAX)
		return 0;
	nr = add_base_memory(bi, raw);
	nr = add_ram(raw, nr, MIB, low * KIB);
	return add_ram(raw, nr, 16 * MIB, blocks * E801_BLOCK);
}

static unsigned int map_from_size(const struct boot_info *bi, struct e820_entry *raw,
				  const char **source)
{
	u32 kib = bi->ext88_ok ? bi->ext88_kib : 0;

	*source = "int 15h 88h";
	if (bi->loader_flags & MULTIBOOT_HAS_MEMORY && bi->mem_upper > kib) {
		kib = bi->mem_upper;
		*source = "Multiboot mem_upper";
	}
	return add_ram(raw, add_base_memory(bi, raw), MIB, kib * KIB);
}

unsigned int bootmap_choose(const struct boot_info *bi, struct e820_entry *raw, unsigned int max,
			    const char **source)
{
	unsigned int nr;

	*source = "E820";
	nr = copy_list(bi->e820, bi->e820_count, raw, max);
	if (calls_kernel_ram(raw, nr))
		return nr;
	*source = "Multiboot mmap";
	nr = copy_list(bi->mmap, bi->mmap_count, raw, max);
	if (calls_kernel_ram(raw, nr))
		return nr;
	*source = "E801";
	nr = map_from_e801(bi, raw);
	if (calls_kernel_ram(raw, nr))
		return nr;
	nr = map_from_size(bi, raw, source);
	if (calls_kernel_ram(raw, nr))
		return nr;
	*source = "nothing";
	return 0;
}
