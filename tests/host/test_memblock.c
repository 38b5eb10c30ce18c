/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_memblock.c - mm/memblock.c call by call, and against a map of bytes
 *
 * LINK: mm/memblock.c mm/memblock_arena.c mm/memblock_check.c lib/random.c lib/string.c
 */
#include <support.h>
#include <time.h>

#include <lib/errno.h>
#include <lib/random.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <mm/memblock.h>

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"	/* flags left out are 0 */

#define RAM_SIZE	SZ_16M

struct want {
	phys_addr_t base, end;
	enum memblock_flags flags;
};

/* The list is exactly these regions, and every rule holds. */
static void expect_list(const struct memblock_type *type, const struct want *want, unsigned long nr,
			int line)
{
	phys_addr_t sum = 0;

	if (memblock_check())
		fail_msg("line %d: %s", line, host_log);
	if (type->cnt != (nr ? nr : 1))
		fail_msg("line %d: %lu regions of %s, want %lu", line, type->cnt, type->name, nr);
	for (unsigned long i = 0; i < nr; i++) {
		const struct memblock_region *r = &type->regions[i];

		if (r->base != want[i].base || r->base + r->size != want[i].end ||
		    r->flags != want[i].flags)
			fail_msg("line %d: %s[%lu] is 0x%x - 0x%x flags %x, "
				 "want 0x%x - 0x%x flags %x", line,
				 type->name, i, r->base, r->base + r->size, r->flags,
				 want[i].base, want[i].end, want[i].flags);
		sum += r->size;
	}
	assert_int_equal(type->total_size, sum);
	if (nr == 0)
		assert_true(type->regions[0].base == 0 && type->regions[0].size == 0 &&
			    type->regions[0].flags == 0);
}

#define expect_regions(type, ...) do {						\
	const struct want want_[] = { __VA_ARGS__ };				\
	expect_list(&memblock.type, want_, sizeof(want_) / sizeof(want_[0]), __LINE__); \
} while (0)
#define expect_mem(...)		expect_regions(memory, __VA_ARGS__)
#define expect_res(...)		expect_regions(reserved, __VA_ARGS__)
#define expect_none(type)	expect_list(&memblock.type, NULL, 0, __LINE__)

/* Every test starts at rest, with 16 MiB behind the addresses 0 to 16 MiB. */
static int setup(void **state)
{
	host_ram_init(RAM_SIZE);
	memblock_reset();
	memblock_watch_arrays(NULL);
	host_log_clear();
	return 0;
}

/* --- at rest ---------------------------------------------------------------------------------- */

static void at_rest_there_is_one_empty_region(void **state)
{
	assert_int_equal(memblock.memory.cnt, 1);
	assert_int_equal(memblock.memory.max, 128);
	assert_int_equal(memblock.reserved.cnt, 1);
	assert_int_equal(memblock.reserved.max, 128);
	assert_string_equal(memblock.memory.name, "memory");
	assert_string_equal(memblock.reserved.name, "reserved");
	assert_false(memblock.bottom_up);
	assert_int_equal(memblock.current_limit, MEMBLOCK_ALLOC_ANYWHERE);
	assert_int_equal(memblock_start_of_DRAM(), 0);
	assert_int_equal(memblock_end_of_DRAM(), 0);
	expect_none(memory);
	expect_none(reserved);
	assert_null(memblock_alloc(1, 1));
	expect_none(reserved);
}

/* --- adding ----------------------------------------------------------------------------------- */

static void add_keeps_order(void **state)
{
	assert_int_equal(memblock_add(0x5000, 0x1000), 0);
	assert_int_equal(memblock_add(0x1000, 0x1000), 0);
	assert_int_equal(memblock_add(0x3000, 0x1000), 0);
	expect_mem({ 0x1000, 0x2000 }, { 0x3000, 0x4000 }, { 0x5000, 0x6000 });
}

static void add_merges_what_touches(void **state)
{
	memblock_add(0x3000, 0x1000);
	memblock_add(0x4000, 0x1000);		/* behind */
	expect_mem({ 0x3000, 0x5000 });
	memblock_add(0x2000, 0x1000);		/* before */
	expect_mem({ 0x2000, 0x5000 });
	memblock_add(0x6000, 0x1000);
	memblock_add(0x5000, 0x1000);		/* between */
	expect_mem({ 0x2000, 0x7000 });
}

static void add_covers_what_is_missing(void **state)
{
	memblock_add(0x2000, 0x1000);
	memblock_add(0x4000, 0x1000);
	memblock_add(0x6000, 0x1000);
	memblock_add(0x2000, 0x1000);		/* the same again */
	memblock_add(0x2400, 0x0400);		/* inside */
	expect_mem({ 0x2000, 0x3000 }, { 0x4000, 0x5000 }, { 0x6000, 0x7000 });
	memblock_add(0x2800, 0x2000);		/* from inside one to inside the next */
	expect_mem({ 0x2000, 0x5000 }, { 0x6000, 0x7000 });
	memblock_add(0x1000, 0x8000);		/* over everything */
	expect_mem({ 0x1000, 0x9000 });
}

static void add_nothing_does_nothing(void **state)
{
	assert_int_equal(memblock_add(0x1000, 0), 0);
	expect_none(memory);
	memblock_add(0x2000, 0x1000);
	assert_int_equal(memblock_add(0x2800, 0), 0);
	assert_int_equal(memblock_add(0x8000, 0), 0);
	assert_int_equal(memblock_reserve(0x8000, 0), 0);
	assert_int_equal(memblock_remove(0x2800, 0), 0);
	assert_int_equal(memblock_mark_nomap(0x2800, 0), 0);
	expect_mem({ 0x2000, 0x3000 });
	expect_none(reserved);
}

static void add_is_cut_at_the_end_of_the_address_space(void **state)
{
	assert_int_equal(memblock_add(PHYS_ADDR_MAX - SZ_1M, SZ_2M), 0);
	expect_mem({ PHYS_ADDR_MAX - SZ_1M, PHYS_ADDR_MAX });
	assert_int_equal(memblock_phys_mem_size(), SZ_1M);
	assert_int_equal(memblock_reserve(PHYS_ADDR_MAX - 1, PHYS_ADDR_MAX), 0);
	expect_res({ PHYS_ADDR_MAX - 1, PHYS_ADDR_MAX });
	assert_int_equal(memblock_add(PHYS_ADDR_MAX, 1), 0);	/* nothing of it is left */
	expect_mem({ PHYS_ADDR_MAX - SZ_1M, PHYS_ADDR_MAX });
	assert_int_equal(memblock_add(0, PHYS_ADDR_MAX), 0);
	expect_mem({ 0, PHYS_ADDR_MAX });
}

static void first_and_last_byte(void **state)
{
	memblock_add(0, 1);
	memblock_add(PHYS_ADDR_MAX - 1, 1);
	expect_mem({ 0, 1 }, { PHYS_ADDR_MAX - 1, PHYS_ADDR_MAX });
	assert_true(memblock_is_memory(0));
	assert_false(memblock_is_memory(1));
	assert_true(memblock_is_memory(PHYS_ADDR_MAX - 1));
	assert_false(memblock_is_memory(PHYS_ADDR_MAX));
	memblock_remove(0, 1);
	memblock_remove(PHYS_ADDR_MAX - 1, 5);
	expect_none(memory);
}

