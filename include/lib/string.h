/* SPDX-License-Identifier: MIT */
/*
 * include/lib/string.h - bytes and NUL-terminated strings
 *
 * The first part is C's <string.h>, with the meanings C gives. The second part is what kernels
 * add: copies that always terminate and say whether they cut, fills of wider elements, searches
 * for what differs.
 *
 * Context: any, from the first C instruction on. Nothing here allocates or sleeps.
 */
#ifndef LIB_STRING_H
#define LIB_STRING_H

#include <lib/compiler.h>
#include <lib/host_names.h>
#include <lib/types.h>

/* --- as in C (lib/string.c) ------------------------------------------------------------------ */

void *memcpy(void *dst, const void *src, size_t n);
void *memmove(void *dst, const void *src, size_t n);
void *memset(void *dst, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int c, size_t n);

size_t strlen(const char *s);
char *strcpy(char *dst, const char *src);
char *strncpy(char *dst, const char *src, size_t n);
char *strcat(char *dst, const char *src);
char *strncat(char *dst, const char *src, size_t n);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *strpbrk(const char *s, const char *accept);
char *strstr(const char *s, const char *needle);

/* --- in most C libraries, though not in C (lib/string.c) --------------------------------------- */

size_t strnlen(const char *s, size_t n);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);

/* Copy like strcpy; gives the address of the NUL written. */
char *stpcpy(char *dst, const char *src);

/* Find @c like strchr; gives the address of the NUL when there is none. */
char *strchrnul(const char *s, int c);

/*
 * Copy (append) into a buffer of @size bytes, cut if need be, terminated when @size > 0. Gives the
 * length that was wanted: a result >= @size says that it was cut.
 */
size_t strlcpy(char *dst, const char *src, size_t size);
size_t strlcat(char *dst, const char *src, size_t size);

/*
 * Cut the token before the first character of @delims off *@s: ends it with a NUL, moves *@s past
 * it (NULL after the last token). Neighbouring delimiters give empty tokens. NULL when *@s is.
 */
char *strsep(char **s, const char *delims);

/* --- what kernels add (lib/string_kernel.c) ---------------------------------------------------- */

/**
 * strscpy - copy a string into a buffer, cut it if need be, and say so
 * @dst:  buffer of @size bytes; terminated unless @size is 0
 * @src:  string; never read past its NUL, nor past @size bytes
 * @size: bytes in @dst
 *
 * Return: the length copied, without the NUL; -E2BIG when the string was cut or @size is 0 (or
 *         past INT_MAX, which can only be a negative number gone wrong: nothing is written).
 */
ssize_t strscpy(char *dst, const char *src, size_t size);

/* strscpy, and the rest of @dst is zeroed. */
ssize_t strscpy_pad(char *dst, const char *src, size_t size);

/*
 * Find @c in the first @n characters of @s, at most up to its NUL; the NUL itself is found only
 * when it is one of them. Reads nothing for @n = 0.
 */
char *strnchr(const char *s, size_t n, int c);

/* Find @needle in the first @n characters of @s. */
char *strnstr(const char *s, const char *needle, size_t n);

/* Step over white space at the front. */
char *skip_spaces(const char *s);

/* Cut white space off the end (in place); gives the first character that is none. */
char *strim(char *s);

/* Put @with where @old stands; gives the address of the NUL. */
char *strreplace(char *s, char old, char with);

/* The length of @prefix when @s starts with it, else 0. */
size_t str_has_prefix(const char *s, const char *prefix);

static inline bool strstarts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* The first byte of @s that is not @c; NULL when all @n are. */
void *memchr_inv(const void *s, int c, size_t n);

/* The first byte that is @c, or @s + @n. */
void *memscan(void *s, int c, size_t n);

/* Fill with @count elements of 2, 4 or 8 bytes. Returns @dst. */
void *memset16(u16 *dst, u16 value, size_t count);
void *memset32(u32 *dst, u32 value, size_t count);
void *memset64(u64 *dst, u64 value, size_t count);

static inline void *memset_l(unsigned long *dst, unsigned long value, size_t count)
{
	return memset32((u32 *)dst, value, count);
}

static inline void *memset_p(void **dst, void *value, size_t count)
{
	return memset32((u32 *)dst, (u32)(uintptr_t)value, count);
}

/* Zero what a secret lay in; not left out even though nobody reads it afterwards. */
static inline void memzero_explicit(void *s, size_t n)
{
	memset(s, 0, n);
	__asm__ __volatile__("" : : "r" (s) : "memory");
}

/* Set all bytes of *@obj behind @member. */
#define memset_after(obj, c, member) ({						\
	__typeof__(obj) after_obj_ = (obj);					\
	size_t after_skip_ = __builtin_offsetof(__typeof__(*after_obj_), member) \
			     + sizeof(after_obj_->member);			\
	memset((u8 *)after_obj_ + after_skip_, (c), sizeof(*after_obj_) - after_skip_); \
})

/* Set all bytes of *@obj from @member on. */
#define memset_startat(obj, c, member) ({					\
	__typeof__(obj) from_obj_ = (obj);					\
	size_t from_skip_ = __builtin_offsetof(__typeof__(*from_obj_), member);	\
	memset((u8 *)from_obj_ + from_skip_, (c), sizeof(*from_obj_) - from_skip_); \
})

/*
 * Copy the string @src into the array @dst, which need not end in a NUL: as much as fits, and
 * what is left of @dst stays (or is filled with @pad).
 */
#define strtomem(dst, src) \
	((void)memcpy((dst), (src), strnlen((src), sizeof(dst) + STRTOMEM_NEEDS_ARRAY(dst))))

#define strtomem_pad(dst, src, pad) \
	strtomem_pad_bytes((dst), sizeof(dst) + STRTOMEM_NEEDS_ARRAY(dst), (src), (pad))

/* 0, or a compile error when @dst is a pointer, whose size says nothing. */
#define STRTOMEM_NEEDS_ARRAY(dst) \
	(0 * sizeof(struct { int not_an_array : __same_type((dst), &(dst)[0]) ? -1 : 1; }))

static inline void strtomem_pad_bytes(void *dst, size_t size, const char *src, int pad)
{
	size_t n = strnlen(src, size);

	memcpy(dst, src, n);
	memset((u8 *)dst + n, pad, size - n);
}

#endif
