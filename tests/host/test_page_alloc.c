/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_page_alloc.c - the buddy allocator against a map of who owns each frame
 *
 * LINK: mm/page_pcp.c mm/page_block.c
 * LINK: mm/page_alloc.c mm/page_check.c mm/mmzone.c mm/ledger.c mm/e820.c lib/sort.c lib/cmdline.c
 * LINK: lib/kstrtox.c lib/string.c
 */
#include "fake_boot.h"
#include <test_random.h>

/* --- a model: one byte a frame --------------------------------------------------------------- */

#define NR_SLOTS	4096
#define NR_OPERATIONS	1000000u

static struct slot {
	struct page *page;
	unsigned int order;
	bool compound;
} slots[NR_SLOTS];

static u8 *owned;		/* 1: handed out according to the model */

static void model_take(const struct slot *slot, gfp_t gfp)
{
	pfn_t pfn = page_to_pfn(slot->page), end = pfn + (1UL << slot->order);

	assert_int_equal(pfn & ((1UL << slot->order) - 1), 0);
	assert_true(end <= vm_layout.max_pfn);
	if (gfp & __GFP_DMA)
		assert_true(end <= ZONE_DMA_END >> PAGE_SHIFT);
	else if (!(gfp & __GFP_HIGHMEM))
		assert_true(end <= vm_layout.max_low_pfn);
	for (; pfn < end; pfn++) {
		assert_true(frame_is_given(pfn));
		assert_int_equal(owned[pfn], 0);
		owned[pfn] = 1;
	}
}

static void model_give(const struct slot *slot)
{
	memset(owned + page_to_pfn(slot->page), 0, 1UL << slot->order);
}

static unsigned long model_count(void)
{
	unsigned long n = 0;

	for (pfn_t pfn = 0; pfn < vm_layout.max_pfn; pfn++)
		n += owned[pfn];
	return n;
}

static void slot_fill(struct slot *slot)
{
	static const gfp_t zones_of[] = {
		GFP_KERNEL, GFP_KERNEL, GFP_HIGHUSER, GFP_DMA, GFP_ATOMIC,
	};
	gfp_t gfp = zones_of[random_below(ARRAY_SIZE(zones_of))] | __GFP_NOWARN;

	slot->order = random_below(4) ? random_below(4) : random_below(MAX_ORDER);
	slot->compound = !random_below(4);
	slot->page = alloc_pages(slot->compound ? gfp | __GFP_COMP : gfp, slot->order);
	if (slot->page)
		model_take(slot, gfp);
}

static void slot_empty(struct slot *slot)
{
	struct page *any = slot->page;

	model_give(slot);
	if (slot->compound)
		any += random_below(1u << slot->order);
	if (random_below(2))
		__free_pages(slot->page, slot->order);
	else
		put_page(any);
	slot->page = NULL;
}

static void random_operations(const char *machine, unsigned int count)
{
	unsigned long before = nr_free_pages();

	random_begin(machine);
	owned = calloc(vm_layout.max_pfn, 1);
	for (unsigned int i = 0; i < count; i++) {
		struct slot *slot = &slots[random_below(NR_SLOTS)];

		slot->page ? slot_empty(slot) : slot_fill(slot);
		if (!random_below(count / 16)) {
			assert_int_equal(verify_ledger(false), 0);
			assert_int_equal(nr_free_pages(), before - model_count());
		}
	}
	for (struct slot *slot = slots; slot < slots + NR_SLOTS; slot++)
		if (slot->page)
			slot_empty(slot);
	free(owned);
	assert_int_equal(nr_free_pages(), before);
	drain_all_pages();
	assert_int_equal(verify_ledger(false), 0);
}

static void random_operations_agree_with_the_model(void **state)
{
	machine_usual();
	random_operations("128 MiB", NR_OPERATIONS / 2);
	machine_large();
	random_operations("2 GiB", NR_OPERATIONS / 2);
}

/* --- taking and giving back ------------------------------------------------------------------ */

