/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_e820.c - the memory map's cleaning against a model that looks at one frame
 *
 * The model is in e820_model.h: to say what a frame is, it asks every entry.
 *
 * LINK: mm/e820.c lib/sort.c lib/string.c lib/cmdline.c lib/kstrtox.c lib/random.c
 */
#include <support.h>

#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/random.h>
#include <mm/e820.h>
#include <mm/layout.h>

#include "e820_model.h"

#define RAM(base, size)		{ base, size, E820_RAM, E820_ENABLED }
#define RES(base, size)		{ base, size, E820_RESERVED, E820_ENABLED }
#define ACPI(base, size)	{ base, size, E820_ACPI, E820_ENABLED }
#define NVS(base, size)		{ base, size, E820_NVS, E820_ENABLED }

#define LAST_FRAME		(~0ull >> PAGE_SHIFT)	/* of 64-bit addresses: never reported */

static struct e820_table table;

/* --- against the model ----------------------------------------------------------------------- */

static enum e820_type table_type(u64 frame)
{
	pfn_t end;
	const struct e820_range *r = e820_find(&table, frame, &end);

	assert_true(frame < end && end <= E820_PFN_END);
	return r ? r->type : E820_HOLE;
}

/* Clean @raw and hold the result against the model over frames [@first, @first + @frames). */
static void check_window(const struct e820_entry *raw, unsigned int nr, u64 first, u64 frames)
{
	u64 lost = 0;

	e820_clean(&table, raw, nr);
	assert_int_equal(e820_check_table(&table), 0);
	for (u64 frame = first; frame < first + frames; frame++) {
		enum e820_type want = model_type(raw, nr, frame);

		if (frame < E820_PFN_END && table_type(frame) != want)
			fail_msg("frame 0x%llx is %s, wanted %s", frame,
				 e820_type_name(table_type(frame)), e820_type_name(want));
		if (frame >= E820_PFN_END && frame != LAST_FRAME && want == E820_RAM)
			lost += PAGE_SIZE;
	}
	assert_true(table.lost_bytes == lost);
}

/* --- real machines --------------------------------------------------------------------------- */

static const struct e820_entry qemu_pc_64m[] = {
	RAM(0, 0x9fc00), RES(0x9fc00, 0x400), RES(0xf0000, 0x10000), RAM(0x100000, 0x3ee0000),
	RES(0x3fe0000, 0x20000), RES(0xfffc0000, 0x40000),
};

static const struct e820_entry qemu_pc_8g[] = {
	RAM(0, 0x9fc00), RES(0x9fc00, 0x400), RES(0xf0000, 0x10000), RAM(0x100000, 0xbfee0000),
	RES(0xbffe0000, 0x20000), RES(0xfeffc000, 0x4000), RES(0xfffc0000, 0x40000),
	RAM(0x100000000, 0x140000000),
};

static const struct e820_entry qemu_q35_64m[] = {
	RAM(0, 0x9fc00), RES(0x9fc00, 0x400), RES(0xf0000, 0x10000), RAM(0x100000, 0x3edf000),
	RES(0x3fdf000, 0x21000), RES(0xb0000000, 0x10000000), RES(0xfed1c000, 0x4000),
	RES(0xfffc0000, 0x40000),
};

static const struct e820_entry bochs_64m[] = {
	RAM(0, 0x9f000), RES(0x9f000, 0x1000), RES(0xe8000, 0x18000), RAM(0x100000, 0x3ef0000),
	ACPI(0x3ff0000, 0x10000), RES(0xfffc0000, 0x40000),
};

/* QEMU behind GRUB's "cutmem 15M 16M": the hole is absent, and GRUB's hook sits below the EBDA. */
static const struct e820_entry cutmem[] = {
	RAM(0, 0x9f800), RES(0x9f800, 0x400), RES(0x9fc00, 0x400), RES(0xf0000, 0x10000),
	RAM(0x100000, 0xe00000), RAM(0x1000000, 0x2fe0000), RES(0x3fe0000, 0x20000),
	RES(0xfffc0000, 0x40000),
};

