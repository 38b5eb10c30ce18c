/* SPDX-License-Identifier: MIT */
/*
 * mm/slab.c - the slab allocator: caches of equal objects, cut from blocks of pages
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
 * S1  a slab is on the list that its inuse names, and nr_slabs, nr_free_slabs, nr_inuse are the sums
 * S2  following free_index from free meets num - inuse objects, then INDEX_END; the others are ACTIVE
 * S3  every page of a slab is flagged and points at its cache and its slab, and no other page does
 * S4  each entry of the array is the start of an object that is ACTIVE in its slab, and is there once
 * S5  slot 0 lies at colour + descriptor, inside the block with all num slots, aligned as promised
 *
 * Fed by alloc_pages(); IRQs are off inside. The array in front is in slab_fast.c.
 * Source: Bonwick, "The Slab Allocator" (USENIX 1994), "Slab Allocator Implementation", "Coloring".
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/math64.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/fault_inject.h>
#include "slab_internal.h"

#define OFF_SLAB_MIN		512	/* smaller objects keep the descriptor on their slab */
#define WASTE_SHARE		8	/* a slab may leave 1/8 of itself unused */

LIST_HEAD(slab_caches);

/* The cache of caches: the one that cannot be allocated. */
static struct kmem_cache cache_cache;

bool slab_is_available(void)
{
	return cache_cache.size != 0;
}

/* --- geometry: how many objects, in how many pages, and what is left for colours -------------- */

static size_t mgmt_bytes(const struct kmem_cache *cache, unsigned int num)
{
	return round_up(sizeof(struct slab) + num * sizeof(slab_index_t), cache->align);
}

/* The same off the slab, where it needs no alignment of the objects'. */
static size_t mgmt_bytes_off_slab(const struct kmem_cache *cache)
{
	return sizeof(struct slab) + cache->num * sizeof(slab_index_t);
}

/* Objects that fit into a block of @order beside their descriptor. */
static unsigned int objects_on_slab(const struct kmem_cache *cache, unsigned int order)
{
	size_t bytes = PAGE_SIZE << order;
	unsigned int num;

	if (bytes < sizeof(struct slab))
		return 0;
	num = (bytes - sizeof(struct slab)) / (cache->size + sizeof(slab_index_t));
	while (num && mgmt_bytes(cache, num) + num * cache->size > bytes)
		num--;
	return min(num, SLAB_OBJECTS_MAX);
}

/* Fill in order, num, off_slab, mgmt_size. Return: the bytes of the block that stay unused. */
static size_t geometry_for_order(struct kmem_cache *cache, unsigned int order)
{
	size_t bytes = PAGE_SIZE << order;
	unsigned int off = min_t(unsigned int, bytes / cache->size, SLAB_OBJECTS_MAX);

	cache->order = order;
	cache->num = objects_on_slab(cache, order);
	cache->off_slab = cache->object_size >= OFF_SLAB_MIN && off > cache->num;
	if (cache->off_slab)
		cache->num = off;
	cache->mgmt_size = cache->off_slab ? 0 : mgmt_bytes(cache, cache->num);
	return bytes - cache->mgmt_size - cache->num * cache->size;
}

/* The smallest order whose unused part is small enough; failing that, the one that wastes least. */
static size_t choose_geometry(struct kmem_cache *cache)
{
	unsigned int best = MAX_ORDER;
	size_t best_left = 0;

	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		size_t left = geometry_for_order(cache, order);

		if (!cache->num)
			continue;
		if (left * WASTE_SHARE <= PAGE_SIZE << order)
			return left;
		if (best == MAX_ORDER || left << best < best_left << order) {
			best = order;
			best_left = left;
		}
	}
	return best < MAX_ORDER ? geometry_for_order(cache, best) : 0;
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

/* Length of the array and of a batch: the smaller the object, the more may wait in front. */
static void choose_array(struct kmem_cache *cache)
{
	cache->limit = cache->size > 32768 ? 1 : cache->size > PAGE_SIZE ? 8 :
		       cache->size > 1024 ? 24 : cache->size > 256 ? 54 : 120;
	cache->batch = (cache->limit + 1) / 2;
}

