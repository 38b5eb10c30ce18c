/* SPDX-License-Identifier: MIT */
/*
 * include/mm/mempool.h - a few elements kept back, so that some allocations cannot fail
 *
 *   mempool_alloc   asks the allocator; when that fails, takes from elements[]
 *   mempool_free    fills elements[] up to min_nr first, then gives to the allocator
 */
#ifndef MM_MEMPOOL_H
#define MM_MEMPOOL_H

#include <lib/types.h>
#include <mm/slab.h>

typedef void *(mempool_alloc_t)(gfp_t gfp, void *pool_data);
typedef void (mempool_free_t)(void *element, void *pool_data);

typedef struct mempool {
	int min_nr;			/* elements kept in reserve */
	int curr_nr;			/* elements in reserve now */
	atomic_t nr_out;		/* elements in users' hands */
	void **elements;
	void *pool_data;		/* for the two functions: the cache, the size or the order */
	mempool_alloc_t *alloc;
	mempool_free_t *free;
} mempool_t;

/**
 * mempool_create - make a pool and fill its reserve
 * @min_nr: elements to keep, 1 or more
 * Return:  the pool, or NULL: no memory for all of them, or @min_nr < 1
 * Undo:    mempool_destroy()
 */
mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc, mempool_free_t *free, void *pool_data);

/**
 * mempool_alloc - take an element
 * @gfp: as for the pool's allocator
 *
 * Context: any. Nothing here sleeps: with the allocator failing and the reserve empty the answer is
 * NULL, also for GFP_KERNEL.
 */
void *mempool_alloc(mempool_t *pool, gfp_t gfp);

/* Give an element back; NULL is ignored. Context: any. */
void mempool_free(void *element, mempool_t *pool);

/* Change the reserve to @new_min_nr elements. Return: 0, -EINVAL or -ENOMEM: the pool is as it was. */
int mempool_resize(mempool_t *pool, int new_min_nr);

/* Give back the reserve and the pool; NULL is ignored. Reports elements that are still out. */
void mempool_destroy(mempool_t *pool);

/* Elements are objects of a cache, blocks of kmalloc, or blocks of pages. */
void *mempool_alloc_slab(gfp_t gfp, void *cache);
void mempool_free_slab(void *element, void *cache);
void *mempool_kmalloc(gfp_t gfp, void *size);
void mempool_kfree(void *element, void *size);
void *mempool_alloc_pages(gfp_t gfp, void *order);
void mempool_free_pages(void *element, void *order);

static inline mempool_t *mempool_create_slab_pool(int min_nr, struct kmem_cache *cache)
{
	return mempool_create(min_nr, mempool_alloc_slab, mempool_free_slab, cache);
}

static inline mempool_t *mempool_create_kmalloc_pool(int min_nr, size_t size)
{
	return mempool_create(min_nr, mempool_kmalloc, mempool_kfree, (void *)size);
}

static inline mempool_t *mempool_create_page_pool(int min_nr, int order)
{
	return mempool_create(min_nr, mempool_alloc_pages, mempool_free_pages,
			      (void *)(long)order);
}

#endif