/* An Award BIOS of the late nineties, 256 MiB. */
static const struct e820_entry award_256m[] = {
	RAM(0, 0x9fc00), RES(0x9fc00, 0x400), RES(0xf0000, 0x10000), RES(0xffff0000, 0x10000),
	RAM(0x100000, 0xfef0000), ACPI(0xfff3000, 0xd000), NVS(0xfff0000, 0x3000),
};

/* A laptop of 2006 with 2 GiB, some of it taken by graphics: as it names its devices. */
static const struct e820_entry laptop_2g[] = {
	RAM(0, 0x9f000), RES(0x9f000, 0x1000), RES(0xdc000, 0x24000), RAM(0x100000, 0x7f5d0000),
	ACPI(0x7f6d0000, 0xf000), NVS(0x7f6df000, 0x21000), RES(0x7f700000, 0x900000),
	RES(0xf0000000, 0x4000000), RES(0xfec00000, 0x10000), RES(0xfed00000, 0x400),
	RES(0xfed14000, 0x6000), RES(0xfed1c000, 0x74000), RES(0xfee00000, 0x1000),
	RES(0xff000000, 0x1000000),
};

/* v86 loading the kernel itself: the video memory and the ROMs are called RAM. */
static const struct e820_entry v86_direct[] = {
	RAM(0, 0xa0000), RAM(0xc0000, 0x3f40000),
};

struct wanted {
	u64 start, end;
	enum e820_type type;
};

static void expect_ranges(const struct wanted *want, unsigned int nr)
{
	assert_int_equal(table.nr, nr);
	for (unsigned int i = 0; i < nr; i++) {
		assert_true((u64)table.range[i].start << PAGE_SHIFT == want[i].start);
		assert_true((u64)table.range[i].end << PAGE_SHIFT == want[i].end);
		assert_int_equal(table.range[i].type, want[i].type);
	}
}

#define EXPECT_RANGES(...) do {							\
	static const struct wanted want_[] = { __VA_ARGS__ };			\
	expect_ranges(want_, ARRAY_SIZE(want_));				\
} while (0)

static void qemu_pc_by_hand(void **state)
{
	e820_clean(&table, qemu_pc_64m, ARRAY_SIZE(qemu_pc_64m));
	EXPECT_RANGES({ 0, 0x9f000, E820_RAM }, { 0x9f000, 0xa0000, E820_RESERVED },
		      { 0xf0000, 0x100000, E820_RESERVED }, { 0x100000, 0x3fe0000, E820_RAM },
		      { 0x3fe0000, 0x4000000, E820_RESERVED },
		      { 0xfffc0000, 0x100000000, E820_RESERVED });
	assert_true(table.lost_bytes == 0);
	assert_int_equal(table.dropped, 0);
	assert_int_equal(e820_ram_end(&table), 0x3fe0);
	assert_int_equal(e820_ram_frames(&table, 0, E820_PFN_END), 0x9f + 0x3ee0);
}

static void award_by_hand(void **state)
{
	e820_clean(&table, award_256m, ARRAY_SIZE(award_256m));
	EXPECT_RANGES({ 0, 0x9f000, E820_RAM }, { 0x9f000, 0xa0000, E820_RESERVED },
		      { 0xf0000, 0x100000, E820_RESERVED }, { 0x100000, 0xfff0000, E820_RAM },
		      { 0xfff0000, 0xfff3000, E820_NVS }, { 0xfff3000, 0x10000000, E820_ACPI },
		      { 0xffff0000, 0x100000000, E820_RESERVED });
}

static void ram_past_4_gib_is_counted(void **state)
{
	e820_clean(&table, qemu_pc_8g, ARRAY_SIZE(qemu_pc_8g));
	assert_true(table.lost_bytes == 5ull << 30);
	assert_int_equal(e820_ram_end(&table), 0xbffe0);
}

