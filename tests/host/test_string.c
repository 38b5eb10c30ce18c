/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_string.c - lib/string.c, lib/string_kernel.c and ctype.h
 *
 * What C has is held against the host's libc with random input, cut to size on the heap so that
 * AddressSanitizer sees every byte too many. What C does not have is held against tables.
 *
 * LINK: lib/string.c lib/string_kernel.c
 */
#include <host_first.h>

/* The host's own, before their names are ours. */
static void *(*const libc_memchr)(const void *, int, size_t) = memchr;
static int (*const libc_memcmp)(const void *, const void *, size_t) = memcmp;
static void *(*const libc_memmove)(void *, const void *, size_t) = memmove;
static void *(*const libc_memset)(void *, int, size_t) = memset;
static char *(*const libc_strchr)(const char *, int) = strchr;
static char *(*const libc_strrchr)(const char *, int) = strrchr;
static int (*const libc_strcmp)(const char *, const char *) = strcmp;
static int (*const libc_strncmp)(const char *, const char *, size_t) = strncmp;
static int (*const libc_strcasecmp)(const char *, const char *) = strcasecmp;
static int (*const libc_strncasecmp)(const char *, const char *, size_t) = strncasecmp;
static size_t (*const libc_strlen)(const char *) = strlen;
static size_t (*const libc_strnlen)(const char *, size_t) = strnlen;
static size_t (*const libc_strspn)(const char *, const char *) = strspn;
static size_t (*const libc_strcspn)(const char *, const char *) = strcspn;
static char *(*const libc_strpbrk)(const char *, const char *) = strpbrk;
static char *(*const libc_strstr)(const char *, const char *) = strstr;
static char *(*const libc_strncpy)(char *, const char *, size_t) = strncpy;
static char *(*const libc_strncat)(char *, const char *, size_t) = strncat;
static char *(*const libc_strsep)(char **, const char *) = strsep;
#define CTYPE(name) static int libc_##name(int c) { return name(c); }
CTYPE(isalnum) CTYPE(isalpha) CTYPE(iscntrl) CTYPE(isdigit) CTYPE(isgraph) CTYPE(islower)
CTYPE(isprint) CTYPE(ispunct) CTYPE(isspace) CTYPE(isupper) CTYPE(isxdigit)
CTYPE(tolower) CTYPE(toupper)

#include <support.h>
#include <chance.h>
#include <lib/ctype.h>
#include <lib/errno.h>
#include <lib/string.h>
#include <lib/string_words.h>

#define ROUNDS	20000
#define ARENA	160

static void fill_randomly(unsigned char *p, size_t n)
{
	while (n--)
		*p++ = chance();
}

/* A copy on the heap with nothing behind it. */
static void *cut_to_size(const void *from, size_t n)
{
	return libc_memmove(malloc(n ? n : 1), from, n);
}

