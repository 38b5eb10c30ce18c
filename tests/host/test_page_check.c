/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_page_check.c - every rule broken on purpose, every wrong free made
 *
 * A checker is trusted when it names the rule that was broken, and only then. Each test breaks one
 * thing, sees its number, mends it, and sees that all is well again.
 *
 * LINK: mm/page_pcp.c mm/page_block.c
 * LINK: mm/page_alloc.c mm/page_check.c mm/mmzone.c mm/ledger.c mm/e820.c lib/sort.c lib/cmdline.c
 * LINK: lib/kstrtox.c lib/string.c
 */
#include "fake_boot.h"

#define V(rule)		(10 + (rule))

/* Run @break_it, expect @rule from verify_ledger(), run @mend_it, expect none. */
#define expect_rule(rule, break_it, mend_it) do {		\
	break_it;						\
	assert_int_equal(verify_ledger(false), rule);		\
	mend_it;						\
	assert_int_equal(verify_ledger(false), 0);		\
} while (0)

/* The first block on the list of order @order in zone NORMAL. */
static struct page *listed(unsigned int order)
{
	return list_first_entry(&zone_normal->free_area[order].free_list, struct page, list);
}

/* --- B1 to B5 -------------------------------------------------------------------------------- */

static void b1_a_page_on_a_list_is_marked_free(void **state)
{
	struct page *page;
	struct list_head *next;

	machine_usual();
	page = listed(10);
	expect_rule(1, page->state = PAGE_USED, page->state = PAGE_BUDDY);
	expect_rule(1, page->order = 9, page->order = 10);

	next = page->list.next;
	expect_rule(1, page->list.next = NULL, page->list.next = next);
	expect_rule(1, page->list.next = (void *)0x1234, page->list.next = next);
	expect_rule(1, page->list.next = &page->list, page->list.next = next);
	expect_rule(1, page->list.next = next->next, page->list.next = next);
	expect_rule(1, page->list.next = &pfn_to_page(0)->list, page->list.next = next);
	next = zone_normal->free_area[10].free_list.prev;
	expect_rule(1, zone_normal->free_area[10].free_list.prev = &page->list,
		    zone_normal->free_area[10].free_list.prev = next);
}

static void b2_free_buddies_are_merged(void **state)
{
	struct list_head *list;
	struct page *page;

	machine_usual();
	drain_all_pages();
	page = listed(10);
	list = &zone_normal->free_area[9].free_list;
	unlink_free_block(page);
	for (int i = 0; i < 2; i++) {
		page[i * 512].word = PAGE_WORD(PAGE_BUDDY, ZONE_NORMAL, 9);
		list_add(&page[i * 512].list, list);
	}
	zone_normal->nr_free_pages += 1024;
	assert_int_equal(zone_check(zone_normal), 2);
}

static void b3_the_count_is_the_sum(void **state)
{
	machine_usual();
	expect_rule(3, zone_normal->nr_free_pages++, zone_normal->nr_free_pages--);
	expect_rule(3, zone_dma->nr_free_pages--, zone_dma->nr_free_pages++);
}

static void b4_per_cpu_lists_hold_free_pages(void **state)
{
	struct pcp_list *pcp = &pcp_lists[ZONE_NORMAL][0];
	struct page *page, *other, **top;

	machine_usual();
	page = alloc_page(GFP_KERNEL);
	other = alloc_page(GFP_KERNEL);
	__free_page(page);
	assert_ptr_equal(pcp->top[-1], page);
	expect_rule(4, page->state = PAGE_USED, page->state = PAGE_PCP);
	expect_rule(4, page->flags = 1, page->flags = 0);
	expect_rule(4, page->refcount.counter = 0, page->refcount.counter = 1);
	expect_rule(4, pcp->top[-1] = other, pcp->top[-1] = page);
	expect_rule(4, pcp->top[-1] = NULL, pcp->top[-1] = page);
	top = pcp->top;
	expect_rule(4, pcp->top = pcp->limit + 1, pcp->top = top);
	expect_rule(4, pcp->top = pcp->slot, pcp->top = top);
	__free_page(other);
}

