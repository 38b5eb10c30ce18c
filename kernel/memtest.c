/* SPDX-License-Identifier: MIT */
/*
 * kernel/memtest.c - `memtest` and memtest=: all the RAM there is
 *
 *   test        a few groups                   group        sweeps over all memory, one by one
 *   walking     bit 0 | bit 1 | ... | bit 31   bit 0        fill 1; check 1, fill ~1; check ~1
 *
 *   all RAM     | in use: kernel, mem_map, slab, BIOS data ... |  free                          |
 *                 memtest_moved.c: the group's sweeps, run       memtest_free.c: the group's sweeps,
 *                 by a copy of the code that lies in free        through a window past the caches
 *                 memory, a job after the other
 *
 * All tests go over free memory first; what came through all of them is good enough to keep the
 * kernel in while they go over the rest. What is wrong goes to memtest_report.c.
 *
 * Source: van de Goor, "Testing Semiconductor Memories" (march tests, moving inversions).
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/memtest.h>
#include <kernel/monitor.h>
#include <kernel/time.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/math64.h>
#include <lib/string.h>
#include "memtest.h"

#define BAR		20u
#define POLL_MS		100u	/* how soon a key is seen while nothing else happens */

const char *memtest_name = "";

static bool uncached;			/* past the caches */
static enum { TEST_FREE, TEST_IN_USE } half;
static unsigned long nr_in_use;		/* frames */
static u64 swept, to_sweep;		/* frames of this test, for the bar */
static u64 bytes_swept, ns_swept;	/* of this test in free memory, for the speed */
static unsigned int shown;
static bool stopped;
static unsigned int seed;

/* --- progress -------------------------------------------------------------------------------- */

static void show_bar(unsigned int percent)
{
	console_printf("\r%-18s [", memtest_name);
	for (unsigned int i = 0; i < BAR; i++)
		console_write(i * 100 < percent * BAR ? "#" : " ", 1);
	console_printf("] %3u %%", percent);
}

bool memtest_progress(unsigned long frames, unsigned int sweeps)
{
	unsigned int percent;

	swept += (u64)frames * sweeps;
	percent = div64_u64(swept * 100, to_sweep);
	if (percent != shown) {
		shown = percent;
		show_bar(percent);
		stopped |= console_poll() >= 0;
	}
	return !stopped;
}

/* --- sweeps over free memory ----------------------------------------------------------------- */

/* Between two sweeps all of memory holds a pattern: here tests/memtest_faults.py breaks it. */
static noinline void memtest_swept(void)
{
	barrier();
}

static void sweep_block(const struct memtest_sweep *s, struct page *block)
{
	static struct memtest_log log;
	unsigned long frames = 1UL << page_block_order(block);

	if (stopped)
		return;
	memtest_sweep_frames(s, block, frames, &log);
	memtest_report(&log, memtest_name);
	bytes_swept += (u64)frames * PAGE_SIZE * (s->check + s->fill);
	memtest_progress(frames, 1);
}

static void wait_for_fading(void)
{
	for (unsigned int ms = 0; ms < MEMTEST_FADE_MS && !stopped; ms += POLL_MS) {
		mdelay(POLL_MS);
		stopped = console_poll() >= 0;
	}
}

static void sweep(const struct memtest_sweep *s)
{
	struct page *block;
	u64 start;

	if (s->wait)
		wait_for_fading();
	start = ktime_get_ns();
	if (s->down) {
		list_for_each_entry_reverse(block, &memtest_blocks, list)
			sweep_block(s, block);
	} else {
		list_for_each_entry(block, &memtest_blocks, list)
			sweep_block(s, block);
	}
	ns_swept += ktime_get_ns() - start;
	memtest_swept();
}

static void run_group(const struct memtest_group *group)
{
	if (half == TEST_IN_USE) {
		memtest_in_use(group, uncached);
		return;
	}
	for (unsigned int i = 0; i < group->nr; i++)
		sweep(&group->sweep[i]);
}

