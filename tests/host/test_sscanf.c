/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_sscanf.c - values out of a text, against the host's sscanf
 *
 * Random formats on random texts, made of pieces that often match, are read by both. Where the
 * kernel's meaning is not C's (signs, numbers too large, the end of the text), known answers
 * stand here.
 *
 * LINK: lib/sscanf.c lib/kstrtox.c lib/string.c lib/string_kernel.c lib/bitmap.c
 */
#include <host_first.h>

/* The host's own, before its name is ours. */
static int (*const libc_sscanf)(const char *, const char *, ...) = sscanf;

#include <support.h>
#include <chance.h>

#include <lib/ctype.h>
#include <lib/limits.h>
#include <lib/sscanf.h>
#include <lib/string.h>

#define ROUNDS		300000u
#define CONVERSIONS	4u
#define ROOM		64u
#define DIGITS_MAX	7u

/* No sign where ours takes none; numbers fit all types but the shortest, which both reduce. */
static const char *const conversions[] = {
	"%d", "%i", "%u", "%x", "%X", "%o", "%hd", "%hhu", "%lx", "%lld", "%llx", "%zu", "%jd",
	"%td", "%3d", "%2x", "%1u", "%5i", "%*d", "%*3x", "%s", "%4s", "%*s", "%c", "%3c", "%*c",
	"%[a-c]", "%[^:]", "%5[^a-z]", "%[]x]", "%[^]]", "%*[0-9]", "%[a-]", "%n", "%hhn", "%%",
};
static const char *const between[] = { "", "", " ", ":", "-", ", ", "a", "x", "]" };
static const char *const pieces[] = {
	"0", "7", "12", "0x1f", "0X2", "077", "-5", "-0x3", "123456", "abc", "x]y", "zz ",
	" ", "\t\n", ":", "-", ", ", "%", "a", "x", "]", "\xe4", "9", "", " ", ":", "", ",",
};

#define ANY(array)	array[chance_below(sizeof(array) / sizeof(*(array)))]

static void make(char *text, char *fmt)
{
	*text = *fmt = '\0';
	for (unsigned int i = 0; i < CONVERSIONS; i++) {
		const char *literal = ANY(between);

		strcat(strcat(fmt, ANY(conversions)), literal);
		strcat(strcat(text, ANY(pieces)), chance_below(4) ? literal : ANY(pieces));
	}
}

/* More digits than every type holds: C saturates. */
static bool has_a_long_number(const char *text)
{
	unsigned int run = 0;

	for (; *text && run <= DIGITS_MAX; text++)
		run = isxdigit((u8)*text) ? run + 1 : 0;
	return run > DIGITS_MAX;
}

/* 0x and no digit behind it: the host counts the 0x as a number, the kernel only the 0. */
static bool has_a_bare_prefix(const char *text)
{
	while ((text = strpbrk(text, "xX")))
		if (!isxdigit((u8)*++text))
			return true;
	return false;
}

static bool meanings_differ(const char *text, const char *fmt)
{
	bool cuts_prefixes = strstr(fmt, "%2x") || strstr(fmt, "%*3x") || strstr(fmt, "%1u") ||
			     strstr(fmt, "%3d") || strstr(fmt, "%5i");

	return has_a_long_number(text) || has_a_bare_prefix(text) ||
	       (cuts_prefixes && strpbrk(text, "xX")) ||
	       (strpbrk(fmt, "uxXoz") && strchr(text, '-'));
}

static void it_reads_what_the_host_reads(void **state)
{
	unsigned int compared = 0, stored[CONVERSIONS + 1] = { 0 };
	char text[256], fmt[256], a[CONVERSIONS][ROOM], b[CONVERSIONS][ROOM];

	for (unsigned int n = 0; n < ROUNDS; n++) {
		int got, want;

		make(text, fmt);
		if (meanings_differ(text, fmt))
			continue;
		memset(a, '#', sizeof(a));
		memset(b, '#', sizeof(b));
		want = libc_sscanf(text, fmt, a[0], a[1], a[2], a[3]);
		got = sscanf(text, fmt, b[0], b[1], b[2], b[3]);
		if (got != (want < 0 ? 0 : want) || memcmp(a, b, sizeof(a)))
			fail_msg("\"%s\" by \"%s\": %d, want %d", text, fmt, got, want);
		compared++;
		stored[got]++;
	}
	printf("# %u compared; %u %u %u %u %u with 0 to 4 values\n", compared, stored[0], stored[1],
	       stored[2], stored[3], stored[4]);
	assert_true(compared > ROUNDS / 10);
	for (unsigned int i = 0; i <= CONVERSIONS; i++)
		assert_true(stored[i] > 50);
}

