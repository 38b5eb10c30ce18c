/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_paging.c - the page tables of the running kernel, whole and broken on purpose
 *
 * Faults on what is not mapped or not writable are in test_traps.c.
 */
#include <arch.h>
#include <cpu.h>
#include <kernel/ktest.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/gfp.h>
#include <mm/layout.h>
#include <pgtable.h>
#include <sections.h>

/* The lowest fixmap slot: its page table is always there, and slots are used from the top. */
#define SPARE_SLOT	FIXADDR_START

static bool maps_to(vaddr_t va, phys_addr_t want)
{
	phys_addr_t pa;

	return arch_translate(va, &pa) && pa == want;
}

static bool is_mapped(vaddr_t va)
{
	phys_addr_t pa;

	return arch_translate(va, &pa);
}

KTEST(paging, rules_hold)
{
	KTEST_EXPECT_EQ(t, paging_check(), 0);
}

KTEST(paging, lowmem_is_mapped_to_its_last_byte_and_no_further)
{
	vaddr_t end = vm_layout.high_memory;

	KTEST_EXPECT(t, maps_to(PAGE_OFFSET + PAGE_SIZE, PAGE_SIZE));
	KTEST_EXPECT(t, maps_to((vaddr_t)_text + 5, __pa(_text) + 5));
	KTEST_EXPECT(t, maps_to(end - 1, pfn_to_phys(vm_layout.max_low_pfn) - 1));
	KTEST_EXPECT(t, !is_mapped(end));
	KTEST_EXPECT(t, !is_mapped(end + VMALLOC_OFFSET - 1));
}

KTEST(paging, null_user_space_guard_and_the_last_page_are_not_mapped)
{
	KTEST_EXPECT(t, !is_mapped(0));
	KTEST_EXPECT(t, !is_mapped(KERNEL_PHYS_BASE));
	KTEST_EXPECT(t, !is_mapped(PAGE_OFFSET - 1));
	KTEST_EXPECT(t, !is_mapped(PAGE_OFFSET));
	KTEST_EXPECT(t, !is_mapped((vaddr_t)boot_stack_guard));
	KTEST_EXPECT(t, is_mapped((vaddr_t)boot_stack));
	KTEST_EXPECT(t, !is_mapped(FIXADDR_TOP));
}

KTEST(paging, a_page_appears_where_its_entry_says)
{
	struct page *page = alloc_page(GFP_KERNEL);
	pte_t *pte = arch_pte_lookup(SPARE_SLOT);
	volatile u32 *window = (u32 *)SPARE_SLOT;

	KTEST_REQUIRE(t, page && pte && !*pte);
	*pte = arch_pte(page_to_phys(page), ARCH_PTE_KERNEL);
	KTEST_EXPECT(t, maps_to(SPARE_SLOT + 8, page_to_phys(page) + 8));
	window[2] = 0xF1A65;
	KTEST_EXPECT_EQ(t, ((u32 *)page_address(page))[2], 0xF1A65);
	*pte = 0;
	arch_tlb_flush_page(SPARE_SLOT);
	KTEST_EXPECT(t, !is_mapped(SPARE_SLOT));
	__free_page(page);
}

/* Show two frames through one slot, with @flush between; true when the second one was seen. */
static bool second_frame_is_seen(struct page *first, struct page *second, void (*flush)(void))
{
	pte_t *pte = arch_pte_lookup(SPARE_SLOT);
	u32 seen;

	*(u32 *)page_address(first) = 1;
	*(u32 *)page_address(second) = 2;
	*pte = arch_pte(page_to_phys(first), ARCH_PTE_KERNEL);
	seen = *(volatile u32 *)SPARE_SLOT;
	*pte = arch_pte(page_to_phys(second), ARCH_PTE_KERNEL);
	flush();
	seen = seen << 4 | *(volatile u32 *)SPARE_SLOT;
	*pte = 0;
	arch_tlb_flush_all();
	return seen == 0x12;
}

static void flush_slot(void)
{
	arch_tlb_flush_page(SPARE_SLOT);
}

