// SPDX-License-Identifier: MIT
/*
 * lib/kstrtox.c - numbers out of text
 *
 *     kstrtoint  kstrtou8 ...   the type's range, over one of the two below it
 *     kstrtoll   kstrtoull      the whole string: sign, number, one newline, NUL
 *     simple_strto...           a number at the front
 *     parse_base parse_digits   prefix, digits
 *
 * A number of 64 bits grows digit by digit without a 64-bit multiplication or division: the low
 * half times the base carries into the high half, whose carry is the overflow.
 */
#include <lib/ctype.h>
#include <lib/errno.h>
#include <lib/kstrtox.h>
#include <lib/limits.h>

#define NOT_A_DIGIT	36u

static unsigned int digit_value(char c)
{
	if (isdigit(c))
		return c - '0';
	if (isalpha(c))
		return tolower(c) - 'a' + 10;
	return NOT_A_DIGIT;
}

size_t parse_base(const char *s, unsigned int *base)
{
	bool hex = s[0] == '0' && tolower(s[1]) == 'x' && isxdigit(s[2]);

	if (*base == 0)
		*base = hex ? 16 : s[0] == '0' ? 8 : 10;
	return hex && *base == 16 ? 2 : 0;
}

size_t parse_digits(const char *s, size_t max, unsigned int base, u64 *value, bool *overflow)
{
	u32 high = 0, low = 0;
	size_t n;

	*overflow = false;
	for (n = 0; n < max; n++) {
		unsigned int digit = digit_value(s[n]);
		u64 low_part, high_part;

		if (digit >= base)
			break;
		low_part = (u64)low * base + digit;
		high_part = (u64)high * base + (low_part >> 32);
		low = low_part;
		high = high_part;
		if (high_part >> 32)
			*overflow = true;
	}
	*value = (u64)high << 32 | low;
	return n;
}

/* --- a whole string -------------------------------------------------------------------------- */

/* @s without its sign. */
static int whole_number(const char *s, unsigned int base, u64 *value)
{
	bool overflow;
	size_t digits;

	s += parse_base(s, &base);
	digits = parse_digits(s, SIZE_MAX, base, value, &overflow);
	if (!digits)
		return -EINVAL;
	if (overflow)
		return -ERANGE;
	s += digits;
	if (*s == '\n')
		s++;
	return *s ? -EINVAL : 0;
}

int kstrtoull(const char *s, unsigned int base, unsigned long long *result)
{
	u64 value;
	int err = whole_number(*s == '+' ? s + 1 : s, base, &value);

	if (!err)
		*result = value;
	return err;
}

int kstrtoll(const char *s, unsigned int base, long long *result)
{
	bool minus = *s == '-';
	u64 value;
	int err = whole_number(minus || *s == '+' ? s + 1 : s, base, &value);

	if (err)
		return err;
	if (value > (u64)LLONG_MAX + minus)
		return -ERANGE;
	*result = minus ? -value : value;
	return 0;
}

/* The narrower types: the same through the wide one, then the range. */
#define NARROW(name, type, wide, wide_type)					\
	int name(const char *s, unsigned int base, type *result)		\
	{									\
		wide_type value;						\
		int err = wide(s, base, &value);				\
										\
		if (err)							\
			return err;						\
		if (value != (type)value)					\
			return -ERANGE;						\
		*result = value;						\
		return 0;							\
	}

NARROW(kstrtoul, unsigned long, kstrtoull, unsigned long long)
NARROW(kstrtol, long, kstrtoll, long long)
NARROW(kstrtouint, unsigned int, kstrtoull, unsigned long long)
NARROW(kstrtoint, int, kstrtoll, long long)
NARROW(kstrtou16, u16, kstrtoull, unsigned long long)
NARROW(kstrtos16, s16, kstrtoll, long long)
NARROW(kstrtou8, u8, kstrtoull, unsigned long long)
NARROW(kstrtos8, s8, kstrtoll, long long)

int kstrtobool(const char *s, bool *result)
{
	char first = s ? tolower(s[0]) : 0;

	if (first == 'o')
		first = tolower(s[1]) == 'n' ? 'y' : tolower(s[1]) == 'f' ? 'n' : 0;
	switch (first) {
	case 'y':
	case 't':
	case '1':
		*result = true;
		return 0;
	case 'n':
	case 'f':
	case '0':
		*result = false;
		return 0;
	default:
		return -EINVAL;
	}
}

/* --- a number at the front ------------------------------------------------------------------- */

unsigned long long simple_strtoull(const char *s, char **end, unsigned int base)
{
	bool overflow;
	u64 value;

	s += parse_base(s, &base);
	s += parse_digits(s, SIZE_MAX, base, &value, &overflow);
	if (end)
		*end = (char *)s;
	return value;
}

long long simple_strtoll(const char *s, char **end, unsigned int base)
{
	if (*s == '-')
		return -simple_strtoull(s + 1, end, base);
	return simple_strtoull(s, end, base);
}

unsigned long simple_strtoul(const char *s, char **end, unsigned int base)
{
	return simple_strtoull(s, end, base);
}

long simple_strtol(const char *s, char **end, unsigned int base)
{
	return simple_strtoll(s, end, base);
}
