/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_hexdump.c - bytes as text, and back
 *
 * The model writes a whole line with the host's printf; ours must give its length, and as much of
 * it as there is room for, byte for byte.
 *
 * LINK: lib/hexdump.c lib/hex.c lib/string.c lib/string_kernel.c lib/vsprintf.c lib/vsprintf_pointer.c
 * LINK: lib/bitmap.c lib/bitmap_text.c lib/find.c lib/kstrtox.c lib/random.c
 */
#include <support.h>
#include <chance.h>

#include <lib/errno.h>
#include <lib/hexdump.h>
#include <lib/kernel.h>
#include <lib/printk.h>

#define LINE	160

static int model(const u8 *bytes, size_t len, int rowsize, int groupsize, bool ascii, char *out)
{
	char *p = out;
	int row = rowsize == 32 ? 32 : 16;

	*p = '\0';
	if (len > (size_t)row)
		len = row;
	if (len % groupsize)
		groupsize = 1;
	for (size_t i = 0; i < len; i += groupsize) {
		u64 group = 0;

		for (int b = groupsize - 1; b >= 0; b--)
			group = group << 8 | bytes[i + b];
		p += sprintf(p, "%s%0*llx", i ? " " : "", 2 * groupsize, group);
	}
	if (len && ascii) {
		p += sprintf(p, "%*s", (int)(row * 2 + row / groupsize + 1 - (p - out)), "");
		for (size_t i = 0; i < len; i++)
			*p++ = bytes[i] >= 32 && bytes[i] < 127 ? bytes[i] : '.';
		*p = '\0';
	}
	return p - out;
}

static void lines_are_as_the_model_writes_them(void **state)
{
	for (int round = 0; round < 20000; round++) {
		u8 bytes[40];
		size_t len = chance_below(41), outlen = chance_below(LINE);
		int rowsize = chance_below(2) ? 32 : 16, groupsize = 1 << chance_below(4);
		bool ascii = chance_below(2);
		char want[LINE], *got = malloc(outlen + 1);
		int length;

		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = chance();
		length = model(bytes, len, rowsize, groupsize, ascii, want);
		__builtin_memset(got, '#', outlen + 1);
		assert_int_equal(hex_dump_to_buffer(bytes, len, rowsize, groupsize, got, outlen,
						    ascii), length);
		if (outlen) {
			if ((size_t)length >= outlen)
				want[length = outlen - 1] = '\0';
			assert_string_equal(got, want);
			while (++length <= (int)outlen)		/* nothing behind the NUL */
				assert_int_equal(got[length], '#');
		} else {
			assert_int_equal(got[0], '#');
		}
		free(got);
	}
}

static void odd_sizes_fall_back(void **state)
{
	char line[LINE];

	assert_int_equal(hex_dump_to_buffer("abcdef", 6, 20, 3, line, LINE, true), 16 * 3 + 1 + 6);
	assert_string_equal(line, "61 62 63 64 65 66                                abcdef");
	hex_dump_to_buffer("abcdef", 6, 16, 4, line, LINE, false);
	assert_string_equal(line, "61 62 63 64 65 66");
	hex_dump_to_buffer("abcdef", 6, 16, 2, line, LINE, false);
	assert_string_equal(line, "6261 6463 6665");
	assert_int_equal(hex_dump_to_buffer(NULL, 0, 16, 1, line, LINE, true), 0);
	assert_string_equal(line, "");
	assert_int_equal(hex_dump_to_buffer("abc", 3, 16, 1, NULL, 0, false), 8);
}

static void dumps_go_to_the_log_line_by_line(void **state)
{
	u8 bytes[20];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = 'A' + i;
	host_log_clear();
	print_hex_dump(KERN_INFO, "disk: ", DUMP_PREFIX_OFFSET, 16, 1, bytes, 20, true);
	assert_string_equal(host_log,
		"disk: 00000000: 41 42 43 44 45 46 47 48 49 4a 4b 4c 4d 4e 4f 50  ABCDEFGHIJKLMNOP\n"
		"disk: 00000010: 51 52 53 54                                      QRST\n");
	host_log_clear();
	print_hex_dump(KERN_ERR, "", DUMP_PREFIX_NONE, 32, 4, bytes, 20, false);
	assert_string_equal(host_log, "44434241 48474645 4c4b4a49 504f4e4d 54535251\n");
	host_log_clear();
	print_hex_dump("", "at ", DUMP_PREFIX_ADDRESS, 16, 2, bytes, 2, false);
	assert_true(host_log_says(": 4241\n"));
	assert_memory_equal(host_log, "at ", 3);
	assert_memory_equal(host_log + 11, ": ", 2);
}

static void bytes_go_to_digits_and_back(void **state)
{
	u8 bytes[256], back[256];
	char text[513] = { 0 };

	for (int i = 0; i < 256; i++)
		bytes[i] = i;
	assert_ptr_equal(bin2hex(text, bytes, 256), text + 512);
	assert_int_equal(hex2bin(back, text, 256), 0);
	assert_memory_equal(back, bytes, 256);
	assert_int_equal(hex2bin(back, "aBCdeF", 3), 0);
	assert_memory_equal(back, "\xab\xcd\xef", 3);
	assert_int_equal(hex2bin(back, "1x", 1), -EINVAL);
	assert_int_equal(hex2bin(back, "x1", 1), -EINVAL);
	assert_int_equal(hex2bin(back, "", 1), -EINVAL);	/* and reads no more than the NUL */
	for (int c = 0; c < 256; c++) {
		char digit[2] = { c }, *end;
		long value = strtol(digit, &end, 16);

		assert_int_equal(hex_to_bin(c), end == digit ? -1 : value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_as_the_model_writes_them),
		cmocka_unit_test(odd_sizes_fall_back),
		cmocka_unit_test(dumps_go_to_the_log_line_by_line),
		cmocka_unit_test(bytes_go_to_digits_and_back),
	};

	chance_start("hexdump");
	return cmocka_run_group_tests_name("hexdump", tests, NULL, NULL);
}