static void add_across_other_flags_fills_the_holes(void **state)
{
	memblock_add_node(0x2000, 0x1000, 0, MEMBLOCK_NOMAP);
	memblock_add(0x4000, 0x1000);
	memblock_add_node(0x6000, 0x1000, 0, MEMBLOCK_HOTPLUG);
	memblock_add(0x1000, 0x8000);
	expect_mem({ 0x1000, 0x2000 }, { 0x2000, 0x3000, MEMBLOCK_NOMAP }, { 0x3000, 0x6000 },
		      { 0x6000, 0x7000, MEMBLOCK_HOTPLUG }, { 0x7000, 0x9000 });
	memblock_add_node(0x0, 0x1000, 0, MEMBLOCK_NOMAP);	/* touches one of another kind */
	memblock_add_node(0x9000, 0x1000, 0, MEMBLOCK_NOMAP);
	assert_int_equal(memblock.memory.cnt, 7);
	assert_int_equal(memblock_check(), 0);
}

static void add_between_two_of_another_kind(void **state)
{
	memblock_add_node(0x1000, 0x1000, 0, MEMBLOCK_NOMAP);
	memblock_add_node(0x3000, 0x1000, 0, MEMBLOCK_NOMAP);
	memblock_add(0x2000, 0x1000);
	expect_mem({ 0x1000, 0x2000, MEMBLOCK_NOMAP }, { 0x2000, 0x3000 },
		      { 0x3000, 0x4000, MEMBLOCK_NOMAP });
	memblock_add(0x1800, 0x2000);		/* all there already */
	assert_int_equal(memblock.memory.cnt, 3);
}

/* --- removing --------------------------------------------------------------------------------- */

static void remove_from_every_side(void **state)
{
	memblock_add(0x2000, 0x6000);
	memblock_remove(0x1000, 0x2000);	/* the front, and what is not there */
	expect_mem({ 0x3000, 0x8000 });
	memblock_remove(0x7000, 0x2000);	/* the back */
	expect_mem({ 0x3000, 0x7000 });
	memblock_remove(0x4000, 0x1000);	/* out of the middle */
	expect_mem({ 0x3000, 0x4000 }, { 0x5000, 0x7000 });
	memblock_remove(0x3800, 0x2000);	/* the end of one, the start of the next */
	expect_mem({ 0x3000, 0x3800 }, { 0x5800, 0x7000 });
	memblock_remove(0x3800, 0x2000);	/* absent */
	memblock_remove(0x7000, PHYS_ADDR_MAX);
	expect_mem({ 0x3000, 0x3800 }, { 0x5800, 0x7000 });
	memblock_remove(0, PHYS_ADDR_MAX);
	expect_none(memory);
	memblock_remove(0, PHYS_ADDR_MAX);
	expect_none(memory);
	memblock_add(0x1000, 0x1000);		/* and it can be used again */
	expect_mem({ 0x1000, 0x2000 });
}

static void remove_over_many(void **state)
{
	for (phys_addr_t base = 0x1000; base < 0x41000; base += 0x4000)
		memblock_add(base, 0x1000);
	memblock_remove(0x1800, 0x3C000);
	expect_mem({ 0x1000, 0x1800 }, { 0x3D800, 0x3E000 });
}

static void free_is_the_undo_of_reserve(void **state)
{
	memblock_reserve(0x1000, 0x4000);
	memblock_phys_free(0x2000, 0x1000);
	expect_res({ 0x1000, 0x2000 }, { 0x3000, 0x5000 });
	memblock_reserve(0x2000, 0x1000);
	expect_res({ 0x1000, 0x5000 });
	memblock_free(__va(0x1000), 0x4000);
	expect_none(reserved);
	memblock_free(NULL, 0x1000);
	expect_none(reserved);
}

/* --- flags ------------------------------------------------------------------------------------ */

static void marks_split_and_clears_merge(void **state)
{
	static int (*const mark[])(phys_addr_t, phys_addr_t) = {
		memblock_mark_hotplug, memblock_mark_mirror, memblock_mark_nomap };
	static int (*const clear[])(phys_addr_t, phys_addr_t) = {
		memblock_clear_hotplug, memblock_clear_mirror, memblock_clear_nomap };

	for (int i = 0; i < 3; i++) {
		enum memblock_flags flag = 1 << i;

		memblock_reset();
		memblock_add(0x1000, 0x8000);
		assert_int_equal(mark[i](0x3000, 0x1000), 0);
		expect_mem({ 0x1000, 0x3000 }, { 0x3000, 0x4000, flag }, { 0x4000, 0x9000 });
		mark[i](0x4000, 0x1000);	/* touches one that has it */
		expect_mem({ 0x1000, 0x3000 }, { 0x3000, 0x5000, flag }, { 0x5000, 0x9000 });
		mark[i](0x0, 0x2000);
		expect_mem({ 0x1000, 0x2000, flag }, { 0x2000, 0x3000 }, { 0x3000, 0x5000, flag },
			      { 0x5000, 0x9000 });
		clear[i](0x3800, 0x800);
		expect_mem({ 0x1000, 0x2000, flag }, { 0x2000, 0x3000 }, { 0x3000, 0x3800, flag },
			      { 0x3800, 0x4000 }, { 0x4000, 0x5000, flag }, { 0x5000, 0x9000 });
		clear[i](0, PHYS_ADDR_MAX);
		expect_mem({ 0x1000, 0x9000 });
		clear[i](0x100000, 0x1000);	/* no memory there */
		expect_mem({ 0x1000, 0x9000 });
	}
}

static void flags_of_the_same_region_add_up(void **state)
{
	memblock_add(0x1000, 0x3000);
	memblock_mark_hotplug(0x1000, 0x2000);
	memblock_mark_nomap(0x2000, 0x2000);
	expect_mem({ 0x1000, 0x2000, MEMBLOCK_HOTPLUG },
		      { 0x2000, 0x3000, MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP },
		      { 0x3000, 0x4000, MEMBLOCK_NOMAP });
	assert_true(memblock_is_hotpluggable(&memblock.memory.regions[0]));
	assert_true(memblock_is_nomap(&memblock.memory.regions[1]));
	assert_false(memblock_is_mirror(&memblock.memory.regions[1]));
	assert_false(memblock_is_driver_managed(&memblock.memory.regions[1]));
	assert_false(memblock_is_map_memory(0x2000));
	assert_true(memblock_is_map_memory(0x1000));
	assert_false(memblock_is_map_memory(0x5000));
}

static void nomap_and_driver_managed_memory_is_not_allocated(void **state)
{
	memblock_add(0x10000, 0x10000);
	memblock_mark_nomap(0x18000, 0x8000);
	memblock_add_node(0x20000, 0x8000, 0, MEMBLOCK_DRIVER_MANAGED);
	assert_int_equal(memblock_phys_alloc(0x1000, 0x1000), 0x17000);
	assert_int_equal(memblock_phys_alloc(0x8000, 0x1000), 0);
	memblock_set_bottom_up(true);
	assert_int_equal(memblock_phys_alloc(0x7000, 0x1000), 0x10000);
	assert_int_equal(memblock_phys_alloc(1, 1), 0);
}

static void mirrored_memory_comes_first(void **state)
{
	memblock_add(0x10000, 0x30000);
	assert_false(memblock_has_mirror());
	memblock_mark_mirror(0x10000, 0x2000);
	assert_true(memblock_has_mirror());
	assert_int_equal(memblock_phys_alloc(0x1000, 0x1000), 0x11000);
	assert_int_equal(memblock_phys_alloc(0x1000, 0x1000), 0x10000);
	host_log_clear();
	assert_int_equal(memblock_phys_alloc(0x1000, 0x1000), 0x3F000);
	assert_true(host_log_says("no mirrored memory"));
}

