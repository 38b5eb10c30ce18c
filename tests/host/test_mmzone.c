/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_mmzone.c - zones of odd machines; watermarks worked out a second time
 *
 * LINK: mm/page_pcp.c mm/page_block.c
 * LINK: mm/page_alloc.c mm/page_check.c mm/mmzone.c mm/ledger.c mm/meminfo.c mm/e820.c lib/sort.c
 * LINK: lib/cmdline.c lib/kstrtox.c lib/string.c
 */
#include "fake_boot.h"
#include <test_random.h>

#include <mm/meminfo.h>

#define MIB(n)		((pfn_t)(n) << (20 - PAGE_SHIFT))
#define LOWMEM		MIB(896)

/* A machine, and what each zone must span: [0, dma), [dma, low), [low, frames). */
struct machine {
	const char *name;
	pfn_t frames, low;
	pfn_t dma;
	struct { pfn_t start, end; } hole[3];
	struct { pfn_t start, end; } kept[3];
};

static const struct machine machines[] = {
	{ "2 MiB", MIB(2), MIB(2), MIB(2), { { 0xA0, 0x100 } }, { { 0, 1 }, { 0x100, 0x130 } } },
	{ "4 MiB", MIB(4), MIB(4), MIB(4), { { 0xA0, 0x100 } }, { { 0x100, 0x130 } } },
	{ "16 MiB less a frame", 4095, 4095, 4095, { { 0xA0, 0x100 } }, { { 0, 1 } } },
	{ "16 MiB", 4096, 4096, 4096, { { 0xA0, 0x100 } }, { { 4095, 4096 } } },
	{ "16 MiB and a frame", 4097, 4097, 4096, { { 0xA0, 0x100 } }, { { 0, 1 } } },
	{ "odd", 12345, 12345, 4096, { { 0xA0, 0x100 }, { 777, 779 } }, { { 5001, 5002 } } },
	{ "hole at 15 MiB", MIB(64), MIB(64), 4096, { { MIB(15), MIB(16) } }, { { 0, 1 } } },
	{ "hole over the border", MIB(64), MIB(64), 4096, { { MIB(14), MIB(18) } }, { { 0, 1 } } },
	{ "NORMAL is one hole", MIB(1024), LOWMEM, 4096, { { 4096, LOWMEM } }, { { 0, 1 } } },
	{ "896 MiB less a frame", LOWMEM - 1, LOWMEM - 1, 4096, { { 0xA0, 0x100 } }, { { 0, 1 } } },
	{ "896 MiB", LOWMEM, LOWMEM, 4096, { { 0xA0, 0x100 } }, { { 0, 1 } } },
	{ "896 MiB and a frame", LOWMEM + 1, LOWMEM, 4096, { { 0xA0, 0x100 } }, { { 0, 1 } } },
	{ "HIGHMEM all kept", MIB(900), LOWMEM, 4096, { { 0xA0, 0x100 } },
	  { { LOWMEM, MIB(900) } } },
	{ "border moved down", MIB(128), MIB(40), 4096, { { 0xA0, 0x100 } }, { { 0, 1 } } },
	{ "border at an odd frame", MIB(128), 10001, 4096, { { 0xA0, 0x100 } },
	  { { 10000, 10002 } } },
	{ "border inside DMA", MIB(32), 3001, 3001, { { 0xA0, 0x100 } }, { { 0, 1 } } },
	{ "3583 MiB", MIB(3583), LOWMEM, 4096, { { 0xA0, 0x100 }, { MIB(15), MIB(16) },
	  { MIB(2000) + 1, MIB(2000) + 3 } }, { { 0x100, 0x200 }, { LOWMEM - 1, LOWMEM + 1 } } },
	{ "4 GiB less a frame", MIB(4096) - 1, LOWMEM, 4096, { { MIB(3000), MIB(4000) } },
	  { { 0, 1 } } },
};

