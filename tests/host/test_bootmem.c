/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_bootmem.c - one bit a frame against a model of one byte a frame
 *
 * The model keeps what each frame is and every live request with its bytes. It does not say where a
 * request must go, only whether it may go there, and whether there was room when it was refused.
 *
 * LINK: mm/bootmem.c lib/bitmap.c lib/find.c lib/string.c lib/random.c
 */
#include <support.h>

#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/random.h>
#include <lib/sizes.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>

#define MAX_FRAMES	(1u << 20)
#define MIB(n)		((phys_addr_t)(n) << 20)

static struct bootmem_data arena;
static unsigned long map[MAX_FRAMES / 32];

/* An arena over frames [@start, @end), all of them free. */
static void begin(pfn_t start, pfn_t end)
{
	assert_int_equal(bootmem_arena_init(&arena, map, start, end),
			 bootmem_map_size(end - start));
	assert_int_equal(arena.nr_free, 0);
	bootmem_free_frames(&arena, start, end);
	assert_int_equal(arena.nr_free, end - start);
	assert_int_equal(bootmem_check_arena(&arena), 0);
}

static phys_addr_t get(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit)
{
	phys_addr_t addr = bootmem_alloc(&arena, size, align, goal, limit);

	assert_int_equal(bootmem_check_arena(&arena), 0);
	return addr;
}

/* --- sizes, freeing, reserving --------------------------------------------------------------- */

static void a_frame_costs_a_bit(void **state)
{
	assert_int_equal(bootmem_map_size(1), 4);
	assert_int_equal(bootmem_map_size(32), 4);
	assert_int_equal(bootmem_map_size(33), 8);
	assert_int_equal(bootmem_map_size(0x38000), 28 << 10);		/* 896 MiB */
	assert_int_equal(bootmem_bootmap_pages(1), 1);
	assert_int_equal(bootmem_bootmap_pages(32768), 1);
	assert_int_equal(bootmem_bootmap_pages(32769), 2);
}

static void a_new_arena_is_all_taken(void **state)
{
	pfn_t end;

	bootmem_arena_init(&arena, map, 5, 105);
	assert_int_equal(bootmem_next_free(&arena, 5, &end), 105);
	assert_int_equal(bootmem_alloc(&arena, 1, 1, 0, 0), BOOTMEM_NONE);
	assert_int_equal(bootmem_longest_run(&arena), 0);
	assert_int_equal(bootmem_check_arena(&arena), 0);
	expect_panic_saying("start >= end", bootmem_arena_init(&arena, map, 5, 5));
}

static void freeing_what_is_free_or_foreign_is_a_bug(void **state)
{
	begin(100, 200);
	bootmem_reserve_frames(&arena, 120, 130, BOOTMEM_DEFAULT);
	expect_panic_saying("BUG", bootmem_free_frames(&arena, 119, 130));
	expect_panic_saying("BUG", bootmem_free_frames(&arena, 120, 131));
	expect_panic_saying("BUG", bootmem_free_frames(&arena, 99, 101));
	expect_panic_saying("BUG", bootmem_free_frames(&arena, 199, 201));
	expect_panic_saying("BUG", bootmem_free_frames(&arena, 130, 120));
	expect_panic_saying("BUG", bootmem_reserve_frames(&arena, 99, 100, BOOTMEM_DEFAULT));
	expect_panic_saying("BUG", bootmem_reserve_frames(&arena, 199, 201, BOOTMEM_DEFAULT));
	assert_int_equal(arena.nr_free, 90);
	bootmem_free_frames(&arena, 120, 130);
	expect_panic_saying("BUG", bootmem_free_frames(&arena, 120, 121));
	bootmem_free_frames(&arena, 120, 120);			/* nothing is fine */
	assert_int_equal(arena.nr_free, 100);
	assert_int_equal(bootmem_check_arena(&arena), 0);
}

static void exclusive_takes_all_or_nothing(void **state)
{
	begin(0, 300);
	assert_int_equal(bootmem_reserve_frames(&arena, 70, 80, BOOTMEM_EXCLUSIVE), 0);
	assert_int_equal(bootmem_reserve_frames(&arena, 10, 71, BOOTMEM_EXCLUSIVE), -EBUSY);
	assert_int_equal(bootmem_reserve_frames(&arena, 79, 200, BOOTMEM_EXCLUSIVE), -EBUSY);
	assert_int_equal(bootmem_reserve_frames(&arena, 75, 76, BOOTMEM_EXCLUSIVE), -EBUSY);
	assert_int_equal(arena.nr_free, 290);
	assert_int_equal(bootmem_reserve_frames(&arena, 60, 90, BOOTMEM_DEFAULT), 0);
	assert_int_equal(arena.nr_free, 270);
	assert_int_equal(bootmem_reserve_frames(&arena, 80, 300, BOOTMEM_DEFAULT), 0);
	assert_int_equal(bootmem_reserve_frames(&arena, 0, 60, BOOTMEM_EXCLUSIVE), 0);
	assert_int_equal(arena.nr_free, 0);
	assert_int_equal(bootmem_check_arena(&arena), 0);
}

