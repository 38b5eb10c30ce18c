/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_text.c - what of lib/'s text the host cannot test, and mm/util.c
 *
 * The host runs memcpy and memset as loops; here they are rep movsl and rep stosl.
 */
#include <kernel/ktest.h>
#include <lib/bitmap.h>
#include <lib/string.h>
#include <lib/vsprintf.h>
#include <mm/fault_inject.h>
#include <mm/slab.h>
#include <mm/util.h>

#define AREA	48

static u8 pattern(size_t i)
{
	return i * 37 + 11;
}

/* Is @area as it was set up but for [@start, @start + @n), which holds what @from and on held? */
static bool moved(const u8 *area, size_t start, size_t n, size_t from)
{
	for (size_t i = 0; i < AREA; i++)
		if (area[i] != pattern(i >= start && i < start + n ? from + i - start : i))
			return false;
	return true;
}

KTEST(text, bytes_are_moved_and_set_at_every_alignment)
{
	for (size_t to = 0; to < 12; to++) {
		for (size_t from = 0; from < 12; from++) {
			for (size_t n = 0; n < 20; n++) {
				u8 area[AREA], copy[AREA], *dst = area + to;

				for (size_t i = 0; i < AREA; i++)
					area[i] = copy[i] = pattern(i);
				memcpy(dst, copy + from, n);
				KTEST_EXPECT(t, moved(area, to, n, from));
				memcpy(area, copy, AREA);
				memmove(dst, area + from, n);
				KTEST_EXPECT(t, moved(area, to, n, from));
				memset(area, n, AREA);
				memset(dst, 0xa5, n);
				KTEST_EXPECT(t, !memchr_inv(area, n, to));
				KTEST_EXPECT(t, !memchr_inv(dst, 0xa5, n));
				KTEST_EXPECT(t, !memchr_inv(dst + n, n, AREA - to - n));
			}
		}
	}
}

KTEST(text, wide_fills_count_elements)
{
	u16 a[8] = { 0 };
	u32 b[8] = { 0 };

	memset16(a, 0x1234, 7);
	memset32(b, 0x12345678, 7);
	for (int i = 0; i < 7; i++) {
		KTEST_EXPECT_EQ(t, a[i], 0x1234);
		KTEST_EXPECT_EQ(t, b[i], 0x12345678);
	}
	KTEST_EXPECT_EQ(t, a[7], 0);
	KTEST_EXPECT_EQ(t, b[7], 0);
}

KTEST(text, a_function_has_a_name)
{
	char text[64];

	snprintf(text, sizeof(text), "%ps", (void *)snprintf);
	KTEST_EXPECT_EQ(t, strcmp(text, "snprintf"), 0);
	snprintf(text, sizeof(text), "%pS", (u8 *)snprintf + 1);
	KTEST_EXPECT_EQ(t, strcmp(text, "snprintf+0x1"), 0);
}

KTEST(text, texts_take_what_they_need)
{
	char *text = kasprintf(GFP_KERNEL, "%d %s %*pbl", 42, "words", 3, &(unsigned long){ 5 });

	KTEST_REQUIRE(t, text);
	KTEST_EXPECT_EQ(t, strcmp(text, "42 words 0,2"), 0);
	kfree(text);
	text = kasprintf(GFP_KERNEL, "%*s", 5000, "");
	KTEST_REQUIRE(t, text);
	KTEST_EXPECT_EQ(t, strlen(text), 5000);
	kfree(text);
}

KTEST(text, copies_are_equal_and_their_own)
{
	char source[] = "abcdef";
	char *whole = kstrdup(source, GFP_KERNEL), *part = kstrndup(source, 3, GFP_KERNEL);
	char *cut = kmemdup_nul(source, 2, GFP_KERNEL), *bytes = kmemdup(source, 4, GFP_KERNEL);

	KTEST_REQUIRE(t, whole && part && cut && bytes);
	source[0] = 'x';
	KTEST_EXPECT_EQ(t, strcmp(whole, "abcdef"), 0);
	KTEST_EXPECT_EQ(t, strcmp(part, "abc"), 0);
	KTEST_EXPECT_EQ(t, strcmp(cut, "ab"), 0);
	KTEST_EXPECT_EQ(t, memcmp(bytes, "abcd", 4), 0);
	kfree(whole);
	kfree(part);
	kfree(cut);
	kfree(bytes);
	KTEST_EXPECT(t, !kstrdup(NULL, GFP_KERNEL) && !kstrndup(NULL, 3, GFP_KERNEL));
	KTEST_EXPECT(t, !kmemdup(NULL, 3, GFP_KERNEL) && !kmemdup_nul("", SIZE_MAX, GFP_KERNEL));
}

KTEST(text, bitmaps_and_lists_of_pointers)
{
	int one, two, three;
	int *a[] = { &one, &two, NULL }, *b[] = { &three, NULL };
	int **both = memcat_p(a, b);
	unsigned long *map = bitmap_zalloc(100, GFP_KERNEL);

	KTEST_REQUIRE(t, both && map);
	KTEST_EXPECT(t, both[0] == &one && both[1] == &two && both[2] == &three && !both[3]);
	KTEST_EXPECT(t, bitmap_empty(map, 100));
	kfree(both);
	bitmap_free(map);
}

KTEST(text, no_memory_is_no_text)
{
	void *nothing = NULL;

	fail_nth(&failslab, 1);
	KTEST_EXPECT(t, !kasprintf(GFP_KERNEL | __GFP_NOWARN, "%d", 1));
	fail_nth(&failslab, 1);
	KTEST_EXPECT(t, !kstrdup("abc", GFP_KERNEL | __GFP_NOWARN));
	fail_nth(&failslab, 1);
	KTEST_EXPECT(t, !kmemdup("abc", 3, GFP_KERNEL | __GFP_NOWARN));
	fail_nth(&failslab, 1);
	KTEST_EXPECT(t, !__memcat_p(&nothing, &nothing));
	fail_nth(&failslab, 0);
}
