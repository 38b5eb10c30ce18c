/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_cache.c - making caches and taking them down, giving memory back, and the bootstrap
 *
 *   slab_caches -> kmem_cache -> kmalloc-32 -> kmalloc-64 -> ... -> dma-kmalloc-131072 -> yours
 *                  (static)
 *
 * Free slabs go back to the page allocator when
 *   kmem_cache_shrink()     somebody asks
 *   slab_reclaim()          the page allocator is about to fail: all caches, arrays too
 *   slab_reap()             the machine is idle: caches that nobody used since the last time
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/ledger.h>
#include <mm/util.h>
#include "internal.h"
#include "slab_internal.h"

LIST_HEAD(slab_caches);

/* The cache of caches: the one that cannot be allocated. */
static struct kmem_cache cache_cache;

bool slab_is_available(void)
{
	return cache_cache.size != 0;
}

/* From here on names of caches are copied: the caller's may not live as long as the cache. */
static bool bootstrapped;

/* --- making ---------------------------------------------------------------------------------- */

/* Spares find_cache() nearly all comparisons of letters. NULL hashes to 0. */
static u32 hash_name(const char *name)
{
	u32 hash = 0;

	while (name && *name)
		hash = hash * 2 + (u8)*name++;
	return hash;
}

static struct kmem_cache *find_cache(const char *name, u32 hash)
{
	struct kmem_cache *cache;

	list_for_each_entry(cache, &slab_caches, list)
		if (cache->name_hash == hash && !strcmp(cache->name, name))
			return cache;
	return NULL;
}

/* A cache with a name and nothing else; NULL: no memory. */
static struct kmem_cache *cache_new(const char *name)
{
	struct kmem_cache *cache = kmem_cache_zalloc(&cache_cache, GFP_KERNEL);

	if (!cache)
		return NULL;
	cache->name = bootstrapped ? kstrdup(name, GFP_KERNEL) : name;
	if (cache->name)
		return cache;
	kmem_cache_free(&cache_cache, cache);
	return NULL;
}

static void cache_delete(struct kmem_cache *cache)
{
	if (object_cache(cache->name))
		kfree(cache->name);
	kmem_cache_free(&cache_cache, cache);
}

/* Fill in the rest. False: there is no geometry for it. */
static bool cache_setup(struct kmem_cache *cache, size_t size, size_t align, u32 flags)
{
	cache->flags = flags | slab_debug_default_flags(cache->name);
	cache->gfp = flags & SLAB_CACHE_DMA ? __GFP_DMA : 0;
	cache->zero_on_alloc = init_on_alloc && !keeps_bytes(cache);
	cache->zero_on_free = init_on_free && !keeps_bytes(cache);
	INIT_LIST_HEAD(&cache->slabs_full);
	INIT_LIST_HEAD(&cache->slabs_partial);
	INIT_LIST_HEAD(&cache->slabs_free);
	return slab_choose_geometry(cache, size, align);
}

/* What is wrong with a request for a cache, in words; NULL: nothing. */
static const char *why_not_create(const char *name, u32 hash, size_t size, size_t align)
{
	if (!name || !*name)
		return "it has no name";
	if (find_cache(name, hash))
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
	u32 hash = hash_name(name);
	const char *wrong = why_not_create(name, hash, size, align);
	struct kmem_cache *cache;
	unsigned long irq_flags;

	if (wrong)
		return create_failed(name, flags, wrong);
	cache = cache_new(name);
	if (!cache)
		return create_failed(name, flags, "there is no memory for it");
	cache->name_hash = hash;
	cache->ctor = ctor;
	cache->dtor = dtor;
	if (!cache_setup(cache, size, align, flags)) {
		cache_delete(cache);
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

unsigned int kmem_cache_size(const struct kmem_cache *cache)
{
	return cache->object_size;
}

const char *kmem_cache_name(const struct kmem_cache *cache)
{
	return cache->name;
}

/* --- taking down, giving back ---------------------------------------------------------------- */

/* The array is emptied first: a wrong pointer in it is found now, or never. */
int kmem_cache_destroy(struct kmem_cache *cache)
{
	unsigned long flags;

	if (!cache)
		return 0;
	flags = arch_irq_save();
	cache_drain(cache, true);
	if (cache->nr_inuse) {
		arch_irq_restore(flags);
		slab_report_leak(cache);
		return -EBUSY;
	}
	cache_give_back(cache);
	list_del(&cache->list);
	arch_irq_restore(flags);
	cache_delete(cache);
	return 0;
}

int kmem_cache_shrink(struct kmem_cache *cache)
{
	unsigned long flags = arch_irq_save();

	cache_drain(cache, false);
	cache_give_back(cache);
	arch_irq_restore(flags);
	return cache->nr_slabs != 0;
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
		pages += cache_give_back(cache);
		if (pages >= want)
			break;
	}
	arch_irq_restore(flags);
	return pages;
}

static struct reclaim_hook slab_reclaim_hook = { .name = "slab", .shrink = slab_reclaim };

/* What moved between slabs and array, or came and went, since the cache was made. */
static unsigned long cache_activity(const struct kmem_cache *cache)
{
	return cache->refills + cache->flushes + cache->grown + cache->reaped;
}

unsigned long slab_reap(void)
{
	unsigned long flags = arch_irq_save(), pages = 0;
	struct kmem_cache *cache;

	list_for_each_entry(cache, &slab_caches, list) {
		if (cache->nr_slabs && cache->activity_seen == cache_activity(cache)) {
			cache_drain(cache, false);
			pages += cache_give_back(cache);
		}
		cache->activity_seen = cache_activity(cache);
	}
	arch_irq_restore(flags);
	return pages;
}

/* --- bootstrap ------------------------------------------------------------------------------- */

/*
 * The order in which the allocator comes to use itself:
 *
 *   1. cache_cache   is static; its slabs hold struct kmem_cache
 *   2. kmalloc-32    from it: holds the descriptors that lie off their slabs
 *   3. the other kmalloc caches, small to large: from 512 bytes on they may use kmalloc-32
 *   4. arrays        each cache's first allocation makes one, once there is the kmalloc cache for it: that
 *                    of kmem_cache, 480 bytes, comes with the eighth cache
 */
void slab_init(void)
{
	cache_cache.name = "kmem_cache";
	cache_cache.name_hash = hash_name(cache_cache.name);
	if (!cache_setup(&cache_cache, sizeof(struct kmem_cache), 0, SLAB_HWCACHE_ALIGN))
		panic("The cache of caches has no geometry for %zu bytes.",
		      sizeof(struct kmem_cache));
	list_add_tail(&cache_cache.list, &slab_caches);
	kmalloc_init();
	bootstrapped = true;
	register_reclaim_hook(&slab_reclaim_hook);
	ledger_register(&slab_ledger);
	pr_info("slab: %u caches for kmalloc from 32 to %lu bytes, each with a DMA twin\n",
		NR_KMALLOC_CACHES, KMALLOC_MAX_CACHE_SIZE);
}
