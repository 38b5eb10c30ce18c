/* SPDX-License-Identifier: MIT */
/*
 * tests/fuzz/fuzz_bitmap_parse.c - any text as a bitmap
 *
 * The first byte is the number of bits, the rest is text, read as hex and as a list. Errors must be
 * those that bitmap.h names; what is read must come back from what is written of it.
 *
 * LINK: lib/bitmap_text.c lib/bitmap.c lib/find.c lib/kstrtox.c lib/hex.c lib/random.c
 * LINK: lib/string.c lib/string_kernel.c lib/vsprintf.c lib/vsprintf_pointer.c lib/vsprintf_net.c
 */
#include <host_first.h>

#include <lib/bitmap.h>
#include <lib/vsprintf.h>

#define BITS_MAX	256
#define GUARD		0xfeedfaceul

#define REQUIRE(condition) do { if (!(condition)) abort(); } while (0)

static void comes_back(const unsigned long *map, int nbits, bool list)
{
	unsigned long again[BITS_MAX / 32];
	char text[1024];
	int n = list ? snprintf(text, sizeof(text), "%*pbl", nbits, map)
		     : snprintf(text, sizeof(text), "%*pb", nbits, map);

	REQUIRE(n < (int)sizeof(text));
	REQUIRE((list ? bitmap_parselist(text, again, nbits)
		      : bitmap_parse(text, n, again, nbits)) == 0);
	REQUIRE(bitmap_equal(map, again, nbits));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	unsigned long map[BITS_MAX / 32 + 1];
	char *text;
	int nbits, err;

	if (len < 1)
		return 0;
	nbits = data[0];
	map[BITS_TO_LONGS(nbits)] = GUARD;

	text = malloc(len);			/* cut to size, no NUL */
	memcpy(text, data + 1, len - 1);
	err = bitmap_parse(text, len - 1, map, nbits);
	REQUIRE(err == 0 || err == -EINVAL || err == -EOVERFLOW);
	if (!err)
		comes_back(map, nbits, false);

	text[len - 1] = '\0';
	err = bitmap_parselist(text, map, nbits);
	REQUIRE(err == 0 || err == -EINVAL || err == -ERANGE || err == -EOVERFLOW);
	if (!err)
		comes_back(map, nbits, true);
	REQUIRE(map[BITS_TO_LONGS(nbits)] == GUARD);
	free(text);
	return 0;
}
