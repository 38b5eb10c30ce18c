/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/tlb.c - forgetting translations
 *
 *   what changed               how                        costs
 *   one page                   INVLPG, from the 486 on    that entry, global or not
 *   a window (vmalloc, kmap)   CR3 = CR3                  all entries that are not global
 *   the direct map             CR4.PGE off and on         everything
 *
 * Only the direct map is global (paging.c): emptying a window leaves it in the TLB. A 386 knows
 * nothing but the second way, and there it forgets everything.
 *
 * A missing flush is a fault that shows only sometimes, and elsewhere. So that tests can show that
 * they would see one, tlb_page_way can be TLB_NOT_AT_ALL for a moment.
 *
 * Source: Intel SDM vol. 3A, "Invalidation of TLBs and Paging-Structure Caches".
 */
#include <arch.h>
#include <cpu.h>
#include <lib/printk.h>
#include <pgtable.h>
#include "interrupts.h"

/*
 * From so many pages on, one flush of everything is taken to cost less than INVLPG for each. A 486
 * has 32 entries in all, so more than that cannot be worth keeping there; `tlb` at the prompt measures
 * both on the machine it runs on, and docs/06-highmem-vmalloc.md has its figures.
 * Source: Intel486 Microprocessor Family Programmer's Reference Manual, "Translation Lookaside Buffer".
 */
#define FLUSH_ALL_FROM	32u

u8 tlb_page_way = TLB_BY_CR3;		/* right for every CPU, until tlb_init() knows better */

void tlb_init(void)
{
	tlb_page_way = cpu_has_invlpg() ? TLB_BY_INVLPG : TLB_BY_CR3;
}

void tlb_without_invlpg(void)
{
	if (cpu.has_invlpg)
		pr_warn("cpu: INVLPG faults; CR3 is written instead from here on\n");
	cpu.has_invlpg = false;
	tlb_init();
	arch_tlb_flush_windows();
}

void arch_tlb_leave_out_flushes(bool leave_out)
{
	if (leave_out) {
		tlb_page_way = TLB_NOT_AT_ALL;
		return;
	}
	tlb_init();
	arch_tlb_flush_all();
}

void arch_tlb_flush_windows(void)
{
	if (tlb_page_way != TLB_NOT_AT_ALL)
		write_cr3(read_cr3());
}

void arch_tlb_flush_page(vaddr_t va)
{
	if (arch_tlb_has_invlpg())
		arch_tlb_invlpg(va);
	else
		arch_tlb_flush_windows();
}

void arch_tlb_flush_range(vaddr_t start, vaddr_t end)
{
	if (!arch_tlb_has_invlpg() || end - start >= FLUSH_ALL_FROM * PAGE_SIZE) {
		arch_tlb_flush_windows();
		return;
	}
	for (; start < end; start += PAGE_SIZE)
		arch_tlb_invlpg(start);
}

void arch_tlb_flush_all(void)
{
	unsigned long cr4;

	if (!cpu_has_pge()) {
		arch_tlb_flush_windows();
		return;
	}
	cr4 = read_cr4();
	write_cr4(cr4 & ~CR4_PGE);
	write_cr4(cr4);
	if (!(cr4 & CR4_PGE))		/* then the writes changed nothing and flushed nothing */
		arch_tlb_flush_windows();
}
