/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_geometry.c - how many objects make a slab, in how many pages, and where its descriptor lies
 *
 *   on the slab    | struct slab | free_index[] | pad | slot 0 | slot 1 | ... | slot num-1 |  left  |
 *                  <---------- mgmt_size ----------->                                      colours
 *
 *   off the slab   | slot 0 | slot 1 | ...                           | slot num-1 |  left  |
 *                  struct slab and free_index[] are an object of mgmt_cache, a kmalloc cache
 *
 * G1  the slot is the object, its check word or debugging areas, rounded up to the alignment
 * G2  slots from 512 bytes on have their descriptor off the slab if another object fits by that
 * G3  the order is the smallest that wastes at most 1/8 of its block; waste is what is neither slot
 *     nor descriptor. If there is none, the order of the smallest share wasted, and the smaller of two
 * G4  colours = left / colour_off: by so many steps the slots can be shifted; none with slab_colour=off
 *
 * Source: Bonwick, "The Slab Allocator" (USENIX 1994), "Slab Layout for Small Objects", "Slab Layout
 * for Large Objects" (the 1/8), "Slab Coloring".
 */
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/limits.h>
#include <lib/string.h>
#include "slab_internal.h"

#define OFF_SLAB_MIN		512	/* smaller slots keep the descriptor on their slab */
#define WASTE_SHARE		8	/* a slab may waste 1/8 of itself */

/* slab_colour=off (or on): each slab begins where its block does, so that tools/lines.py can tell the difference. */
static bool colouring = true;

static int __init set_slab_colour(const char *value)
{
	if (strcmp(value, "on") && strcmp(value, "off"))
		return -EINVAL;
	colouring = value[1] == 'n';
	return 0;
}
early_param("slab_colour", set_slab_colour);

/* struct slab with its index, for @num objects. */
static size_t descriptor_bytes(unsigned int num)
{
	return sizeof(struct slab) + num * sizeof(slab_index_t);
}

/* The same in front of the slots, the first of which it must leave aligned. */
static size_t mgmt_bytes(const struct kmem_cache *cache, unsigned int num)
{
	return round_up(descriptor_bytes(num), cache->align);
}

/* Objects that fit into @bytes beside their descriptor. */
static unsigned int objects_on_slab(const struct kmem_cache *cache, size_t bytes)
{
	unsigned int num = (bytes - sizeof(struct slab)) / (cache->size + sizeof(slab_index_t));

	while (num && mgmt_bytes(cache, num) + num * cache->size > bytes)
		num--;
	return min(num, SLAB_OBJECTS_MAX);
}

/* Fill in order, num, off_slab, mgmt_size. Return: the bytes of the block that are wasted. */
static size_t geometry_for_order(struct kmem_cache *cache, unsigned int order)
{
	size_t bytes = PAGE_SIZE << order;
	unsigned int off = min_t(unsigned int, bytes / cache->size, SLAB_OBJECTS_MAX);

	cache->order = order;
	cache->num = objects_on_slab(cache, bytes);
	cache->off_slab = cache->size >= OFF_SLAB_MIN && off > cache->num;
	if (cache->off_slab)
		cache->num = off;
	cache->mgmt_size = cache->off_slab ? 0 : mgmt_bytes(cache, cache->num);
	bytes -= cache->num * cache->size;
	return cache->off_slab ? bytes : bytes - descriptor_bytes(cache->num);
}

/* G3. False: no block holds such an object. */
static bool choose_order(struct kmem_cache *cache)
{
	unsigned int best = MAX_ORDER;
	size_t best_waste = 0;

	for (unsigned int order = get_order(cache->size); order < MAX_ORDER; order++) {
		size_t waste = geometry_for_order(cache, order);

		if (!cache->num)
			continue;
		if (waste * WASTE_SHARE <= PAGE_SIZE << order)
			return true;
		if (best == MAX_ORDER || (u64)waste << best < (u64)best_waste << order) {
			best = order;
			best_waste = waste;
		}
	}
	if (best < MAX_ORDER)
		geometry_for_order(cache, best);
	return best < MAX_ORDER;
}

/* The alignment that @size, @align and @flags together ask for. */
static u32 choose_align(size_t size, size_t align, u32 flags)
{
	if (flags & SLAB_HWCACHE_ALIGN) {
		size_t line = L1_CACHE_BYTES;

		while (size <= line / 2)	/* several small objects may share a line */
			line /= 2;
		align = max(align, line);
	}
	if (is_power_of_2(size))
		align = max(align, size);
	return max(align, (size_t)ARCH_KMALLOC_MINALIGN);
}

/*
 * Length of the array and of a batch: the smaller the object, the more may wait in front. None when
 * memory is wiped on each call, for then each call must come by the slow path.
 */
static void choose_array(struct kmem_cache *cache)
{
	cache->limit = cache->size > 32768 ? 1 : cache->size > PAGE_SIZE ? 8 :
		       cache->size > 1024 ? 24 : cache->size > 256 ? 54 : 120;
	cache->batch = (cache->limit + 1) / 2;
	if (cache->zero_on_alloc || cache->zero_on_free)
		cache->limit = 0;
}

/* G1. Objects that keep their bytes while they are free have the check word behind them. */
static void choose_slot(struct kmem_cache *cache, size_t size, size_t align)
{
	cache->object_size = size;
	cache->align = choose_align(size, align, cache->flags);
	cache->size = size;
	if (keeps_bytes(cache)) {
		cache->cookie_at = round_up(size, sizeof(u32));
		cache->size = cache->cookie_at + sizeof(u32);
	}
	if (cache->flags & SLAB_DEBUG_FLAGS)
		slab_debug_layout(cache);
	else
		choose_array(cache);
	cache->size = round_up(cache->size, cache->align);
	BUG_ON(cache->size < ARCH_KMALLOC_MINALIGN);
	cache->reciprocal = U32_MAX / cache->size + 1;	/* 2^32 / size, rounded up */
}

/*
 * What slab_batch.c needs to tell an object's start by one multiplication. With r = reciprocal, the
 * product at * r of an object's start is index * 2^32 + index * excess, where excess = r * size - 2^32;
 * each byte further on adds r, and the last one of a slot r less than the next start has. So as long as
 * num * excess < r, a low half up to the last start's says "start", and a larger one "inside". Large
 * objects of odd sizes fail that: for them the answer is always "look closer".
 */
static void choose_proof(struct kmem_cache *cache)
{
	u32 excess = cache->reciprocal * cache->size;

	cache->start_below = (cache->num - 1) * excess + 1;
	if (cache->flags & SLAB_DEBUG_FLAGS || (u64)cache->num * excess >= cache->reciprocal)
		cache->start_below = 0;
}

bool slab_choose_geometry(struct kmem_cache *cache, size_t size, size_t align)
{
	size_t left;

	choose_slot(cache, size, align);
	if (!choose_order(cache))
		return false;
	choose_proof(cache);
	left = (PAGE_SIZE << cache->order) - cache->mgmt_size - cache->num * cache->size;
	cache->colour_off = max_t(unsigned int, L1_CACHE_BYTES, cache->align);
	cache->colours = colouring ? left / cache->colour_off : 0;
	if (cache->off_slab)
		cache->mgmt_cache = kmalloc_caches[kmalloc_index(descriptor_bytes(cache->num))];
	return !cache->off_slab || cache->mgmt_cache;
}