KTEST(paging, each_flush_forgets_a_changed_entry)
{
	struct page *first = alloc_page(GFP_KERNEL), *second = alloc_page(GFP_KERNEL);

	KTEST_REQUIRE(t, first && second);
	KTEST_EXPECT(t, second_frame_is_seen(first, second, flush_slot));
	KTEST_EXPECT(t, second_frame_is_seen(first, second, arch_tlb_flush_windows));
	KTEST_EXPECT(t, second_frame_is_seen(first, second, arch_tlb_flush_all));
	__free_page(first);
	__free_page(second);
}

KTEST(paging, a_table_is_made_once)
{
	vaddr_t va = vm_layout.vmalloc_end - PAGE_SIZE;
	pte_t *pte = arch_pte_create(va);

	KTEST_REQUIRE(t, pte);
	KTEST_EXPECT(t, arch_pte_create(va) == pte);
	KTEST_EXPECT(t, arch_pte_lookup(va) == pte);
	KTEST_EXPECT(t, PTE_INDEX(va) == 0 || arch_pte_lookup(va - PAGE_SIZE) == pte - 1);
}

KTEST(paging, large_pages_have_no_table)
{
	vaddr_t last = vm_layout.high_memory - 1;
	u32 pde = arch_page_directory()[PDE_INDEX(last & ~(ARCH_PTE_SPAN - 1)) - 1];

	if (!(pde & PDE_LARGE))
		KTEST_SKIP(t, "no 4 MiB page: the CPU has no PSE, or there is too little memory");
	KTEST_EXPECT(t, !arch_pte_lookup((last & ~(ARCH_PTE_SPAN - 1)) - 1));
}

/* --- the checker ----------------------------------------------------------------------------- */

/* What paging_check() says while one word of the tables has another value. */
static int check_with(u32 *word, u32 value)
{
	unsigned long flags = arch_irq_save();
	u32 before = *word;
	int rule;

	*word = value;
	rule = paging_check();
	*word = before;
	arch_tlb_flush_all();
	arch_irq_restore(flags);
	return rule;
}

KTEST(paging, checker_names_what_is_broken)
{
	u32 *directory = arch_page_directory();
	pte_t *frame_1 = arch_pte_lookup(PAGE_OFFSET + PAGE_SIZE);
	pte_t *frame_0 = arch_pte_lookup(PAGE_OFFSET);
	pte_t *guard = arch_pte_lookup((vaddr_t)boot_stack_guard);
	pte_t *text = arch_pte_lookup((vaddr_t)_text);

	KTEST_EXPECT_EQ(t, check_with(&directory[0], directory[KERNEL_PDE]), 1);
	KTEST_EXPECT_EQ(t, check_with(frame_1, *frame_1 + PAGE_SIZE), 2);
	KTEST_EXPECT_EQ(t, check_with(frame_1, *frame_1 & ~PTE_PRESENT), 2);
	KTEST_EXPECT_EQ(t, check_with(frame_0, ARCH_PTE_KERNEL), 2);
	KTEST_EXPECT_EQ(t, check_with(guard, arch_pte(__pa(boot_stack_guard), ARCH_PTE_KERNEL)), 2);
	KTEST_EXPECT_EQ(t, check_with(text, *text | PTE_WRITABLE), 3);
	KTEST_EXPECT_EQ(t, check_with(&directory[PTES - 1], 0), 5);
	KTEST_EXPECT_EQ(t, paging_check(), 0);
}

KTEST(paging, checker_sees_memory_mapped_past_lowmem)
{
	vaddr_t past = vm_layout.high_memory;
	pte_t *pte = arch_pte_lookup(past);
	u32 *directory = arch_page_directory();

	if (pte)
		KTEST_EXPECT_EQ(t, check_with(pte, arch_pte(0, ARCH_PTE_KERNEL)), 4);
	else
		KTEST_EXPECT_EQ(t, check_with(&directory[PDE_INDEX(past)],
					      PTE_PRESENT | PDE_LARGE), 4);
}
