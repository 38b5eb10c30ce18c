// SPDX-License-Identifier: MIT
/*
 * lib/vsprintf.c - the printf family: the format, numbers and strings
 *
 * One conversion                       and what a number is made of
 *
 *     % flags width .precision ll x      | spaces | sign or 0x | zeros | digits | spaces |
 *       `-----------v----------'          `---------------- at least width ------------'
 *               struct spec                                  `- precision -'
 *
 * At most one of the two runs of spaces is there; with the flag 0 and no precision, zeros take the
 * place of the left one. Pointers (%p and its letters) are in vsprintf_pointer.c; how the text is
 * kept within the buffer is in format.h.
 *
 * Numbers are turned into digits without a division of 64 bits, which a 386 does not have.
 */
#include <lib/ctype.h>
#include <lib/string.h>
#include <lib/vsprintf.h>

#include "format.h"

/* The digits of 2^64 - 1 in octal. */
#define DIGITS_MAX	22

/* --- digits: each writes backwards from @end and gives the first digit's address --------------- */

static const char digit_pairs[200] __nonstring =
	"0001020304050607080910111213141516171819"
	"2021222324252627282930313233343536373839"
	"4041424344454647484950515253545556575859"
	"6061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

static char *put_pair(char *end, unsigned int n)
{
	*--end = digit_pairs[2 * n + 1];
	*--end = digit_pairs[2 * n];
	return end;
}

static char *digits_of_u32(char *end, u32 n)
{
	while (n >= 100) {
		end = put_pair(end, n % 100);
		n /= 100;
	}
	if (n >= 10)
		return put_pair(end, n);
	*--end = '0' + n;
	return end;
}

static char *put_four(char *end, unsigned int n)
{
	return put_pair(put_pair(end, n % 100), n / 100);
}

/*
 * n = a3 * 2^48 + a2 * 2^32 + a1 * 2^16 + a0, with each power of two written in base 10^4:
 *
 *     2^16 =                   6 5536
 *     2^32 =           42 9496   7296
 *     2^48 =  281 4749 7671      0656
 *
 * Column by column, each sum with its carry stays below 2^32: the largest, the third, is at most
 * (7671 + 9496 + 6) * 65535 plus a carry of 10^5.
 */
static char *digits_of_u64(char *end, u64 n)
{
	u32 a0 = (u32)n & 0xffff, a1 = (u32)n >> 16;
	u32 a2 = (u32)(n >> 32) & 0xffff, a3 = (u32)(n >> 48);
	u32 column[5];
	int top = 4;

	column[0] = 656 * a3 + 7296 * a2 + 5536 * a1 + a0;
	column[1] = 7671 * a3 + 9496 * a2 + 6 * a1 + column[0] / 10000;
	column[2] = 4749 * a3 + 42 * a2 + column[1] / 10000;
	column[3] = 281 * a3 + column[2] / 10000;
	column[4] = column[3] / 10000;

	while (top && !column[top])
		top--;
	for (int i = 0; i < top; i++)
		end = put_four(end, column[i] % 10000);
	return digits_of_u32(end, column[top]);
}

static char *digits_of_bits(char *end, u64 n, unsigned int shift, bool capitals)
{
	const char *digit = capitals ? "0123456789ABCDEF" : "0123456789abcdef";
	u32 low = n, mask = (1u << shift) - 1;

	for (; n >> 32; n >>= shift, low = n)
		*--end = digit[low & mask];
	do {
		*--end = digit[low & mask];
		low >>= shift;
	} while (low);
	return end;
}

static char *digits_of(char *end, u64 value, unsigned int base, bool capitals)
{
	if (base != 10)
		return digits_of_bits(end, value, base == 8 ? 3 : 4, capitals);
	if (value >> 32)
		return digits_of_u64(end, value);
	return digits_of_u32(end, value);
}

/* --- conversions ----------------------------------------------------------------------------- */

