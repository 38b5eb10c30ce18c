/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/paging.c - the kernel's page tables
 *
 *   kernel_pgd                                       va                    maps
 *   [0 .. 767]   0                                   0 .. 3 GiB            nothing: a pointer
 *                                                                          gone wrong faults
 *   [768]        table                               PAGE_OFFSET           0 .. 4 MiB, small pages:
 *                  page 0 -, 1 MiB .init rw, text and rodata ro, data rw, stack guard -, rest rw
 *   [769 ...]    4 MiB page with PSE, else a table   ... high_memory       the rest of lowmem, rw
 *                0 (VMALLOC_OFFSET)
 *   [...]        tables, made here                   kmap window           empty
 *   [...]        tables, made when first used        vmalloc area          empty
 *   [1023]       table, made here                    fixmap                empty
 *
 * The directory starts as a copy of the boot directory and is put into CR3 at once; then lowmem is
 * gone through from below. Each table is taken from what is mapped so far and maps 4 MiB more; so
 * 896 MiB of 4 KiB pages come out of the boot tables' 16 MiB.
 *
 * L1  CR3 is kernel_pgd and its user half is empty
 * L2  each lowmem frame is at PAGE_OFFSET + pa; frame 0 and the stack's guard are nowhere
 * L3  text and rodata are not writable, and CR0.WP is on where it works
 * L4  the page behind lowmem is not mapped
 * L5  kmap window and fixmap have their tables, one behind the other in memory
 *
 * 4 KiB pages around the image also keep a 4 MiB page off the first MiB, whose parts differ in
 * caching. Source: Intel SDM vol. 3A, "32-Bit Paging", "MTRR Considerations ... Large Page Sizes".
 */
#include <arch.h>
#include <cpu.h>
#include <lib/bug.h>
#include <lib/compiler.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/bootalloc.h>
#include <mm/gfp.h>
#include <mm/layout.h>
#include <mm/ledger.h>
#include <pgtable.h>
#include <sections.h>
#include <traps.h>
#include "bootinfo.h"

/* Accessed and dirty are set beforehand: the CPU need not write them later. */
#define DIRECT_BITS	(PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED | PTE_DIRTY)
#define TABLE_BITS	(PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED)

_Static_assert((ARCH_PTE_KERNEL & DIRECT_BITS) == DIRECT_BITS, "arch.h names the same bits");

extern u32 boot_pgd[];			/* boot/paging.asm */

static u32 kernel_pgd[PTES] __aligned(PAGE_SIZE);
static phys_addr_t mapped_end = BOOT_MAPPED_END;
static u32 global_bit;			/* PTE_GLOBAL where the CPU has it */

static struct {
	unsigned int large, tables;	/* of the direct map */
} made __initdata;

phys_addr_t arch_boot_mapped_end(void)
{
	return mapped_end;
}

/* --- looking --------------------------------------------------------------------------------- */

u32 *arch_page_directory(void)
{
	return __va(read_cr3() & PAGE_MASK);
}

pte_t *arch_pte_lookup(vaddr_t va)
{
	u32 pde = kernel_pgd[PDE_INDEX(va)];

	if (!(pde & PTE_PRESENT) || pde & PDE_LARGE)
		return NULL;
	return pte_in_table(pde, va);
}

bool arch_translate(vaddr_t va, phys_addr_t *pa)
{
	u32 pde = kernel_pgd[PDE_INDEX(va)];
	pte_t pte;

	if (!(pde & PTE_PRESENT))
		return false;
	if (pde & PDE_LARGE) {
		*pa = (pde & ~(ARCH_PTE_SPAN - 1)) | (va & (ARCH_PTE_SPAN - 1));
		return true;
	}
	pte = *pte_in_table(pde, va);
	*pa = arch_pte_pa(pte) | offset_in_page(va);
	return pte & PTE_PRESENT;
}

pte_t *arch_pte_create(vaddr_t va)
{
	u32 *pde = &kernel_pgd[PDE_INDEX(va)];

	if (!(*pde & PTE_PRESENT)) {
		struct page *table = alloc_page(GFP_KERNEL | __GFP_ZERO);

		if (!table)
			return NULL;
		page_set_owner(table, PAGE_OWNER_PAGETABLE);
		*pde = page_to_phys(table) | TABLE_BITS;
	}
	return arch_pte_lookup(va);
}

/* --- the ledger ------------------------------------------------------------------------------ */

/* Is this directory entry one of a table that was made after boot? Those of boot are reserved. */
static bool is_table_of_buddy(u32 pde)
{
	return pde & PTE_PRESENT && !(pde & PDE_LARGE) &&
	       phys_to_page(pde & PAGE_MASK)->state == PAGE_USED;
}

static unsigned long table_frames(void)
{
	unsigned long frames = 0;

	for (unsigned int i = KERNEL_PDE; i < PTES; i++)
		frames += is_table_of_buddy(kernel_pgd[i]);
	return frames;
}

