/* SPDX-License-Identifier: MIT */
/*
 * mm/boot_engine.c - bootmem and memblock, dressed alike
 *
 *                      bootmem                          memblock
 *     knows            frames of lowmem                 bytes, all of RAM below 4 GiB
 *     takes            the first fit from its hint      the highest fit below the limit
 *     a reservation    every frame that it touches      exactly these bytes
 *     HIGHMEM          free if map and record say so    its own lists
 *
 * One serves and the other follows; bootalloc.c tells each what the other must know.
 */
#include <lib/bug.h>
#include <lib/kernel.h>
#include <mm/bootmem.h>
#include <mm/e820.h>
#include <mm/memblock.h>

#include "boot_internal.h"
#include "internal.h"

/* --- bootmem --------------------------------------------------------------------------------- */

static void bootmem_reserve(phys_addr_t start, phys_addr_t last)
{
	pfn_t end = min(phys_to_pfn(last) + 1, vm_layout.max_low_pfn);

	if (phys_to_pfn(start) < end)
		bootmem_reserve_frames(&boot_bootmem, phys_to_pfn(start), end, BOOTMEM_DEFAULT);
}

static void bootmem_init(void)
{
	const struct boot_request *req;
	const struct e820_range *r;

	e820_for_each_ram(r, &e820)
		if (r->start < vm_layout.max_low_pfn)
			bootmem_free_frames(&boot_bootmem, r->start,
					    min(r->end, vm_layout.max_low_pfn));
	boot_for_each_request(req)
		bootmem_reserve(req->start, req->last);
}

static phys_addr_t bootmem_take(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit)
{
	return bootmem_alloc(&boot_bootmem, size, align, goal, limit);
}

/* Frames that another live request also touches stay taken. */
static void bootmem_free(phys_addr_t start, phys_addr_t last)
{
	pfn_t first = phys_to_pfn(start), end = phys_to_pfn(last) + 1, until = end;

	if (boot_frame_in_use(first, &until))
		first++;
	if (first < end && boot_frame_in_use(end - 1, &until))
		end--;
	bootmem_free_frames(&boot_bootmem, first, end);
}

static pfn_t bootmem_next(pfn_t from, pfn_t *end)
{
	struct boot_extent x;
	pfn_t start;

	if (from < vm_layout.max_low_pfn) {
		start = bootmem_next_free(&boot_bootmem, from, end);
		if (start < vm_layout.max_low_pfn)
			return start;
	}
	for (pfn_t pfn = max(from, vm_layout.max_low_pfn); pfn < vm_layout.max_pfn; pfn = x.end) {
		if (!boot_extent_at(pfn, &x)) {
			*end = x.end;
			return pfn;
		}
	}
	*end = vm_layout.max_pfn;
	return vm_layout.max_pfn;
}

static unsigned long bootmem_steps(void)
{
	return boot_bootmem.steps;
}

static size_t bootmem_metadata(void)
{
	return bootmem_map_size(boot_bootmem.end - boot_bootmem.start);
}

static unsigned long bootmem_give_all(void)
{
	unsigned long frames = 0;
	pfn_t start, end = vm_layout.max_low_pfn;

	while ((start = bootmem_next(end, &end)) < vm_layout.max_pfn) {
		bootmem_give_run(start, end, free_pages_bootmem);
		frames += end - start;
	}
	return frames + free_all_bootmem();
}

const struct boot_engine bootmem_engine = {
	.name = "bootmem",
	.init = bootmem_init,
	.alloc = bootmem_take,
	.reserve = bootmem_reserve,
	.free = bootmem_free,
	.next_free = bootmem_next,
	.steps = bootmem_steps,
	.metadata = bootmem_metadata,
	.hand_over = bootmem_give_all,
	.discard = bootmem_discard,
	.check = bootmem_check,
};

/* --- memblock -------------------------------------------------------------------------------- */

/* Doubling an array needs memory that is mapped, and that grows as boot goes on. */
static void memblock_refresh_limit(void)
{
	memblock_set_current_limit(boot_limit());
}

static void memblock_take_bytes(phys_addr_t start, phys_addr_t last)
{
	memblock_refresh_limit();
	if (memblock_reserve(start, last - start + 1))
		panic("memblock has no room to note that [0x%08x, 0x%08x] is in use.", start, last);
}

/* Reservations go first: by the time the list of memory has to grow, it must not grow into them. */
static void memblock_init(void)
{
	const struct boot_request *req;
	const struct e820_range *r;

	memblock_refresh_limit();
	memblock_watch_arrays(boot_table_moved);
	boot_for_each_request(req)
		memblock_take_bytes(req->start, req->last);
	memblock_allow_resize();
	e820_for_each_ram(r, &e820)
		if (memblock_add(pfn_to_phys(r->start), pfn_to_phys(r->end - r->start)))
			panic("memblock has no room for the RAM from 0x%08x on.",
			      pfn_to_phys(r->start));
}

static phys_addr_t memblock_take(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit)
{
	void *p;

	memblock_refresh_limit();
	p = memblock_alloc_try_nid_raw(size, align, goal, limit, NUMA_NO_NODE);
	return p ? __pa(p) : BOOTMEM_NONE;
}

static void memblock_give(phys_addr_t start, phys_addr_t last)
{
	memblock_refresh_limit();
	if (memblock_phys_free(start, last - start + 1))
		panic("memblock has no room to note that [0x%08x, 0x%08x] is free.", start, last);
}

static pfn_t memblock_next(pfn_t from, pfn_t *end)
{
	phys_addr_t start, stop;
	u64 i;

	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &stop, NULL) {
		pfn_t first = max((pfn_t)PFN_UP(start), from);

		*end = PFN_DOWN(stop);
		if (first < *end)
			return first;
	}
	*end = vm_layout.max_pfn;
	return vm_layout.max_pfn;
}

static unsigned long memblock_visits(void)
{
	return memblock_steps;
}

static size_t memblock_metadata(void)
{
	return (memblock.memory.max + memblock.reserved.max) * sizeof(struct memblock_region);
}

static unsigned long memblock_give_all(void)
{
	unsigned long frames = memblock_free_all();

	return frames + memblock_discard();
}

const struct boot_engine memblock_engine = {
	.name = "memblock",
	.init = memblock_init,
	.alloc = memblock_take,
	.reserve = memblock_take_bytes,
	.free = memblock_give,
	.next_free = memblock_next,
	.steps = memblock_visits,
	.metadata = memblock_metadata,
	.hand_over = memblock_give_all,
	.discard = memblock_discard,
	.check = memblock_check,
};