/* All that follows from size, align and flags. False: no block is large enough. */
static bool cache_layout(struct kmem_cache *cache, size_t size, size_t align)
{
	size_t left;

	cache->object_size = size;
	cache->align = choose_align(size, align, cache->flags);
	cache->size = size;
	cache->cookie_at = 0;
	if (cache->ctor || cache->flags & SLAB_TYPESAFE_BY_RCU) {
		cache->cookie_at = round_up(size, sizeof(u32));
		cache->size = cache->cookie_at + sizeof(u32);
	}
	if (cache->flags & SLAB_DEBUG_FLAGS)
		slab_debug_layout(cache);
	else
		choose_array(cache);
	cache->size = round_up(cache->size, cache->align);
	cache->reciprocal = DIV_ROUND_UP_ULL(1ULL << 32, cache->size);
	left = choose_geometry(cache);
	cache->colour_off = max_t(unsigned int, L1_CACHE_BYTES, cache->align);
	cache->colours = left / cache->colour_off;
	return cache->num != 0;
}

/* --- slabs ----------------------------------------------------------------------------------- */

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
		slab = kmem_cache_alloc_plain(cache->mgmt_cache, GFP_ATOMIC);
		if (!slab)
			return NULL;
		slab->s_mem = block + next_colour(cache);
	} else {
		slab = (struct slab *)(block + next_colour(cache));
		slab->s_mem = (char *)slab + cache->mgmt_size;
	}
	return slab;
}

static void init_objects(struct kmem_cache *cache, struct slab *slab)
{
	char *object = (char *)slab->s_mem + cache->offset;

	for (unsigned int i = 0; i < cache->num; i++, object += cache->size) {
		slab->free_index[i] = i + 1;
		if (cache->ctor)
			cache->ctor(object);
		if (cache->flags & SLAB_DEBUG_FLAGS)
			slab_debug_new_object(cache, object);
		else
			*object_cookie(cache, object) = FREE_COOKIE;
	}
	slab->free_index[cache->num - 1] = INDEX_END;
	slab->free = 0;
	slab->inuse = 0;
}

/* Make one more slab, onto slabs_free. False: no memory. */
static bool cache_grow(struct kmem_cache *cache, gfp_t gfp)
{
	struct page *page = alloc_pages((gfp & ~(__GFP_ZERO | __GFP_COMP)) | cache->gfp,
					cache->order);
	struct slab *slab;

	if (!page)
		return false;
	slab = place_slab(cache, page);
	if (!slab) {
		__free_pages(page, cache->order);
		return false;
	}
	page_set_owner(page, PAGE_OWNER_SLAB);
	set_slab_pages(page, cache, slab);
	init_objects(cache, slab);
	list_add(&slab->list, &cache->slabs_free);
	cache->nr_slabs++;
	cache->nr_free_slabs++;
	cache->grown++;
	return true;
}

