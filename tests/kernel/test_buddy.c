/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_buddy.c - the page allocator on the machine it manages
 *
 * Every suite ends with the ledger (ktest.c). Tests that set pages aside give them back themselves.
 */
#include <arch.h>
#include <kernel/ktest.h>
#include <lib/kernel.h>
#include <lib/list.h>
#include <lib/random.h>
#include <lib/string.h>
#include <mm/gfp.h>
#include <mm/ledger.h>
#include <mm/meminfo.h>

#include "../../mm/internal.h"

/* The zone that a plain kernel request starts at: DMA on a machine of 16 MiB. */
static struct zone *home_zone(void)
{
	return zone_is_populated(zone_normal) ? zone_normal : zone_dma;
}

/* --- one block ------------------------------------------------------------------------------- */

KTEST(buddy, split_then_merge_restores_the_block)
{
	unsigned long blocks[MAX_ORDER], again[MAX_ORDER];
	struct page *one, *eight;
	unsigned long before;

	drain_all_pages();
	before = zone_free_pages(home_zone());
	zone_count_blocks(home_zone(), blocks);
	one = alloc_pages(GFP_KERNEL, 0);
	eight = alloc_pages(GFP_KERNEL, 3);
	KTEST_REQUIRE(t, one && eight);
	KTEST_EXPECT_EQ(t, zone_free_pages(home_zone()), before - 1 - 8);
	__free_pages(eight, 3);
	__free_pages(one, 0);
	KTEST_EXPECT_EQ(t, zone_free_pages(home_zone()), before);
	drain_all_pages();
	zone_count_blocks(home_zone(), again);
	KTEST_EXPECT_EQ(t, memcmp(blocks, again, sizeof(blocks)), 0);
	KTEST_EXPECT_EQ(t, zone_check(home_zone()), 0);
}

KTEST(buddy, every_order_can_be_written_from_end_to_end)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order);
		unsigned long words = (PAGE_SIZE << order) / sizeof(u32);
		u32 *p;

		if (!page)
			continue;	/* a machine of 4 MiB has no block of 4 MiB */
		KTEST_EXPECT_EQ(t, page_to_pfn(page) & ((1UL << order) - 1), 0);
		p = page_address(page);
		for (unsigned long i = 0; i < words; i++)
			p[i] = (u32)i ^ 0x5A5A0000;
		for (unsigned long i = 0; i < words; i++)
			if (p[i] != ((u32)i ^ 0x5A5A0000)) {
				KTEST_EXPECT_EQ(t, p[i], (u32)i ^ 0x5A5A0000);
				break;
			}
		__free_pages(page, order);
		page = alloc_pages(GFP_KERNEL | __GFP_ZERO, order);
		KTEST_REQUIRE(t, page);
		KTEST_EXPECT(t, !memchr_inv(page_address(page), 0, PAGE_SIZE << order));
		__free_pages(page, order);
	}
}

KTEST(buddy, addresses_pages_and_frames_agree)
{
	unsigned long addr = __get_free_pages(GFP_KERNEL, 2);
	struct page *page;

	KTEST_REQUIRE(t, addr);
	page = virt_to_page(addr);
	KTEST_EXPECT_EQ(t, page_to_phys(page), __pa(addr));
	KTEST_EXPECT_EQ(t, (unsigned long)page_address(page), addr);
	KTEST_EXPECT_EQ(t, pfn_to_page(page_to_pfn(page)) == page, 1);
	KTEST_EXPECT_EQ(t, page_count(page), 1);
	free_pages(addr, 2);
	free_pages(0, 2);
	addr = get_zeroed_page(GFP_KERNEL);
	KTEST_REQUIRE(t, addr);
	KTEST_EXPECT(t, !memchr_inv((void *)addr, 0, PAGE_SIZE));
	free_page(addr);
}

KTEST(buddy, the_caller_is_kept)
{
	struct page *page = alloc_page(GFP_KERNEL);
	unsigned long offset;

	KTEST_REQUIRE(t, page);
	KTEST_EXPECT_EQ(t, strcmp(ksym_name(page->caller, &offset) ?: "",
				  "ktest_buddy_the_caller_is_kept"), 0);
	__free_page(page);
}

