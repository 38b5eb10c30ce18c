// SPDX-License-Identifier: MIT
/*
 * lib/sscanf.c - values out of a text and a format
 *
 *     format   "id  %3d:%[a-c]%n"          white space: any amount of it, also none
 *     text     "id 12345 ..."              %3d: at most three characters
 *               ^^^^^^
 *               `- matched so far: the text pointer; NULL from the first mismatch on
 *
 * Which characters a text conversion takes is a set of 256 bits: %[ spells it out, %s is all but
 * white space.
 */
#include <lib/bitmap.h>
#include <lib/ctype.h>
#include <lib/kstrtox.h>
#include <lib/limits.h>
#include <lib/sscanf.h>
#include <lib/string.h>

#define CHARACTERS	256u

struct conversion {
	bool stores;			/* no '*' */
	size_t width;			/* SIZE_MAX: none was given */
	size_t bytes;			/* of the integer that is stored */
	char kind;
};

/* %[*][width][length]kind; gives where the format goes on. */
static const char *parse_conversion(const char *fmt, struct conversion *c)
{
	u64 width;
	bool overflow;
	size_t digits;

	c->stores = *fmt != '*';
	fmt += !c->stores;
	digits = parse_digits(fmt, SIZE_MAX, 10, &width, &overflow);
	c->width = width ? width : SIZE_MAX;
	fmt += digits;
	c->bytes = sizeof(int);
	for (; *fmt && strchr("hlLjzt", *fmt); fmt++)
		if (*fmt == 'h')
			c->bytes /= 2;
		else if (*fmt == 'L' || *fmt == 'j' || (*fmt == 'l' && fmt[1] == 'l'))
			c->bytes = sizeof(long long);
	c->kind = *fmt;
	return fmt + !!*fmt;
}

static void store_integer(const struct conversion *c, u64 value, va_list *args)
{
	if (c->stores)
		memcpy(va_arg(*args, void *), &value, c->bytes);	/* little-endian */
}

/* Gives where the text goes on, or NULL: there is no number. */
static const char *scan_integer(const char *s, const struct conversion *c, va_list *args)
{
	unsigned int base = c->kind == 'i' ? 0 : c->kind == 'o' ? 8 :
			    tolower(c->kind) == 'x' ? 16 : 10;
	size_t left = c->width, prefix, digits;
	bool minus, overflow;
	u64 value;

	s = skip_spaces(s);
	minus = *s == '-' && (c->kind == 'd' || c->kind == 'i');
	s += minus;
	left -= minus;
	prefix = parse_base(s, &base);
	if (prefix < left) {
		s += prefix;
		left -= prefix;
	}
	digits = parse_digits(s, left, base, &value, &overflow);
	if (!digits)
		return NULL;
	store_integer(c, minus ? -value : value, args);
	return s + digits;
}

/* The set behind "%["; gives where the format goes on. */
static const char *parse_set(const char *fmt, unsigned long *set)
{
	bool others = *fmt == '^';
	u8 first;

	bitmap_zero(set, CHARACTERS);
	fmt += others;
	do {				/* a ']' that comes first is one of the set */
		first = *fmt++;
		if (!first)
			return fmt - 1;
		if (fmt[0] == '-' && fmt[1] && fmt[1] != ']' && (u8)fmt[1] >= first) {
			bitmap_set(set, first, (u8)fmt[1] - first + 1);
			fmt += 2;
		}
		__set_bit(first, set);
	} while (*fmt && *fmt != ']');
	if (others)
		bitmap_complement(set, set, CHARACTERS);
	return fmt + !!*fmt;
}

static void set_of_words(unsigned long *set)
{
	bitmap_fill(set, CHARACTERS);
	for (unsigned int c = 0; c < CHARACTERS; c++)
		if (isspace(c))
			__clear_bit(c, set);
}

/* %s and %[: as many characters of @set as there are. NULL: none. */
static const char *scan_text(const char *s, const struct conversion *c, const unsigned long *set,
			     va_list *args)
{
	size_t n = 0;

	while (n < c->width && s[n] && test_bit((u8)s[n], set))
		n++;
	if (n && c->stores) {
		char *to = va_arg(*args, char *);

		memcpy(to, s, n);
		to[n] = '\0';
	}
	return n ? s + n : NULL;
}

/* At the end of the text, as many as are left. */
static const char *scan_chars(const char *s, const struct conversion *c, va_list *args)
{
	size_t n = strnlen(s, c->width == SIZE_MAX ? 1 : c->width);

	if (n && c->stores)
		memcpy(va_arg(*args, char *), s, n);
	return n ? s + n : NULL;
}

/* A character of the format that is no conversion, "%%" included. */
static const char *match(const char *s, char c)
{
	if (isspace(c))
		return skip_spaces(s);
	return *s == c ? s + 1 : NULL;
}

/* One conversion that reads; *@fmt stands behind its letter. */
static const char *scan_one(const char *s, const struct conversion *c, const char **fmt,
			    va_list *args)
{
	DECLARE_BITMAP(set, CHARACTERS);

	switch (c->kind) {
	case 'd': case 'i': case 'u': case 'x': case 'X': case 'o':
		return scan_integer(s, c, args);
	case 'c':
		return scan_chars(s, c, args);
	case 's':
		set_of_words(set);
		return scan_text(skip_spaces(s), c, set, args);
	case '[':
		*fmt = parse_set(*fmt, set);
		return scan_text(s, c, set, args);
	default:
		return NULL;
	}
}

int vsscanf(const char *s, const char *fmt, va_list args)
{
	const char *start = s;
	struct conversion c;
	va_list rest;
	int stored = 0;

	va_copy(rest, args);
	while (s && *fmt) {
		if (*fmt != '%') {
			s = match(s, *fmt++);
			continue;
		}
		fmt = parse_conversion(fmt + 1, &c);
		if (c.kind == '%') {
			s = match(skip_spaces(s), '%');
		} else if (c.kind == 'n') {
			store_integer(&c, s - start, &rest);
		} else {
			s = scan_one(s, &c, &fmt, &rest);
			stored += s && c.stores;
		}
	}
	va_end(rest);
	return stored;
}

int sscanf(const char *s, const char *fmt, ...)
{
	va_list args;
	int stored;

	va_start(args, fmt);
	stored = vsscanf(s, fmt, args);
	va_end(args);
	return stored;
}