static void real_maps_match_the_model(void **state)
{
#define WHOLE(map)	check_window(map, ARRAY_SIZE(map), 0, E820_PFN_END)
	WHOLE(qemu_pc_64m);
	WHOLE(qemu_q35_64m);
	WHOLE(bochs_64m);
	WHOLE(cutmem);
	WHOLE(award_256m);
	WHOLE(laptop_2g);
	WHOLE(v86_direct);
	check_window(qemu_pc_8g, ARRAY_SIZE(qemu_pc_8g), 0, 4ull << 20);
}

/* --- hostile maps ---------------------------------------------------------------------------- */

static void order_does_not_matter(void **state)
{
	struct e820_entry shuffled[ARRAY_SIZE(laptop_2g)];
	struct e820_table sorted;
	struct rnd_state rnd;

	e820_clean(&sorted, laptop_2g, ARRAY_SIZE(laptop_2g));
	memcpy(shuffled, laptop_2g, sizeof(laptop_2g));
	prandom_seed_state(&rnd, 1);
	for (int round = 0; round < 200; round++) {
		for (unsigned int i = ARRAY_SIZE(shuffled) - 1; i > 0; i--) {
			unsigned int other = prandom_u32_state(&rnd) % (i + 1);

			swap(shuffled[i], shuffled[other]);
		}
		e820_clean(&table, shuffled, ARRAY_SIZE(shuffled));
		assert_int_equal(table.nr, sorted.nr);
		assert_memory_equal(table.range, sorted.range, sorted.nr * sizeof(sorted.range[0]));
	}
}

static void empty_disabled_and_wrapped_entries_are_dropped(void **state)
{
	static const struct e820_entry raw[] = {
		RAM(0x100000, 0), RES(0x200000, 0), { 0x300000, 0x1000, E820_RAM, 0 },
		RAM(0xfffffffffffff000, 0x2000), RAM(0x100000, ~0ull), RAM(0x400000, 0x1000),
	};

	check_window(raw, ARRAY_SIZE(raw), 0, 0x1000);
	EXPECT_RANGES({ 0x400000, 0x401000, E820_RAM });
	assert_int_equal(table.dropped, 5);
}

static void a_wrapped_reservation_is_cut(void **state)
{
	static const struct e820_entry raw[] = {
		RAM(0, 0x100000000), RES(0xf0000000, ~0ull), NVS(0xfffffffffffff800, 0x800),
	};

	check_window(raw, ARRAY_SIZE(raw), 0, 0x200000);
	EXPECT_RANGES({ 0, 0xf0000000, E820_RAM }, { 0xf0000000, 0x100000000, E820_RESERVED });
	assert_int_equal(table.dropped, 1);		/* the one in the very last page */
}

static void ram_up_to_the_last_byte_is_counted_whole(void **state)
{
	static const struct e820_entry raw[] = { RAM(0x1000, ~0ull - 0xfff) };

	e820_clean(&table, raw, 1);
	EXPECT_RANGES({ 0x1000, 0x100000000, E820_RAM });
	assert_true(table.lost_bytes == 0ull - (1ull << 32) - PAGE_SIZE);
}

static void pieces_that_touch_inside_a_frame_are_one(void **state)
{
	static const struct e820_entry raw[] = {
		RAM(0x1800, 0x1000), RAM(0x2800, 0x1001), RAM(0x5001, 0xfff), RAM(0x7000, 0x1000),
	};

	check_window(raw, ARRAY_SIZE(raw), 0, 16);
	EXPECT_RANGES({ 0x2000, 0x3000, E820_RAM }, { 0x7000, 0x8000, E820_RAM });
}

