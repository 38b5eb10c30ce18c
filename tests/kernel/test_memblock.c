/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_memblock.c - both boot allocators on arenas, as the kernel compiles them
 */
#include <kernel/ktest.h>
#include <lib/kernel.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <mm/bootalloc.h>
#include <mm/boottrace.h>
#include <mm/memblock.h>
#include <mm/vmalloc.h>

#define FRAMES	(SZ_256M >> PAGE_SHIFT)

KTEST(memblock, recipes_run_and_repeat)
{
	size_t space_size = boottrace_space(FRAMES);
	struct trace_op *op = kvmalloc(BOOTTRACE_MAX * sizeof(*op) + space_size, GFP_KERNEL);
	struct trace_result r, again;
	struct boot_trace trace;

	if (!op)
		KTEST_SKIP(t, "there is no memory for the workspace");
	for (unsigned int i = 0; i < nr_trace_recipes; i++) {
		boottrace_init(&trace, op, BOOTTRACE_MAX);
		KTEST_EXPECT_EQ(t, trace_recipes[i].make(&trace, FRAMES), 0);
		for (unsigned int which = 0; which < NR_TRACE_ALLOCATORS; which++) {
			boottrace_run(&trace, which, FRAMES, op + BOOTTRACE_MAX, &r);
			boottrace_run(&trace, which, FRAMES, op + BOOTTRACE_MAX, &again);
			KTEST_EXPECT_EQ(t, r.failed, 0);
			KTEST_EXPECT_EQ(t, r.steps, again.steps);
			KTEST_EXPECT_EQ(t, r.free_frames, again.free_frames);
			KTEST_EXPECT(t, r.waste >= 0 && r.waste < SZ_1M);
		}
	}
	kvfree(op);
}

/* Asked again by its own policy, the allocator that served says what it said while it did. */
KTEST(memblock, the_replayed_record_is_the_record)
{
	bool bootmem = !strcmp(bootalloc_name(), trace_allocator_name[TRACE_BOOTMEM]);
	void *replay = boottrace_replay(bootmem ? TRACE_BOOTMEM : TRACE_MEMBLOCK);
	const struct boot_request *req;
	unsigned int number = 0;

	if (!replay)
		KTEST_SKIP(t, "there is no memory for the workspace");
	boot_for_each_request(req) {
		const struct trace_answer *answer;

		if (req->kind != BOOT_ALLOC)
			continue;
		answer = boottrace_answer(replay, ++number);
		KTEST_EXPECT_EQ(t, answer->base, req->start);
		KTEST_EXPECT(t, answer->steps > 0);
	}
	KTEST_EXPECT(t, number > 0);
	kvfree(replay);
}

KTEST(memblock, an_arena_grows_in_its_pool)
{
	size_t pool = 8 * PAGE_SIZE;
	struct memblock_arena *arena = kvmalloc(sizeof(*arena) + pool, GFP_KERNEL);

	KTEST_REQUIRE(t, arena);
	memblock_arena_init(arena, arena + 1, pool);
	KTEST_EXPECT_EQ(t, memblock_arena_add(arena, SZ_1M, 0xC0000000u), 0);
	for (unsigned int i = 0; i < 600; i++)
		KTEST_EXPECT_EQ(t, memblock_arena_reserve(arena, SZ_2M + i * SZ_8K, SZ_4K), 0);
	KTEST_EXPECT_EQ(t, arena->mb.reserved.max, 1024);
	KTEST_EXPECT_EQ(t, memblock_arena_check(arena), 0);
	KTEST_EXPECT_EQ(t, memblock_arena_alloc(arena, SZ_4K, SZ_4K, 0, SZ_2M + SZ_8K),
			SZ_2M + SZ_4K);
	kvfree(arena);
}
