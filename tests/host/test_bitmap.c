/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_bitmap.c - bitmap operations against a model with one byte a bit
 *
 * Every map lies between guard words. After an operation on nbits bits, each bit of the result is
 * compared with what the model says, the tail of the last word with what bitmap.h promises, and
 * everything behind the last word with what was there before.
 *
 * LINK: lib/bitmap.c lib/find.c lib/string.c
 */
#include <support.h>
#include <chance.h>

#include <lib/bitmap.h>
#include <lib/kernel.h>

#define ROUNDS	20000
#define BITS	192
#define WORDS	(BITS / 32)

enum tail { TAIL_ANY, TAIL_KEPT, TAIL_CLEAR };

struct map {
	unsigned long guard, word[WORDS + 1];
};

static bool bit(const struct map *map, unsigned int n)
{
	return map->word[n / 32] >> n % 32 & 1;
}

/* Sparse, dense, mixed, all or nothing: each as likely. */
static void randomize(struct map *map)
{
	unsigned int kind = chance_below(5);

	map->guard = chance();
	for (int i = 0; i <= WORDS; i++) {
		unsigned long a = chance(), b = chance();

		map->word[i] = kind == 0 ? a & b & chance() : kind == 1 ? a | b | chance() :
			       kind == 2 ? a : kind == 3 ? 0 : ~0ul;
	}
}

static void check(const char *what, const struct map *got, const struct map *before,
		  const u8 *want, unsigned int nbits, enum tail tail)
{
	unsigned int words = DIV_ROUND_UP(nbits, 32);

	for (unsigned int n = 0; n < nbits; n++)
		if (bit(got, n) != want[n])
			fail_msg("%s on %u bits: bit %u is %d", what, nbits, n, bit(got, n));
	for (unsigned int n = nbits; n < words * 32; n++)
		if (tail != TAIL_ANY && bit(got, n) != (tail == TAIL_KEPT && bit(before, n)))
			fail_msg("%s on %u bits: tail bit %u is %d", what, nbits, n, bit(got, n));
	for (unsigned int i = words; i <= WORDS; i++)
		if (got->word[i] != before->word[i])
			fail_msg("%s on %u bits: word %u is touched", what, nbits, i);
	if (got->guard != before->guard)
		fail_msg("%s on %u bits: the word in front is touched", what, nbits);
}

/* Any size; multiples of 32 and their neighbours more often. */
static unsigned int random_size(void)
{
	unsigned int n = chance_below(BITS + 1);

	if (chance_below(3) == 0)
		n = n / 32 * 32 + chance_below(3) - 1;
	return n <= BITS ? n : 0;
}

/* --- questions ------------------------------------------------------------------------------- */

static void questions_are_answered_as_by_the_model(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		unsigned int nbits = random_size(), a_set = 0, both_set = 0, equal = 0, or_equal = 0;
		struct map a, b, c;

		randomize(&a);
		randomize(&b);
		randomize(&c);
		if (chance_below(2)) {			/* equal but for one bit, or for the tail */
			b = a;
			b.word[chance_below(WORDS)] ^= chance_below(2) << chance_below(32);
		}
		if (chance_below(2))
			for (int i = 0; i < WORDS; i++)
				c.word[i] = a.word[i] | b.word[i];
		for (unsigned int n = 0; n < nbits; n++) {
			a_set += bit(&a, n);
			both_set += bit(&a, n) && bit(&b, n);
			equal += bit(&a, n) == bit(&b, n);
			or_equal += (bit(&a, n) || bit(&b, n)) == bit(&c, n);
		}
		assert_int_equal(bitmap_weight(a.word, nbits), a_set);
		assert_int_equal(bitmap_weight_and(a.word, b.word, nbits), both_set);
		assert_int_equal(bitmap_empty(a.word, nbits), a_set == 0);
		assert_int_equal(bitmap_full(a.word, nbits), a_set == nbits);
		assert_int_equal(bitmap_equal(a.word, b.word, nbits), equal == nbits);
		assert_int_equal(bitmap_or_equal(a.word, b.word, c.word, nbits), or_equal == nbits);
		assert_int_equal(bitmap_intersects(a.word, b.word, nbits), both_set != 0);
		assert_int_equal(bitmap_subset(a.word, b.word, nbits), both_set == a_set);
	}
}

