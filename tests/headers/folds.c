/* SPDX-License-Identifier: MIT */
/*
 * tests/headers/folds.c - bit operations on constants are worked out by the compiler at -O2
 *
 * BUILD_BUG_ON() does not compile unless its condition is known to be false, so this file is a test
 * that never runs.
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/find.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/overflow.h>

#define KNOWN(expr, value) do {					\
	__typeof__(expr) known_ = (expr);			\
	BUILD_BUG_ON(!__builtin_constant_p(known_));		\
	BUILD_BUG_ON(known_ != (value));			\
} while (0)

void single_bits(void);
void single_bits(void)
{
	unsigned long map[2] = { 0, 0 }, word = 0;

	__set_bit(3, map);
	__set_bit(40, map);
	__change_bit(31, &word);
	KNOWN(test_bit(3, map), true);
	KNOWN(test_bit(4, map), false);
	KNOWN(test_bit(40, map), true);
	KNOWN(__test_and_clear_bit(3, map), true);
	KNOWN(__test_and_set_bit(5, map), false);
	__clear_bit(5, map);
	KNOWN(map[0], 0);
	KNOWN(map[1], 1UL << 8);
	KNOWN(word, 0x80000000UL);
	if (!test_bit(7, map))
		__change_bit(40, map);
	KNOWN(map[1], 0);
}

void positions(void);
void positions(void)
{
	unsigned long word = GENMASK(6, 5) | BIT(20);

	KNOWN(__ffs(word), 5);
	KNOWN(__fls(word), 20);
	KNOWN(ffs(word), 6);
	KNOWN(fls(word), 21);
	KNOWN(ffz(word), 0);
	KNOWN(fls64(1ULL << 40), 41);
	KNOWN(__ffs64(1ULL << 40), 40);
	KNOWN(hweight_long(word), 3);
	KNOWN(get_count_order(5), 3);
	KNOWN(find_next_bit(&word, 32, 6), 6);
	KNOWN(find_next_bit(&word, 32, 7), 20);
	KNOWN(find_first_zero_bit(&word, 32), 0);
	KNOWN(find_last_bit(&word, 20), 6);
}

void arithmetic(void);
void arithmetic(void)
{
	u64 n = 1000000000001ULL;
	u32 rem = do_div(n, 1000);

	KNOWN(n, 1000000000ULL);
	KNOWN(rem, 1);
	KNOWN(size_add(size_mul(3, 5), 1), 16);
	KNOWN(size_mul(1 << 20, 1 << 20), SIZE_MAX);
	KNOWN(min(3, 5) + max(3, 5) + clamp(7, 1, 4), 12);
}
