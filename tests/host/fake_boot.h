/* SPDX-License-Identifier: MIT */
/*
 * tests/host/fake_boot.h - the boot allocator as the page allocator's tests see it
 *
 * A machine is a firmware map and a byte for each frame that says whether boot keeps it. Include
 * this in one source of a test program; it stands in for mm/bootalloc.c.
 *
 *	machine_begin(frames, max_low_pfn);
 *	machine_hole(start, end);  machine_reserve(start, end);	as many as wanted
 *	machine_boot();						zones_init, buddy_init, checks
 */
#ifndef HOST_FAKE_BOOT_H
#define HOST_FAKE_BOOT_H

#include <support.h>

#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/list.h>
#include <mm/bootalloc.h>
#include <mm/e820.h>
#include <mm/gfp.h>
#include <mm/ledger.h>
#include <mm/mmzone.h>

#include "../../mm/internal.h"

static u8 *frame_kept;			/* one byte a frame: 1 = boot keeps it */
static void *mem_map_memory;
static pfn_t frame_denied = ~0UL;	/* RAM that boot_extent_at() calls a hole */

char __init_begin[1], __init_end[1];

static void machine_begin(pfn_t frames, pfn_t max_low_pfn)
{
	free(frame_kept);
	frame_kept = calloc(frames, 1);
	e820.nr = 0;
	e820_set_range(&e820, 0, frames, E820_RAM);
	vm_layout.max_pfn = frames;
	vm_layout.max_low_pfn = max_low_pfn;
	for (struct zone *zone = zones; zone < zones + MAX_NR_ZONES; zone++)
		*zone = (struct zone) { .name = zone->name };
	host_log_clear();
	memset(page_fault_count, 0, sizeof(page_fault_count));
}

static void machine_hole(pfn_t start, pfn_t end)
{
	e820_set_range(&e820, start, end, E820_HOLE);
}

static void machine_reserve(pfn_t start, pfn_t end)
{
	memset(frame_kept + start, 1, end - start);
}

static bool frame_is_ram(pfn_t pfn)
{
	pfn_t end;
	const struct e820_range *range = e820_find(&e820, pfn, &end);

	return range && range->type == E820_RAM;
}

static bool frame_is_given(pfn_t pfn)
{
	return pfn < vm_layout.max_pfn && frame_is_ram(pfn) && !frame_kept[pfn];
}

void boot_name(const void *p, const char *why)
{
}

void *boot_alloc(size_t size, size_t align)
{
	free(mem_map_memory);
	assert_int_equal(posix_memalign(&mem_map_memory, align, size), 0);
	memset(mem_map_memory, 0, size);
	return mem_map_memory;
}

static void one_frame(pfn_t pfn, struct boot_extent *x)
{
	x->ram = pfn < vm_layout.max_pfn && pfn != frame_denied && frame_is_ram(pfn);
	x->why = !x->ram ? "hole" : frame_kept[pfn] ? "test" : NULL;
}

bool boot_extent_at(pfn_t pfn, struct boot_extent *x)
{
	struct boot_extent next;

	*x = (struct boot_extent) { .start = pfn, .end = pfn };
	one_frame(pfn, x);
	do {
		one_frame(++x->end, &next);
	} while (x->end < mem_map_end && next.ram == x->ram && next.why == x->why);
	return x->why;
}

int boot_release(phys_addr_t start, phys_addr_t end)
{
	return -EINVAL;
}

/* The largest aligned blocks of the frames [start, end) that are given. */
static unsigned long give_part(pfn_t start, pfn_t end)
{
	unsigned long given = 0;

	while (start < end) {
		unsigned int order = 0;

		if (!frame_is_given(start)) {
			start++;
			continue;
		}
		for (; order < MAX_ORDER - 1; order++) {
			pfn_t next = start + (2UL << order);
			bool fits = !(start & ((2UL << order) - 1)) && next <= end;

			for (pfn_t pfn = start + (1UL << order); fits && pfn < next; pfn++)
				fits = frame_is_given(pfn);
			if (!fits)
				break;
		}
		free_pages_bootmem(start, order);
		start += 1UL << order;
		given += 1UL << order;
	}
	return given;
}

unsigned long bootalloc_hand_over(void)
{
	pfn_t low = vm_layout.max_low_pfn, dma = ZONE_DMA_END >> PAGE_SHIFT;

	if (dma > low)
		dma = low;
	return give_part(0, dma) + give_part(dma, low) + give_part(low, vm_layout.max_pfn);
}

static void machine_boot(void)
{
	zones_init();
	assert_int_equal(zones_check(), 0);
	buddy_init();
	assert_int_equal(zones_check(), 0);
	assert_int_equal(buddy_check(), 0);
}

/* 128 MiB with the hole below 1 MiB and an image behind it, no HIGHMEM. */
static void __maybe_unused machine_usual(void)
{
	machine_begin(32768, 32768);
	machine_hole(0xA0, 0x100);
	machine_reserve(0, 1);
	machine_reserve(0x100, 0x140);
	machine_boot();
}

/* 2048 MiB of which 896 are lowmem. */
static void __maybe_unused machine_large(void)
{
	machine_begin(524288, 229376);
	machine_hole(0xA0, 0x100);
	machine_reserve(0, 1);
	machine_reserve(0x100, 0x140);
	machine_boot();
}

#endif
