/* SPDX-License-Identifier: MIT */
/*
 * tests/host/vm_machine.h - slab_machine.h's 64 MiB, 16 of them HIGHMEM, with mapped windows
 *
 *   MMU_START   | kmap window | 4 MiB | vmalloc ... | two pages | fixmap |   MMU_END
 *
 * Include this in one source of a test program. vm_machine() boots once, in the kernel's order.
 */
#ifndef HOST_VM_MACHINE_H
#define HOST_VM_MACHINE_H

#include "slab_machine.h"
#include "soft_mmu.h"

#include <mm/highmem.h>
#include <mm/vmalloc.h>

#define HIGH_FRAMES	(MACHINE_FRAMES - LOWMEM_FRAMES)

static void vm_machine(void)
{
	if (slab_is_available())
		return;
	host_ram_init(MACHINE_FRAMES << PAGE_SHIFT);
	soft_mmu_start(MMU_START);
	machine_begin(MACHINE_FRAMES, LOWMEM_FRAMES);
	machine_hole(0xA0, 0x100);
	machine_reserve(0, 1);
	machine_reserve(0x100, 0x140);
	vm_layout.high_memory = (vaddr_t)host_ram + (LOWMEM_FRAMES << PAGE_SHIFT);
	vm_layout.pkmap_base = MMU_START;
	vm_layout.vmalloc_start = MMU_START + 2 * ARCH_PTE_SPAN;
	vm_layout.vmalloc_end = FIXADDR_START - 2 * PAGE_SIZE;
	machine_boot();
	highmem_init();
	slab_init();
	vmalloc_init();
	host_log_clear();
}

static int setup_vm(void **state)
{
	vm_machine();
	return setup_machine(state);
}

/* What the frame of @page holds, past every mapping. */
static inline void *frame_bytes(const struct page *page)
{
	return host_ram + page_to_phys(page);
}

/* A HIGHMEM frame, for GFP_HIGHUSER falls back to lowmem only when there is none. */
static struct page *__maybe_unused high_page(void)
{
	struct page *page = alloc_page(GFP_HIGHUSER);

	assert_true(page && page_is_highmem(page));
	return page;
}

static void run_mapped(void **state)
{
	soft_mmu_on();
	((CMUnitTestFunction)*state)(state);
	soft_mmu_on();
	slab_is_whole(state);
}

#define vm_test(test)	{ .name = #test, .test_func = run_mapped, .setup_func = setup_vm, \
			  .initial_state = (void *)(test) }

#endif
