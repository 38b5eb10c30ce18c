/* SPDX-License-Identifier: MIT */
/*
 * tests/host/include/test_random.h - random numbers that can be had again
 *
 * random_begin() prints the seed; SEED=number in the environment repeats a run. The generator is not
 * the kernel's: a test must not depend on the code beside it.
 * Source: Marsaglia, "Xorshift RNGs" (2003), the triple 13, 17, 5.
 */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <lib/types.h>

static u32 random_state;

static inline void random_begin(const char *what)
{
	const char *seed = getenv("SEED");

	random_state = seed ? (u32)strtoul(seed, NULL, 0) : (u32)time(NULL) * 2654435761u;
	if (!random_state)
		random_state = 1;
	printf("# %s: SEED=%u\n", what, random_state);
}

static inline u32 random32(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state;
}

static inline u32 random_below(u32 limit)
{
	return random32() % limit;
}

/* Of any length, and often next to a power of two or to zero, where arithmetic goes wrong. */
static inline u64 random_edgy64(void)
{
	u64 bits = (u64)random32() << 32 | random32();

	switch (random_below(4)) {
	case 0:
		return bits >> random_below(64);
	case 1:
		return ~(bits >> random_below(64));
	case 2:
		return (1ULL << random_below(64)) + random_below(5) - 2;
	default:
		return bits;
	}
}

#endif