/* Place @len clear bits by trying every start; gives BITS + 1 when there is no place. */
static unsigned int model_area(const struct map *map, unsigned int size, unsigned int start,
			       unsigned int len, unsigned int mask, unsigned int offset)
{
	for (; start + len <= size; start++) {
		unsigned int n = 0;

		while (n < len && !bit(map, start + n))
			n++;
		if (n == len && ((start + offset) & mask) == 0)
			return start;
	}
	return BITS + 1;
}

static void clear_areas_are_found_at_the_first_place(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		unsigned int size = random_size(), start = chance_below(size + 1);
		unsigned int len = 1 + chance_below(20), mask = (1 << chance_below(5)) - 1;
		unsigned int offset = chance_below(32), want;
		unsigned long got;
		struct map map;

		randomize(&map);
		want = model_area(&map, size, start, len, mask, 0);
		got = bitmap_find_next_zero_area(map.word, size, start, len, mask);
		assert_true(want > BITS ? got > size : got == want);
		want = model_area(&map, size, start, len, mask, offset);
		got = bitmap_find_next_zero_area_off(map.word, size, start, len, mask, offset);
		assert_true(want > BITS ? got > size : got == want);
	}
}

/* --- writing --------------------------------------------------------------------------------- */

static void whole_maps_are_written(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		unsigned int nbits = random_size();
		struct map src, before, got;
		u8 zeros[BITS + 32] = { 0 }, ones[BITS + 32], want[BITS + 32];
		unsigned int all = DIV_ROUND_UP(nbits, 32) * 32;	/* "words": the tail too */

		randomize(&src);
		randomize(&before);
		for (unsigned int n = 0; n < all; n++) {
			ones[n] = 1;
			want[n] = bit(&src, n);
		}
		got = before;
		bitmap_zero(got.word, nbits);
		check("zero", &got, &before, zeros, all, TAIL_ANY);
		got = before;
		bitmap_fill(got.word, nbits);
		check("fill", &got, &before, ones, all, TAIL_ANY);
		got = before;
		bitmap_copy(got.word, src.word, nbits);
		check("copy", &got, &before, want, all, TAIL_ANY);
		got = before;
		bitmap_copy_clear_tail(got.word, src.word, nbits);
		check("copy_clear_tail", &got, &before, want, nbits, TAIL_CLEAR);
	}
}

static void ranges_are_exact(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		unsigned int start = chance_below(BITS + 1), len = chance_below(BITS - start + 1);
		struct map before, got;
		u8 set[BITS], cleared[BITS];

		randomize(&before);
		for (unsigned int n = 0; n < BITS; n++) {
			bool inside = n >= start && n < start + len;

			set[n] = inside || bit(&before, n);
			cleared[n] = !inside && bit(&before, n);
		}
		got = before;
		bitmap_set(got.word, start, len);
		check("set", &got, &before, set, BITS, TAIL_KEPT);
		got = before;
		bitmap_clear(got.word, start, len);
		check("clear", &got, &before, cleared, BITS, TAIL_KEPT);
	}
}

/* @into: the map to write to, chosen among the sources so that overlap is tried, too. */
static struct map *choose(struct map *a, struct map *b, struct map *c)
{
	unsigned int n = chance_below(3);

	return n == 0 ? a : n == 1 ? b : c;
}

static void maps_are_combined(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		unsigned int nbits = random_size(), op = chance_below(6);
		struct map a, b, mask, before, *into = choose(&a, &b, &mask);
		u8 want[BITS];
		bool any = false, answer;

		randomize(&a);
		randomize(&b);
		randomize(&mask);
		before = *into;
		for (unsigned int n = 0; n < nbits; n++) {
			bool x = bit(&a, n), y = bit(&b, n), m = bit(&mask, n);
			bool results[] = { x && y, x && !y, x || y, x != y, !x, m ? y : x };

			want[n] = results[op];
			any |= want[n];
		}
		answer = any;
		switch (op) {
		case 0:
			answer = bitmap_and(into->word, a.word, b.word, nbits);
			break;
		case 1:
			answer = bitmap_andnot(into->word, a.word, b.word, nbits);
			break;
		case 2:
			bitmap_or(into->word, a.word, b.word, nbits);
			break;
		case 3:
			bitmap_xor(into->word, a.word, b.word, nbits);
			break;
		case 4:
			bitmap_complement(into->word, a.word, nbits);
			break;
		default:
			bitmap_replace(into->word, a.word, b.word, mask.word, nbits);
		}
		check("and/andnot/or/xor/complement/replace", into, &before, want, nbits,
		      op < 2 ? TAIL_CLEAR : TAIL_ANY);
		assert_int_equal(answer, any);
	}
}

