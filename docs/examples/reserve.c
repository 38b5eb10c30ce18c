// SPDX-License-Identifier: MIT
/*
 * docs/examples/reserve.c - a memory pool: the write that must not fail when memory is out
 *
 *	allocator has memory:   alloc ----------------> allocator
 *	allocator is empty:     alloc --> | e | e | e | reserve, filled when the pool was made
 *	free:                   reserve first, until it is full again
 *
 * The allocator here can be told to be empty, so that the test needs no memory shortage.
 *
 * SAYS: reserve: 10 requests with memory, 10 served
 * SAYS: reserve: 10 requests without, 4 served from the reserve
 * SAYS: reserve: freed, the reserve holds 4 of 4 again
 * SAYS: reserve: resized, 6 of 8 requests without memory served
 * SAYS: module: reserve: reserve_init() returned 0
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/mempool.h>
#include <linux/module.h>
#include <linux/slab.h>

struct block {
	char data[512];
};

static struct kmem_cache *cache;
static bool memory_is_out;

static void *block_alloc(gfp_t gfp, void *pool_data)
{
	return memory_is_out ? NULL : mempool_alloc_slab(gfp, pool_data);
}

/* Ask for @n blocks, count those that came, and give them back. */
static int take_and_return(mempool_t *pool, int n, bool out)
{
	struct block *taken[16];
	int i, got = 0;

	memory_is_out = out;
	for (i = 0; i < n; i++) {
		taken[got] = mempool_alloc(pool, GFP_NOWAIT);
		if (taken[got])
			got++;
	}
	memory_is_out = false;
	for (i = 0; i < got; i++)
		mempool_free(taken[i], pool);
	return got;
}

static int __init reserve_init(void)
{
	mempool_t *pool;
	int err;

	cache = kmem_cache_create("reserve_block", sizeof(struct block), 0, 0, NULL);
	if (!cache)
		return -ENOMEM;
	pool = mempool_create(4, block_alloc, mempool_free_slab, cache);
	if (!pool) {
		kmem_cache_destroy(cache);
		return -ENOMEM;
	}
	pr_info("reserve: 10 requests with memory, %d served\n", take_and_return(pool, 10, false));
	pr_info("reserve: 10 requests without, %d served from the reserve\n",
		take_and_return(pool, 10, true));
	pr_info("reserve: freed, the reserve holds %d of %d again\n", pool->curr_nr, pool->min_nr);
	err = mempool_resize(pool, 6);
	if (!err)
		pr_info("reserve: resized, %d of 8 requests without memory served\n",
			take_and_return(pool, 8, true));
	mempool_destroy(pool);
	kmem_cache_destroy(cache);
	return err;
}
module_init(reserve_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A user of a memory pool");