static void runs_are_found_across_words(void **state)
{
	pfn_t end;

	begin(3, 500);
	bootmem_reserve_frames(&arena, 3, 67, BOOTMEM_DEFAULT);
	bootmem_reserve_frames(&arena, 200, 201, BOOTMEM_DEFAULT);
	assert_int_equal(bootmem_next_free(&arena, 3, &end), 67);
	assert_int_equal(end, 200);
	assert_int_equal(bootmem_next_free(&arena, 150, &end), 150);
	assert_int_equal(bootmem_next_free(&arena, 200, &end), 201);
	assert_int_equal(end, 500);
	assert_int_equal(bootmem_next_free(&arena, 500, &end), 500);
	assert_int_equal(bootmem_longest_run(&arena), 299);
}

/* --- where a request goes -------------------------------------------------------------------- */

static void nonsense_is_a_bug(void **state)
{
	begin(0, 100);
	expect_panic_saying("!size", bootmem_alloc(&arena, 0, 1, 0, 0));
	expect_panic_saying("align", bootmem_alloc(&arena, 1, 3, 0, 0));
	expect_panic_saying("align", bootmem_alloc(&arena, 1, 0x1800, 0, 0));
	assert_int_equal(arena.nr_free, 100);
}

static void alignment_is_of_the_address(void **state)
{
	begin(3, 4096);
	for (size_t align = 1; align <= MIB(4); align *= 2) {
		phys_addr_t addr = get(100, align, 0, 0);

		assert_int_not_equal(addr, BOOTMEM_NONE);
		assert_int_equal(addr % align, 0);
	}
	assert_int_equal(get(100, MIB(16), 0, 0), BOOTMEM_NONE);	/* only frame 0 is */
	assert_int_equal(get(100, 1u << 31, 0, 0), BOOTMEM_NONE);
}

static void a_goal_is_a_wish_and_a_limit_is_not(void **state)
{
	begin(0, 1024);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, MIB(2), 0), MIB(2));
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, MIB(1) + 1, 0), MIB(2) + PAGE_SIZE);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, MIB(4), 0), MIB(2) + 2 * PAGE_SIZE);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, ~0u, 0), MIB(2) + 3 * PAGE_SIZE);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, MIB(2), MIB(1)), 0);
	assert_int_equal(get(2 * PAGE_SIZE, PAGE_SIZE, 0, 3 * PAGE_SIZE), PAGE_SIZE);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, 0, 3 * PAGE_SIZE), BOOTMEM_NONE);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, 0, PAGE_SIZE - 1), BOOTMEM_NONE);
	assert_int_equal(get(1, 1, 0, 1), BOOTMEM_NONE);
	assert_int_equal(get(100, 1, 0, 3 * PAGE_SIZE + 99), BOOTMEM_NONE);
	assert_int_equal(get(100, 1, 0, 3 * PAGE_SIZE + 100), 3 * PAGE_SIZE);
}

static void limits_below_the_arena_leave_nothing(void **state)
{
	begin(1000, 2000);
	assert_int_equal(get(100, 1, 0, PAGE_SIZE), BOOTMEM_NONE);
	assert_int_equal(get(100, 1, 0, 1000 * PAGE_SIZE), BOOTMEM_NONE);
	assert_int_equal(get(100, 1, 0, 1000 * PAGE_SIZE + 100), 1000 * PAGE_SIZE);
	assert_int_equal(get(SZ_16M, 1, 0, PAGE_SIZE), BOOTMEM_NONE);
	assert_int_equal(arena.nr_free, 999);
}

