// SPDX-License-Identifier: MIT
/*
 * lib/string.c - the part of C's <string.h> that needs no locale and no state
 *
 * The compiler calls memcpy, memmove, memset and memcmp of its own accord, for structures and
 * arrays, whatever the source says; so they must exist as functions, and must not be compiled into
 * calls of themselves (string_words.h says how).
 *
 *     copying n bytes      | word | word | word | ... | word | 0-3 bytes |
 *                          `---- n / 4 by copy_words ----'   `- one by one -'
 *
 * Overlap, for memmove: bytes must be read before they are overwritten.
 *
 *     src      [..............]            dst below src: copy upwards, from the lowest byte on
 *     dst  [..............]                dst inside src: copy downwards, from the highest byte on
 *
 * A dst below src is told by one unsigned subtraction: dst - src wraps to a number >= n.
 */
#include <lib/ctype.h>
#include <lib/string.h>
#include <lib/string_words.h>

/* --- bytes ----------------------------------------------------------------------------------- */

void *memcpy(void *dst, const void *src, size_t n)
{
	size_t done = n & ~(size_t)3;
	u8 *to = (u8 *)dst + done;
	const u8 *from = (const u8 *)src + done;

	copy_words(dst, src, n / 4);
	if (n & 2) {
		to[0] = from[0];
		to[1] = from[1];
	}
	if (n & 1)
		to[n & 2] = from[n & 2];
	return dst;
}

static void copy_downwards(u8 *dst, const u8 *src, size_t n)
{
	while (n & 3) {
		n--;
		dst[n] = src[n];
	}
	while (n) {
		n -= 4;
		OPTIMIZER_HIDE_VAR(n);
		*(any_word *)(dst + n) = *(const any_word *)(src + n);
	}
}

void *memmove(void *dst, const void *src, size_t n)
{
	if ((uintptr_t)dst - (uintptr_t)src >= n)
		return memcpy(dst, src, n);
	copy_downwards(dst, src, n);
	return dst;
}

void *memset(void *dst, int c, size_t n)
{
	u8 *tail = (u8 *)dst + (n & ~(size_t)3);

	fill_words(dst, (u8)c * 0x01010101u, n / 4);
	for (size_t i = 0; i < (n & 3); i++) {
		OPTIMIZER_HIDE_VAR(i);
		tail[i] = c;
	}
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *p = a, *q = b;

	while (n >= 4 && *(const any_word *)p == *(const any_word *)q) {
		p += 4;
		q += 4;
		n -= 4;
	}
	for (; n; p++, q++, n--)
		if (*p != *q)
			return *p - *q;
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	for (const u8 *p = s; n; p++, n--)
		if (*p == (u8)c)
			return (void *)p;
	return NULL;
}

/* --- lengths and copies ---------------------------------------------------------------------- */

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return end - s;
}

size_t strnlen(const char *s, size_t n)
{
	size_t len = 0;

	while (len < n && s[len])
		len++;
	return len;
}

char *stpcpy(char *dst, const char *src)
{
	while ((*dst = *src++))
		dst++;
	return dst;
}

char *strcpy(char *dst, const char *src)
{
	stpcpy(dst, src);
	return dst;
}

char *strncpy(char *dst, const char *src, size_t n)
{
	size_t len = strnlen(src, n);

	memcpy(dst, src, len);
	memset(dst + len, 0, n - len);
	return dst;
}

char *strcat(char *dst, const char *src)
{
	stpcpy(dst + strlen(dst), src);
	return dst;
}

char *strncat(char *dst, const char *src, size_t n)
{
	size_t len = strnlen(src, n);
	char *end = dst + strlen(dst);

	memcpy(end, src, len);
	end[len] = '\0';
	return dst;
}

size_t strlcpy(char *dst, const char *src, size_t size)
{
	size_t len = strlen(src);

	if (size) {
		size_t fits = len < size ? len : size - 1;

		memcpy(dst, src, fits);
		dst[fits] = '\0';
	}
	return len;
}

size_t strlcat(char *dst, const char *src, size_t size)
{
	size_t used = strnlen(dst, size);

	return used + strlcpy(dst + used, src, size - used);
}

/* --- comparing ------------------------------------------------------------------------------- */

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (u8)*a - (u8)*b;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; a++, b++, n--)
		if (*a != *b || !*a)
			return (u8)*a - (u8)*b;
	return 0;
}

int strncasecmp(const char *a, const char *b, size_t n)
{
	for (; n; a++, b++, n--) {
		int difference = tolower((u8)*a) - tolower((u8)*b);

		if (difference || !*a)
			return difference;
	}
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}

/* --- searching ------------------------------------------------------------------------------- */

char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)s;
}

char *strchr(const char *s, int c)
{
	s = strchrnul(s, c);
	return *s == (char)c ? (char *)s : NULL;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}

size_t strspn(const char *s, const char *accept)
{
	size_t n = 0;

	while (s[n] && strchr(accept, s[n]))
		n++;
	return n;
}

size_t strcspn(const char *s, const char *reject)
{
	size_t n = 0;

	while (s[n] && !strchr(reject, s[n]))
		n++;
	return n;
}

char *strpbrk(const char *s, const char *accept)
{
	s += strcspn(s, accept);
	return *s ? (char *)s : NULL;
}

char *strstr(const char *s, const char *needle)
{
	size_t n = strlen(needle);

	if (!n)
		return (char *)s;
	for (; (s = strchr(s, *needle)); s++)
		if (strncmp(s, needle, n) == 0)
			return (char *)s;
	return NULL;
}

char *strsep(char **s, const char *delims)
{
	char *token = *s;
	char *end;

	if (!token)
		return NULL;
	end = strpbrk(token, delims);
	if (end)
		*end++ = '\0';
	*s = end;
	return token;
}
