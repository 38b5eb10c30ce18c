/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_mempool.c - reserves, memory for devices, and allocations that fail on purpose
 *
 * LINK: mm/mempool.c mm/dma.c mm/slab_batch.c mm/slab.c mm/slab_fast.c mm/slab_geometry.c mm/slab_cache.c
 * LINK: mm/slab_check.c mm/slab_debug.c mm/kmalloc.c mm/fault_inject.c mm/util.c mm/page_alloc.c
 * LINK: mm/page_pcp.c mm/page_block.c mm/page_check.c mm/mmzone.c mm/ledger.c mm/e820.c
 */
#include "slab_machine.h"

#include <mm/dma.h>
#include <mm/fault_inject.h>
#include <mm/mempool.h>
#include <mm/util.h>

#define ISA	((struct device *)NULL)

static unsigned long frames_before;

static int whole_machine(void **state)
{
	fault_attr_parse(&failslab, "off");
	fault_attr_parse(&fail_page_alloc, "off");
	return slab_is_whole(state);
}

/* Give back all that is only kept; then nothing may be missing. Twice: descriptors go to other caches. */
static unsigned long frames_now(void)
{
	struct kmem_cache *cache;

	slab_use_arrays(false);
	for (int round = 0; round < 2; round++)
		list_for_each_entry(cache, &slab_caches, list)
			kmem_cache_shrink(cache);
	slab_use_arrays(true);
	drain_all_pages();
	return nr_free_pages();
}

/* --- mempool --------------------------------------------------------------------------------- */

static void a_pool_helps_out_when_the_allocator_fails(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("pooled", 100, 0, 0, NULL);
	mempool_t *pool = mempool_create_slab_pool(4, cache);
	void *elements[6];

	assert_non_null(pool);
	assert_int_equal(pool->curr_nr, 4);
	assert_int_equal(cache_objects_out(cache), 4);
	elements[0] = mempool_alloc(pool, GFP_KERNEL);		/* from the allocator: reserve untouched */
	assert_int_equal(pool->curr_nr, 4);
	assert_int_equal(fault_attr_parse(&failslab, "every=1,cache=pooled"), 0);
	for (int i = 1; i <= 4; i++) {
		elements[i] = mempool_alloc(pool, GFP_KERNEL);
		assert_non_null(elements[i]);
		assert_int_equal(pool->curr_nr, 4 - i);
	}
	assert_null(mempool_alloc(pool, GFP_KERNEL));
	mempool_free(elements[2], pool);			/* fills the reserve first */
	assert_int_equal(pool->curr_nr, 1);
	assert_ptr_equal(mempool_alloc(pool, GFP_ATOMIC), elements[2]);
	fault_attr_parse(&failslab, "off");
	for (int i = 0; i <= 4; i++)
		mempool_free(elements[i], pool);
	assert_int_equal(pool->curr_nr, 4);
	assert_int_equal(cache_objects_out(cache), 4);		/* the fifth went to the allocator */
	mempool_free(NULL, pool);
	mempool_destroy(pool);
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

static void the_helpers_make_pools_of_every_kind(void **state)
{
	mempool_t *bytes = mempool_create_kmalloc_pool(3, 500);
	mempool_t *pages = mempool_create_page_pool(2, 2);
	struct page *page;
	void *p;

	assert_null(mempool_create_kmalloc_pool(0, 500));
	p = mempool_alloc(bytes, GFP_KERNEL);
	assert_int_equal(ksize(p), 512);
	mempool_free(p, bytes);
	fault_attr_parse(&fail_page_alloc, "every=1");
	page = mempool_alloc(pages, GFP_KERNEL);
	assert_non_null(page);
	assert_int_equal(page_block_order(page), 2);
	fault_attr_parse(&fail_page_alloc, "off");
	mempool_free(page, pages);
	mempool_destroy(bytes);
	mempool_destroy(pages);
	mempool_destroy(NULL);
}

static void a_pool_can_change_its_size(void **state)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 64);

	assert_int_equal(mempool_resize(pool, 10), 0);
	assert_int_equal(pool->curr_nr, 10);
	assert_int_equal(mempool_resize(pool, 3), 0);
	assert_int_equal(pool->curr_nr, 3);
	assert_int_equal(mempool_resize(pool, 0), -EINVAL);
	/* each way to fail leaves it as it was */
	for (unsigned long nth = 1; nth <= 8; nth++) {
		fail_nth(&failslab, nth);
		assert_int_equal(mempool_resize(pool, 10), -ENOMEM);
		assert_int_equal(pool->min_nr, 3);
		assert_int_equal(pool->curr_nr, 3);
	}
	fail_nth(&failslab, 0);
	mempool_destroy(pool);
}