/* A string of few different letters, so that searches and comparisons get somewhere. */
static char *random_string(size_t max)
{
	size_t n = chance_below(max + 1);
	char *s = malloc(n + 1);

	for (size_t i = 0; i < n; i++)
		s[i] = "abAB\xe1"[chance_below(5)];
	s[n] = '\0';
	return s;
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* --- bytes ----------------------------------------------------------------------------------- */

static void bytes_move_as_in_libc(void **state)
{
	unsigned char start[ARENA], ours[ARENA], theirs[ARENA];

	for (int round = 0; round < ROUNDS; round++) {
		size_t n = chance_below(64), to = chance_below(90), from = chance_below(90);
		bool apart = to + n <= from || from + n <= to;

		fill_randomly(start, ARENA);
		libc_memmove(ours, start, ARENA);
		libc_memmove(theirs, start, ARENA);
		libc_memmove(theirs + to, theirs + from, n);
		assert_ptr_equal((apart ? memcpy : memmove)(ours + to, ours + from, n), ours + to);
		assert_memory_equal(ours, theirs, ARENA);
	}
}

static void bytes_are_set_as_in_libc(void **state)
{
	unsigned char ours[ARENA], theirs[ARENA];

	for (int round = 0; round < ROUNDS; round++) {
		size_t n = chance_below(64), at = chance_below(90);
		int c = (int)chance();

		fill_randomly(ours, ARENA);
		libc_memmove(theirs, ours, ARENA);
		libc_memset(theirs + at, c, n);
		assert_ptr_equal(memset(ours + at, c, n), ours + at);
		assert_memory_equal(ours, theirs, ARENA);
	}
}

static void bytes_are_compared_and_found_as_in_libc(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		size_t n = chance_below(24);
		unsigned char raw[24], *a, *b;
		int c;

		fill_randomly(raw, n);
		a = cut_to_size(raw, n);
		b = cut_to_size(raw, n);
		if (n && chance_below(4))
			b[chance_below(n)] = chance();
		c = n && chance_below(2) ? a[chance_below(n)] : chance();
		assert_int_equal(sign(memcmp(a, b, n)), sign(libc_memcmp(a, b, n)));
		assert_ptr_equal(memchr(a, c, n), libc_memchr(a, c, n));
		free(a);
		free(b);
	}
}

static void odd_byte_out_is_found(void **state)
{
	char letters[] = "abc";

	for (int round = 0; round < ROUNDS; round++) {
		size_t n = chance_below(24), at = chance_below(24);
		u8 c = chance(), *p = malloc(n ? n : 1);

		libc_memset(p, c, n);
		assert_null(memchr_inv(p, c, n));
		if (at < n) {
			p[at] ^= 1u << chance_below(8);
			assert_ptr_equal(memchr_inv(p, c, n), p + at);
			assert_ptr_equal(memscan(p, p[at], n), p + at);
		}
		assert_ptr_equal(memscan(p, c ^ 0x100, 0), p);
		free(p);
	}
	assert_ptr_equal(memscan(letters, 'x', 3), letters + 3);
}

static void wide_fills_count_elements(void **state)
{
	for (size_t n = 0; n < 9; n++) {
		u16 a[10];
		u32 b[10];
		u64 c[10];

		libc_memset(a, 0xee, sizeof(a));
		libc_memset(b, 0xee, sizeof(b));
		libc_memset(c, 0xee, sizeof(c));
		assert_ptr_equal(memset16(a, 0x1234, n), a);
		assert_ptr_equal(memset32(b, 0x12345678, n), b);
		assert_ptr_equal(memset64(c, 0x123456789abcdef0ull, n), c);
		for (size_t i = 0; i < 10; i++) {
			assert_int_equal(a[i], i < n ? 0x1234 : 0xeeee);
			assert_int_equal(b[i], i < n ? 0x12345678u : 0xeeeeeeeeu);
			assert_true(c[i] == (i < n ? 0x123456789abcdef0ull : 0xeeeeeeeeeeeeeeeeull));
		}
	}
}

/* The kernel uses rep movsl and rep stosl, the host tests loops: both must do the same. */
static void words_by_rep_are_words_by_loop(void **state)
{
	for (size_t words = 0; words < 9; words++) {
		unsigned char from[48], rep[48] = { 0 }, loop[48] = { 0 };

		fill_randomly(from, sizeof(from));
		copy_words_rep(rep + 1, from + 3, words);
		copy_words_loop(loop + 1, from + 3, words);
		assert_memory_equal(rep, loop, sizeof(rep));
		assert_memory_equal(rep + 1, from + 3, words * 4);
		fill_words_rep(rep + 2, 0xa1b2c3d4, words);
		fill_words_loop(loop + 2, 0xa1b2c3d4, words);
		assert_memory_equal(rep, loop, sizeof(rep));
	}
}

struct sandwich {
	u8 top;
	u32 filling;
	u16 bottom;
};

