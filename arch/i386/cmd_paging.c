/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/cmd_paging.c - page tables at the prompt
 *
 *   pte 0xC0100000   the walk the CPU makes for one address
 *   pte              all that is mapped, neighbours with equal rights together
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/kstrtox.h>
#include <pgtable.h>
#include <traps.h>

/* Rights and kind of a page, as letters. */
struct page_kind {
	u32 bits;			/* of the entry that maps it */
	bool large;
};

#define SHOWN_BITS	(PTE_PRESENT | PTE_WRITABLE | PTE_USER | PTE_NOCACHE | PTE_GLOBAL)

static void print_bits(u32 entry)
{
	console_printf("%s%s%s%s", entry & PTE_WRITABLE ? "writable" : "read-only",
		       entry & PTE_USER ? ", user" : "", entry & PTE_NOCACHE ? ", uncached" : "",
		       entry & PTE_GLOBAL ? ", global" : "");
}

static void walk_one(vaddr_t va)
{
	u32 pde = arch_page_directory()[PDE_INDEX(va)];
	const pte_t *pte = arch_pte_lookup(va);
	phys_addr_t pa;

	console_printf("0x%08lx = directory entry %lu, table entry %lu, offset 0x%03lx; in %s\n",
		       va, PDE_INDEX(va), PTE_INDEX(va), offset_in_page(va), address_region(va));
	console_printf("directory at 0x%08x [%4lu] = 0x%08x\n", __pa(arch_page_directory()),
		       PDE_INDEX(va), pde);
	if (pte)
		console_printf("table at     0x%08lx [%4lu] = 0x%08x\n", pde & PAGE_MASK,
			       PTE_INDEX(va), *pte);
	if (!arch_translate(va, &pa)) {
		console_printf("not mapped\n");
		return;
	}
	console_printf("maps to      0x%08x, %s page, ", pa, pte ? "4 KiB" : "4 MiB");
	print_bits(pte ? *pte : pde);
	console_printf("\n");
}

/* How @va is mapped; gives the bytes for which that is known. */
static unsigned long look(vaddr_t va, struct page_kind *kind)
{
	u32 pde = arch_page_directory()[PDE_INDEX(va)];

	kind->large = (pde & (PTE_PRESENT | PDE_LARGE)) == (PTE_PRESENT | PDE_LARGE);
	kind->bits = 0;
	if (pde & PTE_PRESENT)
		kind->bits = (kind->large ? pde : *pte_in_table(pde, va)) & SHOWN_BITS;
	if (!(kind->bits & PTE_PRESENT))
		kind->bits = 0;
	return pde & PTE_PRESENT && !kind->large ? PAGE_SIZE : ARCH_PTE_SPAN;
}

static void print_range(vaddr_t start, vaddr_t last, const struct page_kind *kind)
{
	if (!kind->bits)
		return;
	console_printf("0x%08lx - 0x%08lx %8lu KiB  %s  ", start, last, (last - start + 1) >> 10,
		       kind->large ? "4 MiB" : "4 KiB");
	print_bits(kind->bits);
	console_printf("\n");
}

static void list_all(void)
{
	struct page_kind kind, run;
	vaddr_t start = 0, va = 0;

	look(0, &run);
	do {
		unsigned long known = look(va, &kind);

		if (kind.bits != run.bits || kind.large != run.large) {
			print_range(start, va - 1, &run);
			start = va;
			run = kind;
		}
		va += known;
	} while (va);				/* wraps to 0 at 4 GiB */
	print_range(start, va - 1, &run);
}

static int cmd_pte(int argc, char **argv)
{
	unsigned long va;

	if (argc > 2)
		return -EINVAL;
	if (argc == 1) {
		list_all();
		return 0;
	}
	if (kstrtoul(argv[1], 0, &va))
		return -EINVAL;
	walk_one(va);
	return 0;
}
MONITOR_COMMAND(pte, "[ADDRESS]", "how an address is mapped, or all that is mapped", cmd_pte);