/* --- zones ----------------------------------------------------------------------------------- */

/* Take everything that a request can get, one page at a time. */
static unsigned long take_all(struct list_head *taken, gfp_t gfp)
{
	unsigned long n = 0;
	struct page *page;

	while ((page = alloc_page(gfp | __GFP_NOWARN | __GFP_NORETRY))) {
		page_set_owner(page, PAGE_OWNER_TEST);
		list_add(&page->list, taken);
		n++;
	}
	return n;
}

static void give_all(struct list_head *taken)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, taken, list)
		__free_page(page);
}

KTEST(buddy, dma_memory_is_below_16_mib)
{
	const struct page *page;
	LIST_HEAD(taken);

	KTEST_EXPECT(t, take_all(&taken, GFP_DMA) > 0);
	list_for_each_entry(page, &taken, list)
		if (page_to_phys(page) >= ZONE_DMA_END) {
			KTEST_EXPECT(t, page_to_phys(page) < ZONE_DMA_END);
			break;
		}
	KTEST_EXPECT_EQ(t, zone_dma->nr_free_pages, zone_dma->watermark[WMARK_MIN]);
	give_all(&taken);
}

KTEST(buddy, kernel_memory_has_an_address)
{
	const struct page *page;
	LIST_HEAD(taken);

	KTEST_EXPECT(t, take_all(&taken, GFP_KERNEL) > 0);
	list_for_each_entry(page, &taken, list)
		if (page_is_highmem(page)) {
			KTEST_EXPECT(t, !page_is_highmem(page));
			break;
		}
	give_all(&taken);
}

KTEST(buddy, fallback_is_highmem_then_normal_then_dma)
{
	enum zone_type last = ZONE_HIGHMEM;
	struct page *page;
	LIST_HEAD(taken);

	drain_all_pages();
	while ((page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN | __GFP_NORETRY))) {
		enum zone_type now = page_zone(page) - zones;

		list_add(&page->list, &taken);
		if (now < last)		/* downwards: what is above has reached its mark */
			KTEST_EXPECT(t, zones[last].nr_free_pages <=
				     zones[last].low_mark[ZONE_HIGHMEM]);
		last = now;
	}
	KTEST_EXPECT_EQ(t, last, ZONE_DMA);
	KTEST_EXPECT_EQ(t, zone_free_pages(zone_highmem), 0);
	KTEST_EXPECT_EQ(t, zone_dma->nr_free_pages, zone_dma->watermark[WMARK_MIN] +
			zone_dma->lowmem_reserve[ZONE_HIGHMEM]);
	give_all(&taken);
}

KTEST(buddy, all_memory_is_taken_and_comes_back)
{
	unsigned long before, taken_frames;
	struct page *page;
	LIST_HEAD(taken);

	while ((page = alloc_page(GFP_KERNEL | __GFP_NOWARN)))	/* have the reclaim hooks free all */
		list_add(&page->list, &taken);
	give_all(&taken);
	INIT_LIST_HEAD(&taken);
	drain_all_pages();
	before = nr_free_pages();
	taken_frames = take_all(&taken, GFP_HIGHUSER);
	taken_frames += take_all(&taken, GFP_KERNEL);
	taken_frames += take_all(&taken, GFP_ATOMIC);
	while (nr_free_pages()) {
		page = alloc_page(GFP_HIGHUSER | __GFP_NOFAIL);
		list_add(&page->list, &taken);
		taken_frames++;
	}
	KTEST_EXPECT_EQ(t, taken_frames, before);
	KTEST_EXPECT(t, !alloc_page(GFP_ATOMIC | __GFP_NOWARN));
	KTEST_EXPECT_EQ(t, verify_ledger(false), 0);
	give_all(&taken);
	drain_all_pages();
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

KTEST(buddy, atomic_requests_reach_further_down)
{
	struct page *page;
	LIST_HEAD(taken);

	take_all(&taken, GFP_KERNEL);
	KTEST_EXPECT(t, !alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	page = alloc_page(GFP_ATOMIC);
	KTEST_EXPECT(t, page);
	if (page)
		__free_page(page);
	give_all(&taken);
}

/* --- references and parts -------------------------------------------------------------------- */

KTEST(buddy, references_keep_pages)
{
	unsigned long before = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL, 3);

	KTEST_REQUIRE(t, page);
	get_page(page);
	__free_pages(page, 3);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 1);
	KTEST_EXPECT_EQ(t, verify_ledger(false), 0);
	put_page(page);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);

	page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	KTEST_REQUIRE(t, page);
	get_page(page + 5);
	__free_pages(page, 3);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 8);
	put_page(page + 2);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

