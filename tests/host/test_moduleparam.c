/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_moduleparam.c - words of the command line reach the variables they name
 *
 * The linker gathers the entries of section .init.params in the kernel; here the test gives
 * kernel_param_set() tables of its own, and module_param() is checked by the entry it makes.
 *
 * LINK: lib/moduleparam.c lib/kstrtox.c lib/string.c lib/string_kernel.c lib/vsprintf.c lib/vsprintf_pointer.c lib/hexdump.c lib/div64.c lib/find.c lib/random.c lib/bitmap.c lib/bitmap_text.c
 */
#include <support.h>

#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/limits.h>
#include <lib/moduleparam.h>

static unsigned char v_byte;
static short v_short;
static unsigned short v_ushort;
static int v_int;
static unsigned int v_uint, v_hexint;
static long v_long;
static unsigned long v_ulong;
static unsigned long long v_ullong;
static bool v_bool, v_invbool;
static char *v_charp;
static char v_text[8];
static int v_array[4];
static unsigned int v_count;

static const struct kparam_string text_of_8 = { sizeof(v_text), v_text };
static const struct kparam_array array_of_4 = {
	4, sizeof(int), &v_count, &param_ops_int, v_array
};

#define PARAM(name, type) { "drivers/char/my-ring.c", #name, &param_ops_##type, &v_##name }

static const struct kernel_param table[] = {
	PARAM(byte, byte), PARAM(short, short), PARAM(ushort, ushort), PARAM(int, int),
	PARAM(uint, uint), PARAM(long, long), PARAM(ulong, ulong), PARAM(ullong, ullong),
	PARAM(hexint, hexint), PARAM(bool, bool), PARAM(invbool, invbool), PARAM(charp, charp),
	{ "my-ring", "some_text", &param_ops_string, (void *)&text_of_8 },
	{ "my-ring", "array", &param_ops_array, (void *)&array_of_4 },
	{ "other.c", "int", &param_ops_int, &v_uint },
};

static int set(const char *name, const char *value)
{
	return kernel_param_set(table, table + ARRAY_SIZE(table), name, value);
}

static void numbers_are_read_in_their_range(void **state)
{
	assert_int_equal(set("my-ring.byte", "255"), 0);
	assert_int_equal(v_byte, 255);
	assert_int_equal(set("my-ring.byte", "256"), -ERANGE);
	assert_int_equal(v_byte, 255);
	assert_int_equal(set("my-ring.short", "-32768"), 0);
	assert_int_equal(v_short, -32768);
	assert_int_equal(set("my-ring.short", "32768"), -ERANGE);
	assert_int_equal(set("my-ring.ushort", "65535"), 0);
	assert_int_equal(v_ushort, 65535);
	assert_int_equal(set("my-ring.int", "-5"), 0);
	assert_int_equal(v_int, -5);
	assert_int_equal(set("my-ring.uint", "-5"), -EINVAL);
	assert_int_equal(set("my-ring.uint", "4294967295"), 0);
	assert_int_equal(v_uint, UINT_MAX);
	assert_int_equal(set("my-ring.long", "0x7fffffff"), 0);
	assert_int_equal(v_long, LONG_MAX);
	assert_int_equal(set("my-ring.ulong", "010"), 0);
	assert_int_equal(v_ulong, 8);
	assert_int_equal(set("my-ring.ullong", "18446744073709551615"), 0);
	assert_true(v_ullong == ULLONG_MAX);
	assert_int_equal(set("my-ring.hexint", "0xBEEF"), 0);
	assert_int_equal(v_hexint, 0xBEEF);
	assert_int_equal(set("my-ring.int", "5x"), -EINVAL);
	assert_int_equal(set("my-ring.int", ""), -EINVAL);
	assert_int_equal(v_int, -5);
}

static void a_bare_name_says_yes(void **state)
{
	assert_int_equal(set("my-ring.bool", ""), 0);
	assert_true(v_bool);
	assert_int_equal(set("my-ring.bool", "n"), 0);
	assert_false(v_bool);
	assert_int_equal(set("my-ring.bool", "maybe"), -EINVAL);
	v_invbool = true;
	assert_int_equal(set("my-ring.invbool", ""), 0);
	assert_false(v_invbool);
	assert_int_equal(set("my-ring.invbool", "0"), 0);
	assert_true(v_invbool);
	assert_int_equal(set("my-ring.invbool", "?"), -EINVAL);
	assert_true(v_invbool);
}

static void text_is_kept_or_copied(void **state)
{
	static const char word[] = "words";

	assert_int_equal(set("my-ring.charp", word), 0);
	assert_ptr_equal(v_charp, word);
	assert_int_equal(set("my-ring.some_text", "1234567"), 0);
	assert_string_equal(v_text, "1234567");
	assert_int_equal(set("my-ring.some_text", "12345678"), -ENOSPC);
	assert_string_equal(v_text, "1234567");
}

