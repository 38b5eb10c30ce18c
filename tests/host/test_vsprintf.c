/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_vsprintf.c - the printf family
 *
 * Where the kernel's formats mean what C's mean, random formats with random arguments are held
 * against the host's snprintf. Where they do not, and for all of %p, expected texts stand here.
 * Each text is also asked for with every smaller size: it must be cut, terminated, and nothing
 * behind it touched.
 *
 * LINK: lib/vsprintf.c lib/vsprintf_pointer.c lib/vsprintf_net.c lib/bitmap_text.c lib/bitmap.c
 * LINK: lib/find.c
 * LINK: lib/kstrtox.c lib/hex.c lib/random.c lib/string.c lib/string_kernel.c
 */
#include <host_first.h>
#include <arpa/inet.h>

/* The host's own, before its name is ours. */
static int (*const libc_snprintf)(char *, size_t, const char *, ...) = snprintf;

#include <support.h>
#include <chance.h>
#include <lib/err.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/random.h>
#include <lib/string.h>
#include <lib/vsprintf.h>

#define TEXT_MAX	600

/* Format with every size up to one more than needed. The format is no literal, so gcc is silent. */
static void expect_bytes(const char *file, int line, const char *want, size_t len, const char *fmt,
			 ...)
{
	for (size_t size = 0; size <= len + 2; size++) {
		size_t kept = size ? min(size - 1, len) : 0;
		char *buf = malloc(size + 1);
		va_list args;
		int got;

		__builtin_memset(buf, '#', size + 1);
		va_start(args, fmt);
		got = vsnprintf(buf, size, fmt, args);
		va_end(args);
		if (got != (int)len || __builtin_memcmp(buf, want, kept) || (size && buf[kept]))
			fail_msg("%s:%d: \"%s\", size %zu: length %d, \"%s\"; want %zu, \"%s\"",
				 file, line, fmt, size, got, size ? buf : "", len, want);
		for (size_t i = size ? kept + 1 : 0; i <= size; i++)
			assert_int_equal(buf[i], '#');
		free(buf);
	}
}

#define expect(want, fmt...) \
	expect_bytes(__FILE__, __LINE__, want, __builtin_strlen(want), fmt)

/* --- as in C --------------------------------------------------------------------------------- */

/* One random conversion into @fmt: flags, width and precision that C defines for it. */
static char random_conversion(char *fmt, bool *wide)
{
	static const char *const lengths[] = { "", "h", "hh", "l", "z", "t", "ll", "j" };
	char conversion = "diuxXosc"[chance_below(8)];
	bool number = conversion != 's' && conversion != 'c';
	unsigned int length = number ? chance_below(ARRAY_SIZE(lengths)) : 0;

	*fmt++ = '%';
	for (int flags = chance_below(5); flags; flags--) {
		char flag = "-+ 0#"[chance_below(5)];

		if (flag == '#' ? conversion == 'x' || conversion == 'X' || conversion == 'o'
				: number || flag == '-')
			*fmt++ = flag;
	}
	if (chance_below(2))
		fmt += sprintf(fmt, "%u", 1 + chance_below(30));
	if (conversion != 'c' && chance_below(2))
		fmt += sprintf(fmt, ".%u", (number ? 1 : 0) + chance_below(30));
	sprintf(fmt, "%s%c", lengths[length], conversion);
	*wide = length >= 6;
	return conversion;
}