static void the_last_frame_below_4_gib_can_be_had(void **state)
{
	phys_addr_t top = 0u - PAGE_SIZE;

	begin(MAX_FRAMES - 64, MAX_FRAMES);
	assert_int_equal(get(PAGE_SIZE, 1, top, 0), top);
	assert_int_equal(get(2 * PAGE_SIZE, 1, top - PAGE_SIZE, 0), top - 63 * PAGE_SIZE);
	bootmem_free_frames(&arena, MAX_FRAMES - 1, MAX_FRAMES);
	assert_int_equal(get(PAGE_SIZE - 8, 1, top, 0), top);
	assert_int_equal(get(8, 1, top, 0), 0u - 8);		/* to the very last byte */
	assert_int_equal(get(~0u, 1, 0, 0), BOOTMEM_NONE);
	assert_int_equal(get(~0u - PAGE_SIZE, PAGE_SIZE, 0, ~0u), BOOTMEM_NONE);
	begin(0, MAX_FRAMES);
	assert_int_equal(get(~0u, 1, 0, 0), 0);
	assert_int_equal(arena.nr_free, 0);
}

static void first_fit_skips_holes_that_are_too_small(void **state)
{
	begin(0, 1000);
	for (pfn_t pfn = 0; pfn < 900; pfn += 9)		/* holes of 8 frames */
		bootmem_reserve_frames(&arena, pfn, pfn + 1, BOOTMEM_DEFAULT);
	assert_int_equal(get(9 * PAGE_SIZE, 1, 0, 0), 892 * PAGE_SIZE);
	assert_int_equal(get(8 * PAGE_SIZE, 1, 0, 0), 901 * PAGE_SIZE);
	assert_int_equal(get(4 * PAGE_SIZE, 4 * PAGE_SIZE, 0, 100 * PAGE_SIZE), 4 * PAGE_SIZE);
	assert_int_equal(get(8 * PAGE_SIZE, 8 * PAGE_SIZE, 0, 100 * PAGE_SIZE), 64 * PAGE_SIZE);
}

/* --- sharing frames -------------------------------------------------------------------------- */

static void small_requests_share_frames(void **state)
{
	begin(16, 100);
	assert_int_equal(get(100, 4, 0, 0), 16 * PAGE_SIZE);
	assert_int_equal(get(50, 4, 0, 0), 16 * PAGE_SIZE + 100);
	assert_int_equal(get(10, 4, 0, 0), 16 * PAGE_SIZE + 152);
	assert_int_equal(get(10, 64, 0, 0), 16 * PAGE_SIZE + 192);
	assert_int_equal(arena.nr_free, 83);
	assert_int_equal(get(2 * PAGE_SIZE, 1, 0, 0), 16 * PAGE_SIZE + 202);
	assert_int_equal(arena.nr_free, 81);
	assert_int_equal(get(PAGE_SIZE - 202, 1, 0, 0), 18 * PAGE_SIZE + 202);	/* fills it */
	assert_int_equal(arena.nr_free, 81);
	assert_int_equal(get(1, 1, 0, 0), 19 * PAGE_SIZE);
}

static void whole_pages_between_do_not_end_the_sharing(void **state)
{
	begin(0, 100);
	assert_int_equal(get(100, 1, 0, 0), 0);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, 0, 0), PAGE_SIZE);
	assert_int_equal(get(100, 1, 0, 0), 100);
	assert_int_equal(get(PAGE_SIZE, 1, 0, 0), 2 * PAGE_SIZE);	/* frame 1 is taken */
	assert_int_equal(get(PAGE_SIZE - 200, 1, 0, 0), 200);
}

static void sharing_keeps_goal_and_limit(void **state)
{
	begin(0, 100);
	assert_int_equal(get(100, 1, 0, 0), 0);
	assert_int_equal(get(100, 1, PAGE_SIZE, 0), PAGE_SIZE);
	assert_int_equal(get(100, 1, PAGE_SIZE + 50, 0), PAGE_SIZE + 100);
	assert_int_equal(get(100, 1, 0, PAGE_SIZE + 299), BOOTMEM_NONE);
	assert_int_equal(get(100, 1, 0, PAGE_SIZE + 300), PAGE_SIZE + 200);
}

static void a_shared_frame_that_changes_hands_is_forgotten(void **state)
{
	begin(0, 100);
	assert_int_equal(get(100, 1, 0, 0), 0);
	bootmem_free_frames(&arena, 0, 1);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, 0, 0), 0);	/* not twice the same bytes */
	assert_int_equal(get(100, 1, 0, 0), PAGE_SIZE);
	bootmem_reserve_frames(&arena, 1, 2, BOOTMEM_DEFAULT);
	assert_int_equal(get(100, 1, 0, 0), 2 * PAGE_SIZE);
}

