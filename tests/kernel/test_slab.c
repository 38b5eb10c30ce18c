/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_slab.c - the slab allocator in the booted kernel
 */
#include <kernel/ktest.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/dma.h>
#include <mm/fault_inject.h>
#include <mm/mempool.h>
#include <mm/slab.h>
#include <mm/slabinfo.h>

KTEST(slab, objects_are_distinct_and_keep_their_bytes)
{
	static u8 *object[300];

	for (unsigned int i = 0; i < 300; i++) {
		object[i] = kmalloc(100, GFP_KERNEL);
		KTEST_REQUIRE(t, object[i]);
		memset(object[i], i, 100);
	}
	for (unsigned int i = 0; i < 300; i++) {
		KTEST_EXPECT(t, !memchr_inv(object[i], i & 0xff, 100));
		kfree(object[i]);
	}
	KTEST_EXPECT_EQ(t, slab_check(), 0);
}

KTEST(slab, every_kmalloc_size_can_be_taken_and_is_aligned)
{
	/* With 2 MiB of RAM the largest hole behind the kernel has less than KMALLOC_MAX_SIZE / 4. */
	size_t largest = min(KMALLOC_MAX_SIZE / 4, nr_free_pages() * PAGE_SIZE / 8);

	for (size_t size = 1; size <= largest; size = size * 3 / 2 + 1) {
		u8 *p = kmalloc(size, GFP_KERNEL);

		KTEST_REQUIRE(t, p);
		KTEST_EXPECT_EQ(t, (unsigned long)p & (is_power_of_2(size) ? size - 1 : 7), 0);
		KTEST_EXPECT(t, ksize(p) >= size);
		p[0] = p[size - 1] = 1;
		kfree(p);
	}
	KTEST_EXPECT_EQ(t, slab_check(), 0);
}

KTEST(slab, cache_can_be_made_used_and_taken_down)
{
	struct kmem_cache *cache = kmem_cache_create("test-200", 200, 0, 0, NULL);
	void *object;

	KTEST_REQUIRE(t, cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	KTEST_REQUIRE(t, object);
	KTEST_EXPECT_EQ(t, kmem_cache_destroy(cache), -16);
	kmem_cache_free(cache, object);
	KTEST_EXPECT_EQ(t, slab_check(), 0);
	KTEST_EXPECT_EQ(t, kmem_cache_destroy(cache), 0);
}

static unsigned int constructed;

static void construct(void *object)
{
	constructed++;
	*(u32 *)object = 0x600d600d;
}

KTEST(slab, constructor_runs_once_in_a_slabs_life)
{
	struct kmem_cache *cache = kmem_cache_create("test-ctor", 100, 0, 0, construct);
	unsigned int at_first;
	u32 *object;

	KTEST_REQUIRE(t, cache);
	constructed = 0;
	kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
	at_first = constructed;
	for (unsigned int i = 0; i < 200; i++) {
		object = kmem_cache_alloc(cache, GFP_KERNEL);
		KTEST_REQUIRE(t, object);
		KTEST_EXPECT_EQ(t, *object, 0x600d600d);
		if (i < 199)
			kmem_cache_free(cache, object);
	}
	/* with debug=slab each free runs it once more, to see that nothing changes by that */
	KTEST_EXPECT(t, constructed == at_first || constructed == at_first + 199);
	kmem_cache_free(cache, object);
	KTEST_EXPECT_EQ(t, kmem_cache_destroy(cache), 0);
}

/* What slab_view() showed of the cache under test. */
static unsigned int views, view_colours[8];

static void note_colour(const struct slab_view *view)
{
	if (views < ARRAY_SIZE(view_colours))
		view_colours[views] = view->colour;
	views++;
}

KTEST(slab, colours_differ_from_slab_to_slab)
{
	struct kmem_cache *cache = kmem_cache_create("test-colour", 1104, 0, 0, NULL);
	static void *objects[28];

	KTEST_REQUIRE(t, cache);
	KTEST_EXPECT_EQ(t, kmem_cache_alloc_bulk(cache, GFP_KERNEL, 28, objects), 28);
	views = 0;
	KTEST_EXPECT_EQ(t, slab_view("test-colour", note_colour), 0);
	KTEST_EXPECT(t, views >= 4);
	for (unsigned int i = 1; i < min(views, 4u); i++)
		KTEST_EXPECT(t, view_colours[i] != view_colours[i - 1]);
	kmem_cache_free_bulk(cache, 28, objects);
	KTEST_EXPECT_EQ(t, kmem_cache_destroy(cache), 0);
}

KTEST(slab, damage_is_found_and_mended)
{
	struct kmem_cache *cache = kmem_cache_create("test-debug", 64, 0,
						     SLAB_RED_ZONE | SLAB_POISON | SLAB_STORE_USER, NULL);
	u8 *object;

	KTEST_REQUIRE(t, cache);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	KTEST_REQUIRE(t, object);
	OPTIMIZER_HIDE_VAR(object);
	object[64] = 1;						/* overrun */
	KTEST_EXPECT_EQ(t, validate_slab_cache(cache), 1);
	object[-1] = 1;						/* underrun */
	KTEST_EXPECT_EQ(t, validate_slab_cache(cache), 1);
	kmem_cache_free(cache, object);
	OPTIMIZER_HIDE_VAR(object);
	object[50] = 1;						/* use after free */
	KTEST_EXPECT_EQ(t, validate_slab_cache(cache), 1);
	kmem_cache_free(cache, object);				/* double free: reported, not done */
	KTEST_EXPECT_EQ(t, validate_slab_cache(cache), 0);
	KTEST_EXPECT_EQ(t, kmem_cache_destroy(cache), 0);
}

KTEST(slab, memory_for_devices_is_below_16_mib)
{
	struct dma_pool *pool = dma_pool_create("test", NULL, 100, 0, 0);
	dma_addr_t bus = 0;
	void *cpu = dma_alloc_coherent(NULL, 20000, &bus, GFP_KERNEL);
	void *block = kmalloc(300, GFP_KERNEL | GFP_DMA);

	KTEST_EXPECT(t, cpu && bus == __pa(cpu) && bus + 20000 <= ZONE_DMA_END);
	KTEST_EXPECT(t, block && __pa(block) < ZONE_DMA_END);
	kfree(block);
	dma_free_coherent(NULL, 20000, cpu, bus);
	KTEST_REQUIRE(t, pool);
	block = dma_pool_alloc(pool, GFP_KERNEL, &bus);
	KTEST_EXPECT(t, block && bus == __pa(block) && bus < ZONE_DMA_END);
	dma_pool_free(pool, block, bus);
	dma_pool_destroy(pool);
}

KTEST(slab, a_mempool_answers_while_every_request_fails)
{
	mempool_t *pool = mempool_create_kmalloc_pool(3, 200);
	void *elements[4];

	KTEST_REQUIRE(t, pool);
	fault_attr_parse(&failslab, "every=1,cache=kmalloc-256");
	for (unsigned int i = 0; i < 4; i++)
		elements[i] = mempool_alloc(pool, GFP_KERNEL);
	fault_attr_parse(&failslab, "off");
	KTEST_EXPECT(t, elements[0] && elements[1] && elements[2] && !elements[3]);
	for (unsigned int i = 0; i < 3; i++)
		mempool_free(elements[i], pool);
	mempool_destroy(pool);
	KTEST_EXPECT_EQ(t, slab_check(), 0);
}