static void parts_of_structures_are_set(void **state)
{
	struct sandwich s;
	u8 *bytes = (u8 *)&s;
	size_t start = offsetof(struct sandwich, filling);

	libc_memset(&s, 1, sizeof(s));
	memset_after(&s, 7, filling);
	for (size_t i = 0; i < sizeof(s); i++)
		assert_int_equal(bytes[i], i < start + sizeof(s.filling) ? 1 : 7);
	libc_memset(&s, 1, sizeof(s));
	memset_startat(&s, 7, filling);
	for (size_t i = 0; i < sizeof(s); i++)
		assert_int_equal(bytes[i], i < start ? 1 : 7);
	memzero_explicit(&s, sizeof(s));
	for (size_t i = 0; i < sizeof(s); i++)
		assert_int_equal(bytes[i], 0);
}

static void arrays_without_end_take_strings(void **state)
{
	char dst[6] = "......";

	strtomem(dst, "abc");
	assert_memory_equal(dst, "abc...", 6);
	strtomem(dst, "abcdefgh");
	assert_memory_equal(dst, "abcdef", 6);
	strtomem_pad(dst, "xy", '#');
	assert_memory_equal(dst, "xy####", 6);
	strtomem_pad(dst, "abcdefgh", '#');
	assert_memory_equal(dst, "abcdef", 6);
}

/* --- strings as in C ------------------------------------------------------------------------- */

static void strings_are_measured_and_compared_as_in_libc(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		char *a = random_string(6), *b = random_string(6);
		size_t n = chance_below(8);

		assert_int_equal(strlen(a), libc_strlen(a));
		assert_int_equal(strnlen(a, n), libc_strnlen(a, n));
		assert_int_equal(sign(strcmp(a, b)), sign(libc_strcmp(a, b)));
		assert_int_equal(sign(strncmp(a, b, n)), sign(libc_strncmp(a, b, n)));
		assert_int_equal(sign(strcasecmp(a, b)), sign(libc_strcasecmp(a, b)));
		assert_int_equal(sign(strncasecmp(a, b, n)), sign(libc_strncasecmp(a, b, n)));
		free(a);
		free(b);
	}
}

static void strings_are_searched_as_in_libc(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		char *s = random_string(12), *set = random_string(2);
		int c = "abAB\xe1x"[chance_below(7)];

		assert_ptr_equal(strchr(s, c), libc_strchr(s, c));
		assert_ptr_equal(strrchr(s, c), libc_strrchr(s, c));
		assert_ptr_equal(strchrnul(s, c), libc_strchr(s, c) ? libc_strchr(s, c)
								    : s + libc_strlen(s));
		assert_int_equal(strspn(s, set), libc_strspn(s, set));
		assert_int_equal(strcspn(s, set), libc_strcspn(s, set));
		assert_ptr_equal(strpbrk(s, set), libc_strpbrk(s, set));
		assert_ptr_equal(strstr(s, set), libc_strstr(s, set));
		assert_ptr_equal(strnstr(s, set, libc_strlen(s)), libc_strstr(s, set));
		assert_int_equal(strstarts(s, set), libc_strstr(s, set) == s);
		assert_int_equal(str_has_prefix(s, set),
				 libc_strstr(s, set) == s ? libc_strlen(set) : 0);
		free(s);
		free(set);
	}
}

static void strings_are_copied_as_in_libc(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		char *a = random_string(8), *b = random_string(8);
		size_t n = chance_below(10);
		char ours[20], theirs[20];

		libc_memset(ours, '#', sizeof(ours));
		libc_memset(theirs, '#', sizeof(theirs));
		assert_ptr_equal(strncpy(ours, a, n), ours);
		libc_strncpy(theirs, a, n);
		assert_memory_equal(ours, theirs, sizeof(ours));

		assert_ptr_equal(strcpy(ours, a), ours);
		assert_ptr_equal(stpcpy(theirs, a), theirs + libc_strlen(a));
		assert_string_equal(ours, a);
		assert_string_equal(theirs, a);
		assert_ptr_equal(strncat(ours, b, n), ours);
		libc_strncat(theirs, b, n);
		assert_string_equal(ours, theirs);

		strcpy(ours, a);
		assert_ptr_equal(strcat(ours, b), ours);
		assert_memory_equal(ours, a, libc_strlen(a));
		assert_string_equal(ours + libc_strlen(a), b);
		free(a);
		free(b);
	}
}