static void a_block_merges_back_to_what_it_was(void **state)
{
	struct ledger before, after;
	pfn_t pfn;

	machine_usual();
	drain_all_pages();
	assert_int_equal(ledger_take(&before, &pfn), 0);
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);

		assert_non_null(page);
		assert_int_equal(page_count(page), 1);
		assert_int_equal(page_block_order(page), order);
		assert_int_equal(nr_free_pages(), ledger_free(&before) - (1UL << order));
		__free_pages(page, order);
		drain_all_pages();
		assert_int_equal(ledger_take(&after, &pfn), 0);
		assert_memory_equal(&before, &after, sizeof(before));
	}
}

static void too_large_an_order_is_refused(void **state)
{
	machine_usual();
	assert_null(alloc_pages(GFP_KERNEL, MAX_ORDER));
	assert_null(alloc_pages(GFP_KERNEL | __GFP_ZERO, 100));
	assert_int_equal(host_warnings_take(), 2);
}

static void zeroed_blocks_are_zero(void **state)
{
	host_ram_init(64UL << 20);
	machine_begin(16384, 8192);		/* HIGHMEM from 32 MiB on */
	machine_boot();
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);
		size_t size = PAGE_SIZE << order;
		unsigned char *p = page_address(page);

		assert_ptr_equal(virt_to_page(p), page);
		memset(p, 0x5A, size);
		__free_pages(page, order);
		page = alloc_pages(GFP_HIGHUSER | __GFP_ZERO, order);
		assert_false(page_is_highmem(page));	/* no highmem_ops: cannot zero it there */
		p = page_address(page);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		__free_pages(page, order);
	}
	assert_int_equal(verify_ledger(false), 0);
}

static unsigned long frames_cleared;

static void __attribute__((regparm(3))) count_clear(struct page *page)
{
	assert_true(page_is_highmem(page));
	frames_cleared++;
}

static void *no_address(const struct page *page)
{
	return NULL;
}

static void highmem_zeroes_frame_by_frame(void **state)
{
	static const struct highmem_ops ops = { .address = no_address, .clear = count_clear };
	struct page *page;

	machine_large();
	highmem_ops = &ops;
	frames_cleared = 0;
	page = alloc_pages(GFP_HIGHUSER | __GFP_ZERO, 3);
	highmem_ops = NULL;
	assert_true(page_is_highmem(page));
	assert_null(page_address(page));
	assert_int_equal(frames_cleared, 8);
	__free_pages(page, 3);
}

static bool block_is_zero(const struct page *page, unsigned int order)
{
	const unsigned char *p = page_address(page);

	for (size_t i = 0; i < PAGE_SIZE << order; i++)
		if (p[i])
			return false;
	return true;
}

/* Take, soil and give back a block of each order; then look at what comes next. */
static void expect_zeroed_blocks(void)
{
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		struct page *page = alloc_pages(GFP_KERNEL, order);

		memset(page_address(page), 0x5A, PAGE_SIZE << order);
		__free_pages(page, order);
		page = alloc_pages(GFP_KERNEL, order);
		assert_true(block_is_zero(page, order));
		__free_pages(page, order);
	}
	assert_int_equal(verify_ledger(false), 0);
}

static void init_on_alloc_zeroes_every_block(void **state)
{
	host_ram_init(128UL << 20);
	init_on_alloc = true;
	machine_usual();
	expect_zeroed_blocks();
	init_on_alloc = false;
}

static void init_on_free_zeroes_every_block(void **state)
{
	struct page *page;

	host_ram_init(128UL << 20);
	init_on_free = true;
	machine_usual();
	expect_zeroed_blocks();
	page = alloc_pages(GFP_KERNEL, 2);
	memset(page_address(page), 0x5A, 4 * PAGE_SIZE);
	__free_pages(page, 2);
	assert_true(block_is_zero(page, 2));
	__free_pages(page, 2);
	assert_int_equal(page_fault_count[FAULT_DOUBLE_FREE], 1);
	init_on_free = false;
}

