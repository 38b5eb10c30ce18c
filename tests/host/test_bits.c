/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_bits.c - bits of words and of maps against arrays of bool
 *
 * The model of a map is an array with one bool for each bit; the model of a word is a loop over its
 * bits. Constant expressions are asserted at compile time; what only the optimiser folds is in
 * tests/headers/folds.c.
 *
 * LINK: lib/find.c
 */
#include <support.h>
#include <test_random.h>

#include <lib/bitops.h>
#include <lib/find.h>
#include <lib/kernel.h>
#include <lib/log2.h>
#include <lib/sizes.h>

/* --- what is constant -------------------------------------------------------------------------- */

#if BITS_PER_LONG != 32
#error BITS_PER_LONG must be a number that #if understands
#endif

static_assert(BIT(31) == 0x80000000u && BIT_ULL(63) == 0x8000000000000000ull);
static_assert(GENMASK(7, 4) == 0xF0 && GENMASK(31, 0) == 0xFFFFFFFF && GENMASK(0, 0) == 1);
static_assert(GENMASK_ULL(39, 21) == 0x000000FFFFE00000ull && GENMASK_ULL(63, 0) == ~0ull);
static_assert(BIT_MASK(33) == 2 && BIT_WORD(33) == 1 && BIT_WORD(31) == 0);
static_assert(BITS_TO_LONGS(0) == 0 && BITS_TO_LONGS(1) == 1 && BITS_TO_LONGS(33) == 2);
static_assert(GENMASK_INPUT_CHECK(7, 4) == 0);
static_assert(hweight8(0x1FF) == 8 && hweight16(0x1FFFF) == 16 && hweight32(0xF0F) == 8);
static_assert(hweight64(0xF00000000000000Full) == 8 && hweight_long(7) == 3);
static_assert(ilog2(1) == 0 && ilog2(4096) == 12 && ilog2(4097) == 12 && ilog2(1ull << 40) == 40);
static_assert(roundup_pow_of_two(1) == 1 && roundup_pow_of_two(2) == 2 && roundup_pow_of_two(5) == 8);
static_assert(rounddown_pow_of_two(1) == 1 && rounddown_pow_of_two(9) == 8);
static_assert(order_base_2(0) == 0 && order_base_2(1) == 0 && order_base_2(5) == 3);
static_assert(order_base_2(8) == 3 && bits_per(0) == 1 && bits_per(8) == 4 && bits_per(7) == 3);
static_assert(SZ_1 == 1 && SZ_4K == 4096 && SZ_1M == 1 << 20 && SZ_2G == 1u << 31);
static_assert(SZ_512 == 512 && SZ_128K == 131072 && SZ_16M == 1 << 24 && SZ_1G == 1 << 30);

/* --- words ------------------------------------------------------------------------------------- */

static int slow_fls(u64 word)
{
	int n = 0;

	for (; word; word >>= 1)
		n++;
	return n;
}

static int slow_ffs(u64 word)
{
	int n = 1;

	if (!word)
		return 0;
	for (; !(word & 1); word >>= 1)
		n++;
	return n;
}

static unsigned int slow_weight(u64 word)
{
	unsigned int n = 0;

	for (; word; word >>= 1)
		n += word & 1;
	return n;
}

static void check_word(u64 wide)
{
	u32 word = (u32)wide;

	assert_int_equal(ffs((int)word), slow_ffs(word));
	assert_int_equal(fls(word), slow_fls(word));
	assert_int_equal(fls_long(word), slow_fls(word));
	assert_int_equal(fls64(wide), slow_fls(wide));
	if (word) {
		assert_int_equal(__ffs(word), slow_ffs(word) - 1);
		assert_int_equal(__fls(word), slow_fls(word) - 1);
		assert_int_equal(ilog2(word), slow_fls(word) - 1);
		assert_int_equal(rounddown_pow_of_two(word), 1u << (slow_fls(word) - 1));
	}
	if (wide) {
		assert_int_equal(__ffs64(wide), slow_ffs(wide) - 1);
		assert_int_equal(ilog2(wide), slow_fls(wide) - 1);
	}
	if (word != ~0u)
		assert_int_equal(ffz(word), slow_ffs(~word) - 1);
	assert_int_equal(hweight8((u8)word), slow_weight(word & 0xFF));
	assert_int_equal(hweight16((u16)word), slow_weight(word & 0xFFFF));
	assert_int_equal(hweight32(word), slow_weight(word));
	assert_int_equal(hweight_long((unsigned long)word), slow_weight(word));
	assert_int_equal(hweight64(wide), slow_weight(wide));
	assert_int_equal(is_power_of_2(word), slow_weight(word) == 1);
}