static void numbers_and_strings_as_in_libc(void **state)
{
	for (int round = 0; round < 40000; round++) {
		char conversion_text[32], fmt[64], want[TEXT_MAX], got[TEXT_MAX];
		bool wide;
		char conversion = random_conversion(conversion_text, &wide);
		const char *string = "the string's text" + chance_below(18);
		size_t size = chance_below(64);
		u64 n = chance_below(20) ? chance_u64() : 0;
		int want_len, got_len;

		if (chance_below(2))
			n = -n;
		__builtin_memset(got, '#', sizeof(got));
		__builtin_memset(want, '#', sizeof(want));
		sprintf(fmt, "<%s>%%d", conversion_text);
#define BOTH(arg) do {									\
		want_len = libc_snprintf(want, size, fmt, arg, 4711);			\
		got_len = snprintf(got, size, fmt, arg, 4711);				\
} while (0)
		if (conversion == 's')
			BOTH(string);
		else if (wide)
			BOTH(n);
		else
			BOTH((u32)n);
		if (got_len != want_len || __builtin_memcmp(got, want, sizeof(got)))
			fail_msg("\"%s\" of %llx, size %zu: %d \"%s\", libc has %d \"%s\"", fmt, n,
				 size, got_len, size ? got : "", want_len, size ? want : "");
	}
}

static void numbers_around_powers_of_ten(void **state)
{
	for (u64 power = 1; ; power *= 10) {
		for (int i = -2; i <= 2; i++) {
			char want[48];

			libc_snprintf(want, sizeof(want), "%llu %lld", power + i, power * 3 + i);
			expect(want, "%llu %lld", power + i, power * 3 + i);
		}
		if (power > U64_MAX / 10)
			break;
	}
	expect("18446744073709551615 -9223372036854775808 1777777777777777777777",
	       "%llu %lld %llo", U64_MAX, S64_MIN, U64_MAX);
	expect("-2147483648 4294967295 -128 -32768", "%d %u %hhd %hd", INT_MIN, -1, 128, 32768);
}

static void widths_and_precisions_come_as_arguments(void **state)
{
	expect("[   42]", "[%*d]", 5, 42);
	expect("[42   ]", "[%*d]", -5, 42);
	expect("[42   ]", "[%-*d]", 5, 42);
	expect("[42   ]", "[%0*d]", -5, 42);
	expect("[  042]", "[%5.*d]", 3, 42);
	expect("[  ab]", "[%*.*s]", 4, 2, "abcd");
	expect("[ab  ]", "[%*.*s]", -4, 2, "abcd");
}

static void literal_text_passes(void **state)
{
	expect("", "");
	expect("100%", "100%%");
	expect("%%", "%%%%");
	expect_bytes(__FILE__, __LINE__, "xxx\0xxx", 7, "xxx%cxxx", '\0');
	expect("  x|x  ", "%3c|%-3c", 'x', 'x');
}

static void unknown_conversions_end_the_formatting(void **state)
{
	expect("1 %y %d", "%d %y %d", 1, 2);
	expect("%", "%");
	expect("%-5", "%-5");
	expect("%ll", "%ll");
	expect("%n", "%n", NULL);
}

/* --- the kernel's own ------------------------------------------------------------------------ */

static void oddities_of_precision(void **state)
{
	expect("00|0|0|0|0", "%.2d|%.1d|%.0d|%.*d|%1.0d", 0, 0, 0, 0, 0, 0);
	expect("0|0|0", "%.0u|%.0x|%.0o", 0, 0, 0);
	expect("0|7", "%.*d|%.*d", -3, 0, -3, 7);
	expect("|    ", "%.*s|%4.*s", -5, "123456", -5, "123456");
	expect("123456|a  ", "%.s|%-3.s", "123456", "a");
	expect("5|   42|  042", "%.d|%05.0d|%05.3d", 5, 42, 42);
	expect("010|0|0x10|0", "%#o|%#o|%#x|%#x", 8, 0, 16, 0);
	expect("2015122420151225", "%ho%ho%#ho", 1037, 5282, -11627);
}

static void strings_that_cannot_be_read(void **state)
{
	expect("(null)", "%s", NULL);
	expect("(nu|  (null)|(null)  ", "%.3s|%8s|%-8s", NULL, NULL, NULL);
	expect("(efault)", "%s", (void *)1);
	expect("(efault)", "%s", (void *)4095);
	expect("(efault)", "%s", ERR_PTR(-MAX_ERRNO));
}