static void one_reserved_byte_takes_its_frame(void **state)
{
	static const struct e820_entry raw[] = {
		RAM(0, 0x10000), RES(0x2fff, 1), NVS(0x5000, 1), ACPI(0x5fff, 2),
	};

	check_window(raw, ARRAY_SIZE(raw), 0, 32);
	EXPECT_RANGES({ 0, 0x2000, E820_RAM }, { 0x2000, 0x3000, E820_RESERVED },
		      { 0x3000, 0x5000, E820_RAM }, { 0x5000, 0x6000, E820_NVS },
		      { 0x6000, 0x7000, E820_ACPI }, { 0x7000, 0x10000, E820_RAM });
}

static void unknown_types_are_reserved(void **state)
{
	static const u32 types[] = { 0, 6, 7, 12, 13, 0xf0000, 0xffffffff };

	for (unsigned int i = 0; i < ARRAY_SIZE(types); i++) {
		struct e820_entry raw[] = { RAM(0, 0x3000), { 0x1000, 0x1000, types[i], 1 } };

		e820_clean(&table, raw, 2);
		assert_int_equal(table.nr, 3);
		assert_int_equal(table.range[1].type, E820_RESERVED);
	}
}

static void the_stricter_of_two_wins(void **state)
{
	for (unsigned int a = 1; a < ARRAY_SIZE(strictness); a++) {
		for (unsigned int b = 1; b < ARRAY_SIZE(strictness); b++) {
			struct e820_entry raw[] = {
				{ 0, 0x3000, strictness[a], 1 },
				{ 0x1000, 0x4000, strictness[b], 1 },
			};

			check_window(raw, 2, 0, 8);
			assert_int_equal(table_type(1), strictness[max(a, b)]);
		}
	}
}

static void the_most_ranges_fit(void **state)
{
	struct e820_entry raw[E820_RAW_MAX];

	for (u64 i = 0; i < E820_RAW_MAX; i++)		/* like an onion: two ranges each */
		raw[i] = (struct e820_entry){ i << 20, (2 * E820_RAW_MAX - 2 * i) << 20,
					      i % 2 ? E820_UNUSABLE : E820_RAM, 1 };
	check_window(raw, E820_RAW_MAX, 0, 0x20000);
	for (u64 i = 0; i < E820_RAW_MAX; i++)		/* like a comb */
		raw[i] = (struct e820_entry){ i << 13, 0x1000, E820_RAM, 1 };
	check_window(raw, E820_RAW_MAX, 0, 0x200);
	assert_int_equal(table.nr, E820_RAW_MAX);
}

static void of_too_many_entries_ram_is_left_out_first(void **state)
{
	struct e820_entry raw[E820_RAW_MAX + 40];

	for (u64 i = 0; i < ARRAY_SIZE(raw); i++)
		raw[i] = (struct e820_entry){ i << 13, 0x1000, i < 60 ? E820_RAM : E820_NVS, 1 };
	e820_clean(&table, raw, ARRAY_SIZE(raw));
	assert_int_equal(e820_check_table(&table), 0);
	assert_int_equal(table.dropped, 40);
	assert_int_equal(e820_ram_frames(&table, 0, E820_PFN_END), 20);
	assert_int_equal(table.nr, E820_RAW_MAX);
	for (u64 i = 0; i < ARRAY_SIZE(raw); i++)
		raw[i].type = i % 2 ? E820_RESERVED : i ? E820_NVS : E820_RAM;
	e820_clean(&table, raw, ARRAY_SIZE(raw));
	assert_int_equal(e820_ram_frames(&table, 0, E820_PFN_END), 0);
}

static u64 random_u64(struct rnd_state *rnd)
{
	return (u64)prandom_u32_state(rnd) << 32 | prandom_u32_state(rnd);
}

