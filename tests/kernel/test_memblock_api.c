/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_memblock_api.c - every public call of memblock, in the booted kernel
 *
 * After hand-over the machine's memblock is as it was before boot: empty. The suite fills it anew,
 * with made-up ranges for what only counts, and with 64 KiB of its own, from the page allocator,
 * for what is handed out; each test leaves it at rest. tests/host/test_memblock.c asks more of
 * the same code, a million times.
 */
#include <kernel/ktest.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <mm/gfp.h>
#include <mm/memblock.h>

#define RAM_ORDER	4
#define RAM_SIZE	(PAGE_SIZE << RAM_ORDER)
#define TOP		PHYS_ADDR_MAX

/* A list as numbers: base, end, flags of each region; the rules hold too. */
static void expect_list(struct ktest *t, int line, const struct memblock_type *type,
			const phys_addr_t (*want)[3], unsigned long nr)
{
	phys_addr_t sum = 0;

	if (memblock_check() || type->cnt != (nr ? nr : 1))
		ktest_fail(t, __FILE__, line, "%s has %lu regions, want %lu", type->name, type->cnt,
			   nr);
	for (unsigned long i = 0; i < nr && !t->failed; i++) {
		const struct memblock_region *r = &type->regions[i];

		sum += r->size;
		if (r->base != want[i][0] || r->base + r->size != want[i][1] ||
		    r->flags != want[i][2])
			ktest_fail(t, __FILE__, line, "%s[%lu] is %x-%x, flags %x", type->name, i,
				   r->base, r->base + r->size, r->flags);
	}
	if (!t->failed && type->total_size != sum)
		ktest_fail(t, __FILE__, line, "the sum is %x", type->total_size);
}

#define EXPECT_LIST(type_, ...) do {						\
	static const phys_addr_t want_[][3] = { __VA_ARGS__ };			\
	expect_list(t, __LINE__, &memblock.type_, want_, ARRAY_SIZE(want_));	\
} while (0)

/* Begin with real memory, filled with @byte; NULL: there is none to be had. */
static char *begin_with_ram(char byte)
{
	char *ram = (char *)__get_free_pages(GFP_KERNEL, RAM_ORDER);

	memblock_reset();
	if (!ram)
		return NULL;
	memset(ram, byte, RAM_SIZE);
	memblock_add(__pa(ram), RAM_SIZE);
	return ram;
}

static void end_with_ram(char *ram)
{
	memblock_reset();
	free_pages((unsigned long)ram, RAM_ORDER);
}

KTEST(memblock_api, after_boot_it_is_at_rest)
{
	EXPECT_LIST(memory, );
	EXPECT_LIST(reserved, );
	KTEST_EXPECT(t, memblock.memory.max == 128 && memblock.reserved.max == 128);
	KTEST_EXPECT(t, !memblock_bottom_up() && !memblock_has_mirror());
	KTEST_EXPECT_EQ(t, memblock_get_current_limit(), MEMBLOCK_ALLOC_ANYWHERE);
	KTEST_EXPECT(t, !memblock_alloc(1, 1) && !memblock_phys_alloc(1, 1));
	KTEST_EXPECT_EQ(t, memblock_end_of_DRAM(), 0);
}

KTEST(memblock_api, ranges_come_and_go)
{
	memblock_reset();
	memblock_add(0x8000, 0x1000);
	memblock_add(0x1000, 0x1000);
	memblock_add(0x2000, 0x1000);		/* touches */
	memblock_add(0x2800, 0x1000);		/* overlaps */
	memblock_add(0x1800, 0x10);		/* is contained */
	memblock_add(0x5000, 0);		/* is nothing */
	EXPECT_LIST(memory, { 0x1000, 0x3800 }, { 0x8000, 0x9000 });
	memblock_add(0xFFFFF000u, 0x80000000u);	/* cut, not wrapped */
	EXPECT_LIST(memory, { 0x1000, 0x3800 }, { 0x8000, 0x9000 }, { 0xFFFFF000u, TOP });
	memblock_remove(0x1000, 1);
	memblock_remove(0x37FF, 1);
	memblock_remove(0x2000, 0x100);
	memblock_remove(0x5000, 0x1000);	/* is not there */
	memblock_remove(0x8000, TOP);
	EXPECT_LIST(memory, { 0x1001, 0x2000 }, { 0x2100, 0x37FF });
	memblock_add(0x1F00, 0x300);		/* fills the hole */
	EXPECT_LIST(memory, { 0x1001, 0x37FF });
	memblock_remove(0, TOP);
	EXPECT_LIST(memory, );
	memblock_reserve(TOP - 1, 5);
	memblock_reserve(0, 1);
	EXPECT_LIST(reserved, { 0, 1 }, { TOP - 1, TOP });
	memblock_phys_free(0, 1);
	memblock_phys_free(TOP - 1, 1);
	memblock_free(NULL, 1);
	EXPECT_LIST(reserved, );
	memblock_reset();
}

