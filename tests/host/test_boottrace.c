/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_boottrace.c - traces: what text is taken, and what both allocators make of it
 *
 * LINK: mm/boottrace.c mm/boottrace_run.c mm/bootmem.c mm/memblock.c mm/memblock_arena.c
 */
#include <support.h>

#include <lib/errno.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <mm/boottrace.h>

#include "../../mm/internal.h"

static struct trace_op ops[BOOTTRACE_MAX];
static struct boot_trace trace;

void free_pages_bootmem(pfn_t pfn, unsigned int order)
{
	fail_msg("no trace hands anything over");
}

static void parse(const char *text)
{
	unsigned int line;
	const char *why;

	boottrace_init(&trace, ops, BOOTTRACE_MAX);
	if (boottrace_parse(&trace, text, strlen(text), &line, &why))
		fail_msg("line %u: %s", line, why);
}

static struct trace_result run(enum trace_allocator which, pfn_t frames)
{
	size_t size = boottrace_space(frames);
	void *space = malloc(size);		/* of exactly this size: ASan guards its end */
	struct trace_result result;

	memset(space, 0xA5, size);
	boottrace_run(&trace, which, frames, space, &result);
	free(space);
	return result;
}

/* --- text ------------------------------------------------------------------------------------- */

static void every_kind_of_line(void **state)
{
	parse("# a comment\n\n"
	      "memory 0 640K\n"
	      "memory 0x100000 15M	# and one behind\n"
	      "  reserve 4K 0x1000\r\n"
	      "alloc 100 16\n"
	      "alloc 1M 4096\n"
	      "free 1");
	assert_int_equal(trace.nr, 6);
	assert_int_equal(trace.nr_allocs, 2);
	assert_true(trace.has_memory);
	assert_true(ops[1].kind == TRACE_MEMORY && ops[1].base == SZ_1M &&
		    ops[1].size == 15 * SZ_1M);
	assert_true(ops[2].kind == TRACE_RESERVE && ops[2].base == SZ_4K && ops[2].size == SZ_4K);
	assert_true(ops[3].kind == TRACE_ALLOC && ops[3].size == 100 && ops[3].align == 16);
	assert_true(ops[5].kind == TRACE_FREE && ops[5].base == 1);
}

/* @bad is the third line; the two before it stay. */
static void expect_objection(const char *bad, const char *words)
{
	char text[256];
	unsigned int line = 0;
	const char *why = NULL;

	snprintf(text, sizeof(text), "memory 1M 1M\nalloc 100 4\n%s\nalloc 1 1\n", bad);
	boottrace_init(&trace, ops, BOOTTRACE_MAX);
	assert_int_equal(boottrace_parse(&trace, text, strlen(text), &line, &why), -EINVAL);
	assert_int_equal(line, 3);
	assert_int_equal(trace.nr, 2);
	if (!strstr(why, words))
		fail_msg("\"%s\": %s", bad, why);
}

static void a_bad_line_is_named(void **state)
{
	expect_objection("allocate 1 1", "not one of");
	expect_objection("alloc", "wants two numbers");
	expect_objection("alloc 16", "wants two numbers");
	expect_objection("alloc 16 4 4", "wants two numbers");
	expect_objection("alloc -1 4", "wants two numbers");
	expect_objection("alloc 16x 4", "wants two numbers");
	expect_objection("alloc 0x100000000 4", "wants two numbers");
	expect_objection("alloc 0 4", "size is 0");
	expect_objection("alloc 16 3", "no power of two");
	expect_objection("alloc 16 0", "no power of two");
	expect_objection("free", "wants one number");
	expect_objection("free 0", "no such alloc");
	expect_objection("free 2", "no such alloc");
	expect_objection("reserve 1M 0", "empty");
	expect_objection("reserve 4095M 2M", "past 4 GiB");
	expect_objection("memory 0 1M", "upwards");
	expect_objection("memory 1536K 4M", "upwards");
	expect_objection("alloc 1                                                              "
			 "                                                                    4",
			 "too long");
}

static void a_full_trace_is_refused(void **state)
{
	unsigned int line;
	const char *why;

	boottrace_init(&trace, ops, 1);
	assert_int_equal(boottrace_parse(&trace, "alloc 1 1\nalloc 1 1\n", 20, &line, &why),
			 -EINVAL);
	assert_int_equal(line, 2);
	assert_true(strstr(why, "full"));
	assert_int_equal(boottrace_add(&trace, TRACE_FREE, 1, 0, 0), -ENOMEM);
}

