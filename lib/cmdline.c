// SPDX-License-Identifier: MIT
/*
 * lib/cmdline.c - numbers, lists of numbers and sizes on a command line
 *
 *     1,3-5,9            get_option gives   1 (2: comma)  3 (3: range)  5 (2: comma)  9 (1: last)
 *                        get_options gives  5: 1 3 4 5 9
 *
 * A range is expanded up to, not with, its last number: that one stands in the text after the
 * hyphen and is read as the next number of the list, with the comma or hyphen that follows it.
 */
#include <lib/cmdline.h>
#include <lib/ctype.h>
#include <lib/kstrtox.h>
#include <lib/limits.h>

int get_option(char **s, int *value)
{
	char *start = *s;
	bool minus = start && *start == '-';
	unsigned int number;

	if (!start || !*start)
		return 0;
	start += minus;
	number = simple_strtoull(start, s, 0);
	if (value)
		*value = minus ? -number : number;
	if (*s == start)
		return 0;
	if (**s == '-')
		return 3;
	if (**s != ',')
		return 1;
	++*s;
	return 2;
}

/* The numbers of a list: where they go, how many there are and may be. */
struct number_list {
	int *out;			/* NULL: only count */
	unsigned int count, max;
};

/* Add @first up to, not with, @last. */
static void add_numbers(struct number_list *list, int first, int last)
{
	unsigned int n = (unsigned int)last - (unsigned int)first;

	if (n > list->max - list->count)
		n = list->max - list->count;
	for (unsigned int i = 0; list->out && i < n; i++)
		list->out[list->count + i] = first + (int)i;
	list->count += n;
}

/* @s stands at the hyphen of a range. False when no last number, or one below @first, follows. */
static bool range_goes_up(const char *s, int first, int *last)
{
	char *end = (char *)s + 1;

	return get_option(&end, last) && *last >= first;
}

char *get_options(const char *s, int n, int *ints)
{
	struct number_list list = {
		.out = n ? ints + 1 : NULL,
		.max = n ? n - 1 : INT_MAX,
	};
	char *at = (char *)s;

	while (list.count < list.max) {
		int first, last;
		int kind = get_option(&at, &first);

		if (!kind)
			break;
		if (list.out)
			list.out[list.count] = first;
		if (kind == 3) {
			if (!range_goes_up(at, first, &last))
				break;
			add_numbers(&list, first, last);
			at++;
			continue;
		}
		list.count++;
		if (kind == 1)
			break;
	}
	ints[0] = list.count;
	return at;
}

static unsigned int suffix_shift(char c)
{
	switch (toupper(c)) {
	case 'E':
		return 60;
	case 'P':
		return 50;
	case 'T':
		return 40;
	case 'G':
		return 30;
	case 'M':
		return 20;
	case 'K':
		return 10;
	default:
		return 0;
	}
}

unsigned long long memparse(const char *s, char **end)
{
	unsigned int base = 0, shift;
	size_t prefix = parse_base(s, &base), digits;
	bool overflow;
	u64 size;

	digits = parse_digits(s + prefix, SIZE_MAX, base, &size, &overflow);
	s += prefix + digits;
	shift = digits ? suffix_shift(*s) : 0;
	if (end)
		*end = (char *)s + !!shift;
	return overflow || size > ULLONG_MAX >> shift ? ULLONG_MAX : size << shift;
}
