/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_random.c - random numbers that can be repeated
 *
 * LINK: lib/random.c lib/string.c
 */
#include <support.h>
#include <chance.h>

#include <lib/kernel.h>
#include <lib/random.h>

/* From the definition of the generator: state 1, 2, 3, 4 (D. Blackman and S. Vigna's own example). */
static void numbers_are_those_of_the_definition(void **state)
{
	static const u32 want[] = { 11520, 0, 5927040, 70819200 };
	struct rnd_state rnd = { { 1, 2, 3, 4 } };

	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		assert_int_equal(prandom_u32_state(&rnd), want[i]);
}

static void unseeded_is_seeded_with_zero(void **state)
{
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(get_random_u32(), prandom_u32_state(&rnd));
}

static void same_seed_same_numbers(void **state)
{
	u64 seed = chance_u64();
	struct rnd_state a, b, other;
	u8 bytes[11], again[11];
	bool differs = false;

	prandom_seed_state(&a, seed);
	prandom_seed_state(&b, seed);
	prandom_seed_state(&other, seed + 1);
	for (int i = 0; i < 100; i++) {
		u32 n = prandom_u32_state(&a);

		assert_int_equal(n, prandom_u32_state(&b));
		differs |= n != prandom_u32_state(&other);
	}
	assert_true(differs);
	random_seed(seed);
	get_random_bytes(bytes, sizeof(bytes));
	prandom_seed_state(&a, seed);
	prandom_bytes_state(&a, again, sizeof(again));
	assert_memory_equal(bytes, again, sizeof(bytes));
}

/* Each value of a small range must come up about as often as the others. */
static void ranges_are_even_and_never_left(void **state)
{
	unsigned int count[10] = { 0 }, inclusive[3] = { 0 };

	for (int i = 0; i < 100000; i++) {
		count[prandom_u32_max(10)]++;
		inclusive[get_random_u32_inclusive(7, 9) - 7]++;
	}
	for (int i = 0; i < 10; i++)
		assert_in_range(count[i], 9500, 10500);
	for (int i = 0; i < 3; i++)
		assert_in_range(inclusive[i], 32333, 34333);
	assert_int_equal(prandom_u32_max(0), 0);
	assert_int_equal(prandom_u32_max(1), 0);
	assert_int_equal(get_random_u32_inclusive(5, 5), 5);
	get_random_u32_inclusive(0, U32_MAX);
}

static void every_bit_is_used(void **state)
{
	u64 ones = 0, zeros = 0;

	for (int i = 0; i < 200; i++) {
		u64 n = get_random_u64();

		ones |= n;
		zeros |= ~n;
	}
	assert_true(ones == U64_MAX && zeros == U64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_those_of_the_definition),
		cmocka_unit_test(unseeded_is_seeded_with_zero),
		cmocka_unit_test(same_seed_same_numbers),
		cmocka_unit_test(ranges_are_even_and_never_left),
		cmocka_unit_test(every_bit_is_used),
	};

	chance_start("random");
	return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
