/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_fast.c - the array in front of a cache: the few instructions that nearly every call takes
 *
 *   kmem_cache_alloc     pop    array empty  -> cache_alloc_slow: refill a batch from the slabs
 *   kmem_cache_free      push   array full   -> cache_free_slow: flush a batch to the slabs
 *
 * A free object carries FREE_COOKIE; freeing an object that carries it already is looked into before
 * anything is changed. The cookie is written before the push and wiped after the pop: between the
 * two the object belongs to the array, and an interrupt handler may be handed it.
 *
 * A cache that is debugged, a constructor's first run, __GFP_ZERO: all that is behind the slow calls,
 * which are reached by a jump, so that their caller is the caller of the function here. That is also
 * why the Makefile compiles this file without frame pointers.
 *
 * Source: Bonwick & Adams, "Magazines and Vmem" (2001), "Magazines".
 */
#include <arch.h>
#include <lib/string.h>
#include "slab_internal.h"

#define CALLER		((unsigned long)__builtin_return_address(0))

void *FASTCALL kmem_cache_alloc_plain(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = arch_stack_pop(&cache->cpu);

	if (unlikely(!object))
		return cache_alloc_slow(cache, gfp, CALLER);
	*object_cookie(cache, object) = 0;
	return object;
}

void *FASTCALL kmem_cache_alloc_any(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = arch_stack_pop(&cache->cpu);

	if (unlikely(!object))
		return cache_alloc_slow(cache, gfp, CALLER);
	*object_cookie(cache, object) = 0;
	if (gfp & __GFP_ZERO)
		memset(object, 0, cache->object_size);
	return object;
}

/* Give @object, known to be of @cache by its page, to the array. */
static __always_inline void cache_free_fast(struct kmem_cache *cache, void *object)
{
	u32 *cookie = object_cookie(cache, object);

	if (likely(*cookie != FREE_COOKIE)) {
		*cookie = FREE_COOKIE;
		if (likely(arch_stack_push(&cache->cpu, object)))
			return;
		*cookie = 0;
	}
	cache_free_slow(cache, object, CALLER);
}

void FASTCALL kmem_cache_free(struct kmem_cache *cache, void *object)
{
	if (unlikely(virt_to_page(object)->slab_cache != cache))
		cache_free_slow(cache, object, CALLER);
	else
		cache_free_fast(cache, object);
}

void *FASTCALL kmalloc_any(size_t size, gfp_t gfp)
{
	unsigned int index;

	if (unlikely(size - 1 >= KMALLOC_MAX_CACHE_SIZE))	/* also 0 */
		return kmalloc_large(size, gfp, CALLER);
	index = size <= 192 ? kmalloc_small_index[(size - 1) / 8] : kmalloc_index_above_192(size);
	if (unlikely(gfp & __GFP_DMA))
		return kmem_cache_alloc_any(kmalloc_dma_caches[index], gfp);
	return kmem_cache_alloc_any(kmalloc_caches[index], gfp);
}

void FASTCALL kfree(const void *object)
{
	struct page *page;

	if (unlikely(__pa(object) >= lowmem_bytes))		/* NULL and wild pointers too */
		return kfree_slow((void *)object, CALLER);
	page = virt_to_page(object);
	if (unlikely(!page_is_slab(page)))
		return kfree_slow((void *)object, CALLER);
	cache_free_fast(page->slab_cache, (void *)object);
}
