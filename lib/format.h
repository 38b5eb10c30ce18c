/* SPDX-License-Identifier: MIT */
/*
 * lib/format.h - what the files behind vsnprintf share
 *
 * The text goes into a sink, which counts all of it and keeps what fits:
 *
 *     buf                       buf + room
 *      | t e x t   t h a t   f i t s |NUL|   t e x t   t h a t   i s   o n l y   c o u n t e d
 *      `------------------------------- len -------------------------------------------------'
 *
 * F1  a byte of buf is written only below min(len, room), and by sink_end() one NUL there
 * F2  len is the length of the whole text, whatever room is; it stays at INT_MAX once there
 */
#ifndef LIB_FORMAT_H
#define LIB_FORMAT_H

#include <stdarg.h>
#include <lib/compiler.h>
#include <lib/limits.h>
#include <lib/string.h>
#include <lib/types.h>

struct sink {
	char *buf;
	size_t room;
	size_t len;
};

/* One conversion: %[flags][width][.precision][length]conversion */
struct spec {
	unsigned int flags;
	unsigned int width;		/* 0: none was given */
	int precision;			/* -1: none was given */
};

#define SPEC_LEFT	0x01	/* - */
#define SPEC_PLUS	0x02	/* + */
#define SPEC_SPACE	0x04	/* space */
#define SPEC_ALTERNATE	0x08	/* # */
#define SPEC_ZERO	0x10	/* 0 */
#define SPEC_CAPITALS	0x20	/* %X instead of %x */

static inline void sink_start(struct sink *sink, char *buf, size_t size)
{
	sink->buf = buf;
	sink->room = size < INT_MAX ? size - !!size : INT_MAX - 1;
	sink->len = 0;
}

/* Write the NUL and give the length of the whole text; @size as at the start. */
static inline int sink_end(struct sink *sink, size_t size)
{
	if (size)
		sink->buf[sink->len < sink->room ? sink->len : sink->room] = '\0';
	return sink->len;
}

static inline void sink_count(struct sink *sink, size_t n)
{
	sink->len = n < INT_MAX - sink->len ? sink->len + n : INT_MAX;
}

/* A run of one character may be wider than any buffer: what does not fit is only counted. */
static inline void sink_fill(struct sink *sink, char c, size_t n)
{
	if (sink->len < sink->room) {
		size_t fits = sink->room - sink->len;

		memset(sink->buf + sink->len, c, n < fits ? n : fits);
	}
	sink_count(sink, n);
}

static inline void sink_bytes(struct sink *sink, const char *text, size_t n)
{
	if (sink->len < sink->room) {
		size_t fits = sink->room - sink->len;

		memcpy(sink->buf + sink->len, text, n < fits ? n : fits);
	}
	sink_count(sink, n);
}

static inline void sink_char(struct sink *sink, char c)
{
	if (sink->len < sink->room)
		sink->buf[sink->len] = c;
	sink_count(sink, 1);
}

/* lib/vsprintf.c: @n characters of @text, padded to the width with spaces. */
void format_text(struct sink *sink, const char *text, size_t n, const struct spec *spec);

/* lib/vsprintf.c: %s, and what stands for a string that cannot be read. */
void format_string(struct sink *sink, const char *s, const struct spec *spec);

/* lib/vsprintf.c: a number in base 8, 10 or 16; @sign is '-', '+', ' ' or 0 for none. */
void format_number(struct sink *sink, u64 value, char sign, unsigned int base,
		   const struct spec *spec);

/* lib/vsprintf.c: append a formatted text. */
void format_into(struct sink *sink, const char *fmt, va_list *args);

/* lib/vsprintf_pointer.c: %p; @form is the format behind the p. */
void format_pointer(struct sink *sink, const void *ptr, const char *form, struct spec *spec);

/* lib/vsprintf_net.c: %pM %pI %pU; false: @form asks for something else. */
bool format_net(struct sink *sink, const u8 *bytes, const char *form, const struct spec *spec);

/* The words that stand for what is behind @ptr when that cannot be read, else NULL. */
const char *format_unreadable(const void *ptr);

#endif
