// SPDX-License-Identifier: MIT
/*
 * mm/percpu.c - per-CPU variables for one CPU, out of kmalloc
 *
 *	size 24, align 8      kmalloc(24)            every object is aligned to 8
 *	size 24, align 64     kmalloc(64)            sizes that are powers of two are aligned to
 *	size 300, align 16    kmalloc(512)           themselves
 *
 * With more CPUs each variable would need the same place in one unit a CPU, and an allocator of such
 * places; with one, that allocator is kmalloc. The price is rounding up to a power of two where an
 * alignment past 8 is asked for.
 */
#include <lib/bug.h>
#include <lib/kernel.h>
#include <lib/log2.h>
#include <mm/percpu.h>
#include <mm/slab.h>

unsigned long percpu_live;

void *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	void *ptr;

	if (WARN_ON(!size || size > PERCPU_SIZE_MAX || !is_power_of_2(align) || align > PAGE_SIZE))
		return NULL;
	if (align > ARCH_KMALLOC_MINALIGN)
		size = roundup_pow_of_two(max(size, align));
	ptr = kzalloc(size, gfp);
	percpu_live += ptr != NULL;
	return ptr;
}

void *__alloc_percpu(size_t size, size_t align)
{
	return __alloc_percpu_gfp(size, align, GFP_KERNEL);
}

void free_percpu(void *ptr)
{
	percpu_live -= ptr != NULL;
	kfree(ptr);
}