static void exact_sizes_give_the_rest_back(void **state)
{
	unsigned long before;

	host_ram_init(128UL << 20);
	machine_usual();
	before = nr_free_pages();
	for (size_t size = 1; size <= 70 * PAGE_SIZE; size += PAGE_SIZE / 2 + 1) {
		char *p = alloc_pages_exact(size, GFP_KERNEL);

		assert_non_null(p);
		memset(p, 1, size);
		assert_int_equal(nr_free_pages(), before - PAGE_ALIGN(size) / PAGE_SIZE);
		free_pages_exact(p, size);
		assert_int_equal(nr_free_pages(), before);
	}
	assert_null(alloc_pages_exact(0, GFP_KERNEL));
	assert_null(alloc_pages_exact(PAGE_SIZE, GFP_KERNEL | __GFP_COMP));
	assert_int_equal(host_warnings_take(), 2);
	assert_int_equal(verify_ledger(false), 0);
}

static void orders_of_sizes(void **state)
{
	assert_int_equal(get_order(0), 0);
	assert_int_equal(get_order(1), 0);
	assert_int_equal(get_order(PAGE_SIZE), 0);
	assert_int_equal(get_order(PAGE_SIZE + 1), 1);
	assert_int_equal(get_order(8 * PAGE_SIZE), 3);
	assert_int_equal(get_order(8 * PAGE_SIZE + 1), 4);
	assert_int_equal(get_order(~(size_t)0), 20);
}

/* --- references ------------------------------------------------------------------------------ */

static void a_reference_keeps_the_first_page_of_a_plain_block(void **state)
{
	struct page *page;
	unsigned long before;

	machine_usual();
	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		before = nr_free_pages();
		page = alloc_pages(GFP_KERNEL, order);
		get_page(page);
		assert_int_equal(page_count(page), 2);
		__free_pages(page, order);
		assert_int_equal(page_count(page), 1);
		assert_int_equal(nr_free_pages(), before - 1);
		assert_int_equal(page->owner, PAGE_OWNER_HELD);
		assert_int_equal(verify_ledger(false), 0);
		put_page(page);
		assert_int_equal(nr_free_pages(), before);
	}
	assert_int_equal(verify_ledger(false), 0);
}

static void a_reference_keeps_all_of_a_compound_block(void **state)
{
	struct page *page;
	unsigned long before;

	machine_usual();
	before = nr_free_pages();
	page = alloc_pages(GFP_KERNEL | __GFP_COMP, 4);
	assert_int_equal(compound_order(page), 4);
	assert_ptr_equal(compound_head(page + 15), page);
	get_page(page + 7);
	assert_int_equal(page_count(page + 3), 2);
	__free_pages(page, 4);
	assert_int_equal(nr_free_pages(), before - 16);
	assert_int_equal(verify_ledger(false), 0);
	put_page(page + 15);
	assert_int_equal(nr_free_pages(), before);
	assert_int_equal(verify_ledger(false), 0);
}

static void split_pages_are_freed_alone(void **state)
{
	struct page *page;
	unsigned long before;

	machine_usual();
	before = nr_free_pages();
	page = alloc_pages(GFP_KERNEL, 5);
	page_set_owner(page, PAGE_OWNER_VMALLOC);
	split_page(page, 5);
	assert_int_equal(verify_ledger(false), 0);
	for (unsigned int i = 0; i < 32; i += 2) {
		assert_int_equal(page[i].owner, PAGE_OWNER_VMALLOC);
		__free_page(page + i);
	}
	assert_int_equal(nr_free_pages(), before - 16);
	for (unsigned int i = 1; i < 32; i += 2)
		put_page(page + i);
	assert_int_equal(nr_free_pages(), before);
	assert_int_equal(verify_ledger(false), 0);
}

/* --- zones ----------------------------------------------------------------------------------- */

