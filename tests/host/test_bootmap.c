/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_bootmap.c - which memory map is believed, with answers that BIOSes really give
 *
 * LINK: arch/i386/bootmap.c
 */
#include <support.h>

#include <string.h>
#include "../../arch/i386/bootinfo.h"

#define MIB 0x100000ull

static struct boot_info bi;
static struct e820_entry raw[E820_RAW_MAX];
static const char *source;

static int setup(void **state)
{
	memset(&bi, 0, sizeof(bi));
	memset(raw, 0xee, sizeof(raw));
	source = NULL;
	return 0;
}

static void add_e820(u64 base, u64 size, u32 type)
{
	bi.e820[bi.e820_count++] = (struct e820_entry){ base, size, type, 1 };
}

static void add_mmap(u64 base, u64 size, u32 type)
{
	bi.mmap[bi.mmap_count++] = (struct e820_entry){ base, size, type, 1 };
}

static void say_e801(u16 ax, u16 bx, u16 cx, u16 dx)
{
	bi.e801_ok = 1;
	bi.e801_ax = ax;
	bi.e801_bx = bx;
	bi.e801_cx = cx;
	bi.e801_dx = dx;
}

static unsigned int choose(void)
{
	return bootmap_choose(&bi, raw, E820_RAW_MAX, &source);
}

static void expect_ram(unsigned int i, u64 base, u64 size)
{
	assert_int_equal(raw[i].base, base);
	assert_int_equal(raw[i].size, size);
	assert_int_equal(raw[i].type, E820_RAM);
	assert_int_equal(raw[i].attributes, 1);
}

static void nothing_known_gives_nothing(void **state)
{
	assert_int_equal(choose(), 0);
	assert_string_equal(source, "nothing");
}

static void e820_comes_first_and_unchanged(void **state)
{
	add_e820(0, 0x9fc00, E820_RAM);
	add_e820(0xf0000, 0x10000, E820_RESERVED);
	add_e820(MIB, 63 * MIB, E820_RAM);
	add_mmap(0, 32 * MIB, E820_RAM);
	say_e801(0x3c00, 0x100, 0x3c00, 0x100);
	assert_int_equal(choose(), 3);
	assert_string_equal(source, "E820");
	assert_memory_equal(raw, bi.e820, 3 * sizeof(raw[0]));
}

static void e820_that_failed_before_the_kernels_ram_is_not_believed(void **state)
{
	add_e820(0, 0x9fc00, E820_RAM);
	add_e820(0xf0000, 0x10000, E820_RESERVED);
	bi.e820_end = E820_END_CARRY;
	add_mmap(0, 0xa0000, E820_RAM);
	add_mmap(MIB, 31 * MIB, E820_RAM);
	assert_int_equal(choose(), 2);
	assert_string_equal(source, "Multiboot mmap");
	expect_ram(1, MIB, 31 * MIB);
}

static void kernel_in_reserved_memory_is_not_believed(void **state)
{
	add_e820(0, 64 * MIB, E820_RESERVED);
	say_e801(0x3c00, 0, 0x3c00, 0);
	assert_int_equal(choose(), 1);
	assert_string_equal(source, "E801");
	expect_ram(0, MIB, 15 * MIB);
}

static void ram_that_ends_at_the_kernel_or_starts_behind_it_is_not_believed(void **state)
{
	add_e820(0, MIB, E820_RAM);
	add_e820(MIB + 1, 8 * MIB, E820_RAM);
	assert_int_equal(choose(), 0);
	add_e820(MIB, 1, E820_RAM);
	assert_int_equal(choose(), 3);
}

static void ram_in_an_entry_to_be_ignored_is_not_believed(void **state)
{
	add_e820(MIB, 63 * MIB, E820_RAM);
	bi.e820[0].attributes = 2;		/* non-volatile, and bit 0 says: ignore it */
	add_mmap(MIB, 31 * MIB, E820_RAM);
	assert_int_equal(choose(), 1);
	assert_string_equal(source, "Multiboot mmap");
	bi.e820[0].attributes = 3;
	choose();
	assert_string_equal(source, "E820");
}

static void sizes_past_the_end_of_64_bits_do_not_wrap(void **state)
{
	add_e820(MIB, ~0ull, E820_RAM);
	assert_int_equal(choose(), 1);
}

