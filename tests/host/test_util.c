/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_util.c - copies and texts in memory of their own, against the host's own
 *
 * Each copy is compared with what the host's memcpy, strlen or snprintf makes of the same, must
 * not move when its source changes, and is freed with kfree(). The ledger at the end finds what
 * is lost.
 *
 * LINK: mm/util.c mm/slab_batch.c mm/slab.c mm/slab_fast.c mm/slab_geometry.c mm/slab_cache.c
 * LINK: mm/slab_check.c mm/slab_debug.c mm/kmalloc.c mm/fault_inject.c mm/page_alloc.c
 * LINK: mm/page_pcp.c mm/page_block.c mm/page_check.c mm/mmzone.c mm/ledger.c mm/e820.c
 * LINK: lib/vsprintf.c lib/vsprintf_pointer.c
 */
#include "slab_machine.h"
#include <chance.h>

#include <lib/bitmap.h>
#include <mm/fault_inject.h>
#include <mm/util.h>

static char source[5000], before[5000];

/* @n bytes, none of them 0, and the NUL. */
static void fill(size_t n)
{
	for (size_t i = 0; i < n; i++)
		source[i] = before[i] = 1 + chance_below(255);
	source[n] = before[n] = '\0';
}

static void spoil(void)
{
	memset(source, 0, sizeof(source));
}

static void copies_are_equal_and_apart(void **state)
{
	for (unsigned int n = 0; n < 3000; n++) {
		size_t len = chance_below(chance_below(4) ? 100 : sizeof(source) - 1);
		size_t max = chance_below(200);
		char *dup, *part, *nul, *bytes;

		fill(len);
		dup = kstrdup(source, GFP_KERNEL);
		part = kstrndup(source, max, GFP_KERNEL);
		nul = kmemdup_nul(source, len / 2, GFP_KERNEL);
		bytes = kmemdup(source, len + 1, GFP_KERNEL);
		spoil();
		assert_string_equal(dup, before);
		assert_memory_equal(bytes, before, len + 1);
		assert_int_equal(strlen(part), min(len, max));
		assert_memory_equal(part, before, min(len, max));
		assert_int_equal(strlen(nul), len / 2);
		assert_memory_equal(nul, before, len / 2);
		kfree(dup);
		kfree(part);
		kfree(nul);
		kfree(bytes);
	}
}

static void texts_are_as_long_as_they_are(void **state)
{
	char want[300];

	for (unsigned int n = 0; n < 3000; n++) {
		int width = chance_below(250);
		char *text = kasprintf(GFP_KERNEL, "%*d%s", width, (int)chance_below(9) - 4, "end");
		char *again = kasprintf(GFP_KERNEL, "%s", text);

		snprintf(want, sizeof(want), "%s", text);
		assert_int_equal(strlen(text), (width < 2 ? strlen(text) - 3 : (size_t)width) + 3);
		assert_string_equal(again, want);
		assert_true(ksize(text) > strlen(text));
		kfree(text);
		kfree(again);
	}
}

static void bitmaps_have_room_for_their_bits(void **state)
{
	for (unsigned int bits = 1; bits < 2000; bits += 1 + chance_below(70)) {
		unsigned long *map = bitmap_zalloc(bits, GFP_KERNEL);
		unsigned long *raw = bitmap_alloc(bits, GFP_KERNEL);

		assert_true(bitmap_empty(map, bits));
		bitmap_fill(map, bits);
		bitmap_copy(raw, map, bits);
		assert_true(bitmap_equal(map, raw, bits));
		assert_true(ksize(map) >= BITS_TO_LONGS(bits) * sizeof(long));
		bitmap_free(map);
		bitmap_free(raw);
	}
	bitmap_free(NULL);
}

static void arrays_of_pointers_are_joined(void **state)
{
	char *a[] = { "one", "two", NULL }, *b[] = { "three", NULL }, *none[] = { NULL }, **both;

	both = memcat_p(a, b);
	assert_ptr_equal(both[0], a[0]);
	assert_ptr_equal(both[1], a[1]);
	assert_ptr_equal(both[2], b[0]);
	assert_null(both[3]);
	kfree(both);
	both = memcat_p(none, none);
	assert_null(both[0]);
	kfree(both);
}

static void nothing_comes_of_nothing(void **state)
{
	assert_null(kstrdup(NULL, GFP_KERNEL));
	assert_null(kstrndup(NULL, 3, GFP_KERNEL));
	assert_null(kmemdup(NULL, 3, GFP_KERNEL));
	assert_null(kmemdup_nul(NULL, 3, GFP_KERNEL));
	assert_null(kmemdup_nul("a", SIZE_MAX, GFP_KERNEL));
	fault_attr_parse(&failslab, "every=1");
	assert_null(kstrdup("a", GFP_KERNEL));
	assert_null(kmemdup("a", 2, GFP_KERNEL));
	assert_null(kasprintf(GFP_KERNEL, "%d", 1));
	assert_null(bitmap_zalloc(40, GFP_KERNEL));
	assert_null(memcat_p(((char *[]){ NULL }), ((char *[]){ NULL })));
	fault_attr_parse(&failslab, "off");
	host_warnings_take();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		slab_test(copies_are_equal_and_apart),
		slab_test(texts_are_as_long_as_they_are),
		slab_test(bitmaps_have_room_for_their_bits),
		slab_test(arrays_of_pointers_are_joined),
		slab_test(nothing_comes_of_nothing),
	};

	chance_start("test_util");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