static void destroy_reports_what_is_out(void **state)
{
	mempool_t *pool = mempool_create_kmalloc_pool(2, 64);
	void *p = mempool_alloc(pool, GFP_KERNEL);

	mempool_destroy(pool);
	assert_true(host_log_says("mempool: 1 elements are still out of the pool"));
	kfree(p);
}

/* --- memory for devices ---------------------------------------------------------------------- */

static void coherent_memory_is_where_the_mask_says(void **state)
{
	struct device wide = { .name = "wide" }, middle = { .name = "middle" };
	dma_addr_t bus, top = pfn_to_phys(vm_layout.max_low_pfn);
	void *cpu;

	assert_int_equal(dma_set_coherent_mask(&wide, DMA_BIT_MASK(32)), 0);
	assert_int_equal(dma_set_coherent_mask(&middle, DMA_BIT_MASK(25)), 0);
	assert_int_equal(dma_set_coherent_mask(&middle, 0x7ff), -EIO);
	assert_int_equal(middle.coherent_dma_mask, DMA_BIT_MASK(25));
	for (size_t size = 1; size <= 1u << 20; size = size * 3 + 1) {
		cpu = dma_alloc_coherent(ISA, size, &bus, GFP_KERNEL);
		assert_non_null(cpu);
		assert_true(bus + size <= ZONE_DMA_END);
		assert_int_equal(bus, __pa(cpu));
		assert_null(memchr_inv(cpu, 0, size));
		memset(cpu, 0xee, size);
		dma_free_coherent(ISA, size, cpu, bus);
		cpu = dma_alloc_coherent(&middle, size, &bus, GFP_KERNEL);
		assert_true(bus + size <= 32u << 20);
		dma_free_coherent(&middle, size, cpu, bus);
		cpu = dma_alloc_coherent(&wide, size, &bus, GFP_KERNEL | __GFP_HIGHMEM);
		assert_true(bus >= ZONE_DMA_END && bus + size <= top);
		dma_free_coherent(&wide, size, cpu, bus);
	}
	/* fewer lines than any zone promises: what lies too high is not given, and not lost */
	assert_int_equal(dma_set_coherent_mask(&middle, DMA_BIT_MASK(16)), 0);
	frames_before = frames_now();
	for (int i = 0; i < 100; i++) {
		cpu = dma_alloc_coherent(&middle, PAGE_SIZE, &bus, GFP_KERNEL);
		if (cpu) {
			assert_true(bus < 1u << 16);
			dma_free_coherent(&middle, PAGE_SIZE, cpu, bus);
		}
	}
	assert_int_equal(frames_now(), frames_before);
	assert_null(dma_alloc_coherent(ISA, 0, &bus, GFP_KERNEL));
	assert_null(dma_alloc_coherent(ISA, (4u << 20) + 1, &bus, GFP_KERNEL));
	cpu = kmalloc(100, GFP_KERNEL);
	dma_free_coherent(ISA, 100, cpu, __pa(cpu));
	assert_true(host_log_says("is no coherent buffer"));
	assert_int_equal(host_warnings_take(), 1);
	kfree(cpu);
}

static void pool_blocks_keep_alignment_and_boundary(void **state)
{
	static const struct { size_t size, align, boundary; } pools[] = {
		{ 1, 0, 0 }, { 4, 4, 0 }, { 20, 16, 64 }, { 100, 64, 256 }, { 100, 8, 128 },
		{ 4000, 0, 4096 }, { 5000, 32, 0 }, { 24, 4096, 32 }, { 65536, 0, 65536 },
	};
	static void *blocks[300];
	static dma_addr_t bus[300];

	for (unsigned int p = 0; p < ARRAY_SIZE(pools); p++) {
		size_t size = pools[p].size, align = pools[p].align, boundary = pools[p].boundary;
		struct dma_pool *pool = dma_pool_create("blocks", ISA, size, align, boundary);
		unsigned int n = size > 4096 ? 20 : 300;

		assert_non_null(pool);
		for (unsigned int i = 0; i < n; i++) {
			blocks[i] = dma_pool_zalloc(pool, GFP_KERNEL, &bus[i]);
			assert_non_null(blocks[i]);
			assert_null(memchr_inv(blocks[i], 0, size));
			memset(blocks[i], i + 1, size);
			assert_int_equal(bus[i], __pa(blocks[i]));
			assert_true(bus[i] + size <= ZONE_DMA_END);
			assert_true(!align || bus[i] % align == 0);
			assert_true(!boundary || bus[i] / boundary == (bus[i] + size - 1) / boundary);
		}
		assert_int_equal(dma_pool_check(pool), 0);
		for (unsigned int i = 0; i < n; i++) {
			assert_null(memchr_inv(blocks[i], (i + 1) & 0xff, size));
			dma_pool_free(pool, blocks[i], bus[i]);
		}
		assert_int_equal(dma_pool_check(pool), 0);
		dma_pool_destroy(pool);
	}
	assert_null(dma_pool_create("none", ISA, 0, 0, 0));
	assert_null(dma_pool_create("odd", ISA, 8, 24, 0));
	assert_null(dma_pool_create("narrow", ISA, 100, 0, 64));
	assert_null(dma_pool_create("huge", ISA, 5u << 20, 0, 0));
	dma_pool_destroy(NULL);
}