static void tokens_are_cut_as_in_libc(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		char *a = random_string(12), *b = cut_to_size(a, libc_strlen(a) + 1);
		char *rest_a = a, *rest_b = b;

		for (;;) {
			char *ours = strsep(&rest_a, "aB"), *theirs = libc_strsep(&rest_b, "aB");

			if (!theirs) {
				assert_null(ours);
				assert_null(rest_a);
				break;
			}
			assert_int_equal(ours - a, theirs - b);
			assert_string_equal(ours, theirs);
		}
		free(a);
		free(b);
	}
}

static void bounded_copies_tell_the_length_wanted(void **state)
{
	char dst[6] = "#####";

	assert_int_equal(strlcpy(dst, "abc", 0), 3);
	assert_string_equal(dst, "#####");
	assert_int_equal(strlcpy(dst, "abc", 3), 3);
	assert_memory_equal(dst, "ab\0##", 6);
	assert_int_equal(strlcpy(dst, "abc", 4), 3);
	assert_memory_equal(dst, "abc\0#", 6);
	assert_int_equal(strlcat(dst, "defgh", sizeof(dst)), 8);
	assert_string_equal(dst, "abcde");
	assert_int_equal(strlcat(dst, "xyz", 3), 6);		/* no room even for what is there */
	assert_string_equal(dst, "abcde");
}

/* --- strings as in kernels ------------------------------------------------------------------- */