/* --- runs ------------------------------------------------------------------------------------- */

/* Worked by hand: 64 MiB, so both look from 16 MiB on. */
static void a_small_trace_through_both(void **state)
{
	struct trace_result r;

	parse("reserve 1M 1M\nalloc 100 4\nalloc 100 4\nalloc 8K 4K\nfree 1\n");
	r = run(TRACE_BOOTMEM, SZ_64M / PAGE_SIZE);
	assert_int_equal(r.requests, 5);
	assert_int_equal(r.failed, 0);
	assert_int_equal(r.metadata, SZ_64M / PAGE_SIZE / 8);
	/* page 0, 256 reserved, the bitmap's, one for both small ones, two */
	assert_int_equal(r.free_frames, SZ_64M / PAGE_SIZE - 1 - 256 - 1 - 1 - 2);
	/* the bitmap uses half its frame; of the shared one 100 bytes are live, 100 stay lost */
	assert_int_equal(r.waste, 2048 + 4096 - 100);
	r = run(TRACE_MEMBLOCK, SZ_64M / PAGE_SIZE);
	assert_int_equal(r.failed, 0);
	assert_int_equal(r.metadata, 2 * 128 * 12);
	/* the static arrays lie in the image; 8 KiB stand on a boundary below the small ones */
	assert_int_equal(r.free_frames, SZ_64M / PAGE_SIZE - 1 - 256 - 1 - 2);
	assert_int_equal(r.waste, 4096 - 100);
	assert_int_equal(r.largest_frames, SZ_64M / PAGE_SIZE - 512 - 1 - 2);
}

static void what_does_not_fit_is_counted(void **state)
{
	parse("alloc 8M 4K\nalloc 6M 4K\nalloc 6M 4K\nfree 3\nfree 1\nalloc 4M 4K\nalloc 1 1");
	for (int which = 0; which < NR_TRACE_ALLOCATORS; which++) {
		struct trace_result r = run(which, SZ_16M / PAGE_SIZE);

		assert_int_equal(r.requests, 7);
		assert_int_equal(r.failed, 2);		/* alloc 3, and its free */
	}
}

static void memory_past_the_machine_is_left_out(void **state)
{
	parse("memory 0 8M\nmemory 12M 8M\nmemory 32M 1M\n");
	for (int which = 0; which < NR_TRACE_ALLOCATORS; which++) {
		struct trace_result r = run(which, SZ_16M / PAGE_SIZE);

		/* bootmem's own bitmap takes a frame */
		assert_int_equal(r.free_frames, (8 + 4) * 256 - 1 - (which == TRACE_BOOTMEM));
		assert_int_equal(r.largest_frames, 8 * 256 - 1 - (which == TRACE_BOOTMEM));
	}
}

static void every_recipe_runs_at_every_size(void **state)
{
	for (unsigned int i = 0; i < nr_trace_recipes; i++) {
		for (pfn_t frames = SZ_16M / PAGE_SIZE; frames <= 1u << 20; frames *= 4) {
			pfn_t ram = frames < BOOTTRACE_FRAMES_MAX ? frames : BOOTTRACE_FRAMES_MAX;

			boottrace_init(&trace, ops, BOOTTRACE_MAX);
			assert_int_equal(trace_recipes[i].make(&trace, ram), 0);
			for (int which = 0; which < NR_TRACE_ALLOCATORS; which++) {
				struct trace_result r = run(which, ram), again = run(which, ram);

				assert_int_equal(r.failed, 0);
				assert_in_range(r.waste, 0, SZ_1M);
				assert_true(r.largest_frames <= r.free_frames);
				assert_int_equal(r.steps, again.steps);
				assert_int_equal(r.free_frames, again.free_frames);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_line),
		cmocka_unit_test(a_bad_line_is_named),
		cmocka_unit_test(a_full_trace_is_refused),
		cmocka_unit_test(a_small_trace_through_both),
		cmocka_unit_test(what_does_not_fit_is_counted),
		cmocka_unit_test(memory_past_the_machine_is_left_out),
		cmocka_unit_test(every_recipe_runs_at_every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