static void wrong_blocks_are_reported(void **state)
{
	struct dma_pool *pool = dma_pool_create("mine", ISA, 100, 0, 0);
	dma_addr_t bus, second_bus;
	char *block = dma_pool_alloc(pool, GFP_KERNEL, &bus);
	void *second = dma_pool_alloc(pool, GFP_KERNEL, &second_bus);

	dma_pool_free(pool, block + 4, bus + 4);
	assert_true(host_log_says("is no block of pool mine"));
	host_log_clear();
	dma_pool_free(pool, block, second_bus);
	assert_true(host_log_says("is no block of pool mine"));
	dma_pool_free(pool, block, bus);
	dma_pool_free(pool, block, bus);
	assert_true(host_log_says("of pool mine is freed twice"));
	assert_int_equal(dma_pool_check(pool), 0);
	dma_pool_free(pool, second, second_bus);
	block = dma_pool_alloc(pool, GFP_KERNEL, &bus);
	dma_pool_destroy(pool);
	assert_true(host_log_says("pool mine is destroyed with 1 blocks out"));
	dma_free_coherent(ISA, PAGE_SIZE, (void *)((unsigned long)block & PAGE_MASK), bus & PAGE_MASK);
}

/* --- failing on purpose ---------------------------------------------------------------------- */

static unsigned int successes(unsigned int tries, size_t size)
{
	unsigned int n = 0;

	while (tries--) {
		void *p = kmalloc(size, GFP_KERNEL);

		n += p != NULL;
		kfree(p);
	}
	return n;
}

static void filters_and_counts_are_obeyed(void **state)
{
	fault_attr_parse(&failslab, "every=3");
	assert_int_equal(successes(30, 64), 20);
	assert_int_equal(failslab.seen, 30);
	assert_int_equal(failslab.failed, 10);
	fault_attr_parse(&failslab, "every=1,times=4");
	assert_int_equal(successes(30, 64), 26);
	fault_attr_parse(&failslab, "every=1,cache=kmalloc-96");
	assert_int_equal(successes(10, 64), 10);
	assert_int_equal(successes(10, 96), 0);
	fault_attr_parse(&failslab, "every=1,size=128");
	assert_int_equal(successes(10, 96), 10);
	assert_int_equal(successes(10, 128), 0);
	fail_nth(&failslab, 7);
	assert_int_equal(successes(6, 64), 6);
	assert_int_equal(successes(1, 64), 0);
	assert_int_equal(successes(20, 64), 20);
	fault_attr_parse(&fail_page_alloc, "every=2,size=8192");
	for (int i = 0; i < 10; i++) {
		struct page *page = alloc_pages(GFP_KERNEL, 1);

		assert_int_equal(page == NULL, i % 2);
		if (page)
			__free_pages(page, 1);
		assert_non_null(page = alloc_pages(GFP_KERNEL, 5));
		__free_pages(page, 5);
	}
	assert_int_equal(fail_page_alloc.seen, 10);
	__free_page(alloc_page(GFP_KERNEL | __GFP_NOFAIL));
}

static void probability_repeats_with_its_seed(void **state)
{
	unsigned int first;

	fault_attr_parse(&failslab, "prob=30,seed=5");
	first = successes(10000, 64);
	assert_in_range(first, 6700, 7300);
	fault_attr_parse(&failslab, "prob=30,seed=5");
	assert_int_equal(successes(10000, 64), first);
	fault_attr_parse(&failslab, "prob=30,seed=6");
	assert_int_not_equal(successes(10000, 64), first);
	fault_attr_parse(&failslab, "prob=100");
	assert_int_equal(successes(100, 64), 0);
}

