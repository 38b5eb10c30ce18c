/* SPDX-License-Identifier: MIT */
/*
 * mm/slab.c - the slab allocator: objects between a cache's slabs, its array, and their users
 *
 * A slab is one block of pages; it begins with its colour (unused bytes that shift the objects of
 * each slab to other cache lines), its descriptor and the index of free objects, unless those two
 * lie in a kmalloc cache:
 *
 *   | colour | struct slab | free_index[] |  obj 0  |  obj 1  | ... |  obj num-1  | rest |
 *                  |            |             ^ s_mem
 *                  free = 1    free_index:  ACTIVE     4      ...     1 -> 4 -> ... -> END
 *
 * and is on one of its cache's lists, by the objects that are not in it (inuse):
 *
 *   slabs_full      inuse == num       nothing to take
 *   slabs_partial   0 < inuse < num    taken from first, so that few slabs are broken
 *   slabs_free      inuse == 0         taken from next; what reaping gives back
 *
 * The objects of a new slab go straight into the array, as many as there is room for, so that it mostly
 * begins as a full one: what an index would say has not to be written and then followed.
 *
 * S1  a slab is on the list that its inuse names, and nr_slabs, nr_free_slabs, nr_inuse are the sums
 * S2  following free_index from free meets num - inuse objects, then INDEX_END; the others are ACTIVE
 * S3  every page of a slab is flagged and points at its cache and its slab, and no other page does
 * S4  each entry of the array is the start of an object that is ACTIVE in its slab, and is there once
 * S5  slot 0 lies at colour + descriptor, inside the block with all num slots, aligned as promised
 *
 * Fed by alloc_pages(); IRQs are off inside. In reading order: slab_geometry.c (how large), this file,
 * slab_fast.c (the array in front), slab_cache.c (making caches, bootstrap), kmalloc.c, slab_debug.c
 * and slab_check.c.
 * Source: Bonwick, "The Slab Allocator" (USENIX 1994), "Slab Allocator Implementation", "Coloring".
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <lib/string_words.h>
#include <mm/fault_inject.h>
#include "explain.h"
#include "slab_internal.h"

#define CALLER		((unsigned long)__builtin_return_address(0))

/* --- making and giving back slabs ------------------------------------------------------------ */

/* @slab NULL: the pages are nobody's again. */
static void set_slab_pages(struct page *page, struct kmem_cache *cache, struct slab *slab)
{
	struct page *end = page + (1u << cache->order);

	for (; page < end; page++) {
		page->flags = slab ? PAGE_FLAG_SLAB : 0;
		page->slab_cache = slab ? cache : NULL;
		page->slab = slab;
	}
}

/* The bytes by which this slab's objects are shifted; the next slab gets the next colour. */
static size_t next_colour(struct kmem_cache *cache)
{
	size_t colour = cache->colour_next * cache->colour_off;

	if (++cache->colour_next >= cache->colours)
		cache->colour_next = 0;
	return colour;
}

static struct slab *place_slab(struct kmem_cache *cache, struct page *page)
{
	char *block = page_address(page);
	struct slab *slab;

	if (cache->off_slab) {
		slab = kmem_cache_alloc(cache->mgmt_cache, GFP_ATOMIC);
		if (slab)
			slab->s_mem = block + next_colour(cache);
	} else {
		slab = (struct slab *)(block + next_colour(cache));
		slab->s_mem = (char *)slab + cache->mgmt_size;
	}
	return slab;
}

static void construct_objects(struct kmem_cache *cache, struct slab *slab)
{
	for (unsigned int i = 0; i < cache->num; i++) {
		void *object = index_object(cache, slab, i);

		if (cache->ctor)
			cache->ctor(object);
		if (cache->flags & SLAB_DEBUG_FLAGS)
			slab_debug_new_object(cache, object);
	}
}

/* Two neighbouring entries of free_index[]. */
typedef u32 __attribute__((may_alias, aligned(2))) index_pair;
#define ACTIVE_PAIR	((u32)INDEX_ACTIVE << 16 | INDEX_ACTIVE)

