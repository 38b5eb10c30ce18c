/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmd_vm.c - commands of the prompt: addresses for frames that have none
 *
 *   layout [-w]   the map of kernel space with this machine's bounds, and how full each part is
 *   vmallocinfo   the areas, in the format of the /proc namesake; freed ones are "unpurged"
 *   kmaps         the slots of the kmap window that are mapped, or idle
 *   fixmap        the slots at fixed addresses, and what they map
 *   vmalloc vfree kmap kunmap    make and undo mappings, to see what the above then say
 *   tlb           measure single invalidations against a full flush, on this machine
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/live.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <mm/highmem.h>
#include <mm/layout.h>
#include <mm/page.h>
#include <mm/vmalloc.h>

#define SCALE_COLUMNS	64

/* A letter for the part that @va lies in; vmalloc's in capitals where an area reaches into @span. */
static char part_letter(vaddr_t va, unsigned long span)
{
	if (va >= FIXADDR_TOP)
		return ' ';
	if (va >= FIXADDR_START)
		return 'F';
	if (va >= VMALLOC_END)
		return 'g';
	if (va >= VMALLOC_START) {
		for (unsigned long at = 0; at < span; at += PAGE_SIZE)
			if (find_vm_area((void *)(va + at)))
				return 'V';
		return 'v';
	}
	if (vm_layout.pkmap_base && va >= vm_layout.pkmap_base)
		return 'K';
	return va >= vm_layout.high_memory ? '-' : 'L';
}

/* One line to scale: @span bytes a column, up to the end of the address space. */
static void draw_scale(unsigned int shift)
{
	char line[SCALE_COLUMNS + 1] = "";
	vaddr_t va = 0ul - ((unsigned long)SCALE_COLUMNS << shift);

	console_printf("%08lx |", va);
	for (unsigned int i = 0; i < SCALE_COLUMNS; i++, va += 1ul << shift)
		line[i] = part_letter(va, 1ul << shift);
	console_printf("%s| %lu KiB a column\n", line, (1ul << shift) >> 10);
}

static void draw_layout(void)
{
	layout_print(console_printf);
	console_printf("\nTo scale: all of it, the last 128 MiB, the last 256 KiB\n");
	draw_scale(24);
	draw_scale(21);
	draw_scale(PAGE_SHIFT);
	console_printf("L lowmem  - hole  K kmap window  v vmalloc, V with areas  g guard  F fixmap\n");
}

static int cmd_layout(int argc, char **argv)
{
	bool again = live_wanted(&argc, argv);

	return argc > 1 ? -EINVAL : live_show(again, draw_layout);
}
MONITOR_COMMAND(layout, "[-w]", "the map of kernel space, how full each part is, and to scale",
		cmd_layout);

static void print_area(const struct vm_struct *vm)
{
	console_printf("0x%08lx-0x%08lx %7lu %pS", vm->area.start, vm->area.end,
		       vm->area.end - vm->area.start, (void *)vm->caller);
	if (vm->flags && vm->nr_pages)
		console_printf(" pages=%u", vm->nr_pages);
	if (vm->flags & VM_IOREMAP)
		console_printf(" phys=0x%08x", vm->phys_addr);
	console_printf(" %s\n", vm->flags ? vm_kind_name(vm->flags) : "unpurged");
}

static int cmd_vmallocinfo(int argc, char **argv)
{
	vmalloc_for_each(print_area);
	return 0;
}
MONITOR_COMMAND(vmallocinfo, "", "areas of vmalloc, vmap and ioremap", cmd_vmallocinfo);

static int cmd_kmaps(int argc, char **argv)
{
	unsigned int used = 0, idle = 0, slot = 0;
	struct pkmap_info info;

	for (; pkmap_slot_info(slot, &info); slot++) {
		idle += info.count == 1;
		used += info.count > 1;
		if (info.count > 1)
			console_printf("slot %4u 0x%08lx frame %#lx mapped %u times\n", slot,
				       vm_layout.pkmap_base + slot * PAGE_SIZE,
				       page_to_pfn(info.page), info.count - 1);
	}
	console_printf("%u slots: %u mapped, %u idle until the next flush, %u free; %lu flushes\n",
		       slot, used, idle, slot - used - idle, pkmap_flushes);
	console_printf("kmap_local_page: %u of %u levels in use\n", kmap_local_depth(), KM_MAX_IDX);
	return 0;
}
MONITOR_COMMAND(kmaps, "", "the kmap window and the stack of kmap_local_page", cmd_kmaps);

static int cmd_fixmap(int argc, char **argv)
{
	for (unsigned int slot = 0; slot < __end_of_fixed_addresses; slot++) {
		vaddr_t va = __fix_to_virt(slot);
		phys_addr_t pa;

		console_printf("slot %2u 0x%08lx %-8s ", slot, va, fixmap_slot_name(slot));
		if (arch_translate(va, &pa))
			console_printf("-> 0x%08x\n", pa);
		else
			console_printf("not mapped\n");
	}
	return 0;
}
MONITOR_COMMAND(fixmap, "", "the slots at fixed addresses", cmd_fixmap);

/* --- trying it -------------------------------------------------------------------------------- */

