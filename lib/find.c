/* SPDX-License-Identifier: MIT */
/*
 * lib/find.c - searching maps of bits, a word at a time
 *
 *     map      | word 0  | word 1  | word 2  |
 *     bits     0    ^start                ^size
 *                   the first word is masked below start; the last needs no mask: what is found
 *                   past size counts as not found
 *
 * Source: Intel SDM vol. 2, "BSF - Bit Scan Forward" (the CPU's own search within a word).
 */
#include <lib/find.h>
#include <lib/kernel.h>

/*
 * The walk common to all: through the words (a[i] & b[i]) ^ @invert, where a missing @b stands for all
 * ones. The callers say which by constants, so each gets a loop of its own without the question.
 */
static __always_inline unsigned long find_next(const unsigned long *a, const unsigned long *b,
					       unsigned long invert, unsigned long size,
					       unsigned long start)
{
	unsigned long i = BIT_WORD(start), words = BITS_TO_LONGS(size), word;

	if (start >= size)
		return size;
	word = ((b ? a[i] & b[i] : a[i]) ^ invert) & (~0UL << (start % BITS_PER_LONG));
	while (!word) {
		if (++i >= words)
			return size;
		word = (b ? a[i] & b[i] : a[i]) ^ invert;
	}
	return min(i * BITS_PER_LONG + __ffs(word), size);
}

unsigned long find_next_bit_(const unsigned long *map, unsigned long size, unsigned long start)
{
	return find_next(map, NULL, 0, size, start);
}

unsigned long find_next_zero_bit_(const unsigned long *map, unsigned long size,
				  unsigned long start)
{
	return find_next(map, NULL, ~0UL, size, start);
}

unsigned long find_next_and_bit_(const unsigned long *a, const unsigned long *b,
				 unsigned long size, unsigned long start)
{
	return find_next(a, b, 0, size, start);
}

/* The bits of word @i that lie before @size. */
static unsigned long word_before(const unsigned long *map, unsigned long i, unsigned long size)
{
	unsigned long left = size - i * BITS_PER_LONG;

	return left < BITS_PER_LONG ? map[i] & ((1UL << left) - 1) : map[i];
}

unsigned long find_last_bit_(const unsigned long *map, unsigned long size)
{
	for (unsigned long i = BITS_TO_LONGS(size); i-- > 0; ) {
		unsigned long word = word_before(map, i, size);

		if (word)
			return i * BITS_PER_LONG + __fls(word);
	}
	return size;
}

unsigned long find_nth_bit(const unsigned long *map, unsigned long size, unsigned long n)
{
	for (unsigned long i = 0; i < BITS_TO_LONGS(size); i++) {
		unsigned long word = word_before(map, i, size);
		unsigned long weight = hweight_long(word);

		if (n < weight) {
			while (n-- > 0)
				word &= word - 1;	/* drop the lowest set bit */
			return i * BITS_PER_LONG + __ffs(word);
		}
		n -= weight;
	}
	return size;
}

unsigned long find_next_clump8(unsigned long *clump, const unsigned long *map,
			       unsigned long size, unsigned long start)
{
	unsigned long bit = find_next_bit(map, size, start);

	if (bit == size)
		return size;
	bit = round_down(bit, 8);
	*clump = (map[BIT_WORD(bit)] >> (bit % BITS_PER_LONG)) & 0xFF;
	return bit;
}