static void boot_machine(const struct machine *m)
{
	machine_begin(m->frames, m->low);
	for (unsigned int i = 0; i < ARRAY_SIZE(m->hole); i++)
		machine_hole(m->hole[i].start, m->hole[i].end);
	for (unsigned int i = 0; i < ARRAY_SIZE(m->kept); i++)
		machine_reserve(m->kept[i].start, m->kept[i].end);
	machine_boot();
}

static void expect_zone(const struct zone *zone, pfn_t start, pfn_t end)
{
	unsigned long present = 0, managed = 0;

	for (pfn_t pfn = start; pfn < end; pfn++) {
		present += frame_is_ram(pfn);
		managed += frame_is_given(pfn);
	}
	assert_int_equal(zone->start_pfn, start);
	assert_int_equal(zone->spanned_pages, end - start);
	assert_int_equal(zone->present_pages, present);
	assert_int_equal(zone->managed_pages, managed);
	assert_int_equal(zone_free_pages(zone), managed);
}

static void zones_span_what_they_should(void **state)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine *m = &machines[i];

		print_message("# %s\n", m->name);
		boot_machine(m);
		expect_zone(zone_dma, 0, m->dma);
		expect_zone(zone_normal, m->dma, m->low);
		expect_zone(zone_highmem, m->low, m->frames);
		assert_int_equal(mem_map_end % MAX_ORDER_NR_PAGES, 0);
		assert_in_range(mem_map_end - m->frames, 0, MAX_ORDER_NR_PAGES - 1);
		for (int zone = 0; zone < MAX_NR_ZONES; zone++)
			if (zones[zone].spanned_pages) {
				assert_ptr_equal(pfn_zone(zones[zone].start_pfn), &zones[zone]);
				assert_ptr_equal(pfn_zone(zone_end_pfn(&zones[zone]) - 1),
						 &zones[zone]);
			}
	}
}

/* Every frame that a machine gives can be had, each from the right zone, and goes back. */
static void every_frame_can_be_had(void **state)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(machines); i++) {
		struct page *page, *next;
		unsigned long taken = 0;
		LIST_HEAD(list);

		boot_machine(&machines[i]);
		for (int zone = 0; zone < MAX_NR_ZONES; zone++) {
			memset(zones[zone].watermark, 0, sizeof(zones[zone].watermark));
			memset(zones[zone].lowmem_reserve, 0, sizeof(zones[zone].lowmem_reserve));
			memset(zones[zone].low_mark, 0, sizeof(zones[zone].low_mark));
		}
		while ((page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN))) {
			list_add(&page->list, &list);
			taken++;
		}
		assert_int_equal(taken, totalram_pages());
		assert_int_equal(nr_free_pages(), 0);
		list_for_each_entry_safe(page, next, &list, list)
			__free_page(page);
		drain_all_pages();
		assert_int_equal(nr_free_pages(), totalram_pages());
		assert_int_equal(verify_ledger(false), 0);
	}
}

/* The rules of the figures, written the slow way. */
static void marks_follow_the_figures(void **state)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(machines); i++) {
		unsigned long dma, normal, high, kib, root = 0;

		boot_machine(&machines[i]);
		dma = zone_dma->managed_pages;
		normal = zone_normal->managed_pages;
		high = zone_highmem->managed_pages;
		kib = (dma + normal) * 4;
		while ((root + 1) * (root + 1) <= 16 * kib)
			root++;
		root = root < 128 ? 128 : root > 65536 ? 65536 : root;
		assert_int_equal(min_free_kbytes, root);
		for (int z = 0; z < MAX_NR_ZONES; z++) {
			const struct zone *zone = &zones[z];
			unsigned long min = zone->watermark[WMARK_MIN];

			if (z == ZONE_HIGHMEM)
				assert_int_equal(min, 0);
			else
				assert_int_equal(min, (unsigned long long)(root / 4) *
						 zone->managed_pages / (dma + normal));
			assert_int_equal(zone->watermark[WMARK_LOW], min * 5 / 4);
			assert_int_equal(zone->watermark[WMARK_HIGH], min * 3 / 2);
			assert_int_equal(zone->lowmem_reserve[ZONE_DMA], 0);
		}
		assert_int_equal(zone_dma->lowmem_reserve[ZONE_NORMAL], normal / 256);
		assert_int_equal(zone_dma->lowmem_reserve[ZONE_HIGHMEM], (normal + high) / 256);
		assert_int_equal(zone_normal->lowmem_reserve[ZONE_NORMAL], 0);
		assert_int_equal(zone_normal->lowmem_reserve[ZONE_HIGHMEM], high / 32);
		assert_int_equal(zone_highmem->lowmem_reserve[ZONE_HIGHMEM], 0);
	}
}

