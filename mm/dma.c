/* SPDX-License-Identifier: MIT */
/*
 * mm/dma.c - memory for devices: coherent buffers, and pools of small blocks
 *
 * A pool cuts coherent buffers (chunks) into blocks of one size, none of which crosses a boundary that
 * the device cannot count over:
 *
 *   chunk      | block 0 | block 1 | block 2 | gap | block 3 | block 4 | block 5 | gap |
 *              0                               boundary                              2 x boundary
 *   free_index     2         USED      END           ...         as in a slab (slab.c)
 *
 * D1  following free_index from free meets num - used blocks, then BLOCK_END
 * D2  a block lies in [0, size) of its chunk, at a multiple of the slot, inside one boundary
 *
 * Nothing of the bookkeeping lies in memory that the device writes to.
 * Source: Intel 8237A data sheet (24 lines with the page register; a transfer stays in 64 KiB).
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/list.h>
#include <lib/log2.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/dma.h>
#include <mm/page.h>
#include <mm/slab.h>
#include <mm/util.h>

#define ISA_MASK	DMA_BIT_MASK(24)
#define BLOCK_END	0xFFFFu		/* no further free block */
#define BLOCK_USED	0xFFFEu

/* --- coherent buffers ------------------------------------------------------------------------ */

static u64 device_mask(const struct device *dev)
{
	return dev && dev->coherent_dma_mask ? dev->coherent_dma_mask : ISA_MASK;
}

/* The zone whose every frame the device can name; below 24 lines even that needs a look. */
static gfp_t device_zone(u64 mask)
{
	return mask >= pfn_to_phys(vm_layout.max_low_pfn) - 1 ? 0 : __GFP_DMA;
}

int dma_set_coherent_mask(struct device *dev, u64 mask)
{
	if (mask < PAGE_SIZE - 1)
		return -EIO;
	dev->coherent_dma_mask = mask;
	return 0;
}

void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *bus, gfp_t gfp)
{
	u64 mask = device_mask(dev);
	unsigned int order = get_order(size);
	struct page *page;

	if (!size || order >= MAX_ORDER)
		return NULL;
	gfp &= ~(__GFP_HIGHMEM | __GFP_DMA | __GFP_COMP);
	page = alloc_pages(gfp | __GFP_ZERO | device_zone(mask), order);
	if (!page)
		return NULL;
	if (page_to_phys(page) + (PAGE_SIZE << order) - 1 > mask) {	/* fewer than 24 lines */
		__free_pages(page, order);
		return NULL;
	}
	page_set_owner(page, PAGE_OWNER_DMA);
	*bus = page_to_phys(page);
	return page_address(page);
}

void dma_free_coherent(struct device *dev, size_t size, void *cpu, dma_addr_t bus)
{
	struct page *page;

	if (!cpu)
		return;
	page = virt_to_page(cpu);
	if (WARN(__pa(cpu) != bus || !page_is_used(page) || page->owner != PAGE_OWNER_DMA,
		 "dma: %px with bus address %#x is no coherent buffer\n", cpu, bus))
		return;
	__free_pages(page, get_order(size));
}

/* --- pools ----------------------------------------------------------------------------------- */

struct dma_chunk {
	struct list_head list;
	char *cpu;
	dma_addr_t bus;
	unsigned int used;
	u16 free;			/* first free block, or BLOCK_END */
	u16 free_index[];		/* by block: the free one after it, or BLOCK_USED */
};

struct dma_pool {
	struct device *dev;
	const char *name;
	size_t size, slot;		/* bytes of a block, and from one to the next */
	size_t boundary;
	size_t chunk_size;
	unsigned int num;		/* blocks in a chunk */
	unsigned int per_boundary;	/* blocks inside one boundary */
	struct list_head chunks;	/* those with free blocks first */
};

static void *block_address(const struct dma_pool *pool, const struct dma_chunk *chunk, unsigned int i)
{
	return chunk->cpu + i / pool->per_boundary * pool->boundary +
	       i % pool->per_boundary * pool->slot;
}

/* The number of the block that starts at @block, or pool->num: none does. */
static unsigned int block_index(const struct dma_pool *pool, const struct dma_chunk *chunk,
				const void *block)
{
	size_t at = (const char *)block - chunk->cpu, rest;
	unsigned int i;

	if (at >= pool->chunk_size)
		return pool->num;
	rest = at % pool->boundary;
	i = at / pool->boundary * pool->per_boundary + rest / pool->slot;
	return rest % pool->slot || rest / pool->slot >= pool->per_boundary ? pool->num : i;
}

/*
 * Whole boundaries in a chunk, or a chunk inside one. Blocks that lie further apart than the boundary
 * are spaced by a power of two: then each starts at a boundary, and fits before the next.
 */
static bool pool_layout(struct dma_pool *pool, size_t size, size_t align, size_t boundary)
{
	if (!size || size > KMALLOC_MAX_SIZE || align & (align - 1) || boundary & (boundary - 1) ||
	    align > KMALLOC_MAX_SIZE)
		return false;
	pool->size = size;
	pool->slot = round_up(size, max(align, sizeof(u32)));
	pool->chunk_size = max(PAGE_SIZE, roundup_pow_of_two(pool->slot));
	if (pool->chunk_size > KMALLOC_MAX_SIZE || (boundary && boundary < size))
		return false;
	pool->boundary = boundary ? clamp(boundary, roundup_pow_of_two(pool->slot), pool->chunk_size) :
				    pool->chunk_size;
	pool->per_boundary = pool->boundary / pool->slot;
	pool->num = pool->chunk_size / pool->boundary * pool->per_boundary;
	return true;
}

