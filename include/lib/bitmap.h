/* SPDX-License-Identifier: MIT */
/*
 * include/lib/bitmap.h - sets of small numbers: arrays of words, a bit a number
 *
 *     DECLARE_BITMAP(map, 70);
 *
 *     map[0]  31 .............. 1 0      bit n lies in word n / 32 at position n % 32
 *     map[1]  63 ............. 33 32
 *     map[2]  . . . . . 69 ... 65 64     the tail, bits 70 to 95, belongs to nobody
 *
 * Functions that only ask never let the tail count. Of those that write, the ones marked "words"
 * work on whole words, tail included; the others leave it alone or clear it, as they say. A map of
 * at most one word with a constant size costs one or two instructions and folds at compile time.
 *
 * Context: any; no atomicity: see bitops.h for set_bit() and its kin.
 */
#ifndef LIB_BITMAP_H
#define LIB_BITMAP_H

#include <lib/bitops.h>
#include <lib/bits.h>
#include <lib/compiler.h>
#include <lib/find.h>
#include <lib/string.h>
#include <lib/types.h>

/* The bits of the first word that are >= @start; of the last word that are < @nbits. */
#define BITMAP_FIRST_WORD_MASK(start)	(~0UL << ((start) & (BITS_PER_LONG - 1)))
#define BITMAP_LAST_WORD_MASK(nbits)	(~0UL >> (-(nbits) & (BITS_PER_LONG - 1)))

#define bitmap_size(nbits)		(BITS_TO_LONGS(nbits) * sizeof(long))

#define small_const_nbits(nbits) \
	(__builtin_constant_p(nbits) && (nbits) <= BITS_PER_LONG && (nbits) > 0)

/* Initializes a bitmap of 64 bits: DECLARE_BITMAP(map, 64) = { BITMAP_FROM_U64(n) }; */
#if BITS_PER_LONG == 32
#define BITMAP_FROM_U64(n)	((unsigned long)(u64)(n)), ((unsigned long)((u64)(n) >> 32))
#else
#define BITMAP_FROM_U64(n)	((unsigned long)(n))
#endif

/* --- any size, out of line (lib/bitmap.c) ------------------------------------------------------ */

bool __bitmap_equal(const unsigned long *a, const unsigned long *b, unsigned int nbits);
bool __bitmap_or_equal(const unsigned long *a, const unsigned long *b, const unsigned long *both,
		       unsigned int nbits);
bool __bitmap_intersects(const unsigned long *a, const unsigned long *b, unsigned int nbits);
bool __bitmap_subset(const unsigned long *part, const unsigned long *of, unsigned int nbits);
unsigned int __bitmap_weight(const unsigned long *map, unsigned int nbits);
unsigned int __bitmap_weight_and(const unsigned long *a, const unsigned long *b,
				 unsigned int nbits);

void __bitmap_set(unsigned long *map, unsigned int start, int len);
void __bitmap_clear(unsigned long *map, unsigned int start, int len);
bool __bitmap_and(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits);
bool __bitmap_andnot(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		     unsigned int nbits);
void __bitmap_or(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		 unsigned int nbits);
void __bitmap_xor(unsigned long *dst, const unsigned long *a, const unsigned long *b,
		  unsigned int nbits);
void __bitmap_complement(unsigned long *dst, const unsigned long *src, unsigned int nbits);
void __bitmap_replace(unsigned long *dst, const unsigned long *old, const unsigned long *new,
		      const unsigned long *mask, unsigned int nbits);
void __bitmap_shift_right(unsigned long *dst, const unsigned long *src, unsigned int shift,
			  unsigned int nbits);
void __bitmap_shift_left(unsigned long *dst, const unsigned long *src, unsigned int shift,
			 unsigned int nbits);

