/* SPDX-License-Identifier: MIT */
/*
 * include/lib/log2.h - powers of two and their logarithms
 *
 * ilog2(), roundup_pow_of_two(), rounddown_pow_of_two() and order_base_2() of a constant are
 * constant expressions.
 */
#ifndef LIB_LOG2_H
#define LIB_LOG2_H

#include <lib/bitops.h>

static __always_inline bool is_power_of_2(unsigned long n)
{
	return n != 0 && (n & (n - 1)) == 0;
}

/* Constant folding stays clear of __builtin_clz(0), which has no value. */
#define ilog2_const_(n)		((unsigned long long)(n) < 2 ? 0 : 63 - __builtin_clzll((n) | 1ULL))
#define ilog2_dynamic_(n)						\
	(sizeof(n) <= 4 ? fls((u32)(n)) - 1 : fls64((u64)(n)) - 1)

/* floor(log2(n)) as an int. n > 0: for 0 it is 0 when constant, else -1. */
#define ilog2(n)							\
	(__builtin_constant_p(n) ? ilog2_const_(n) : ilog2_dynamic_(n))

static __always_inline unsigned long roundup_pow_of_two_(unsigned long n)
{
	return 1UL << fls_long(n - 1);
}

static __always_inline unsigned long rounddown_pow_of_two_(unsigned long n)
{
	return 1UL << (fls_long(n) - 1);
}

/* The smallest power of two >= n; 0 < n <= 2^31. */
#define roundup_pow_of_two(n)						\
	(__builtin_constant_p(n) ?					\
	 ((n) == 1 ? 1UL : 2UL << ilog2_const_((n) - 1)) : roundup_pow_of_two_(n))

/* The largest power of two <= n; n > 0. */
#define rounddown_pow_of_two(n)						\
	(__builtin_constant_p(n) ? 1UL << ilog2_const_(n) : rounddown_pow_of_two_(n))

static __always_inline int order_base_2_(unsigned long n)
{
	return n > 1 ? fls_long(n - 1) : 0;
}

/* ceil(log2(n)) as an int; 0 for 0 and 1. */
#define order_base_2(n)							\
	(__builtin_constant_p(n) ?					\
	 ((n) <= 1 ? 0 : ilog2_const_((n) - 1) + 1) : order_base_2_(n))

/* Bits that are needed to write n: 1 for 0 and 1, 4 for 8. */
#define bits_per(n)	((n) <= 1 ? 1 : ilog2(n) + 1)

#endif
