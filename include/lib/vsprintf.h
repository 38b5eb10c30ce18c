/* SPDX-License-Identifier: MIT */
/*
 * include/lib/vsprintf.h - text from a format and its arguments
 *
 * Formats are C's, without floating point and wide characters, and with these differences:
 *
 *     %.0d of 0            prints 0, where C prints nothing
 *     %.*s, negative *     is precision 0, where C has no precision
 *     %.s                  has no precision, where C has precision 0
 *     %s of NULL           (null); of an error value or an address in page 0, (efault)
 *
 * and with these forms of %p, named by the letters behind it:
 *
 *     %p                   8 digits that tell pointers apart but do not give the address away;
 *                          NULL and error values as they are
 *     %px                  the address, 8 hex digits
 *     %pe                  an error value in decimal, -12; any other pointer as by %p
 *     %pS  %ps  %pB        name+0xoffset; name; like %pS for a return address
 *     %pa                  a physical address, by reference: 0x00100000
 *     %3ph  %*ph           bytes in hex, width says how many (64 at most): 00 01 02
 *       %phC %phD %phN       00:01:02, 00-01-02, 000102
 *     %*pb                 a bitmap of width bits in hex chunks of 32 bits, high first: f,0000ffff
 *     %*pbl                the same as ranges: 0-15,32-35
 *     %pM  %pm             6 bytes as a hardware address: 00:0c:29:3e:5f:01, 000c293e5f01
 *       %pMF  R behind       with '-'; the last byte first
 *     %pI4  %pi4           4 bytes as an IPv4 address: 10.0.0.1, 010.000.000.001; h or l behind:
 *                          the last byte first
 *     %pI6  %pi6  %pI6c    16 bytes as an IPv6 address: with ':', without, and short: fe80::1
 *     %pUb  %pUl           16 bytes as a UUID, big-endian (%pU too) or little-endian; B, L: capitals
 *     %pV                  a struct va_format
 *
 * A conversion that is not known ends the formatting: what its argument is, nobody can tell. The
 * rest of the format is printed as it stands.
 *
 * Context: any. No allocation, no locks; about 500 bytes of stack.
 */
#ifndef LIB_VSPRINTF_H
#define LIB_VSPRINTF_H

#include <stdarg.h>
#include <lib/compiler.h>
#include <lib/host_names.h>
#include <lib/types.h>

/* A format with its arguments, as one argument (%pV). */
struct va_format {
	const char *fmt;
	va_list *va;
};

/* Set by the kernel parameter of this name: %p prints addresses as %px does. */
extern bool no_hash_pointers;

/**
 * vsnprintf - format into a buffer
 * @buf:  room for @size bytes; untouched, and may be NULL, when @size is 0
 * @size: at most INT_MAX counts; text past it is cut, and the NUL always fits
 * @fmt:  format, see above
 * @args: the arguments
 *
 * Return: the length of the whole text, without the NUL, cut or not.
 */
int vsnprintf(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);
int snprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/* The same; gives the number of characters that are in @buf, without the NUL (0 for size 0). */
int vscnprintf(char *buf, size_t size, const char *fmt, va_list args) __printf(3, 0);
int scnprintf(char *buf, size_t size, const char *fmt, ...) __printf(3, 4);

/* The same into a buffer that the caller knows to be large enough. */
int vsprintf(char *buf, const char *fmt, va_list args) __printf(2, 0);
int sprintf(char *buf, const char *fmt, ...) __printf(2, 3);

#endif