/* Each object is followed by its neighbour: two entries at a time, 1 and 2, 3 and 4 ... */
static void chain_neighbours(slab_index_t *entry, unsigned int num)
{
	u32 two = 2u << 16 | 1;

	for (unsigned int pairs = num / 2; pairs; pairs--, two += 2u << 16 | 2, entry += 2)
		*(index_pair *)entry = two;
	entry[num % 2 ? 0 : -1] = INDEX_END;
}

/* The index of a new slab whose first @out objects are not in it: S2. */
static void init_index(struct slab *slab, unsigned int num, unsigned int out)
{
	slab->inuse = out;
	slab->free = INDEX_END;
	if (out < num) {
		chain_neighbours(slab->free_index, num);
		slab->free = out;
	}
	fill_words(slab->free_index, ACTIVE_PAIR, out / 2);
	if (out % 2)
		slab->free_index[out - 1] = INDEX_ACTIVE;
}

/* A new slab's objects get their cookies, and the first @out of them go into the array. */
static void init_objects(struct kmem_cache *cache, struct slab *slab, unsigned int out)
{
	char *object = slab->s_mem;		/* without debugging, offset is 0 */
	u32 at = cache->cookie_at, step = cache->size;
	void **top = cache->cpu.top;

	for (void **end = top + out; top < end; object += step) {
		*(u32 *)(object + at) = FREE_COOKIE;
		*top++ = object;
	}
	cache->cpu.top = top;
	for (unsigned int left = cache->num - out; left; left--, object += step)
		*(u32 *)(object + at) = FREE_COOKIE;
}

/* S1: a new slab is counted and joins its list. */
static void enlist_slab(struct kmem_cache *cache, struct slab *slab)
{
	unsigned int out = slab->inuse;

	list_add(&slab->list, out == cache->num ? &cache->slabs_full :
			      out ? &cache->slabs_partial : &cache->slabs_free);
	cache->nr_slabs++;
	cache->grown++;
	if (tracing(TRACE_SLAB))
		explain_slab_grow(cache, slab);
	if (!out) {
		cache->nr_free_slabs++;
		return;
	}
	cache->nr_inuse += out;
	cache->high = max(cache->high, cache->nr_inuse);
	cache->refills++;
	cache->refilled += out;
	if (tracing(TRACE_SLAB))
		explain_slab_move(cache, slab, 0, out);
}

/*
 * Make one more slab: as many of its objects as there is room for go into the array without having been
 * in the slab; with none, because there is no array, it joins slabs_free. False: no memory.
 *
 * place_slab() may have come back to this cache, for a descriptor or for another cache's array, and
 * that inner call may have filled the array: so how much room there is is looked at after it.
 */
static bool cache_grow(struct kmem_cache *cache, gfp_t gfp)
{
	gfp_t ask = (gfp & ~(__GFP_ZERO | __GFP_COMP | __GFP_HIGHMEM)) | cache->gfp;
	struct page *page = alloc_pages(ask, cache->order);
	struct slab *slab;
	unsigned int out;

	if (!page)
		return false;
	slab = place_slab(cache, page);
	if (!slab) {
		__free_pages(page, cache->order);
		return false;
	}
	page_set_owner(page, PAGE_OWNER_SLAB);
	set_slab_pages(page, cache, slab);
	out = min_t(unsigned int, cache->num, cache->cpu.end - cache->cpu.top);
	init_index(slab, cache->num, out);
	if (unlikely(cache->ctor || cache->flags & SLAB_DEBUG_FLAGS))
		construct_objects(cache, slab);
	if (likely(!(cache->flags & SLAB_DEBUG_FLAGS)))
		init_objects(cache, slab, out);
	enlist_slab(cache, slab);
	return true;
}

