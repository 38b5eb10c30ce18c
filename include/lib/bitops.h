/* SPDX-License-Identifier: MIT */
/*
 * include/lib/bitops.h - single bits of a map, and positions of bits in a word
 *
 * Three kinds of single-bit operation:
 *
 *     __set_bit()            plain C; nobody else may change the same word meanwhile
 *     set_bit()              atomic: an interrupt handler may change other bits of the word
 *     test_and_set_bit()     atomic, gives the bit's value from before
 *
 * Atomic needs no LOCK prefix and no CLI: an interrupt is taken between two instructions, and there
 * is one CPU, so one instruction that reads, changes and writes memory is enough.
 *
 * On constants all but the atomic ones fold at compile time.
 * Source: Intel SDM vol. 2, "BTS - Bit Test and Set", "BSF - Bit Scan Forward";
 *         Warren, Hacker's Delight, "Counting 1-Bits".
 */
#ifndef LIB_BITOPS_H
#define LIB_BITOPS_H

#include <lib/bits.h>
#include <lib/compiler.h>
#include <lib/types.h>

/* --- single bits, plain ------------------------------------------------------------------------ */

/* The word of the map that bit @nr lies in, as ordinary memory that the compiler may reason about. */
static __always_inline unsigned long *bit_word_(long nr, const volatile unsigned long *map)
{
	return (unsigned long *)map + BIT_WORD((unsigned long)nr);
}

static __always_inline void __set_bit(long nr, volatile unsigned long *map)
{
	*bit_word_(nr, map) |= BIT_MASK((unsigned long)nr);
}

static __always_inline void __clear_bit(long nr, volatile unsigned long *map)
{
	*bit_word_(nr, map) &= ~BIT_MASK((unsigned long)nr);
}

static __always_inline void __change_bit(long nr, volatile unsigned long *map)
{
	*bit_word_(nr, map) ^= BIT_MASK((unsigned long)nr);
}

static __always_inline void __assign_bit(long nr, volatile unsigned long *map, bool value)
{
	if (value)
		__set_bit(nr, map);
	else
		__clear_bit(nr, map);
}

/*
 * The word is folded when the compiler knows it; else it is read once from memory, each time: a
 * loop may wait for an interrupt handler to set the bit.
 */
static __always_inline bool test_bit(long nr, const volatile unsigned long *map)
{
	unsigned long word = *bit_word_(nr, map);

	if (!__builtin_constant_p(word))
		word = READ_ONCE(*bit_word_(nr, map));
	return (word & BIT_MASK((unsigned long)nr)) != 0;
}

static __always_inline bool __test_and_set_bit(long nr, volatile unsigned long *map)
{
	unsigned long *word = bit_word_(nr, map), old = *word;

	*word = old | BIT_MASK((unsigned long)nr);
	return (old & BIT_MASK((unsigned long)nr)) != 0;
}

static __always_inline bool __test_and_clear_bit(long nr, volatile unsigned long *map)
{
	unsigned long *word = bit_word_(nr, map), old = *word;

	*word = old & ~BIT_MASK((unsigned long)nr);
	return (old & BIT_MASK((unsigned long)nr)) != 0;
}

static __always_inline bool __test_and_change_bit(long nr, volatile unsigned long *map)
{
	unsigned long *word = bit_word_(nr, map), old = *word;

	*word = old ^ BIT_MASK((unsigned long)nr);
	return (old & BIT_MASK((unsigned long)nr)) != 0;
}

/* --- single bits, atomic ----------------------------------------------------------------------- */

#if defined(__i386__) || defined(__x86_64__)

#if BITS_PER_LONG == 32
#define BIT_OP_SUFFIX_	"l"
#else
#define BIT_OP_SUFFIX_	"q"
#endif