/**
 * bitmap_cut - take bits out of the middle and close the gap
 * @dst, @src: maps of @nbits bits; may overlap
 * @first:     the first bit to go; the bits below it stay where they are
 * @cut:       how many go; the bits above them move down by as many
 *
 * Words: what moves down includes the tail of the last word; behind it come zeros.
 */
void bitmap_cut(unsigned long *dst, const unsigned long *src, unsigned int first, unsigned int cut,
		unsigned int nbits);

/**
 * bitmap_find_next_zero_area - find @nr clear bits in a row
 * @map, @size: where to look
 * @start:      not below this bit
 * @nr:         how many
 * @align_mask: a power of two minus 1: the area starts at a multiple of the power
 * Return:      the first bit of the area, or a number with which the area would pass @size.
 */
unsigned long bitmap_find_next_zero_area(const unsigned long *map, unsigned long size,
					 unsigned long start, unsigned int nr,
					 unsigned long align_mask);

/* The same; the area's start plus @align_offset is the multiple. */
unsigned long bitmap_find_next_zero_area_off(const unsigned long *map, unsigned long size,
					     unsigned long start, unsigned int nr,
					     unsigned long align_mask, unsigned long align_offset);

/* Between maps and arrays of fixed-width words, low word first; the tail of what is written is clear. */
void bitmap_from_arr32(unsigned long *map, const u32 *array, unsigned int nbits);
void bitmap_to_arr32(u32 *array, const unsigned long *map, unsigned int nbits);
void bitmap_from_arr64(unsigned long *map, const u64 *array, unsigned int nbits);
void bitmap_to_arr64(u64 *array, const unsigned long *map, unsigned int nbits);

/* --- text (lib/bitmap_text.c) ------------------------------------------------------------------ */

/**
 * bitmap_parse - read hex digits: chunks of 32 bits, the highest first, with commas between
 * @buf:   text; a NUL or a newline ends it
 * @len:   characters at most; UINT_MAX for a terminated string
 * @map:   out: the map; undefined on error
 * @nbits: its size
 *
 * White space may stand between chunks, too; empty chunks are no chunks.
 *
 * Return: 0; -EINVAL for what is not hex; -EOVERFLOW for a chunk of more than 8 digits, or a bit
 *         >= @nbits that is set.
 */
int bitmap_parse(const char *buf, unsigned int len, unsigned long *map, int nbits);

/**
 * bitmap_parselist - read numbers and ranges: 0,4-7,16-31:2/8
 * @buf:   text; a NUL or a newline ends it
 * @map:   out: the map; undefined on error
 * @nbits: its size
 *
 * "a-b:used/group" takes the first @used of every @group bits from a to b; "N" is the last bit of
 * the map, "all" is 0-N. Items are apart by commas or white space; empty ones are fine.
 *
 * Return: 0; -EINVAL when malformed, b < a, group = 0 or used > group; -ERANGE for a bit >= @nbits;
 *         -EOVERFLOW for a number past 32 bits.
 */
int bitmap_parselist(const char *buf, unsigned long *map, int nbits);

/* Read @map as text, as hex digits or as a list, piece by piece: @emit gets each piece in order. */
void bitmap_text(const unsigned long *map, unsigned int nbits, bool list,
		 void (*emit)(void *to, const char *text, size_t n), void *to);

/*
 * The text and a newline, into what is left of the page that @buf lies in. Gives the length
 * without the NUL.
 */
int bitmap_print_to_pagebuf(bool list, char *buf, const unsigned long *map, int nbits);

/*
 * The text, a newline and a NUL, of which @count bytes from @off on go to @buf, for a reader that
 * takes it piece by piece. Gives the number of bytes written, the NUL among them.
 */
int bitmap_print_bitmask_to_buf(char *buf, const unsigned long *map, int nbits, loff_t off,
				size_t count);
int bitmap_print_list_to_buf(char *buf, const unsigned long *map, int nbits, loff_t off,
			     size_t count);

/* --- whole maps -------------------------------------------------------------------------------- */

