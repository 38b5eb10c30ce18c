/* SPDX-License-Identifier: MIT */
/*
 * kernel/bench_lines.c - operations whose cache lines and pages are counted
 *
 *   lines_OP_pair      one allocate and free; the ten regions before have warmed the allocator up
 *   lines_OP_batch256  256 allocations, or 256 frees in the order taken or shuffled
 *   lines_walk         a chain of one object of each of WALK_SLABS slabs, WALK_TURNS times around
 *   lines_calibrate_*  what the counting must find: 100 lines, 1 line, 100 lines
 *
 * In cycles these say nothing new, and `bench all` leaves them out. tools/lines.py runs them in
 * Bochs, has every access of the last region printed, and counts.
 */
#include <kernel/bench.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/highmem.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "bench_rows.h"

/* --- calibration ------------------------------------------------------------------------------ */

#define LINE		32u		/* bytes, as tools/lines.py counts them */
#define CALIBRATE	100u

static u8 calibrate_bytes[CALIBRATE * LINE] __aligned(LINE);

BENCH(lines_calibrate_read, CALIBRATE, NULL, NULL)
{
	for (unsigned int i = 0; i < CALIBRATE; i++)
		(void)*(volatile u8 *)&calibrate_bytes[i * LINE];
}

BENCH(lines_calibrate_same, CALIBRATE, NULL, NULL)
{
	for (unsigned int i = 0; i < CALIBRATE; i++)
		(void)*(volatile u8 *)&calibrate_bytes[i % LINE];
}

/* Its string instruction accesses a word at a time, and each access must be seen. */
BENCH(lines_calibrate_fill, CALIBRATE, NULL, NULL)
{
	memset(calibrate_bytes, 0, sizeof(calibrate_bytes));
}

/* --- pairs ------------------------------------------------------------------------------------ */

BENCH(lines_page_o0_pair, 1, NULL, NULL)
{
	__free_page(alloc_page(GFP_KERNEL));
}

BENCH(lines_page_o3_pair, 1, NULL, NULL)
{
	__free_pages(alloc_pages(GFP_KERNEL, 3), 3);
}

BENCH(lines_kmalloc_64_pair, 1, NULL, NULL)
{
	kfree(kmalloc(64, GFP_KERNEL));
}

BENCH(lines_vmalloc_1_pair, 1, NULL, NULL)
{
	vfree(vmalloc(PAGE_SIZE));
}

static struct page *high_page;

static bool get_high_page(void)
{
	high_page = alloc_page(GFP_HIGHUSER);
	return high_page && page_is_highmem(high_page);
}

static void put_high_page(void)
{
	__free_page(high_page);
}

BENCH(lines_kmap_hot_pair, 1, get_high_page, put_high_page)
{
	kmap(high_page);
	kunmap(high_page);
}

BENCH(lines_kmap_local_pair, 1, get_high_page, put_high_page)
{
	kunmap_local(kmap_local_page(high_page));
}

/* --- batches ---------------------------------------------------------------------------------- */

#define BATCH		256u

static struct page **page;

static bool get_page_array(void)
{
	page = (struct page **)bench_objects();
	return page != NULL;
}

static void take_all_pages(void)
{
	for (unsigned int i = 0; i < BATCH; i++)
		page[i] = alloc_page(GFP_KERNEL);
}

static void give_all_pages(void)
{
	for (unsigned int i = 0; i < BATCH; i++)
		__free_page(page[i]);
}

static bool have_pages(void)
{
	if (!get_page_array())
		return false;
	take_all_pages();
	return true;
}

/* 256 of many: their struct pages lie apart. */
#define SCATTERED	4096u

static bool have_scattered_pages(void)
{
	if (!get_page_array())
		return false;
	for (unsigned int i = 0; i < SCATTERED; i++)
		page[i] = alloc_page(GFP_KERNEL);
	bench_shuffle((void **)page, SCATTERED);
	return true;
}

static void give_scattered_pages(void)
{
	for (unsigned int i = BATCH; i < SCATTERED; i++)
		__free_page(page[i]);
}

BENCH(lines_page_batch256_alloc, BATCH, get_page_array, give_all_pages)
{
	take_all_pages();
}

BENCH(lines_page_batch256_free, BATCH, have_pages, NULL)
{
	give_all_pages();
}