/* Take everything that @gfp can get at @order, linked through page->list. */
static unsigned long take_all(struct list_head *taken, gfp_t gfp, unsigned int order)
{
	unsigned long n = 0;
	struct page *page;

	while ((page = alloc_pages(gfp | __GFP_NOWARN, order))) {
		list_add(&page->list, taken);
		n++;
	}
	return n;
}

static void give_all(struct list_head *taken, unsigned int order)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, taken, list)
		__free_pages(page, order);
	INIT_LIST_HEAD(taken);
}

static void fallback_goes_down_and_stops_at_the_marks(void **state)
{
	LIST_HEAD(taken);
	unsigned long before;

	machine_large();
	before = nr_free_pages();
	take_all(&taken, GFP_HIGHUSER | __GFP_NORETRY, 0);
	drain_all_pages();
	assert_int_equal(zone_free_pages(zone_highmem), 0);
	assert_int_equal(zone_free_pages(zone_normal), zone_normal->watermark[WMARK_MIN] +
			 zone_normal->lowmem_reserve[ZONE_HIGHMEM]);
	assert_int_equal(zone_free_pages(zone_dma), zone_dma->watermark[WMARK_MIN] +
			 zone_dma->lowmem_reserve[ZONE_HIGHMEM]);
	assert_true(zone_normal->nr_fallbacks > 0);

	take_all(&taken, GFP_KERNEL, 0);
	assert_int_equal(zone_free_pages(zone_normal), zone_normal->watermark[WMARK_MIN]);
	assert_int_equal(zone_free_pages(zone_dma), zone_dma->watermark[WMARK_MIN] +
			 zone_dma->lowmem_reserve[ZONE_NORMAL]);

	take_all(&taken, GFP_ATOMIC, 0);
	assert_int_equal(zone_free_pages(zone_normal), zone_normal->watermark[WMARK_MIN] -
			 zone_normal->watermark[WMARK_MIN] / 2);
	take_all(&taken, GFP_DMA, 0);
	assert_int_equal(zone_free_pages(zone_dma), zone_dma->watermark[WMARK_MIN]);
	assert_int_equal(verify_ledger(false), 0);

	give_all(&taken, 0);
	assert_int_equal(nr_free_pages(), before);
	drain_all_pages();
	assert_int_equal(verify_ledger(false), 0);
	assert_non_null(alloc_pages(GFP_KERNEL, MAX_ORDER - 1));
}

static void a_failure_is_reported_and_counted(void **state)
{
	LIST_HEAD(taken);

	machine_usual();
	take_all(&taken, GFP_KERNEL, MAX_ORDER - 1);
	host_log_clear();
	assert_null(alloc_pages(GFP_KERNEL, MAX_ORDER - 1));
	assert_true(host_log_says("no block of order 10"));
	give_all(&taken, MAX_ORDER - 1);
}

static void nofail_takes_the_last_frame_and_then_panics(void **state)
{
	LIST_HEAD(taken);

	machine_begin(1024, 1024);
	machine_boot();
	take_all(&taken, GFP_KERNEL, 0);
	while (nr_free_pages())
		assert_non_null(alloc_page(GFP_KERNEL | __GFP_NOFAIL));
	assert_int_equal(verify_ledger(false), 0);
	expect_panic_saying("cannot go on", alloc_page(GFP_KERNEL | __GFP_NOFAIL));
}

static struct page *spare[64];

static unsigned long give_spare(unsigned long want)
{
	unsigned long n = 0;

	for (; n < ARRAY_SIZE(spare) && spare[n]; n++) {
		__free_page(spare[n]);
		spare[n] = NULL;
	}
	return n;
}

