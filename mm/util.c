// SPDX-License-Identifier: MIT
/*
 * mm/util.c - strings, bytes and bitmaps in memory of their own
 *
 *     measure  ->  kmalloc  ->  write
 *
 * kvasprintf() formats twice, once to measure. What an argument points to may change in between:
 * the second text is cut to what was measured, and it always ends in a NUL.
 */
#include <lib/bitmap.h>
#include <lib/string.h>
#include <lib/vsprintf.h>
#include <mm/slab.h>
#include <mm/util.h>

void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	void *copy = src ? kmalloc(len, gfp) : NULL;

	return copy ? memcpy(copy, src, len) : NULL;
}

char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	char *copy = s && len != SIZE_MAX ? kmalloc(len + 1, gfp) : NULL;

	if (copy) {
		memcpy(copy, s, len);
		copy[len] = '\0';
	}
	return copy;
}

char *kstrdup(const char *s, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strlen(s), gfp) : NULL;
}

char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	return s ? kmemdup_nul(s, strnlen(s, max), gfp) : NULL;
}

char *kvasprintf(gfp_t gfp, const char *fmt, va_list args)
{
	va_list again;
	size_t size;
	char *text;

	va_copy(again, args);
	size = (size_t)vsnprintf(NULL, 0, fmt, again) + 1;
	va_end(again);
	text = kmalloc(size, gfp);
	if (text)
		vsnprintf(text, size, fmt, args);
	return text;
}

char *kasprintf(gfp_t gfp, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = kvasprintf(gfp, fmt, args);
	va_end(args);
	return text;
}

unsigned long *bitmap_alloc(unsigned int nbits, gfp_t gfp)
{
	return kmalloc_array(nbits / BITS_PER_LONG + !!(nbits % BITS_PER_LONG), sizeof(long), gfp);
}

unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t gfp)
{
	return bitmap_alloc(nbits, gfp | __GFP_ZERO);
}

void bitmap_free(const unsigned long *map)
{
	kfree(map);
}

static size_t count_pointers(void **array)
{
	size_t n = 0;

	while (array[n])
		n++;
	return n;
}

void **__memcat_p(void **a, void **b)
{
	size_t n = count_pointers(a), m = count_pointers(b);
	void **both = kmalloc_array(n + m + 1, sizeof(*both), GFP_KERNEL);

	if (both) {
		memcpy(both, a, n * sizeof(*both));
		memcpy(both + n, b, (m + 1) * sizeof(*both));
	}
	return both;
}
