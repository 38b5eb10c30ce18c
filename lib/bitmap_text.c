// SPDX-License-Identifier: MIT
/*
 * lib/bitmap_text.c - bitmaps as text, in two languages
 *
 *     bits 0, 1 and 35 of 36          hex         8,00000003      chunks of 32 bits, high first
 *                                     list        0-1,35          numbers and ranges, low first
 *
 * Reading takes more than writing gives: in a list, steps (0-31:2/8 is 0-1,8-9,16-17,24-25), "N"
 * and "all"; in both, white space for commas, and separators with nothing between them.
 *
 * Hex digits are read from the end of the text, for that is where bit 0 is.
 */
#include <lib/bitmap.h>
#include <lib/ctype.h>
#include <lib/errno.h>
#include <lib/hexdump.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/vsprintf.h>

#define CHUNK_BITS	32
#define CHUNK_DIGITS	8
#define PAGE_BYTES	4096u		/* a file's read buffer is one page */

static bool ends_text(char c)
{
	return c == '\0' || c == '\n';
}

static bool separates_items(char c)
{
	return c == ',' || isspace(c);
}

/* --- reading hex ----------------------------------------------------------------------------- */

/* Read the chunk that ends at *@end, and move *@end to its start. */
static int read_chunk(const char *start, const char **end, u32 *chunk)
{
	unsigned int digits = 0;

	*chunk = 0;
	for (; *end > start && !separates_items((*end)[-1]); --*end) {
		int digit = hex_to_bin((*end)[-1]);

		if (digit < 0)
			return -EINVAL;
		if (digits == CHUNK_DIGITS)
			return -EOVERFLOW;
		*chunk |= (u32)digit << 4 * digits++;
	}
	return 0;
}

static int put_chunk(unsigned long *map, unsigned int nbits, unsigned int bit, u32 chunk)
{
	unsigned int room = bit < nbits ? nbits - bit : 0;

	if (room < CHUNK_BITS && chunk >> room)
		return -EOVERFLOW;
	if (room)
		map[BIT_WORD(bit)] |= (unsigned long)chunk << bit % BITS_PER_LONG;
	return 0;
}

int bitmap_parse(const char *buf, unsigned int len, unsigned long *map, int nbits)
{
	const char *end = buf;

	while (len && !ends_text(*end)) {
		len--;
		end++;
	}
	bitmap_zero(map, nbits);
	for (unsigned int bit = 0; ; bit += CHUNK_BITS) {
		u32 chunk;
		int err;

		while (end > buf && separates_items(end[-1]))
			end--;
		if (end == buf)
			return 0;
		err = read_chunk(buf, &end, &chunk);
		if (!err)
			err = put_chunk(map, nbits, bit, chunk);
		if (err)
			return err;
	}
}

/* --- reading a list -------------------------------------------------------------------------- */

/* start-end:used/group */
struct range {
	unsigned int start, end;
	unsigned int used, group;
};

static int read_number(const char **s, unsigned int last_bit, unsigned int *number)
{
	bool overflow;
	size_t digits;
	u64 value;

	if (**s == 'N') {
		++*s;
		*number = last_bit;
		return 0;
	}
	digits = parse_digits(*s, SIZE_MAX, 10, &value, &overflow);
	if (!digits)
		return -EINVAL;
	if (overflow || value > U32_MAX)
		return -EOVERFLOW;
	*s += digits;
	*number = value;
	return 0;
}

static bool item_is_over(const char *s)
{
	return ends_text(*s) || separates_items(*s);
}

/* a, a-b or all */
static int read_span(const char **s, unsigned int last_bit, struct range *range)
{
	int err;

	if (strncasecmp(*s, "all", 3) == 0) {
		*s += 3;
		range->start = 0;
		range->end = last_bit;
		return 0;
	}
	err = read_number(s, last_bit, &range->start);
	if (err)
		return err;
	range->end = range->start;
	if (item_is_over(*s))
		return 0;
	if (*(*s)++ != '-')
		return -EINVAL;
	return read_number(s, last_bit, &range->end);
}

/* :used/group, or nothing, which takes every bit */
static int read_step(const char **s, unsigned int last_bit, struct range *range)
{
	int err;

	range->used = range->group = 1;
	if (**s != ':')
		return 0;
	++*s;
	err = read_number(s, last_bit, &range->used);
	if (err)
		return err;
	if (*(*s)++ != '/')
		return -EINVAL;
	return read_number(s, last_bit, &range->group);
}

