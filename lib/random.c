// SPDX-License-Identifier: MIT
/*
 * lib/random.c - xoshiro128**: 128 bits of state, 32 bits a step
 *
 *     s0 s1 s2 s3                the number is a scrambled s1; the step mixes the four words by
 *      `--+--+--'                exclusive or, one shift and one rotation, which as a matrix over
 *         |                      GF(2) runs through all states but zero
 *
 * Shifts, adds and one multiplication by 5 and 9 each: quick on a 386, the same on the host.
 *
 * Source: D. Blackman and S. Vigna, "Scrambled Linear Pseudorandom Number Generators"; the words
 * of a new state come from SplitMix (G. Steele, D. Lea, C. Flood), as they advise.
 */
#include <lib/random.h>
#include <lib/string.h>

/* What prandom_seed_state(&shared, 0) would make of it (checked by test_random.c). */
static struct rnd_state shared = { { 0xe220a839, 0x7b1dcdaf, 0x6e789e6a, 0xa1b965f4 } };

static u32 rotate_left(u32 n, unsigned int by)
{
	return n << by | n >> (32 - by);
}

/* SplitMix64: a counter with a golden step, well mixed. */
static u64 splitmix(u64 *counter)
{
	u64 z = *counter += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* Two different outputs of a bijection: they cannot both be zero. */
void prandom_seed_state(struct rnd_state *state, u64 seed)
{
	for (int i = 0; i < 4; i += 2) {
		u64 word = splitmix(&seed);

		state->s[i] = word >> 32;
		state->s[i + 1] = word;
	}
}

u32 prandom_u32_state(struct rnd_state *state)
{
	u32 *s = state->s;
	u32 result = rotate_left(s[1] * 5, 7) * 9;
	u32 t = s[1] << 9;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 11);
	return result;
}

void prandom_bytes_state(struct rnd_state *state, void *buf, size_t n)
{
	u8 *out = buf;

	while (n) {
		u32 word = prandom_u32_state(state);
		size_t part = n < sizeof(word) ? n : sizeof(word);

		memcpy(out, &word, part);
		out += part;
		n -= part;
	}
}

void random_seed(u64 seed)
{
	prandom_seed_state(&shared, seed);
}

u32 get_random_u32(void)
{
	return prandom_u32_state(&shared);
}

u64 get_random_u64(void)
{
	u64 high = get_random_u32();

	return high << 32 | get_random_u32();
}

void get_random_bytes(void *buf, size_t n)
{
	prandom_bytes_state(&shared, buf, n);
}