static void words_agree_with_loops(void **state)
{
	random_begin("words");
	check_word(0);
	check_word(~0ull);
	for (int bit = 0; bit < 64; bit++) {
		check_word(1ull << bit);
		check_word((1ull << bit) - 1);
		check_word(~(1ull << bit));
	}
	for (int i = 0; i < 20000; i++)
		check_word(random_edgy64());
}

static void orders_are_exact_for_powers_of_two(void **state)
{
	assert_int_equal(get_count_order(0), -1);
	assert_int_equal(get_count_order_long(0), -1);
	for (volatile unsigned int n = 1; n < 5000; n++) {
		int order = 0;

		while ((1u << order) < n)
			order++;
		assert_int_equal(get_count_order(n), order);
		assert_int_equal(get_count_order_long(n), order);
		assert_int_equal(order_base_2((unsigned long)n), order);
		assert_int_equal(roundup_pow_of_two((unsigned long)n), 1u << order);
	}
	assert_int_equal(get_count_order(0x80000000u), 31);
	assert_int_equal(get_count_order(0x80000001u), 32);
	assert_false(is_power_of_2(0));
}

static void words_turn_and_extend(void **state)
{
	for (unsigned int by = 0; by < 32; by++) {
		assert_int_equal(rol32(ror32(0x12345678, by), by), 0x12345678);
		assert_int_equal(rol32(1, by), 1u << by);
	}
	assert_true(rol64(0x8000000000000001ull, 4) == 0x18ull);
	assert_true(ror64(0x18ull, 4) == 0x8000000000000001ull);
	assert_int_equal(sign_extend32(0x80, 7), -128);
	assert_int_equal(sign_extend32(0x17F, 7), 127);
	assert_true(sign_extend64(1ull << 40, 40) == -(1ll << 40));
}

static void masks_of_variables(void **state)
{
	for (volatile unsigned int low = 0; low < 64; low++)
		for (volatile unsigned int high = low; high < 64; high++) {
			u64 want = 0;

			for (unsigned int bit = low; bit <= high; bit++)
				want |= 1ull << bit;
			assert_true(GENMASK_ULL(high, low) == want);
			if (high < 32)
				assert_true(GENMASK(high, low) == want);
			assert_int_equal(GENMASK_INPUT_CHECK(low, high), 0);
		}
}

/* --- maps -------------------------------------------------------------------------------------- */

#define BITS	200

static unsigned long map[BITS_TO_LONGS(BITS) + 1], second[BITS_TO_LONGS(BITS) + 1];
static bool model[BITS + 64], model2[BITS + 64];

/* The bits past the size are random: they must not matter. */
static void randomise(unsigned long *words, bool *bits)
{
	u32 density = random_below(4);

	for (u32 bit = 0; bit < BITS + 24; bit++) {
		bits[bit] = density == 0 ? random_below(40) == 0 :
			    density == 1 ? random_below(40) != 0 :
			    density == 2 ? random_below(2) == 0 : bit / 20 % 2 == 0;
		if (bits[bit])
			words[bit / 32] |= 1ul << bit % 32;
		else
			words[bit / 32] &= ~(1ul << bit % 32);
	}
}

static void compare_map(void)
{
	for (u32 bit = 0; bit < BITS; bit++) {
		assert_int_equal(map[bit / 32] >> bit % 32 & 1, model[bit]);
		assert_int_equal(test_bit(bit, map), model[bit]);
	}
}

