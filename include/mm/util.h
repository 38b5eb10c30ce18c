/* SPDX-License-Identifier: MIT */
/*
 * include/mm/util.h - strings, bytes and bitmaps in memory of their own
 *
 * What lib/ does into a buffer that it is given, these do into one they take from kmalloc().
 *
 * Context: from the slab stage on; any, as far as the gfp flags go. All give NULL when there is no
 * memory, or when they are given NULL to copy.
 * Undo:    kfree(); bitmap_free() for bitmaps.
 */
#ifndef MM_UTIL_H
#define MM_UTIL_H

#include <stdarg.h>
#include <lib/compiler.h>
#include <lib/types.h>

/* A copy of @s; of its first @max characters at most; of @len bytes with a NUL behind them. */
char *kstrdup(const char *s, gfp_t gfp);
char *kstrndup(const char *s, size_t max, gfp_t gfp);
char *kmemdup_nul(const char *s, size_t len, gfp_t gfp);

/* A copy of @len bytes. */
void *kmemdup(const void *src, size_t len, gfp_t gfp);

/* The text of a format, in a buffer that is just large enough. */
char *kasprintf(gfp_t gfp, const char *fmt, ...) __printf(2, 3);
char *kvasprintf(gfp_t gfp, const char *fmt, va_list args) __printf(2, 0);

/* Bits that are all clear (zalloc), or as memory happens to be. */
unsigned long *bitmap_alloc(unsigned int nbits, gfp_t gfp);
unsigned long *bitmap_zalloc(unsigned int nbits, gfp_t gfp);
void bitmap_free(const unsigned long *map);

/**
 * memcat_p - join two arrays of pointers that end in NULL
 * @a, @b: the arrays, of one type
 * Return: a new array, from kmalloc(): all of @a, all of @b, and NULL; or NULL.
 */
#define memcat_p(a, b) ({							\
	_Static_assert(__same_type(*(a), *(b)), "memcat_p: arrays of different types"); \
	(__typeof__(*(a)) *)__memcat_p((void **)(a), (void **)(b));		\
})
void **__memcat_p(void **a, void **b);

#endif
