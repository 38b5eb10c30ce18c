/* SPDX-License-Identifier: MIT */
/*
 * tests/fuzz/fuzz_sscanf.c - any format on any text
 *
 * The input is the format, a NUL, and the text; what follows a second NUL is not looked at. Every
 * argument is a block of its own, with room for the whole text, its NUL and the widest integer:
 * more must not be written. No more values are stored than there are conversions.
 *
 * LINK: lib/sscanf.c lib/kstrtox.c lib/bitmap.c lib/find.c lib/string.c lib/string_kernel.c
 */
#include <host_first.h>

#include <lib/sscanf.h>
#include <lib/string.h>

#define FORMAT_MAX	32		/* a conversion has two characters or more */
#define ARGUMENTS	(FORMAT_MAX / 2)

#define REQUIRE(condition) do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char *copy_of(const uint8_t *data, size_t len)
{
	size_t n = strnlen((const char *)data, len);
	char *copy = calloc(n + 1, 1);

	memcpy(copy, data, n);
	return copy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t fmt_len = strnlen((const char *)data, len), conversions = 0;
	char *fmt, *text, *to[ARGUMENTS];
	int stored;

	if (fmt_len > FORMAT_MAX || fmt_len == len)
		return 0;
	fmt = copy_of(data, fmt_len);
	text = copy_of(data + fmt_len + 1, len - fmt_len - 1);
	for (size_t i = 0; i < ARGUMENTS; i++)
		to[i] = malloc(strlen(text) + 1 + sizeof(long long));
	for (const char *at = fmt; (at = strchr(at, '%')); at++)
		conversions++;
	stored = sscanf(text, fmt, to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7], to[8],
			to[9], to[10], to[11], to[12], to[13], to[14], to[15]);
	REQUIRE(stored >= 0 && (size_t)stored <= conversions);
	for (size_t i = 0; i < ARGUMENTS; i++)
		free(to[i]);
	free(fmt);
	free(text);
	return 0;
}