/* Holes and kept frames at random: the ledger closes, every frame is where the map says. */
static void random_machines_close(void **state)
{
	random_begin("random machines");
	for (int round = 0; round < 200; round++) {
		pfn_t frames = 64 + random_below(40000), low = 1 + random_below(frames);
		struct ledger ledger;
		pfn_t pfn;

		machine_begin(frames, low);
		for (u32 n = random_below(20); n; n--) {
			pfn_t start = random_below(frames), size = 1 + random_below(700);

			if (start + size > frames)
				size = frames - start;
			if (random_below(2))
				machine_hole(start, start + size);
			else
				machine_reserve(start, start + size);
		}
		machine_boot();
		assert_int_equal(ledger_take(&ledger, &pfn), 0);
		assert_int_equal(ledger.frames, mem_map_end);
		assert_int_equal(ledger_free(&ledger), totalram_pages());
		for (pfn = 0; pfn < frames; pfn++) {
			const struct page *block = page_block(pfn);

			assert_non_null(block);
			assert_int_equal(block->state, frame_is_given(pfn) ? PAGE_BUDDY :
					 frame_is_ram(pfn) ? PAGE_RESERVED : PAGE_HOLE);
		}
	}
}

static void z_rules_are_checked(void **state)
{
	machine_usual();
	zone_normal->start_pfn++;
	assert_int_equal(zones_check(), 1);
	zone_normal->start_pfn--;
	zone_dma->managed_pages = zone_dma->present_pages + 1;
	assert_int_equal(zones_check(), 2);
	machine_usual();
	zone_dma->present_pages--;
	assert_int_equal(zones_check(), 2);
	machine_usual();
	mem_map_end = 4096;
	assert_int_equal(zones_check(), 3);
	machine_usual();
	zone_normal->watermark[WMARK_LOW]++;
	assert_int_equal(zones_check(), 4);
	machine_usual();
	zone_normal->watermark[WMARK_MIN] += 1000;
	assert_int_equal(zones_check(), 4);
	machine_usual();
	assert_int_equal(zones_check(), 0);
}

static void snapshots_agree(void **state)
{
	unsigned long blocks[MAX_ORDER], sum = 0;
	struct sysinfo info;

	machine_large();
	alloc_pages(GFP_KERNEL, 3);
	alloc_pages(GFP_HIGHUSER, 5);
	si_meminfo(&info);
	assert_int_equal(info.totalram, totalram_pages());
	assert_int_equal(info.totalhigh, zone_highmem->managed_pages);
	assert_int_equal(info.freeram, info.totalram - 8 - 32);
	assert_int_equal(info.freehigh, info.totalhigh - 32);
	assert_int_equal(info.mem_unit, PAGE_SIZE);
	assert_int_equal(si_mem_available(), info.freeram - zone_dma->watermark[WMARK_HIGH] -
			 zone_normal->watermark[WMARK_HIGH]);
	zone_count_blocks(zone_highmem, blocks);
	for (int order = 0; order < MAX_ORDER; order++)
		sum += blocks[order] << order;
	assert_int_equal(sum, zone_highmem->nr_free_pages);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zones_span_what_they_should),
		cmocka_unit_test(every_frame_can_be_had),
		cmocka_unit_test(marks_follow_the_figures),
		cmocka_unit_test(random_machines_close),
		cmocka_unit_test(z_rules_are_checked),
		cmocka_unit_test(snapshots_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
