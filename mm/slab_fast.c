/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_fast.c - the array in front of a cache: the few instructions that nearly every call takes
 *
 *   kmem_cache_alloc     pop    array empty  -> cache_alloc_slow: refill a batch from the slabs
 *   kmem_cache_free      push   array full   -> cache_free_full: flush a batch to the slabs
 *
 * A free object carries FREE_COOKIE; freeing an object that carries it already is looked into before
 * anything is changed. The cookie is written before the push and wiped after the pop: between the
 * two the object belongs to the array, and an interrupt handler may be handed it. (The cookie of a
 * debugged object lies in a word of its own and means nothing.)
 *
 * A cache that is debugged, a constructor's first run, __GFP_ZERO: all that is behind the slow calls,
 * which are reached by a jump, so that their caller is the caller of the function here. That is why
 * the Makefile compiles this file with -O2 always, and without frame pointers.
 *
 * Source: Bonwick & Adams, "Magazines and Vmem" (2001), "Magazines".
 */
#include <arch.h>
#include <lib/string.h>
#include "slab_internal.h"

static __always_inline void *cache_alloc_fast(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = arch_stack_pop(&cache->cpu);

	if (unlikely(!object))
		return cache_alloc_slow(cache, gfp);
	*object_cookie(cache, object) = 0;
	return object;
}

void *FASTCALL kmem_cache_alloc_plain(struct kmem_cache *cache, gfp_t gfp)
{
	return cache_alloc_fast(cache, gfp);
}

static __always_inline void *cache_alloc_zeroed(struct kmem_cache *cache, gfp_t gfp)
{
	void *object = arch_stack_pop(&cache->cpu);

	if (unlikely(!object))
		return cache_alloc_slow(cache, gfp);
	return wipe_object(object, max(cache->object_size, cache->cookie_at + (u32)sizeof(u32)));
}

void *FASTCALL kmem_cache_alloc_any(struct kmem_cache *cache, gfp_t gfp)
{
	if (gfp & __GFP_ZERO)
		return cache_alloc_zeroed(cache, gfp);
	return cache_alloc_fast(cache, gfp);
}

/*
 * Free @object, known to be of @cache by its page. False, and nothing done: its cookie says that it is
 * free already.
 */
static __always_inline bool cache_free_fast(struct kmem_cache *cache, void *object)
{
	u32 at = cache->cookie_at;

	if (unlikely(*(u32 *)((char *)object + at) == FREE_COOKIE))
		return false;
	OPTIMIZER_HIDE_VAR(at);		/* object + at is an operand, not worth a sum of its own */
	*(u32 *)((char *)object + at) = FREE_COOKIE;
	if (unlikely(!arch_stack_push(&cache->cpu, object)))
		cache_free_full(cache, object);
	return true;
}

/* Any number may come in as @object: mem_map is asked only about lowmem. */
void FASTCALL kmem_cache_free(struct kmem_cache *cache, void *object)
{
	if (unlikely(__pa(object) >= lowmem_bytes || lowmem_page(object)->slab_cache != cache ||
		     !cache_free_fast(cache, object)))
		cache_free_slow(cache, object);
}

void *FASTCALL kmalloc_any(size_t size, gfp_t gfp)
{
	unsigned int index;

	if (unlikely(size - 1 >= KMALLOC_MAX_CACHE_SIZE))	/* also 0 */
		return kmalloc_slow(size, gfp);
	index = likely(size <= 192) ? kmalloc_small_index[(size - 1) / 8] :
				      kmalloc_index_above_192(size);
	if (unlikely(gfp & (__GFP_DMA | __GFP_ZERO)))
		return kmem_cache_alloc_any(gfp & __GFP_DMA ? kmalloc_dma_caches[index] :
							      kmalloc_caches[index], gfp);
	return cache_alloc_fast(kmalloc_caches[index], gfp);
}

void FASTCALL kfree(const void *object)
{
	struct page *page;

	if (unlikely(__pa(object) >= lowmem_bytes))		/* NULL and wild pointers too */
		return kfree_slow(object);
	page = lowmem_page_2(object);
	OPTIMIZER_HIDE_VAR(page);	/* worked out once: the sum of three is looked at twice */
	if (unlikely(!page_is_slab(page) || !cache_free_fast(page->slab_cache, (void *)object)))
		kfree_slow(object);
}
