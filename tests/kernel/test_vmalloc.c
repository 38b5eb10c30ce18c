/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_vmalloc.c - vmalloc, vmap and the kmap window in the booted kernel
 */
#include <kernel/ktest.h>
#include <lib/string.h>
#include <mm/highmem.h>
#include <mm/vmalloc.h>

KTEST(vmalloc, bytes_stay_and_addresses_come_back)
{
	u8 *a = vmalloc(100000), *b = vzalloc(5000);

	KTEST_REQUIRE(t, a && b);
	memset(a, 0x5a, 100000);
	KTEST_EXPECT(t, !memchr_inv(b, 0, 5000));
	KTEST_EXPECT(t, !memchr_inv(a, 0x5a, 100000));
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
	vfree(a);
	vfree(b);
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
	vmalloc_purge();
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
}

KTEST(kmap, window_maps_more_pages_than_it_has_slots)
{
	static struct page *page[1500];
	unsigned int n = 0;

	if (nr_free_pages() < 2 * 1500)
		KTEST_SKIP(t, "the machine has too few page frames");
	for (; n < 1500; n++) {
		page[n] = alloc_page(GFP_HIGHUSER);
		KTEST_REQUIRE(t, page[n]);
		*(unsigned int *)kmap(page[n]) = n;
		kunmap(page[n]);
	}
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
	for (n = 0; n < 1500; n++) {
		unsigned int *at = kmap_atomic(page[n]);

		KTEST_EXPECT_EQ(t, *at, n);
		kunmap_atomic(at);
		__free_page(page[n]);
	}
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
}
