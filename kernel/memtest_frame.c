/* SPDX-License-Identifier: MIT */
/*
 * kernel/memtest_frame.c - one frame of a memory test's sweep
 *
 *   CONSTANT   v v v v v v ...      checked and written by string instructions: the speed of memory
 *   ADDRESS    a a+4 a+8 ...        its own physical address: two lines shorted show each other's
 *   RANDOM     x1 x2 x3 ...         seed and frame number make the row, so a check can make it again
 *   MODULO     n n v n n ... n v    every 20th word v, all others ~v
 */
#include <arch.h>
#include <kernel/memtest.h>
#include <lib/string.h>

#define WORDS	(PAGE_SIZE / sizeof(u32))

static void check_constant(const u32 *words, u32 want, phys_addr_t pa, memtest_report_fn *report)
{
	const u32 *at = words, *end = words + WORDS;

	while ((at = arch_skip_words(at, end, want)) < end) {
		report(pa + (at - words) * sizeof(u32), want, *(const volatile u32 *)at);
		at++;
	}
}

/* Marsaglia's xorshift: never 0 from a start that is not 0. Source: "Xorshift RNGs" (2003). */
static u32 next_random(u32 x)
{
	x ^= x << 13;
	x ^= x >> 17;
	return x ^ x << 5;
}

static u32 first_random(u32 seed, phys_addr_t pa)
{
	u32 x = next_random(seed ^ pa);

	return x ? x : ~0u;
}

/* All words but those at the offset are ~v in the first sweep, and only those at it are looked at. */
static void modulo_frame(const struct memtest_sweep *s, volatile u32 *words, phys_addr_t pa,
			 memtest_report_fn *report)
{
	unsigned int phase = pa / sizeof(u32) % MEMTEST_MODULO;

	for (unsigned int i = 0; i < WORDS; i++) {
		bool counts = phase == s->offset;

		if (s->fill)
			words[i] = counts ? s->value : ~s->value;
		else if (counts && words[i] != s->value)
			report(pa + i * sizeof(u32), s->value, words[i]);
		if (++phase == MEMTEST_MODULO)
			phase = 0;
	}
}

static void series_frame(const struct memtest_sweep *s, volatile u32 *words, phys_addr_t pa,
			 memtest_report_fn *report)
{
	u32 x = first_random(s->value, pa);

	for (unsigned int i = 0; i < WORDS; i++) {
		u32 want = s->kind == SWEEP_RANDOM ? x : (pa + i * sizeof(u32)) ^ s->value;

		if (s->check && words[i] != want)
			report(pa + i * sizeof(u32), want, words[i]);
		if (s->fill)
			words[i] = want ^ s->next;
		x = next_random(x);
	}
}

void memtest_frame(const struct memtest_sweep *s, u32 *words, phys_addr_t pa,
		   memtest_report_fn *report)
{
	switch (s->kind) {
	case SWEEP_CONSTANT:
		if (s->check)
			check_constant(words, s->value, pa, report);
		if (s->fill)
			memset32(words, s->next, WORDS);
		break;
	case SWEEP_MODULO:
		modulo_frame(s, words, pa, report);
		break;
	default:
		series_frame(s, words, pa, report);
	}
}
