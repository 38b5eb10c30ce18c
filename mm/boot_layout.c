/* SPDX-License-Identifier: MIT */
/*
 * mm/boot_layout.c - where lowmem ends and the windows behind it begin
 *
 *     PAGE_OFFSET                     high_memory                         FIXADDR_START
 *     |  lowmem, 1 : 1                |  8 MiB hole  | kmap |  vmalloc ...   |
 *                                     ^ the border: 896 MiB of lowmem, or less if
 *                                       vmalloc=SIZE   wants more room behind it
 *                                       highmem=SIZE   wants more frames without an address
 *
 * The border between lowmem and HIGHMEM is a multiple of 4 MiB, so that no page directory entry and
 * no buddy block lies on both sides of it.
 */
#include <lib/cmdline.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <mm/e820.h>
#include <mm/page.h>

#include "boot_internal.h"

struct vm_layout vm_layout;

#define VMALLOC_TOP	(FIXADDR_START - 2 * PAGE_SIZE)		/* two guard pages, layout.h */
#define BORDER_ALIGN	SZ_4M		/* a page directory entry, and the largest buddy block */

static u64 highmem_option __initdata, vmalloc_option __initdata;

/* At least a page, for less would be taken for nothing at all. */
static int __init parse_size(const char *value, u64 *size)
{
	char *rest;
	u64 bytes = memparse(value, &rest);

	if (bytes < PAGE_SIZE || bytes >= SZ_2G || *rest)
		return -EINVAL;
	*size = bytes;
	return 0;
}

static int __init set_highmem(const char *value)
{
	return parse_size(value, &highmem_option);
}
early_param("highmem", set_highmem);

static int __init set_vmalloc(const char *value)
{
	return parse_size(value, &vmalloc_option);
}
early_param("vmalloc", set_vmalloc);

/* The end of lowmem by addresses alone: the windows behind it must hold what vmalloc= asks for. */
static pfn_t __init lowmem_border(void)
{
	u64 room = VMALLOC_TOP - PAGE_OFFSET - VMALLOC_OFFSET - LAST_PKMAP * PAGE_SIZE;

	if (vmalloc_option >= room)
		return 0;
	room = min(room - vmalloc_option, (u64)LOWMEM_MAX);
	return round_down(room, BORDER_ALIGN) >> PAGE_SHIFT;
}

/* No option may leave less: mem_map and its page tables must fit, and what boot takes besides. */
static pfn_t __init lowmem_least(pfn_t max_pfn)
{
	return phys_to_pfn(round_up(SZ_8M + max_pfn * sizeof(struct page), BORDER_ALIGN));
}

/* Split the frames into lowmem and HIGHMEM, as the command line wishes where it can be had. */
static void __init split_frames(void)
{
	pfn_t max_pfn, least, border, wish = lowmem_border(), high = highmem_option >> PAGE_SHIFT;

	e820_limit(&e820, E820_PFN_END - 1);	/* the end of the last frame is no 32-bit address */
	max_pfn = e820_ram_end(&e820);
	least = lowmem_least(max_pfn);
	border = max(wish, least);
	if (high && border < max_pfn && high < max_pfn - border) {
		e820_limit(&e820, border + high);
		pr_info("bootalloc: highmem= leaves %lu KiB of RAM unused\n",
			frames_to_kib(max_pfn - e820_ram_end(&e820)));
		max_pfn = e820_ram_end(&e820);
	} else if (high) {
		wish = max_pfn < high ? 0 : round_down(max_pfn - high, BORDER_ALIGN / PAGE_SIZE);
		border = max(wish, least);
	}
	if (wish < least)
		pr_warn("bootalloc: highmem= or vmalloc= asks for too much: lowmem keeps %lu KiB\n",
			frames_to_kib(min(border, max_pfn)));
	vm_layout.max_pfn = max_pfn;
	vm_layout.max_low_pfn = min(border, max_pfn);
}

void __init boot_layout_init(void)
{
	split_frames();
	vm_layout.high_memory = PAGE_OFFSET + pfn_to_phys(vm_layout.max_low_pfn);
	vm_layout.vmalloc_start = round_up(vm_layout.high_memory + VMALLOC_OFFSET, BORDER_ALIGN);
	vm_layout.vmalloc_end = VMALLOC_TOP;
	vm_layout.pkmap_base = 0;
	if (vm_layout.max_pfn > vm_layout.max_low_pfn) {
		vm_layout.pkmap_base = vm_layout.vmalloc_start;
		vm_layout.vmalloc_start += LAST_PKMAP * PAGE_SIZE;
	}
}

