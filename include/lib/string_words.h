/* SPDX-License-Identifier: MIT */
/*
 * include/lib/string_words.h - the inner loops of memcpy and memset, a word at a time
 *
 * On an x86 the string instructions do it: one fetch for the whole run, which is the fastest way
 * on a 386 (no cache) and on everything since the P6 (which moves whole lines). Elsewhere, and
 * where a sanitizer has to see every access, a loop in C does the same.
 *
 * Both forms exist side by side on an x86, so that a test can hold one against the other.
 */
#ifndef LIB_STRING_WORDS_H
#define LIB_STRING_WORDS_H

#include <lib/compiler.h>
#include <lib/types.h>

/* A word at any address and of any type: x86 reads and writes those in one instruction. */
typedef u32 __attribute__((may_alias, aligned(1))) any_word;

/*
 * Hiding the counter keeps the compiler from seeing that the loop is a memcpy or a memset, which
 * it would replace by a call of the function that stands here.
 */
static __always_inline void copy_words_loop(void *dst, const void *src, size_t words)
{
	any_word *to = dst;
	const any_word *from = src;

	while (words) {
		*to++ = *from++;
		words--;
		OPTIMIZER_HIDE_VAR(words);
	}
}

static __always_inline void *fill_words_loop(void *dst, u32 pattern, size_t words)
{
	any_word *to = dst;

	while (words) {
		*to++ = pattern;
		words--;
		OPTIMIZER_HIDE_VAR(words);
	}
	return to;
}

#ifdef __i386__

/* Needs the direction flag clear, as the calling convention promises. */
static __always_inline void copy_words_rep(void *dst, const void *src, size_t words)
{
	__asm__ __volatile__("rep movsl"
			     : "+D" (dst), "+S" (src), "+c" (words) : : "memory");
}

static __always_inline void *fill_words_rep(void *dst, u32 pattern, size_t words)
{
	__asm__ __volatile__("rep stosl"
			     : "+D" (dst), "+c" (words) : "a" (pattern) : "memory");
	return dst;
}

#endif

/* Copy @words words upwards, from the lowest address on; dst may lie below an overlapping src. */
static __always_inline void copy_words(void *dst, const void *src, size_t words)
{
#if defined(__i386__) && !defined(FLAGSTONE_HOST)
	copy_words_rep(dst, src, words);
#else
	copy_words_loop(dst, src, words);
#endif
}

/* Write @pattern @words times. Return: where that ends, which the string instruction leaves anyway. */
static __always_inline void *fill_words(void *dst, u32 pattern, size_t words)
{
#if defined(__i386__) && !defined(FLAGSTONE_HOST)
	return fill_words_rep(dst, pattern, words);
#else
	return fill_words_loop(dst, pattern, words);
#endif
}

#endif