KTEST(buddy, exact_blocks_and_split_blocks)
{
	unsigned long before = nr_free_pages();
	struct page *page;
	void *p = alloc_pages_exact(5 * PAGE_SIZE + 1, GFP_KERNEL);

	KTEST_REQUIRE(t, p);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 6);
	free_pages_exact(p, 5 * PAGE_SIZE + 1);
	page = alloc_pages(GFP_KERNEL, 4);
	KTEST_REQUIRE(t, page);
	split_page(page, 4);
	for (unsigned int i = 0; i < 16; i++)
		__free_page(page + (i * 7) % 16);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

/* --- random operations ----------------------------------------------------------------------- */

#define NR_SLOTS	256
#define NR_ROUNDS	50000

static struct slot {
	struct page *page;
	unsigned int order;
} slots[NR_SLOTS];

/* The first word of each page of a block names its slot: two blocks that overlap show. */
static void stamp(const struct slot *slot)
{
	for (unsigned long i = 0; i < 1UL << slot->order; i++)
		*(const struct slot **)page_address(slot->page + i) = slot;
}

static bool stamp_holds(const struct slot *slot)
{
	for (unsigned long i = 0; i < 1UL << slot->order; i++)
		if (*(const struct slot **)page_address(slot->page + i) != slot)
			return false;
	return true;
}

static void slot_empty(struct ktest *t, struct slot *slot)
{
	if (!stamp_holds(slot))
		KTEST_EXPECT(t, stamp_holds(slot));
	__free_pages(slot->page, slot->order);
	slot->page = NULL;
}

KTEST(buddy, random_blocks_never_overlap)
{
	unsigned long before = nr_free_pages();
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 20250101);
	for (unsigned int i = 0; i < NR_ROUNDS; i++) {
		struct slot *slot = &slots[prandom_u32_state(&rnd) % NR_SLOTS];

		if (slot->page) {
			slot_empty(t, slot);
			continue;
		}
		slot->order = __builtin_ctz(prandom_u32_state(&rnd) | 1u << 6);
		slot->page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, slot->order);
		if (slot->page)
			stamp(slot);
	}
	for (struct slot *slot = slots; slot < slots + NR_SLOTS; slot++)
		if (slot->page)
			slot_empty(t, slot);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

/* --- wrong frees ----------------------------------------------------------------------------- */

/* The frames that a wrong free set aside go back. */
static void restore(struct page *page, unsigned int order)
{
	for (unsigned long i = 0; i < 1UL << order; i++)
		if (page[i].state == PAGE_BAD) {
			page_restore(page + i);
			__free_pages(page + i, page[i].order);
		}
}

KTEST(page_check, a_double_free_is_reported)
{
	unsigned long reports = page_fault_count[FAULT_DOUBLE_FREE], before = nr_free_pages();

	for (unsigned int order = 0; order < 6; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);

		KTEST_REQUIRE(t, page);
		__free_pages(page, order);
		__free_pages(page, order);
		KTEST_EXPECT_EQ(t, page_fault_count[FAULT_DOUBLE_FREE], ++reports);
		KTEST_EXPECT_EQ(t, nr_free_pages(), before - (1UL << order));
		KTEST_EXPECT_EQ(t, verify_ledger(false), 0);
		restore(page, order);
		KTEST_EXPECT_EQ(t, nr_free_pages(), before);
	}
}