static int read_range(const char **s, unsigned int last_bit, struct range *range)
{
	int err = read_span(s, last_bit, range);

	if (!err)
		err = read_step(s, last_bit, range);
	if (!err && !item_is_over(*s))
		err = -EINVAL;
	return err;
}

static int put_range(unsigned long *map, unsigned int nbits, const struct range *range)
{
	unsigned int start = range->start;

	if (range->end < start || !range->group || range->used > range->group)
		return -EINVAL;
	if (range->end >= nbits)
		return -ERANGE;
	if (range->used == range->group) {
		bitmap_set(map, start, range->end - start + 1);
		return 0;
	}
	for (;;) {
		bitmap_set(map, start, min(range->used, range->end - start + 1));
		if (range->end - start < range->group)
			return 0;
		start += range->group;
	}
}

int bitmap_parselist(const char *buf, unsigned long *map, int nbits)
{
	bitmap_zero(map, nbits);
	for (;;) {
		struct range range;
		int err;

		while (separates_items(*buf) && !ends_text(*buf))
			buf++;
		if (ends_text(*buf))
			return 0;
		err = read_range(&buf, nbits - 1, &range);
		if (!err)
			err = put_range(map, nbits, &range);
		if (err)
			return err;
	}
}

/* --- writing --------------------------------------------------------------------------------- */

typedef void (*emit_t)(void *to, const char *text, size_t n);

static void hex_text(const unsigned long *map, unsigned int nbits, emit_t emit, void *to)
{
	unsigned int bits = (nbits - 1) % CHUNK_BITS + 1;	/* of the first chunk */

	for (unsigned int left = nbits; left; left -= bits, bits = CHUNK_BITS) {
		unsigned int bit = left - bits;
		u32 chunk = map[BIT_WORD(bit)] >> bit % BITS_PER_LONG;
		char text[CHUNK_DIGITS + 2];
		size_t n = 0;

		if (left != nbits)
			text[n++] = ',';
		chunk &= ~0u >> (CHUNK_BITS - bits);
		for (int digit = (bits - 1) / 4; digit >= 0; digit--)
			text[n++] = hex_asc[chunk >> 4 * digit & 15];
		emit(to, text, n);
	}
}

static void list_text(const unsigned long *map, unsigned int nbits, emit_t emit, void *to)
{
	const char *comma = "";
	unsigned int start, end;

	for (start = find_first_bit(map, nbits); start < nbits;
	     start = find_next_bit(map, nbits, end)) {
		char text[24];
		size_t n;

		end = find_next_zero_bit(map, nbits, start);
		if (end - start == 1)
			n = scnprintf(text, sizeof(text), "%s%u", comma, start);
		else
			n = scnprintf(text, sizeof(text), "%s%u-%u", comma, start, end - 1);
		emit(to, text, n);
		comma = ",";
	}
}

void bitmap_text(const unsigned long *map, unsigned int nbits, bool list, emit_t emit, void *to)
{
	if (list)
		list_text(map, nbits, emit, to);
	else
		hex_text(map, nbits, emit, to);
}

int bitmap_print_to_pagebuf(bool list, char *buf, const unsigned long *map, int nbits)
{
	size_t room = PAGE_BYTES - (uintptr_t)buf % PAGE_BYTES;

	return scnprintf(buf, room, list ? "%*pbl\n" : "%*pb\n", nbits, map);
}

/* The part of a text that somebody asked for: bytes @off to @off + @room of it go to @buf. */
struct window {
	char *buf;
	size_t room, used;
	u64 skip;			/* bytes of the text still before the window */
};

static void emit_to_window(void *to, const char *text, size_t n)
{
	struct window *window = to;
	size_t skip = window->skip < n ? window->skip : n;
	size_t part = min(n - skip, window->room - window->used);

	window->skip -= skip;
	memcpy(window->buf + window->used, text + skip, part);
	window->used += part;
}

static int print_window(char *buf, const unsigned long *map, int nbits, bool list, loff_t off,
			size_t count)
{
	struct window window = { .buf = buf, .room = count, .skip = off };

	bitmap_text(map, nbits, list, emit_to_window, &window);
	emit_to_window(&window, "\n", 2);
	return window.used;
}

int bitmap_print_bitmask_to_buf(char *buf, const unsigned long *map, int nbits, loff_t off,
				size_t count)
{
	return print_window(buf, map, nbits, false, off, count);
}

int bitmap_print_list_to_buf(char *buf, const unsigned long *map, int nbits, loff_t off,
			     size_t count)
{
	return print_window(buf, map, nbits, true, off, count);
}