/* Give a slab that holds no handed-out object back to the buddy lists. */
static void slab_destroy(struct kmem_cache *cache, struct slab *slab)
{
	struct page *page = slab_first_page(cache, slab);

	if (tracing(TRACE_SLAB))
		explain_slab_destroy(cache, slab);
	if (cache->dtor)
		for (unsigned int i = 0; i < cache->num; i++)
			cache->dtor(index_object(cache, slab, i));
	list_del(&slab->list);
	cache->nr_slabs--;
	cache->nr_free_slabs--;
	cache->reaped++;
	set_slab_pages(page, cache, NULL);
	if (cache->off_slab)
		kmem_cache_free(cache->mgmt_cache, slab);
	__free_pages(page, cache->order);
}

unsigned long cache_give_back(struct kmem_cache *cache)
{
	unsigned long pages = (unsigned long)cache->nr_free_slabs << cache->order;

	while (!list_empty(&cache->slabs_free))
		slab_destroy(cache, list_last_entry(&cache->slabs_free, struct slab, list));
	return pages;
}

/* --- emptying the array ------------------------------------------------------------------------ */

void cache_drain(struct kmem_cache *cache, bool off)
{
	unsigned long flags = arch_irq_save();
	void **array = cache->cpu.base;

	if (array) {
		if (cache->cpu.top > array)
			cache_flush(cache, cache->cpu.top - array);
		if (off) {
			cache->cpu = (struct cpu_stack) { NULL, NULL, NULL };
			kfree(array);
		}
	}
	arch_irq_restore(flags);
}

/* --- allocating the long way ----------------------------------------------------------------- */

static bool arrays_wanted = true;

void slab_use_arrays(bool on)
{
	unsigned long flags = arch_irq_save();
	struct kmem_cache *cache;

	arrays_wanted = on;
	if (!on)
		list_for_each_entry(cache, &slab_caches, list)
			cache_drain(cache, true);
	arch_irq_restore(flags);
}

/*
 * The first allocation of a cache makes its array, as soon as there is the kmalloc cache that it comes
 * from. That may be this one: array_pending sends the inner request to the slabs.
 */
static void make_array(struct kmem_cache *cache)
{
	size_t size = cache->limit * sizeof(void *);
	void **array;

	if (!arrays_wanted || !size || cache->array_pending || !kmalloc_caches[kmalloc_index(size)])
		return;
	cache->array_pending = true;
	array = kmalloc_any(size, GFP_ATOMIC | __GFP_NOWARN);
	cache->array_pending = false;
	if (array)
		cache->cpu = (struct cpu_stack) { array, array, array + cache->limit };
}

/* The array is empty: a batch from the slabs. Memory is asked for only when they have none. */
static bool refill(struct kmem_cache *cache, gfp_t gfp)
{
	struct cpu_stack *cpu = &cache->cpu;
	unsigned int n;

	if (!slab_to_take_from(cache))
		return cache_grow(cache, gfp);
	n = cache_take(cache, cache->batch, cpu->top);
	cpu->top += n;
	cache->refills++;
	cache->refilled += n;
	return true;
}

/* More than one turn only when a slab turns out to be broken. */
static void *take_through_array(struct kmem_cache *cache, gfp_t gfp)
{
	struct cpu_stack *cpu = &cache->cpu;

	while (cpu->top == cpu->base)
		if (!refill(cache, gfp))
			return NULL;
	return *--cpu->top;
}

static void *take_from_slabs(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = NULL;

	while (!object && (slab_to_take_from(cache) || cache_grow(cache, gfp)))
		cache_take(cache, 1, &object);
	return object;
}

/* The first allocation, or one of a cache that has no array. */
static void *take_without_array(struct kmem_cache *cache, gfp_t gfp)
{
	make_array(cache);
	return cache->cpu.base ? take_through_array(cache, gfp) : take_from_slabs(cache, gfp);
}

