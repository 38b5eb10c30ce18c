/* SPDX-License-Identifier: MIT */
/*
 * include/lib/sscanf.h - values out of a text and a format
 *
 * The conversions are C's d i u x X o s c [ n %, with a width, with * (read but do not store),
 * and with the lengths hh h l ll L j z t. The differences:
 *
 *     sign                 '-' for %d and %i only, '+' for none: "%u" of "-1" finds no number
 *     a number too large   is taken modulo its type's range
 *     nothing left to read counts as a conversion that finds nothing: 0 is returned, never EOF
 *
 * %s, %c and %[ write at most as many characters as their width says; without one, %s and %[
 * trust the text to be short enough. %c writes no NUL.
 */
#ifndef LIB_SSCANF_H
#define LIB_SSCANF_H

#include <stdarg.h>
#include <lib/compiler.h>
#include <lib/host_names.h>

/**
 * sscanf - read values from a text
 * @s:   text
 * @fmt: format, see above; then a pointer for each conversion that stores
 *
 * Stops where the text does not match, or at a conversion that is not known.
 *
 * Context: any. No allocation, no locks.
 * Return:  how many values were stored, %n not counted.
 */
int sscanf(const char *s, const char *fmt, ...) __scanf(2, 3);
int vsscanf(const char *s, const char *fmt, va_list args) __scanf(2, 0);

#endif