static void without_numa_all_memory_is_on_node_0(void **state)
{
	memblock_add_node(0x10000, 0x10000, 3, MEMBLOCK_NONE);
	assert_int_equal(memblock_set_node(0x18000, 0x1000, &memblock.memory, 2), 0);
	expect_mem({ 0x10000, 0x20000 });
	assert_int_equal(memblock_get_region_node(&memblock.memory.regions[0]), 0);
	assert_int_equal(memblock_phys_alloc_try_nid(0x1000, 0x1000, 0), 0x1F000);
	assert_int_equal(memblock_phys_alloc_try_nid(0x1000, 0x1000, 5), 0x1E000);
	assert_ptr_equal(memblock_alloc_node(0x1000, 0x1000, 5), __va(0x1D000));
	assert_null(memblock_alloc_exact_nid_raw(0x1000, 0x1000, 0, 0, 5));
	assert_ptr_equal(memblock_alloc_exact_nid_raw(0x1000, 0x1000, 0, 0, 0), __va(0x1C000));
}

/* --- cutting down ----------------------------------------------------------------------------- */

static void trim_rounds_inward(void **state)
{
	memblock_add(0x0800, 0x1000);		/* holds no whole page: goes */
	memblock_add(0x3000, 0x2000);		/* is whole */
	memblock_add(0x6100, 0x2000);		/* loses both ends */
	memblock_add(0xFFFFF100u, 0x200);	/* rounds past the end: goes */
	memblock_trim_memory(0x1000);
	expect_mem({ 0x3000, 0x5000 }, { 0x7000, 0x8000 });
	memblock_trim_memory(0x10000);
	expect_none(memory);
}

static void memory_limit_counts_memory_not_addresses(void **state)
{
	memblock_add(0x1000, 0x2000);
	memblock_add(0x8000, 0x4000);
	memblock_reserve(0x1000, 0x1000);
	memblock_reserve(0x9000, 0x8000);
	memblock_enforce_memory_limit(0);
	memblock_enforce_memory_limit(0x6001);	/* more than there is */
	expect_mem({ 0x1000, 0x3000 }, { 0x8000, 0xC000 });
	expect_res({ 0x1000, 0x2000 }, { 0x9000, 0x11000 });
	memblock_enforce_memory_limit(0x6000);	/* as much: it ends where memory does */
	expect_mem({ 0x1000, 0x3000 }, { 0x8000, 0xC000 });
	expect_res({ 0x1000, 0x2000 }, { 0x9000, 0xC000 });
	memblock_enforce_memory_limit(0x4000);
	expect_mem({ 0x1000, 0x3000 }, { 0x8000, 0xA000 });
	expect_res({ 0x1000, 0x2000 }, { 0x9000, 0xA000 });
	memblock_enforce_memory_limit(0x2000);
	expect_mem({ 0x1000, 0x3000 });
	expect_res({ 0x1000, 0x2000 });
}

static void cap_keeps_a_range_and_nomap(void **state)
{
	memblock_add(0x1000, 0x8000);
	memblock_add_node(0xA000, 0x2000, 0, MEMBLOCK_NOMAP);
	memblock_reserve(0, 0x10000);
	memblock_cap_memory_range(0x2000, 0);	/* nothing asked, nothing done */
	memblock_cap_memory_range(0x3000, 0x2000);
	expect_mem({ 0x3000, 0x5000 }, { 0xA000, 0xC000, MEMBLOCK_NOMAP });
	expect_res({ 0x3000, 0x5000 });
	memblock_cap_memory_range(0x4000, 0x7000);	/* ends inside the nomap region */
	expect_mem({ 0x4000, 0x5000 }, { 0xA000, 0xC000, MEMBLOCK_NOMAP });
}

static void mem_limit_remove_map_keeps_nomap(void **state)
{
	memblock_add(0x1000, 0x4000);
	memblock_add_node(0x8000, 0x1000, 0, MEMBLOCK_NOMAP);
	memblock_mem_limit_remove_map(0);
	memblock_mem_limit_remove_map(0x100000);
	expect_mem({ 0x1000, 0x5000 }, { 0x8000, 0x9000, MEMBLOCK_NOMAP });
	memblock_mem_limit_remove_map(0x2000);
	expect_mem({ 0x1000, 0x3000 }, { 0x8000, 0x9000, MEMBLOCK_NOMAP });
}

/* --- allocating ------------------------------------------------------------------------------- */

static void alloc_top_down_reserves_exactly_size(void **state)
{
	unsigned char *p;

	memblock_add(0, RAM_SIZE);
	memset(host_ram, 0xA5, RAM_SIZE);
	p = memblock_alloc(100, 64);
	assert_ptr_equal(p, __va(RAM_SIZE - 128));
	expect_res({ RAM_SIZE - 128, RAM_SIZE - 28 });
	for (int i = -1; i <= 100; i++)
		assert_int_equal(p[i], i < 0 || i == 100 ? 0xA5 : 0);
	p = memblock_alloc_raw(0x1000, 0x1000);
	assert_ptr_equal(p, __va(RAM_SIZE - 0x2000));
	assert_true(p[0] == 0xA5 && p[0xFFF] == 0xA5);
	p = memblock_alloc(28, 1);		/* fits behind the first exactly */
	assert_ptr_equal(p, __va(RAM_SIZE - 28));
	expect_res({ RAM_SIZE - 0x2000, RAM_SIZE - 0x1000 }, { RAM_SIZE - 128, RAM_SIZE });
}

static void alloc_bottom_up_never_gives_page_0(void **state)
{
	memblock_add(0, RAM_SIZE);
	memblock_set_bottom_up(true);
	assert_true(memblock_bottom_up());
	assert_ptr_equal(memblock_alloc(1, 1), __va(0x1000));
	assert_ptr_equal(memblock_alloc(0x1000, 0x1000), __va(0x2000));
	assert_ptr_equal(memblock_alloc(0xFFF, 1), __va(0x1001));
	expect_res({ 0x1000, 0x3000 });
	memblock_reset();
	memblock_add(0, 0x1000);		/* nothing but page 0 */
	assert_null(memblock_alloc(1, 1));
	memblock_set_bottom_up(true);
	assert_null(memblock_alloc(1, 1));
	expect_none(reserved);
}

static void alloc_of_nothing_or_too_much(void **state)
{
	memblock_add(0x10000, 0x10000);
	assert_null(memblock_alloc(0, 1));
	assert_null(memblock_alloc(0x10001, 1));
	assert_null(memblock_alloc(0x25000, 1));		/* end - size wraps */
	assert_null(memblock_alloc(PHYS_ADDR_MAX, 1));
	assert_null(memblock_alloc(0x1000, 0x40000));	/* no multiple of that in it */
	memblock_set_bottom_up(true);
	assert_null(memblock_alloc(0x10001, 1));
	assert_null(memblock_alloc(PHYS_ADDR_MAX, 1));
	assert_null(memblock_alloc(0x1000, 0x80000000u));	/* rounding up may wrap */
	expect_none(reserved);
	assert_ptr_equal(memblock_alloc(0x10000, 1), __va(0x10000));	/* all of it */
	assert_null(memblock_alloc(1, 1));
}

static void alloc_without_alignment_takes_a_cache_line(void **state)
{
	memblock_add(0x10000, 0x10000);
	assert_ptr_equal(memblock_alloc(1, 0), __va(0x20000 - SMP_CACHE_BYTES));
}

static void alloc_uses_the_gap_that_fits(void **state)
{
	memblock_add(0x10000, 0x10000);
	memblock_reserve(0x1F000, 0x1000);
	memblock_reserve(0x1C800, 0x800);
	memblock_reserve(0x12000, 0x2000);
	assert_int_equal(memblock_phys_alloc(0x2000, 1), 0x1D000);	/* the topmost, exactly */
	assert_int_equal(memblock_phys_alloc(0x8000, 0x1000), 0x14000);
	assert_int_equal(memblock_phys_alloc(0x2000, 0x1000), 0x10000);
	assert_int_equal(memblock_phys_alloc(0x1000, 0x1000), 0);
	assert_int_equal(memblock_phys_alloc(0x800, 1), 0x1C000);
	expect_res({ 0x10000, 0x20000 });
}