/* Give a slab that holds no handed-out object back to the buddy lists. */
static void slab_destroy(struct kmem_cache *cache, struct slab *slab)
{
	struct page *page = virt_to_page((unsigned long)slab->s_mem &
					 ~((PAGE_SIZE << cache->order) - 1));

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

/* Give back all slabs that hold nothing. Return: the pages that came free. */
static unsigned long destroy_free_slabs(struct kmem_cache *cache)
{
	unsigned long pages = (unsigned long)cache->nr_free_slabs << cache->order;

	while (!list_empty(&cache->slabs_free))
		slab_destroy(cache, list_last_entry(&cache->slabs_free, struct slab, list));
	return pages;
}

/* --- between the slabs and the array --------------------------------------------------------- */

/* A slab to take from: a partial one, else a free one, else a new one; NULL: no memory. */
static struct slab *slab_to_take_from(struct kmem_cache *cache, gfp_t gfp)
{
	if (!list_empty(&cache->slabs_partial))
		return list_first_entry(&cache->slabs_partial, struct slab, list);
	if (list_empty(&cache->slabs_free) && !cache_grow(cache, gfp))
		return NULL;
	return list_first_entry(&cache->slabs_free, struct slab, list);
}

/* Take up to @nr objects out of @slab, to @to. Return: how many there were. */
static unsigned int slab_take(struct kmem_cache *cache, struct slab *slab, unsigned int nr, void **to)
{
	unsigned int n = min(nr, cache->num - slab->inuse), index = slab->free;

	for (unsigned int i = 0; i < n; i++) {
		slab_index_t next = slab->free_index[index];

		slab->free_index[index] = INDEX_ACTIVE;
		to[i] = index_object(cache, slab, index);
		index = next;
	}
	slab->free = index;
	if (!slab->inuse)
		cache->nr_free_slabs--;
	slab->inuse += n;
	cache->nr_inuse += n;
	list_move(&slab->list, slab->inuse == cache->num ? &cache->slabs_full :
							   &cache->slabs_partial);
	return n;
}

/* Up to @nr objects out of the slabs, to @to. Return: how many could be had. */
static unsigned int cache_take(struct kmem_cache *cache, gfp_t gfp, unsigned int nr, void **to)
{
	unsigned int done = 0;

	while (done < nr) {
		struct slab *slab;

		/* what is there will do: memory is asked for only when there is nothing */
		if (done && list_empty(&cache->slabs_partial) && list_empty(&cache->slabs_free))
			break;
		slab = slab_to_take_from(cache, gfp);
		if (!slab)
			break;
		done += slab_take(cache, slab, nr - done, to + done);
	}
	cache->high = max(cache->high, cache->nr_inuse);
	return done;
}

/* Put one object back into its slab, which the caller has found to be a slab of @cache. */
static void slab_put(struct kmem_cache *cache, void *object)
{
	struct slab *slab = virt_to_page(object)->slab;
	unsigned int index = object_index(cache, slab, object);

	if (unlikely(index >= cache->num || index_object(cache, slab, index) != object)) {
		slab_report(cache, object, 0, "freed, but it is no object's start");
		return;
	}
	if (unlikely(slab->free_index[index] != INDEX_ACTIVE)) {
		slab_report(cache, object, 0, "freed twice: it is in its slab already");
		return;
	}
	slab->free_index[index] = slab->free;
	slab->free = index;
	cache->nr_inuse--;
	if (--slab->inuse == 0) {
		list_move(&slab->list, &cache->slabs_free);
		cache->nr_free_slabs++;
	} else if (slab->inuse == cache->num - 1) {
		list_move(&slab->list, &cache->slabs_partial);
	}
}

/* Move the @nr oldest entries of the array into their slabs. */
static void cache_flush(struct kmem_cache *cache, unsigned int nr)
{
	struct cpu_stack *cpu = &cache->cpu;

	for (unsigned int i = 0; i < nr; i++)
		slab_put(cache, cpu->base[i]);
	memmove(cpu->base, cpu->base + nr, (char *)cpu->top - (char *)(cpu->base + nr));
	cpu->top -= nr;
	cache->flushes++;
	cache->flushed += nr;
}

void cache_drain(struct kmem_cache *cache, bool off)
{
	unsigned long flags = arch_irq_save();
	void **array = cache->cpu.base;

	if (array) {
		cache_flush(cache, cache->cpu.top - array);
		if (off) {
			cache->cpu = (struct cpu_stack) { NULL, NULL, NULL };
			kfree(array);
		}
	}
	arch_irq_restore(flags);
}

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
 * The first allocation of a cache makes its array. The kmalloc cache that arrays come from may be
 * this one: array_pending sends that inner request to the slabs.
 */
static void make_array(struct kmem_cache *cache)
{
	void **array;

	if (!arrays_wanted || !cache->limit || cache->array_pending || !kmalloc_caches[NR_KMALLOC_CACHES - 1])
		return;
	cache->array_pending = true;
	array = kmalloc_any(cache->limit * sizeof(void *), GFP_ATOMIC | __GFP_NOWARN);
	cache->array_pending = false;
	if (array)
		cache->cpu = (struct cpu_stack) { array, array, array + cache->limit };
}

static void *take_through_array(struct kmem_cache *cache, gfp_t gfp)
{
	struct cpu_stack *cpu = &cache->cpu;

	if (cpu->top == cpu->base) {	/* else an interrupt handler's free has filled it since */
		unsigned int n = cache_take(cache, gfp, cache->batch, cpu->base);

		cpu->top += n;
		cache->refills++;
		cache->refilled += n;
	}
	return cpu->top == cpu->base ? NULL : *--cpu->top;
}

void *FASTCALL cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp, unsigned long caller)
{
	unsigned long flags = arch_irq_save();
	void *object = NULL;

	if (unlikely(should_fail(&failslab, cache->name, cache->object_size, caller)))
		goto out;
	if (!cache->cpu.base)
		make_array(cache);
	if (cache->cpu.base)
		object = take_through_array(cache, gfp);
	else
		cache_take(cache, gfp, 1, &object);
	if (!object)
		goto out;
	if (cache->flags & SLAB_DEBUG_FLAGS)
		slab_debug_alloc(cache, object, caller);
	else
		*object_cookie(cache, object) = 0;
	if (gfp & __GFP_ZERO)
		memset(object, 0, cache->object_size);
out:
	arch_irq_restore(flags);
	return object;
}

