/* SPDX-License-Identifier: MIT */
/*
 * mm/layout.c - the map of kernel space as this machine has it, for the log and the prompt
 *
 * The picture with all its names is in include/mm/layout.h; here are the real bounds, the highest part
 * first, each with what is in use of it. A part that the machine lacks has no line.
 */
#include <arch.h>
#include <lib/kernel.h>
#include <lib/vsprintf.h>
#include <mm/gfp.h>
#include <mm/highmem.h>
#include <mm/layout.h>
#include <mm/mmzone.h>
#include <mm/vmalloc.h>

#define WORDS_MAX	80

/* [@start, @end): @end is 0 for 4 GiB. */
static void print_part(layout_say *say, vaddr_t start, vaddr_t end, const char *words)
{
	say("layout: 0x%08lx - 0x%08lx %7lu KiB  %s\n", start, end - 1, (end - start) >> 10, words);
}

static unsigned int fixmap_slots_mapped(void)
{
	unsigned int nr = 0;

	for (unsigned int slot = 0; slot < __end_of_fixed_addresses; slot++)
		nr += *arch_pte_lookup(__fix_to_virt(slot)) != 0;
	return nr;
}

static void print_vmalloc(layout_say *say)
{
	struct vmalloc_info info;
	char words[WORDS_MAX];

	vmalloc_get_info(&info);
	scnprintf(words, sizeof(words), "vmalloc: %lu KiB in %lu areas, %lu KiB of it unpurged",
		  info.used >> 10, info.nr_areas, info.lazy_pages << (PAGE_SHIFT - 10));
	print_part(say, VMALLOC_START, VMALLOC_END, words);
}

void layout_print(layout_say *say)
{
	vaddr_t after_hole = vm_layout.pkmap_base ? vm_layout.pkmap_base : VMALLOC_START;
	char words[WORDS_MAX];

	print_part(say, FIXADDR_TOP, 0, "last page, never mapped");
	scnprintf(words, sizeof(words), "fixmap: %u of %u slots mapped", fixmap_slots_mapped(),
		  __end_of_fixed_addresses);
	print_part(say, FIXADDR_START, FIXADDR_TOP, words);
	print_part(say, VMALLOC_END, FIXADDR_START, "two guard pages");
	print_vmalloc(say);
	if (vm_layout.pkmap_base) {
		scnprintf(words, sizeof(words), "kmap window: %u of %lu slots mapped",
			  pkmap_slots_mapped(), LAST_PKMAP);
		print_part(say, vm_layout.pkmap_base, vm_layout.pkmap_base + LAST_PKMAP * PAGE_SIZE,
			   words);
	}
	print_part(say, vm_layout.high_memory, after_hole, "hole: a stray pointer past lowmem faults");
	scnprintf(words, sizeof(words), "lowmem: %lu KiB free",
		  (nr_free_pages() - zone_free_pages(zone_highmem)) << (PAGE_SHIFT - 10));
	print_part(say, PAGE_OFFSET, vm_layout.high_memory, words);
}