static void low_and_other_requests_keep_apart(void **state)
{
	begin(0, 8192);
	assert_int_equal(get(100, 1, BOOTMEM_GOAL, 0), MIB(16));
	assert_int_equal(get(100, 1, 0, 0), 0);
	assert_int_equal(get(100, 1, BOOTMEM_GOAL, 0), MIB(16) + 100);
	assert_int_equal(get(100, 1, 0, 0), 100);
	assert_int_equal(get(SZ_4M, 1, BOOTMEM_GOAL, 0), MIB(16) + 200);
	assert_int_equal(get(100, 1, 0, 0), 200);
	bootmem_reserve_frames(&arena, 4096, 8192, BOOTMEM_DEFAULT);
	assert_int_equal(get(100, 1, BOOTMEM_GOAL, 0), 300);	/* the wish is given up */
}

/* --- cost ------------------------------------------------------------------------------------ */

static unsigned long steps_of(size_t size, phys_addr_t goal)
{
	unsigned long before = arena.steps, align = size < PAGE_SIZE ? 1 : PAGE_SIZE;

	assert_int_not_equal(bootmem_alloc(&arena, size, align, goal, 0), BOOTMEM_NONE);
	return arena.steps - before;
}

static void what_was_handed_out_is_not_scanned_again(void **state)
{
	begin(0, 0x38000);
	for (int i = 0; i < 10000; i++) {
		assert_true(steps_of(PAGE_SIZE, BOOTMEM_GOAL) <= 4);
		assert_true(steps_of(64, BOOTMEM_GOAL) <= 4);
		assert_true(steps_of(PAGE_SIZE, i < 4000 ? 0 : BOOTMEM_GOAL) <= 4);
	}
	bootmem_free_frames(&arena, 7, 8);			/* low memory, not looked at */
	assert_true(steps_of(PAGE_SIZE, BOOTMEM_GOAL) <= 4);
	assert_true(steps_of(SZ_1M, BOOTMEM_GOAL) <= 4 + SZ_1M / PAGE_SIZE / 32);
}

/* Steps against the number of holes that are too small: at most three for each, and the words. */
static void steps_grow_with_the_holes(void **state)
{
	for (unsigned int holes = 1; holes <= 4096; holes *= 2) {
		begin(0, 0x38000);
		for (pfn_t pfn = 0; pfn < holes * 4; pfn += 4)
			bootmem_reserve_frames(&arena, pfn, pfn + 1, BOOTMEM_DEFAULT);
		assert_true(steps_of(4 * PAGE_SIZE, 0) <= 4 * holes + 8);
		assert_true(steps_of(4 * PAGE_SIZE, 0) <= 8);
	}
}

static void freed_memory_is_found_again(void **state)
{
	begin(0, 8192);
	assert_int_equal(get(MIB(1), PAGE_SIZE, 0, 0), 0);
	assert_int_equal(get(MIB(8), PAGE_SIZE, BOOTMEM_GOAL, 0), MIB(16));
	bootmem_free_frames(&arena, 10, 20);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, 0, 0), 10 * PAGE_SIZE);
	bootmem_free_frames(&arena, 4096 + 10, 4096 + 20);
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, BOOTMEM_GOAL, 0), MIB(16) + 10 * PAGE_SIZE);
	begin(0, 8192);
	assert_int_equal(get(MIB(32), PAGE_SIZE, 0, 0), 0);
	bootmem_free_frames(&arena, 4000, 5000);		/* across the parts' border */
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, BOOTMEM_GOAL, 0), MIB(16));
	assert_int_equal(get(PAGE_SIZE, PAGE_SIZE, 0, 0), 4000 * PAGE_SIZE);
}

/* --- hand-over ------------------------------------------------------------------------------- */

static u8 given[MAX_FRAMES];		/* order of the block that starts here, plus 1 */
static u8 covered[MAX_FRAMES];		/* by a given block */
static unsigned long nr_given;

static void give(pfn_t pfn, unsigned int order)
{
	assert_true(order < MAX_ORDER);
	assert_int_equal(pfn & ((1ul << order) - 1), 0);
	given[pfn] = order + 1;
	for (pfn_t i = pfn; i < pfn + (1ul << order); i++) {
		assert_int_equal(covered[i], 0);
		covered[i] = 1;
	}
	nr_given += 1ul << order;
}

void free_pages_bootmem(pfn_t pfn, unsigned int order)
{
	give(pfn, order);
}

static void forget_given(void)
{
	memset(given, 0, sizeof(given));
	memset(covered, 0, sizeof(covered));
	nr_given = 0;
}