/* --- freeing the long way: a full array, a debugged cache, or something wrong ------------------ */

struct kmem_cache *object_cache(const void *object)
{
	const struct page *page = virt_to_page(object);

	if (__pa(object) >= lowmem_bytes || !page_is_slab(page))
		return NULL;
	return page->slab_cache;
}

bool object_is_out(const struct kmem_cache *cache, const struct slab *slab, const void *object)
{
	if (slab->free_index[object_index(cache, slab, object)] != INDEX_ACTIVE)
		return false;
	for (void **entry = cache->cpu.base; entry < cache->cpu.top; entry++)
		if (*entry == object)
			return false;
	return true;
}

/* What is wrong with freeing @object to @cache, in words; NULL: nothing. */
static const char *why_not_free(const struct kmem_cache *cache, const void *object)
{
	const struct kmem_cache *owner = object_cache(object);
	const struct slab *slab;
	unsigned int index;

	if (!owner)
		return "freed, but it is in no slab";
	if (owner != cache)
		return "freed to a cache that it is not from";
	slab = virt_to_page(object)->slab;
	index = object_index(cache, slab, object);
	if (index >= cache->num || index_object(cache, slab, index) != object)
		return "freed, but it is no object's start";
	if (!object_is_out(cache, slab, object))
		return "freed twice";
	return NULL;
}

void FASTCALL cache_free_slow(struct kmem_cache *cache, void *object, unsigned long caller)
{
	unsigned long flags = arch_irq_save();
	struct cpu_stack *cpu = &cache->cpu;
	const char *wrong;

	if (!object)
		goto out;
	wrong = why_not_free(cache, object);
	if (unlikely(wrong)) {
		slab_report(cache, object, caller, wrong);
		goto out;
	}
	if (cache->flags & SLAB_DEBUG_FLAGS) {
		slab_debug_free(cache, object, caller);
		slab_put(cache, object);
		goto out;
	}
	*object_cookie(cache, object) = FREE_COOKIE;
	if (cpu->top == cpu->end && cpu->base)
		cache_flush(cache, cache->batch);
	if (!arch_stack_push(cpu, object))
		slab_put(cache, object);
out:
	arch_irq_restore(flags);
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

/* --- making and taking down caches ----------------------------------------------------------- */

static struct kmem_cache *find_cache(const char *name)
{
	struct kmem_cache *cache;

	list_for_each_entry(cache, &slab_caches, list)
		if (!strcmp(cache->name, name))
			return cache;
	return NULL;
}

/* Fill in a zeroed @cache. False: there is no geometry for it, or no memory for its descriptors. */
static bool cache_setup(struct kmem_cache *cache, const char *name, size_t size, size_t align,
			u32 flags)
{
	cache->name = name;
	cache->flags = flags | slab_debug_default_flags(name);
	cache->gfp = flags & SLAB_CACHE_DMA ? __GFP_DMA : 0;
	INIT_LIST_HEAD(&cache->slabs_full);
	INIT_LIST_HEAD(&cache->slabs_partial);
	INIT_LIST_HEAD(&cache->slabs_free);
	if (!cache_layout(cache, size, align))
		return false;
	if (cache->off_slab)
		cache->mgmt_cache = kmalloc_caches[kmalloc_index(mgmt_bytes_off_slab(cache))];
	return !cache->off_slab || cache->mgmt_cache;
}

/* What is wrong with a request for a cache, in words; NULL: nothing. */
static const char *why_not_create(const char *name, size_t size, size_t align)
{
	if (!name || !*name)
		return "it has no name";
	if (find_cache(name))
		return "a cache has that name";
	if (!size || size > KMALLOC_MAX_SIZE)
		return "objects have 1 byte to 4 MiB";
	if (align & (align - 1) || align > PAGE_SIZE)
		return "the alignment is no power of two up to a page";
	return NULL;
}

static struct kmem_cache *create_failed(const char *name, u32 flags, const char *why)
{
	if (flags & SLAB_PANIC)
		panic("Cache \"%s\" cannot be made: %s.", name ? name : "", why);
	pr_err("slab: cache \"%s\" cannot be made: %s\n", name ? name : "", why);
	return NULL;
}

struct kmem_cache *kmem_cache_create_dtor(const char *name, size_t size, size_t align, u32 flags,
					  kmem_ctor_t ctor, kmem_ctor_t dtor)
{
	const char *wrong = why_not_create(name, size, align);
	struct kmem_cache *cache;
	unsigned long irq_flags;

	if (wrong)
		return create_failed(name, flags, wrong);
	cache = kmem_cache_zalloc(&cache_cache, GFP_KERNEL);
	if (!cache)
		return create_failed(name, flags, "there is no memory for it");
	cache->ctor = ctor;
	cache->dtor = dtor;
	if (!cache_setup(cache, name, size, align, flags)) {
		kmem_cache_free(&cache_cache, cache);
		return create_failed(name, flags, "no block of pages holds such an object");
	}
	irq_flags = arch_irq_save();
	list_add_tail(&cache->list, &slab_caches);
	arch_irq_restore(irq_flags);
	return cache;
}

struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align, u32 flags,
				     kmem_ctor_t ctor)
{
	return kmem_cache_create_dtor(name, size, align, flags, ctor, NULL);
}