/* An entry in or around the window of @frames at @first, its ends on multiples of @grain. */
static struct e820_entry random_entry(struct rnd_state *rnd, u64 first, u64 frames, u64 grain)
{
	u64 span = frames << PAGE_SHIFT;
	struct e820_entry e = {
		.base = (first << PAGE_SHIFT) + random_u64(rnd) % span / grain * grain,
		.size = random_u64(rnd) % (span / 2) / grain * grain,
		.type = prandom_u32_state(rnd) % 8,
		.attributes = prandom_u32_state(rnd) % 16 ? 1 : 0,
	};

	if (prandom_u32_state(rnd) % 2)
		e.type = E820_RAM;
	if (prandom_u32_state(rnd) % 64 == 0)
		e.size = -e.base + random_u64(rnd) % span;	/* wraps, or just does not */
	if (e.type == E820_RAM && e.base + e.size > (first + frames) << PAGE_SHIFT)
		e.size = ((first + frames) << PAGE_SHIFT) - e.base;
	return e;
}

static void random_maps_match_the_model(void **state)
{
	static const u64 windows[] = { 0, 0x7fff0, E820_PFN_END - 24, LAST_FRAME - 100 };
	const char *given = getenv("SEED");
	u64 seed = given ? strtoull(given, NULL, 0) : 20240820;
	struct e820_entry raw[40];
	struct rnd_state rnd;

	printf("# seed %llu (SEED=)\n", seed);
	prandom_seed_state(&rnd, seed);
	for (int round = 0; round < 6000; round++) {
		u64 first = windows[round % ARRAY_SIZE(windows)], frames = 48;
		unsigned int nr = 1 + prandom_u32_state(&rnd) % ARRAY_SIZE(raw);

		for (unsigned int i = 0; i < nr; i++)
			raw[i] = random_entry(&rnd, first, frames, round % 3 ? PAGE_SIZE / 4 : 1);
		check_window(raw, nr, first, frames);
	}
}

/* --- changing the table ---------------------------------------------------------------------- */

static void set_range_and_limit_match_an_array(void **state)
{
	enum { FRAMES = 64 };
	enum e820_type want[FRAMES] = { 0 };
	struct rnd_state rnd;

	prandom_seed_state(&rnd, 7);
	table.nr = 0;
	for (int round = 0; round < 20000; round++) {
		pfn_t start = prandom_u32_state(&rnd) % FRAMES;
		pfn_t end = start + prandom_u32_state(&rnd) % (FRAMES - start + 1);
		enum e820_type type = prandom_u32_state(&rnd) % 6;
		unsigned long ram = 0;

		if (round % 50 == 0) {
			e820_limit(&table, start);
			for (pfn_t pfn = start; pfn < FRAMES; pfn++)
				if (want[pfn] == E820_RAM)
					want[pfn] = E820_HOLE;
		} else {
			e820_set_range(&table, start, end, type);
			for (pfn_t pfn = start; pfn < end; pfn++)
				want[pfn] = type;
		}
		assert_int_equal(e820_check_table(&table), 0);
		for (pfn_t pfn = 0; pfn < FRAMES; pfn++) {
			assert_int_equal(table_type(pfn), want[pfn]);
			ram += pfn >= start && pfn < end && want[pfn] == E820_RAM;
		}
		assert_int_equal(e820_ram_frames(&table, start, end), ram);
	}
}

static void the_checker_names_the_broken_rule(void **state)
{
	e820_clean(&table, qemu_pc_64m, ARRAY_SIZE(qemu_pc_64m));
	assert_int_equal(e820_check_table(&table), 0);
	swap(table.range[0], table.range[1]);
	assert_int_equal(e820_check_table(&table), 2);
	swap(table.range[0], table.range[1]);
	table.range[2].end = table.range[2].start;
	assert_int_equal(e820_check_table(&table), 1);
	table.range[2].end = E820_PFN_END + 1;
	assert_int_equal(e820_check_table(&table), 1);
	table.range[2].end = 0x100;
	table.range[3].type = E820_RESERVED;
	assert_int_equal(e820_check_table(&table), 3);
	table.range[3].type = 77;
	assert_int_equal(e820_check_table(&table), 4);
}

