/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/region.c - in which part of the address map an address lies, in words
 *
 * The map is that of mm/layout.h, with the kernel image's parts inside the direct map:
 *
 *   0         4 KiB        PAGE_OFFSET              high_memory    +8 MiB      windows      4 GiB
 *   | page 0 | user space | lowmem | image | lowmem | hole | kmap | vmalloc | fixmap | last page |
 *
 * Before the bootalloc stage has set vm_layout, lowmem ends where the boot page tables end, and
 * all after it is "not mapped yet".
 */
#include <arch.h>
#include <mm/highmem.h>
#include <mm/layout.h>
#include <mm/vmalloc.h>
#include <sections.h>
#include <traps.h>
#include <lib/kernel.h>

struct region {
	const char *start, *end;	/* [start, end) */
	const char *name;
};

static const struct region image[] = {
	{ boot_stack_guard, boot_stack, "the guard page below the boot stack" },
	{ boot_stack, boot_stack_top, "the boot stack" },
	{ __init_begin, __init_end, "the kernel's boot-only part" },
	{ _text, _etext, "kernel text" },
	{ __start_rodata, __end_rodata, "kernel rodata" },
	{ _data, _end, "kernel data" },
};

bool address_is_stack_guard(vaddr_t va)
{
	return va >= (vaddr_t)boot_stack_guard && va < (vaddr_t)boot_stack;
}

static const char *lowmem_region(vaddr_t va)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(image); i++)
		if (va >= (vaddr_t)image[i].start && va < (vaddr_t)image[i].end)
			return image[i].name;
	return "the direct map of lowmem";
}

/* What follows the direct map; the windows do not exist before vm_layout is set. */
static const char *window_region(vaddr_t va)
{
	if (va >= FIXADDR_TOP)
		return "the last page, never mapped";
	if (va >= FIXADDR_START)
		return "the fixmap";
	if (!vm_layout.high_memory)
		return "kernel space that is not mapped yet";
	if (va < vm_layout.high_memory + VMALLOC_OFFSET)
		return "the hole after lowmem";
	if (vm_layout.pkmap_base && va >= vm_layout.pkmap_base &&
	    va < vm_layout.pkmap_base + LAST_PKMAP * PAGE_SIZE)
		return "the kmap window";
	if (va >= vm_layout.vmalloc_start && va < vm_layout.vmalloc_end)
		return "the vmalloc area";
	return "a gap between the windows of kernel space";
}

const char *address_region(vaddr_t va)
{
	vaddr_t lowmem_end = vm_layout.high_memory;

	if (!lowmem_end)
		lowmem_end = PAGE_OFFSET + arch_boot_mapped_end();
	if (va < PAGE_SIZE)
		return "page 0 (null pointer)";
	if (va < PAGE_OFFSET)
		return "user space, which is empty";
	return va < lowmem_end ? lowmem_region(va) : window_region(va);
}

bool address_detail(vaddr_t va, char *text, size_t size)
{
	return vmalloc_describe(va, text, size) || pkmap_describe(va, text, size) ||
	       fixmap_describe(va, text, size);
}
