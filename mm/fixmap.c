/* SPDX-License-Identifier: MIT */
/*
 * mm/fixmap.c - slots at fixed addresses, and kmap_local_page() on a stack of them
 *
 * Slot n is one page below slot n - 1, so its entry is one before in the last page table:
 *
 *   entry   | ... | free | page C | page B | page A |   0   |
 *   address         ^      ^                           0xFFFFF000, never mapped: top when all are free
 *        kmap_local.end    kmap_local.top: the page that was mapped last
 *
 * kmap_local_page() moves top down and fills the entry there; kunmap_local() clears it, with one
 * INVLPG, and moves top back. An interrupt handler that maps something has unmapped it before it
 * returns, so top is right again for whom it interrupted; and since top moves before an entry is
 * written and after it is cleared, the handler never gets one that is in use.
 *
 * F1  entries below top, down to end, are empty; those from top up are filled
 * F2  top lies between end and the entry of FIXADDR_TOP
 *
 * The Makefile compiles this file without frame pointers: kunmap_local_high() stands on a hot path.
 * Source: Bovet & Cesati, "Understanding the Linux Kernel", "Fix-Mapped Linear Addresses", "Temporary
 * Kernel Mappings".
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/vsprintf.h>
#include <mm/highmem.h>

/* An entry's address times this is the mapped address, but for the bits that FIXADDR_SPAN sets. */
_Static_assert(PAGE_SIZE / sizeof(pte_t) == 1UL << KMAP_LOCAL_SHIFT, "kmap_local_address()");
_Static_assert(FIXADDR_START >= FIXADDR_SPAN, "one page table holds the fixmap");
_Static_assert(FIX_KMAP_BEGIN == 0, "behind the stack lies a page that is never mapped");

struct kmap_local kmap_local;

static pte_t *fix_pte(unsigned int slot)
{
	return arch_pte_lookup(fix_to_virt(slot));
}

void __set_fixmap(unsigned int slot, phys_addr_t pa, u32 bits)
{
	BUG_ON(offset_in_page(pa));
	*fix_pte(slot) = arch_pte(pa, bits);
	arch_tlb_flush_page(fix_to_virt(slot));
}

void clear_fixmap(unsigned int slot)
{
	*fix_pte(slot) = 0;
	arch_tlb_flush_page(fix_to_virt(slot));
}

/* --- kmap_local_page -------------------------------------------------------------------------- */

unsigned int kmap_local_depth(void)
{
	return KM_MAX_IDX - (kmap_local.top - kmap_local.end);
}

void *kmap_local_overflow(void)
{
	panic("kmap_local_page is nested deeper than %u.", KM_MAX_IDX);
}

/* Reached by jumps from a function without a frame: the compiler may not look inside. */
#define SLOW_HALF	__noipa __page_fastcall

static SLOW_HALF void wrong_unmap(vaddr_t address)
{
	WARN(1, "kunmap_local(%08lx): %u pages are mapped, and this is not the last of them", address,
	     kmap_local_depth());
}

/* Without INVLPG. */
static SLOW_HALF void unmap_by_flush(pte_t *pte)
{
	*pte = 0;
	arch_tlb_flush_windows();
	kmap_local.top = pte + 1;
}

/*
 * Callers have seen that @address is in the fixmap, so its bits inside the last page table's span say
 * which page it is.
 */
void __page_fastcall kunmap_local_high(vaddr_t address)
{
	pte_t *pte = kmap_local.top;

	if (unlikely((kmap_local_address(pte) ^ address) & (ARCH_PTE_SPAN - PAGE_SIZE)))
		return wrong_unmap(address);
	if (unlikely(!arch_tlb_has_invlpg()))
		return unmap_by_flush(pte);
	*pte = 0;
	arch_tlb_invlpg(address);
	barrier();
	kmap_local.top++;
}

void __init kmap_local_init(void)
{
	kmap_local.top = fix_pte(FIX_KMAP_BEGIN) + 1;
	kmap_local.end = kmap_local.top - KM_MAX_IDX;
	kmap_local.entry_at_0 = arch_pte(page_to_phys(mem_map), ARCH_PTE_KERNEL) -
				(u32)(unsigned long)mem_map * PAGE_TO_PHYS_FACTOR;
	kmap_local.page_factor = PAGE_TO_PHYS_FACTOR;
}

/* --- looking ---------------------------------------------------------------------------------- */

bool fixmap_describe(vaddr_t va, char *text, size_t size)
{
	unsigned int slot;

	if (!kmap_local.top || va < FIXADDR_START || va >= FIXADDR_TOP)
		return false;
	slot = virt_to_fix(va);
	if (slot <= FIX_KMAP_END)
		scnprintf(text, size, "fixmap slot %u, level %u of kmap_local_page, %s", slot,
			  slot - FIX_KMAP_BEGIN,
			  slot - FIX_KMAP_BEGIN < kmap_local_depth() ? "mapped" : "not mapped now");
	else
		scnprintf(text, size, "fixmap slot %u (%s), %s", slot, fixmap_slot_name(slot),
			  *fix_pte(slot) ? "mapped" : "not mapped now");
	return true;
}

const char *fixmap_slot_name(unsigned int slot)
{
	return slot <= FIX_KMAP_END ? "FIX_KMAP" : "FIX_TEST";
}

int fixmap_check(void)
{
	const pte_t *bottom = fix_pte(FIX_KMAP_BEGIN) + 1;

	if (kmap_local.end != bottom - KM_MAX_IDX || kmap_local.top < kmap_local.end ||
	    kmap_local.top > bottom)
		return 2;
	for (const pte_t *pte = kmap_local.end; pte < bottom; pte++)
		if (!*pte != (pte < kmap_local.top))
			return 1;
	return 0;
}