/* Exactly the free frames were given, and no block has a buddy it could be merged with. */
static void expect_given(const u8 *taken, pfn_t start, pfn_t end)
{
	for (pfn_t pfn = 0; pfn < MAX_FRAMES; pfn++) {
		unsigned int order = given[pfn] - 1;
		bool want = pfn >= start && pfn < end && !taken[pfn - start];

		if (covered[pfn] != want)
			fail_msg("frame %lu given %d, wanted %d", pfn, covered[pfn], want);
		if (given[pfn] && order < MAX_ORDER - 1)
			assert_int_not_equal(given[pfn ^ (1ul << order)], given[pfn]);
	}
}

static void every_free_frame_is_given_once(void **state)
{
	static u8 taken[0x10000];
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 3);
	for (int round = 0; round < 12; round++) {
		pfn_t start = round % 2 ? prandom_u32_state(&rnd) % 5000 : 0;
		pfn_t frames = 1 + prandom_u32_state(&rnd) % ARRAY_SIZE(taken);
		unsigned long free;

		begin(start, start + frames);
		memset(taken, 0, sizeof(taken));
		for (int i = 0; i < round * round; i++) {
			pfn_t pfn = prandom_u32_state(&rnd) % frames;
			pfn_t end = min(frames, pfn + 1 + prandom_u32_state(&rnd) % 50);

			bootmem_reserve_frames(&arena, start + pfn, start + end, BOOTMEM_DEFAULT);
			memset(taken + pfn, 1, end - pfn);
		}
		free = arena.nr_free;
		forget_given();
		assert_int_equal(bootmem_hand_over(&arena, give), free);
		assert_int_equal(nr_given, free);
		expect_given(taken, start, start + frames);
	}
	expect_panic_saying("BUG", bootmem_alloc(&arena, 1, 1, 0, 0));
	expect_panic_saying("BUG", bootmem_reserve_frames(&arena, arena.start, arena.end, 0));
	assert_int_equal(bootmem_check_arena(&arena), 0);
}

static void hand_over_looks_at_words(void **state)
{
	begin(0, 0x38000);
	bootmem_reserve_frames(&arena, 0x100, 0x200, BOOTMEM_DEFAULT);
	arena.steps = 0;
	forget_given();
	bootmem_hand_over(&arena, give);
	assert_int_equal(nr_given, 0x38000 - 0x100);
	assert_true(arena.steps <= 0x38000 / 32 + 4);
}

/* --- the machine's own arena ----------------------------------------------------------------- */

static void boot_arena(unsigned int mib)
{
	host_ram_init(mib << 20);
	memset(__va(0), 0xa5, mib << 20);
	host_boot_mapped_end = mib << 20;
	init_bootmem(0x180, mib << 8);
	free_bootmem(0x1000, 0x9e000);
	free_bootmem(0x100000, (mib << 20) - 0x100000);
	assert_int_equal(reserve_bootmem(0x180000, PAGE_SIZE, BOOTMEM_DEFAULT), 0);
	assert_int_equal(bootmem_check(), 0);
}

static bool is_zero(const u8 *p, size_t size)
{
	while (size--)
		if (*p++)
			return false;
	return true;
}

static void textbook_calls_give_zeroed_memory(void **state)
{
	u8 *p;

	boot_arena(32);
	p = alloc_bootmem(1000);
	assert_int_equal(__pa(p), MIB(16));
	assert_true(is_zero(p, 1000));
	assert_int_equal(p[1000], 0xa5);
	p = alloc_bootmem_pages(5000);
	assert_int_equal(__pa(p), MIB(16) + PAGE_SIZE);
	assert_true(is_zero(p, 5000));
	p = alloc_bootmem(10);
	assert_int_equal(__pa(p), MIB(16) + PAGE_SIZE + 5024);	/* behind, at a cache line */
	p = alloc_bootmem_low(100);
	assert_int_equal(__pa(p), 0x1000);
	p = alloc_bootmem_low_pages(100);
	assert_int_equal(__pa(p), 0x2000);
	p = alloc_bootmem_align(64, 1 << 16);
	assert_int_equal(__pa(p) % (1 << 16), 0);
	assert_non_null(alloc_bootmem_nopanic(1));
	assert_non_null(alloc_bootmem_pages_nopanic(1));
	assert_null(alloc_bootmem_nopanic(MIB(31)));
	assert_null(alloc_bootmem_pages_nopanic(MIB(33)));
	expect_panic_saying("Boot memory has no 34603008 bytes", alloc_bootmem(MIB(33)));
	expect_panic_saying("Boot memory has no 34603008 bytes", alloc_bootmem_low(MIB(33)));
	host_boot_mapped_end = MIB(8);
	p = alloc_bootmem_pages(PAGE_SIZE);
	assert_true(__pa(p) < MIB(8));				/* only what is mapped */
	assert_int_equal(bootmem_check(), 0);
}