static void single_bits_atomic_and_plain(void **state)
{
	random_begin("single bits");
	randomise(map, model);
	for (int round = 0; round < 20000; round++) {
		u32 bit = random_below(BITS);
		bool old = model[bit];

		switch (random_below(14)) {
		case 0: set_bit(bit, map); model[bit] = true; break;
		case 1: clear_bit(bit, map); model[bit] = false; break;
		case 2: change_bit(bit, map); model[bit] = !old; break;
		case 3: __set_bit(bit, map); model[bit] = true; break;
		case 4: __clear_bit(bit, map); model[bit] = false; break;
		case 5: __change_bit(bit, map); model[bit] = !old; break;
		case 6: assert_int_equal(test_and_set_bit(bit, map), old); model[bit] = true; break;
		case 7: assert_int_equal(test_and_clear_bit(bit, map), old); model[bit] = false; break;
		case 8: assert_int_equal(test_and_change_bit(bit, map), old); model[bit] = !old; break;
		case 9: assert_int_equal(__test_and_set_bit(bit, map), old); model[bit] = true; break;
		case 10: assert_int_equal(__test_and_clear_bit(bit, map), old); model[bit] = false; break;
		case 11: assert_int_equal(__test_and_change_bit(bit, map), old); model[bit] = !old; break;
		case 12: assign_bit(bit, map, !old); model[bit] = !old; break;
		case 13: __assign_bit(bit, map, !old); model[bit] = !old; break;
		}
		if (round % 16 == 0)
			compare_map();
	}
	compare_map();
	/* With a constant number the instruction is another one. */
	set_bit(69, map);
	assert_true(test_and_clear_bit(69, map));
	assert_false(test_and_change_bit(69, map));
	clear_bit(69, map);
	assert_false(test_and_set_bit(69, map));
	change_bit(69, map);
	assert_false(test_bit(69, map));
	model[69] = false;
	compare_map();
}

static unsigned long slow_next(const bool *bits, const bool *also, bool value, unsigned long size,
			       unsigned long start)
{
	for (; start < size; start++)
		if ((bits[start] && (!also || also[start])) == value)
			return start;
	return size;
}

static void check_searches(unsigned long size)
{
	unsigned long last = size, n = 0;

	for (unsigned long start = 0; start <= size + 40; start++) {
		assert_int_equal(find_next_bit(map, size, start),
				 slow_next(model, NULL, true, size, start));
		assert_int_equal(find_next_zero_bit(map, size, start),
				 slow_next(model, NULL, false, size, start));
		assert_int_equal(find_next_and_bit(map, second, size, start),
				 slow_next(model, model2, true, size, start));
	}
	assert_int_equal(find_first_bit(map, size), slow_next(model, NULL, true, size, 0));
	assert_int_equal(find_first_zero_bit(map, size), slow_next(model, NULL, false, size, 0));
	assert_int_equal(find_first_and_bit(map, second, size),
			 slow_next(model, model2, true, size, 0));
	for (unsigned long bit = 0; bit < size; bit++)
		if (model[bit]) {
			assert_int_equal(find_nth_bit(map, size, n), bit);
			last = bit;
			n++;
		}
	assert_int_equal(find_nth_bit(map, size, n), size);
	assert_int_equal(find_nth_bit(map, size, n + 100), size);
	assert_int_equal(find_last_bit(map, size), last);
}

static void searches_agree_with_loops(void **state)
{
	random_begin("searches");
	for (int round = 0; round < 60; round++) {
		randomise(map, model);
		randomise(second, model2);
		check_searches(random_below(BITS + 1));
	}
	for (unsigned long size = 0; size <= 70; size++)
		check_searches(size);
}

/* Sizes of one word that the compiler knows take the inline way. */
static void searches_in_one_word(void **state)
{
	random_begin("one word");
	for (int round = 0; round < 2000; round++) {
		unsigned long start = random_below(40);

		randomise(map, model);
		randomise(second, model2);
#define CHECK(size) do {								\
		assert_int_equal(find_next_bit(map, size, start),			\
				 slow_next(model, NULL, true, size, start));		\
		assert_int_equal(find_next_zero_bit(map, size, start),			\
				 slow_next(model, NULL, false, size, start));		\
		assert_int_equal(find_next_and_bit(map, second, size, start),		\
				 slow_next(model, model2, true, size, start));		\
		assert_int_equal(find_last_bit(map, size), find_last_bit_(map, size));	\
} while (0)
		CHECK(1);
		CHECK(17);
		CHECK(31);
		CHECK(32);
#undef CHECK
	}
}

