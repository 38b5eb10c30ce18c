// SPDX-License-Identifier: MIT
/*
 * mm/memblock_free.c - the end of memblock: free memory becomes blocks of the buddy lists
 *
 *     memory       [===================================]
 *     reserved        [==]        [=]
 *     bytes        ---    --------   ------------------
 *     frames       |-|     |------|   |---------------|    whole ones only
 *     blocks                1 2  2       4     8    4 1    as large and as aligned as they come
 *
 * Context: the buddy stage, after which the page allocator owns memory.
 */
#include <lib/kernel.h>
#include <mm/bootmem.h>
#include <mm/memblock.h>

#include "internal.h"

/* A block lies in one zone. HIGHMEM may start anywhere, the other zones at multiples of 4 MiB. */
static unsigned long give_frames(pfn_t start, pfn_t end)
{
	pfn_t low_end = clamp(vm_layout.max_low_pfn, start, end);

	bootmem_give_run(start, low_end, free_pages_bootmem);
	bootmem_give_run(low_end, end, free_pages_bootmem);
	return end - start;
}

unsigned long memblock_free_all(void)
{
	unsigned long frames = 0;
	phys_addr_t start, end;
	u64 i;

	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL) {
		if (PFN_UP(start) < PFN_DOWN(end))
			frames += give_frames(PFN_UP(start), PFN_DOWN(end));
	}
	return frames;
}

unsigned long memblock_discard(void)
{
	phys_addr_t memory_size, memory = memblock_grown_array(&memblock.memory, &memory_size);
	phys_addr_t reserved_size, reserved = memblock_grown_array(&memblock.reserved,
								   &reserved_size);
	unsigned long frames = 0;

	memblock_reset();
	memblock_watch_arrays(NULL);
	if (memory)
		frames += give_frames(PFN_DOWN(memory), PFN_DOWN(memory + memory_size));
	if (reserved)
		frames += give_frames(PFN_DOWN(reserved), PFN_DOWN(reserved + reserved_size));
	return frames;
}