static void bits_are_shifted(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		unsigned int nbits = random_size(), by = chance_below(BITS + 40);
		bool left = chance_below(2);
		struct map src, dst, before, *into = chance_below(2) ? &src : &dst;
		u8 want[BITS];

		randomize(&src);
		randomize(&dst);
		if (chance_below(4) == 0)
			by = by / 32 * 32;
		before = *into;
		for (unsigned int n = 0; n < nbits; n++)
			want[n] = left ? n >= by && bit(&src, n - by)
				       : n + by < nbits && bit(&src, n + by);
		(left ? __bitmap_shift_left : __bitmap_shift_right)(into->word, src.word, by, nbits);
		check(left ? "shift_left" : "shift_right", into, &before, want, nbits, TAIL_CLEAR);
	}
}

static void bits_are_cut_out(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		unsigned int nbits = random_size(), all = DIV_ROUND_UP(nbits, 32) * 32;
		unsigned int first = chance_below(nbits + 1), cut = chance_below(nbits + 1);
		unsigned int shift = chance_below(2);		/* words between source and result */
		unsigned long area[WORDS + 3], before[WORDS + 3];
		unsigned long *src = area + 1, *dst = src + shift;
		u8 want[BITS];

		for (unsigned int i = 0; i < WORDS + 3; i++)
			area[i] = before[i] = chance();
		for (unsigned int n = 0; n < all; n++) {
			unsigned int from = n < first ? n : n + cut;

			want[n] = from < all && (src[from / 32] >> from % 32 & 1);
		}
		bitmap_cut(dst, src, first, cut, nbits);
		for (unsigned int n = 0; n < all; n++)
			if ((dst[n / 32] >> n % 32 & 1) != want[n])
				fail_msg("cut %u from %u of %u: bit %u", cut, first, nbits, n);
		for (unsigned int i = 0; i < WORDS + 3; i++)
			if (area + i < dst || area + i >= dst + all / 32)
				assert_int_equal(area[i], before[i]);
	}
}

static void arrays_hold_the_same_bits(void **state)
{
	for (int round = 0; round < ROUNDS; round++) {
		unsigned int nbits = random_size(), n32 = DIV_ROUND_UP(nbits, 32);
		unsigned int n64 = DIV_ROUND_UP(nbits, 64);
		u32 a32[WORDS + 1];
		u64 a64[WORDS / 2 + 1];
		struct map map, before, got;
		u8 want[BITS];

		randomize(&map);
		randomize(&before);
		for (unsigned int n = 0; n < nbits; n++)
			want[n] = bit(&map, n);
		__builtin_memset(a32, 0xa5, sizeof(a32));
		__builtin_memset(a64, 0xa5, sizeof(a64));
		bitmap_to_arr32(a32, map.word, nbits);
		bitmap_to_arr64(a64, map.word, nbits);
		for (unsigned int n = 0; n < n32 * 32; n++)
			assert_int_equal(a32[n / 32] >> n % 32 & 1, n < nbits && want[n]);
		for (unsigned int n = 0; n < n64 * 64; n++)
			assert_int_equal(a64[n / 64] >> n % 64 & 1, n < nbits && want[n]);
		assert_int_equal(a32[n32], 0xa5a5a5a5);
		assert_true(a64[n64] == 0xa5a5a5a5a5a5a5a5ull);

		if (nbits % 32)				/* what the arrays hold in their tails is lost */
			a32[n32 - 1] |= ~0u << nbits % 32;
		if (nbits % 64)
			a64[n64 - 1] |= ~0ull << nbits % 64;
		got = before;
		bitmap_from_arr32(got.word, a32, nbits);
		check("from_arr32", &got, &before, want, nbits, TAIL_CLEAR);
		got = before;
		bitmap_from_arr64(got.word, a64, nbits);
		check("from_arr64", &got, &before, want, nbits, TAIL_CLEAR);
	}
}

static void bytes_of_maps(void **state)
{
	DECLARE_BITMAP(map, 64) = { BITMAP_FROM_U64(0x123456789abcdef0ull) };
	DECLARE_BITMAP(same, 64);

	bitmap_from_u64(same, 0x123456789abcdef0ull);
	assert_true(bitmap_equal(map, same, 64));
	assert_int_equal(bitmap_get_value8(map, 0), 0xf0);
	assert_int_equal(bitmap_get_value8(map, 40), 0x56);
	bitmap_set_value8(map, 0x1ff, 24);
	assert_int_equal(map[0], 0xffbcdef0);
	assert_int_equal(map[1], 0x12345678);
}