static void reclaim_hooks_are_asked_before_a_failure(void **state)
{
	static struct reclaim_hook hook = { .name = "test", .shrink = give_spare };
	LIST_HEAD(taken);

	machine_begin(1024, 1024);
	machine_boot();
	register_reclaim_hook(&hook);
	for (unsigned int i = 0; i < ARRAY_SIZE(spare); i++)
		spare[i] = alloc_page(GFP_KERNEL);
	take_all(&taken, GFP_KERNEL | __GFP_NORETRY, 0);
	assert_non_null(spare[0]);
	assert_null(alloc_page(GFP_NOWAIT | __GFP_NOWARN));
	assert_non_null(alloc_page(GFP_KERNEL));
	assert_null(spare[0]);
	assert_int_equal(verify_ledger(false), 0);
}

/* A few, fewer than are wanted: of spare[] the first that are left. */
static unsigned long give_some(unsigned long want)
{
	static unsigned int next;
	unsigned long n = 0;

	for (; n < min(want, 8ul) && next < ARRAY_SIZE(spare); n++, next++) {
		__free_page(spare[next]);
		spare[next] = NULL;
	}
	return n;
}

/* What comes back first is too little, and every second frame only: no two of them make a block. */
static void reclaim_goes_on_until_there_is_a_block(void **state)
{
	static struct reclaim_hook hook = { .name = "test", .shrink = give_some };
	LIST_HEAD(taken);
	struct page *block;

	machine_begin(1024, 1024);
	machine_boot();
	register_reclaim_hook(&hook);
	block = alloc_pages(GFP_KERNEL, 6);
	assert_non_null(block);
	split_page(block, 6);
	for (unsigned int i = 0; i < ARRAY_SIZE(spare); i++)
		spare[i] = block + (2 * i + (i >= ARRAY_SIZE(spare) / 2)) % ARRAY_SIZE(spare);
	take_all(&taken, GFP_KERNEL | __GFP_NORETRY, 0);
	assert_non_null(alloc_pages(GFP_KERNEL, 5));
	assert_null(alloc_pages(GFP_KERNEL | __GFP_NOWARN, 6));
	assert_null(spare[ARRAY_SIZE(spare) - 1]);
	assert_int_equal(verify_ledger(false), 0);
}

static void reserved_frames_can_be_freed_once(void **state)
{
	unsigned long before;

	host_ram_init(128UL << 20);
	machine_usual();
	before = zone_dma->managed_pages;
	memset(frame_kept + 0x100, 0, 0x20);	/* as boot_release() does */
	assert_int_equal(free_reserved_area(__va(0x100000), __va(0x120000), "test area"), 0x20);
	assert_true(host_log_says("test area: 128 KiB freed"));
	assert_int_equal(zone_dma->managed_pages, before + 0x20);
	assert_int_equal(verify_ledger(false), 0);
	assert_int_equal(free_reserved_area(__va(0x100000), __va(0x101000), NULL), 0);
	assert_int_equal(page_fault_count[FAULT_DOUBLE_FREE], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_merges_back_to_what_it_was),
		cmocka_unit_test(too_large_an_order_is_refused),
		cmocka_unit_test(zeroed_blocks_are_zero),
		cmocka_unit_test(highmem_zeroes_frame_by_frame),
		cmocka_unit_test(init_on_alloc_zeroes_every_block),
		cmocka_unit_test(init_on_free_zeroes_every_block),
		cmocka_unit_test(exact_sizes_give_the_rest_back),
		cmocka_unit_test(orders_of_sizes),
		cmocka_unit_test(a_reference_keeps_the_first_page_of_a_plain_block),
		cmocka_unit_test(a_reference_keeps_all_of_a_compound_block),
		cmocka_unit_test(split_pages_are_freed_alone),
		cmocka_unit_test(fallback_goes_down_and_stops_at_the_marks),
		cmocka_unit_test(a_failure_is_reported_and_counted),
		cmocka_unit_test(nofail_takes_the_last_frame_and_then_panics),
		cmocka_unit_test(reclaim_hooks_are_asked_before_a_failure),
		cmocka_unit_test(reclaim_goes_on_until_there_is_a_block),
		cmocka_unit_test(reserved_frames_can_be_freed_once),
		cmocka_unit_test(random_operations_agree_with_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