unsigned int cache_objects_out(const struct kmem_cache *cache)
{
	return cache->nr_inuse - (cache->cpu.top - cache->cpu.base);
}

int kmem_cache_destroy(struct kmem_cache *cache)
{
	unsigned long flags;

	if (!cache)
		return 0;
	flags = arch_irq_save();
	if (cache_objects_out(cache)) {
		arch_irq_restore(flags);
		slab_report_leak(cache);
		return -EBUSY;
	}
	cache_drain(cache, true);
	destroy_free_slabs(cache);
	list_del(&cache->list);
	arch_irq_restore(flags);
	kmem_cache_free(&cache_cache, cache);
	return 0;
}

int kmem_cache_shrink(struct kmem_cache *cache)
{
	unsigned long flags = arch_irq_save();

	cache_drain(cache, false);
	destroy_free_slabs(cache);
	arch_irq_restore(flags);
	return cache->nr_slabs != 0;
}

unsigned int kmem_cache_size(const struct kmem_cache *cache)
{
	return cache->object_size;
}

const char *kmem_cache_name(const struct kmem_cache *cache)
{
	return cache->name;
}

/*
 * Called by the page allocator before it fails: arrays are emptied and free slabs given back, cache
 * by cache, until @want pages have come free. Return: how many did.
 */
static unsigned long slab_reclaim(unsigned long want)
{
	unsigned long flags = arch_irq_save(), pages = 0;
	struct kmem_cache *cache;

	list_for_each_entry(cache, &slab_caches, list) {
		cache_drain(cache, false);
		pages += destroy_free_slabs(cache);
		if (pages >= want)
			break;
	}
	arch_irq_restore(flags);
	return pages;
}

static struct reclaim_hook slab_reclaim_hook = { .name = "slab", .shrink = slab_reclaim };

/* --- bootstrap ------------------------------------------------------------------------------- */

/*
 * The order in which the allocator comes to use itself:
 *
 *   1. cache_cache   is static; its slabs hold struct kmem_cache
 *   2. kmalloc-32    from it: holds the descriptors that lie off their slabs
 *   3. the other kmalloc caches, small to large: from 512 bytes on they may use kmalloc-32
 *   4. arrays        each cache's first allocation now makes one, by kmalloc
 */
void slab_init(void)
{
	if (!cache_setup(&cache_cache, "kmem_cache", sizeof(struct kmem_cache), 0,
			 SLAB_HWCACHE_ALIGN))
		panic("The cache of caches has no geometry for %zu bytes.",
		      sizeof(struct kmem_cache));
	list_add_tail(&cache_cache.list, &slab_caches);
	kmalloc_init();
	register_reclaim_hook(&slab_reclaim_hook);
	pr_info("slab: %u caches for kmalloc from 32 to %lu bytes, each with a DMA twin\n",
		NR_KMALLOC_CACHES, KMALLOC_MAX_CACHE_SIZE);
}