static void wrong_words_change_nothing(void **state)
{
	static const char *const wrong[] = {
		"", "every", "every=x", "every=0", "prob=101", "seed=0,prob=1", "size=8", "times=3",
		"every=1,colour=red", "every=1,", "on",
		"every=2,prob=3", "every=0,prob=0",
	};

	fault_attr_parse(&failslab, "every=1000,size=77");
	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(fault_attr_parse(&failslab, wrong[i]), -EINVAL);
	assert_int_equal(fault_attr_parse(&fail_page_alloc, "every=1,cache=pooled"), -EINVAL);
	assert_int_equal(failslab.every, 1000);
	assert_int_equal(failslab.size, 77);
}

/* --- every point of failure once --------------------------------------------------------------- */

/* Much of the allocators in one go. True: nothing in it failed. */
static bool scenario(void)
{
	struct kmem_cache *cache = kmem_cache_create("scenario", 700, 0, 0, NULL);
	void *objects[40] = { NULL }, *grown = NULL;
	struct dma_pool *dma = NULL;
	mempool_t *pool = NULL;
	char *text = NULL;
	dma_addr_t bus;
	void *block = NULL;
	bool all = false;

	if (!cache)
		return false;
	pool = mempool_create_slab_pool(3, cache);
	dma = dma_pool_create("scenario", ISA, 300, 0, 0);
	if (!pool || !dma || mempool_resize(pool, 6))
		goto out;
	for (int i = 0; i < 20; i++)
		if (!(objects[i] = kmem_cache_alloc(cache, GFP_KERNEL)))
			goto out;
	if (kmem_cache_alloc_bulk(cache, GFP_KERNEL, 20, objects + 20) != 20) {
		memset(objects + 20, 0, 20 * sizeof(void *));
		goto out;
	}
	grown = kmalloc(20, GFP_KERNEL);
	for (size_t size = 100; grown && size < 300000; size *= 5) {
		void *larger = krealloc(grown, size, GFP_KERNEL);

		if (!larger)
			goto out;
		grown = larger;
	}
	text = kasprintf(GFP_KERNEL, "%d objects", 40);
	block = dma_pool_alloc(dma, GFP_KERNEL, &bus);
	all = grown && text && block;
out:
	if (block)
		dma_pool_free(dma, block, bus);
	dma_pool_destroy(dma);
	kfree(text);
	kfree(grown);
	for (int i = 0; i < 40; i++)
		if (objects[i])
			kmem_cache_free(cache, objects[i]);
	mempool_destroy(pool);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	return all;
}

/* Request 1 fails, then request 2, ... until a run passes that no failure has touched. */
static unsigned long fail_each(struct fault_attr *attr)
{
	unsigned long nth = 0;
	bool passed;

	do {
		fail_nth(attr, ++nth);
		passed = scenario();
		assert_true(passed || attr->failed == 1);
		if (attr->failed == 0)
			assert_true(passed);
		passed = attr->failed == 0;
		fail_nth(attr, 0);
		assert_int_equal(verify_ledger(false), 0);
		assert_int_equal(frames_now(), frames_before);
	} while (!passed);
	printf("# %s: %lu points of failure\n", attr->name, nth - 1);
	return nth - 1;
}

static void every_failure_is_survived_once(void **state)
{
	assert_true(scenario());
	frames_before = frames_now();
	assert_true(fail_each(&failslab) > 60);
	assert_true(fail_each(&fail_page_alloc) > 5);
}

#define pool_test(name)	cmocka_unit_test_setup_teardown(name, setup_machine, whole_machine)

int main(void)
{
	const struct CMUnitTest tests[] = {
		pool_test(a_pool_helps_out_when_the_allocator_fails),
		pool_test(the_helpers_make_pools_of_every_kind),
		pool_test(a_pool_can_change_its_size),
		pool_test(destroy_reports_what_is_out),
		pool_test(coherent_memory_is_where_the_mask_says),
		pool_test(pool_blocks_keep_alignment_and_boundary),
		pool_test(wrong_blocks_are_reported),
		pool_test(filters_and_counts_are_obeyed),
		pool_test(probability_repeats_with_its_seed),
		pool_test(wrong_words_change_nothing),
		pool_test(every_failure_is_survived_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