static void textbook_calls_round_to_frames(void **state)
{
	unsigned long free;

	boot_arena(8);
	free = boot_bootmem.nr_free;
	assert_int_equal(reserve_bootmem(0x200fff, 2, BOOTMEM_EXCLUSIVE), 0);
	assert_int_equal(boot_bootmem.nr_free, free - 2);
	assert_int_equal(reserve_bootmem(0x201fff, 2, BOOTMEM_EXCLUSIVE), -EBUSY);
	assert_int_equal(reserve_bootmem(0x200000, 0, BOOTMEM_EXCLUSIVE), 0);
	free_bootmem(0x200001, 0x1fff);
	assert_int_equal(boot_bootmem.nr_free, free - 1);
	free_bootmem(0x200001, 0xffe);				/* no whole frame inside */
	free_bootmem(0x200000, 0xfff);
	assert_int_equal(boot_bootmem.nr_free, free - 1);
	expect_panic_saying("BUG", free_bootmem(0x200fff, 0x1001));
	expect_panic_saying("BUG", free_bootmem(0x7ff000, 0x2000));
	expect_panic_saying("BUG", free_bootmem(0xfffff000, 0xffffffff));
	expect_panic_saying("BUG", reserve_bootmem(0x7fffff, 2, BOOTMEM_DEFAULT));
	assert_int_equal(bootmem_check(), 0);
}

static void the_bitmap_itself_is_given_last(void **state)
{
	unsigned long free;

	boot_arena(32);
	assert_non_null(alloc_bootmem(12345));
	free = boot_bootmem.nr_free;
	forget_given();
	assert_int_equal(free_all_bootmem(), free + 1);
	assert_int_equal(nr_given, free + 1);
	assert_int_equal(given[0x180], 1);
	assert_int_equal(covered[0x1000], 0);
	assert_int_equal(covered[0x1004], 1);
	assert_int_equal(covered[0], 0);
	assert_int_equal(bootmem_check(), 0);
	expect_panic_saying("BUG", alloc_bootmem(1));
	expect_panic_saying("BUG", free_bootmem(0, PAGE_SIZE));
}

static void the_checker_names_the_broken_rule(void **state)
{
	boot_arena(8);
	assert_non_null(alloc_bootmem(100));
	boot_bootmem.nr_free++;
	assert_int_equal(bootmem_check(), 2);
	boot_bootmem.nr_free--;
	boot_bootmem.map[3] ^= 1 << 7;				/* a flipped bit */
	assert_int_equal(bootmem_check(), 2);
	boot_bootmem.map[3] ^= 1 << 7;
	boot_bootmem.part[BOOTMEM_HIGH].hint = 0x801;
	assert_int_equal(bootmem_check(), 3);
	boot_bootmem.part[BOOTMEM_HIGH].hint = 0x800;
	boot_bootmem.part[BOOTMEM_HIGH].tail = MIB(7) + 10;	/* a free frame */
	assert_int_equal(bootmem_check(), 4);
	boot_bootmem.part[BOOTMEM_HIGH].tail = PAGE_SIZE;	/* at an edge */
	assert_int_equal(bootmem_check(), 4);
	boot_bootmem.part[BOOTMEM_HIGH].tail = 0;
	assert_int_equal(bootmem_check(), 0);
	bootmem_free_frames(&boot_bootmem, 0x180, 0x181);
	assert_int_equal(bootmem_check(), 5);

	begin(0, 70);
	map[2] &= ~(1ul << 6);
	assert_int_equal(bootmem_check_arena(&arena), 1);
}

/* --- random operations against the model ------------------------------------------------------ */

enum { FRAMES = 6000, LIVE = 400 };

static pfn_t base;
static u8 taken[FRAMES];		/* 1 = taken */

static struct live {
	phys_addr_t addr;
	size_t size;
} live[LIVE];
static unsigned int nr_live;

static pfn_t first_frame(const struct live *l)
{
	return l->addr / PAGE_SIZE - base;
}