static void print_tables(void)
{
	for (unsigned int i = KERNEL_PDE; i < PTES; i++)
		if (is_table_of_buddy(kernel_pgd[i]))
			pr_info("      0x%08lx %8u frame, maps 4 MiB from 0x%08lx\n",
				(vaddr_t)__va(kernel_pgd[i] & PAGE_MASK), 1, (vaddr_t)i << PDE_SHIFT);
}

static struct ledger_holder table_books = {
	.owner = PAGE_OWNER_PAGETABLE, .frames = table_frames, .print = print_tables,
};

/* --- making ---------------------------------------------------------------------------------- */

static void __init set_table(vaddr_t va, const pte_t *table)
{
	kernel_pgd[PDE_INDEX(va)] = __pa(table) | TABLE_BITS;
}

/* Frames from @start on into a whole table, four entries a turn: most of what mapping costs. */
static void __init fill_table(pte_t *table, phys_addr_t start)
{
	u32 entry = start | DIRECT_BITS | global_bit;

	for (pte_t *pte = table; pte < table + PTES; pte += 4) {
		pte[0] = entry;
		pte[1] = entry + PAGE_SIZE;
		pte[2] = entry + 2 * PAGE_SIZE;
		pte[3] = entry + 3 * PAGE_SIZE;
		entry += 4 * PAGE_SIZE;
	}
}

/* Frames [start, end) at their direct addresses; @start is a multiple of 4 MiB. */
static void __init map_small(phys_addr_t start, phys_addr_t end)
{
	for (; start < end; start += ARCH_PTE_SPAN) {
		pte_t *table = boot_alloc(PAGE_SIZE, PAGE_SIZE);

		boot_name(table, "page tables");
		fill_table(table, start);
		if (end - start < ARCH_PTE_SPAN)	/* lowmem ends inside: nothing past it */
			memset(&table[PTE_INDEX(end)], 0,
			       (PTES - PTE_INDEX(end)) * sizeof(*table));
		set_table((vaddr_t)__va(start), table);
		made.tables++;
		mapped_end = max(mapped_end, start + (phys_addr_t)ARCH_PTE_SPAN);
	}
}

/* The same with 4 MiB pages; @end is such a multiple too. */
static void __init map_large(phys_addr_t start, phys_addr_t end)
{
	u32 *pde = &kernel_pgd[PDE_INDEX((vaddr_t)__va(start))];
	u32 *last = &kernel_pgd[PDE_INDEX((vaddr_t)__va(end))];
	u32 entry = start | DIRECT_BITS | PDE_LARGE | global_bit;

	made.large = last - pde;
	for (; pde < last; entry += ARCH_PTE_SPAN)
		*pde++ = entry;
	mapped_end = max(mapped_end, end);
}

/* Small pages where the image is and at an end that is no multiple of 4 MiB, large ones between. */
static void __init map_lowmem(phys_addr_t lowmem_end)
{
	phys_addr_t large_start = round_up(__pa(_end), ARCH_PTE_SPAN);
	phys_addr_t large_end = round_down(lowmem_end, ARCH_PTE_SPAN);

	if (!cpu_has_pse() || large_start >= large_end)
		large_start = large_end = lowmem_end;
	map_small(0, large_start);
	if (large_start < large_end)
		map_large(large_start, large_end);
	map_small(large_end, lowmem_end);
	mapped_end = lowmem_end;
}

/* Change the rights of image pages [start, end): clear bits, or the whole entry with ~0. */
static void __init take_rights(const char *start, const char *end, u32 bits)
{
	for (vaddr_t va = (vaddr_t)start; va < (vaddr_t)end; va += PAGE_SIZE)
		*pte_in_table(kernel_pgd[PDE_INDEX(va)], va) &= ~bits;
}

/* Tables for a window that is written with plain stores: one run of memory for all of them. */
static void __init make_window(vaddr_t start, vaddr_t end)
{
	unsigned int first = PDE_INDEX(start), nr = PDE_INDEX(end - 1) - first + 1;
	pte_t *tables = boot_alloc(nr * PAGE_SIZE, PAGE_SIZE);

	boot_name(tables, "page tables");
	for (unsigned int i = 0; i < nr; i++)
		set_table((vaddr_t)(first + i) << PDE_SHIFT, tables + i * PTES);
}

static void __init enable_large_pages(void)
{
	if (cpu_has_pse())
		write_cr4(read_cr4() | CR4_PSE);
}

static void __init enable_global_pages(void)
{
	if (cpu_has_pge())
		write_cr4(read_cr4() | CR4_PGE);
}

