/* SPDX-License-Identifier: MIT */
/*
 * include/lib/hexdump.h - bytes as text, and back
 *
 * Context: any.
 */
#ifndef LIB_HEXDUMP_H
#define LIB_HEXDUMP_H

#include <lib/compiler.h>
#include <lib/types.h>

enum {
	DUMP_PREFIX_NONE,
	DUMP_PREFIX_ADDRESS,		/* 00c0ffee: as by %p */
	DUMP_PREFIX_OFFSET,		/* 00000010: from the start of the buffer */
};

extern const char hex_asc[];		/* "0123456789abcdef" */
extern const char hex_asc_upper[];

#define hex_asc_lo(byte)	hex_asc[(byte) & 0x0f]
#define hex_asc_hi(byte)	hex_asc[((byte) & 0xf0) >> 4]

/**
 * hex_dump_to_buffer - one line of a dump
 * @buf:       bytes to show
 * @len:       how many; more than @rowsize count as @rowsize
 * @rowsize:   16 or 32 bytes a line (anything else counts as 16)
 * @groupsize: 1, 2, 4 or 8 bytes a group, printed as a number of the CPU's byte order; 1 when @len
 *             is no multiple of it
 * @out:       room for the line
 * @outlen:    size of @out; what does not fit is cut, the NUL always fits (unless @outlen is 0)
 * @ascii:     the bytes as characters behind it, in a column of their own
 *
 * Return: the length of the whole line without the NUL, cut or not.
 */
int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *out,
		       size_t outlen, bool ascii);

/**
 * print_hex_dump - a dump into the log
 * @level:       KERN_ level of every line
 * @prefix_str:  text at the start of every line
 * @prefix_type: DUMP_PREFIX_: what follows it
 * @rowsize, @groupsize, @buf, @ascii: as above
 * @len:         any number of bytes
 */
void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii);

#define print_hex_dump_debug(prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii) \
	print_hex_dump(KERN_DEBUG, prefix_str, prefix_type, rowsize, groupsize, buf, len, ascii)

#define print_hex_dump_bytes(prefix_str, prefix_type, buf, len)			\
	print_hex_dump_debug(prefix_str, prefix_type, 16, 1, buf, len, true)

/* The value of a hex digit, -1 for any other character. */
int hex_to_bin(unsigned char c);

/* Two digits a byte, @count bytes, no separators. 0, or -EINVAL at a character that is no digit. */
int __must_check hex2bin(u8 *dst, const char *src, size_t count);

/* The way back; gives the end of what is written. No NUL. */
char *bin2hex(char *dst, const void *src, size_t count);

/* One byte as two digits; gives what follows them. */
static inline char *hex_byte_pack(char *dst, u8 byte)
{
	*dst++ = hex_asc_hi(byte);
	*dst++ = hex_asc_lo(byte);
	return dst;
}

#endif
