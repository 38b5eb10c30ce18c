/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_kstrtox.c - numbers out of text
 *
 * Good numbers are made by the host's printf and must come back; bad ones are in tables. Overflow is
 * held against the host's strtoull.
 *
 * LINK: lib/kstrtox.c lib/string.c
 */
#include <support.h>
#include <chance.h>

#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>

#define UNTOUCHED	0x5a

/* err of KSTRTO(text, base) into a variable of @type that must be untouched on error. */
#define CHECK(fn, type, text, base, want_err, want) do {			\
	type got_;								\
	int err_;								\
	__builtin_memset(&got_, UNTOUCHED, sizeof(got_));			\
	err_ = fn(text, base, &got_);						\
	if (err_ != (want_err))							\
		fail_msg(#fn "(\"%s\", %d) is %d, not %d", text, base, err_, want_err); \
	if (err_)								\
		for (size_t i_ = 0; i_ < sizeof(got_); i_++)			\
			assert_int_equal(((u8 *)&got_)[i_], UNTOUCHED);		\
	else if (got_ != (type)(want))						\
		fail_msg(#fn "(\"%s\", %d) reads another number", text, base);	\
} while (0)

static void what_printf_writes_is_read(void **state)
{
	static const struct {
		const char *fmt;
		unsigned int base;
	} forms[] = {
		{ "%llu", 0 }, { "%llu", 10 }, { "+%llu", 10 }, { "%llu\n", 0 }, { "0%llo", 0 },
		{ "%llo", 8 }, { "0x%llx", 0 }, { "0X%llX", 16 }, { "%llx", 16 }, { "+0x%llx\n", 16 },
	};

	for (int round = 0; round < 20000; round++) {
		unsigned int form = chance_below(ARRAY_SIZE(forms));
		u64 n = chance_u64();
		char text[40];

		sprintf(text, forms[form].fmt, n);
		CHECK(kstrtoull, u64, text, forms[form].base, 0, n);
		CHECK(kstrtou64, u64, text, forms[form].base, 0, n);
		CHECK(kstrtoll, s64, text, forms[form].base, n >> 63 ? -ERANGE : 0, n);
		CHECK(kstrtos64, s64, text, forms[form].base, n >> 63 ? -ERANGE : 0, n);
		CHECK(kstrtoul, unsigned long, text, forms[form].base, n > U32_MAX ? -ERANGE : 0, n);
		CHECK(kstrtol, long, text, forms[form].base, n > S32_MAX ? -ERANGE : 0, n);
		CHECK(kstrtouint, unsigned int, text, forms[form].base, n > U32_MAX ? -ERANGE : 0, n);
		CHECK(kstrtoint, int, text, forms[form].base, n > S32_MAX ? -ERANGE : 0, n);
		CHECK(kstrtou32, u32, text, forms[form].base, n > U32_MAX ? -ERANGE : 0, n);
		CHECK(kstrtos32, s32, text, forms[form].base, n > S32_MAX ? -ERANGE : 0, n);
		CHECK(kstrtou16, u16, text, forms[form].base, n > 65535 ? -ERANGE : 0, n);
		CHECK(kstrtos16, s16, text, forms[form].base, n > 32767 ? -ERANGE : 0, n);
		CHECK(kstrtou8, u8, text, forms[form].base, n > 255 ? -ERANGE : 0, n);
		CHECK(kstrtos8, s8, text, forms[form].base, n > 127 ? -ERANGE : 0, n);
	}
}

static void negative_numbers_are_read_by_signed_forms_only(void **state)
{
	for (int round = 0; round < 20000; round++) {
		u64 magnitude = chance_u64();
		s64 n = -magnitude;
		bool fits = magnitude <= 1ull << 63;
		char text[40];

		sprintf(text, "-%llu", magnitude);
		CHECK(kstrtoll, s64, text, 10, fits ? 0 : -ERANGE, n);
		CHECK(kstrtoint, int, text, 0, fits && n >= INT_MIN ? 0 : -ERANGE, n);
		CHECK(kstrtos16, s16, text, 10, fits && n >= -32768 ? 0 : -ERANGE, n);
		CHECK(kstrtos8, s8, text, 10, fits && n >= -128 ? 0 : -ERANGE, n);
		CHECK(kstrtoull, u64, text, 10, -EINVAL, 0);
		CHECK(kstrtouint, unsigned int, text, 10, -EINVAL, 0);
		CHECK(kstrtou8, u8, text, 10, -EINVAL, 0);
	}
}

static void edges_of_types_are_exact(void **state)
{
	CHECK(kstrtoull, u64, "18446744073709551615", 0, 0, U64_MAX);
	CHECK(kstrtoull, u64, "18446744073709551616", 0, -ERANGE, 0);
	CHECK(kstrtoull, u64, "0xffffffffffffffff", 0, 0, U64_MAX);
	CHECK(kstrtoull, u64, "0x10000000000000000", 0, -ERANGE, 0);
	CHECK(kstrtoull, u64, "36893488147419103232", 10, -ERANGE, 0);	/* 2^65: low bits are 0 */
	CHECK(kstrtoll, s64, "9223372036854775807", 0, 0, S64_MAX);
	CHECK(kstrtoll, s64, "9223372036854775808", 0, -ERANGE, 0);
	CHECK(kstrtoll, s64, "-9223372036854775808", 0, 0, S64_MIN);
	CHECK(kstrtoll, s64, "-9223372036854775809", 0, -ERANGE, 0);
	CHECK(kstrtouint, unsigned int, "4294967295", 0, 0, U32_MAX);
	CHECK(kstrtouint, unsigned int, "4294967296", 0, -ERANGE, 0);
	CHECK(kstrtoint, int, "-2147483648", 0, 0, INT_MIN);
	CHECK(kstrtoint, int, "-2147483649", 0, -ERANGE, 0);
	CHECK(kstrtoint, int, "-0", 0, 0, 0);
	CHECK(kstrtou8, u8, "255", 0, 0, 255);
	CHECK(kstrtou8, u8, "256", 0, -ERANGE, 0);
	CHECK(kstrtoint, int, "zz", 36, 0, 35 * 36 + 35);
	CHECK(kstrtoint, int, "101", 2, 0, 5);
}

static void what_is_malformed_is_refused(void **state)
{
	static const struct {
		const char *text;
		int base;
	} bad[] = {
		{ "", 0 }, { "\n", 0 }, { "+", 0 }, { "-", 0 }, { "++1", 0 }, { "--1", 0 },
		{ "+-1", 0 }, { "-+1", 0 }, { " 1", 0 }, { "1 ", 0 }, { "\t1", 10 }, { "1\n\n", 10 },
		{ "\n1", 10 }, { "1\n ", 10 }, { "1x", 10 }, { "x", 10 }, { "08", 0 }, { "8", 8 },
		{ "2", 2 }, { "0x", 0 }, { "0x", 16 }, { "0xg", 16 }, { "0xg", 0 }, { "0x1", 10 },
		{ "0x1", 8 }, { "a", 10 }, { "g", 16 }, { "1,2", 0 }, { "1.0", 0 }, { "0x-1", 16 },
		{ "- 1", 10 }, { "0x 1", 0 }, { "\0" "1", 0 }, { "1\xb2", 10 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CHECK(kstrtoull, u64, bad[i].text, bad[i].base, -EINVAL, 0);
		CHECK(kstrtoll, s64, bad[i].text, bad[i].base, -EINVAL, 0);
		CHECK(kstrtou8, u8, bad[i].text, bad[i].base, -EINVAL, 0);
		CHECK(kstrtos8, s8, bad[i].text, bad[i].base, -EINVAL, 0);
	}
}

static void bool_is_told_by_its_first_letters(void **state)
{
	static const char *const yes[] = { "y", "Y", "yes", "1", "on", "ON", "t", "T", "y\n", "1x" };
	static const char *const no[] = { "n", "N", "no", "0", "of", "OFF", "off", "f", "F", "0\n" };
	static const char *const neither[] = { "", "o", "x", "2", "\n", " y", "oo", "-1" };
	bool b;

	for (size_t i = 0; i < ARRAY_SIZE(yes); i++) {
		b = false;
		assert_int_equal(kstrtobool(yes[i], &b), 0);
		assert_true(b);
	}
	for (size_t i = 0; i < ARRAY_SIZE(no); i++) {
		b = true;
		assert_int_equal(kstrtobool(no[i], &b), 0);
		assert_false(b);
	}
	for (size_t i = 0; i < ARRAY_SIZE(neither); i++) {
		b = true;
		assert_int_equal(kstrtobool(neither[i], &b), -EINVAL);
		assert_true(b);
	}
	assert_int_equal(kstrtobool(NULL, &b), -EINVAL);
}

static void front_numbers_say_where_they_stop(void **state)
{
	static const struct {
		const char *text;
		unsigned int base;
		s64 value;
		unsigned int read;
	} table[] = {
		{ "12,3", 0, 12, 2 }, { "0x1fK", 0, 31, 4 }, { "010-", 0, 8, 3 }, { "0xg", 0, 0, 1 },
		{ "0x", 16, 0, 1 }, { "ff", 16, 255, 2 }, { "x", 0, 0, 0 }, { "", 0, 0, 0 },
		{ "089", 0, 0, 1 }, { " 1", 0, 0, 0 }, { "+1", 0, 0, 0 }, { "-12z", 10, -12, 3 },
		{ "-", 10, 0, 1 }, { "-0x10", 0, -16, 5 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		const char *text = table[i].text;
		bool minus = text[0] == '-';
		char *end;

		assert_int_equal(simple_strtol(text, &end, table[i].base), table[i].value);
		assert_ptr_equal(end, text + table[i].read);
		assert_true(simple_strtoll(text, NULL, table[i].base) == table[i].value);
		assert_int_equal(simple_strtoul(text + minus, &end, table[i].base),
				 minus ? -table[i].value : table[i].value);
		assert_ptr_equal(end, text + table[i].read);
	}
	assert_true(simple_strtoull("18446744073709551617", NULL, 10) == 1);	/* modulo 2^64 */
}

static void digits_overflow_exactly_when_libc_says(void **state)
{
	for (int round = 0; round < 20000; round++) {
		unsigned int base = 2 + chance_below(35), n = chance_below(70);
		char text[72], *end;
		bool overflow;
		u64 value, want;

		for (unsigned int i = 0; i < n; i++)
			text[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[chance_below(base)];
		text[n] = '\0';
		if (base == 16 && n > 1 && text[0] == '0')
			text[0] = '1';			/* strtoull would take 0x for a prefix */
		errno = 0;
		want = strtoull(text, &end, base);
		assert_int_equal(parse_digits(text, SIZE_MAX, base, &value, &overflow), n);
		assert_int_equal(overflow, errno == ERANGE);
		if (!overflow)
			assert_true(value == want);
		assert_int_equal(parse_digits(text, n / 2, base, &value, &overflow), n / 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_printf_writes_is_read),
		cmocka_unit_test(negative_numbers_are_read_by_signed_forms_only),
		cmocka_unit_test(edges_of_types_are_exact),
		cmocka_unit_test(what_is_malformed_is_refused),
		cmocka_unit_test(bool_is_told_by_its_first_letters),
		cmocka_unit_test(front_numbers_say_where_they_stop),
		cmocka_unit_test(digits_overflow_exactly_when_libc_says),
	};

	chance_start("kstrtox");
	return cmocka_run_group_tests_name("kstrtox", tests, NULL, NULL);
}
