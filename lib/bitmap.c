// SPDX-License-Identifier: MIT
/*
 * lib/bitmap.c - bitmaps of any size, a word at a time
 *
 *     map    | word 0 | word 1 | ... | last word: bits, tail |
 *
 * A range [start, end) of bits touches a first word, whole words and a last word; two masks say
 * which bits of the first and the last it means:
 *
 *              start                          end
 *     .....1111| 11111111 | ... | 11111111 |111......
 *     FIRST_WORD_MASK(start)       LAST_WORD_MASK(end)      both in one word: their intersection
 *
 * M1  no function reads or writes a word past BITS_TO_LONGS(nbits)
 * M2  what a function answers does not depend on the tail
 */
#include <lib/bitmap.h>
#include <lib/kernel.h>

/* --- questions ------------------------------------------------------------------------------- */

/* The bits of word @i that lie below @nbits. */
static unsigned long bits_of_word(unsigned int i, unsigned int nbits)
{
	return i == nbits / BITS_PER_LONG ? BITMAP_LAST_WORD_MASK(nbits) : ~0UL;
}

/* Is @expr, written in terms of word i, non-zero below nbits in any word? */
#define ANY_WORD(nbits, expr) ({						\
	unsigned int words_ = BITS_TO_LONGS(nbits), i;				\
										\
	for (i = 0; i < words_; i++)						\
		if ((expr) & bits_of_word(i, nbits))				\
			break;							\
	i < words_;								\
})

bool __bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	return !ANY_WORD(nbits, a[i] ^ b[i]);
}

bool __bitmap_or_equal(const unsigned long *a, const unsigned long *b, const unsigned long *both,
		       unsigned int nbits)
{
	return !ANY_WORD(nbits, (a[i] | b[i]) ^ both[i]);
}

bool __bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int nbits)
{
	return ANY_WORD(nbits, a[i] & b[i]);
}

bool __bitmap_subset(const unsigned long *part, const unsigned long *of, unsigned int nbits)
{
	return !ANY_WORD(nbits, part[i] & ~of[i]);
}

unsigned int __bitmap_weight(const unsigned long *map, unsigned int nbits)
{
	return __bitmap_weight_and(map, map, nbits);
}

unsigned int __bitmap_weight_and(const unsigned long *a, const unsigned long *b,
				 unsigned int nbits)
{
	unsigned int weight = 0;

	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		weight += hweight_long(a[i] & b[i] & bits_of_word(i, nbits));
	return weight;
}

/* --- ranges ---------------------------------------------------------------------------------- */

/*
 * Both take the first word, whose low bits stay, then whole words, then what is left in the last.
 * @mask holds the bits that are meant in the word at hand.
 */
void __bitmap_set(unsigned long *map, unsigned int start, int len)
{
	unsigned long *word = map + BIT_WORD(start);
	unsigned long mask = BITMAP_FIRST_WORD_MASK(start);
	unsigned int end = start % BITS_PER_LONG + len;		/* counted from *word */

	if (!len)
		return;
	for (; end > BITS_PER_LONG; end -= BITS_PER_LONG) {
		*word++ |= mask;
		mask = ~0UL;
	}
	*word |= mask & BITMAP_LAST_WORD_MASK(end);
}

void __bitmap_clear(unsigned long *map, unsigned int start, int len)
{
	unsigned long *word = map + BIT_WORD(start);
	unsigned long mask = BITMAP_FIRST_WORD_MASK(start);
	unsigned int end = start % BITS_PER_LONG + len;		/* counted from *word */

	if (!len)
		return;
	for (; end > BITS_PER_LONG; end -= BITS_PER_LONG) {
		*word++ &= ~mask;
		mask = ~0UL;
	}
	*word &= ~(mask & BITMAP_LAST_WORD_MASK(end));
}

unsigned long bitmap_find_next_zero_area_off(const unsigned long *map, unsigned long size,
					     unsigned long start, unsigned int nr,
					     unsigned long align_mask, unsigned long align_offset)
{
	for (;;) {
		unsigned long area = find_next_zero_bit(map, size, start);
		unsigned long end, taken;

		area = ALIGN_MASK(area + align_offset, align_mask) - align_offset;
		end = area + nr;
		if (end > size)
			return end;
		taken = find_next_bit(map, end, area);
		if (taken >= end)
			return area;
		start = taken + 1;
	}
}

unsigned long bitmap_find_next_zero_area(const unsigned long *map, unsigned long size,
					 unsigned long start, unsigned int nr,
					 unsigned long align_mask)
{
	return bitmap_find_next_zero_area_off(map, size, start, nr, align_mask, 0);
}