static void b5_a_block_lies_in_one_zone_at_its_place(void **state)
{
	struct page *page, *moved;
	struct list_head links;

	machine_usual();
	page = listed(10);
	expect_rule(5, page->flags = 1, page->flags = 0);
	expect_rule(5, page->zone = ZONE_DMA, page->zone = ZONE_NORMAL);
	expect_rule(5, page->owner = PAGE_OWNER_SLAB, page->owner = 0);

	moved = page + 1;
	links = page->list;
	*moved = *page;
	links.next->prev = &moved->list;
	links.prev->next = &moved->list;
	assert_int_equal(zone_check(zone_normal), 5);
}

/* --- V1 to V6 -------------------------------------------------------------------------------- */

static void v1_block_follows_block(void **state)
{
	struct page *page;

	machine_usual();
	page = alloc_pages(GFP_KERNEL, 4);
	expect_rule(V(1), page->state = PAGE_INTERIOR, page->state = PAGE_USED);
	expect_rule(V(1), page->state = 99, page->state = PAGE_USED);
	expect_rule(V(1), page->order = 15, page->order = 4);
	expect_rule(V(1), page->owner = NR_PAGE_OWNERS, page->owner = 0);
	expect_rule(V(1), page->zone = MAX_NR_ZONES, page->zone = ZONE_NORMAL);
	page->order = 3;			/* what follows is the inside of the block */
	assert_int_equal(verify_ledger(false), V(1));
}

static void v2_blocks_are_whole(void **state)
{
	struct page *page, *compound;

	machine_usual();
	page = alloc_pages(GFP_KERNEL, 4);
	expect_rule(V(2), page[15].word = 1, page[15].word = 0);
	expect_rule(V(2), page[8].refcount.counter = 1, page[8].refcount.counter = 0);
	compound = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	expect_rule(V(2), compound[7].first_page = page, compound[7].first_page = compound);
	expect_rule(V(2), compound[1].word = 0, compound[1].word = PAGE_WORD(PAGE_TAIL, 0, 0));
	expect_rule(V(2), compound[1].refcount.counter = 1, compound[1].refcount.counter = 0);
}

static void v3_only_held_blocks_have_references(void **state)
{
	struct page *page;

	machine_usual();
	page = alloc_page(GFP_KERNEL);
	expect_rule(V(3), page->refcount.counter = 0, page->refcount.counter = 1);
	expect_rule(V(3), mem_map[0].refcount.counter = 1, mem_map[0].refcount.counter = 0);
	expect_rule(V(3), listed(10)->refcount.counter = 1, listed(10)->refcount.counter = 0);
}

static void v4_boot_says_what_is_reserved(void **state)
{
	machine_usual();
	expect_rule(V(4), mem_map[0].state = PAGE_HOLE, mem_map[0].state = PAGE_RESERVED);
	expect_rule(V(4), mem_map[0xA0].state = PAGE_RESERVED, mem_map[0xA0].state = PAGE_HOLE);
	expect_rule(V(4), mem_map[0xA0].state = PAGE_BAD, mem_map[0xA0].state = PAGE_HOLE);
	expect_rule(V(4), frame_kept[5000] = 1, frame_kept[5000] = 0);
}

static void v5_free_frames_are_on_the_lists(void **state)
{
	struct page *page;

	machine_usual();
	page = alloc_pages(GFP_KERNEL, 5);
	split_page(page, 5);
	expect_rule(V(5), (page->state = PAGE_BUDDY, page->refcount.counter = 0),
		    (page->state = PAGE_USED, page->refcount.counter = 1));
	expect_rule(V(5), page->state = PAGE_PCP, page->state = PAGE_USED);
}

static void v6_the_sum_is_what_the_firmware_gave(void **state)
{
	machine_usual();
	expect_rule(V(6), (frame_denied = 0, mem_map[0].state = PAGE_HOLE),
		    (frame_denied = ~0UL, mem_map[0].state = PAGE_RESERVED));
}

