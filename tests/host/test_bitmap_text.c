/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_bitmap_text.c - bitmaps out of text and into it
 *
 * LINK: lib/bitmap_text.c lib/bitmap.c lib/find.c lib/kstrtox.c lib/hex.c lib/random.c
 * LINK: lib/string.c lib/string_kernel.c lib/vsprintf.c lib/vsprintf_pointer.c
 */
#include <support.h>
#include <chance.h>

#include <lib/bitmap.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/vsprintf.h>

#define BITS	160

/* --- lists ----------------------------------------------------------------------------------- */

static void lists_are_read(void **state)
{
	static const struct {
		const char *text;
		int nbits, err;
		u64 map;
	} table[] = {
		{ "0", 64, 0, 1 }, { "63", 64, 0, 1ull << 63 }, { "0,2,4", 8, 0, 0x15 },
		{ "0-31", 64, 0, 0xffffffff }, { "32-63", 64, 0, 0xffffffff00000000 },
		{ "31-32", 64, 0, 0x180000000 }, { "3-3", 8, 0, 8 }, { "1,3-5,7", 8, 0, 0xba },
		{ "1 3-5\t7", 8, 0, 0xba }, { " ,, 1 ,,3-5, 7,\n", 8, 0, 0xba },
		{ "", 8, 0, 0 }, { "\n", 8, 0, 0 }, { ",,  ,,  , ,  ,\n", 8, 0, 0 },
		{ "1\n9999", 8, 0, 2 }, { "0-7\n junk", 8, 0, 0xff },
		{ "N", 8, 0, 0x80 }, { "0-N", 8, 0, 0xff }, { "N-N", 8, 0, 0x80 },
		{ "N", 64, 0, 1ull << 63 }, { "6-N,0", 8, 0, 0xc1 },
		{ "all", 8, 0, 0xff }, { "ALL", 33, 0, 0x1ffffffff }, { "1,All", 3, 0, 7 },
		{ "all:1/2", 8, 0, 0x55 }, { "0-7:1/2", 8, 0, 0x55 }, { "1-7:1/2", 8, 0, 0xaa },
		{ "0-31:2/8", 32, 0, 0x03030303 }, { "0-7:3/3", 8, 0, 0xff }, { "0-7:0/3", 8, 0, 0 },
		{ "0-7:2/3", 8, 0, 0xdb }, { "0-6:2/5", 8, 0, 0x63 }, { "0-0:1/N", 8, 0, 1 },
		{ "2-5:N/N", 8, 0, 0x3c }, { "1-5:1/4294967295", 8, 0, 2 },
		{ "0-31:1/3,1-31:1/3,2-31:1/3", 32, 0, 0xffffffff },

		{ "-1", 8, -EINVAL, 0 }, { "-0", 8, -EINVAL, 0 }, { "10-1", 64, -EINVAL, 0 },
		{ "a", 8, -EINVAL, 0 }, { "0-", 8, -EINVAL, 0 }, { "0-\n", 8, -EINVAL, 0 },
		{ "0-a", 8, -EINVAL, 0 }, { "a-3", 8, -EINVAL, 0 }, { "0-3:", 8, -EINVAL, 0 },
		{ "0-3:1", 8, -EINVAL, 0 }, { "0-3:1/", 8, -EINVAL, 0 }, { "0-3:1/0", 8, -EINVAL, 0 },
		{ "0-3:0/0", 8, -EINVAL, 0 }, { "0-3:2/1", 8, -EINVAL, 0 }, { "0-3:a/2", 8, -EINVAL, 0 },
		{ "0-3:1/a", 8, -EINVAL, 0 }, { "0-3:1/2x", 8, -EINVAL, 0 }, { "0-3x", 8, -EINVAL, 0 },
		{ "3:1/2", 8, -EINVAL, 0 }, { "0x3", 8, -EINVAL, 0 }, { "+3", 8, -EINVAL, 0 },
		{ "n", 8, -EINVAL, 0 }, { "NN", 8, -EINVAL, 0 }, { "allx", 8, -EINVAL, 0 },
		{ "al", 8, -EINVAL, 0 }, { "0--3", 8, -EINVAL, 0 }, { "1 - 3", 8, -EINVAL, 0 },
		{ "8", 8, -ERANGE, 0 }, { "0-8", 8, -ERANGE, 0 }, { "7,8", 8, -ERANGE, 0 },
		{ "4294967295", 8, -ERANGE, 0 }, { "9-10:1/2", 8, -ERANGE, 0 },
		{ "4294967296", 8, -EOVERFLOW, 0 }, { "0-4294967296", 8, -EOVERFLOW, 0 },
		{ "0-98765432123456789012345", 8, -EOVERFLOW, 0 },
		{ "0-3:1/4294967296", 8, -EOVERFLOW, 0 }, { "99999999999x", 8, -EOVERFLOW, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		unsigned long map[3] = { ~0ul, ~0ul, 0xfeedface };
		unsigned long want[2] = { BITMAP_FROM_U64(table[i].map) };
		int err = bitmap_parselist(table[i].text, map, table[i].nbits);

		if (err != table[i].err)
			fail_msg("\"%s\" gives %d, not %d", table[i].text, err, table[i].err);
		if (!err && !bitmap_equal(map, want, table[i].nbits))
			fail_msg("\"%s\" gives another map: %08lx%08lx", table[i].text, map[1],
				 map[0]);
		assert_int_equal(map[BITS_TO_LONGS(table[i].nbits)],
				 table[i].nbits > 32 ? 0xfeedface : ~0ul);
	}
}

/* --- hex ------------------------------------------------------------------------------------- */

static void hex_is_read(void **state)
{
	static const struct {
		const char *text;
		int nbits, err;
		u64 map;
	} table[] = {
		{ "0", 32, 0, 0 }, { "1", 32, 0, 1 }, { "deadbeef", 32, 0, 0xdeadbeef },
		{ "DeadBEEF", 32, 0, 0xdeadbeef }, { "1,0", 33, 0, 1ull << 32 },
		{ "1,2", 64, 0, 0x100000002 }, { "ff,1", 64, 0, 0xff00000001 },
		{ "80000000,0", 64, 0, 1ull << 63 }, { "", 32, 0, 0 }, { " , ,", 32, 0, 0 },
		{ " 1 , , 2 ", 64, 0, 0x100000002 }, { "1 2", 64, 0, 0x100000002 },
		{ "5\n77", 32, 0, 5 }, { "\n5", 32, 0, 0 }, { "00000001", 1, 0, 1 },
		{ "0,0,1", 32, 0, 1 }, { "1fffffff,ffffffff", 61, 0, 0x1fffffffffffffff },

		{ "x", 32, -EINVAL, 0 }, { "0x1", 32, -EINVAL, 0 }, { "1-2", 32, -EINVAL, 0 },
		{ "goodfood,1", 64, -EINVAL, 0 }, { "1,+2", 64, -EINVAL, 0 },
		{ "123456789", 64, -EOVERFLOW, 0 }, { "000000001", 64, -EOVERFLOW, 0 },
		{ "123456789,0", 64, -EOVERFLOW, 0 },
		{ "2", 1, -EOVERFLOW, 0 }, { "3,0", 33, -EOVERFLOW, 0 }, { "1,0", 32, -EOVERFLOW, 0 },
		{ "3fffffff,ffffffff", 61, -EOVERFLOW, 0 }, { "1,0,0", 64, -EOVERFLOW, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		unsigned long want[2] = { BITMAP_FROM_U64(table[i].map) };
		size_t len = __builtin_strlen(table[i].text);

		for (int bounded = 0; bounded < 2; bounded++) {
			unsigned long map[3] = { ~0ul, ~0ul, 0xfeedface };
			char *text = malloc(len + !bounded);	/* bounded: no NUL behind it */
			int err;

			__builtin_memcpy(text, table[i].text, len + !bounded);
			err = bitmap_parse(text, bounded ? len : UINT_MAX, map, table[i].nbits);
			if (err != table[i].err)
				fail_msg("\"%s\" gives %d, not %d", table[i].text, err,
					 table[i].err);
			if (!err && !bitmap_equal(map, want, table[i].nbits))
				fail_msg("\"%s\" gives another map", table[i].text);
			assert_int_equal(map[BITS_TO_LONGS(table[i].nbits)],
					 table[i].nbits > 32 ? 0xfeedface : ~0ul);
			free(text);
		}
	}
}

/* --- writing --------------------------------------------------------------------------------- */

/* Both texts, made bit by bit with the host's printf. */
static void model_texts(const unsigned long *map, int nbits, char *hex, char *list)
{
	const char *comma = "";

	*hex = *list = '\0';
	for (int chunk = (nbits - 1) / 32; nbits && chunk >= 0; chunk--) {
		int bits = min(32, nbits - chunk * 32);
		u32 value = 0;

		for (int i = 0; i < bits; i++)
			value |= (u32)test_bit(chunk * 32 + i, map) << i;
		hex += sprintf(hex, "%0*x%s", (bits + 3) / 4, value, chunk ? "," : "");
	}
	for (int start = 0, end; start < nbits; start = end + 1) {
		for (end = start; end < nbits && test_bit(end, map); end++)
			;
		if (end == start)
			continue;
		list += sprintf(list, "%s%d", comma, start);
		if (end - 1 > start)
			list += sprintf(list, "-%d", end - 1);
		comma = ",";
	}
}

static void what_is_written_is_as_the_model_and_read_back(void **state)
{
	for (int round = 0; round < 5000; round++) {
		int nbits = chance_below(BITS + 1), kind = chance_below(4);
		unsigned long map[BITS / 32], back[BITS / 32];
		char hex[64], list[1024], got[1024];

		for (int i = 0; i < BITS / 32; i++)
			map[i] = kind == 0 ? chance() & chance() & chance() : kind == 1 ? chance() :
				 kind == 2 ? ~0ul << chance_below(32) : ~0ul;
		model_texts(map, nbits, hex, list);
		assert_int_equal(snprintf(got, sizeof(got), "%*pb", nbits, map),
				 __builtin_strlen(hex));
		assert_string_equal(got, hex);
		assert_int_equal(bitmap_parse(got, UINT_MAX, back, nbits), 0);
		assert_true(bitmap_equal(map, back, nbits));
		assert_int_equal(snprintf(got, sizeof(got), "%*pbl", nbits, map),
				 __builtin_strlen(list));
		assert_string_equal(got, list);
		assert_int_equal(bitmap_parselist(got, back, nbits), 0);
		assert_true(bitmap_equal(map, back, nbits));
	}
}

static void large_maps_are_written(void **state)
{
	static unsigned long map[65536 / 32];
	static char text[65536];

	bitmap_set(map, 1, 20);
	bitmap_set(map, 60000, 15);
	snprintf(text, sizeof(text), "%*pbl", 65536, map);
	assert_string_equal(text, "1-20,60000-60014");
	assert_int_equal(snprintf(text, sizeof(text), "%*pb", 65536, map), 2048 * 9 - 1);
}

static void readers_get_the_piece_they_ask_for(void **state)
{
	unsigned long map[2] = { 0x0000f00f, 0x1 };
	const char *hex = "00000001,0000f00f\n", *list = "0-3,12-15,32\n";
	size_t hex_size = __builtin_strlen(hex) + 1, list_size = __builtin_strlen(list) + 1;

	for (size_t off = 0; off < 24; off++) {
		for (size_t count = 0; count < 24; count++) {
			size_t left = off < hex_size ? hex_size - off : 0;
			char got[24];

			__builtin_memset(got, '#', sizeof(got));
			assert_int_equal(bitmap_print_bitmask_to_buf(got, map, 64, off, count),
					 min(left, count));
			assert_memory_equal(got, hex + off, min(left, count));
			if (left < count)
				assert_int_equal(got[left], '#');
			left = off < list_size ? list_size - off : 0;
			assert_int_equal(bitmap_print_list_to_buf(got, map, 64, off, count),
					 min(left, count));
			assert_memory_equal(got, list + off, min(left, count));
		}
	}
}

static void pages_are_not_overrun(void **state)
{
	static char pages[8192] __aligned(4096);
	unsigned long map[2] = { 0x5, 0 };
	char *end = pages + 4096;

	assert_int_equal(bitmap_print_to_pagebuf(true, pages, map, 64), 4);
	assert_string_equal(pages, "0,2\n");
	assert_int_equal(bitmap_print_to_pagebuf(false, pages, map, 64), 18);
	assert_string_equal(pages, "00000000,00000005\n");
	*end = '#';
	assert_int_equal(bitmap_print_to_pagebuf(false, end - 6, map, 64), 5);
	assert_string_equal(end - 6, "00000");
	assert_int_equal(*end, '#');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_read),
		cmocka_unit_test(hex_is_read),
		cmocka_unit_test(what_is_written_is_as_the_model_and_read_back),
		cmocka_unit_test(large_maps_are_written),
		cmocka_unit_test(readers_get_the_piece_they_ask_for),
		cmocka_unit_test(pages_are_not_overrun),
	};

	chance_start("bitmap_text");
	return cmocka_run_group_tests_name("bitmap_text", tests, NULL, NULL);
}