static void a_minimum_is_a_wish(void **state)
{
	memblock_add(0x10000, 0x10000);
	assert_ptr_equal(memblock_alloc_from(0x1000, 0x1000, 0x1F000), __va(0x1F000));
	assert_ptr_equal(memblock_alloc_from(0x1000, 0x1000, 0x1F000), __va(0x1E000));
	assert_ptr_equal(memblock_alloc_from(0x1000, 0x1000, 0x40000), __va(0x1D000));
	memblock_set_bottom_up(true);
	assert_ptr_equal(memblock_alloc_from(0x1000, 0x1000, 0x18800), __va(0x19000));
	assert_ptr_equal(memblock_alloc_from(0x4000, 0x1000, 0x1B000), __va(0x10000));
}

static void a_maximum_is_an_order(void **state)
{
	memblock_add(0x10000, 0x10000);
	assert_ptr_equal(memblock_alloc_try_nid(0x1000, 1, 0, 0x18080, NUMA_NO_NODE),
			 __va(0x17080));
	assert_null(memblock_alloc_try_nid(0x1000, 1, 0, 0x10FFF, NUMA_NO_NODE));
	/* the window is too small: what is free below it serves */
	assert_ptr_equal(memblock_alloc_try_nid(0x1000, 0x1000, 0x16800, 0x17800, NUMA_NO_NODE),
			 __va(0x16000));
	assert_ptr_equal(memblock_alloc_try_nid(0x400, 1, 0x14000, 0x14400, NUMA_NO_NODE),
			 __va(0x14000));
	/* the limit falls into a reservation */
	assert_ptr_equal(memblock_alloc_try_nid(0x400, 1, 0, 0x14200, NUMA_NO_NODE),
			 __va(0x13C00));
	memblock_set_bottom_up(true);
	assert_null(memblock_alloc_try_nid(0x1000, 1, 0, 0x10FFF, NUMA_NO_NODE));
	/* the minimum is where a reservation begins */
	assert_ptr_equal(memblock_alloc_try_nid(0x400, 1, 0x13C00, 0x18000, NUMA_NO_NODE),
			 __va(0x14400));
}

static void raw_range_keeps_its_start(void **state)
{
	memblock_add(0x10000, 0x10000);
	assert_int_equal(memblock_phys_alloc_range(0x1000, 0x1000, 0x1F800, 0x20000), 0);
	assert_int_equal(memblock_phys_alloc_range(0x1000, 0x1000, 0x12000, 0x13000), 0x12000);
	assert_int_equal(memblock_phys_alloc_range(0x1000, 0x1000, 0x13000, 0x12000), 0);
	assert_int_equal(memblock_phys_alloc_range(0x1000, 0x1000, PHYS_ADDR_MAX, 0), 0);
}

static void the_current_limit_holds(void **state)
{
	memblock_add(0x10000, 0x10000);
	memblock_set_current_limit(0x18000);
	assert_int_equal(memblock_get_current_limit(), 0x18000);
	assert_ptr_equal(memblock_alloc(0x1000, 0x1000), __va(0x17000));
	assert_ptr_equal(memblock_alloc_low(0x1000, 0x1000), __va(0x16000));
	assert_ptr_equal(memblock_alloc_try_nid_raw(0x1000, 0x1000, 0, 0x1F000, NUMA_NO_NODE),
			 __va(0x15000));
	assert_int_equal(memblock_phys_alloc(0x1000, 0x1000), 0x14000);
	memblock_set_bottom_up(true);
	assert_ptr_equal(memblock_alloc_from(0x1000, 0x1000, 0x1A000), __va(0x10000));
	memblock_set_current_limit(0);
	assert_null(memblock_alloc(1, 1));
}

static void alloc_at_the_very_top(void **state)
{
	memblock_add(PHYS_ADDR_MAX - 0x10000, 0x10000);
	assert_int_equal(memblock_phys_alloc(0x1000, 0x1000), 0xFFFFE000u);
	assert_int_equal(memblock_phys_alloc(0xFFF, 1), 0xFFFFF000u);
	memblock_set_bottom_up(true);
	assert_int_equal(memblock_phys_alloc_range(0x100, 0x1000, 0xFFFFF001u, PHYS_ADDR_MAX), 0);
	assert_int_equal(memblock_phys_alloc(0x1000, 0x1000), 0xFFFF0000u);
	assert_int_equal(memblock_check(), 0);
}

/* --- asking ----------------------------------------------------------------------------------- */

static void questions(void **state)
{
	unsigned long start, end;

	memblock_add(0x3800, 0x2000);
	memblock_add(0x8000, 0x2000);
	memblock_reserve(0x4000, 0x800);
	assert_int_equal(memblock_phys_mem_size(), 0x4000);
	assert_int_equal(memblock_reserved_size(), 0x800);
	assert_int_equal(memblock_start_of_DRAM(), 0x3800);
	assert_int_equal(memblock_end_of_DRAM(), 0xA000);
	assert_false(memblock_is_memory(0x37FF));
	assert_true(memblock_is_memory(0x3800));
	assert_true(memblock_is_memory(0x57FF));
	assert_false(memblock_is_memory(0x5800));
	assert_false(memblock_is_reserved(0x3FFF));
	assert_true(memblock_is_reserved(0x4000));
	assert_false(memblock_is_reserved(0x4800));
	assert_true(memblock_is_region_memory(0x3800, 0x2000));
	assert_false(memblock_is_region_memory(0x3800, 0x2001));
	assert_false(memblock_is_region_memory(0x37FF, 0x100));
	assert_false(memblock_is_region_memory(0x5000, 0x4000));	/* a hole between */
	assert_true(memblock_is_region_reserved(0x3000, 0x1001));
	assert_false(memblock_is_region_reserved(0x3000, 0x1000));
	assert_true(memblock_is_region_reserved(0x47FF, PHYS_ADDR_MAX));
	assert_false(memblock_is_region_reserved(0x4800, PHYS_ADDR_MAX));
	assert_false(memblock_is_region_reserved(0x4400, 0));
	assert_true(memblock_overlaps_region(&memblock.memory, 0, PHYS_ADDR_MAX));
	assert_int_equal(memblock_search_pfn_nid(9, &start, &end), 0);
	assert_int_equal(start, 8);
	assert_int_equal(end, 10);
	assert_int_equal(memblock_search_pfn_nid(10, &start, &end), -1);
}

static void dump_prints_both_lists(void **state)
{
	memblock_add(0x3000, 0x2000);
	memblock_reserve(0x4000, 0x800);
	memblock_dump_all();			/* not booted with memblock=debug */
	assert_string_equal(host_log, "");
	memblock_dump(&memblock);
	assert_true(host_log_says("memory: 1 of 128 regions, 0x00002000 bytes"));
	assert_true(host_log_says("[0] 0x00004000 - 0x00004800, 0x00000800 bytes"));
}

/* --- walking ---------------------------------------------------------------------------------- */

static void make_stripes(void)
{
	memblock_add(0x1000, 0x4000);
	memblock_add(0x8000, 0x4000);
	memblock_add_node(0xC000, 0x1000, 0, MEMBLOCK_NOMAP);
	memblock_reserve(0x0, 0x2000);		/* crosses the start of a region */
	memblock_reserve(0x3000, 0x1000);	/* inside */
	memblock_reserve(0x4800, 0x4000);	/* from one into the next */
	memblock_reserve(0xB000, 0x3000);	/* past the end */
}