/* OR, AND and XOR on a word in memory: faster than BTS with a bit number that is not constant. */
static __always_inline void set_bit(long nr, volatile unsigned long *map)
{
	volatile unsigned long *word = bit_word_(nr, map);

	__asm__ __volatile__("or" BIT_OP_SUFFIX_ " %1, %0" : "+m"(*word)
			     : "er"(BIT_MASK((unsigned long)nr)) : "memory", "cc");
}

static __always_inline void clear_bit(long nr, volatile unsigned long *map)
{
	volatile unsigned long *word = bit_word_(nr, map);

	__asm__ __volatile__("and" BIT_OP_SUFFIX_ " %1, %0" : "+m"(*word)
			     : "er"(~BIT_MASK((unsigned long)nr)) : "memory", "cc");
}

static __always_inline void change_bit(long nr, volatile unsigned long *map)
{
	volatile unsigned long *word = bit_word_(nr, map);

	__asm__ __volatile__("xor" BIT_OP_SUFFIX_ " %1, %0" : "+m"(*word)
			     : "er"(BIT_MASK((unsigned long)nr)) : "memory", "cc");
}

/* BTS, BTR and BTC leave the old bit in the carry flag; the bit number lies within the word. */
#define bit_test_and_(op, nr, map) ({						\
	volatile unsigned long *word_ = bit_word_(nr, map);			\
	bool old_;								\
	__asm__ __volatile__(op BIT_OP_SUFFIX_ " %2, %0\n\tsetc %1"				\
			     : "+m"(*word_), "=qm"(old_)			\
			     : "Ir"((unsigned long)(nr) % BITS_PER_LONG)	\
			     : "memory", "cc");					\
	old_;									\
})
static __always_inline bool test_and_set_bit(long nr, volatile unsigned long *map)
{
	return bit_test_and_("bts", nr, map);
}

static __always_inline bool test_and_clear_bit(long nr, volatile unsigned long *map)
{
	return bit_test_and_("btr", nr, map);
}

static __always_inline bool test_and_change_bit(long nr, volatile unsigned long *map)
{
	return bit_test_and_("btc", nr, map);
}

#else	/* another host: the compiler's own atomics */

