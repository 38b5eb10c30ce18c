// SPDX-License-Identifier: MIT
/*
 * lib/string_kernel.c - what kernels add to C's <string.h>
 *
 * strscpy is the copy to use: it never leaves a string without its end, never reads more of the
 * source than it may copy, and cannot be mistaken for a success when it had to cut.
 */
#include <lib/ctype.h>
#include <lib/errno.h>
#include <lib/limits.h>
#include <lib/string.h>
#include <lib/string_words.h>

/* --- copying --------------------------------------------------------------------------------- */

/* What both forms share: @len is what fits, *@dst is terminated; gives what the caller returns. */
static ssize_t copy_and_end(char *dst, const char *src, size_t size, size_t *len)
{
	*len = strnlen(src, size);
	if (*len < size) {
		memcpy(dst, src, *len + 1);
		return *len;
	}
	*len = size - 1;
	memcpy(dst, src, *len);
	dst[*len] = '\0';
	return -E2BIG;
}

static bool size_is_usable(size_t size)
{
	return size && size <= INT_MAX;
}

ssize_t strscpy(char *dst, const char *src, size_t size)
{
	size_t len;

	return size_is_usable(size) ? copy_and_end(dst, src, size, &len) : -E2BIG;
}

ssize_t strscpy_pad(char *dst, const char *src, size_t size)
{
	size_t len;
	ssize_t result;

	if (!size_is_usable(size))
		return -E2BIG;
	result = copy_and_end(dst, src, size, &len);
	memset(dst + len, 0, size - len);
	return result;
}

/* --- searching and trimming ------------------------------------------------------------------ */

char *strnchr(const char *s, size_t n, int c)
{
	for (; n; s++, n--) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			break;
	}
	return NULL;
}

char *strnstr(const char *s, const char *needle, size_t n)
{
	size_t left = strnlen(s, n);
	size_t len = strlen(needle);

	for (; left >= len; s++, left--)
		if (memcmp(s, needle, len) == 0)
			return (char *)s;
	return NULL;
}

char *skip_spaces(const char *s)
{
	while (isspace((u8)*s))
		s++;
	return (char *)s;
}

char *strim(char *s)
{
	size_t len;

	s = skip_spaces(s);
	len = strlen(s);
	while (len && isspace((u8)s[len - 1]))
		len--;
	s[len] = '\0';
	return s;
}

char *strreplace(char *s, char old, char with)
{
	for (; *s; s++)
		if (*s == old)
			*s = with;
	return s;
}

size_t str_has_prefix(const char *s, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(s, prefix, len) == 0 ? len : 0;
}

void *memscan(void *s, int c, size_t n)
{
	void *found = memchr(s, c, n);

	return found ? found : (u8 *)s + n;
}

void *memchr_inv(const void *s, int c, size_t n)
{
	const u32 pattern = (u8)c * 0x01010101u;
	const u8 *p = s;

	while (n >= 4 && *(const any_word *)p == pattern) {
		p += 4;
		n -= 4;
	}
	for (; n; p++, n--)
		if (*p != (u8)c)
			return (void *)p;
	return NULL;
}

/* --- filling --------------------------------------------------------------------------------- */

void *memset16(u16 *dst, u16 value, size_t count)
{
	fill_words(dst, value * 0x00010001u, count / 2);
	if (count & 1)
		dst[count - 1] = value;
	return dst;
}

void *memset32(u32 *dst, u32 value, size_t count)
{
	fill_words(dst, value, count);
	return dst;
}

void *memset64(u64 *dst, u64 value, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		OPTIMIZER_HIDE_VAR(i);
		dst[i] = value;
	}
	return dst;
}