/* --- checking -------------------------------------------------------------------------------- */

/* S3: the pages of the block that @slab lies in. */
static bool pages_are_right(const struct kmem_cache *cache, const struct slab *slab)
{
	const struct page *page = virt_to_page((unsigned long)slab->s_mem &
					       ~((PAGE_SIZE << cache->order) - 1));

	for (unsigned int i = 0; i < 1u << cache->order; i++, page++)
		if (!page_is_slab(page) || page->slab_cache != cache || page->slab != slab)
			return false;
	return true;
}

/* S2: the chain of free objects. */
static bool index_is_right(const struct kmem_cache *cache, const struct slab *slab)
{
	unsigned int free = 0, active = 0;

	for (unsigned int i = slab->free; i != INDEX_END; i = slab->free_index[i])
		if (i >= cache->num || ++free > cache->num - slab->inuse)
			return false;
	for (unsigned int i = 0; i < cache->num; i++)
		active += slab->free_index[i] == INDEX_ACTIVE;
	return free == cache->num - slab->inuse && active == slab->inuse;
}

/* S5: where slot 0 lies. */
static bool place_is_right(const struct kmem_cache *cache, const struct slab *slab)
{
	unsigned long start = (unsigned long)slab->s_mem & ~((PAGE_SIZE << cache->order) - 1);
	unsigned long at = (unsigned long)slab->s_mem;

	return (at + cache->offset) % cache->align == 0 && at >= start + cache->mgmt_size &&
	       at + cache->num * cache->size <= start + (PAGE_SIZE << cache->order);
}

/* S1 to S5 for the slabs on one list; adds to the sums. */
static int check_list(const struct kmem_cache *cache, const struct list_head *list,
		      unsigned int least, unsigned int most, unsigned int *slabs,
		      unsigned int *inuse)
{
	const struct slab *slab;

	list_for_each_entry(slab, list, list) {
		if (slab->inuse < least || slab->inuse > most)
			return 1;
		if (!index_is_right(cache, slab))
			return 2;
		if (!pages_are_right(cache, slab))
			return 3;
		if (!place_is_right(cache, slab))
			return 5;
		++*slabs;
		*inuse += slab->inuse;
	}
	return 0;
}

/* S4: each entry of the array is ACTIVE in its slab, and no other entry is the same. */
static int check_array(const struct kmem_cache *cache)
{
	for (void **entry = cache->cpu.base; entry < cache->cpu.top; entry++) {
		const struct slab *slab = virt_to_page(*entry)->slab;
		unsigned int index = object_index(cache, slab, *entry);

		if (object_cache(*entry) != cache || index >= cache->num ||
		    index_object(cache, slab, index) != *entry ||
		    slab->free_index[index] != INDEX_ACTIVE)
			return 4;
		for (void **other = cache->cpu.base; other < entry; other++)
			if (*other == *entry)
				return 4;
	}
	return 0;
}

int kmem_cache_check(const struct kmem_cache *cache)
{
	unsigned int slabs = 0, inuse = 0, free = 0;
	int rule = check_list(cache, &cache->slabs_full, cache->num, cache->num, &slabs, &inuse);

	if (!rule)
		rule = check_list(cache, &cache->slabs_partial, 1, cache->num - 1, &slabs, &inuse);
	if (!rule)
		rule = check_list(cache, &cache->slabs_free, 0, 0, &free, &inuse);
	if (!rule && (slabs + free != cache->nr_slabs || free != cache->nr_free_slabs ||
		      inuse != cache->nr_inuse))
		rule = 1;
	return rule ? rule : check_array(cache);
}

int slab_check(void)
{
	unsigned long flags = arch_irq_save();
	const struct kmem_cache *cache;
	int rule = 0;

	list_for_each_entry(cache, &slab_caches, list) {
		rule = kmem_cache_check(cache);
		if (rule) {
			pr_err("slab: rule S%d is broken in cache %s\n", rule, cache->name);
			break;
		}
	}
	arch_irq_restore(flags);
	return rule;
}