struct range {
	phys_addr_t start, end;
};

static void free_ranges_up_and_down(void **state)
{
	static const struct range want[] = {
		{ 0x2000, 0x3000 }, { 0x4000, 0x4800 }, { 0x8800, 0xB000 } };
	phys_addr_t start, end;
	unsigned int n = 0;
	u64 i;

	make_stripes();
	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL) {
		assert_in_range(n, 0, 2);
		assert_true(start == want[n].start && end == want[n].end);
		n++;
	}
	assert_int_equal(n, 3);
	for_each_free_mem_range_reverse(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL) {
		n--;
		assert_true(start == want[n].start && end == want[n].end);
	}
	assert_int_equal(n, 0);
	for_each_free_mem_range(i, 7, MEMBLOCK_NONE, &start, &end, NULL)
		fail_msg("node 7 has no memory");
}

static void walks_show_each_list(void **state)
{
	phys_addr_t start, end, sum = 0;
	struct memblock_region *r;
	unsigned long first, last, frames = 0;
	int j, nid = -2;
	u64 i;

	for_each_mem_range(i, &start, &end)
		fail_msg("an empty list has no ranges");
	for_each_mem_range_rev(i, &start, &end)
		fail_msg("an empty list has no ranges");
	for_each_mem_pfn_range(j, NUMA_NO_NODE, &first, &last, NULL)
		fail_msg("an empty list has no frames");
	make_stripes();
	for_each_mem_range(i, &start, &end)
		sum += end - start;
	assert_int_equal(sum, 0x8000);		/* nomap is left out */
	for_each_mem_range_rev(i, &start, &end)
		sum -= end - start;
	assert_int_equal(sum, 0);
	for_each_reserved_mem_range(i, &start, &end)
		sum += end - start;
	assert_int_equal(sum, memblock_reserved_size());
	sum = 0;
	for_each_mem_region(r)
		sum += r->size;
	assert_int_equal(sum, 0x9000);
	for_each_reserved_mem_region(r)
		sum += r->size;
	assert_int_equal(sum, 0x9000 + 0xA000);
	memblock_add(0x20800, 0x1000);		/* holds no whole frame */
	memblock_add(0x30800, 0x1800);
	for_each_mem_pfn_range(j, NUMA_NO_NODE, &first, &last, &nid) {
		assert_true(first < last);
		frames += last - first;
	}
	assert_int_equal(frames, 4 + 4 + 1 + 1);
	assert_int_equal(nid, 0);
	r = &memblock.memory.regions[4];
	assert_int_equal(memblock_region_memory_base_pfn(r), 0x31);
	assert_int_equal(memblock_region_memory_end_pfn(r), 0x32);
	assert_int_equal(memblock_region_reserved_base_pfn(r), 0x30);
	assert_int_equal(memblock_region_reserved_end_pfn(r), 0x32);
}

static void the_last_frame_is_not_whole(void **state)
{
	unsigned long first, last, n = 0;
	int j;

	memblock_add(0xFFFFE000u, 0x2000);
	memblock_reserve(0xFFFFF800u, 0x10);	/* PFN_UP near the top must not wrap */
	for_each_mem_pfn_range(j, NUMA_NO_NODE, &first, &last, NULL) {
		assert_int_equal(first, 0xFFFFE);
		assert_int_equal(last, 0xFFFFF);
		n++;
	}
	assert_int_equal(n, 1);
	memblock_remove(0, 0xFFFFF800u);
	for_each_mem_pfn_range(j, NUMA_NO_NODE, &first, &last, NULL)
		fail_msg("frames %lx to %lx", first, last);
}

/* --- growing ---------------------------------------------------------------------------------- */

static phys_addr_t watched;			/* bytes that arrays have taken */

static void watch(phys_addr_t base, phys_addr_t size, bool taken)
{
	assert_true((base & (PAGE_SIZE - 1)) == 0 && size);
	watched += taken ? size : -size;
}

static void no_growth_unless_allowed(void **state)
{
	memblock_add(0, RAM_SIZE);
	for (unsigned int i = 0; i < 128; i++)
		assert_int_equal(memblock_reserve(0x10000 + i * 0x100, 0x80), 0);
	assert_int_equal(memblock_reserve(0x20000, 0x80), -ENOMEM);
	assert_true(host_log_says("reserved cannot grow past 128 regions"));
	assert_int_equal(memblock_phys_free(0x10020, 0x10), -ENOMEM);
	assert_null(memblock_alloc(0x1000, 0x1000));
	assert_int_equal(memblock.reserved.cnt, 128);
	assert_int_equal(memblock_reserve(0x10080, 0x80), 0);	/* closing a gap needs no entry */
	assert_int_equal(memblock.reserved.cnt, 127);
	assert_int_equal(memblock_phys_free(0x10100, 0x80), 0);
	assert_int_equal(memblock_reserve(0x10100 + 0x7F80, 0x10), 0);
	assert_int_equal(memblock_check(), 0);
}

static void a_full_list_of_reservations_doubles(void **state)
{
	phys_addr_t array, size;

	memblock_add(0, RAM_SIZE);
	memblock_allow_resize();
	memblock_watch_arrays(watch);
	watched = 0;
	assert_int_equal(memblock_grown_array(&memblock.reserved, &size), 0);
	for (unsigned int i = 0; i < 129; i++)
		assert_int_equal(memblock_reserve(0x10000 + i * 0x100, 0x80), 0);
	assert_int_equal(memblock.reserved.max, 256);
	assert_int_equal(memblock.reserved.cnt, 130);	/* and the array's own frames */
	array = memblock_grown_array(&memblock.reserved, &size);
	assert_int_equal(array, RAM_SIZE - size);
	assert_int_equal(size, PAGE_ALIGN(256 * sizeof(struct memblock_region)));
	assert_int_equal(watched, size);
	assert_ptr_equal(memblock.reserved.regions, __va(array));
	assert_true(memblock_is_region_reserved(array, size));
	assert_int_equal(memblock_reserved_size(), 129 * 0x80 + size);
	assert_int_equal(memblock_check(), 0);
}

/* The new array stays off the range that is being reserved, which is not yet in the list. */
static void a_new_array_avoids_the_range_at_work(void **state)
{
	phys_addr_t array, size;

	memblock_add(0, RAM_SIZE);
	memblock_allow_resize();
	for (unsigned int i = 0; i < 128; i++)
		memblock_reserve(0x10000 + i * 0x100, 0x80);
	assert_int_equal(memblock_reserve(RAM_SIZE - SZ_1M, SZ_1M), 0);
	array = memblock_grown_array(&memblock.reserved, &size);
	assert_int_equal(array, RAM_SIZE - SZ_1M - size);
	assert_int_equal(memblock.reserved.cnt, 129);	/* array and range touch */
	assert_int_equal(memblock_check(), 0);
}

static void alloc_survives_growth_in_the_middle(void **state)
{
	void *p;

	memblock_add(0, RAM_SIZE);
	memblock_allow_resize();
	for (unsigned int i = 0; i < 128; i++)
		memblock_reserve(0x10000 + i * 0x100, 0x80);
	memset(host_ram + SZ_8M, 0xA5, SZ_8M);
	p = memblock_alloc(0x2000, 0x1000);
	assert_ptr_equal(p, __va(RAM_SIZE - 0x2000));
	assert_int_equal(memblock.reserved.max, 256);
	assert_int_equal(memblock_check(), 0);
	memset(p, 0xFF, 0x2000);		/* must not be the array's */
	assert_int_equal(memblock_check(), 0);
}