/* --- the command line ------------------------------------------------------------------------ */

static void apply(const char *mem, const char *memmap)
{
	e820_clean(&table, qemu_pc_64m, ARRAY_SIZE(qemu_pc_64m));
	if (memmap)
		assert_int_equal(e820_option_memmap(memmap), 0);
	if (mem)
		assert_int_equal(e820_option_mem(mem), 0);
	e820_apply_options(&table);
	assert_int_equal(e820_check_table(&table), 0);
}

static void mem_limits_ram(void **state)
{
	apply("0x800fff", NULL);
	assert_int_equal(e820_ram_end(&table), 0x800);
	assert_int_equal(table_type(0x3fe0), E820_RESERVED);
	apply("1G", NULL);
	assert_int_equal(e820_ram_end(&table), 0x3fe0);
	apply("17M", "33M");
	assert_int_equal(e820_ram_end(&table), 0x1100);
	apply("64k", NULL);
	assert_int_equal(e820_ram_frames(&table, 0, E820_PFN_END), 16);
	apply("100G", NULL);
	assert_int_equal(e820_ram_end(&table), 0x3fe0);
}

static void memmap_sets_ranges(void **state)
{
	apply(NULL, "1M$15M,64K#0x1000000,0x1801@0x4000fff,1M@0xf0000");
	assert_int_equal(table_type(0xeff), E820_RAM);
	assert_int_equal(table_type(0xf00), E820_RESERVED);
	assert_int_equal(table_type(0xfff), E820_RESERVED);
	assert_int_equal(table_type(0x1000), E820_ACPI);
	assert_int_equal(table_type(0x1010), E820_RAM);
	assert_int_equal(table_type(0x3fff), E820_RESERVED);
	assert_int_equal(table_type(0x4000), E820_HOLE);	/* RAM is rounded inwards */
	assert_int_equal(table_type(0x4001), E820_RAM);
	assert_int_equal(table_type(0x4002), E820_HOLE);
	assert_int_equal(table_type(0xf0), E820_RAM);		/* the person knows better */
	apply(NULL, "1$0x1fff,1#0x5000");			/* the others outwards */
	assert_int_equal(table_type(1), E820_RESERVED);
	assert_int_equal(table_type(2), E820_RAM);
	assert_int_equal(table_type(5), E820_ACPI);
}

static void memmap_items_apply_in_order(void **state)
{
	apply(NULL, "1M$16M,1M@16M");
	assert_int_equal(table_type(0x1000), E820_RAM);
	apply(NULL, "1M@16M,1M$16M");
	assert_int_equal(table_type(0x1000), E820_RESERVED);
	apply(NULL, "1M@1M,exactmap,639K@0,7M@1M");
	EXPECT_RANGES({ 0, 0x9f000, E820_RAM }, { 0x100000, 0x800000, E820_RAM });
}

static void memmap_is_clipped_at_4_gib(void **state)
{
	apply(NULL, "8G$3G,1M@5G,0xfffffffffffffffe$0xfffffffffffff000");
	assert_int_equal(table_type(0xbffff), E820_HOLE);
	assert_int_equal(table_type(0xc0000), E820_RESERVED);
	assert_int_equal(table_type(0xfffff), E820_RESERVED);
}

