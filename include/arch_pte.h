/* SPDX-License-Identifier: MIT */
/*
 * include/arch_pte.h - the part of arch.h that needs no instruction: what a page table entry is
 *
 * Apart, so that code which is compiled with include/ alone can include <linux/vmalloc.h>.
 */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#include <lib/types.h>

/*
 * One page of a page table. 0 is "not mapped"; else arch_pte(pa, bits). The entries of neighbouring
 * pages are neighbours in memory up to the next multiple of ARCH_PTE_SPAN, and inside the kmap
 * window and the fixmap throughout, so a loop over pages is a loop of plain stores. Mapping what was
 * not mapped needs no flush; changing or unmapping does: arch_tlb_flush_page() or _windows().
 */
typedef u32 pte_t;

#define ARCH_PTE_SPAN		(4UL << 20)	/* bytes that one page table maps */

/* Bits of a page outside the direct map; all of them leave user mode out. */
#define ARCH_PTE_KERNEL		0x063u		/* present, writable, accessed, dirty */
#define ARCH_PTE_KERNEL_RO	0x061u
#define ARCH_PTE_KERNEL_NOCACHE	0x07Bu		/* for devices */

static inline pte_t arch_pte(phys_addr_t pa, u32 bits)
{
	return pa | bits;
}

/* The frame of a mapped entry. */
static inline phys_addr_t arch_pte_pa(pte_t pte)
{
	return pte & ~0xFFFu;
}

#endif
