/* SPDX-License-Identifier: MIT */
/*
 * include/lib/find.h - searching maps of bits, a word at a time
 *
 * A map is an array of longs; bit n is bit n % 32 of long n / 32. "Not found" is the size. Bits of
 * the last word past the size are never reported and never matter.
 *
 * The functions are inline up to one word of constant size, where they fold on constants; otherwise
 * lib/find.c searches.
 */
#ifndef LIB_FIND_H
#define LIB_FIND_H

#include <lib/bitops.h>

unsigned long find_next_bit_(const unsigned long *map, unsigned long size, unsigned long start);
unsigned long find_next_zero_bit_(const unsigned long *map, unsigned long size,
				  unsigned long start);
unsigned long find_next_and_bit_(const unsigned long *a, const unsigned long *b,
				 unsigned long size, unsigned long start);
unsigned long find_last_bit_(const unsigned long *map, unsigned long size);

/* A map of one word, known to the compiler: the bits @start .. @size - 1 of @word, or none. */
#define FIND_ONE_WORD(size)	(__builtin_constant_p(size) && (size) > 0 && (size) <= BITS_PER_LONG)

static __always_inline unsigned long find_in_word_(unsigned long word, unsigned long size,
						   unsigned long start)
{
	if (start >= size)
		return size;
	word &= (~0UL << start) & (~0UL >> (BITS_PER_LONG - size));
	return word ? __ffs(word) : size;
}

/* The first set bit >= @start. @start may be past the end. */
static __always_inline unsigned long find_next_bit(const unsigned long *map, unsigned long size,
						   unsigned long start)
{
	if (FIND_ONE_WORD(size))
		return find_in_word_(*map, size, start);
	return find_next_bit_(map, size, start);
}

/* The first clear bit >= @start. */
static __always_inline unsigned long find_next_zero_bit(const unsigned long *map,
							unsigned long size, unsigned long start)
{
	if (FIND_ONE_WORD(size))
		return find_in_word_(~*map, size, start);
	return find_next_zero_bit_(map, size, start);
}

/* The first bit >= @start that is set in both maps. */
static __always_inline unsigned long find_next_and_bit(const unsigned long *a,
						       const unsigned long *b,
						       unsigned long size, unsigned long start)
{
	if (FIND_ONE_WORD(size))
		return find_in_word_(*a & *b, size, start);
	return find_next_and_bit_(a, b, size, start);
}

static __always_inline unsigned long find_first_bit(const unsigned long *map, unsigned long size)
{
	return find_next_bit(map, size, 0);
}

static __always_inline unsigned long find_first_zero_bit(const unsigned long *map,
							 unsigned long size)
{
	return find_next_zero_bit(map, size, 0);
}

static __always_inline unsigned long find_first_and_bit(const unsigned long *a,
							const unsigned long *b,
							unsigned long size)
{
	return find_next_and_bit(a, b, size, 0);
}

/* The last set bit. */
static __always_inline unsigned long find_last_bit(const unsigned long *map, unsigned long size)
{
	if (FIND_ONE_WORD(size)) {
		unsigned long word = *map & (~0UL >> (BITS_PER_LONG - size));

		return word ? __fls(word) : size;
	}
	return find_last_bit_(map, size);
}

/* The set bit that has @n set bits before it: n = 0 finds the first one. */
unsigned long find_nth_bit(const unsigned long *map, unsigned long size, unsigned long n);

/* The first set bit >= @start, or, going on from 0, the first one before it. */
static inline unsigned long find_next_bit_wrap(const unsigned long *map, unsigned long size,
					       unsigned long start)
{
	unsigned long bit = find_next_bit(map, size, start);

	if (bit < size || start == 0)
		return bit;
	bit = find_next_bit(map, start < size ? start : size, 0);
	return bit < start ? bit : size;
}

/*
 * The next group of 8 bits, at a multiple of 8, that has a set bit, from the one of @start on. Its
 * value goes to *@clump. @size should be a multiple of 8.
 */
unsigned long find_next_clump8(unsigned long *clump, const unsigned long *map,
			       unsigned long size, unsigned long start);

#define find_first_clump8(clump, map, size)	find_next_clump8(clump, map, size, 0)

/* --- loops ------------------------------------------------------------------------------------- */

/* The _from loops start at the value that the variable has. */
#define for_each_set_bit_from(bit, map, size)					\
	for (; (bit) = find_next_bit(map, size, bit), (bit) < (size); (bit)++)
#define for_each_set_bit(bit, map, size)					\
	for ((bit) = 0; (bit) = find_next_bit(map, size, bit), (bit) < (size); (bit)++)
#define for_each_clear_bit_from(bit, map, size)					\
	for (; (bit) = find_next_zero_bit(map, size, bit), (bit) < (size); (bit)++)
#define for_each_clear_bit(bit, map, size)					\
	for ((bit) = 0; (bit) = find_next_zero_bit(map, size, bit), (bit) < (size); (bit)++)

#define for_each_and_bit(bit, a, b, size)					\
	for ((bit) = 0; (bit) = find_next_and_bit(a, b, size, bit), (bit) < (size); (bit)++)

/* Where a walk that began at @start and wraps goes on after @bit; @size when it has been around. */
static inline unsigned long find_wrapped_(const unsigned long *map, unsigned long size,
					  unsigned long start, unsigned long bit)
{
	unsigned long next;

	if (bit >= start) {
		next = find_next_bit(map, size, bit + 1);
		if (next < size)
			return next;
		next = find_next_bit(map, size, 0);
	} else {
		next = find_next_bit(map, size, bit + 1);
	}
	return next < start ? next : size;
}

/* Every set bit once, from @start to the end and then from 0 to before @start. */
#define for_each_set_bit_wrap(bit, map, size, start)				\
	for ((bit) = find_next_bit_wrap(map, size, start); (bit) < (size);	\
	     (bit) = find_wrapped_(map, size, start, bit))

/* Every longest run [b, e) of set or clear bits. */
#define for_each_set_bitrange_from(b, e, map, size)				\
	for (; (b) = find_next_bit(map, size, b),				\
	     (e) = find_next_zero_bit(map, size, (b) + 1), (b) < (size); (b) = (e) + 1)
#define for_each_set_bitrange(b, e, map, size)					\
	for ((b) = 0; (b) = find_next_bit(map, size, b),			\
	     (e) = find_next_zero_bit(map, size, (b) + 1), (b) < (size); (b) = (e) + 1)
#define for_each_clear_bitrange_from(b, e, map, size)				\
	for (; (b) = find_next_zero_bit(map, size, b),				\
	     (e) = find_next_bit(map, size, (b) + 1), (b) < (size); (b) = (e) + 1)
#define for_each_clear_bitrange(b, e, map, size)				\
	for ((b) = 0; (b) = find_next_zero_bit(map, size, b),			\
	     (e) = find_next_bit(map, size, (b) + 1), (b) < (size); (b) = (e) + 1)

/* Every group of 8 bits that is not all clear: @start its first bit, @clump its value. */
#define for_each_set_clump8(start, clump, map, size)				\
	for ((start) = find_first_clump8(&(clump), map, size); (start) < (size); \
	     (start) = find_next_clump8(&(clump), map, size, (start) + 8))

#endif