static void strscpy_cuts_and_says_so(void **state)
{
	static const struct {
		const char *src;
		size_t size;
		ssize_t result;
		const char *dst, *padded;	/* six bytes each, # is untouched */
	} table[] = {
		{ "abc", 0, -E2BIG, "######", "######" },
		{ "abc", 1, -E2BIG, "\0#####", "\0#####" },
		{ "abc", 2, -E2BIG, "a\0####", "a\0####" },
		{ "abc", 3, -E2BIG, "ab\0###", "ab\0###" },
		{ "abc", 4, 3, "abc\0##", "abc\0##" },
		{ "abc", 5, 3, "abc\0##", "abc\0\0#" },
		{ "abc", 6, 3, "abc\0##", "abc\0\0\0" },
		{ "", 1, 0, "\0#####", "\0#####" },
		{ "", 3, 0, "\0#####", "\0\0\0###" },
		{ "abc", (size_t)-1, -E2BIG, "######", "######" },
		{ "abc", 0x80000000u, -E2BIG, "######", "######" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char *src = cut_to_size(table[i].src, libc_strlen(table[i].src) + 1);
		char dst[7] = "######", padded[7] = "######";

		assert_int_equal(strscpy(dst, src, table[i].size), table[i].result);
		assert_memory_equal(dst, table[i].dst, 6);
		assert_int_equal(strscpy_pad(padded, src, table[i].size), table[i].result);
		assert_memory_equal(padded, table[i].padded, 6);
		free(src);
	}
}

static void strscpy_reads_no_more_than_it_may_copy(void **state)
{
	char *src = cut_to_size("abcd", 4);	/* no NUL: reading on is an error that ASan sees */
	char dst[5];

	assert_int_equal(strscpy(dst, src, 4), -E2BIG);
	assert_string_equal(dst, "abc");
	free(src);
}

static void strnchr_stays_inside(void **state)
{
	char *s = cut_to_size("abc", 3);	/* no NUL */
	const char ended[] = "abc";

	assert_ptr_equal(strnchr(s, 3, 'c'), s + 2);
	assert_null(strnchr(s, 2, 'c'));
	assert_null(strnchr(s, 3, 'x'));
	assert_null(strnchr(NULL, 0, 'a'));
	free(s);
	assert_null(strnchr(ended, 3, '\0'));
	assert_ptr_equal(strnchr(ended, 4, '\0'), ended + 3);
	assert_null(strnchr("a\0b", 3, 'b'));	/* behind the end */
}

static void strnstr_stays_inside(void **state)
{
	const char *s = "abcabd";

	assert_ptr_equal(strnstr(s, "abd", 6), s + 3);
	assert_null(strnstr(s, "abd", 5));
	assert_ptr_equal(strnstr(s, "", 0), s);
	assert_null(strnstr(s, "a", 0));
	assert_null(strnstr("ab\0cd", "cd", 5));
}

static void white_space_is_trimmed(void **state)
{
	char both[] = " \t\nab c\r\v\f ", none[] = "x", all[] = "   ", empty[] = "";

	assert_string_equal(skip_spaces(both), "ab c\r\v\f ");
	assert_string_equal(strim(both), "ab c");
	assert_string_equal(strim(none), "x");
	assert_string_equal(strim(all), "");
	assert_string_equal(strim(empty), "");
}

static void characters_are_replaced(void **state)
{
	char s[] = "a/b/c";

	assert_ptr_equal(strreplace(s, '/', '!'), s + 5);
	assert_string_equal(s, "a!b!c");
}

static void ctype_knows_ascii_as_libc_does(void **state)
{
	for (int c = 0; c < 128; c++) {
#define SAME(name) assert_int_equal(!!name(c), !!libc_##name(c))
		SAME(isalnum); SAME(isalpha); SAME(iscntrl); SAME(isdigit); SAME(isgraph);
		SAME(islower); SAME(isprint); SAME(ispunct); SAME(isspace); SAME(isupper);
		SAME(isxdigit);
		assert_int_equal(tolower(c), libc_tolower(c));
		assert_int_equal(toupper(c), libc_toupper(c));
		assert_true(isascii(c));
	}
}

static void ctype_knows_nothing_past_ascii(void **state)
{
	for (int c = -128; c < 256; c++) {
		if (c == 0)
			c = 128;
		assert_false(isalnum(c) || iscntrl(c) || isgraph(c) || isprint(c) || isspace(c) ||
			     isxdigit(c) || isascii(c));
		assert_int_equal(tolower(c), c);
		assert_int_equal(toupper(c), c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_move_as_in_libc),
		cmocka_unit_test(bytes_are_set_as_in_libc),
		cmocka_unit_test(bytes_are_compared_and_found_as_in_libc),
		cmocka_unit_test(odd_byte_out_is_found),
		cmocka_unit_test(wide_fills_count_elements),
		cmocka_unit_test(words_by_rep_are_words_by_loop),
		cmocka_unit_test(parts_of_structures_are_set),
		cmocka_unit_test(arrays_without_end_take_strings),
		cmocka_unit_test(strings_are_measured_and_compared_as_in_libc),
		cmocka_unit_test(strings_are_searched_as_in_libc),
		cmocka_unit_test(strings_are_copied_as_in_libc),
		cmocka_unit_test(tokens_are_cut_as_in_libc),
		cmocka_unit_test(bounded_copies_tell_the_length_wanted),
		cmocka_unit_test(strscpy_cuts_and_says_so),
		cmocka_unit_test(strscpy_reads_no_more_than_it_may_copy),
		cmocka_unit_test(strnchr_stays_inside),
		cmocka_unit_test(strnstr_stays_inside),
		cmocka_unit_test(white_space_is_trimmed),
		cmocka_unit_test(characters_are_replaced),
		cmocka_unit_test(ctype_knows_ascii_as_libc_does),
		cmocka_unit_test(ctype_knows_nothing_past_ascii),
	};

	chance_start("string");
	return cmocka_run_group_tests_name("string", tests, NULL, NULL);
}
