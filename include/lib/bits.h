/* SPDX-License-Identifier: MIT */
/*
 * include/lib/bits.h - masks, and where a bit lies in a map of longs
 *
 * Bit n of a map is bit n % 32 of its long n / 32, as the BT instructions of the CPU count.
 */
#ifndef LIB_BITS_H
#define LIB_BITS_H

#include <lib/types.h>		/* BITS_PER_LONG, BITS_PER_BYTE, BITS_TO_LONGS */

#define BITS_PER_LONG_LONG	64
#define BITS_PER_TYPE(type)	(sizeof(type) * BITS_PER_BYTE)

#ifdef __ASSEMBLER__
#define BIT(n)			(1 << (n))
#else
#define BIT(n)			(1UL << (n))
#endif
#define BIT_ULL(n)		(1ULL << (n))

#define BIT_MASK(nr)		(1UL << ((nr) % BITS_PER_LONG))
#define BIT_WORD(nr)		((nr) / BITS_PER_LONG)
#define BIT_ULL_MASK(nr)	(1ULL << ((nr) % BITS_PER_LONG_LONG))
#define BIT_ULL_WORD(nr)	((nr) / BITS_PER_LONG_LONG)

/*
 * 0; does not compile when @h and @l are constants and the wrong way round (not "l > h", which draws a
 * warning where l is 0 and h unsigned).
 */
#define GENMASK_INPUT_CHECK(h, l)					\
	((int)(sizeof(struct { int : (-!!(__builtin_choose_expr(	\
		__builtin_constant_p((h) + 1 <= (l)), (h) + 1 <= (l), 0))); })))

/* Bits @l to @h set, both inclusive: GENMASK(7, 4) == 0xF0. */
#define __GENMASK(h, l)							\
	((~0UL << (l)) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define __GENMASK_ULL(h, l)						\
	((~0ULL << (l)) & (~0ULL >> (BITS_PER_LONG_LONG - 1 - (h))))
#define GENMASK(h, l)		(GENMASK_INPUT_CHECK(h, l) + __GENMASK(h, l))
#define GENMASK_ULL(h, l)	(GENMASK_INPUT_CHECK(h, l) + __GENMASK_ULL(h, l))

#endif