/* An object has left the slabs: check it, mark it, wipe it. */
static void prepare_object(struct kmem_cache *cache, void *object, gfp_t gfp, unsigned long caller)
{
	if (cache->flags & SLAB_DEBUG_FLAGS)
		slab_debug_alloc(cache, object, caller);
	else
		*object_cookie(cache, object) = 0;
	if (gfp & __GFP_ZERO || cache->zero_on_alloc)
		memset(object, 0, cache->object_size);
}

void *cache_alloc_for(struct kmem_cache *cache, gfp_t gfp, unsigned long caller)
{
	unsigned long flags = arch_irq_save();
	void *object = NULL;

	if (likely(cache->cpu.base))		/* no cache has one while failslab is on */
		object = take_through_array(cache, gfp);
	else if (!should_fail(&failslab, cache->name, cache->object_size, caller))
		object = take_without_array(cache, gfp);
	if (likely(object))
		prepare_object(cache, object, gfp, caller);
	arch_irq_restore(flags);
	return object;
}

void *FASTCALL cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp)
{
	return cache_alloc_for(cache, gfp, CALLER);
}

/* A function of its own, so that the fast path can end in a jump. */
void *FASTCALL wipe_object(void *object, size_t size)
{
	return memset(object, 0, size);
}

/* --- freeing the long way: a full array, a debugged cache, or something wrong ------------------ */

bool object_is_out(const struct kmem_cache *cache, const struct slab *slab, const void *object)
{
	if (slab->free_index[object_index(cache, slab, object)] != INDEX_ACTIVE)
		return false;
	for (void **entry = cache->cpu.base; entry < cache->cpu.top; entry++)
		if (*entry == object)
			return false;
	return true;
}

/* What is wrong with freeing @object to @cache, or NR_SLAB_FAULTS: nothing. */
static enum slab_fault free_fault(const struct kmem_cache *cache, const void *object)
{
	const struct kmem_cache *owner = object_cache(object);
	const struct slab *slab;
	unsigned int index;

	if (!owner)
		return SLAB_WILD_FREE;
	if (owner != cache)
		return SLAB_WRONG_CACHE;
	slab = virt_to_page(object)->slab;
	index = object_index(cache, slab, object);
	if (index >= cache->num || index_object(cache, slab, index) != object)
		return SLAB_MIDDLE;
	return object_is_out(cache, slab, object) ? NR_SLAB_FAULTS : SLAB_DOUBLE_FREE;
}

/* A good object goes back: through the array if there is one. IRQs off. */
static void take_back(struct kmem_cache *cache, void *object, unsigned long caller)
{
	struct cpu_stack *cpu = &cache->cpu;

	if (cache->flags & SLAB_DEBUG_FLAGS) {
		slab_debug_free(cache, object, caller);
		slab_put(cache, object);
		return;
	}
	if (cache->zero_on_free)
		memset(object, 0, cache->object_size);
	*object_cookie(cache, object) = FREE_COOKIE;
	if (cpu->base && cpu->top == cpu->end)
		cache_flush(cache, cache->batch);
	if (!arch_stack_push(cpu, object))
		slab_put(cache, object);
}

void cache_free_for(struct kmem_cache *cache, void *object, unsigned long caller)
{
	unsigned long flags = arch_irq_save();

	if (object) {
		enum slab_fault fault = free_fault(cache, object);

		if (likely(fault == NR_SLAB_FAULTS))
			take_back(cache, object, caller);
		else
			slab_report(fault, cache, object, caller);
	}
	arch_irq_restore(flags);
}

void FASTCALL cache_free_slow(struct kmem_cache *cache, void *object)
{
	cache_free_for(cache, object, CALLER);
}

/* --- bulk ------------------------------------------------------------------------------------ */

int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t nr, void **objects)
{
	for (size_t i = 0; i < nr; i++) {
		objects[i] = kmem_cache_alloc_any(cache, gfp);
		if (!objects[i]) {
			kmem_cache_free_bulk(cache, i, objects);
			return 0;
		}
	}
	return nr;
}

void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objects)
{
	while (nr)
		kmem_cache_free(cache, objects[--nr]);
}