KTEST(memblock_api, flags_cut_and_merge)
{
	memblock_reset();
	memblock_add_node(0x10000, 0x8000, 0, MEMBLOCK_NONE);
	memblock_mark_nomap(0x12000, 0x1000);
	memblock_mark_hotplug(0x12000, 0x2000);
	memblock_mark_mirror(0x17000, 0x1000);
	memblock_add_node(0x18000, 0x1000, 0, MEMBLOCK_DRIVER_MANAGED);
	EXPECT_LIST(memory, { 0x10000, 0x12000 }, { 0x12000, 0x13000, 5 }, { 0x13000, 0x14000, 1 },
		    { 0x14000, 0x17000 }, { 0x17000, 0x18000, 2 }, { 0x18000, 0x19000, 8 });
	KTEST_EXPECT(t, memblock_is_memory(0x12000) && !memblock_is_map_memory(0x12000));
	/* mirrored memory first, then the rest, but neither nomap nor a driver's */
	KTEST_EXPECT_EQ(t, memblock_phys_alloc(0x1000, 0x1000), 0x17000);
	KTEST_EXPECT_EQ(t, memblock_phys_alloc(0x3000, 0x1000), 0x14000);
	KTEST_EXPECT_EQ(t, memblock_phys_alloc(0x1000, 0x1000), 0x13000);
	KTEST_EXPECT_EQ(t, memblock_phys_alloc(0x1000, 0x1000), 0x11000);
	memblock_clear_mirror(0, TOP);
	memblock_clear_hotplug(0, TOP);
	memblock_clear_nomap(0, TOP);
	EXPECT_LIST(memory, { 0x10000, 0x18000 }, { 0x18000, 0x19000, 8 });
	KTEST_EXPECT_EQ(t, memblock_set_node(0, TOP, &memblock.memory, 0), 0);
	memblock_reset();
}

KTEST(memblock_api, memory_can_be_cut_down)
{
	memblock_reset();
	memblock_add(0x1800, 0x2000);
	memblock_add(0x8100, 0x800);
	memblock_add(0xA000, 0x4000);
	memblock_reserve(0xB000, 0x8000);
	memblock_trim_memory(PAGE_SIZE);
	EXPECT_LIST(memory, { 0x2000, 0x3000 }, { 0xA000, 0xE000 });
	memblock_mark_nomap(0xD000, 0x1000);
	memblock_mem_limit_remove_map(0x4000);
	EXPECT_LIST(memory, { 0x2000, 0x3000 }, { 0xA000, 0xD000 }, { 0xD000, 0xE000, 4 });
	EXPECT_LIST(reserved, { 0xB000, 0xD000 });
	memblock_cap_memory_range(0x2800, 0x8800);
	EXPECT_LIST(memory, { 0x2800, 0x3000 }, { 0xA000, 0xB000 }, { 0xD000, 0xE000, 4 });
	memblock_enforce_memory_limit(0xC00);
	EXPECT_LIST(memory, { 0x2800, 0x3000 }, { 0xA000, 0xA400 });
	EXPECT_LIST(reserved, );
	memblock_reset();
}

KTEST(memblock_api, requests_reserve_exactly_what_they_get)
{
	char *ram = begin_with_ram(0x5A), *end = ram + RAM_SIZE;

	KTEST_REQUIRE(t, ram);
	KTEST_EXPECT(t, memblock_alloc(100, 4) == end - 100 && !memchr_inv(end - 100, 0, 100));
	KTEST_EXPECT(t, memblock_alloc_raw(100, 4) == end - 200 && end[-200] == 0x5A);
	KTEST_EXPECT(t, memblock_alloc(1, 0) == end - 224);	/* a cache line */
	KTEST_EXPECT_EQ(t, memblock_reserved_size(), 201);
	memblock_free(end - 200, 200);
	KTEST_EXPECT_EQ(t, memblock_reserved_size(), 1);
	memblock_phys_free(0, TOP);
	memblock_set_bottom_up(true);
	KTEST_EXPECT(t, memblock_alloc_node(100, 64, 0) == ram);
	KTEST_EXPECT(t, memblock_alloc_low(100, 64) == ram + 128);
	KTEST_EXPECT(t, memblock_alloc_from(PAGE_SIZE, PAGE_SIZE, __pa(ram) + 1) ==
			ram + PAGE_SIZE);
	KTEST_EXPECT_EQ(t, memblock_phys_alloc_try_nid(1, 1, 0), __pa(ram) + 100);
	memblock_set_bottom_up(false);
	/* a minimum is a wish, for the pointers; a maximum and the limit hold */
	memblock_reserve(__pa(end) - PAGE_SIZE, PAGE_SIZE);
	KTEST_EXPECT(t, memblock_alloc_try_nid(64, 64, __pa(end) - 64, 0, 0) ==
			end - PAGE_SIZE - 64);
	KTEST_EXPECT(t, memblock_alloc_try_nid_raw(64, 64, 0, __pa(ram) + SZ_16K, 0) ==
			ram + SZ_16K - 64);
	memblock_set_current_limit(__pa(ram) + SZ_8K + 64);
	KTEST_EXPECT(t, memblock_alloc_exact_nid_raw(64, 64, 0, TOP, 0) == ram + SZ_8K);
	KTEST_EXPECT_EQ(t, memblock_phys_alloc_range(64, 64, __pa(end) - 64, __pa(end)), 0);
	end_with_ram(ram);
}

