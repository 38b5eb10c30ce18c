/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_slab.c - the slab allocator in the booted kernel
 */
#include <kernel/ktest.h>
#include <lib/string.h>
#include <mm/slab.h>

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
	for (size_t size = 1; size <= KMALLOC_MAX_SIZE / 4; size = size * 3 / 2 + 1) {
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