/* --- tests ----------------------------------------------------------------------------------- */

/* Two sweeps: write, maybe wait, and look. */
static void write_and_check(enum memtest_kind kind, u32 value, u8 offset, bool wait)
{
	struct memtest_group group = { 2, {
		{ .kind = kind, .value = value, .offset = offset, .fill = true },
		{ .kind = kind, .value = value, .offset = offset, .check = true, .wait = wait },
	} };

	if (kind == SWEEP_CONSTANT)
		group.sweep[0].next = value;
	run_group(&group);
}

static void test_address(void)
{
	write_and_check(SWEEP_ADDRESS, 0, 0, false);
	write_and_check(SWEEP_ADDRESS, ~0u, 0, false);
}

static void test_walking(void)
{
	for (u32 bit = 1; bit; bit <<= 1)
		run_group(&(struct memtest_group){ 3, {
			{ .fill = true, .next = bit },
			{ .check = true, .value = bit, .fill = true, .next = ~bit },
			{ .check = true, .value = ~bit },
		} });
}

/* Write v; up: v becomes ~v; down: ~v becomes v; check. */
static void test_inversions(void)
{
	static const u32 values[] = { 0, 0x55555555, 0x0F0F0F0F };

	for (unsigned int i = 0; i < ARRAY_SIZE(values); i++) {
		u32 v = values[i];

		run_group(&(struct memtest_group){ 4, {
			{ .fill = true, .next = v },
			{ .check = true, .value = v, .fill = true, .next = ~v },
			{ .check = true, .value = ~v, .fill = true, .next = v, .down = true },
			{ .check = true, .value = v },
		} });
	}
}

static void test_modulo(void)
{
	for (unsigned int offset = 0; offset < MEMTEST_MODULO; offset++)
		write_and_check(SWEEP_MODULO, 0, offset, false);
}

static void test_random(void)
{
	write_and_check(SWEEP_RANDOM, seed, 0, false);
	seed = seed * 69069 + 1;	/* Source: Knuth, TAOCP vol. 2, "Spectral Test" */
}

static void test_fade(void)
{
	write_and_check(SWEEP_CONSTANT, 0, 0, true);
	write_and_check(SWEEP_CONSTANT, ~0u, 0, true);
}

static const struct {
	const char *name;
	void (*run)(void);
	unsigned int sweeps;
} tests[] = {
	{ "address", test_address, 4 },
	{ "walking", test_walking, 96 },
	{ "inversions", test_inversions, 12 },
	{ "modulo-20", test_modulo, 2 * MEMTEST_MODULO },
	{ "random", test_random, 2 },
	{ "fade", test_fade, 4 },
};

#define TEST_NAMES	"address walking inversions modulo-20 random fade"

static void run_test(unsigned int i)
{
	u64 frames = half == TEST_FREE ? memtest_nr_free : nr_in_use;

	memtest_name = tests[i].name;
	swept = bytes_swept = ns_swept = 0;
	to_sweep = frames * tests[i].sweeps;
	shown = ~0u;
	tests[i].run();
}

static void test_free(unsigned int i)
{
	unsigned long errors = memtest_nr_errors();
	u64 us;

	half = TEST_FREE;
	run_test(i);
	us = div_u64(ns_swept, NSEC_PER_USEC);
	console_printf("\r%-18s %lu errors, %llu MB in %llu ms, %llu MB/s\033[K\n", memtest_name,
		       memtest_nr_errors() - errors, div_u64(bytes_swept, 1000000), div_u64(us, 1000),
		       div64_u64(bytes_swept, us + !us));
}

/* The clock is not asked: without a TSC it stands still while interrupts are off. */
static void test_in_use(unsigned int i)
{
	unsigned long errors = memtest_nr_errors();

	half = TEST_IN_USE;
	run_test(i);
	console_printf("\r%-18s %lu errors in what is in use\033[K\n", memtest_name,
		       memtest_nr_errors() - errors);
}

/* --- the whole ------------------------------------------------------------------------------- */