static void memory_grows_too(void **state)
{
	phys_addr_t size, array;

	memblock_add(SZ_8M, SZ_8M);
	memblock_allow_resize();
	memblock_watch_arrays(watch);
	watched = 0;
	for (unsigned int i = 1; i < 600; i++)
		assert_int_equal(memblock_add(i * 0x2000, 0x1000), 0);
	assert_int_equal(memblock.memory.max, 1024);
	assert_int_equal(memblock.memory.cnt, 600);
	assert_int_equal(memblock.reserved.cnt, 1);	/* the last array, no other */
	array = memblock_grown_array(&memblock.memory, &size);
	assert_int_equal(array, RAM_SIZE - 0x3000 - size);	/* below the second of them */
	assert_int_equal(watched, size);
	assert_int_equal(memblock_reserved_size(), size);
	assert_int_equal(memblock_check(), 0);
}

/* What needs no entry works with a full list. */
static void a_full_list_can_be_worked_on(void **state)
{
	for (unsigned int i = 0; i < 128; i++)
		memblock_add(0x10000 + i * 0x1000, 0x800);
	assert_int_equal(memblock_mark_nomap(0x10000, 0x800), 0);
	assert_int_equal(memblock_mark_nomap(0x11000, 0x1800), 0);
	assert_int_equal(memblock_clear_nomap(0, 0x20000), 0);
	assert_int_equal(memblock_add(0x20000, 0xA00), 0);	/* over one and past it */
	assert_int_equal(memblock_remove(0x20800, 0x200), 0);
	assert_int_equal(memblock_remove(0x20700, 0x200), 0);
	assert_int_equal(memblock_add_node(0x11000, 0x800, 0, MEMBLOCK_NOMAP), 0);
	assert_int_equal(memblock_add_node(0x10800, 0x800, 0, MEMBLOCK_NOMAP), -ENOMEM);
	assert_int_equal(memblock_mark_nomap(0x10100, 0x100), -ENOMEM);
	assert_int_equal(memblock.memory.cnt, 128);
	assert_int_equal(memblock_check(), 0);
}

static void both_lists_full_at_once(void **state)
{
	memblock_add(SZ_8M, SZ_8M);
	for (unsigned int i = 0; i < 127; i++)
		memblock_add(0x10000 + i * 0x2000, 0x1000);
	for (unsigned int i = 0; i < 128; i++)
		memblock_reserve(0x10000 + i * 0x100, 0x80);
	memblock_allow_resize();
	assert_int_equal(memblock_add(0x200000, 0x1000), 0);
	assert_int_equal(memblock.memory.max, 256);
	assert_int_equal(memblock.reserved.max, 256);
	assert_int_equal(memblock_check(), 0);
}

static void growth_without_memory_fails_cleanly(void **state)
{
	memblock_add(0x10000, 0x8000);		/* every page of it gets a reservation */
	memblock_allow_resize();
	for (unsigned int i = 0; i < 128; i++)
		assert_int_equal(memblock_reserve(0x10000 + i * 0x100, 0x80), 0);
	assert_int_equal(memblock_reserve(0x20000, 1), -ENOMEM);
	assert_int_equal(memblock.reserved.cnt, 128);
	assert_int_equal(memblock.reserved.max, 128);
	for (unsigned int i = 0; i < 127; i++)
		assert_int_equal(memblock_add(0x100000 + i * 0x1000, 0x800), 0);
	assert_int_equal(memblock_add(0x200000, 0x800), -ENOMEM);
	assert_int_equal(memblock.memory.cnt, 128);
	assert_int_equal(memblock_check(), 0);
	/* memory finds a place for its array, but reservations find none for theirs */
	memblock_remove(0x100000, 0x800);
	assert_int_equal(memblock_add(0x300000, 0x1000), 0);
	assert_int_equal(memblock_mark_nomap(0x100000 + 0x1100, 0x100), -ENOMEM);
	assert_int_equal(memblock.memory.max, 128);
	assert_int_equal(memblock_check(), 0);
}

static void ten_thousand_regions(void **state)
{
	unsigned long before;

	host_ram_init(SZ_64M);
	memblock_add(0, SZ_64M);
	memblock_allow_resize();
	for (unsigned int i = 0; i < 10000; i++)
		assert_int_equal(memblock_reserve(SZ_4M + i * 0x1000, 0x800), 0);
	assert_in_range(memblock.reserved.cnt, 10001, 10002);
	assert_int_equal(memblock_check(), 0);
	before = memblock_steps;
	assert_true(memblock_is_reserved(SZ_4M + 5000 * 0x1000));
	assert_in_range(memblock_steps - before, 1, 15);
	before = memblock_steps;
	assert_int_equal(memblock_reserve(SZ_4M + 5000 * 0x1000 + 0xA00, 0x100), 0);
	assert_in_range(memblock_steps - before, 1, 100);	/* local, not the whole list */
	before = memblock_steps;
	assert_int_equal(memblock_phys_alloc_range(0x800, 0x800, SZ_4M + 9000 * 0x1000,
						   SZ_4M + 9001 * 0x1000),
			 SZ_4M + 9000 * 0x1000 + 0x800);
	assert_in_range(memblock_steps - before, 1, 120);
	assert_int_equal(memblock_reserve(SZ_4M, 10000 * 0x1000), 0);
	assert_int_equal(memblock_check(), 0);
	assert_int_equal(memblock_phys_free(SZ_4M, 10000 * 0x1000), 0);
	assert_int_equal(memblock.reserved.cnt, 1);	/* the array */
	assert_int_equal(memblock_check(), 0);
}

/* --- the checker ------------------------------------------------------------------------------ */

static void expect_rule(int rule, int line)
{
	int got = memblock_check();

	if (got != rule)
		fail_msg("line %d: rule %d, want %d", line, got, rule);
}

static void the_checker_names_each_broken_rule(void **state)
{
	struct memblock_region *r = memblock.memory.regions, saved[3];

	memblock_add(0x1000, 0x1000);
	memblock_add(0x3000, 0x1000);
	memblock_add(0x5000, 0x1000);
	memcpy(saved, r, sizeof(saved));
#define broken(rule, statement) do {					\
	statement;							\
	expect_rule(rule, __LINE__);					\
	memcpy(r, saved, sizeof(saved));				\
	memblock.memory.cnt = 3;					\
	memblock.memory.total_size = 0x3000;				\
	expect_rule(0, __LINE__);					\
} while (0)
	broken(1, memblock.memory.cnt = 0);
	broken(1, memblock.memory.cnt = 129);
	broken(1, r[1] = saved[2]; r[2] = saved[1]);
	broken(1, r[0].size = 0x2001);
	broken(2, r[0].size = 0x2000);
	broken(3, r[1].size = 0);
	broken(4, memblock.memory.total_size++);
	broken(4, memblock.memory.cnt = 2);
	broken(5, r[2].size = 0xFFFFF000u);
	assert_true(host_log_says("rule M5 is broken at memory[2]"));
	memblock_reset();
	r[0].base = 0x1000;
	expect_rule(3, __LINE__);
	r[0].base = 0;
	memblock.reserved.total_size = 1;
	expect_rule(4, __LINE__);
}

static void the_checker_sees_a_doubled_array_unreserved(void **state)
{
	phys_addr_t size, array;

	memblock_add(0, RAM_SIZE);
	memblock_allow_resize();
	for (unsigned int i = 0; i < 129; i++)
		memblock_reserve(0x10000 + i * 0x100, 0x80);
	array = memblock_grown_array(&memblock.reserved, &size);
	memblock_phys_free(array + size - 1, 1);
	expect_rule(6, __LINE__);
	memblock_reserve(array + size - 1, 1);
	expect_rule(0, __LINE__);
}

/* --- against a map of bytes ------------------------------------------------------------------- */

