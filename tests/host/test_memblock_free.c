/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_memblock_free.c - the end of memblock: every free frame is handed over once
 *
 * LINK: mm/memblock.c mm/memblock_free.c mm/memblock_check.c mm/bootmem.c
 */
#include <support.h>

#include <lib/sizes.h>
#include <mm/memblock.h>

#include "../../mm/internal.h"

#define RAM_SIZE	SZ_16M

static int setup(void **state)
{
	host_ram_init(RAM_SIZE);
	memblock_reset();
	return 0;
}

struct vm_layout vm_layout;

static unsigned char given[RAM_SIZE / PAGE_SIZE];
static unsigned int nr_blocks;

void free_pages_bootmem(pfn_t pfn, unsigned int order)
{
	assert_true(order <= 10);
	assert_int_equal(pfn & ((1ul << order) - 1), 0);
	nr_blocks++;
	for (pfn_t i = pfn; i < pfn + (1ul << order); i++)
		assert_int_equal(given[i]++, 0);
}

static void free_all_gives_whole_free_frames_once(void **state)
{
	unsigned long frames = 0;

	memset(given, 0, sizeof(given));
	nr_blocks = 0;
	vm_layout.max_low_pfn = 0xC01;
	memblock_add(0, SZ_1M - 0x800);
	memblock_add(SZ_4M, SZ_8M);
	memblock_reserve(0, 1);
	memblock_reserve(SZ_4M + 0x7FF, 2);
	memblock_allow_resize();
	for (unsigned int i = 0; i < 200; i++)
		memblock_reserve(SZ_8M + i * 0x2000, 0x10);
	frames = memblock_free_all();
	assert_int_equal(frames, 256 - 2 + 2048 - 1 - 200 - 1);	/* the array is one frame */
	frames += memblock_discard();
	for (unsigned int i = 0; i < RAM_SIZE / PAGE_SIZE; i++)
		frames -= given[i];
	assert_int_equal(frames, 0);
	assert_int_equal(given[0], 0);
	assert_int_equal(given[1], 1);
	assert_int_equal(given[255], 0);
	assert_int_equal(given[SZ_4M >> 12], 0);
	assert_int_equal(given[(SZ_8M >> 12) + 2], 0);
	assert_int_equal(given[(SZ_8M >> 12) + 3], 1);
	assert_int_equal(memblock_check(), 0);
	assert_int_equal(memblock_phys_mem_size(), 0);
	assert_int_equal(memblock_reserved_size(), 0);
	assert_int_equal(memblock.reserved.max, 128);
	assert_null(memblock_alloc(1, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(free_all_gives_whole_free_frames_once, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
