/* SPDX-License-Identifier: MIT */
/*
 * mm/mempool.c - a reserve in front of an allocator, or rather behind it
 *
 *   elements[]   | e | e | e |   |       curr_nr = 3 of min_nr = 4: one was lent out
 *                              ^ mempool_free() fills this place before the allocator gets anything
 *
 * M1  0 <= curr_nr <= min_nr
 * M2  elements [0, curr_nr) are out of the allocator's sight and in nobody else's hands
 *
 * Source: Bovet & Cesati, "Understanding the Linux Kernel", "Memory Pools".
 */
#include <arch.h>
#include <lib/atomic.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/mempool.h>

/* Take one from the reserve, or NULL. */
static void *take_reserve(mempool_t *pool)
{
	unsigned long flags = arch_irq_save();
	void *element = pool->curr_nr ? pool->elements[--pool->curr_nr] : NULL;

	arch_irq_restore(flags);
	return element;
}

/* Put one into the reserve; false: it is full. */
static bool put_reserve(mempool_t *pool, void *element)
{
	unsigned long flags = arch_irq_save();
	bool room = pool->curr_nr < pool->min_nr;

	if (room)
		pool->elements[pool->curr_nr++] = element;
	arch_irq_restore(flags);
	return room;
}

/* Fill the reserve from the allocator. */
static bool fill_reserve(mempool_t *pool)
{
	while (pool->curr_nr < pool->min_nr) {
		void *element = pool->alloc(GFP_KERNEL, pool->pool_data);

		if (!element)
			return false;
		if (!put_reserve(pool, element))
			pool->free(element, pool->pool_data);
	}
	return true;
}

static void release(mempool_t *pool)
{
	void *element;

	while ((element = take_reserve(pool)))
		pool->free(element, pool->pool_data);
	kfree(pool->elements);
	kfree(pool);
}

mempool_t *mempool_create(int min_nr, mempool_alloc_t *alloc, mempool_free_t *free, void *pool_data)
{
	mempool_t *pool;

	if (min_nr < 1)
		return NULL;
	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return NULL;
	*pool = (mempool_t) {
		.min_nr = min_nr, .pool_data = pool_data, .alloc = alloc, .free = free,
		.elements = kmalloc_array(min_nr, sizeof(void *), GFP_KERNEL),
	};
	if (pool->elements && fill_reserve(pool))
		return pool;
	release(pool);
	return NULL;
}

void *mempool_alloc(mempool_t *pool, gfp_t gfp)
{
	void *element = pool->alloc(gfp | __GFP_NOWARN, pool->pool_data);

	if (!element)
		element = take_reserve(pool);
	if (element)
		atomic_inc(&pool->nr_out);
	return element;
}

void mempool_free(void *element, mempool_t *pool)
{
	if (!element)
		return;
	atomic_dec(&pool->nr_out);
	/* a glance without interrupts off will do for the common case of a full reserve */
	if (READ_ONCE(pool->curr_nr) >= pool->min_nr || !put_reserve(pool, element))
		pool->free(element, pool->pool_data);
}

int mempool_resize(mempool_t *pool, int new_min_nr)
{
	void **elements, **old;
	unsigned long flags;
	void *element;

	if (new_min_nr < 1)
		return -EINVAL;
	elements = kmalloc_array(new_min_nr, sizeof(void *), GFP_KERNEL);
	if (!elements)
		return -ENOMEM;
	while (pool->curr_nr > new_min_nr && (element = take_reserve(pool)))
		pool->free(element, pool->pool_data);
	flags = arch_irq_save();
	old = pool->elements;
	memcpy(elements, old, pool->curr_nr * sizeof(void *));
	pool->elements = elements;
	swap(pool->min_nr, new_min_nr);
	arch_irq_restore(flags);
	if (fill_reserve(pool)) {
		kfree(old);
		return 0;
	}
	/* back to the smaller reserve, which the old array has room for */
	while (pool->curr_nr > new_min_nr && (element = take_reserve(pool)))
		pool->free(element, pool->pool_data);
	flags = arch_irq_save();
	memcpy(old, elements, pool->curr_nr * sizeof(void *));
	pool->elements = old;
	pool->min_nr = new_min_nr;
	arch_irq_restore(flags);
	kfree(elements);
	return -ENOMEM;
}

void mempool_destroy(mempool_t *pool)
{
	if (!pool)
		return;
	if (atomic_read(&pool->nr_out))
		pr_err("mempool: %d elements are still out of the pool that %pS takes down\n",
		       atomic_read(&pool->nr_out), __builtin_return_address(0));
	release(pool);
}

void *mempool_alloc_slab(gfp_t gfp, void *cache)
{
	return kmem_cache_alloc(cache, gfp);
}

void mempool_free_slab(void *element, void *cache)
{
	kmem_cache_free(cache, element);
}

void *mempool_kmalloc(gfp_t gfp, void *size)
{
	return kmalloc((size_t)size, gfp);
}

void mempool_kfree(void *element, void *size __maybe_unused)
{
	kfree(element);
}

void *mempool_alloc_pages(gfp_t gfp, void *order)
{
	return alloc_pages(gfp, (unsigned long)order);
}

void mempool_free_pages(void *element, void *order)
{
	__free_pages(element, (unsigned long)order);
}
