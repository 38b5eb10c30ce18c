/* SPDX-License-Identifier: MIT */
/*
 * include/lib/math64.h - dividing 64-bit numbers with a 32-bit CPU
 *
 * DIV divides 64 bits by 32 bits and faults when the quotient does not fit 32 bits; it does fit
 * when the high half is smaller than the divisor. A 64-bit quotient is therefore long division with
 * digits of 32 bits:
 *
 *     (high : low) / base  =   high / base                            the high digit
 *                              ((high % base) : low) / base           the low digit
 *
 * The operators / and % work on u64 and s64 as well: the compiler calls lib/div64.c for them.
 * Source: Intel SDM vol. 2, "DIV - Unsigned Divide"; Knuth, TAOCP vol. 2, "Multiple-Precision
 *         Arithmetic".
 */
#ifndef LIB_MATH64_H
#define LIB_MATH64_H

#include <lib/compiler.h>
#include <lib/types.h>

/**
 * div_digit - one step of the long division: (@high : @low) / @base
 * @high: < @base, or the quotient would not fit
 * @rem:  out: the remainder, 0 .. @base - 1
 */
static __always_inline u32 div_digit(u32 high, u32 low, u32 base, u32 *rem)
{
	u32 quotient;

#if defined(__i386__) || defined(__x86_64__)
	__asm__("divl %4" : "=a"(quotient), "=d"(*rem) : "0"(low), "1"(high), "rm"(base) : "cc");
#else
	u64 number = (u64)high << 32 | low;

	quotient = (u32)(number / base);
	*rem = (u32)(number % base);
#endif
	return quotient;
}

/* @n / @base; @base != 0. The remainder goes to *@rem. */
static __always_inline u64 div_u64_rem(u64 n, u32 base, u32 *rem)
{
	u32 high = (u32)(n >> 32), digit = 0;

	if (__builtin_constant_p(n) && __builtin_constant_p(base) && base) {
		*rem = (u32)(n % base);
		return n / base;
	}
	if (high >= base) {
		digit = high / base;
		high %= base;
	}
	return (u64)digit << 32 | div_digit(high, (u32)n, base, rem);
}

static __always_inline u64 div_u64(u64 n, u32 base)
{
	u32 rem;

	return div_u64_rem(n, base, &rem);
}

/* @n, a u64 lvalue, becomes the quotient; the value is the remainder as a u32. */
#define do_div(n, base) ({							\
	u32 do_div_rem_;							\
	_Static_assert(sizeof(n) == 8, "do_div: the dividend must have 64 bits"); \
	(n) = div_u64_rem((u64)(n), (base), &do_div_rem_);			\
	do_div_rem_;								\
})

/* Signed division rounds towards zero; the remainder has the sign of @n. */
s64 div_s64_rem(s64 n, s32 base, s32 *rem);

static __always_inline s64 div_s64(s64 n, s32 base)
{
	s32 rem;

	return div_s64_rem(n, base, &rem);
}

u64 div64_u64_rem(u64 n, u64 base, u64 *rem);

static __always_inline u64 div64_u64(u64 n, u64 base)
{
	return n / base;
}

static __always_inline s64 div64_s64(s64 n, s64 base)
{
	return n / base;
}

/* The quotient rounded up or to the nearest. */
static __always_inline u64 div64_u64_round_up_(u64 n, u64 base)
{
	u64 rem, quotient = div64_u64_rem(n, base, &rem);

	return quotient + (rem != 0);
}

#define DIV64_U64_ROUND_UP(n, base)	div64_u64_round_up_(n, base)
#define DIV_ROUND_UP_ULL(n, base)	div64_u64_round_up_(n, base)
#define DIV_ROUND_DOWN_ULL(n, base)	div_u64(n, base)

/* The full product of two 32-bit numbers: one MUL. */
static __always_inline u64 mul_u32_u32(u32 a, u32 b)
{
	return (u64)a * b;
}

/* (@a * @mul) >> @shift without losing the high part on the way; shift <= 32. */
static __always_inline u64 mul_u64_u32_shr(u64 a, u32 mul, unsigned int shift)
{
	u64 low = mul_u32_u32((u32)a, mul) >> shift;
	u32 high = (u32)(a >> 32);

	return high ? low + (mul_u32_u32(high, mul) << (32 - shift)) : low;
}

#endif
