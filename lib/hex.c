// SPDX-License-Identifier: MIT
/*
 * lib/hex.c - hex digits and bytes
 *
 * Two digits a byte, the high one first, small letters on the way out, both on the way in.
 */
#include <lib/ctype.h>
#include <lib/errno.h>
#include <lib/hexdump.h>

const char hex_asc[] = "0123456789abcdef";
const char hex_asc_upper[] = "0123456789ABCDEF";

int hex_to_bin(unsigned char c)
{
	if (isdigit(c))
		return c - '0';
	return isxdigit(c) ? tolower(c) - 'a' + 10 : -1;
}

int hex2bin(u8 *dst, const char *src, size_t count)
{
	for (; count; count--, src += 2) {
		int high = hex_to_bin(src[0]);
		int low = high < 0 ? -1 : hex_to_bin(src[1]);

		if (low < 0)
			return -EINVAL;
		*dst++ = high << 4 | low;
	}
	return 0;
}

char *bin2hex(char *dst, const void *src, size_t count)
{
	for (const u8 *bytes = src; count; count--)
		dst = hex_byte_pack(dst, *bytes++);
	return dst;
}