static unsigned long taken_here;	/* what vmallocinfo names for areas of cmd_vmalloc(); 0: none yet */

static int cmd_vmalloc(int argc, char **argv)
{
	unsigned long bytes;
	void *at;

	if (argc != 2 || kstrtoul(argv[1], 0, &bytes))
		return -EINVAL;
	at = vmalloc(bytes);
	if (!at) {
		console_printf("vmalloc gives NULL for %lu bytes\n", bytes);
		return 0;
	}
	taken_here = find_vm_area(at)->caller;
	console_printf("%lu bytes at %px\n", bytes, at);
	return 0;
}
MONITOR_COMMAND(vmalloc, "BYTES", "take contiguous addresses", cmd_vmalloc);

/* What others have is not for the prompt to free; an address with no area shows the report. */
static int cmd_vfree(int argc, char **argv)
{
	const struct vm_struct *vm;
	unsigned long addr;

	if (argc != 2 || kstrtoul(argv[1], 0, &addr))
		return -EINVAL;
	vm = find_vm_area((void *)addr);
	if (vm && vm->caller != taken_here)
		console_printf("%px was not taken at this prompt\n", (void *)addr);
	else
		vfree((void *)addr);
	return 0;
}
MONITOR_COMMAND(vfree, "ADDRESS", "give back what vmalloc took", cmd_vfree);

/* The frame of RAM that both of the next two name. Return: 0, -EINVAL, or -ERANGE and a sentence. */
static int parse_page(int argc, char **argv, struct page **page)
{
	pfn_t pfn;
	int err = argc == 2 ? monitor_frame(argv[1], &pfn) : -EINVAL;

	if (err)
		return err;
	*page = pfn_to_page(pfn);
	if ((*page)->state != PAGE_HOLE)
		return 0;
	console_printf("frame %#lx is no RAM\n", pfn);
	return -ERANGE;
}

static int cmd_kmap(int argc, char **argv)
{
	struct page *page;
	int err = parse_page(argc, argv, &page);
	void *at;

	if (err)
		return err;
	at = kmap_try(page);
	if (at)
		console_printf("%s frame %#lx is at %px\n",
			       page_is_highmem(page) ? "HIGHMEM" : "lowmem", page_to_pfn(page), at);
	else
		console_printf("the window is full\n");
	return 0;
}
MONITOR_COMMAND(kmap, "PFN", "map a page frame", cmd_kmap);

static int cmd_kunmap(int argc, char **argv)
{
	struct page *page;
	int err = parse_page(argc, argv, &page);

	if (err)
		return err;
	if (!page_is_highmem(page))
		console_printf("lowmem frame %#lx keeps its address\n", page_to_pfn(page));
	kunmap(page);
	return 0;
}
MONITOR_COMMAND(kunmap, "PFN", "undo kmap; a frame that is not mapped is reported", cmd_kunmap);

/* --- what a flush costs ----------------------------------------------------------------------- */

#define TLB_PAGES	64u		/* as many as the data TLB of a Pentium has entries */
#define TLB_ROUNDS	64u

/* Read a word of each of @nr pages from @area on; the words lie in different cache lines. */
static void touch(const char *area, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		(void)*(const volatile char *)(area + i * (PAGE_SIZE + 64));
}

/*
 * Cycles for forgetting @nr pages in one of the two ways, with what the TLB then has to learn again of
 * TLB_PAGES pages that are in use. The least of TLB_ROUNDS rounds: the others had an interrupt.
 */
static u32 flush_cost(const char *area, unsigned int nr, bool all)
{
	u32 least = U32_MAX;

	for (unsigned int round = 0; round < TLB_ROUNDS; round++) {
		unsigned long flags = arch_irq_save();
		u64 start;

		touch(area, TLB_PAGES);
		start = arch_bench_cycles();
		if (all)
			arch_tlb_flush_windows();
		else
			for (unsigned int i = 0; i < nr; i++)
				arch_tlb_flush_page((vaddr_t)area + i * PAGE_SIZE);
		touch(area, TLB_PAGES);
		least = min_t(u64, least, arch_bench_cycles() - start);
		arch_irq_restore(flags);
	}
	return least;
}

static int cmd_tlb(int argc, char **argv)
{
	char *area = vmalloc(TLB_PAGES * (PAGE_SIZE + 64));
	unsigned int even = 0;
	u32 all;

	if (!area) {
		console_printf("no memory for %u pages\n", TLB_PAGES);
		return 0;
	}
	touch(area, TLB_PAGES);
	all = flush_cost(area, 0, true);
	console_printf("%u pages in use; cycles to forget some, and to use all again\n"
		       "all at once   %6u\n", TLB_PAGES, all);
	for (unsigned int nr = 1; nr <= TLB_PAGES; nr *= 2) {
		u32 single = flush_cost(area, nr, false);

		console_printf("%3u singly    %6u\n", nr, single);
		if (single <= all)
			even = nr;
	}
	console_printf("single invalidations pay up to %u pages here\n", even);
	vfree(area);
	return 0;
}
MONITOR_COMMAND(tlb, "", "measure single invalidations against a full flush", cmd_tlb);
