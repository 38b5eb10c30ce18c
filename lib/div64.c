/* SPDX-License-Identifier: MIT */
/*
 * lib/div64.c - 64-bit division: what the compiler calls for / and % on a 32-bit CPU
 *
 * The names and signatures of the __ functions are the compiler's; they stand in for libgcc.
 *
 * Divisor below 2^32: two steps of long division (include/lib/math64.h). Else the quotient is one
 * 32-bit digit q. DIV gives an estimate from the top 32 bits of the divisor, scaled so that its
 * highest bit is set:
 *
 *     n = |  high  |  low   |      halved, so that DIV cannot overflow
 *     d = |  high  |  low   |      << s until bit 63 is set: its top 32 bits are v
 *
 *     q' = ((n / 2) / v) >> (31 - s)       q <= q' <= q + 1
 *
 * q' - 1 is then never too large and at most one too small; one comparison settles it.
 * Source: Warren, Hacker's Delight, "Unsigned Doubleword Division from Long Division";
 *         GCC internals manual, "Routines for integer arithmetic".
 */
#include <lib/bitops.h>
#include <lib/math64.h>

/* Hidden: in a host program, the libraries that are loaded with it keep their own. */
#pragma GCC visibility push(hidden)
u64 __udivmoddi4(u64 n, u64 d, u64 *rem);
u64 __udivdi3(u64 n, u64 d);
u64 __umoddi3(u64 n, u64 d);
s64 __divmoddi4(s64 n, s64 d, s64 *rem);
s64 __divdi3(s64 n, s64 d);
s64 __moddi3(s64 n, s64 d);
#pragma GCC visibility pop

/* @d >= 2^32, @n >= @d: the quotient has 32 bits. */
static __always_inline u32 divide_by_wide(u64 n, u64 d)
{
	unsigned int scale = 32u - (unsigned int)fls((u32)(d >> 32));
	u32 top = (u32)((d << scale) >> 32);
	u32 rem, q = div_digit((u32)(n >> 33), (u32)(n >> 1), top, &rem) >> (31u - scale);

	if (q)
		q--;
	return n - q * d >= d ? q + 1 : q;
}

static __always_inline u64 divide(u64 n, u64 d, u64 *rem)
{
	u64 q;

	if ((u32)(d >> 32) == 0) {
		u32 rem32;

		q = div_u64_rem(n, (u32)d, &rem32);
		*rem = rem32;
		return q;
	}
	q = n < d ? 0 : divide_by_wide(n, d);
	*rem = n - q * d;
	return q;
}

/* -x modulo 2^64 if @negative, else x: also right for S64_MIN, which has no positive twin. */
static __always_inline u64 negate_if(bool negative, u64 x)
{
	return negative ? -x : x;
}

u64 __udivmoddi4(u64 n, u64 d, u64 *rem)
{
	u64 rest, q = divide(n, d, &rest);

	if (rem)
		*rem = rest;
	return q;
}

u64 __udivdi3(u64 n, u64 d)
{
	u64 rest;

	return divide(n, d, &rest);
}

u64 __umoddi3(u64 n, u64 d)
{
	u64 rest;

	divide(n, d, &rest);
	return rest;
}

s64 __divmoddi4(s64 n, s64 d, s64 *rem)
{
	u64 rest;
	u64 q = divide(negate_if(n < 0, (u64)n), negate_if(d < 0, (u64)d), &rest);

	if (rem)
		*rem = (s64)negate_if(n < 0, rest);
	return (s64)negate_if((n < 0) != (d < 0), q);
}

s64 __divdi3(s64 n, s64 d)
{
	return __divmoddi4(n, d, NULL);
}

s64 __moddi3(s64 n, s64 d)
{
	s64 rest;

	__divmoddi4(n, d, &rest);
	return rest;
}

u64 div64_u64_rem(u64 n, u64 base, u64 *rem)
{
	return divide(n, base, rem);
}

s64 div_s64_rem(s64 n, s32 base, s32 *rem)
{
	s64 rest, q = __divmoddi4(n, base, &rest);

	*rem = (s32)rest;
	return q;
}