/*
 * CELLS cells of @cell bytes each, from @origin on. A cell's value is 0 where nothing is, else
 * 1 + flags. Every operation is done on lists and maps, then both are compared cell by cell. There
 * are fewer cells than entries in an array, so that nothing fails for lack of room.
 */
#define CELLS		120
#ifndef MODEL_RUNS
#define MODEL_RUNS	1000000
#endif

struct model {
	phys_addr_t origin, cell;
	unsigned char memory[CELLS], reserved[CELLS];
};

/* Where cell @i starts; the end of the last one may be the end of the address space. */
static phys_addr_t cell_address(const struct model *m, unsigned int i)
{
	phys_addr_t address = m->origin + i * m->cell;

	return i == CELLS && address == 0 ? PHYS_ADDR_MAX : address;
}

/* The list is what the map says, region by region: this also proves that all are merged. */
static void compare_list(const struct model *m, const unsigned char *map,
			 const struct memblock_type *type)
{
	unsigned long nr = 0;

	for (unsigned int i = 0, end; i < CELLS; i = end) {
		const struct memblock_region *r = &type->regions[nr];

		for (end = i + 1; end < CELLS && map[end] == map[i]; end++)
			;
		if (!map[i])
			continue;
		if (nr >= type->cnt || r->base != cell_address(m, i) ||
		    r->base + r->size != cell_address(m, end) || r->flags + 1u != map[i])
			fail_msg("%s[%lu] of %lu is not 0x%x - 0x%x with flags %x", type->name, nr,
				 type->cnt, cell_address(m, i), cell_address(m, end), map[i] - 1);
		nr++;
	}
	if (type->cnt != (nr ? nr : 1))
		fail_msg("%s has %lu regions, want %lu", type->name, type->cnt, nr);
}

static bool cells_fit(const struct model *m, unsigned int at, unsigned int cells)
{
	/* the cell before the end of the address space is a byte short */
	if (cell_address(m, at + cells) == PHYS_ADDR_MAX)
		return false;
	for (unsigned int i = at; i < at + cells; i++) {
		if (!m->memory[i] || ((m->memory[i] - 1) & MEMBLOCK_NOMAP) || m->reserved[i])
			return false;
		/* one request does not span two regions */
		if (i > at && m->memory[i] != m->memory[i - 1])
			return false;
	}
	return true;
}

/* Where memblock has to put @cells cells between cells @lo and @hi; -1: nowhere. */
static int model_find(const struct model *m, unsigned int cells, phys_addr_t align,
		      unsigned int lo, unsigned int hi)
{
	int found = -1;

	for (unsigned int i = lo; i + cells <= hi; i++) {
		if ((cell_address(m, i) & (align - 1)) || cell_address(m, i) < PAGE_SIZE ||
		    !cells_fit(m, i, cells))
			continue;
		found = i;
		if (memblock.bottom_up)
			break;
	}
	return found;
}

static unsigned long nr_runs(const unsigned char *map)
{
	unsigned long nr = 0;

	for (unsigned int i = 0; i < CELLS; i++)
		nr += map[i] && (i == 0 || map[i - 1] != map[i]);
	return nr;
}

/* A random range of cells: mostly short, now and then long. */
struct cells {
	unsigned int at, nr;
	phys_addr_t base, size;
};

static struct cells random_cells(const struct model *m, struct rnd_state *rnd)
{
	struct cells c = { .at = prandom_u32_state(rnd) % CELLS };

	c.nr = prandom_u32_state(rnd) % (prandom_u32_state(rnd) % 8 ? 6 : CELLS);
	if (c.at + c.nr > CELLS)
		c.nr = CELLS - c.at;
	c.base = cell_address(m, c.at);
	c.size = c.nr * m->cell;
	return c;
}

/* Returns what a failed call would: no room in the list, or 0. */
static int model_alloc(struct model *m, struct rnd_state *rnd)
{
	unsigned int lo = prandom_u32_state(rnd) % CELLS, hi = prandom_u32_state(rnd) % CELLS + 1;
	unsigned int cells = 1 + prandom_u32_state(rnd) % 6;
	phys_addr_t align = m->cell << prandom_u32_state(rnd) % 4, got;
	int want;

	memblock_set_bottom_up(prandom_u32_state(rnd) % 2);
	want = model_find(m, cells, align, lo, hi);
	got = memblock_phys_alloc_range(cells * m->cell, align, cell_address(m, lo),
					cell_address(m, hi));
	if (want < 0) {
		assert_int_equal(got, 0);
		return 0;
	}
	memset(m->reserved + want, 1, cells);
	if (got == 0)
		return -ENOMEM;
	if (got != cell_address(m, want))
		fail_msg("%u cells aligned to 0x%x from %u to %u: got 0x%x, want cell %d", cells,
			 align, lo, hi, got, want);
	return 0;
}

static int model_change_memory(struct model *m, struct rnd_state *rnd)
{
	struct cells c = random_cells(m, rnd);
	unsigned int what = prandom_u32_state(rnd) % 6;
	enum memblock_flags flags = prandom_u32_state(rnd) % 4 ? 0 : MEMBLOCK_HOTPLUG;

	for (unsigned int i = c.at; i < c.at + c.nr; i++) {
		if (what < 3 && !m->memory[i])
			m->memory[i] = 1 + flags;
		else if (what == 3)
			m->memory[i] = 0;
		else if (what == 4 && m->memory[i])
			m->memory[i] = 1 + ((m->memory[i] - 1) | MEMBLOCK_NOMAP);
		else if (what == 5 && m->memory[i])
			m->memory[i] = 1 + ((m->memory[i] - 1) & ~MEMBLOCK_NOMAP);
	}
	return what < 3 ? memblock_add_node(c.base, c.size, 0, flags) :
	       what == 3 ? memblock_remove(c.base, c.size) :
	       what == 4 ? memblock_mark_nomap(c.base, c.size) :
			   memblock_clear_nomap(c.base, c.size);
}

static int model_change_reserved(struct model *m, struct rnd_state *rnd)
{
	struct cells c = random_cells(m, rnd);
	unsigned int what = prandom_u32_state(rnd) % 3;

	if (what == 2)
		return model_alloc(m, rnd);
	memset(m->reserved + c.at, what, c.nr);
	return what ? memblock_reserve(c.base, c.size) : memblock_phys_free(c.base, c.size);
}

/*
 * One operation. When it fails nothing has changed, and the list of reservations was really full;
 * where flags are mixed, a call may ask for the room that it needs on the way.
 */
static void model_step(struct model *m, struct rnd_state *rnd)
{
	struct model before = *m;

	if (prandom_u32_state(rnd) % 2) {
		if (model_change_memory(m, rnd)) {
			assert_in_range(memblock.memory.cnt, memblock.memory.max / 2,
					memblock.memory.max);
			*m = before;
		}
	} else if (model_change_reserved(m, rnd)) {
		assert_true(nr_runs(m->reserved) > memblock.reserved.max);
		*m = before;
	}
}

/* Is cell @i free, and may it be handed out? */
static bool cell_is_free(const struct model *m, unsigned int i)
{
	return m->memory[i] && !((m->memory[i] - 1) & MEMBLOCK_NOMAP) && !m->reserved[i];
}

/* A range of a walk, as cells: all of them free, and no longer marked as not yet seen. */
static void see_range(const struct model *m, bool *unseen, phys_addr_t start, phys_addr_t end)
{
	unsigned int i = (start - m->origin) / m->cell;

	assert_true(start < end);
	for (; i < CELLS && cell_address(m, i) < end; i++) {
		assert_true(unseen[i]);
		unseen[i] = false;
	}
	assert_true(cell_address(m, i) == end);
}