static pfn_t end_frame(const struct live *l)
{
	return (l->addr + l->size - 1) / PAGE_SIZE - base + 1;
}

/* Is there a run of free frames for the request? What is left of shared frames is not looked at. */
static bool has_room(size_t size, size_t align, u64 goal, u64 limit)
{
	size_t step = max(align, (size_t)PAGE_SIZE), need = (size + PAGE_SIZE - 1) / PAGE_SIZE;
	u64 addr = (max(goal, (u64)base * PAGE_SIZE) + step - 1) / step * step;

	for (; addr + size <= limit; addr += step) {
		pfn_t first = addr / PAGE_SIZE - base;

		if (first + need > FRAMES)
			return false;
		if (!memchr(taken + first, 1, need))
			return true;
	}
	return false;
}

/* A request was answered with @addr: may it be? */
static void check_answer(struct live l, size_t align, phys_addr_t goal, u64 limit)
{
	bool shared = false;

	assert_int_equal(l.addr % align, 0);
	assert_true((u64)l.addr + l.size <= limit);
	assert_true(l.addr / PAGE_SIZE >= base && end_frame(&l) <= FRAMES);
	if (l.addr < goal)
		assert_false(has_room(l.size, align, goal, limit));
	for (unsigned int i = 0; i < nr_live; i++) {
		assert_true(live[i].addr + live[i].size <= l.addr ||
			    l.addr + l.size <= live[i].addr);
		shared |= end_frame(&live[i]) - 1 == first_frame(&l);
	}
	for (pfn_t pfn = first_frame(&l); pfn < end_frame(&l); pfn++) {
		assert_true(!taken[pfn] || (shared && pfn == first_frame(&l)));
		taken[pfn] = 1;
	}
}

static void random_alloc(struct rnd_state *rnd)
{
	size_t size = 1 + prandom_u32_state(rnd) % (prandom_u32_state(rnd) % 8 ? 6000 : 400000);
	size_t align = 1u << prandom_u32_state(rnd) % (prandom_u32_state(rnd) % 8 ? 7 : 17);
	phys_addr_t goal = 0, limit = 0;
	struct live l = { .size = size };

	if (prandom_u32_state(rnd) % 2)
		goal = (base + prandom_u32_state(rnd) % FRAMES) * PAGE_SIZE;
	else if (prandom_u32_state(rnd) % 2)
		goal = BOOTMEM_GOAL;
	if (prandom_u32_state(rnd) % 4 == 0)
		limit = base * PAGE_SIZE + prandom_u32_state(rnd) % (FRAMES * PAGE_SIZE) + 1;
	l.addr = bootmem_alloc(&arena, size, align, goal, limit);
	if (l.addr == BOOTMEM_NONE) {
		assert_false(has_room(size, align, 0, limit ? limit : ~0ull));
		return;
	}
	check_answer(l, align, goal, limit ? limit : ~0ull);
	live[nr_live++] = l;
}

static bool in_a_live_request(pfn_t frame)
{
	for (unsigned int i = 0; i < nr_live; i++)
		if (first_frame(&live[i]) <= frame && frame < end_frame(&live[i]))
			return true;
	return false;
}

/* Free one request's frames, except those that others have a part of. */
static void random_free(struct rnd_state *rnd)
{
	unsigned int which = prandom_u32_state(rnd) % max(nr_live, 1u);
	struct live l = live[which];
	pfn_t first, end;

	if (!nr_live)
		return;
	live[which] = live[--nr_live];
	first = first_frame(&l);
	end = end_frame(&l);
	if (in_a_live_request(first))
		first++;
	if (first < end && in_a_live_request(end - 1))
		end--;
	if (first >= end)
		return;
	bootmem_free_frames(&arena, base + first, base + end);
	memset(taken + first, 0, end - first);
}

static void random_reserve(struct rnd_state *rnd)
{
	pfn_t first = prandom_u32_state(rnd) % FRAMES;
	pfn_t end = min(first + 1 + prandom_u32_state(rnd) % 20, (pfn_t)FRAMES);
	int want = memchr(taken + first, 1, end - first) ? -EBUSY : 0;

	assert_int_equal(bootmem_reserve_frames(&arena, base + first, base + end,
						BOOTMEM_EXCLUSIVE), want);
	if (!want) {
		assert_int_equal(bootmem_reserve_frames(&arena, base + first, base + end,
							BOOTMEM_DEFAULT), 0);
		bootmem_free_frames(&arena, base + first, base + end);
	}
}