static void hashed_pointers(void **state)
{
	char first[16], second[16], raw[16];

	for (int round = 0; round < 2000; round++) {
		void *p = (void *)(uintptr_t)chance();

		if (IS_ERR_OR_NULL(p))
			continue;
		assert_int_equal(snprintf(first, sizeof(first), "%p", p), 8);
		snprintf(second, sizeof(second), "%p", p);
		libc_snprintf(raw, sizeof(raw), "%08lx", (unsigned long)p);
		assert_string_equal(first, second);
		assert_string_not_equal(first, raw);
		assert_int_equal(__builtin_strspn(first, "0123456789abcdef"), 8);
		snprintf(second, sizeof(second), "%p", (char *)p + 1);
		assert_string_not_equal(first, second);
		snprintf(second, sizeof(second), "%pe", p);
		assert_string_equal(first, second);
	}
	expect("00000000", "%p", NULL);
	expect("fffffff5", "%p", ERR_PTR(-11));
	snprintf(first, sizeof(first), "%p", (void *)0xab);
	assert_string_not_equal(first, "000000ab");
}

static void hashing_can_be_turned_off(void **state)
{
	no_hash_pointers = true;
	expect("456789ab", "%p", (void *)0x456789ab);
	no_hash_pointers = false;
}

static void raw_pointers_and_errors(void **state)
{
	expect("456789ab|000000ab|00000000|fffffff5", "%px|%px|%px|%px", (void *)0x456789ab,
	       (void *)0xab, NULL, ERR_PTR(-11));
	expect("0x00c0ffee|      c0ffee|c0ffee      ", "%#px|%12px|%-12px", (void *)0xc0ffee,
	       (void *)0xc0ffee, (void *)0xc0ffee);
	expect("-1234|-1|-4095|  -12|00000000", "%pe|%pe|%pe|%5pe|%pe", ERR_PTR(-1234),
	       ERR_PTR(-1), ERR_PTR(-4095), ERR_PTR(-12), NULL);
}

static void letters_that_read_check_first(void **state)
{
	static const char letters[] = "EdhabMUVIt";

	for (const char *letter = letters; *letter; letter++) {
		char fmt[] = { '%', 'p', *letter, '.', '\0' };

		expect("(null).", fmt, NULL);
		expect("(efault).", fmt, (void *)0xab);
		expect("(efault).", fmt, ERR_PTR(-11));
	}
	expect("  (null)", "%8pE", NULL);
}

static void bytes_in_hex(void **state)
{
	u8 bytes[80] = { 0xc0, 0xff, 0xee, 0x01 };

	expect("c0 ff ee|c0:ff:ee|c0-ff-ee|c0ffee", "%3ph|%3phC|%3phD|%3phN", bytes, bytes, bytes,
	       bytes);
	expect("c0 ff ee|c0:ff:ee|c0-ff-ee|c0ffee", "%*ph|%*phC|%*phD|%*phN", 3, bytes, 3, bytes,
	       3, bytes, 3, bytes);
	expect("c0", "%ph", bytes);
	assert_int_equal(snprintf(NULL, 0, "%80phN", bytes), 2 * 64);
}

static void bitmaps(void **state)
{
	unsigned long map[2] = { 0x0000f00f, 0x5 };

	expect("5,0000f00f|0-3,12-15,32,34", "%*pb|%*pbl", 35, map, 35, map);
	expect("00f|0-3", "%*pb|%*pbl", 10, map, 10, map);
	expect("1,,", "%*pb,%*pb,%*pbl", 1, map, 0, map, 0, map);
}

static void physical_addresses_by_reference(void **state)
{
	phys_addr_t pa = 0x00100000;

	expect("0x00100000 0x00100000", "%pa %pap", &pa, &pa);
}

