/* SPDX-License-Identifier: MIT */
/*
 * include/lib/kstrtox.h - numbers out of text
 *
 * The kstrto family reads a whole string: one sign, digits, at most one newline at the end, nothing
 * else. What it is given is a number or it is an error. The simple_strto family reads a number off
 * the front of a string and says where it stopped; it is for parsers that go on from there.
 *
 * Base 0 tells by the prefix: 0x is 16, a leading 0 is 8, else 10. Base 16 takes an 0x, too. A
 * prefix counts only with a hex digit behind it.
 *
 * Context: any.
 */
#ifndef LIB_KSTRTOX_H
#define LIB_KSTRTOX_H

#include <lib/compiler.h>
#include <lib/types.h>

/**
 * kstrtoull - the number that a string is
 * @s:      string; '+' may stand in front, for the signed forms '-' too
 * @base:   0, or 2 to 36
 * @result: out: the number; untouched on error
 *
 * Return: 0; -EINVAL when @s is empty or malformed; -ERANGE when the type cannot hold the number.
 */
int __must_check kstrtoull(const char *s, unsigned int base, unsigned long long *result);
int __must_check kstrtoll(const char *s, unsigned int base, long long *result);
int __must_check kstrtoul(const char *s, unsigned int base, unsigned long *result);
int __must_check kstrtol(const char *s, unsigned int base, long *result);
int __must_check kstrtouint(const char *s, unsigned int base, unsigned int *result);
int __must_check kstrtoint(const char *s, unsigned int base, int *result);
int __must_check kstrtou16(const char *s, unsigned int base, u16 *result);
int __must_check kstrtos16(const char *s, unsigned int base, s16 *result);
int __must_check kstrtou8(const char *s, unsigned int base, u8 *result);
int __must_check kstrtos8(const char *s, unsigned int base, s8 *result);

static inline int __must_check kstrtou64(const char *s, unsigned int base, u64 *result)
{
	return kstrtoull(s, base, result);
}

static inline int __must_check kstrtos64(const char *s, unsigned int base, s64 *result)
{
	return kstrtoll(s, base, result);
}

static inline int __must_check kstrtou32(const char *s, unsigned int base, u32 *result)
{
	return kstrtouint(s, base, result);
}

static inline int __must_check kstrtos32(const char *s, unsigned int base, s32 *result)
{
	return kstrtoint(s, base, result);
}

/**
 * kstrtobool - yes or no
 * @s:      y, t, 1 or on; n, f, 0 or of(f); capitals too. What follows is not looked at.
 * @result: out: the answer; untouched on error
 * Return:  0, or -EINVAL, also for NULL.
 */
int __must_check kstrtobool(const char *s, bool *result);

/**
 * simple_strtoull - read a number off the front of a string
 * @s:    string; no sign, the signed forms take a '-'
 * @end:  out, may be NULL: the first character that is not read; @s when there is no digit (behind
 *        the '-' for the signed forms)
 * @base: 0, or 2 to 36
 * Return: the number, modulo 2^64 (or the width of the type).
 */
unsigned long long simple_strtoull(const char *s, char **end, unsigned int base);
long long simple_strtoll(const char *s, char **end, unsigned int base);
unsigned long simple_strtoul(const char *s, char **end, unsigned int base);
long simple_strtol(const char *s, char **end, unsigned int base);

/**
 * parse_digits - what all of these are made of: digits, no sign, no prefix
 * @s:        where the digits start
 * @max:      look at this many characters at most
 * @base:     2 to 36
 * @value:    out: the number modulo 2^64
 * @overflow: out: whether it is larger than that
 * Return:    how many characters are digits
 */
size_t parse_digits(const char *s, size_t max, unsigned int base, u64 *value, bool *overflow);

/* How many characters the prefix at @s has, 0 or 2; *@base is 0 no longer. */
size_t parse_base(const char *s, unsigned int *base);

#endif
