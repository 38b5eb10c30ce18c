/* SPDX-License-Identifier: MIT */
/*
 * include/lib/ctype.h - what kind of character a byte is: ASCII only, no locale, no tables
 *
 * Each takes a character as int, also a negative one from a signed char: bytes past 127 are no
 * letter, digit, space or control character and print nothing. One unsigned subtraction tells
 * whether a character lies in a range.
 */
#ifndef LIB_CTYPE_H
#define LIB_CTYPE_H

#include <lib/compiler.h>
#include <lib/host_names.h>
#include <lib/types.h>

static __always_inline bool ctype_between(int c, unsigned int first, unsigned int last)
{
	return (unsigned int)c - first <= last - first;
}

static inline int isascii(int c)
{
	return ctype_between(c, 0, 127);
}

static inline int isdigit(int c)
{
	return ctype_between(c, '0', '9');
}

static inline int islower(int c)
{
	return ctype_between(c, 'a', 'z');
}

static inline int isupper(int c)
{
	return ctype_between(c, 'A', 'Z');
}

/* Bit 5 is all that tells a small letter from its capital. */
static inline int isalpha(int c)
{
	return ctype_between(c | 0x20, 'a', 'z');
}

static inline int isalnum(int c)
{
	return isalpha(c) || isdigit(c);
}

static inline int isxdigit(int c)
{
	return isdigit(c) || ctype_between(c | 0x20, 'a', 'f');
}

/* Space, and \t \n \v \f \r, which stand in a row. */
static inline int isspace(int c)
{
	return c == ' ' || ctype_between(c, '\t', '\r');
}

static inline int iscntrl(int c)
{
	return ctype_between(c, 0, 31) || c == 127;
}

static inline int isprint(int c)
{
	return ctype_between(c, ' ', '~');
}

static inline int isgraph(int c)
{
	return ctype_between(c, '!', '~');
}

static inline int ispunct(int c)
{
	return isgraph(c) && !isalnum(c);
}

static inline int toascii(int c)
{
	return c & 127;
}

static inline int tolower(int c)
{
	return isupper(c) ? c | 0x20 : c;
}

static inline int toupper(int c)
{
	return islower(c) ? c & ~0x20 : c;
}

#endif