/* Words. */
static __always_inline void bitmap_zero(unsigned long *dst, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = 0;
	else
		memset(dst, 0, bitmap_size(nbits));
}

/* Words. */
static __always_inline void bitmap_fill(unsigned long *dst, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = ~0UL;
	else
		memset(dst, 0xff, bitmap_size(nbits));
}

/* Words. */
static __always_inline void bitmap_copy(unsigned long *dst, const unsigned long *src,
					unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = *src;
	else
		memcpy(dst, src, bitmap_size(nbits));
}

/* Copy, and clear the tail of @dst. */
static __always_inline void bitmap_copy_clear_tail(unsigned long *dst, const unsigned long *src,
						   unsigned int nbits)
{
	bitmap_copy(dst, src, nbits);
	if (nbits % BITS_PER_LONG)
		dst[nbits / BITS_PER_LONG] &= BITMAP_LAST_WORD_MASK(nbits);
}

/* Words. */
static inline void bitmap_from_u64(unsigned long *dst, u64 mask)
{
	dst[0] = (unsigned long)mask;
	if (sizeof(mask) > sizeof(long))
		dst[1] = (unsigned long)(mask >> 32);
}

/* --- questions --------------------------------------------------------------------------------- */

static __always_inline bool bitmap_equal(const unsigned long *a, const unsigned long *b,
					 unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !((*a ^ *b) & BITMAP_LAST_WORD_MASK(nbits));
	return __bitmap_equal(a, b, nbits);
}

/* Is @a | @b == @both? */
static __always_inline bool bitmap_or_equal(const unsigned long *a, const unsigned long *b,
					    const unsigned long *both, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !(((*a | *b) ^ *both) & BITMAP_LAST_WORD_MASK(nbits));
	return __bitmap_or_equal(a, b, both, nbits);
}

static __always_inline bool bitmap_intersects(const unsigned long *a, const unsigned long *b,
					      unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return (*a & *b & BITMAP_LAST_WORD_MASK(nbits)) != 0;
	return __bitmap_intersects(a, b, nbits);
}

/* Is every bit of @part in @of? */
static __always_inline bool bitmap_subset(const unsigned long *part, const unsigned long *of,
					  unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !(*part & ~*of & BITMAP_LAST_WORD_MASK(nbits));
	return __bitmap_subset(part, of, nbits);
}

static __always_inline bool bitmap_empty(const unsigned long *map, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !(*map & BITMAP_LAST_WORD_MASK(nbits));
	return find_first_bit(map, nbits) == nbits;
}

static __always_inline bool bitmap_full(const unsigned long *map, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return !(~*map & BITMAP_LAST_WORD_MASK(nbits));
	return find_first_zero_bit(map, nbits) == nbits;
}

/* How many bits are set. */
static __always_inline unsigned int bitmap_weight(const unsigned long *map, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return hweight_long(*map & BITMAP_LAST_WORD_MASK(nbits));
	return __bitmap_weight(map, nbits);
}

static __always_inline unsigned int bitmap_weight_and(const unsigned long *a,
						      const unsigned long *b, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return hweight_long(*a & *b & BITMAP_LAST_WORD_MASK(nbits));
	return __bitmap_weight_and(a, b, nbits);
}

/* --- ranges: exactly the bits named -------------------------------------------------------------- */

/* The bits [@start, @start + @len) of a map whose first word they all lie in. */
#define bitmap_range_mask_(start, len) \
	(BITMAP_FIRST_WORD_MASK(start) & BITMAP_LAST_WORD_MASK((start) + (len)))

static __always_inline void bitmap_set(unsigned long *map, unsigned int start, unsigned int len)
{
	if (__builtin_constant_p(len) && len == 1)
		__set_bit(start, map);
	else if (small_const_nbits(start + len) && len)
		*map |= bitmap_range_mask_(start, len);
	else
		__bitmap_set(map, start, len);
}