KTEST(page_check, freeing_reserved_memory_is_reported)
{
	unsigned long reports = page_fault_count[FAULT_RESERVED], before = nr_free_pages();

	__free_page(virt_to_page((unsigned long)__va(__pa(&slots))));
	KTEST_EXPECT_EQ(t, page_fault_count[FAULT_RESERVED], reports + 1);
	__free_pages(virt_to_page((unsigned long)mem_map), 3);
	KTEST_EXPECT_EQ(t, page_fault_count[FAULT_RESERVED], reports + 2);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

KTEST(page_check, a_wrong_order_is_reported)
{
	unsigned long reports = page_fault_count[FAULT_ORDER], before = nr_free_pages();
	struct page *page = alloc_pages(GFP_KERNEL, 4);

	KTEST_REQUIRE(t, page);
	__free_pages(page, 3);
	KTEST_EXPECT_EQ(t, page_fault_count[FAULT_ORDER], reports + 1);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before - 16);
	KTEST_EXPECT_EQ(t, verify_ledger(false), 0);
	restore(page, 0);
	KTEST_EXPECT_EQ(t, nr_free_pages(), before);
}

KTEST(page_check, the_inside_of_a_block_is_not_freed)
{
	unsigned long reports = page_fault_count[FAULT_INSIDE];
	struct page *page = alloc_pages(GFP_KERNEL, 2);

	KTEST_REQUIRE(t, page);
	__free_page(page + 1);
	KTEST_EXPECT_EQ(t, page_fault_count[FAULT_INSIDE], reports + 1);
	__free_pages(page, 2);
}

KTEST(page_check, an_order_past_the_largest_gives_null)
{
	KTEST_EXPECT(t, !alloc_pages(GFP_KERNEL, MAX_ORDER));
}

/* --- the checkers themselves ----------------------------------------------------------------- */

/* Break one thing with interrupts off, see the number, mend it. */
#define EXPECT_RULE(rule, break_it, mend_it) do {		\
	unsigned long irq_ = arch_irq_save();			\
	int found;						\
								\
	break_it;						\
	found = verify_ledger(false);				\
	mend_it;						\
	arch_irq_restore(irq_);					\
	KTEST_EXPECT_EQ(t, found, rule);				\
	KTEST_EXPECT_EQ(t, verify_ledger(false), 0);		\
} while (0)

KTEST(page_check, verify_names_the_broken_rule)
{
	struct zone *zone = home_zone();
	struct page *page = alloc_pages(GFP_KERNEL, 2), *first;
	unsigned int order = MAX_ORDER - 1;

	KTEST_REQUIRE(t, page);
	drain_all_pages();
	while (list_empty(&zone->free_area[order].free_list))
		order--;
	first = list_first_entry(&zone->free_area[order].free_list, struct page, list);
	EXPECT_RULE(1, first->state = PAGE_USED, first->state = PAGE_BUDDY);
	EXPECT_RULE(3, zone->nr_free_pages++, zone->nr_free_pages--);
	EXPECT_RULE(5, first->flags = 1, first->flags = 0);
	EXPECT_RULE(11, page->state = PAGE_INTERIOR, page->state = PAGE_USED);
	EXPECT_RULE(12, page[3].word = 1, page[3].word = 0);
	EXPECT_RULE(13, page->refcount.counter = 0, page->refcount.counter = 1);
	EXPECT_RULE(14, mem_map[0].state = PAGE_BAD, mem_map[0].state = PAGE_RESERVED);
	__free_pages(page, 2);
}

/*
 * So that it can be asked for at any moment: every stage and every suite ends with it. The shortest of
 * a few runs, for an emulator's clock goes on while its host does something else; and where the clock
 * is slow (Bochs counts instructions as cycles), what counts is cycles a frame.
 */
KTEST(page_check, the_ledger_takes_less_than_100_ms)
{
	u64 best = ~0ull;

	for (unsigned int run = 0; run < 5; run++) {
		u64 start = arch_cycles(), took;

		KTEST_EXPECT_EQ(t, verify_ledger(false), 0);
		took = arch_cycles() - start;
		if (took < best)
			best = took;
	}
	KTEST_EXPECT(t, best < arch_cycles_hz() / 10 || best < 100ull * mem_map_end);
}