/* --- loops ------------------------------------------------------------------------------------- */

/* Which bits a loop visits, in which order; compared with a loop over the model. */
static unsigned long visited[BITS + 1], wanted[BITS + 1], visits, wants;

static void compare_visits(void)
{
	assert_int_equal(visits, wants);
	for (unsigned long i = 0; i < wants; i++)
		assert_int_equal(visited[i], wanted[i]);
	visits = wants = 0;
}

static void want(bool value, unsigned long from, unsigned long to)
{
	for (; from < to; from++)
		if (model[from] == value)
			wanted[wants++] = from;
}

static void loops_visit_each_bit(void **state)
{
	unsigned long bit;

	random_begin("loops");
	for (int round = 0; round < 300; round++) {
		unsigned long size = random_below(BITS + 1), start = random_below(BITS + 1);

		randomise(map, model);
		for_each_set_bit(bit, map, size)
			visited[visits++] = bit;
		want(true, 0, size);
		compare_visits();
		for_each_clear_bit(bit, map, size)
			visited[visits++] = bit;
		want(false, 0, size);
		compare_visits();
		bit = start;
		for_each_set_bit_from(bit, map, size)
			visited[visits++] = bit;
		want(true, start, size);
		compare_visits();
		bit = start;
		for_each_clear_bit_from(bit, map, size)
			visited[visits++] = bit;
		want(false, start, size);
		compare_visits();
		for_each_set_bit_wrap(bit, map, size, start)
			visited[visits++] = bit;
		want(true, start, size);
		want(true, 0, min(start, size));
		compare_visits();
	}
}

/* Runs [b, e) of one value from @start on, as the model has them. */
static void check_ranges(bool value, unsigned long start, unsigned long size)
{
	unsigned long b = start, e, at = start;

#define CHECK_RANGE() do {							\
	while (at < size && model[at] != value)					\
		at++;								\
	assert_int_equal(b, at);						\
	while (at < size && model[at] == value)					\
		at++;								\
	assert_int_equal(e, at);						\
} while (0)
	if (value && start)
		for_each_set_bitrange_from(b, e, map, size)
			CHECK_RANGE();
	else if (value)
		for_each_set_bitrange(b, e, map, size)
			CHECK_RANGE();
	else if (start)
		for_each_clear_bitrange_from(b, e, map, size)
			CHECK_RANGE();
	else
		for_each_clear_bitrange(b, e, map, size)
			CHECK_RANGE();
	while (at < size)
		assert_true(model[at++] != value);
}

static void loops_visit_each_range(void **state)
{
	random_begin("ranges");
	for (int round = 0; round < 300; round++) {
		unsigned long size = random_below(BITS + 1), start = 1 + random_below(BITS);

		randomise(map, model);
		check_ranges(true, 0, size);
		check_ranges(false, 0, size);
		check_ranges(true, start, size);
		check_ranges(false, start, size);
	}
}

static void loops_visit_each_clump(void **state)
{
	unsigned long start, clump;

	random_begin("clumps");
	for (int round = 0; round < 300; round++) {
		unsigned long size = random_below(BITS / 8 + 1) * 8, at = 0;

		randomise(map, model);
		for_each_set_clump8(start, clump, map, size) {
			for (; at < start; at++)
				assert_false(model[at]);
			for (; at < start + 8; at++)
				assert_int_equal(clump >> (at - start) & 1, model[at]);
			assert_int_equal(start % 8, 0);
			assert_in_range(clump, 1, 255);
		}
		for (; at < size; at++)
			assert_false(model[at]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_agree_with_loops),
		cmocka_unit_test(orders_are_exact_for_powers_of_two),
		cmocka_unit_test(words_turn_and_extend),
		cmocka_unit_test(masks_of_variables),
		cmocka_unit_test(single_bits_atomic_and_plain),
		cmocka_unit_test(searches_agree_with_loops),
		cmocka_unit_test(searches_in_one_word),
		cmocka_unit_test(loops_visit_each_bit),
		cmocka_unit_test(loops_visit_each_range),
		cmocka_unit_test(loops_visit_each_clump),
	};

	return cmocka_run_group_tests_name("bits", tests, NULL, NULL);
}