static void malformed_options_change_nothing(void **state)
{
	static const char *const bad[] = {
		"", ",", "x", "1M@", "1M@x", "@1M", "0@1M", "1M!2M", "1M@2M,", "1M$2Mx",
		"1M@2M,,1M@4M",
		"1M@2M;1M@4M", "exactmapx", "1M@2M@3M", "-1M@2M", " 1M@2M", "1M$2M,0",
		"0x10000000000000000$1M", "16E@1M", "1M$18446744073709551615",	/* past 64 bits */
	};
	struct e820_table before;

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		e820_clean(&before, qemu_pc_64m, ARRAY_SIZE(qemu_pc_64m));
		if (e820_option_memmap(bad[i]) != -EINVAL)
			fail_msg("memmap=%s was taken", bad[i]);
		apply(NULL, NULL);
		assert_int_equal(table.nr, before.nr);
		assert_memory_equal(table.range, before.range, table.nr * sizeof(table.range[0]));
	}
	assert_int_equal(e820_option_mem(""), -EINVAL);
	assert_int_equal(e820_option_mem("0"), -EINVAL);
	assert_int_equal(e820_option_mem("64MB"), -EINVAL);
	assert_int_equal(e820_option_mem("1M@2M"), -EINVAL);
	assert_int_equal(e820_option_mem("1M,2M"), -EINVAL);
	assert_int_equal(e820_option_mem("99999999999999999999"), -EINVAL);
}

static void only_so_many_items_are_taken(void **state)
{
	for (int i = 0; i < E820_OPTIONS_MAX - 1; i++)
		assert_int_equal(e820_option_memmap("4K$20M"), 0);
	assert_int_equal(e820_option_memmap("4K$24M,4K$28M"), -EINVAL);
	assert_int_equal(e820_option_mem("32M"), 0);
	assert_int_equal(e820_option_mem("16M"), -EINVAL);
	apply(NULL, NULL);
	assert_int_equal(e820_ram_end(&table), 0x2000);
	assert_int_equal(table_type(0x1800), E820_RAM);
	assert_int_equal(table_type(0x1400), E820_RESERVED);
}

/* Every entry and every item cuts where nothing was cut before: the table must hold them all. */
static void the_fullest_table_does_not_overflow(void **state)
{
	struct e820_entry raw[E820_RAW_MAX];
	char item[40];

	for (u64 i = 0; i < E820_RAW_MAX; i++)
		raw[i] = (struct e820_entry){ i << 24, (2 * E820_RAW_MAX - 2 * i) << 24,
					      i % 2 ? E820_UNUSABLE : E820_RAM, 1 };
	for (int i = 0; i < E820_OPTIONS_MAX; i++) {
		sprintf(item, "4K#%dM", 16 * i + 8);
		assert_int_equal(e820_option_memmap(item), 0);
	}
	e820_clean(&table, raw, E820_RAW_MAX);
	e820_apply_options(&table);
	assert_int_equal(e820_check_table(&table), 0);
	for (int i = 0; i < E820_OPTIONS_MAX; i++)
		assert_int_equal(table_type(0x1000 * i + 0x800), E820_ACPI);
}

/* --- the stage ------------------------------------------------------------------------------- */

static phys_addr_t image_end = 0x180000;

void arch_for_each_reserved(void (*fn)(phys_addr_t start, phys_addr_t end, const char *why))
{
	fn(0x100000, image_end, "kernel");
	fn(0xf0000000, 0xf1000000, "far away");
}

static void use_map(const struct e820_entry *raw, unsigned int nr)
{
	host_map = raw;
	host_map_entries = nr;
	host_log_clear();
}

static void the_stage_takes_and_logs_the_map(void **state)
{
	use_map(qemu_pc_8g, ARRAY_SIZE(qemu_pc_8g));
	e820_init();
	assert_int_equal(e820_check(), 0);
	assert_int_equal(e820.nr, 7);
	assert_true(host_log_says("5242880 KiB of RAM lie past 4 GiB"));
	assert_true(host_log_says("from 8 entries of host test (0 dropped)"));
	assert_string_equal(e820_source, "host test");
}

static void the_stage_applies_options(void **state)
{
	use_map(qemu_pc_64m, ARRAY_SIZE(qemu_pc_64m));
	assert_int_equal(e820_option_mem("8M"), 0);
	e820_init();
	assert_int_equal(e820_ram_end(&e820), 0x800);
	assert_true(host_log_says("RAM past 0x800000 is not used"));
}