/* --- wrong frees ----------------------------------------------------------------------------- */

static unsigned long frames_bad(void)
{
	struct ledger ledger;
	pfn_t pfn;

	assert_int_equal(ledger_take(&ledger, &pfn), 0);
	return ledger.bad;
}

/* @n reports of @fault so far; the ledger closes and counts @bad frames as set aside. */
static void expect_fault(enum page_fault fault, unsigned long n, unsigned long bad)
{
	assert_int_equal(page_fault_count[fault], n);
	assert_int_equal(frames_bad(), bad);
	assert_int_equal(verify_ledger(false), 0);
}

/* Blocks that were set aside go back, so that nothing is lost. */
static void restore_all_bad(void)
{
	for (pfn_t pfn = 0; pfn < mem_map_end; pfn += 1UL << pfn_to_page(pfn)->order) {
		struct page *page = pfn_to_page(pfn);

		if (page->state == PAGE_BAD) {
			page_restore(page);
			__free_pages(page, page->order);
		}
	}
}

static void a_double_free_is_found_on_every_list(void **state)
{
	unsigned long before;

	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page;

		machine_usual();
		before = nr_free_pages();
		page = alloc_pages(GFP_KERNEL, order);
		__free_pages(page, order);
		__free_pages(page, order);
		expect_fault(FAULT_DOUBLE_FREE, 1, 1UL << order);
		assert_int_equal(nr_free_pages(), before - (1UL << order));
		assert_true(host_log_says("freed, but it is free already"));
		assert_true(host_log_says("last given back by"));
		__free_pages(page, order);
		expect_fault(FAULT_SET_ASIDE, 1, 1UL << order);
		restore_all_bad();
		assert_int_equal(nr_free_pages(), before);
		drain_all_pages();
		expect_fault(FAULT_DOUBLE_FREE, 1, 0);
	}
}

static void a_double_free_after_merging_is_found(void **state)
{
	struct page *page;

	machine_usual();
	page = alloc_page(GFP_KERNEL);
	__free_page(page);
	drain_all_pages();
	__free_page(page);
	expect_fault(FAULT_DOUBLE_FREE, 1, 1);
	assert_int_equal(page->state, PAGE_BAD);
	put_page(page);
	expect_fault(FAULT_NOT_USED, 1, 1);
}

static void freeing_what_boot_kept_changes_nothing(void **state)
{
	unsigned long before;

	machine_usual();
	before = nr_free_pages();
	__free_page(pfn_to_page(0));
	expect_fault(FAULT_RESERVED, 1, 0);
	__free_pages(pfn_to_page(0xA0), 2);
	expect_fault(FAULT_RESERVED, 2, 0);
	assert_true(host_log_says("freed, but it was never handed out"));
	assert_int_equal(nr_free_pages(), before);
}

static void a_wrong_order_sets_the_block_aside(void **state)
{
	struct page *page;
	unsigned long before;

	machine_usual();
	before = nr_free_pages();
	page = alloc_pages(GFP_KERNEL, 3);
	__free_pages(page, 2);
	expect_fault(FAULT_ORDER, 1, 8);
	page = alloc_pages(GFP_KERNEL, 6);
	__free_pages(page, 50);
	expect_fault(FAULT_ORDER, 2, 8 + 64);
	page = alloc_pages(GFP_KERNEL | __GFP_COMP, 4);
	__free_pages(page, 0);
	expect_fault(FAULT_ORDER, 3, 8 + 64 + 16);
	restore_all_bad();
	assert_int_equal(nr_free_pages(), before);
	expect_fault(FAULT_ORDER, 3, 0);
}

static void the_inside_of_a_block_cannot_be_freed(void **state)
{
	struct page *plain, *compound;

	machine_usual();
	plain = alloc_pages(GFP_KERNEL, 3);
	compound = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	__free_page(plain + 5);
	expect_fault(FAULT_INSIDE, 1, 0);
	__free_page(compound + 5);
	expect_fault(FAULT_INSIDE, 2, 0);
	__free_pages(plain, 3);
	__free_pages(compound, 3);
	expect_fault(FAULT_INSIDE, 2, 0);
}

