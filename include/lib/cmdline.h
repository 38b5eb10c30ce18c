/* SPDX-License-Identifier: MIT */
/*
 * include/lib/cmdline.h - numbers, lists of numbers and sizes on a command line
 *
 * Context: any.
 */
#ifndef LIB_CMDLINE_H
#define LIB_CMDLINE_H

#include <lib/compiler.h>
#include <lib/types.h>

/**
 * get_option - read one number off a list
 * @s:     in, out: where to read; moved behind the number, and behind the comma that follows
 * @value: out, may be NULL: the number (base by its prefix, '-' in front allowed); 0 if there is none
 *
 * A lone '-' at the front is read, though it is no number.
 *
 * Return: 0 no number; 1 a number; 2 a number and its comma; 3 a number and a hyphen: the start of
 *         a range, *@s stands at the hyphen.
 */
int get_option(char **s, int *value);

/**
 * get_options - read a list of numbers and ranges: 1,3-5,9
 * @s:    the list
 * @n:    size of @ints, or 0 only to count what is there
 * @ints: out: [0] is the count, the numbers follow; ranges are expanded
 *
 * Ends at what is no number, and at a range without an end or whose end lies below its start: that
 * start is written but not counted. Never counts more than @n - 1 (INT_MAX for @n = 0).
 *
 * Return: where reading ended.
 */
char *get_options(const char *s, int n, int *ints) __attribute__((nonnull(3)));

/**
 * memparse - a size with a suffix: 512, 4K, 16M, 0x10G; K M G T P E are powers of 1024
 * @s:   text; no sign
 * @end: out, may be NULL: behind the number and its suffix; @s when there is no number
 * Return: bytes; ULLONG_MAX for what is larger than that.
 */
unsigned long long memparse(const char *s, char **end);

#endif