static void no_map_is_a_panic(void **state)
{
	static const struct e820_entry reserved[] = { RES(0, 0x10000000), RAM(0x5000, 0xfff) };

	use_map(reserved, 0);
	expect_panic_saying("gave no memory map", e820_init());
	use_map(reserved, ARRAY_SIZE(reserved));
	expect_panic_saying("(2 entries, from host test) has no whole page of RAM", e820_init());
}

static void too_little_ram_is_a_panic_with_all_three_figures(void **state)
{
	static const struct e820_entry small[] = { RAM(0, 0x40000), RAM(0x100000, 0x100000) };

	use_map(small, ARRAY_SIZE(small));
	image_end = 0x180000;
	e820_init();				/* 512 image + 512 room <= 1280 */
	image_end = 0x1e0000;
	expect_panic_saying("needs 1408 KiB of RAM, and the memory map from host test has 1280 KiB: "
			    "128 KiB are missing", e820_init());
	image_end = 0x180000;
}

static void a_kernel_outside_of_ram_is_a_panic_that_says_how_much_is_missing(void **state)
{
	static const struct e820_entry cut[] = { RAM(0, 0xa0000), RAM(0x100000, 0x40000) };
	static const struct e820_entry bit[] = { RAM(0, 0x40000), RAM(0x100000, 0x40000) };

	image_end = 0x180000;
	use_map(cut, ARRAY_SIZE(cut));		/* 640 KiB of it are enough room */
	expect_panic_saying("no RAM at 0x00100000 to 0x0017ffff, where kernel lies: "
			    "256 KiB are missing, and it has 896 KiB in all", e820_init());
	use_map(bit, ARRAY_SIZE(bit));		/* 256 KiB of room are missing too */
	expect_panic_saying("512 KiB are missing, and it has 512 KiB in all", e820_init());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qemu_pc_by_hand),
		cmocka_unit_test(award_by_hand),
		cmocka_unit_test(ram_past_4_gib_is_counted),
		cmocka_unit_test(real_maps_match_the_model),
		cmocka_unit_test(order_does_not_matter),
		cmocka_unit_test(empty_disabled_and_wrapped_entries_are_dropped),
		cmocka_unit_test(a_wrapped_reservation_is_cut),
		cmocka_unit_test(ram_up_to_the_last_byte_is_counted_whole),
		cmocka_unit_test(pieces_that_touch_inside_a_frame_are_one),
		cmocka_unit_test(one_reserved_byte_takes_its_frame),
		cmocka_unit_test(unknown_types_are_reserved),
		cmocka_unit_test(the_stricter_of_two_wins),
		cmocka_unit_test(the_most_ranges_fit),
		cmocka_unit_test(of_too_many_entries_ram_is_left_out_first),
		cmocka_unit_test(random_maps_match_the_model),
		cmocka_unit_test(set_range_and_limit_match_an_array),
		cmocka_unit_test(the_checker_names_the_broken_rule),
		cmocka_unit_test(mem_limits_ram),
		cmocka_unit_test(memmap_sets_ranges),
		cmocka_unit_test(memmap_items_apply_in_order),
		cmocka_unit_test(memmap_is_clipped_at_4_gib),
		cmocka_unit_test(malformed_options_change_nothing),
		cmocka_unit_test(only_so_many_items_are_taken),
		cmocka_unit_test(the_fullest_table_does_not_overflow),
		cmocka_unit_test(the_stage_takes_and_logs_the_map),
		cmocka_unit_test(the_stage_applies_options),
		cmocka_unit_test(no_map_is_a_panic),
		cmocka_unit_test(too_little_ram_is_a_panic_with_all_three_figures),
		cmocka_unit_test(a_kernel_outside_of_ram_is_a_panic_that_says_how_much_is_missing),
	};

	return cmocka_run_group_tests_name("e820", tests, NULL, NULL);
}