static void compare_with_model(void)
{
	pfn_t end;

	assert_int_equal(bootmem_check_arena(&arena), 0);
	for (pfn_t pfn = 0; pfn < FRAMES; pfn = end - base) {
		pfn_t start = bootmem_next_free(&arena, base + pfn, &end);

		for (; pfn < start - base; pfn++)
			assert_int_equal(taken[pfn], 1);
		for (; pfn < end - base; pfn++)
			assert_int_equal(taken[pfn], 0);
	}
}

static void random_operations_match_the_model(void **state)
{
	const char *from = getenv("SEED");
	u64 seed = from ? strtoull(from, NULL, 0) : 20240821;
	struct rnd_state rnd;

	printf("# seed %llu (SEED=)\n", seed);
	prandom_seed_state(&rnd, seed);
	for (int i = 0; i < 1000000; i++) {
		unsigned int what = prandom_u32_state(&rnd) % 16;

		if (i % 30000 == 0) {			/* an arena elsewhere */
			base = i ? prandom_u32_state(&rnd) % (MAX_FRAMES - FRAMES + 1) : 0;
			if (i % 60000 == 0)
				base = prandom_u32_state(&rnd) % 6000;
			begin(base, base + FRAMES);
			memset(taken, 0, sizeof(taken));
			nr_live = 0;
		}
		if (what < 8 && nr_live < LIVE)
			random_alloc(&rnd);
		else if (what < 15)
			random_free(&rnd);
		else
			random_reserve(&rnd);
		if (i % 100 == 0)
			compare_with_model();
	}
}

/* Take everything, in every size, until nothing is left; free it; the arena is as new. */
static void exhaustion_is_survived(void **state)
{
	static phys_addr_t addr[8192];

	for (size_t size = 1; size <= MIB(1); size = size * 3 + 1) {
		unsigned int nr = 0;

		begin(16, 2064);
		while (nr < ARRAY_SIZE(addr) &&
		       (addr[nr] = bootmem_alloc(&arena, size, PAGE_SIZE, 0, 0)) != BOOTMEM_NONE)
			nr++;
		assert_int_equal(nr, 2048 / ((size + PAGE_SIZE - 1) / PAGE_SIZE));
		assert_int_equal(bootmem_check_arena(&arena), 0);
		while (nr--)
			bootmem_free_frames(&arena, addr[nr] / PAGE_SIZE,
					    (addr[nr] + size - 1) / PAGE_SIZE + 1);
		assert_int_equal(arena.nr_free, 2048);
		assert_int_equal(get(2048 * PAGE_SIZE, 1, 0, 0), 16 * PAGE_SIZE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_costs_a_bit),
		cmocka_unit_test(a_new_arena_is_all_taken),
		cmocka_unit_test(freeing_what_is_free_or_foreign_is_a_bug),
		cmocka_unit_test(exclusive_takes_all_or_nothing),
		cmocka_unit_test(runs_are_found_across_words),
		cmocka_unit_test(nonsense_is_a_bug),
		cmocka_unit_test(alignment_is_of_the_address),
		cmocka_unit_test(a_goal_is_a_wish_and_a_limit_is_not),
		cmocka_unit_test(limits_below_the_arena_leave_nothing),
		cmocka_unit_test(the_last_frame_below_4_gib_can_be_had),
		cmocka_unit_test(first_fit_skips_holes_that_are_too_small),
		cmocka_unit_test(small_requests_share_frames),
		cmocka_unit_test(whole_pages_between_do_not_end_the_sharing),
		cmocka_unit_test(sharing_keeps_goal_and_limit),
		cmocka_unit_test(a_shared_frame_that_changes_hands_is_forgotten),
		cmocka_unit_test(low_and_other_requests_keep_apart),
		cmocka_unit_test(what_was_handed_out_is_not_scanned_again),
		cmocka_unit_test(steps_grow_with_the_holes),
		cmocka_unit_test(freed_memory_is_found_again),
		cmocka_unit_test(every_free_frame_is_given_once),
		cmocka_unit_test(hand_over_looks_at_words),
		cmocka_unit_test(textbook_calls_give_zeroed_memory),
		cmocka_unit_test(textbook_calls_round_to_frames),
		cmocka_unit_test(the_bitmap_itself_is_given_last),
		cmocka_unit_test(the_checker_names_the_broken_rule),
		cmocka_unit_test(random_operations_match_the_model),
		cmocka_unit_test(exhaustion_is_survived),
	};

	return cmocka_run_group_tests_name("bootmem", tests, NULL, NULL);
}