void format_number(struct sink *sink, u64 value, char sign, unsigned int base,
		   const struct spec *spec)
{
	char text[DIGITS_MAX];
	char *end = text + sizeof(text);
	char *digits = digits_of(end, value, base, spec->flags & SPEC_CAPITALS);
	size_t count = end - digits;
	size_t zeros = 0, front = 0, pad;
	char prefix[2];

	if (sign)
		prefix[front++] = sign;
	if (base == 16 && (spec->flags & SPEC_ALTERNATE) && value) {
		prefix[front++] = '0';
		prefix[front++] = spec->flags & SPEC_CAPITALS ? 'X' : 'x';
	}
	if (spec->precision > (int)count)
		zeros = spec->precision - count;
	else if (base == 8 && (spec->flags & SPEC_ALTERNATE) && value)
		zeros = 1;

	count += zeros + front;
	pad = spec->width > count ? spec->width - count : 0;
	if ((spec->flags & (SPEC_LEFT | SPEC_ZERO)) == SPEC_ZERO && spec->precision < 0) {
		zeros += pad;
		pad = 0;
	}

	if (pad && !(spec->flags & SPEC_LEFT))
		sink_fill(sink, ' ', pad);
	if (front)
		sink_bytes(sink, prefix, front);
	if (zeros)
		sink_fill(sink, '0', zeros);
	sink_bytes(sink, digits, end - digits);
	if (pad && (spec->flags & SPEC_LEFT))
		sink_fill(sink, ' ', pad);
}

void format_text(struct sink *sink, const char *text, size_t n, const struct spec *spec)
{
	size_t pad = spec->width > n ? spec->width - n : 0;

	if (pad && !(spec->flags & SPEC_LEFT))
		sink_fill(sink, ' ', pad);
	sink_bytes(sink, text, n);
	if (pad && (spec->flags & SPEC_LEFT))
		sink_fill(sink, ' ', pad);
}

void format_string(struct sink *sink, const char *s, const struct spec *spec)
{
	const char *instead = format_unreadable(s);

	if (instead)
		s = instead;
	format_text(sink, s, spec->precision < 0 ? strlen(s) : strnlen(s, spec->precision), spec);
}

/* --- the format ------------------------------------------------------------------------------ */

enum length { LENGTH_CHAR, LENGTH_SHORT, LENGTH_INT, LENGTH_LONG, LENGTH_LONG_LONG };

/* A number in the format; what is past INT_MAX counts as INT_MAX. */
static int parse_number(const char **fmt)
{
	unsigned int n = 0;

	for (; isdigit(**fmt); ++*fmt)
		n = n < INT_MAX / 10 ? n * 10 + (**fmt - '0') : INT_MAX;
	return n;
}

static unsigned int parse_flags(const char **fmt)
{
	unsigned int flags = 0;

	for (;; ++*fmt) {
		switch (**fmt) {
		case '-':
			flags |= SPEC_LEFT;
			break;
		case '+':
			flags |= SPEC_PLUS;
			break;
		case ' ':
			flags |= SPEC_SPACE;
			break;
		case '#':
			flags |= SPEC_ALTERNATE;
			break;
		case '0':
			flags |= SPEC_ZERO;
			break;
		default:
			return flags;
		}
	}
}

static void parse_width(const char **fmt, struct spec *spec, va_list *args)
{
	int width;

	if (**fmt != '*') {
		spec->width = parse_number(fmt);
		return;
	}
	++*fmt;
	width = va_arg(*args, int);
	if (width < 0) {
		spec->flags |= SPEC_LEFT;
		spec->width = -(unsigned int)width;
	} else {
		spec->width = width;
	}
}

static void parse_precision(const char **fmt, struct spec *spec, va_list *args)
{
	spec->precision = -1;
	if (**fmt != '.')
		return;
	++*fmt;
	if (isdigit(**fmt)) {
		spec->precision = parse_number(fmt);
	} else if (**fmt == '*') {
		++*fmt;
		spec->precision = va_arg(*args, int);
		if (spec->precision < 0)
			spec->precision = 0;
	}
}

/* size_t and ptrdiff_t are as wide as long. */
static enum length parse_length(const char **fmt)
{
	switch (*(*fmt)++) {
	case 'h':
		if (**fmt != 'h')
			return LENGTH_SHORT;
		++*fmt;
		return LENGTH_CHAR;
	case 'l':
		if (**fmt != 'l')
			return LENGTH_LONG;
		++*fmt;
		return LENGTH_LONG_LONG;
	case 'L':
	case 'j':
		return LENGTH_LONG_LONG;
	case 'z':
	case 't':
		return LENGTH_LONG;
	default:
		--*fmt;
		return LENGTH_INT;
	}
}