static void e801_prefers_cx_and_dx(void **state)
{
	bi.base_kib = 639;
	say_e801(0x3c00, 0x10, 0x3c00, 0x2fe);
	assert_int_equal(choose(), 3);
	assert_string_equal(source, "E801");
	expect_ram(0, 0, 639 * 1024);
	expect_ram(1, MIB, 15 * MIB);
	expect_ram(2, 16 * MIB, 0x2fe * 0x10000ull);
}

static void e801_takes_ax_and_bx_where_the_others_are_empty(void **state)
{
	say_e801(0x3c00, 0x30, 0, 0);
	assert_int_equal(choose(), 2);
	expect_ram(1, 16 * MIB, 3 * MIB);
}

static void e801_tells_of_a_hole_below_16_mib(void **state)
{
	say_e801(14 * 1024, 0x10, 14 * 1024, 0x10);
	assert_int_equal(choose(), 2);
	expect_ram(0, MIB, 14 * MIB);
	expect_ram(1, 16 * MIB, MIB);
}

static void e801_with_more_than_15_mib_below_16_is_no_answer(void **state)
{
	say_e801(0x3c01, 0, 0x3c01, 0);
	bi.ext88_ok = 1;
	bi.ext88_kib = 0x3c00;
	assert_int_equal(choose(), 1);
	assert_string_equal(source, "int 15h 88h");
}

static void e801_counts_to_4_gib(void **state)
{
	say_e801(0, 0, 0x3c00, 0xff00);
	assert_int_equal(choose(), 2);
	expect_ram(1, 16 * MIB, 0xff000000ull);
}

static void ext88_alone(void **state)
{
	bi.base_kib = 640;
	bi.ext88_ok = 1;
	bi.ext88_kib = 0xfc00;
	assert_int_equal(choose(), 2);
	assert_string_equal(source, "int 15h 88h");
	expect_ram(0, 0, 640 * 1024);
	expect_ram(1, MIB, 63 * MIB);
}

static void the_loader_may_know_of_more_than_88h(void **state)
{
	bi.ext88_ok = 1;
	bi.ext88_kib = 0xfc00;
	bi.loader_flags = MULTIBOOT_HAS_MEMORY;
	bi.mem_lower = 636;
	bi.mem_upper = 127 * 1024;
	assert_int_equal(choose(), 2);
	assert_string_equal(source, "Multiboot mem_upper");
	expect_ram(0, 0, 636 * 1024);
	expect_ram(1, MIB, 127 * MIB);
}

static void mem_upper_counts_only_when_its_flag_is_set(void **state)
{
	bi.mem_lower = 640;
	bi.mem_upper = 1024;
	assert_int_equal(choose(), 0);
}

static void base_memory_never_reaches_into_video_memory(void **state)
{
	bi.base_kib = 0xffff;
	bi.ext88_ok = 1;
	bi.ext88_kib = 3072;
	assert_int_equal(choose(), 2);
	expect_ram(0, 0, 640 * 1024);
}

static void room_is_respected(void **state)
{
	for (unsigned int i = 0; i < E820_RAW_MAX; i++)
		add_e820(i * MIB, MIB, E820_RAM);
	assert_int_equal(bootmap_choose(&bi, raw, 5, &source), 5);
	assert_int_equal(raw[5].type, 0xeeeeeeee);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_known_gives_nothing),
		TEST(e820_comes_first_and_unchanged),
		TEST(e820_that_failed_before_the_kernels_ram_is_not_believed),
		TEST(kernel_in_reserved_memory_is_not_believed),
		TEST(ram_that_ends_at_the_kernel_or_starts_behind_it_is_not_believed),
		TEST(ram_in_an_entry_to_be_ignored_is_not_believed),
		TEST(sizes_past_the_end_of_64_bits_do_not_wrap),
		TEST(e801_prefers_cx_and_dx),
		TEST(e801_takes_ax_and_bx_where_the_others_are_empty),
		TEST(e801_tells_of_a_hole_below_16_mib),
		TEST(e801_with_more_than_15_mib_below_16_is_no_answer),
		TEST(e801_counts_to_4_gib),
		TEST(ext88_alone),
		TEST(the_loader_may_know_of_more_than_88h),
		TEST(mem_upper_counts_only_when_its_flag_is_set),
		TEST(base_memory_never_reaches_into_video_memory),
		TEST(room_is_respected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
