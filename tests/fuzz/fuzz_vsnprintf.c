/* SPDX-License-Identifier: MIT */
/*
 * tests/fuzz/fuzz_vsnprintf.c - any format, any size
 *
 * The first byte is the size of the buffer, the rest is the format. Every argument is the address
 * of a readable text, which is a good argument for all conversions but those that take the
 * argument for a structure or a length to read: %pV, %*pb and %ph with its width are left to
 * test_vsprintf.c.
 *
 * The text must be the start of what a large buffer gets, terminated, with nothing behind it.
 *
 * LINK: lib/vsprintf.c lib/vsprintf_pointer.c lib/vsprintf_net.c lib/bitmap_text.c lib/bitmap.c lib/find.c
 * LINK: lib/kstrtox.c lib/hex.c lib/random.c lib/string.c lib/string_kernel.c
 */
#include <host_first.h>

#include <lib/string.h>
#include <lib/vsprintf.h>

#define FORMAT_MAX	64		/* a conversion takes two words for two or more characters */
#define LARGE		4096

static const char text[64] = "what the arguments point to: 63 characters, \x01\xff and so on....";

#define WORDS_8		text, text, text, text, text, text, text, text
#define WORDS_64	WORDS_8, WORDS_8, WORDS_8, WORDS_8, WORDS_8, WORDS_8, WORDS_8, WORDS_8

static bool takes_a_structure(const char *fmt)
{
	for (; (fmt = strchr(fmt, 'p')); fmt++)
		if (fmt[1] == 'V' || fmt[1] == 'b' || fmt[1] == 'h')
			return true;
	return false;
}

#define REQUIRE(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char whole[LARGE];
	char fmt[FORMAT_MAX + 1], *buf;
	size_t size, kept;
	int n;

	if (len < 1 || len > FORMAT_MAX)
		return 0;
	size = data[0];
	memcpy(fmt, data + 1, len - 1);
	fmt[len - 1] = '\0';
	if (takes_a_structure(fmt))
		return 0;

	n = snprintf(whole, sizeof(whole), fmt, WORDS_64);
	REQUIRE(n >= 0);
	buf = malloc(size + 1);			/* one byte more, to see it stay */
	memset(buf, '#', size + 1);
	REQUIRE(snprintf(buf, size, fmt, WORDS_64) == n);
	kept = (size_t)n < size ? (size_t)n : size - 1;
	if (size) {
		REQUIRE(memcmp(buf, whole, kept) == 0 && buf[kept] == '\0');
		REQUIRE(!memchr_inv(buf + kept + 1, '#', size - kept));
	} else {
		REQUIRE(buf[0] == '#');
	}
	free(buf);
	return 0;
}
