/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_memblock_numa.c - mm/memblock.c as a machine with several nodes would build it,
 * and its options, which are reached by including it
 *
 * LINK: lib/string.c
 */
#define CONFIG_NUMA 1
#include <support.h>

#include "../../mm/memblock.c"
#include "../../mm/memblock_check.c"

/* Two nodes of 8 MiB each, with one address space between them. */
static int setup(void **state)
{
	host_ram_init(16u << 20);
	memblock_reset();
	memblock_add_node(0, 8u << 20, 0, MEMBLOCK_NONE);
	memblock_add_node(8u << 20, 8u << 20, 1, MEMBLOCK_NONE);
	return 0;
}

static void nodes_do_not_merge(void **state)
{
	assert_int_equal(memblock.memory.cnt, 2);
	assert_int_equal(memblock_get_region_node(&memblock.memory.regions[1]), 1);
	memblock_add_node(16u << 20, 4096, 1, MEMBLOCK_NONE);
	assert_int_equal(memblock.memory.cnt, 2);
	memblock_add_node(32u << 20, 4096, 1, MEMBLOCK_NONE);
	memblock_add_node((32u << 20) + 4096, 4096, 2, MEMBLOCK_NONE);
	assert_int_equal(memblock.memory.cnt, 4);
	assert_int_equal(memblock_check(), 0);
}

static void set_node_splits_and_merges(void **state)
{
	assert_int_equal(memblock_set_node(4u << 20, 4u << 20, &memblock.memory, 1), 0);
	assert_int_equal(memblock.memory.cnt, 2);
	assert_int_equal(memblock.memory.regions[1].base, 4u << 20);
	assert_int_equal(memblock_set_node(5u << 20, 1u << 20, &memblock.memory, 0), 0);
	assert_int_equal(memblock.memory.cnt, 4);
	assert_int_equal(memblock_set_node(0, PHYS_ADDR_MAX, &memblock.memory, 3), 0);
	assert_int_equal(memblock.memory.cnt, 1);
	assert_int_equal(memblock_check(), 0);
}

static void a_node_is_a_wish_unless_exact(void **state)
{
	assert_ptr_equal(memblock_alloc_node(4096, 4096, 0), __va((8u << 20) - 4096));
	assert_ptr_equal(memblock_alloc_node(4096, 4096, 1), __va((16u << 20) - 4096));
	assert_int_equal(memblock_phys_alloc_try_nid(4096, 4096, 0), (8u << 20) - 8192);
	assert_ptr_equal(memblock_alloc_node(4096, 4096, 2), __va((16u << 20) - 8192));
	assert_null(memblock_alloc_exact_nid_raw(4096, 4096, 0, 0, 2));
	assert_null(memblock_alloc_exact_nid_raw(8u << 20, 4096, 0, 0, 1));
	assert_non_null(memblock_alloc_exact_nid_raw(4u << 20, 4096, 0, 0, 1));
	assert_int_equal(memblock_check(), 0);
}

static void walks_can_be_of_one_node(void **state)
{
	unsigned long start_pfn, end_pfn, frames = 0;
	phys_addr_t start, end;
	int j, nid;
	u64 i;

	for_each_free_mem_range(i, 1, MEMBLOCK_NONE, &start, &end, &nid) {
		assert_int_equal(nid, 1);
		assert_int_equal(start, 8u << 20);
	}
	for_each_mem_pfn_range(j, 0, &start_pfn, &end_pfn, &nid)
		frames += end_pfn - start_pfn;
	assert_int_equal(frames, 2048);
	assert_int_equal(memblock_search_pfn_nid(2048, &start_pfn, &end_pfn), 1);
	assert_int_equal(start_pfn, 2048);
}

static void movable_node_spares_hotplug(void **state)
{
	assert_int_equal(memblock_mark_hotplug(8u << 20, 8u << 20), 0);
	assert_ptr_equal(memblock_alloc(4096, 4096), __va((16u << 20) - 4096));
	assert_int_equal(set_movable_node("yes"), -EINVAL);
	assert_int_equal(set_movable_node(""), 0);
	assert_ptr_equal(memblock_alloc(4096, 4096), __va((8u << 20) - 4096));
	spare_hotplug = false;
}

static void debug_traces_every_call(void **state)
{
	assert_int_equal(set_debug("yes"), -EINVAL);
	host_log_clear();
	memblock_reserve(0x1000, 0x1000);
	assert_string_equal(host_log, "");
	assert_int_equal(set_debug("debug"), 0);
	memblock_reserve(0x3000, 0x1000);
	assert_true(host_log_says("memblock_reserve: 0x00003000 + 0x00001000"));
	memblock_alloc(100, 4);
	assert_true(host_log_says("memblock_alloc: 0x00000064 bytes"));
	memblock_dump_all();
	assert_true(host_log_says("memory: 2 of 128 regions"));
	debug = false;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nodes_do_not_merge, setup),
		cmocka_unit_test_setup(set_node_splits_and_merges, setup),
		cmocka_unit_test_setup(a_node_is_a_wish_unless_exact, setup),
		cmocka_unit_test_setup(walks_can_be_of_one_node, setup),
		cmocka_unit_test_setup(movable_node_spares_hotplug, setup),
		cmocka_unit_test_setup(debug_traces_every_call, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
