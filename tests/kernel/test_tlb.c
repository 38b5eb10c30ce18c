/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_tlb.c - is every translation forgotten in time?
 *
 * Each way of handing out an address twice is tried twice: as it is, the second user must see his own
 * frame; with all flushes left out (arch_tlb_leave_out_flushes()) he must see the first one's, or
 * this test could not notice a missing flush. Interrupts are off, so that no handler's flush helps.
 */
#include <arch.h>
#include <kernel/ktest.h>
#include <lib/kernel.h>
#include <mm/highmem.h>
#include <mm/vmalloc.h>
#include "machine_lacks.h"

/* --- the ways --------------------------------------------------------------------------------- */

static struct page *first, *second;	/* frames with 1 and 2 in their first words */

static u32 peek(const void *at)
{
	return *(const volatile u32 *)at;
}

/* Each gives what the second user saw: 2 when the first translation was forgotten. */

static u32 by_fixmap(void)
{
	u32 seen;

	set_fixmap(FIX_TEST, page_to_phys(first));
	peek((void *)fix_to_virt(FIX_TEST));
	set_fixmap(FIX_TEST, page_to_phys(second));
	seen = peek((void *)fix_to_virt(FIX_TEST));
	clear_fixmap(FIX_TEST);
	return seen;
}

static u32 by_kmap_local(void)
{
	void *at = kmap_local_page(first);
	u32 seen;

	peek(at);
	kunmap_local(at);
	at = kmap_local_page(second);
	seen = peek(at);
	kunmap_local(at);
	return seen;
}

static struct page *others[LAST_PKMAP - 1];

/* The window comes round between the two: the second gets the slot of the first. */
static u32 by_kmap(void)
{
	void *at, *again;
	u32 seen;

	kmap_flush_unused();		/* none of them has an idle slot left */
	at = kmap(first);
	peek(at);
	kunmap(first);
	for (unsigned int i = 0; i < ARRAY_SIZE(others); i++) {
		kmap(others[i]);
		kunmap(others[i]);
	}
	again = kmap(second);
	seen = peek(again);
	kunmap(second);
	return again == at ? seen : 0;
}

/* A freed area of one page is taken back by the next who wants one. */
static u32 by_lazy_area(void)
{
	void *at = vmap(&first, 1, VM_MAP, PAGE_KERNEL), *again;
	u32 seen;

	if (!at)
		return 0;
	peek(at);
	vunmap(at);
	again = vmap(&second, 1, VM_MAP, PAGE_KERNEL);
	if (!again)
		return 0;
	seen = peek(again);
	vunmap(again);
	return again == at ? seen : 0;
}

#define NR_LARGE	40u		/* pages: too many to be kept by size or forgotten singly */

static void *map_large(struct page *page, unsigned int nr)
{
	struct page *pages[NR_LARGE];

	for (unsigned int i = 0; i < nr; i++)
		pages[i] = page;
	return vmap(pages, nr, VM_MAP, PAGE_KERNEL);
}

/* 1 when any page shows the first frame: a TLB may have lost some of its entries by itself. */
static u32 peek_all(const char *at, unsigned int nr)
{
	u32 least = peek(at);

	for (unsigned int i = 1; i < nr; i++)
		least = min(least, peek(at + i * PAGE_SIZE));
	return least;
}

static u32 by_purge(void)
{
	void *at, *again;
	u32 seen;

	vmalloc_purge();
	at = map_large(first, NR_LARGE);
	if (!at)
		return 0;
	peek_all(at, NR_LARGE);
	vunmap(at);
	vmalloc_purge();
	again = map_large(second, NR_LARGE);
	if (!again)
		return 0;
	seen = peek_all(again, NR_LARGE);
	vunmap(again);
	vmalloc_purge();
	return again == at ? seen : 0;
}

/* The entries of @nr pages are changed under their user. */
static u32 by_range(unsigned int nr)
{
	char *at = map_large(first, nr);
	u32 seen;

	if (!at)
		return 0;
	peek_all(at, nr);
	for (unsigned int i = 0; i < nr; i++)
		*arch_pte_lookup((vaddr_t)at + i * PAGE_SIZE) = arch_pte(page_to_phys(second),
									 ARCH_PTE_KERNEL);
	flush_tlb_kernel_range((vaddr_t)at, (vaddr_t)at + nr * PAGE_SIZE);
	seen = peek_all(at, nr);
	vunmap(at);
	return seen;
}

static u32 by_short_range(void)
{
	return by_range(3);
}

static u32 by_long_range(void)
{
	return by_range(NR_LARGE);
}

/* --- trying them ------------------------------------------------------------------------------ */

static void try_way(struct ktest *t, const char *name, u32 (*way)(void))
{
	unsigned long flags = arch_irq_save();
	u32 seen = way(), seen_without;

	arch_tlb_flush_all();		/* or the second try would see what is left of the first */
	arch_tlb_leave_out_flushes(true);
	seen_without = way();
	arch_tlb_leave_out_flushes(false);
	arch_irq_restore(flags);
	if (seen != 2)
		ktest_fail(t, __FILE__, __LINE__, "%s: the second user saw frame %u", name, seen);
	if (seen_without != (machine_lacks("tlb") ? 2 : 1))
		ktest_fail(t, __FILE__, __LINE__, "%s without flushes: the second user saw frame %u",
			   name, seen_without);
}

/* Two frames of @gfp with 1 and 2 in each. */
static bool take_two(gfp_t gfp)
{
	first = alloc_page(gfp);
	second = alloc_page(gfp);
	if (!first || !second)
		return false;
	for (u32 n = 1; n <= 2; n++) {
		u32 *at = kmap_local_page(n == 1 ? first : second);

		*at = n;
		kunmap_local(at);
	}
	return true;
}

static void give_two(void)
{
	__free_page(first);
	__free_page(second);
}

KTEST(tlb, vmalloc_and_fixmap_forget_and_the_test_would_see_it_if_not)
{
	KTEST_REQUIRE(t, take_two(GFP_KERNEL));
	try_way(t, "set_fixmap", by_fixmap);
	try_way(t, "an area taken back", by_lazy_area);
	try_way(t, "a purge", by_purge);
	try_way(t, "flush_tlb_kernel_range, short", by_short_range);
	try_way(t, "flush_tlb_kernel_range, long", by_long_range);
	give_two();
	if (machine_lacks("tlb"))
		t->skipped = "lacks= says that this machine remembers no translations";
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
}

KTEST(tlb, kmap_and_kmap_local_forget_and_the_test_would_see_it_if_not)
{
	if (!vm_layout.pkmap_base)
		KTEST_SKIP(t, "the machine has no HIGHMEM");
	KTEST_REQUIRE(t, alloc_pages_bulk(GFP_HIGHUSER, ARRAY_SIZE(others), others));
	if (page_is_highmem(others[0]) && page_is_highmem(others[ARRAY_SIZE(others) - 1])) {
		KTEST_EXPECT(t, take_two(GFP_HIGHUSER) && page_is_highmem(second));
		try_way(t, "kmap_local_page", by_kmap_local);
		try_way(t, "kmap", by_kmap);
		give_two();
	} else {
		t->skipped = "there are fewer HIGHMEM frames than kmap slots";
	}
	free_pages_bulk(ARRAY_SIZE(others), others);
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
}
