/* SPDX-License-Identifier: MIT */
/*
 * include/lib/random.h - random numbers that can be repeated
 *
 * For tests, for spreading things, and for the key that hashes pointers; not for secrets. The same
 * seed gives the same numbers, on the host too. A state of one's own is independent of all others;
 * the get_random_ functions share one, which random_seed() starts.
 *
 * Context: any. An interrupt within a call on the shared state may see a number twice.
 */
#ifndef LIB_RANDOM_H
#define LIB_RANDOM_H

#include <lib/compiler.h>
#include <lib/types.h>

struct rnd_state {
	u32 s[4];			/* never all zero */
};

/* Start @state; every @seed, 0 too, is as good as any other. */
void prandom_seed_state(struct rnd_state *state, u64 seed);

/* The next number, each of the 2^32 as likely as another; the period is 2^128 - 1. */
u32 prandom_u32_state(struct rnd_state *state);

/* Fill @n bytes. */
void prandom_bytes_state(struct rnd_state *state, void *buf, size_t n);

/* Start the shared state. Without a call it starts with seed 0. */
void random_seed(u64 seed);

u32 get_random_u32(void);
u64 get_random_u64(void);
void get_random_bytes(void *buf, size_t n);

static inline u8 get_random_u8(void)
{
	return get_random_u32() >> 24;
}

static inline u16 get_random_u16(void)
{
	return get_random_u32() >> 16;
}

static inline unsigned long get_random_long(void)
{
	return get_random_u32();
}

/* A number in [0, @limit); 0 for @limit 0. Uneven by at most @limit in 2^32. */
static inline u32 get_random_u32_below(u32 limit)
{
	return (u64)get_random_u32() * limit >> 32;
}

/* A number in [@low, @high]. */
static inline u32 get_random_u32_inclusive(u32 low, u32 high)
{
	return low + ((u64)get_random_u32() * ((u64)high - low + 1) >> 32);
}

static inline u32 prandom_u32(void)
{
	return get_random_u32();
}

static inline u32 prandom_u32_max(u32 limit)
{
	return get_random_u32_below(limit);
}

static inline void prandom_bytes(void *buf, size_t n)
{
	get_random_bytes(buf, n);
}

#endif