struct dma_pool *dma_pool_create(const char *name, struct device *dev, size_t size, size_t align,
				 size_t boundary)
{
	struct dma_pool *pool = kzalloc(sizeof(*pool), GFP_KERNEL);

	if (!pool)
		return NULL;
	pool->dev = dev;
	pool->name = kstrdup(name, GFP_KERNEL);
	INIT_LIST_HEAD(&pool->chunks);
	if (pool->name && pool_layout(pool, size, align, boundary))
		return pool;
	kfree(pool->name);
	kfree(pool);
	return NULL;
}

/* One more chunk with nothing but free blocks, not yet on the list; NULL: no memory. */
static struct dma_chunk *chunk_new(struct dma_pool *pool, gfp_t gfp)
{
	struct dma_chunk *chunk = kmalloc(sizeof(*chunk) + pool->num * sizeof(u16), gfp & ~__GFP_ZERO);

	if (!chunk)
		return NULL;
	chunk->cpu = dma_alloc_coherent(pool->dev, pool->chunk_size, &chunk->bus, gfp);
	if (!chunk->cpu) {
		kfree(chunk);
		return NULL;
	}
	for (unsigned int i = 0; i < pool->num; i++)
		chunk->free_index[i] = i + 1;
	chunk->free_index[pool->num - 1] = BLOCK_END;
	chunk->free = 0;
	chunk->used = 0;
	return chunk;
}

static struct dma_chunk *chunk_with_room(struct dma_pool *pool)
{
	struct dma_chunk *first = list_first_entry_or_null(&pool->chunks, struct dma_chunk, list);

	return first && first->used < pool->num ? first : NULL;
}

void *dma_pool_alloc(struct dma_pool *pool, gfp_t gfp, dma_addr_t *bus)
{
	unsigned long flags = arch_irq_save();
	struct dma_chunk *chunk = chunk_with_room(pool);
	void *block = NULL;

	if (!chunk) {
		chunk = chunk_new(pool, gfp);
		if (chunk)
			list_add(&chunk->list, &pool->chunks);
	}
	if (chunk) {
		unsigned int i = chunk->free;

		chunk->free = chunk->free_index[i];
		chunk->free_index[i] = BLOCK_USED;
		if (++chunk->used == pool->num)
			list_move_tail(&chunk->list, &pool->chunks);
		block = block_address(pool, chunk, i);
		*bus = __pa(block);
	}
	arch_irq_restore(flags);
	if (block && gfp & __GFP_ZERO)
		memset(block, 0, pool->size);
	return block;
}

static struct dma_chunk *chunk_of(const struct dma_pool *pool, const void *block)
{
	struct dma_chunk *chunk;

	list_for_each_entry(chunk, &pool->chunks, list)
		if ((size_t)((const char *)block - chunk->cpu) < pool->chunk_size)
			return chunk;
	return NULL;
}

void dma_pool_free(struct dma_pool *pool, void *block, dma_addr_t bus)
{
	unsigned long flags = arch_irq_save();
	struct dma_chunk *chunk = chunk_of(pool, block);
	unsigned int i = chunk ? block_index(pool, chunk, block) : pool->num;

	if (i == pool->num || __pa(block) != bus) {
		pr_err("dma: %px with bus address %#x is no block of pool %s\n", block, bus, pool->name);
	} else if (chunk->free_index[i] != BLOCK_USED) {
		pr_err("dma: block %px of pool %s is freed twice\n", block, pool->name);
	} else {
		chunk->free_index[i] = chunk->free;
		chunk->free = i;
		chunk->used--;
		list_move(&chunk->list, &pool->chunks);
	}
	arch_irq_restore(flags);
}

void dma_pool_destroy(struct dma_pool *pool)
{
	struct dma_chunk *chunk, *next;

	if (!pool)
		return;
	list_for_each_entry_safe(chunk, next, &pool->chunks, list) {
		if (chunk->used)
			pr_err("dma: pool %s is destroyed with %u blocks out, of the chunk at %px, which "
			       "stays\n", pool->name, chunk->used, chunk->cpu);
		else
			dma_free_coherent(pool->dev, pool->chunk_size, chunk->cpu, chunk->bus);
		kfree(chunk);
	}
	kfree(pool->name);
	kfree(pool);
}

/* D1 and D2 for one chunk. */
static int chunk_check(const struct dma_pool *pool, const struct dma_chunk *chunk)
{
	unsigned int free = 0;

	for (unsigned int i = chunk->free; i != BLOCK_END; i = chunk->free_index[i])
		if (i >= pool->num || ++free > pool->num - chunk->used)
			return 1;
	if (free != pool->num - chunk->used)
		return 1;
	for (unsigned int i = 0; i < pool->num; i++) {
		const char *block = block_address(pool, chunk, i);
		size_t at = block - chunk->cpu;

		if (at + pool->size > pool->chunk_size || block_index(pool, chunk, block) != i ||
		    at / pool->boundary != (at + pool->size - 1) / pool->boundary)
			return 2;
	}
	return 0;
}

int dma_pool_check(const struct dma_pool *pool)
{
	unsigned long flags = arch_irq_save();
	const struct dma_chunk *chunk;
	int rule = 0;

	list_for_each_entry(chunk, &pool->chunks, list) {
		rule = chunk_check(pool, chunk);
		if (rule)
			break;
	}
	arch_irq_restore(flags);
	return rule;
}