static void nest(const char *want, const char *fmt, ...)
{
	struct va_format inner;
	va_list args;

	va_start(args, fmt);
	inner.fmt = fmt;
	inner.va = &args;
	expect(want, "<%pV|%pV>", &inner, &inner);	/* twice: the arguments are not used up */
	va_end(args);
}

static void formats_nest(void **state)
{
	nest("<1 two|1 two>", "%d %s", 1, "two");
}

/* The kernel's symbol table, for this test. */
const char *ksym_name(unsigned long addr, unsigned long *offset);
const char *ksym_name(unsigned long addr, unsigned long *offset)
{
	if (addr < 0x1000 || addr >= 0x2000)
		return NULL;
	*offset = addr - 0x1000;
	return "a_function";
}

/* --- networks and identifiers ----------------------------------------------------------------- */

static void network_addresses_as_in_libc(void **state)
{
	char want[INET6_ADDRSTRLEN];
	u8 bytes[16];

	for (unsigned int n = 0; n < 20000; n++) {
		for (unsigned int i = 0; i < 16; i += 2) {
			u32 word = chance_below(3) ? 0 : chance() >> chance_below(16);

			bytes[i] = word >> 8;
			bytes[i + 1] = word;
		}
		if (!chance_below(4))
			__builtin_memcpy(bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
		inet_ntop(AF_INET, bytes, want, sizeof(want));
		expect(want, "%pI4", bytes);
		/* 12 zero bytes: the host has an IPv4 address behind them, RFC 5952 does not. */
		if (!memchr_inv(bytes, 0, 12) && (bytes[12] | bytes[13]))
			continue;
		inet_ntop(AF_INET6, bytes, want, sizeof(want));
		expect(want, "%pI6c", bytes);
	}
}

static void network_addresses_in_other_forms(void **state)
{
	static const u8 local[4] = { 127, 0, 0, 1 }, all[16] = { 0 };
	static const u8 mac[6] = { 0x2d, 0x48, 0xd6, 0xfc, 0x7a, 0x05 };
	static const u8 ip6[16] = { 0xfe, 0x80, [14] = 1, [15] = 0x2c };

	expect("127.000.000.001|127.0.0.1", "%pi4|%pI4", local, local);
	expect("1.0.0.127|001.000.000.127|127.0.0.1", "%pI4h|%pi4l|%pI4n", local, local, local);
	expect("fe80:0000:0000:0000:0000:0000:0000:012c", "%pI6", ip6);
	expect("fe80000000000000000000000000012c", "%pi6", ip6);
	expect("fe80::12c|::", "%pI6c|%pI6c", ip6, all);
	expect("2d:48:d6:fc:7a:05|2d-48-d6-fc-7a-05", "%pM|%pMF", mac, mac);
	expect("05:7a:fc:d6:48:2d|2d48d6fc7a05|057afcd6482d", "%pMR|%pm|%pmR", mac, mac, mac);
	expect("     127.0.0.1|127.0.0.1   |", "%14pI4|%-12pI4|", local, local);
	expect("(null)|(efault)", "%pM|%pI4", NULL, ERR_PTR(-5));
}

static void uuids_in_both_orders(void **state)
{
	static const u8 uuid[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf };

	expect("00010203-0405-0607-0809-0a0b0c0d0e0f", "%pUb", uuid);
	expect("00010203-0405-0607-0809-0A0B0C0D0E0F", "%pUB", uuid);
	expect("03020100-0504-0706-0809-0a0b0c0d0e0f", "%pUl", uuid);
	expect("03020100-0504-0706-0809-0A0B0C0D0E0F", "%pUL", uuid);
	expect("00010203-0405-0607-0809-0a0b0c0d0e0f|", "%pU|", uuid);
}

/* Letters that are not known hash, as %p does. */
static void other_forms_of_addresses_are_pointers(void **state)
{
	static const u8 bytes[16] = { 1 };
	char want[20];

	snprintf(want, sizeof(want), "%p", bytes);
	expect(want, "%pI", bytes);
	expect(want, "%pI5", bytes);
	expect(want, "%pG", bytes);
}

static void addresses_have_names(void **state)
{
	expect("a_function+0x10|a_function|a_function+0x10", "%pS|%ps|%pB", (void *)0x1010,
	       (void *)0x1010, (void *)0x1010);
	expect("a_function+0x1000", "%pB", (void *)0x2000);	/* one past its end: it called */
	expect("0x00002000|0x00000000", "%pS|%ps", (void *)0x2000, NULL);
	expect("a_function   .", "%-13ps.", (void *)0x1000);
}

/* --- the family ------------------------------------------------------------------------------ */

static int vsc(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return n;
}

static void lengths_of_the_family(void **state)
{
	char buf[32];

	assert_int_equal(snprintf(buf, 3, "%s", "abcdef"), 6);
	assert_int_equal(scnprintf(buf, 3, "%s", "abcdef"), 2);
	assert_string_equal(buf, "ab");
	assert_int_equal(scnprintf(buf, sizeof(buf), "%s", "abcdef"), 6);
	assert_int_equal(scnprintf(buf, 1, "%s", "abcdef"), 0);
	assert_int_equal(scnprintf(NULL, 0, "%s", "abcdef"), 0);
	assert_int_equal(vsc(buf, 3, "%s", "abcdef"), 2);
	assert_int_equal(vsc(buf, 0, "%s", "abcdef"), 0);
	assert_int_equal(sprintf(buf, "%s-%d", "abc", 5), 5);
	assert_string_equal(buf, "abc-5");
}

static void enormous_widths_are_only_counted(void **state)
{
	const char *fmt = "abc%2147483647d%2147483647d%dxyz";
	char buf[8] = "#######";

	OPTIMIZER_HIDE_VAR(fmt);	/* gcc would warn of what is on purpose here */
	assert_int_equal(snprintf(buf, 4, "%2000000000d", 5), 2000000000);
	assert_memory_equal(buf, "   \0###", 8);
	assert_int_equal(snprintf(NULL, 0, "%*d%*d", INT_MAX, 5, INT_MAX, 5), INT_MAX);
	assert_int_equal(snprintf(NULL, 0, "%99999999999d", 5), INT_MAX);
	assert_int_equal(snprintf(NULL, 0, "%*d", INT_MIN, 5), INT_MAX);
	snprintf(buf, 4, fmt, 5, 5, 5);
	assert_memory_equal(buf, "abc\0###", 8);	/* the count does not start again at 0 */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_strings_as_in_libc),
		cmocka_unit_test(numbers_around_powers_of_ten),
		cmocka_unit_test(widths_and_precisions_come_as_arguments),
		cmocka_unit_test(literal_text_passes),
		cmocka_unit_test(unknown_conversions_end_the_formatting),
		cmocka_unit_test(oddities_of_precision),
		cmocka_unit_test(strings_that_cannot_be_read),
		cmocka_unit_test(hashed_pointers),
		cmocka_unit_test(hashing_can_be_turned_off),
		cmocka_unit_test(raw_pointers_and_errors),
		cmocka_unit_test(letters_that_read_check_first),
		cmocka_unit_test(bytes_in_hex),
		cmocka_unit_test(bitmaps),
		cmocka_unit_test(physical_addresses_by_reference),
		cmocka_unit_test(formats_nest),
		cmocka_unit_test(addresses_have_names),
		cmocka_unit_test(network_addresses_as_in_libc),
		cmocka_unit_test(network_addresses_in_other_forms),
		cmocka_unit_test(uuids_in_both_orders),
		cmocka_unit_test(other_forms_of_addresses_are_pointers),
		cmocka_unit_test(lengths_of_the_family),
		cmocka_unit_test(enormous_widths_are_only_counted),
	};

	chance_start("vsprintf");
	return cmocka_run_group_tests_name("vsprintf", tests, NULL, NULL);
}
