/* SPDX-License-Identifier: MIT */
/*
 * mm/kmalloc.c - memory by size: a cache for each class of sizes, pages beyond the largest
 *
 *   size     1..32  ..64  ..96  ..128  ..192  ..256  ..512   ...  ..131072 | .. 4 MiB
 *   index      0      1     2     3      4      5      6     ...     14    | a block of pages
 *
 * 96 and 192 are there because a power of two would waste up to half for the sizes just above 64 and
 * 128. A block of pages past the caches belongs to PAGE_OWNER_KMALLOC; its order is in its page.
 *
 * The hot half of kmalloc() and kfree() is in slab_fast.c.
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/fault_inject.h>
#include "slab_internal.h"

#define CALLER		((unsigned long)__builtin_return_address(0))

struct kmem_cache *kmalloc_caches[NR_KMALLOC_CACHES];
struct kmem_cache *kmalloc_dma_caches[NR_KMALLOC_CACHES];
u32 lowmem_bytes;

const u8 kmalloc_small_index[192 / 8] = {
	0, 0, 0, 0,		/* 8, 16, 24, 32 */
	1, 1, 1, 1,		/* 40 .. 64 */
	2, 2, 2, 2,		/* 72 .. 96 */
	3, 3, 3, 3,		/* 104 .. 128 */
	4, 4, 4, 4, 4, 4, 4, 4,	/* 136 .. 192 */
};

#define KMALLOC_CLASS(size)	{ size, "kmalloc-" #size, "dma-kmalloc-" #size }

static const struct {
	u32 size;
	const char *name, *dma_name;
} classes[NR_KMALLOC_CACHES] = {
	KMALLOC_CLASS(32), KMALLOC_CLASS(64), KMALLOC_CLASS(96), KMALLOC_CLASS(128),
	KMALLOC_CLASS(192), KMALLOC_CLASS(256), KMALLOC_CLASS(512), KMALLOC_CLASS(1024),
	KMALLOC_CLASS(2048), KMALLOC_CLASS(4096), KMALLOC_CLASS(8192), KMALLOC_CLASS(16384),
	KMALLOC_CLASS(32768), KMALLOC_CLASS(65536), KMALLOC_CLASS(131072),
};

void kmalloc_init(void)
{
	lowmem_bytes = pfn_to_phys(vm_layout.max_low_pfn);
	for (unsigned int i = 0; i < NR_KMALLOC_CACHES; i++)
		kmalloc_caches[i] = kmem_cache_create(classes[i].name, classes[i].size, 0,
						      SLAB_PANIC, NULL);
	for (unsigned int i = 0; i < NR_KMALLOC_CACHES; i++)
		kmalloc_dma_caches[i] = kmem_cache_create(classes[i].dma_name, classes[i].size, 0,
							  SLAB_PANIC | SLAB_CACHE_DMA, NULL);
}

/* The order of the block that holds @size bytes; 0 < @size <= KMALLOC_MAX_SIZE. */
static unsigned int order_of(size_t size)
{
	return get_count_order(PAGE_ALIGN(size) >> PAGE_SHIFT);
}

static void *kmalloc_large(size_t size, gfp_t gfp, unsigned long caller)
{
	struct page *page;

	if (!size)
		return ZERO_SIZE_PTR;
	if (size > KMALLOC_MAX_SIZE || should_fail(&failslab, NULL, size, caller))
		return NULL;
	page = alloc_pages(gfp & ~__GFP_HIGHMEM, order_of(size));
	if (!page)
		return NULL;
	page_set_owner(page, PAGE_OWNER_KMALLOC);
	return page_address(page);
}

void *FASTCALL kmalloc_slow(size_t size, gfp_t gfp)
{
	return kmalloc_large(size, gfp, CALLER);
}

void *kmalloc_for(size_t size, gfp_t gfp, unsigned long caller)
{
	struct kmem_cache **caches = gfp & __GFP_DMA ? kmalloc_dma_caches : kmalloc_caches;

	if (!size || size > KMALLOC_MAX_CACHE_SIZE)
		return kmalloc_large(size, gfp, caller);
	return cache_alloc_for(caches[kmalloc_index(size)], gfp, caller);
}

bool kmalloc_is_large(const void *object)
{
	const struct page *page = virt_to_page(object);

	return __pa(object) < lowmem_bytes && !offset_in_page(object) &&
	       page_is_used(page) && page->owner == PAGE_OWNER_KMALLOC;
}

void FASTCALL kfree_slow(const void *object)
{
	struct kmem_cache *cache = object_cache(object);
	struct page *page = virt_to_page(object);

	if (ZERO_OR_NULL_PTR(object))
		return;
	if (cache)
		cache_free_for(cache, (void *)object, CALLER);
	else if (kmalloc_is_large(object))
		__free_pages(page, page_block_order(page));
	else
		slab_report(SLAB_WILD_FREE, NULL, object, CALLER);
}

size_t ksize(const void *object)
{
	const struct kmem_cache *cache;

	if (ZERO_OR_NULL_PTR(object))
		return 0;
	cache = object_cache(object);
	if (cache)
		return cache->object_size;
	if (WARN_ON(!kmalloc_is_large(object)))
		return 0;
	return PAGE_SIZE << page_block_order(virt_to_page(object));
}

void *krealloc(const void *old, size_t size, gfp_t gfp)
{
	size_t room = ksize(old);
	void *new;

	if (!size) {
		kfree(old);
		return ZERO_SIZE_PTR;
	}
	if (size <= room)
		return (void *)old;
	new = kmalloc_for(size, gfp, CALLER);
	if (!new)
		return NULL;
	memcpy(new, old, room);
	kfree(old);
	return new;
}
