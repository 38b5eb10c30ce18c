// SPDX-License-Identifier: MIT
/*
 * lib/hexdump.c - bytes as lines of hex digits and characters
 *
 *     rowsize 16, groupsize 4, len 12, ascii
 *
 *     03020100 07060504 0b0a0908           ................
 *     `------' `------' `------'           `- one character a byte, '.' when it does not print
 *     a group is a number: on an x86 its   |
 *     bytes stand from last to first       column 2 * rowsize + rowsize / groupsize + 1
 *
 * The column is where a full row of groups would end, plus two spaces.
 */
#include <lib/ctype.h>
#include <lib/hexdump.h>
#include <lib/printk.h>
#include <lib/string.h>

#include "format.h"

#define ROW_MAX		32

/* Two digits and a space a byte, two spaces, one character a byte, NUL. */
#define LINE_MAX_CHARS	(ROW_MAX * 3 + 2 + ROW_MAX + 1)

/* --- one line -------------------------------------------------------------------------------- */

static int usable_rowsize(int rowsize)
{
	return rowsize == ROW_MAX ? ROW_MAX : 16;
}

static size_t usable_groupsize(int groupsize, size_t len)
{
	bool known = groupsize == 2 || groupsize == 4 || groupsize == 8;

	return known && len % groupsize == 0 ? groupsize : 1;
}

static void put_groups(struct sink *line, const u8 *bytes, size_t len, size_t groupsize)
{
	for (size_t group = 0; group < len; group += groupsize) {
		if (group)
			sink_char(line, ' ');
		for (size_t i = groupsize; i-- > 0; ) {
			sink_char(line, hex_asc_hi(bytes[group + i]));
			sink_char(line, hex_asc_lo(bytes[group + i]));
		}
	}
}

static void put_characters(struct sink *line, const u8 *bytes, size_t len, size_t column)
{
	sink_fill(line, ' ', column - line->len);
	for (size_t i = 0; i < len; i++)
		sink_char(line, isprint(bytes[i]) ? bytes[i] : '.');
}

int hex_dump_to_buffer(const void *buf, size_t len, int rowsize, int groupsize, char *out,
		       size_t outlen, bool ascii)
{
	struct sink line;
	size_t row = usable_rowsize(rowsize), group;

	if (len > row)
		len = row;
	group = usable_groupsize(groupsize, len);
	sink_start(&line, out, outlen);
	if (len) {
		put_groups(&line, buf, len, group);
		if (ascii)
			put_characters(&line, buf, len, 2 * row + row / group + 1);
	}
	return sink_end(&line, outlen);
}

/* --- the log --------------------------------------------------------------------------------- */

void print_hex_dump(const char *level, const char *prefix_str, int prefix_type, int rowsize,
		    int groupsize, const void *buf, size_t len, bool ascii)
{
	size_t row = usable_rowsize(rowsize);
	char text[LINE_MAX_CHARS];
	char fmt[16];			/* the level is part of the format: its two bytes and ours */

	strlcpy(fmt, level, sizeof(fmt));
	strlcat(fmt, prefix_type == DUMP_PREFIX_ADDRESS ? "%s%p: %s\n" :
		     prefix_type == DUMP_PREFIX_OFFSET ? "%s%.8zx: %s\n" : "%s%s\n", sizeof(fmt));
	for (size_t offset = 0; offset < len; offset += row) {
		const u8 *bytes = (const u8 *)buf + offset;

		hex_dump_to_buffer(bytes, len - offset, row, groupsize, text, sizeof(text), ascii);
		if (prefix_type == DUMP_PREFIX_ADDRESS)
			printk(fmt, prefix_str, bytes, text);
		else if (prefix_type == DUMP_PREFIX_OFFSET)
			printk(fmt, prefix_str, offset, text);
		else
			printk(fmt, prefix_str, text);
	}
}
