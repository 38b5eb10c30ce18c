/* SPDX-License-Identifier: MIT */
/*
 * include/mm/fixmap.h - addresses fixed when the kernel is compiled
 *
 *   FIXADDR_TOP = 0xFFFFF000   the page from here on is never mapped
 *     slot 0                   FIXADDR_TOP - 4 KiB
 *     slot 1                   FIXADDR_TOP - 8 KiB
 *     ...
 *     slot __end - 1           FIXADDR_START
 *
 * A slot is a number that the compiler knows, so its address is a constant. What is mapped there
 * changes: set_fixmap(), clear_fixmap().
 */
#ifndef MM_FIXMAP_H
#define MM_FIXMAP_H

#include <arch_pte.h>
#include <lib/bug.h>
#include <lib/compiler.h>
#include <mm/layout.h>

#define KM_MAX_IDX	16		/* kmap_atomic() nests this deep */

enum fixed_addresses {
	FIX_KMAP_BEGIN,			/* KM_MAX_IDX slots, used from here on: a stack */
	FIX_KMAP_END = FIX_KMAP_BEGIN + KM_MAX_IDX - 1,
	FIX_TEST,			/* free for experiments at the prompt and in tests */
	__end_of_fixed_addresses,
};

_Static_assert(__end_of_fixed_addresses == NR_FIXADDR, "FIXADDR_START in layout.h counts them");

#define __fix_to_virt(slot)	(FIXADDR_TOP - ((unsigned long)(slot) + 1) * PAGE_SIZE)
#define __virt_to_fix(va)	((FIXADDR_TOP - ((va) & PAGE_MASK)) / PAGE_SIZE - 1)

void fix_slot_is_out_of_range(void)
	__attribute__((error("this fixmap slot does not exist")));

/**
 * fix_to_virt - the address of a slot
 * @slot: one of enum fixed_addresses; a constant out of range does not compile, a variable BUGs
 */
static __always_inline vaddr_t fix_to_virt(unsigned int slot)
{
	if (__builtin_constant_p(slot >= __end_of_fixed_addresses)) {
		if (slot >= __end_of_fixed_addresses)
			fix_slot_is_out_of_range();
	} else {
		BUG_ON(slot >= __end_of_fixed_addresses);
	}
	return __fix_to_virt(slot);
}

/* The slot that an address of the fixmap lies in. */
static inline unsigned int virt_to_fix(vaddr_t va)
{
	BUG_ON(va < FIXADDR_START || va >= FIXADDR_TOP);
	return __virt_to_fix(va);
}

/**
 * __set_fixmap - map a frame at a slot, whatever was there before
 * @slot: as for fix_to_virt()
 * @pa:   page aligned
 * @bits: ARCH_PTE_KERNEL and its kin
 *
 * Context: any, after the paging stage.
 */
void __set_fixmap(unsigned int slot, phys_addr_t pa, u32 bits);

static inline void set_fixmap(unsigned int slot, phys_addr_t pa)
{
	__set_fixmap(slot, pa, ARCH_PTE_KERNEL);
}

static inline void set_fixmap_nocache(unsigned int slot, phys_addr_t pa)
{
	__set_fixmap(slot, pa, ARCH_PTE_KERNEL_NOCACHE);
}

/* Map nothing at a slot. */
void clear_fixmap(unsigned int slot);

/* What a slot is for, for `fixmap`. @slot: 0 .. __end_of_fixed_addresses - 1. */
const char *fixmap_slot_name(unsigned int slot);

/* The slot at @va in words, into @text; false: @va is not in the fixmap. */
bool fixmap_describe(vaddr_t va, char *text, size_t size);

/* Check F1 and F2 of mm/fixmap.c. Return: 0, or the number of the rule that is broken. */
int fixmap_check(void);

#endif