static s64 signed_argument(enum length length, va_list *args)
{
	switch (length) {
	case LENGTH_CHAR:
		return (signed char)va_arg(*args, int);
	case LENGTH_SHORT:
		return (short)va_arg(*args, int);
	case LENGTH_LONG:
		return va_arg(*args, long);
	case LENGTH_LONG_LONG:
		return va_arg(*args, long long);
	default:
		return va_arg(*args, int);
	}
}

static u64 unsigned_argument(enum length length, va_list *args)
{
	switch (length) {
	case LENGTH_CHAR:
		return (unsigned char)va_arg(*args, int);
	case LENGTH_SHORT:
		return (unsigned short)va_arg(*args, int);
	case LENGTH_LONG:
		return va_arg(*args, unsigned long);
	case LENGTH_LONG_LONG:
		return va_arg(*args, unsigned long long);
	default:
		return va_arg(*args, unsigned int);
	}
}

static void format_signed(struct sink *sink, s64 value, const struct spec *spec)
{
	char sign = 0;

	if (value < 0)
		sign = '-';
	else if (spec->flags & SPEC_PLUS)
		sign = '+';
	else if (spec->flags & SPEC_SPACE)
		sign = ' ';
	format_number(sink, value < 0 ? -(u64)value : (u64)value, sign, 10, spec);
}

static void format_char(struct sink *sink, char c, const struct spec *spec)
{
	format_text(sink, &c, 1, spec);
}

/*
 * One conversion; @fmt stands behind its %. Gives where the format goes on, NULL for a conversion
 * that is not known.
 */
static const char *format_conversion(struct sink *sink, const char *fmt, va_list *args)
{
	struct spec spec;
	enum length length;

	spec.flags = parse_flags(&fmt);
	parse_width(&fmt, &spec, args);
	parse_precision(&fmt, &spec, args);
	length = parse_length(&fmt);

	switch (*fmt++) {
	case 'd':
	case 'i':
		format_signed(sink, signed_argument(length, args), &spec);
		return fmt;
	case 'u':
		format_number(sink, unsigned_argument(length, args), 0, 10, &spec);
		return fmt;
	case 'X':
		spec.flags |= SPEC_CAPITALS;
		/* fall through */
	case 'x':
		format_number(sink, unsigned_argument(length, args), 0, 16, &spec);
		return fmt;
	case 'o':
		format_number(sink, unsigned_argument(length, args), 0, 8, &spec);
		return fmt;
	case 's':
		format_string(sink, va_arg(*args, const char *), &spec);
		return fmt;
	case 'c':
		format_char(sink, va_arg(*args, int), &spec);
		return fmt;
	case 'p':
		format_pointer(sink, va_arg(*args, const void *), fmt, &spec);
		while (isalnum((u8)*fmt))
			fmt++;
		return fmt;
	case '%':
		sink_char(sink, '%');
		return fmt;
	default:
		return NULL;
	}
}

void format_into(struct sink *sink, const char *fmt, va_list *args)
{
	for (;;) {
		const char *percent = strchrnul(fmt, '%');

		sink_bytes(sink, fmt, percent - fmt);
		if (!*percent)
			return;
		fmt = format_conversion(sink, percent + 1, args);
		if (!fmt) {
			sink_bytes(sink, percent, strlen(percent));
			return;
		}
	}
}

/* --- the family ------------------------------------------------------------------------------ */

int vsnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	struct sink sink;
	va_list rest;

	sink_start(&sink, buf, size);
	va_copy(rest, args);
	format_into(&sink, fmt, &rest);
	va_end(rest);
	return sink_end(&sink, size);
}

int vscnprintf(char *buf, size_t size, const char *fmt, va_list args)
{
	size_t len = vsnprintf(buf, size, fmt, args);

	if (!size)
		return 0;
	return len < size ? len : size - 1;
}

int vsprintf(char *buf, const char *fmt, va_list args)
{
	return vsnprintf(buf, INT_MAX, fmt, args);
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

int scnprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vscnprintf(buf, size, fmt, args);
	va_end(args);
	return len;
}

int sprintf(char *buf, const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsprintf(buf, fmt, args);
	va_end(args);
	return len;
}
