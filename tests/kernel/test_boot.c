/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_boot.c - what early boot left behind, and bootmem on arenas of its own
 *
 * The allocators of boot are gone when this runs. The map and the record stay and must still make
 * sense; bootmem's code is tried on frames that only exist as bits.
 */
#include <kernel/ktest.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/bootalloc.h>
#include <mm/bootmem.h>
#include <mm/e820.h>
#include <mm/gfp.h>
#include <mm/meminfo.h>
#include <mm/overhead.h>
#include <mm/page.h>
#include <sections.h>

#define FRAMES	1000UL

static unsigned long bits[BITS_TO_LONGS(FRAMES)];
static struct bootmem_data arena;

static void begin(void)
{
	bootmem_arena_init(&arena, bits, 0, FRAMES);
	bootmem_free_frames(&arena, 0, FRAMES);
}

/* --- the map and the record ------------------------------------------------------------------ */

KTEST(e820, the_map_keeps_its_rules)
{
	KTEST_EXPECT_EQ(t, e820_check(), 0);
	KTEST_EXPECT(t, e820_ram_frames(&e820, 0, E820_PFN_END) > 0);
	KTEST_EXPECT_EQ(t, e820_ram_end(&e820), vm_layout.max_pfn);
}

KTEST(e820, the_checker_sees_a_broken_map)
{
	struct e820_range *last = &e820.range[e820.nr - 1];
	pfn_t end = last->end;

	last->end = last->start;
	KTEST_EXPECT_EQ(t, e820_check(), 1);
	last->end = end;
	KTEST_EXPECT_EQ(t, e820_check(), 0);
}

KTEST(bootalloc, the_record_is_whole)
{
	const struct boot_request *req;
	unsigned long nr = 0;

	boot_for_each_request(req)
		nr++;
	KTEST_EXPECT_EQ(t, nr, boot_requests());
	KTEST_EXPECT_EQ(t, boot_requests_lost(), 0);
	KTEST_EXPECT_EQ(t, bootalloc_check(), 0);
}

KTEST(bootalloc, mem_map_is_early_memory)
{
	struct boot_extent x;

	KTEST_REQUIRE(t, boot_extent_at(phys_to_pfn(__pa(mem_map)), &x));
	KTEST_EXPECT(t, x.ram);
	KTEST_EXPECT(t, x.caller != 0);
}

/* The bytes of a purpose. */
static unsigned long overhead_of(const struct overhead *o, const char *why)
{
	for (unsigned int i = 0; i < OVERHEAD_PARTS && o->part[i].why; i++)
		if (!strcmp(o->part[i].why, why))
			return o->part[i].frames << PAGE_SHIFT;
	return 0;
}

KTEST(bootalloc, overhead_is_ram_that_is_not_free)
{
	unsigned long sum = 0, ram = e820_ram_frames(&e820, 0, vm_layout.max_pfn);
	struct page *page = alloc_pages(GFP_KERNEL, 2);
	struct overhead o;

	KTEST_REQUIRE(t, page && overhead_take(&o) == 0);
	for (unsigned int i = 0; i < OVERHEAD_PARTS; i++)
		sum += o.part[i].frames;
	KTEST_EXPECT_EQ(t, sum, o.frames);
	KTEST_EXPECT_EQ(t, o.frames, ram - nr_free_pages());
	KTEST_EXPECT_EQ(t, overhead_of(&o, "kernel text"), PAGE_ALIGN(_etext - _text));
	KTEST_EXPECT_EQ(t, overhead_of(&o, "mem_map"), mem_map_end * sizeof(struct page));
	KTEST_EXPECT(t, overhead_of(&o, "page tables") >= PAGE_SIZE);
	KTEST_EXPECT_EQ(t, overhead_of(&o, "early") + overhead_of(&o, "more"), 0);
	KTEST_EXPECT(t, overhead_of(&o, "kernel") >= 4 * PAGE_SIZE);
	__free_pages(page, 2);
}

KTEST(bootalloc, no_live_request_was_handed_over)
{
	const struct boot_request *req;

	boot_for_each_request(req) {
		const struct page *page = pfn_to_page(phys_to_pfn(req->start));

		if (req->live && pfn_valid(page_to_pfn(page)))
			KTEST_EXPECT(t, page->state == PAGE_RESERVED || page->state == PAGE_HOLE);
	}
}

/* --- bootmem --------------------------------------------------------------------------------- */

KTEST(bootmem, small_requests_share_a_frame)
{
	begin();
	KTEST_EXPECT_EQ(t, bootmem_alloc(&arena, 100, 32, 0, 0), 0);
	KTEST_EXPECT_EQ(t, bootmem_alloc(&arena, 100, 32, 0, 0), 128);
	KTEST_EXPECT_EQ(t, bootmem_alloc(&arena, PAGE_SIZE, PAGE_SIZE, 0, 0), PAGE_SIZE);
	KTEST_EXPECT_EQ(t, arena.nr_free, FRAMES - 2);
	KTEST_EXPECT_EQ(t, bootmem_check_arena(&arena), 0);
}

KTEST(bootmem, exclusive_reserves_all_or_nothing)
{
	begin();
	KTEST_EXPECT_EQ(t, bootmem_reserve_frames(&arena, 500, 600, BOOTMEM_EXCLUSIVE), 0);
	KTEST_EXPECT_EQ(t, bootmem_reserve_frames(&arena, 400, 501, BOOTMEM_EXCLUSIVE), -EBUSY);
	KTEST_EXPECT_EQ(t, arena.nr_free, FRAMES - 100);
}

KTEST(bootmem, no_room_changes_nothing)
{
	begin();
	KTEST_EXPECT_EQ(t, bootmem_alloc(&arena, (FRAMES + 1) * PAGE_SIZE, 1, 0, 0), BOOTMEM_NONE);
	KTEST_EXPECT_EQ(t, bootmem_alloc(&arena, PAGE_SIZE + 1, 1, 0, PAGE_SIZE), BOOTMEM_NONE);
	KTEST_EXPECT_EQ(t, arena.nr_free, FRAMES);
	KTEST_EXPECT_EQ(t, bootmem_alloc(&arena, FRAMES * PAGE_SIZE, 1, 0, 0), 0);
	KTEST_EXPECT_EQ(t, arena.nr_free, 0);
}

KTEST(bootmem, the_checker_sees_a_flipped_bit)
{
	begin();
	bits[5] ^= 1 << 9;
	KTEST_EXPECT_EQ(t, bootmem_check_arena(&arena), 2);
	bits[5] ^= 1 << 9;
	arena.part[BOOTMEM_LOW].hint = FRAMES + 1;
	KTEST_EXPECT_EQ(t, bootmem_check_arena(&arena), 3);
}
