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
 * Source: Intel SDM vol. 3A, "Invalidation of TLBs and Paging-Structure Caches".
 */
#include <arch.h>
#include <cpu.h>

void arch_tlb_flush_windows(void)
{
	write_cr3(read_cr3());
}

void arch_tlb_flush_page(vaddr_t va)
{
	if (cpu_has_invlpg())
		__asm__ __volatile__("invlpg (%0)" : : "r"(va) : "memory");
	else
		arch_tlb_flush_windows();
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