static __always_inline bool test_and_set_bit(long nr, volatile unsigned long *map)
{
	unsigned long mask = BIT_MASK((unsigned long)nr);

	return (__atomic_fetch_or(bit_word_(nr, map), mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

static __always_inline bool test_and_clear_bit(long nr, volatile unsigned long *map)
{
	unsigned long mask = BIT_MASK((unsigned long)nr);

	return (__atomic_fetch_and(bit_word_(nr, map), ~mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

static __always_inline bool test_and_change_bit(long nr, volatile unsigned long *map)
{
	unsigned long mask = BIT_MASK((unsigned long)nr);

	return (__atomic_fetch_xor(bit_word_(nr, map), mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

static __always_inline void set_bit(long nr, volatile unsigned long *map)
{
	(void)test_and_set_bit(nr, map);
}

static __always_inline void clear_bit(long nr, volatile unsigned long *map)
{
	(void)test_and_clear_bit(nr, map);
}

static __always_inline void change_bit(long nr, volatile unsigned long *map)
{
	(void)test_and_change_bit(nr, map);
}

#endif

static __always_inline void assign_bit(long nr, volatile unsigned long *map, bool value)
{
	if (value)
		set_bit(nr, map);
	else
		clear_bit(nr, map);
}

/* A bit used as a lock: each atomic operation above already keeps the compiler from crossing it. */
#define test_and_set_bit_lock(nr, map)	test_and_set_bit(nr, map)
#define clear_bit_unlock(nr, map)	clear_bit(nr, map)

/* --- positions of bits in a word --------------------------------------------------------------- */

/* Position of the lowest set bit, from 0. Undefined for 0. */
static __always_inline unsigned long __ffs(unsigned long word)
{
	return (unsigned long)__builtin_ctzl(word);
}

/* Position of the highest set bit, from 0. Undefined for 0. */
static __always_inline unsigned long __fls(unsigned long word)
{
	return (unsigned long)(BITS_PER_LONG - 1 - __builtin_clzl(word));
}

/* Position of the lowest clear bit, from 0. Undefined for ~0. */
#define ffz(word)	__ffs(~(unsigned long)(word))

/* Position of the lowest set bit, from 1; 0 for 0. */
#undef ffs
#define ffs(word)	__builtin_ffs(word)

/* Position of the highest set bit, from 1; 0 for 0. */
static __always_inline int fls(unsigned int word)
{
	return word ? 32 - __builtin_clz(word) : 0;
}

static __always_inline int fls_long(unsigned long word)
{
	return word ? BITS_PER_LONG - __builtin_clzl(word) : 0;
}

static __always_inline int fls64(u64 word)
{
	u32 high = (u32)(word >> 32);

	return high ? fls(high) + 32 : fls((u32)word);
}

/* Position of the lowest set bit, from 0. Undefined for 0. */
static __always_inline unsigned int __ffs64(u64 word)
{
	u32 low = (u32)word;

	return low ? (unsigned int)__builtin_ctz(low)
		   : (unsigned int)__builtin_ctz((u32)(word >> 32)) + 32;
}

/* --- how many bits are set --------------------------------------------------------------------- */

/* Sums of neighbouring 1, 2, then 4 bits; the multiplication adds the four bytes into the top one. */
static __always_inline unsigned int hweight32_(u32 w)
{
	w -= (w >> 1) & 0x55555555u;
	w = (w & 0x33333333u) + ((w >> 2) & 0x33333333u);
	w = (w + (w >> 4)) & 0x0F0F0F0Fu;
	return (w * 0x01010101u) >> 24;
}

static __always_inline unsigned int hweight64_(u64 w)
{
	return hweight32_((u32)w) + hweight32_((u32)(w >> 32));
}

/* A constant argument makes a constant expression, fit for static asserts and array sizes. */
#define hweight32(w)	((unsigned int)(__builtin_constant_p(w) ?			\
	(unsigned int)__builtin_popcount((u32)(w)) : hweight32_((u32)(w))))
#define hweight64(w)	((unsigned int)(__builtin_constant_p(w) ?			\
	(unsigned int)__builtin_popcountll((u64)(w)) : hweight64_((u64)(w))))
#define hweight16(w)	hweight32((u16)(w))
#define hweight8(w)	hweight32((u8)(w))
#if BITS_PER_LONG == 32
#define hweight_long(w)	hweight32((unsigned long)(w))
#else
#define hweight_long(w)	hweight64((unsigned long)(w))
#endif

/* --- orders ------------------------------------------------------------------------------------ */

/* The smallest order with 2^order >= @n: 0 for 1, 3 for 5 to 8. -1 for 0. */
static __always_inline int get_count_order(unsigned int n)
{
	return n ? fls(n - 1) : -1;
}

static __always_inline int get_count_order_long(unsigned long n)
{
	return n ? fls_long(n - 1) : -1;
}

/* --- turning words ----------------------------------------------------------------------------- */

static __always_inline u32 rol32(u32 word, unsigned int shift)
{
	return (word << (shift & 31)) | (word >> (-shift & 31));
}

static __always_inline u32 ror32(u32 word, unsigned int shift)
{
	return (word >> (shift & 31)) | (word << (-shift & 31));
}

static __always_inline u64 rol64(u64 word, unsigned int shift)
{
	return (word << (shift & 63)) | (word >> (-shift & 63));
}

static __always_inline u64 ror64(u64 word, unsigned int shift)
{
	return (word >> (shift & 63)) | (word << (-shift & 63));
}

/* @value, whose sign bit is number @index, as a signed number. */
static __always_inline s32 sign_extend32(u32 value, int index)
{
	unsigned int shift = 31u - (unsigned int)index;

	return (s32)(value << shift) >> shift;
}

static __always_inline s64 sign_extend64(u64 value, int index)
{
	unsigned int shift = 63u - (unsigned int)index;

	return (s64)(value << shift) >> shift;
}

#endif