static __always_inline void bitmap_clear(unsigned long *map, unsigned int start, unsigned int len)
{
	if (__builtin_constant_p(len) && len == 1)
		__clear_bit(start, map);
	else if (small_const_nbits(start + len) && len)
		*map &= ~bitmap_range_mask_(start, len);
	else
		__bitmap_clear(map, start, len);
}

/* --- one map out of others; dst may be any of the sources ---------------------------------------- */

/* Clears the tail of the last word. Gives whether any bit is set. */
static __always_inline bool bitmap_and(unsigned long *dst, const unsigned long *a,
				       const unsigned long *b, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return (*dst = *a & *b & BITMAP_LAST_WORD_MASK(nbits)) != 0;
	return __bitmap_and(dst, a, b, nbits);
}

/* Clears the tail of the last word. Gives whether any bit is set. */
static __always_inline bool bitmap_andnot(unsigned long *dst, const unsigned long *a,
					  const unsigned long *b, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		return (*dst = *a & ~*b & BITMAP_LAST_WORD_MASK(nbits)) != 0;
	return __bitmap_andnot(dst, a, b, nbits);
}

/* Words. */
static __always_inline void bitmap_or(unsigned long *dst, const unsigned long *a,
				      const unsigned long *b, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = *a | *b;
	else
		__bitmap_or(dst, a, b, nbits);
}

/* Words. */
static __always_inline void bitmap_xor(unsigned long *dst, const unsigned long *a,
				       const unsigned long *b, unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = *a ^ *b;
	else
		__bitmap_xor(dst, a, b, nbits);
}

/* Words. */
static __always_inline void bitmap_complement(unsigned long *dst, const unsigned long *src,
					      unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = ~*src;
	else
		__bitmap_complement(dst, src, nbits);
}

/* The bits of @new where @mask is set, those of @old elsewhere. Words. */
static __always_inline void bitmap_replace(unsigned long *dst, const unsigned long *old,
					   const unsigned long *new, const unsigned long *mask,
					   unsigned int nbits)
{
	if (small_const_nbits(nbits))
		*dst = (*old & ~*mask) | (*new & *mask);
	else
		__bitmap_replace(dst, old, new, mask, nbits);
}

/*
 * Bit n of @dst is bit n + @shift of @src (n - @shift for left), zero where that is outside the
 * map. Clears the tail of the last word.
 */
static __always_inline void bitmap_shift_right(unsigned long *dst, const unsigned long *src,
					       unsigned int shift, unsigned int nbits)
{
	if (small_const_nbits(nbits) && __builtin_constant_p(shift) && shift < BITS_PER_LONG)
		*dst = (*src & BITMAP_LAST_WORD_MASK(nbits)) >> shift;
	else
		__bitmap_shift_right(dst, src, shift, nbits);
}

static __always_inline void bitmap_shift_left(unsigned long *dst, const unsigned long *src,
					      unsigned int shift, unsigned int nbits)
{
	if (small_const_nbits(nbits) && __builtin_constant_p(shift) && shift < BITS_PER_LONG)
		*dst = (*src << shift) & BITMAP_LAST_WORD_MASK(nbits);
	else
		__bitmap_shift_left(dst, src, shift, nbits);
}

/* --- eight bits at a time ------------------------------------------------------------------------ */

/* The 8 bits from @start on, a multiple of 8. */
static inline unsigned long bitmap_get_value8(const unsigned long *map, unsigned long start)
{
	return map[BIT_WORD(start)] >> (start % BITS_PER_LONG) & 0xff;
}

static inline void bitmap_set_value8(unsigned long *map, unsigned long value, unsigned long start)
{
	unsigned long *word = map + BIT_WORD(start);

	*word &= ~(0xffUL << (start % BITS_PER_LONG));
	*word |= (value & 0xff) << (start % BITS_PER_LONG);
}

#endif
