/* SPDX-License-Identifier: MIT */
/*
 * kernel/bench_slab.c - benchmark rows of kmalloc, the slab caches and vmalloc
 */
#include <kernel/bench.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "bench_rows.h"

#define PAIRS		1000
#define NR_OBJECTS	16384u

#define KMALLOC_PAIR(size)						\
	BENCH(kmalloc_pair_##size, PAIRS, NULL, NULL)			\
	{								\
		bench_loop(PAIRS)					\
			kfree(kmalloc(size, GFP_KERNEL));		\
	}

KMALLOC_PAIR(8)
KMALLOC_PAIR(64)
KMALLOC_PAIR(256)
KMALLOC_PAIR(1024)
KMALLOC_PAIR(8192)
KMALLOC_PAIR(65536)
KMALLOC_PAIR(131072)

BENCH(kmalloc_pair_var, PAIRS, NULL, NULL)
{
	size_t size = 100;

	bench_loop(PAIRS) {
		OPTIMIZER_HIDE_VAR(size);
		kfree(kmalloc(size, GFP_KERNEL));
	}
}

/* --- batches ---------------------------------------------------------------------------------- */

static void **taken;

static bool get_array(void)
{
	taken = bench_objects();
	return taken != NULL;
}

static void give_objects(void)
{
	for (unsigned int i = NR_OBJECTS; i-- > 0; )
		kfree(taken[i]);
}

#define KMALLOC_BATCH(size)							\
	static bool take_##size(void)						\
	{									\
		if (!get_array())						\
			return false;						\
		for (unsigned int i = 0; i < NR_OBJECTS; i++)			\
			taken[i] = kmalloc(size, GFP_KERNEL);			\
		return true;							\
	}									\
	BENCH(kmalloc_batch16384_##size##_alloc, NR_OBJECTS, get_array, give_objects) \
	{									\
		void **slot = taken;						\
		bench_loop(NR_OBJECTS)						\
			*slot++ = kmalloc(size, GFP_KERNEL);			\
	}									\
	BENCH(kmalloc_batch16384_##size##_free, NR_OBJECTS, take_##size, NULL)	\
	{									\
		void **slot = taken;						\
		bench_loop(NR_OBJECTS)						\
			kfree(*slot++);						\
	}

KMALLOC_BATCH(32)
KMALLOC_BATCH(128)
KMALLOC_BATCH(512)

static void *churn_take(void)
{
	return kmalloc(128, GFP_KERNEL);
}

static void churn_give(void *object)
{
	kfree(object);
}

static void churn_end(void)
{
	bench_churn_end(churn_give);
}

BENCH(kmalloc_churn, BENCH_CHURN_OPS, bench_churn_begin, churn_end)
{
	const u16 *slot = bench_churn_slots;
	void **object = bench_objects();

	bench_loop(BENCH_CHURN_OPS) {
		void **at = &object[*slot++];

		if (*at) {
			kfree(*at);
			*at = NULL;
		} else {
			*at = churn_take();
		}
	}
}

/* --- a cache of one's own --------------------------------------------------------------------- */

static struct kmem_cache *cache_200;

static bool get_cache(void)
{
	cache_200 = kmem_cache_create("bench-200", 200, 0, 0, NULL);
	return cache_200 && get_array();
}

static void put_cache(void)
{
	kmem_cache_destroy(cache_200);
}

BENCH(kmem_cache_pair_200, PAIRS, get_cache, put_cache)
{
	struct kmem_cache *cache = cache_200;

	kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
	bench_loop(PAIRS - 1)
		kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
}

static void give_200(void)
{
	for (unsigned int i = NR_OBJECTS; i-- > 0; )
		kmem_cache_free(cache_200, taken[i]);
	put_cache();
}

static bool take_200(void)
{
	if (!get_cache())
		return false;
	for (unsigned int i = 0; i < NR_OBJECTS; i++)
		taken[i] = kmem_cache_alloc(cache_200, GFP_KERNEL);
	return true;
}

static bool take_200_shuffled(void)
{
	if (!take_200())
		return false;
	bench_shuffle(taken, NR_OBJECTS);
	return true;
}

BENCH(kmem_cache_batch16384_200_alloc, NR_OBJECTS, get_cache, give_200)
{
	struct kmem_cache *cache = cache_200;
	void **slot = taken;

	bench_loop(NR_OBJECTS)
		*slot++ = kmem_cache_alloc(cache, GFP_KERNEL);
}

BENCH(kmem_cache_batch16384_200_free_lifo, NR_OBJECTS, take_200, put_cache)
{
	struct kmem_cache *cache = cache_200;
	void **slot = taken + NR_OBJECTS;

	bench_loop(NR_OBJECTS)
		kmem_cache_free(cache, *--slot);
}

static __always_inline void free_200_upwards(void)
{
	struct kmem_cache *cache = cache_200;
	void **slot = taken;

	bench_loop(NR_OBJECTS)
		kmem_cache_free(cache, *slot++);
}

BENCH(kmem_cache_batch16384_200_free_fifo, NR_OBJECTS, take_200, put_cache)
{
	free_200_upwards();
}

BENCH(kmem_cache_batch16384_200_free_random, NR_OBJECTS, take_200_shuffled, put_cache)
{
	free_200_upwards();
}

#define CREATIONS	100

BENCH(kmem_cache_create_destroy, CREATIONS, NULL, NULL)
{
	bench_loop(CREATIONS)
		kmem_cache_destroy(kmem_cache_create("bench-once", 200, 0, 0, NULL));
}

BENCH(kmem_cache_create_use1_destroy, CREATIONS, NULL, NULL)
{
	bench_loop(CREATIONS) {
		struct kmem_cache *cache = kmem_cache_create("bench-once", 200, 0, 0, NULL);

		kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
		kmem_cache_destroy(cache);
	}
}

/* --- vmalloc ---------------------------------------------------------------------------------- */

#define VMALLOC_PAIR(pages, ops)						\
	BENCH(vmalloc_pair_##pages, ops, NULL, NULL)				\
	{									\
		bench_loop(ops)							\
			vfree(vmalloc(pages * PAGE_SIZE));			\
	}

VMALLOC_PAIR(1, 2000)
VMALLOC_PAIR(16, 500)
VMALLOC_PAIR(256, 50)
VMALLOC_PAIR(1024, 20)

#define NR_AREAS	1000u

static void take_areas(void)
{
	for (unsigned int i = 0; i < NR_AREAS; i++)
		taken[i] = vmalloc(PAGE_SIZE);
}

static void give_areas(void)
{
	for (unsigned int i = 0; i < NR_AREAS; i++)
		vfree(taken[i]);
	vmalloc_purge();
}

static bool have_areas(void)
{
	if (!get_array())
		return false;
	take_areas();
	return true;
}

BENCH(vmalloc_batch1000_1_alloc, NR_AREAS, get_array, give_areas)
{
	take_areas();
}

BENCH(vmalloc_batch1000_1_free, NR_AREAS, have_areas, NULL)
{
	give_areas();
}

BENCH(vmalloc_pair_1_live1000, 2000, have_areas, give_areas)
{
	bench_loop(2000)
		vfree(vmalloc(PAGE_SIZE));
}

/* 1,000 areas of one page, every second one gone: 500 holes too small for 16 pages. */
static bool have_holes(void)
{
	if (!have_areas())
		return false;
	for (unsigned int i = 0; i < NR_AREAS; i += 2) {
		vfree(taken[i]);
		taken[i] = NULL;
	}
	vmalloc_purge();
	return true;
}

BENCH(vmalloc_pair_16_holes500, 500, have_holes, give_areas)
{
	bench_loop(500)
		vfree(vmalloc(16 * PAGE_SIZE));
}