BENCH(lines_page_batch256_free_random, BATCH, have_scattered_pages, give_scattered_pages)
{
	give_all_pages();
}

/* Five objects of this size are a slab of one page, and the rest is room for seven colours. */
#define COLOURED_SIZE		720u
#define COLOURED_PER_SLAB	5u

static struct kmem_cache *cache;
static void **object;

static bool get_cache_of(size_t size)
{
	cache = kmem_cache_create("bench-lines", size, 0, 0, NULL);
	object = bench_objects();
	return cache && object;
}

static bool get_cache_200(void)
{
	return get_cache_of(200);
}

static void put_cache(void)
{
	kmem_cache_destroy(cache);
}

static void take_all_objects(void)
{
	for (unsigned int i = 0; i < BATCH; i++)
		object[i] = kmem_cache_alloc(cache, GFP_KERNEL);
}

static void give_all_objects(void)
{
	for (unsigned int i = 0; i < BATCH; i++)
		kmem_cache_free(cache, object[i]);
}

static bool have_objects_of(size_t size)
{
	if (!get_cache_of(size))
		return false;
	take_all_objects();
	return true;
}

static bool have_200(void)
{
	return have_objects_of(200);
}

static bool have_shuffled(size_t size)
{
	if (!have_objects_of(size))
		return false;
	bench_shuffle(object, BATCH);
	return true;
}

static bool have_shuffled_200(void)
{
	return have_shuffled(200);
}

static bool have_shuffled_720(void)
{
	return have_shuffled(COLOURED_SIZE);
}

static void drop_cache(void)
{
	give_all_objects();
	put_cache();
}

BENCH(lines_kmem_cache_200_batch256_alloc, BATCH, get_cache_200, drop_cache)
{
	take_all_objects();
}

BENCH(lines_kmem_cache_200_batch256_free, BATCH, have_200, put_cache)
{
	give_all_objects();
}

BENCH(lines_kmem_cache_200_batch256_free_random, BATCH, have_shuffled_200, put_cache)
{
	give_all_objects();
}

BENCH(lines_kmem_cache_720_batch256_free_random, BATCH, have_shuffled_720, put_cache)
{
	give_all_objects();
}

/* --- one object of each slab -------------------------------------------------------------------- */

/*
 * With seven colours, the first lines of fourteen slabs fill the two ways of seven sets of a Pentium's
 * data cache. Without, they are fourteen lines of a single set.
 */
#define WALK_SLABS	14u
#define WALK_TURNS	8u

static void give_walk(void)
{
	for (unsigned int i = 0; i < WALK_SLABS * COLOURED_PER_SLAB; i++)
		kmem_cache_free(cache, object[i]);
	put_cache();
}

static bool on_one_page(const void *a, const void *b)
{
	return ((unsigned long)a ^ (unsigned long)b) < PAGE_SIZE;
}

/* The array's first WALK_SLABS entries become the lowest object of each slab. Return: how many there are. */
static unsigned int find_first_objects(void)
{
	unsigned int found = 0;

	for (unsigned int i = 0; i < WALK_SLABS * COLOURED_PER_SLAB; i++) {
		unsigned int slab = 0;
		bool is_new;

		while (slab < found && !on_one_page(object[slab], object[i]))
			slab++;
		is_new = slab == found;
		if (is_new || object[i] < object[slab])
			swap(object[slab], object[i]);
		found += is_new;
	}
	return found;
}

/* Each slab's first object begins with the address of the next slab's, round and round. */
static bool have_walk(void)
{
	if (!get_cache_of(COLOURED_SIZE))
		return false;
	for (unsigned int i = 0; i < WALK_SLABS * COLOURED_PER_SLAB; i++)
		object[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	if (find_first_objects() != WALK_SLABS) {
		give_walk();
		return false;
	}
	for (unsigned int i = 0; i < WALK_SLABS; i++)
		*(void **)object[i] = object[(i + 1) % WALK_SLABS];
	return true;
}

BENCH(lines_walk, WALK_SLABS * WALK_TURNS, have_walk, give_walk)
{
	void **at = object[0];

	bench_loop(WALK_SLABS * WALK_TURNS)
		at = READ_ONCE(*at);
}
