/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_cmdline.c - get_option, get_options and memparse
 *
 * LINK: lib/cmdline.c lib/kstrtox.c lib/string.c
 */
#include <support.h>
#include <chance.h>

#include <lib/cmdline.h>
#include <lib/kernel.h>

#define UNTOUCHED	(-77)

static void one_number_says_what_follows(void **state)
{
	static const struct {
		const char *text;
		int kind, value, read;
	} table[] = {
		{ "5", 1, 5, 1 }, { "5,", 2, 5, 2 }, { "5,6", 2, 5, 2 }, { "5-6", 3, 5, 1 },
		{ "5-", 3, 5, 1 }, { "-5", 1, -5, 2 }, { "-5-3", 3, -5, 2 }, { "0x10,", 2, 16, 5 },
		{ "010", 1, 8, 3 }, { "5x", 1, 5, 1 }, { "5 ,", 1, 5, 1 }, { "-0", 1, 0, 2 },
		{ "4294967295", 1, -1, 10 },
		{ "-", 0, 0, 1 }, { "--5", 0, 0, 1 }, { "-,", 0, 0, 1 }, { "-x", 0, 0, 1 },
		{ ",", 0, 0, 0 }, { ",5", 0, 0, 0 }, { "x", 0, 0, 0 }, { "+5", 0, 0, 0 },
		{ " 5", 0, 0, 0 }, { "=", 0, 0, 0 }, { "", 0, UNTOUCHED, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char *s = (char *)table[i].text;
		int value = UNTOUCHED;

		assert_int_equal(get_option(&s, &value), table[i].kind);
		assert_int_equal(value, table[i].value);
		assert_ptr_equal(s, table[i].text + table[i].read);
		s = (char *)table[i].text;
		assert_int_equal(get_option(&s, NULL), table[i].kind);
	}
}

static void no_string_holds_no_number(void **state)
{
	char *s = NULL;
	int value = UNTOUCHED;

	assert_int_equal(get_option(&s, &value), 0);
	assert_null(s);
	assert_int_equal(value, UNTOUCHED);
}

static void lists_are_expanded_and_counted(void **state)
{
	static const struct {
		const char *text;
		int ints[12];		/* what stands behind them is not written */
	} table[] = {
		{ "", { 0 } },
		{ "7", { 1, 7 } },
		{ "-7", { 1, -7 } },
		{ "1,2,3", { 3, 1, 2, 3 } },
		{ "1,3-5,9", { 5, 1, 3, 4, 5, 9 } },
		{ "5-8", { 4, 5, 6, 7, 8 } },
		{ "5-5", { 1, 5 } },
		{ "-3--1", { 3, -3, -2, -1 } },
		{ "-1-2", { 4, -1, 0, 1, 2 } },
		{ "-3,0-1,6", { 4, -3, 0, 1, 6 } },
		{ "0-1,-3,6", { 4, 0, 1, -3, 6 } },
		{ "1-3-5", { 5, 1, 2, 3, 4, 5 } },
		{ "7-9,", { 3, 7, 8, 9 } },
		{ "4,-", { 1, 4 } },
		/* a range that is none ends the list; its start is written, not counted */
		{ "7-", { 0, 7 } },
		{ "9-7", { 0, 9 } },
		{ "5-a", { 0, 5 } },
		{ "7--9", { 0, 7 } },
		{ "-7--9", { 0, -7 } },
		{ "1,9-7,3", { 1, 1, 9 } },
		{ "--7", { 0 } }, { "a-5", { 0 } }, { ",8-5", { 0 } }, { "+,1", { 0 } },
		{ "-,4", { 0 } }, { " +2", { 0 } }, { " -9", { 0 } }, { "- 9", { 0 } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int ints[12] = { 0 }, count[2] = { UNTOUCHED, UNTOUCHED };

		get_options(table[i].text, ARRAY_SIZE(ints), ints);
		assert_memory_equal(ints, table[i].ints, sizeof(ints));
		get_options(table[i].text, 0, count);
		assert_int_equal(count[0], table[i].ints[0]);
		assert_int_equal(count[1], UNTOUCHED);
	}
}

static void lists_stop_where_the_room_ends(void **state)
{
	const char *list = "1,2,3,4", *range = "1-100,200";
	int ints[4] = { UNTOUCHED, UNTOUCHED, UNTOUCHED, UNTOUCHED };
	int one[1];

	assert_ptr_equal(get_options(list, 3, ints), list + 4);
	assert_int_equal(ints[0], 2);
	assert_int_equal(ints[2], 2);
	assert_int_equal(ints[3], UNTOUCHED);
	get_options(range, 3, ints);
	assert_int_equal(ints[0], 2);
	assert_int_equal(ints[3], UNTOUCHED);
	assert_ptr_equal(get_options(list, 1, one), list);
	assert_int_equal(one[0], 0);
}

static void counting_does_not_overflow(void **state)
{
	int count;

	get_options("0-2000000000,0-2000000000", 0, &count);
	assert_int_equal(count, INT_MAX);
	get_options("-2147483648-2147483647", 0, &count);
	assert_int_equal(count, INT_MAX);
	get_options("0-2000000000", 0, &count);
	assert_int_equal(count, 2000000001);
}

/* A list written from random ranges must give the same numbers back. */
static void written_lists_are_read_back(void **state)
{
	for (int round = 0; round < 5000; round++) {
		int want[64], got[64], n = 0;
		char text[256] = "", *end = text;

		while (n < 40 && chance_below(8)) {
			int first = (int)chance_below(2000) - 1000, len = 1 + chance_below(8);

			if (end != text)
				*end++ = ',';
			end += len == 1 ? sprintf(end, "%d", first)
					: sprintf(end, "%d-%d", first, first + len - 1);
			for (int i = 0; i < len; i++)
				want[n++] = first + i;
		}
		assert_ptr_equal(get_options(text, 64, got), end);
		assert_int_equal(got[0], n);
		assert_memory_equal(got + 1, want, n * sizeof(int));
	}
}

static void sizes_take_suffixes(void **state)
{
	static const struct {
		const char *text;
		u64 size;
		int read;
	} table[] = {
		{ "0", 0, 1 }, { "512", 512, 3 }, { "4K", 4096, 2 }, { "4k", 4096, 2 },
		{ "16M", 16ull << 20, 3 }, { "1m@2", 1ull << 20, 2 }, { "3G", 3ull << 30, 2 },
		{ "5g", 5ull << 30, 2 }, { "2T", 2ull << 40, 2 }, { "2t", 2ull << 40, 2 },
		{ "7P", 7ull << 50, 2 }, { "1E", 1ull << 60, 2 }, { "15e", 15ull << 60, 3 },
		{ "0x10K", 16384, 5 }, { "010", 8, 3 }, { "1KB", 1024, 2 }, { "1KK", 1024, 2 },
		{ "16E", U64_MAX, 3 }, { "18446744073709551615", U64_MAX, 20 },
		{ "18446744073709551616", U64_MAX, 20 }, { "17592186044416M", U64_MAX, 15 },
		{ "17592186044415M", U64_MAX - 0xfffff, 15 },
		{ "", 0, 0 }, { "K", 0, 0 }, { "-1", 0, 0 }, { " 1", 0, 0 }, { "x", 0, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char *end;

		if (memparse(table[i].text, &end) != table[i].size)
			fail_msg("memparse(\"%s\")", table[i].text);
		assert_ptr_equal(end, table[i].text + table[i].read);
		assert_true(memparse(table[i].text, NULL) == table[i].size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_number_says_what_follows),
		cmocka_unit_test(no_string_holds_no_number),
		cmocka_unit_test(lists_are_expanded_and_counted),
		cmocka_unit_test(lists_stop_where_the_room_ends),
		cmocka_unit_test(counting_does_not_overflow),
		cmocka_unit_test(written_lists_are_read_back),
		cmocka_unit_test(sizes_take_suffixes),
	};

	chance_start("cmdline");
	return cmocka_run_group_tests_name("cmdline", tests, NULL, NULL);
}