/* Upwards and downwards, the walk over free memory shows each free cell once. */
static void compare_walks(const struct model *m)
{
	bool unseen[2][CELLS];
	phys_addr_t start, end;
	u64 walk;

	for (unsigned int i = 0; i < CELLS; i++)
		unseen[0][i] = unseen[1][i] = cell_is_free(m, i);
	for_each_free_mem_range(walk, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
		see_range(m, unseen[0], start, end);
	for_each_free_mem_range_reverse(walk, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
		see_range(m, unseen[1], start, end);
	for (unsigned int i = 0; i < CELLS; i++)
		assert_false(unseen[0][i] || unseen[1][i]);
}

/* @room: the entries that the arrays have. */
static void run_model(phys_addr_t origin, phys_addr_t cell, unsigned long room, unsigned int runs,
		      u64 seed)
{
	static struct model m;
	struct rnd_state rnd;

	printf("# model at 0x%x, cells of 0x%x bytes, room for %lu: %u operations, seed %llu\n",
	       origin, cell, room, runs, seed);
	m.origin = origin;
	m.cell = cell;
	prandom_seed_state(&rnd, seed);
	for (unsigned int i = 0; i < runs; i++) {
		if (i % 4096 == 0) {		/* start over: a full map teaches little */
			memblock_reset();
			memblock.memory.max = memblock.reserved.max = room;
			memset(m.memory, 0, sizeof(m.memory));
			memset(m.reserved, 0, sizeof(m.reserved));
		}
		model_step(&m, &rnd);
		compare_list(&m, m.memory, &memblock.memory);
		compare_list(&m, m.reserved, &memblock.reserved);
		if (i % 16 == 0) {
			compare_walks(&m);
			assert_int_equal(memblock_check(), 0);
		}
	}
}

/* SEED in the environment repeats a run. */
static u64 seed(void)
{
	const char *text = getenv("SEED");

	return text ? strtoull(text, NULL, 0) : (u64)time(NULL);
}

static void a_million_operations_agree_with_a_map_of_bytes(void **state)
{
	run_model(0x0, 0x400, 128, MODEL_RUNS / 4, seed());		/* with page 0 */
	run_model(0x10000001, 0x1, 128, MODEL_RUNS / 4, seed() + 1);	/* odd bytes */
	run_model(-CELLS * 0x400u, 0x400, 128, MODEL_RUNS / 4, seed() + 2);	/* up to the top */
	run_model(0x100000, 0x400, 9, MODEL_RUNS / 4, seed() + 3);	/* lists often full */
}

/* --- arenas ----------------------------------------------------------------------------------- */

static void an_arena_leaves_the_machine_alone(void **state)
{
	static struct memblock_arena arena;
	static char pool[SZ_64K] __aligned(8);
	size_t at_rest, inside;

	memblock_arena_init(&arena, pool, sizeof(pool));
	at_rest = memblock_arena_metadata(&arena, &inside);
	assert_int_equal(inside, 0);
	memblock_arena_add(&arena, SZ_1M, 0xC0000000u);
	assert_int_equal(memblock_arena_alloc(&arena, 0x1000, 0x1000, 0, 0),
			 SZ_1M + 0xC0000000u - 0x1000);
	for (unsigned int i = 0; i < 1000; i++)
		assert_int_equal(memblock_arena_reserve(&arena, SZ_2M + i * 0x2000, 0x1000), 0);
	assert_int_equal(arena.mb.reserved.max, 1024);
	assert_int_equal(memblock_arena_metadata(&arena, &inside), at_rest / 2 + 3 * PAGE_SIZE);
	assert_int_equal(inside, 3 * PAGE_SIZE);
	assert_int_equal(memblock_arena_check(&arena), 0);
	assert_int_equal(memblock_arena_free(&arena, 0, PHYS_ADDR_MAX), 0);
	assert_int_equal(arena.mb.reserved.total_size, 0);
	expect_none(memory);
	expect_none(reserved);
}

static void an_arena_uses_its_pool_up_to_the_last_byte(void **state)
{
	static struct memblock_arena arena;
	static char pool[PAGE_SIZE] __aligned(8);

	memblock_arena_init(&arena, pool, sizeof(pool));
	memblock_arena_add(&arena, SZ_1M, SZ_64M);
	for (unsigned int i = 0; i < 255; i++)		/* and the array: 256 */
		assert_int_equal(memblock_arena_reserve(&arena, SZ_2M + i * 0x2000, 0x1000), 0);
	assert_int_equal(memblock_arena_reserve(&arena, SZ_32M, 0x1000), -ENOMEM);
	assert_int_equal(memblock_arena_check(&arena), 0);
}

static void an_arena_without_pool_does_not_grow(void **state)
{
	static struct memblock_arena arena;

	memblock_arena_init(&arena, NULL, 0);
	memblock_arena_add(&arena, SZ_1M, SZ_64M);
	for (unsigned int i = 0; i < 128; i++)
		assert_int_equal(memblock_arena_reserve(&arena, SZ_2M + i * 0x2000, 0x1000), 0);
	assert_int_equal(memblock_arena_reserve(&arena, SZ_32M, 0x1000), -ENOMEM);
	assert_int_equal(memblock_arena_alloc(&arena, 0x1000, 0x1000, 0, 0), 0);
	assert_int_equal(memblock_arena_check(&arena), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup(name, setup)
		T(at_rest_there_is_one_empty_region),
		T(add_keeps_order),
		T(add_merges_what_touches),
		T(add_covers_what_is_missing),
		T(add_nothing_does_nothing),
		T(add_is_cut_at_the_end_of_the_address_space),
		T(first_and_last_byte),
		T(add_across_other_flags_fills_the_holes),
		T(add_between_two_of_another_kind),
		T(remove_from_every_side),
		T(remove_over_many),
		T(free_is_the_undo_of_reserve),
		T(marks_split_and_clears_merge),
		T(flags_of_the_same_region_add_up),
		T(nomap_and_driver_managed_memory_is_not_allocated),
		T(mirrored_memory_comes_first),
		T(without_numa_all_memory_is_on_node_0),
		T(trim_rounds_inward),
		T(memory_limit_counts_memory_not_addresses),
		T(cap_keeps_a_range_and_nomap),
		T(mem_limit_remove_map_keeps_nomap),
		T(alloc_top_down_reserves_exactly_size),
		T(alloc_bottom_up_never_gives_page_0),
		T(alloc_of_nothing_or_too_much),
		T(alloc_without_alignment_takes_a_cache_line),
		T(alloc_uses_the_gap_that_fits),
		T(a_minimum_is_a_wish),
		T(a_maximum_is_an_order),
		T(raw_range_keeps_its_start),
		T(the_current_limit_holds),
		T(alloc_at_the_very_top),
		T(questions),
		T(dump_prints_both_lists),
		T(free_ranges_up_and_down),
		T(walks_show_each_list),
		T(the_last_frame_is_not_whole),
		T(no_growth_unless_allowed),
		T(a_full_list_of_reservations_doubles),
		T(a_new_array_avoids_the_range_at_work),
		T(alloc_survives_growth_in_the_middle),
		T(memory_grows_too),
		T(a_full_list_can_be_worked_on),
		T(both_lists_full_at_once),
		T(growth_without_memory_fails_cleanly),
		T(ten_thousand_regions),
		T(the_checker_names_each_broken_rule),
		T(the_checker_sees_a_doubled_array_unreserved),
		T(a_million_operations_agree_with_a_map_of_bytes),
		T(an_arena_leaves_the_machine_alone),
		T(an_arena_uses_its_pool_up_to_the_last_byte),
		T(an_arena_without_pool_does_not_grow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