static void signs_belong_to_signed_conversions(void **state)
{
	int i = 99;
	unsigned int u = 99;
	long long ll;

	assert_int_equal(sscanf("-7", "%d", &i), 1);
	assert_int_equal(i, -7);
	assert_int_equal(sscanf("-0x10", "%i", &i), 1);
	assert_int_equal(i, -16);
	assert_int_equal(sscanf("-7", "%u", &u), 0);
	assert_int_equal(sscanf("-7", "%x", &u), 0);
	assert_int_equal(sscanf("+7", "%d", &i), 0);
	assert_int_equal(sscanf("-", "%d", &i), 0);
	assert_int_equal(sscanf("-5", "%1d", &i), 0);
	assert_true(u == 99 && i == -16);
	assert_int_equal(sscanf("-9223372036854775808", "%lld", &ll), 1);
	assert_true(ll == LLONG_MIN);
}

static void what_does_not_fit_is_reduced(void **state)
{
	u8 small[2] = { 0, 0x55 };
	unsigned int u;

	assert_int_equal(sscanf("257", "%hhu", small), 1);
	assert_true(small[0] == 1 && small[1] == 0x55);
	assert_int_equal(sscanf("4294967297", "%u", &u), 1);
	assert_int_equal(u, 1);
	assert_int_equal(sscanf("0x1F", "%2x", &u), 1);
	assert_int_equal(u, 0);			/* the width leaves no digit behind 0x */
}

static void the_end_of_the_text_is_no_error(void **state)
{
	char word[8] = "old", letter;
	int i = 1, n = -1;

	assert_int_equal(sscanf("", "%d", &i), 0);
	assert_int_equal(sscanf("", "%s", word), 0);
	assert_int_equal(sscanf("   ", "%d%n", &i, &n), 0);
	assert_int_equal(sscanf("a", "a%c", &letter), 0);
	assert_string_equal(word, "old");
	assert_int_equal(n, -1);
	assert_int_equal(sscanf("5", "%d%d", &i, &n), 1);
}

/* A format that ends in the middle, or names what is not known. Not literals: gcc would tell. */
static void odd_formats_end_the_reading(void **state)
{
	static const char *const odd[] = {
		"%", "%5", "%*", "%ll", "%[", "%[^", "%[]", "%[a-", "%q", "%f",
	};
	char word[ROOM];

	for (unsigned int i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		assert_in_range(sscanf("12", odd[i], word), 0, 1);
}

static void the_usual_lines_of_drivers(void **state)
{
	unsigned int a, b, c, d;
	char name[9];

	assert_int_equal(sscanf("eth0: 00:1b.3", "%8[^:]: %x:%x.%u", name, &a, &b, &c), 4);
	assert_string_equal(name, "eth0");
	assert_true(a == 0 && b == 0x1b && c == 3);
	assert_int_equal(sscanf("10.1.2.255\n", "%u.%u.%u.%u", &a, &b, &c, &d), 4);
	assert_true(a == 10 && d == 255);
	assert_int_equal(sscanf("640x480-16@60", "%ux%u-%u@%u", &a, &b, &c, &d), 4);
	assert_true(a == 640 && b == 480 && c == 16 && d == 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_reads_what_the_host_reads),
		cmocka_unit_test(signs_belong_to_signed_conversions),
		cmocka_unit_test(what_does_not_fit_is_reduced),
		cmocka_unit_test(the_end_of_the_text_is_no_error),
		cmocka_unit_test(odd_formats_end_the_reading),
		cmocka_unit_test(the_usual_lines_of_drivers),
	};

	chance_start("test_sscanf");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
