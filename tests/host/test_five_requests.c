/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_five_requests.c - the requests that docs/04 works by hand, through both allocators
 *
 * A machine of 16 frames; frame 0 is taken. The answers below are those of the chapter.
 *
 * LINK: mm/bootmem.c mm/memblock.c mm/memblock_arena.c mm/memblock_check.c
 */
#include <support.h>

#include <mm/bootmem.h>
#include <mm/memblock.h>

#include "../../mm/internal.h"

#define FRAMES	16

void free_pages_bootmem(pfn_t pfn __attribute__((unused)), unsigned int order __attribute__((unused)))
{
	fail_msg("nothing is handed over here");
}

static void bootmem_answers_as_told(void **state __attribute__((unused)))
{
	unsigned long map[1];
	struct bootmem_data bd;

	assert_true(bootmem_map_size(FRAMES) <= sizeof(map));
	bootmem_arena_init(&bd, map, 0, FRAMES);
	bootmem_free_frames(&bd, 1, FRAMES);
	assert_int_equal(bootmem_alloc(&bd, 4096, 4096, 0, 0), 0x1000);
	assert_int_equal(bootmem_alloc(&bd, 100, 4, 0, 0), 0x2000);
	assert_int_equal(bootmem_alloc(&bd, 100, 4, 0, 0), 0x2064);
	assert_int_equal(bootmem_alloc(&bd, 8192, 8192, 0, 0), 0x4000);
	bootmem_free_frames(&bd, 1, 2);
	assert_int_equal(bootmem_alloc(&bd, 4096, 4096, 0, 0), 0x1000);
	assert_int_equal(map[0] & 0xFFFF, 0x0037);
	assert_int_equal(bootmem_alloc(&bd, 4096, 4096, 0, 0), 0x3000);	/* exercise 3 */
	assert_int_equal(bootmem_check_arena(&bd), 0);
}

static void memblock_answers_as_told(void **state __attribute__((unused)))
{
	static struct memblock_arena arena;

	memblock_arena_init(&arena, NULL, 0);
	assert_int_equal(memblock_arena_add(&arena, 0, FRAMES * PAGE_SIZE), 0);
	assert_int_equal(memblock_arena_reserve(&arena, 0, PAGE_SIZE), 0);
	assert_int_equal(memblock_arena_alloc(&arena, 4096, 4096, 0, 0), 0xF000);
	assert_int_equal(memblock_arena_alloc(&arena, 100, 4, 0, 0), 0xEF9C);
	assert_int_equal(memblock_arena_alloc(&arena, 100, 4, 0, 0), 0xEF38);
	assert_int_equal(memblock_arena_alloc(&arena, 8192, 8192, 0, 0), 0xC000);
	assert_int_equal(memblock_arena_free(&arena, 0xF000, 4096), 0);
	assert_int_equal(memblock_arena_alloc(&arena, 4096, 4096, 0, 0), 0xF000);
	assert_int_equal(arena.mb.reserved.cnt, 3);
	assert_int_equal(memblock_arena_alloc(&arena, 4096, 4096, 0, 0), 0xB000);
	assert_int_equal(memblock_arena_check(&arena), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bootmem_answers_as_told),
		cmocka_unit_test(memblock_answers_as_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
