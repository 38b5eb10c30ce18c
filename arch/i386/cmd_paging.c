/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/cmd_paging.c - page tables at the prompt
 *
 *   pt 0xC0100000          the walk the CPU makes for one address
 *   pt dump [START END]    all that is mapped there, neighbours with equal rights together
 *   virt2phys 0xC0100000   only what comes out of the walk
 *
 * CR3 says where to begin, so this is what the CPU sees, whatever the kernel believes.
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/kstrtox.h>
#include <lib/string.h>
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
	char detail[128];
	u32 pde = arch_page_directory()[PDE_INDEX(va)];
	const pte_t *pte = arch_pte_lookup(va);
	phys_addr_t pa;

	console_printf("0x%08lx = directory entry %lu, table entry %lu, offset 0x%03lx; in %s\n",
		       va, PDE_INDEX(va), PTE_INDEX(va), offset_in_page(va), address_region(va));
	if (address_detail(va, detail, sizeof(detail)))
		console_printf("%s\n", detail);
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

/* What is mapped of [start, last]; both may be anywhere in a page. */
static void list_range(vaddr_t start, vaddr_t last)
{
	struct page_kind kind, run;
	vaddr_t va = start &= PAGE_MASK;

	look(va, &run);
	do {
		unsigned long known = look(va, &kind);

		if (kind.bits != run.bits || kind.large != run.large) {
			print_range(start, va - 1, &run);
			start = va;
			run = kind;
		}
		va = (va & -known) + known;
	} while (va && va - 1 < last);		/* 0: past 4 GiB */
	print_range(start, va - 1, &run);
}

/* pt dump [START END] */
static int dump(int argc, char **argv)
{
	vaddr_t start = 0, last = ~0ul;

	if (argc != 2 && argc != 4)
		return -EINVAL;
	if (argc == 4 && (kstrtoul(argv[2], 0, &start) || kstrtoul(argv[3], 0, &last) ||
			  start > last))
		return -EINVAL;
	list_range(start, last);
	return 0;
}

static int cmd_pt(int argc, char **argv)
{
	unsigned long va;

	if (argc > 1 && !strcmp(argv[1], "dump"))
		return dump(argc, argv);
	if (argc != 2 || kstrtoul(argv[1], 0, &va))
		return -EINVAL;
	walk_one(va);
	return 0;
}
MONITOR_COMMAND(pt, "ADDRESS | dump [START END]", "how an address is mapped, or all that is", cmd_pt);

static int cmd_virt2phys(int argc, char **argv)
{
	unsigned long va;
	phys_addr_t pa;

	if (argc != 2 || kstrtoul(argv[1], 0, &va))
		return -EINVAL;
	if (arch_translate(va, &pa))
		console_printf("0x%08lx -> 0x%08x, frame %#lx\n", va, pa, phys_to_pfn(pa));
	else
		console_printf("0x%08lx is not mapped\n", va);
	return 0;
}
MONITOR_COMMAND(virt2phys, "ADDRESS", "the physical address behind a virtual one", cmd_virt2phys);
