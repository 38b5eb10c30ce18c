/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_trace.c - what tracing says is about to happen is what then happens
 */
#include <arch.h>
#include <kernel/ktest.h>
#include <kernel/monitor.h>
#include <lib/bits.h>
#include <lib/errno.h>
#include <lib/trace.h>
#include <mm/gfp.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#define ORDER	5u		/* has no per-CPU list: each request goes to the zone */

/* The block that frame @pfn is free in, from the event that said so. */
static bool free_block_is_as_told(struct trace_record e, pfn_t pfn)
{
	const struct page *block = pfn_to_page(e.a);

	return e.kind == EVENT_FREE && page_is_buddy(block) && block->order == e.n && e.a <= pfn &&
	       pfn < e.a + (1UL << e.n);
}

KTEST(trace, a_merge_ends_where_it_was_told_to)
{
	for (unsigned int i = 0; i < 20; i++) {
		unsigned int order = ORDER + i % 3;	/* also with 4 MiB */
		struct page *page = alloc_pages(GFP_KERNEL, order);

		KTEST_REQUIRE(t, page);
		trace_watch(BIT(TRACE_BUDDY));
		__free_pages(page, order);
		trace_watch(0);
		KTEST_EXPECT(t, free_block_is_as_told(trace_newest(), page_to_pfn(page)));
	}
}

KTEST(trace, a_split_names_block_and_orders)
{
	struct page *page[64];
	struct trace_record e = { .kind = EVENT_NONE };
	unsigned int nr = 0;

	/* Some block of the next order is cut sooner or later; then this frame is its start. */
	while (nr < 64 && e.kind != EVENT_SPLIT) {
		trace_watch(BIT(TRACE_BUDDY));
		page[nr] = alloc_pages(GFP_KERNEL, ORDER);
		trace_watch(0);
		if (!page[nr])
			break;
		e = trace_newest();
		nr++;
	}
	KTEST_EXPECT_EQ(t, e.kind, EVENT_SPLIT);
	if (nr)
		KTEST_EXPECT_EQ(t, e.a, page_to_pfn(page[nr - 1]));
	KTEST_EXPECT_EQ(t, e.n & 0xff, ORDER);
	KTEST_EXPECT(t, e.n >> 8 > ORDER);
	while (nr)
		__free_pages(page[--nr], ORDER);
}

KTEST(trace, a_new_slab_and_a_new_area_are_told)
{
	struct kmem_cache *cache = kmem_cache_create("trace_test", 100, 0, 0, NULL);
	void *object, *area;

	KTEST_REQUIRE(t, cache);
	trace_watch(BIT(TRACE_SLAB));
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	trace_watch(0);
	KTEST_EXPECT_EQ(t, trace_newest().kind, EVENT_SLAB_MOVE);
	KTEST_EXPECT_EQ(t, trace_newest().b, (unsigned long)cache);
	kmem_cache_free(cache, object);
	trace_watch(BIT(TRACE_SLAB));
	kmem_cache_shrink(cache);
	trace_watch(0);
	KTEST_EXPECT_EQ(t, trace_newest().kind, EVENT_SLAB_DESTROY);
	kmem_cache_destroy(cache);

	trace_watch(BIT(TRACE_VMALLOC));
	area = vmalloc(45 * PAGE_SIZE);		/* a size that no area waiting for a flush has */
	trace_watch(0);
	KTEST_REQUIRE(t, area);
	KTEST_EXPECT_EQ(t, trace_newest().kind, EVENT_VM_AREA);
	KTEST_EXPECT_EQ(t, trace_newest().a, (unsigned long)area);
	KTEST_EXPECT_EQ(t, trace_newest().n, 46);
	vfree(area);
}

KTEST(trace, off_records_nothing_on_the_usual_paths)
{
	u32 mask = trace_mask;
	struct trace_record before = trace_newest(), after;

	trace_mask = 0;
	__free_pages(alloc_pages(GFP_KERNEL, ORDER), ORDER);
	kfree(kmalloc(64, GFP_KERNEL));
	trace_mask = mask;
	after = trace_newest();
	KTEST_EXPECT(t, before.us == after.us && before.kind == after.kind && before.a == after.a);
}

KTEST(trace, an_unknown_point_is_refused)
{
	char unknown[] = "trace on buddy,nosuch", bad[] = "trace show x";
	u32 mask = trace_mask;

	trace_watch(BIT(TRACE_KMAP));		/* no words into the log of the tests */
	KTEST_EXPECT_EQ(t, monitor_execute(unknown), -ENOENT);
	trace_watch(0);
	KTEST_EXPECT_EQ(t, trace_mask, mask);
	KTEST_EXPECT_EQ(t, monitor_execute(bad), -EINVAL);
}