static void arrays_are_filled_up_to_their_size(void **state)
{
	assert_int_equal(set("my-ring.array", "1,-2,3"), 0);
	assert_int_equal(v_count, 3);
	assert_int_equal(v_array[1], -2);
	assert_int_equal(v_array[2], 3);
	assert_int_equal(set("my-ring.array", "7"), 0);
	assert_int_equal(v_count, 1);
	assert_int_equal(set("my-ring.array", "1,2,3,4"), 0);
	assert_int_equal(set("my-ring.array", "1,2,3,4,5"), -EINVAL);
	assert_int_equal(set("my-ring.array", "1,,2"), -EINVAL);
	assert_int_equal(set("my-ring.array", "000000000000000000000000000000000001"), -EINVAL);
	assert_int_equal(v_count, 4);
}

static void names_match_in_full(void **state)
{
	assert_int_equal(set("my_ring.some-text", "x"), 0);
	assert_int_equal(set("other.int", "3"), 0);
	assert_int_equal(v_uint, 3);
	assert_int_equal(set("ring.int", "3"), -ENOENT);
	assert_int_equal(set("my-rin.int", "3"), -ENOENT);
	assert_int_equal(set("my-ringo.int", "3"), -ENOENT);
	assert_int_equal(set("my-ring.in", "3"), -ENOENT);
	assert_int_equal(set("my-ring.intx", "3"), -ENOENT);
	assert_int_equal(set("my-ring", "3"), -ENOENT);
	assert_int_equal(set("my-ring.c.int", "3"), -ENOENT);
	assert_int_equal(set("", "3"), -ENOENT);
	assert_int_equal(set(".int", "3"), -ENOENT);
}

static void values_print_as_they_read(void **state)
{
	static const struct { const char *name, *text; } cases[] = {
		{ "byte", "200\n" }, { "short", "-3\n" }, { "ushort", "65535\n" },
		{ "int", "-2147483648\n" }, { "uint", "4294967295\n" }, { "long", "-1\n" },
		{ "ulong", "17\n" }, { "ullong", "18446744073709551615\n" },
		{ "hexint", "0x00beef\n" }, { "bool", "Y\n" }, { "invbool", "N\n" },
		{ "charp", "some words\n" }, { "some_text", "abc\n" }, { "array", "1,-2,3\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		static char value[32], buffer[4096], name[32];
		int len;

		snprintf(name, sizeof(name), "my-ring.%s", cases[i].name);
		snprintf(value, sizeof(value), "%s", cases[i].text);
		value[strlen(value) - 1] = '\0';
		assert_int_equal(set(name, value), 0);
		len = table[i].ops->get(buffer, &table[i]);
		if (strcmp(cases[i].name, "charp") == 0)
			assert_ptr_equal(v_charp, value);
		assert_string_equal(buffer, cases[i].text);
		assert_int_equal(len, strlen(cases[i].text));
	}
}

/* --- the macros -------------------------------------------------------------------------------- */

static int rounds = 3;
module_param(rounds, int, 0444);

static bool loud;
module_param_named(quiet, loud, invbool, 0);

static unsigned long sizes[3];
static unsigned int sizes_count;
module_param_array(sizes, ulong, &sizes_count, 0);

static char title[10];
module_param_string(title, title, sizeof(title), 0);

static void the_macros_make_good_entries(void **state)
{
	const struct kernel_param own[] = {
		kernel_param_rounds, kernel_param_quiet, kernel_param_sizes, kernel_param_title,
	};
	const struct kernel_param *end = own + ARRAY_SIZE(own);

	assert_int_equal(kernel_param_set(own, end, "test_moduleparam.rounds", "12"), 0);
	assert_int_equal(rounds, 12);
	assert_int_equal(kernel_param_set(own, end, "test_moduleparam.quiet", "0"), 0);
	assert_true(loud);
	assert_int_equal(kernel_param_set(own, end, "test_moduleparam.sizes", "4,5"), 0);
	assert_int_equal(sizes_count, 2);
	assert_int_equal(sizes[1], 5);
	assert_int_equal(kernel_param_set(own, end, "test-moduleparam.title", "Ring"), 0);
	assert_string_equal(title, "Ring");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_in_their_range),
		cmocka_unit_test(a_bare_name_says_yes),
		cmocka_unit_test(text_is_kept_or_copied),
		cmocka_unit_test(arrays_are_filled_up_to_their_size),
		cmocka_unit_test(names_match_in_full),
		cmocka_unit_test(values_print_as_they_read),
		cmocka_unit_test(the_macros_make_good_entries),
	};

	return cmocka_run_group_tests_name("moduleparam", tests, NULL, NULL);
}