/* --- one map out of others ------------------------------------------------------------------- */

bool __bitmap_and(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits)
{
	unsigned long any = 0;

	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		any |= dst[i] = a[i] & b[i] & bits_of_word(i, nbits);
	return any != 0;
}

bool __bitmap_andnot(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		     unsigned int nbits)
{
	unsigned long any = 0;

	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		any |= dst[i] = a[i] & ~b[i] & bits_of_word(i, nbits);
	return any != 0;
}

void __bitmap_or(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		 unsigned int nbits)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		dst[i] = a[i] | b[i];
}

void __bitmap_xor(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		dst[i] = a[i] ^ b[i];
}

void __bitmap_complement(unsigned long *dst, const unsigned long *src, unsigned int nbits)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		dst[i] = ~src[i];
}

void __bitmap_replace(unsigned long *dst, const unsigned long *old, const unsigned long *new,
		      const unsigned long *mask, unsigned int nbits)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		dst[i] = (old[i] & ~mask[i]) | (new[i] & mask[i]);
}

/* --- moving bits ----------------------------------------------------------------------------- */

/* The word of @map, of @words words, that starts at bit @bit; zeros behind the end. */
static unsigned long word_from_bit(const unsigned long *map, unsigned int words, unsigned long bit)
{
	unsigned long i = BIT_WORD(bit);
	unsigned int shift = bit % BITS_PER_LONG;
	unsigned long word = i < words ? map[i] >> shift : 0;

	if (shift && i + 1 < words)
		word |= map[i + 1] << (BITS_PER_LONG - shift);
	return word;
}

/* Upwards, so that with dst == src nothing is read after it was written. */
void __bitmap_shift_right(unsigned long *dst, const unsigned long *src, unsigned int shift,
			  unsigned int nbits)
{
	unsigned int words = BITS_TO_LONGS(nbits);

	for (unsigned int i = 0; i < words; i++) {
		unsigned long left = nbits - i * BITS_PER_LONG;	/* bits of src from word i on */
		unsigned long word = 0;

		if (left > shift) {
			word = word_from_bit(src, words, i * BITS_PER_LONG + shift);
			if (left - shift < (unsigned long)BITS_PER_LONG)
				word &= BITMAP_LAST_WORD_MASK(left - shift);
		}
		dst[i] = word;
	}
}

/* Downwards, for the same reason. */
void __bitmap_shift_left(unsigned long *dst, const unsigned long *src, unsigned int shift,
			 unsigned int nbits)
{
	unsigned int skip = shift / BITS_PER_LONG, up = shift % BITS_PER_LONG;

	for (unsigned int i = BITS_TO_LONGS(nbits); i-- > 0; ) {
		unsigned long word = 0;

		if (i >= skip)
			word = src[i - skip] << up;
		if (i > skip && up)
			word |= src[i - skip - 1] >> (BITS_PER_LONG - up);
		dst[i] = word & bits_of_word(i, nbits);
	}
}

void bitmap_cut(unsigned long *dst, const unsigned long *src, unsigned int first, unsigned int cut,
		unsigned int nbits)
{
	unsigned int words = BITS_TO_LONGS(nbits);
	unsigned long above = BITMAP_FIRST_WORD_MASK(first);

	memmove(dst, src, bitmap_size(nbits));
	for (unsigned int i = BIT_WORD(first); i < words; i++) {
		unsigned long from = (unsigned long)i * BITS_PER_LONG + cut;

		dst[i] = (dst[i] & ~above) | (word_from_bit(dst, words, from) & above);
		above = ~0UL;
	}
}

/* --- arrays ---------------------------------------------------------------------------------- */

_Static_assert(BITS_PER_LONG == 32, "a word of a bitmap is half an element of an array of u64");

void bitmap_from_arr32(unsigned long *map, const u32 *array, unsigned int nbits)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		map[i] = array[i] & bits_of_word(i, nbits);
}

void bitmap_to_arr32(u32 *array, const unsigned long *map, unsigned int nbits)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		array[i] = map[i] & bits_of_word(i, nbits);
}

void bitmap_from_arr64(unsigned long *map, const u64 *array, unsigned int nbits)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++)
		map[i] = (array[i / 2] >> 32 * (i & 1)) & bits_of_word(i, nbits);
}

void bitmap_to_arr64(u64 *array, const unsigned long *map, unsigned int nbits)
{
	for (unsigned int i = 0; i < BITS_TO_LONGS(nbits); i++) {
		u64 word = map[i] & bits_of_word(i, nbits);

		if (i & 1)
			array[i / 2] |= word << 32;
		else
			array[i / 2] = word;
	}
}