/* --- constant sizes take another path ----------------------------------------------------------- */

#define ANSWERS_LIKE_OUT_OF_LINE(n) do {						\
	assert_int_equal(bitmap_weight(a, n), __bitmap_weight(a, n));			\
	assert_int_equal(bitmap_weight_and(a, b, n), __bitmap_weight_and(a, b, n));	\
	assert_int_equal(bitmap_equal(a, b, n), __bitmap_equal(a, b, n));		\
	assert_int_equal(bitmap_or_equal(a, b, c, n), __bitmap_or_equal(a, b, c, n));	\
	assert_int_equal(bitmap_intersects(a, b, n), __bitmap_intersects(a, b, n));	\
	assert_int_equal(bitmap_subset(a, b, n), __bitmap_subset(a, b, n));		\
	assert_int_equal(bitmap_empty(a, n), __bitmap_weight(a, n) == 0);		\
	assert_int_equal(bitmap_full(a, n), __bitmap_weight(a, n) == (n));		\
} while (0)

#define WRITES_LIKE_OUT_OF_LINE(n, name, ...) do {					\
	unsigned long got[2] = { b[0], b[1] }, want[2] = { b[0], b[1] };		\
	bitmap_##name(got, __VA_ARGS__);						\
	__bitmap_##name(want, __VA_ARGS__);						\
	if (((got[0] ^ want[0]) & (~0ul >> (32 - (n)))) || got[1] != want[1])		\
		fail_msg("bitmap_" #name " of %d bits", n);				\
} while (0)

#define LIKE_OUT_OF_LINE(n) do {							\
	ANSWERS_LIKE_OUT_OF_LINE(n);							\
	WRITES_LIKE_OUT_OF_LINE(n, and, a, c, n);					\
	WRITES_LIKE_OUT_OF_LINE(n, andnot, a, c, n);					\
	WRITES_LIKE_OUT_OF_LINE(n, or, a, c, n);					\
	WRITES_LIKE_OUT_OF_LINE(n, xor, a, c, n);					\
	WRITES_LIKE_OUT_OF_LINE(n, complement, a, n);					\
	WRITES_LIKE_OUT_OF_LINE(n, replace, a, b, c, n);				\
	WRITES_LIKE_OUT_OF_LINE(n, shift_right, a, 0, n);				\
	WRITES_LIKE_OUT_OF_LINE(n, shift_right, a, 5, n);				\
	WRITES_LIKE_OUT_OF_LINE(n, shift_left, a, 31, n);				\
	WRITES_LIKE_OUT_OF_LINE(n, shift_left, a, 5, n);				\
	WRITES_LIKE_OUT_OF_LINE(32, set, 0, n);						\
	WRITES_LIKE_OUT_OF_LINE(32, clear, 0, n);					\
	WRITES_LIKE_OUT_OF_LINE(32, set, 32 - (n), n);					\
	WRITES_LIKE_OUT_OF_LINE(32, clear, 32 - (n), n);				\
} while (0)

static void constant_sizes_do_the_same(void **state)
{
	for (int round = 0; round < 2000; round++) {
		unsigned long a[2] = { chance(), chance() }, c[2] = { chance(), chance() };
		unsigned long b[2] = { chance_below(2) ? a[0] : chance(), chance() };

		if (chance_below(4) == 0)
			a[0] = chance_below(2) ? 0 : ~0ul;
		LIKE_OUT_OF_LINE(1);
		LIKE_OUT_OF_LINE(2);
		LIKE_OUT_OF_LINE(20);
		LIKE_OUT_OF_LINE(31);
		LIKE_OUT_OF_LINE(32);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(questions_are_answered_as_by_the_model),
		cmocka_unit_test(clear_areas_are_found_at_the_first_place),
		cmocka_unit_test(whole_maps_are_written),
		cmocka_unit_test(ranges_are_exact),
		cmocka_unit_test(maps_are_combined),
		cmocka_unit_test(bits_are_shifted),
		cmocka_unit_test(bits_are_cut_out),
		cmocka_unit_test(arrays_hold_the_same_bits),
		cmocka_unit_test(bytes_of_maps),
		cmocka_unit_test(constant_sizes_do_the_same),
	};

	chance_start("bitmap");
	return cmocka_run_group_tests_name("bitmap", tests, NULL, NULL);
}
