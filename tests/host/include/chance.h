/* SPDX-License-Identifier: MIT */
/*
 * tests/host/include/chance.h - random input that can be had again
 *
 * A program calls chance_start() first; it prints the seed, and SEED=n in the environment brings
 * the same run back. Not lib/random.c, which is under test itself.
 */
#ifndef HOST_CHANCE_H
#define HOST_CHANCE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t chance_state;

static inline void chance_start(const char *name)
{
	const char *given = getenv("SEED");
	unsigned long seed = given ? strtoul(given, NULL, 0)
				   : (unsigned long)time(NULL) * 1000003u ^ (unsigned long)getpid();

	printf("# %s: SEED=%lu\n", name, seed);
	fflush(stdout);
	chance_state = seed * 2654435769u + 1;
}

/* Source: G. Marsaglia, "Xorshift RNGs"; the multiplier is S. Vigna's. */
static inline uint32_t chance(void)
{
	chance_state ^= chance_state >> 12;
	chance_state ^= chance_state << 25;
	chance_state ^= chance_state >> 27;
	return (chance_state * 0x2545f4914f6cdd1dull) >> 32;
}

/* [0, n) */
static inline uint32_t chance_below(uint32_t n)
{
	return chance() % n;
}

/* A number of any magnitude: small ones as likely as large ones. */
static inline uint64_t chance_u64(void)
{
	uint64_t n = (uint64_t)chance() << 32 | chance();

	return n >> chance_below(64);
}

#endif