struct request {
	unsigned int passes, chosen;	/* bit i of chosen: tests[i]; 0: all */
	bool cached;
	unsigned int seed;
};

static unsigned long kib(unsigned long frames)
{
	return frames * (PAGE_SIZE / 1024);
}

static void announce(void)
{
	console_printf("memtest: %lu KiB free and %lu KiB in use; %s; seed %u; a key stops it\n",
		       kib(memtest_nr_free), kib(nr_in_use),
		       uncached ? "caches off" : "through the caches", seed);
}

static void run_pass(unsigned int chosen)
{
	if (!chosen)
		chosen = ~0u;
	for (unsigned int i = 0; i < ARRAY_SIZE(tests) && !stopped; i++)
		if (chosen & 1u << i)
			test_free(i);
	if (!memtest_find_room()) {
		console_printf("memtest: no good block to move to: what is in use is not tested\n");
		return;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(tests) && !stopped; i++)
		if (chosen & 1u << i)
			test_in_use(i);
}

/* Return: 0, or -EIO when something is wrong with the memory. */
static int memtest(const struct request *request)
{
	stopped = false;
	seed = request->seed;
	memtest_report_begin();
	memtest_take_frames();
	nr_in_use = memtest_count_in_use();
	uncached = memtest_open_window(!request->cached);
	announce();
	for (unsigned int pass = 0; pass < request->passes && !stopped; pass++)
		run_pass(request->chosen);
	memtest_close_window();
	if (stopped)
		console_printf("memtest: stopped by a key\n");
	memtest_summary(memtest_give_frames());
	return memtest_nr_errors() ? -EIO : 0;
}

static unsigned int test_by_name(const char *name)
{
	unsigned int i = 0;

	while (i < ARRAY_SIZE(tests) && strcmp(name, tests[i].name))
		i++;
	return i;
}

/* One word of the command; the first may be the number of passes. False: it means nothing. */
static bool take_word(struct request *request, const char *word, bool first)
{
	unsigned int i = test_by_name(word);

	if (i < ARRAY_SIZE(tests))
		request->chosen |= 1u << i;
	else if (!strcmp(word, "cached"))
		request->cached = true;
	else if (!strncmp(word, "seed=", 5))
		return !kstrtouint(word + 5, 0, &request->seed);
	else
		return first && !kstrtouint(word, 0, &request->passes) && request->passes;
	return true;
}

/* Return: 0; -EINVAL, and a sentence that names it, for a word that is none of these. */
static int take_words(struct request *request, int nr, char **words)
{
	for (int i = 0; i < nr; i++) {
		if (take_word(request, words[i], i == 0))
			continue;
		console_printf("memtest: \"%s\" is no number of passes (1 to 4294967295, first), no "
			       "test (" TEST_NAMES "), not cached and not seed=0 to 4294967295.\n", words[i]);
		return -EINVAL;
	}
	return 0;
}

static int cmd_memtest(int argc, char **argv)
{
	struct request request = { .passes = 1, .seed = 1 };

	return take_words(&request, argc - 1, argv + 1) ? -EINVAL : memtest(&request);
}
MONITOR_COMMAND(memtest, "[PASSES] [cached] [seed=NUMBER] [TEST...]", "test RAM: " TEST_NAMES,
		cmd_memtest);

static struct request at_boot = { .seed = 1 };

/* The same words, with commas between. */
static int __init set_memtest(const char *value)
{
	char line[80], *rest = line, *words[10];
	int nr = 0;

	if (strscpy(line, value, sizeof(line)) < 0)
		return -EINVAL;
	at_boot.passes = 1;
	while (*line && rest && nr < (int)ARRAY_SIZE(words))
		words[nr++] = strsep(&rest, ",");
	if (!rest || !*line)
		if (!take_words(&at_boot, nr, words))
			return 0;
	at_boot.passes = 0;
	return -EINVAL;
}
early_param("memtest", set_memtest);

void memtest_boot(void)
{
	if (at_boot.passes)
		memtest(&at_boot);
}
