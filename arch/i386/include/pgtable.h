/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/pgtable.h - a page directory and its tables, as the CPU reads them
 *
 *   virtual address   | directory index 31:22 | table index 21:12 | offset 11:0 |
 *   CR3 -> directory: 1024 entries -> table: 1024 entries -> frame
 *                     or, with PDE_LARGE, 4 MiB at once
 *
 * Source: Intel SDM vol. 3A, "32-Bit Paging".
 */
#ifndef ARCH_PGTABLE_H
#define ARCH_PGTABLE_H

#include <arch.h>
#include <mm/layout.h>

#define PTES		1024u			/* entries in a table or directory */
#define PDE_SHIFT	22
#define PDE_INDEX(va)	((vaddr_t)(va) >> PDE_SHIFT)
#define PTE_INDEX(va)	((vaddr_t)(va) >> PAGE_SHIFT & (PTES - 1))
#define KERNEL_PDE	PDE_INDEX(PAGE_OFFSET)

#define PTE_PRESENT	0x001u
#define PTE_WRITABLE	0x002u
#define PTE_USER	0x004u
#define PTE_NOCACHE	0x010u
#define PTE_ACCESSED	0x020u
#define PTE_DIRTY	0x040u
#define PDE_LARGE	0x080u
#define PTE_GLOBAL	0x100u

_Static_assert(ARCH_PTE_SPAN == 1UL << PDE_SHIFT, "a table maps what a directory entry spans");

/* The entry for @va in the table that a directory entry, which is present and not large, names. */
static inline pte_t *pte_in_table(u32 pde, vaddr_t va)
{
	return (pte_t *)__va(pde & PAGE_MASK) + PTE_INDEX(va);
}

/* Choose how a page is forgotten, by the CPU. Context: the paging stage. */
void tlb_init(void);

/* What CR3 points at. */
u32 *arch_page_directory(void);

#endif