static void a_page_in_use_inside_a_compound_block_is_found(void **state)
{
	struct page *page;

	machine_usual();
	page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	page[6].refcount.counter = 1;
	__free_pages(page, 3);
	expect_fault(FAULT_REFERENCE, 1, 8);
	page = alloc_pages(GFP_KERNEL | __GFP_COMP, 3);
	page[1].first_page = page + 2;
	__free_pages(page, 3);
	expect_fault(FAULT_REFERENCE, 2, 16);
}

static void references_need_a_holder(void **state)
{
	struct page *page;

	machine_usual();
	page = alloc_pages(GFP_KERNEL, 2);
	get_page(page + 1);
	expect_fault(FAULT_NOT_USED, 1, 0);
	put_page(page + 1);
	expect_fault(FAULT_NOT_USED, 2, 0);
	__free_pages(page, 2);
	get_page(page);
	expect_fault(FAULT_NOT_USED, 3, 0);
	put_page(page);
	expect_fault(FAULT_NOT_USED, 4, 0);
	assert_true(host_log_says("referenced, but nobody holds it"));
}

static void only_whole_blocks_are_split(void **state)
{
	struct page *page;

	machine_usual();
	page = alloc_pages(GFP_KERNEL, 3);
	split_page(page, 2);
	expect_fault(FAULT_ORDER, 1, 0);
	get_page(page);
	split_page(page, 3);
	expect_fault(FAULT_REFERENCE, 1, 0);
	put_page(page);
	__free_pages(page, 3);
	split_page(page, 3);
	expect_fault(FAULT_DOUBLE_FREE, 1, 0);
}

static void a_free_page_that_changed_is_not_handed_out(void **state)
{
	struct page *page, *next;

	machine_usual();
	page = alloc_page(GFP_KERNEL);
	__free_page(page);
	page->state = PAGE_USED;
	host_log_clear();
	next = alloc_page(GFP_KERNEL);
	assert_ptr_not_equal(next, page);
	assert_true(host_log_says("changed while it was free"));
	page->refcount.counter = 0;
	expect_fault(FAULT_CHANGED, 1, 1);
}

static void a_pointer_beside_mem_map_is_refused(void **state)
{
	struct page *page;

	machine_usual();
	page = alloc_page(GFP_KERNEL);
	__free_page((struct page *)&page->refcount);
	expect_fault(FAULT_NO_PAGE, 1, 0);
	assert_true(host_log_says("no page of mem_map"));
	__free_page(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(b1_a_page_on_a_list_is_marked_free),
		cmocka_unit_test(b2_free_buddies_are_merged),
		cmocka_unit_test(b3_the_count_is_the_sum),
		cmocka_unit_test(b4_per_cpu_lists_hold_free_pages),
		cmocka_unit_test(b5_a_block_lies_in_one_zone_at_its_place),
		cmocka_unit_test(v1_block_follows_block),
		cmocka_unit_test(v2_blocks_are_whole),
		cmocka_unit_test(v3_only_held_blocks_have_references),
		cmocka_unit_test(v4_boot_says_what_is_reserved),
		cmocka_unit_test(v5_free_frames_are_on_the_lists),
		cmocka_unit_test(v6_the_sum_is_what_the_firmware_gave),
		cmocka_unit_test(a_double_free_is_found_on_every_list),
		cmocka_unit_test(a_double_free_after_merging_is_found),
		cmocka_unit_test(freeing_what_boot_kept_changes_nothing),
		cmocka_unit_test(a_wrong_order_sets_the_block_aside),
		cmocka_unit_test(the_inside_of_a_block_cannot_be_freed),
		cmocka_unit_test(a_page_in_use_inside_a_compound_block_is_found),
		cmocka_unit_test(references_need_a_holder),
		cmocka_unit_test(only_whole_blocks_are_split),
		cmocka_unit_test(a_free_page_that_changed_is_not_handed_out),
		cmocka_unit_test(a_pointer_beside_mem_map_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