KTEST(memblock_api, exhaustion_changes_nothing)
{
	char *ram = begin_with_ram(0);
	unsigned int nr = 0;
	void *p;

	KTEST_REQUIRE(t, ram);
	KTEST_EXPECT(t, !memblock_alloc(RAM_SIZE + 1, 1) && !memblock_alloc(TOP, 1));
	KTEST_EXPECT(t, !memblock_alloc(0, 1) && memblock_reserved_size() == 0);
	while ((p = memblock_alloc(1000, 8)))
		nr++;
	KTEST_EXPECT_EQ(t, nr, RAM_SIZE / 1000);
	KTEST_EXPECT_EQ(t, memblock_reserved_size(), nr * 1000);
	KTEST_EXPECT_EQ(t, memblock_check(), 0);
	end_with_ram(ram);
}

KTEST(memblock_api, a_list_grows_in_its_own_memory)
{
	char *ram = begin_with_ram(0);
	phys_addr_t base = __pa(ram), size;

	KTEST_REQUIRE(t, ram);
	for (unsigned int i = 0; i < 128; i++)
		memblock_reserve(base + i * 64, 32);
	KTEST_EXPECT_EQ(t, memblock_reserve(base + 128 * 64, 32), -ENOMEM);
	memblock_allow_resize();
	for (unsigned int i = 128; i < 300; i++)
		KTEST_EXPECT_EQ(t, memblock_reserve(base + i * 64, 32), 0);
	KTEST_EXPECT_EQ(t, memblock.reserved.max, 512);
	KTEST_EXPECT(t, memblock.reserved.regions == __va(memblock_grown_array(&memblock.reserved,
									      &size)));
	KTEST_EXPECT(t, memblock_is_region_reserved(__pa(memblock.reserved.regions), size));
	KTEST_EXPECT_EQ(t, memblock_check(), 0);
	end_with_ram(ram);
}

KTEST(memblock_api, questions_and_walks)
{
	unsigned long first, last, frames = 0, free = 0;
	phys_addr_t start, end;
	u64 i;
	int n;

	memblock_reset();
	memblock_add(0x1000, 0x4000);
	memblock_add(0x8800, 0x2000);
	memblock_reserve(0x2000, 0x800);
	memblock_reserve(0xA000, 0x4000);
	KTEST_EXPECT(t, memblock_start_of_DRAM() == 0x1000 && memblock_end_of_DRAM() == 0xA800);
	KTEST_EXPECT(t, memblock_phys_mem_size() == 0x6000 && memblock_reserved_size() == 0x4800);
	KTEST_EXPECT(t, memblock_is_memory(0x4FFF) && !memblock_is_memory(0x5000));
	KTEST_EXPECT(t, memblock_is_reserved(0x2000) && !memblock_is_reserved(0x2800));
	KTEST_EXPECT(t, memblock_is_region_memory(0x1000, 0x4000));
	KTEST_EXPECT(t, !memblock_is_region_memory(0x1000, 0x4001));
	KTEST_EXPECT(t, memblock_overlaps_region(&memblock.memory, 0x4FFF, 0x1000));
	KTEST_EXPECT_EQ(t, memblock_search_pfn_nid(2, &first, &last), 0);
	KTEST_EXPECT(t, first == 1 && last == 5);
	for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
		free = free * 16 + ((end - start) >> 8);
	KTEST_EXPECT_EQ(t, free, ((0x10ul << 4) + 0x28) * 16 + 0x18);
	for_each_free_mem_range_reverse(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
		free -= (end - start) >> 8;
	KTEST_EXPECT_EQ(t, free, ((0x10ul << 4) + 0x28) * 16 + 0x18 - 0x50);
	for_each_mem_range(i, &start, &end)
		frames += end - start;
	for_each_mem_range_rev(i, &start, &end)
		frames += end - start;
	for_each_reserved_mem_range(i, &start, &end)
		frames -= end - start;
	KTEST_EXPECT_EQ(t, frames, 2 * 0x6000 - 0x4800);
	for_each_mem_pfn_range(n, NUMA_NO_NODE, &first, &last, NULL)
		frames += last - first;
	KTEST_EXPECT_EQ(t, frames, 2 * 0x6000 - 0x4800 + 4 + 1);
	memblock_reset();
}
