/* SPDX-License-Identifier: MIT */
/*
 * kernel/memtest_frame.c - one frame of a memory test's sweep
 *
 *   CONSTANT   v v v v v v ...      checked and written by string instructions: the speed of memory
 *   ADDRESS    a a+4 a+8 ...        its own physical address: two lines shorted show each other's
 *   RANDOM     x1 x2 x3 ...         seed and frame number make the row, so a check can make it again
 *   MODULO     n n v n n ... n v    every 20th word v, all others ~v
 *
 * All of it is __moved (arch.h): it also runs from a copy, while the image holds patterns. So it
 * calls nothing outside and has no constants in memory; tests/run source/moved looks at that.
 */
#include <arch.h>
#include <lib/kernel.h>
#include <lib/string_words.h>
#include "memtest.h"

#define WORDS	(PAGE_SIZE / sizeof(u32))

void __moved memtest_log_error(struct memtest_log *log, phys_addr_t pa, u32 want, u32 got)
{
	struct memtest_error *e = &log->error[log->nr];

	if (log->nr && (log->nr == ARRAY_SIZE(log->error) ||
			phys_to_pfn(e[-1].pa) == phys_to_pfn(pa))) {
		e--;
	} else {
		log->nr++;
		e->pa = e->low = e->high = pa;
		e->want = want;
		e->got = got;
		e->bits = e->words = 0;
	}
	if (pa < e->low)
		e->low = pa;
	if (pa > e->high)
		e->high = pa;
	e->bits |= want ^ got;
	e->words++;
}

static void __moved check_constant(const u32 *words, u32 want, phys_addr_t pa,
				   struct memtest_log *log)
{
	const u32 *at = words, *end = words + WORDS;

	while ((at = arch_skip_words(at, end, want)) < end) {
		memtest_log_error(log, pa + (at - words) * sizeof(u32), want,
				  *(const volatile u32 *)at);
		at++;
	}
}

/* Marsaglia's xorshift: never 0 from a start that is not 0. Source: "Xorshift RNGs" (2003). */
static u32 __moved next_random(u32 x)
{
	x ^= x << 13;
	x ^= x >> 17;
	return x ^ x << 5;
}

static u32 __moved first_random(u32 seed, phys_addr_t pa)
{
	u32 x = next_random(seed ^ pa);

	return x ? x : ~0u;
}

/* All words but those at the offset are ~v in the first sweep, and only those at it are looked at. */
static void __moved modulo_frame(const struct memtest_sweep *s, volatile u32 *words, phys_addr_t pa,
				 struct memtest_log *log)
{
	unsigned int phase = pa / sizeof(u32) % MEMTEST_MODULO;

	for (unsigned int i = 0; i < WORDS; i++) {
		bool counts = phase == s->offset;

		if (s->fill)
			words[i] = counts ? s->value : ~s->value;
		else if (counts && words[i] != s->value)
			memtest_log_error(log, pa + i * sizeof(u32), s->value, words[i]);
		if (++phase == MEMTEST_MODULO)
			phase = 0;
	}
}

static void __moved series_frame(const struct memtest_sweep *s, volatile u32 *words, phys_addr_t pa,
				 struct memtest_log *log)
{
	u32 x = first_random(s->value, pa);

	for (unsigned int i = 0; i < WORDS; i++) {
		u32 want = s->kind == SWEEP_RANDOM ? x : (pa + i * sizeof(u32)) ^ s->value;

		if (s->check && words[i] != want)
			memtest_log_error(log, pa + i * sizeof(u32), want, words[i]);
		if (s->fill)
			words[i] = want ^ s->next;
		x = next_random(x);
	}
}

void __moved memtest_frame(const struct memtest_sweep *s, u32 *words, phys_addr_t pa,
			   struct memtest_log *log)
{
	if (s->kind == SWEEP_MODULO) {
		modulo_frame(s, words, pa, log);
	} else if (s->kind != SWEEP_CONSTANT) {
		series_frame(s, words, pa, log);
	} else {
		if (s->check)
			check_constant(words, s->value, pa, log);
		if (s->fill)
			fill_words(words, s->next, WORDS);
	}
}