/* What the boot tables mapped and the direct map does not: the identity half, and past lowmem. */
static void __init drop_boot_tables(phys_addr_t lowmem_end)
{
	memset(kernel_pgd, 0, KERNEL_PDE * sizeof(kernel_pgd[0]));
	for (vaddr_t va = (vaddr_t)__va(lowmem_end + ARCH_PTE_SPAN - 1);
	     PDE_INDEX(va) < PDE_INDEX((vaddr_t)__va(BOOT_MAPPED_END)); va += ARCH_PTE_SPAN)
		kernel_pgd[PDE_INDEX(va)] = 0;
}

void __init paging_init(void)
{
	phys_addr_t lowmem_end = pfn_to_phys(vm_layout.max_low_pfn);

	global_bit = cpu_has_pge() ? PTE_GLOBAL : 0;
	tlb_init();
	enable_large_pages();
	memcpy(kernel_pgd, boot_pgd, sizeof(kernel_pgd));
	write_cr3(__pa(kernel_pgd));
	traps_cr3_changed();
	map_lowmem(lowmem_end);
	take_rights(_text, __end_rodata, PTE_WRITABLE);
	take_rights((const char *)PAGE_OFFSET, (const char *)PAGE_OFFSET + PAGE_SIZE, ~0u);
	take_rights(boot_stack_guard, boot_stack, ~0u);
	if (vm_layout.pkmap_base)
		make_window(vm_layout.pkmap_base, vm_layout.pkmap_base + LAST_PKMAP * PAGE_SIZE);
	make_window(FIXADDR_START, FIXADDR_TOP);
	drop_boot_tables(lowmem_end);
	enable_global_pages();
	arch_tlb_flush_all();
	ledger_register(&table_books);

	pr_info("paging: %lu KiB of lowmem at 0x%08lx: %u pages of 4 MiB, "
		"%u tables of 4 KiB pages%s; text and rodata %s\n", vm_layout.max_low_pfn << (PAGE_SHIFT - 10), PAGE_OFFSET,
		made.large, made.tables, global_bit ? ", global" : "",
		cpu.has_wp ? "read-only" : "writable (no WP)");
}

/* --- checking -------------------------------------------------------------------------------- */

static bool is_mapped(vaddr_t va)
{
	phys_addr_t pa;

	return arch_translate(va, &pa);
}

/* L2 for the frames that directory entry @i maps. */
static bool span_is_direct(unsigned int i, phys_addr_t start, phys_addr_t end)
{
	u32 pde = kernel_pgd[i];
	const pte_t *pte;

	if (!(pde & PTE_PRESENT))
		return false;
	if (pde & PDE_LARGE)
		return (pde & ~(ARCH_PTE_SPAN - 1)) == start;
	pte = pte_in_table(pde, (vaddr_t)__va(start));
	for (phys_addr_t pa = start; pa < end; pa += PAGE_SIZE, pte++) {
		if (pa == 0 || pa == __pa(boot_stack_guard)) {
			if (*pte)
				return false;
		} else if (!(*pte & PTE_PRESENT) || arch_pte_pa(*pte) != pa) {
			return false;
		}
	}
	return true;
}

static bool lowmem_is_direct(void)
{
	phys_addr_t lowmem_end = pfn_to_phys(vm_layout.max_low_pfn);

	for (phys_addr_t pa = 0; pa < lowmem_end; pa += ARCH_PTE_SPAN)
		if (!span_is_direct(KERNEL_PDE + (pa >> PDE_SHIFT), pa,
				    min(pa + (phys_addr_t)ARCH_PTE_SPAN, lowmem_end)))
			return false;
	return true;
}

static bool image_is_read_only(void)
{
	for (vaddr_t va = (vaddr_t)_text; va < (vaddr_t)__end_rodata; va += PAGE_SIZE) {
		const pte_t *pte = arch_pte_lookup(va);

		if (!pte || *pte & PTE_WRITABLE)
			return false;
	}
	return !cpu.has_wp || read_cr0() & CR0_WP;
}

/* A window's tables follow each other in the direct map. */
static bool window_is_made(vaddr_t start, vaddr_t end)
{
	const pte_t *first = arch_pte_lookup(start);

	return first && arch_pte_lookup(end - 1) == first + ((end - 1 - start) >> PAGE_SHIFT);
}

int paging_check(void)
{
	if ((read_cr3() & PAGE_MASK) != __pa(kernel_pgd) ||
	    memchr_inv(kernel_pgd, 0, KERNEL_PDE * sizeof(kernel_pgd[0])))
		return 1;
	if (!lowmem_is_direct())
		return 2;
	if (!image_is_read_only())
		return 3;
	if (is_mapped(vm_layout.high_memory))
		return 4;
	if (!window_is_made(FIXADDR_START, FIXADDR_TOP) ||
	    (vm_layout.pkmap_base && !window_is_made(vm_layout.pkmap_base,
						     vm_layout.pkmap_base + LAST_PKMAP * PAGE_SIZE)))
		return 5;
	return 0;
}
