/* SPDX-License-Identifier: MIT */
/*
 * kernel/bench_scale.c - what one operation costs when much is in use already
 *
 *   scale_vmalloc_N     vmalloc and vfree of a page, N areas live           logarithmic: a tree
 *   scale_slab_N        256 objects taken, then given, N others out         flat
 *   scale_kmap_N        kmap and kunmap of N pages in turn                  a step where the window wraps
 *
 * `bench all` leaves these out, for they take long; tools/scale names them and draws the curves. What is
 * live hangs in a chain through its own first word.
 */
#include <kernel/bench.h>
#include <lib/kernel.h>
#include <mm/highmem.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>
#include "bench_rows.h"

/* --- vmalloc ---------------------------------------------------------------------------------- */

static void *chain;

static void free_areas(void)
{
	while (chain) {
		void *next = *(void **)chain;

		vfree(chain);
		chain = next;
	}
	vmalloc_purge();
}

static bool have_areas(unsigned int nr)
{
	while (nr--) {
		void **area = vmalloc(PAGE_SIZE);

		if (!area) {
			free_areas();
			return false;
		}
		*area = chain;
		chain = area;
	}
	return true;
}

#define VMALLOC_PAIRS	200

#define SCALE_VMALLOC(nr)							\
	static bool have_areas_##nr(void)					\
	{									\
		return have_areas(nr);						\
	}									\
	BENCH(scale_vmalloc_##nr, VMALLOC_PAIRS, have_areas_##nr, free_areas)	\
	{									\
		bench_loop(VMALLOC_PAIRS)					\
			vfree(vmalloc(PAGE_SIZE));				\
	}

SCALE_VMALLOC(10)
SCALE_VMALLOC(100)
SCALE_VMALLOC(1000)
SCALE_VMALLOC(5000)
SCALE_VMALLOC(20000)

/* --- slab ------------------------------------------------------------------------------------- */

static void free_objects(void)
{
	while (chain) {
		void *next = *(void **)chain;

		kfree(chain);
		chain = next;
	}
}

static bool have_objects(unsigned int nr)
{
	while (nr--) {
		void **object = kmalloc(128, GFP_KERNEL);

		if (!object) {
			free_objects();
			return false;
		}
		*object = chain;
		chain = object;
	}
	return bench_objects() != NULL;
}

#define OBJECTS		256		/* more than the array in front holds */

#define SCALE_SLAB(nr)								\
	static bool have_objects_##nr(void)					\
	{									\
		return have_objects(nr);					\
	}									\
	BENCH(scale_slab_##nr, OBJECTS, have_objects_##nr, free_objects)	\
	{									\
		void **object = bench_objects();				\
										\
		for (unsigned int i = 0; i < OBJECTS; i++)			\
			object[i] = kmalloc(128, GFP_KERNEL);			\
		for (unsigned int i = 0; i < OBJECTS; i++)			\
			kfree(object[i]);					\
	}

SCALE_SLAB(10)
SCALE_SLAB(100)
SCALE_SLAB(1000)
SCALE_SLAB(10000)
SCALE_SLAB(100000)

/* --- kmap ------------------------------------------------------------------------------------- */

static unsigned int nr_pages;

static void free_pages_in_turn(void)
{
	struct page **page = (struct page **)bench_objects();

	while (nr_pages)
		__free_page(page[--nr_pages]);
}

static bool have_pages(unsigned int nr)
{
	struct page **page = (struct page **)bench_objects();

	if (!page)
		return false;
	for (nr_pages = 0; nr_pages < nr; nr_pages++) {
		page[nr_pages] = alloc_page(GFP_HIGHUSER);
		if (!page[nr_pages] || !page_is_highmem(page[nr_pages])) {
			nr_pages += page[nr_pages] != NULL;
			free_pages_in_turn();
			return false;
		}
	}
	return true;
}

/* Twice around, so that pages which still have their slot are found. */
#define SCALE_KMAP(nr)								\
	static bool have_pages_##nr(void)					\
	{									\
		return have_pages(nr);						\
	}									\
	BENCH(scale_kmap_##nr, 2 * nr, have_pages_##nr, free_pages_in_turn)	\
	{									\
		struct page **page = (struct page **)bench_objects();		\
										\
		for (unsigned int i = 0; i < 2 * nr; i++) {			\
			kmap(page[i % nr]);					\
			kunmap(page[i % nr]);					\
		}								\
	}

SCALE_KMAP(10)
SCALE_KMAP(100)
SCALE_KMAP(500)
SCALE_KMAP(1000)
SCALE_KMAP(2000)
SCALE_KMAP(5000)
