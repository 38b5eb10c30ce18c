/* SPDX-License-Identifier: MIT */
/*
 * include/mm/dma.h - memory that a device can reach: buffers, and pools of small ones
 *
 *   CPU:  address in the direct map      bus:  dma_addr_t, on a PC the physical address itself
 *
 * A device drives only so many address lines; its mask says which addresses it can name. The PC keeps
 * caches coherent with DMA, so such memory is ordinary memory in the right place: below 16 MiB for 24
 * lines (ISA), in lowmem for 32.
 */
#ifndef MM_DMA_H
#define MM_DMA_H

#include <lib/types.h>
#include <mm/gfp.h>
#include <mm/layout.h>

typedef phys_addr_t dma_addr_t;

#define DMA_BIT_MASK(n)		((n) >= 64 ? ~0ULL : (1ULL << (n)) - 1)
#define DMA_MAPPING_ERROR	(~(dma_addr_t)0)

/* As much of a device as this needs. NULL in place of one: an ISA device, with 24 address lines. */
struct device {
	const char *name;
	u64 coherent_dma_mask;		/* the highest address that it can name; 0: 24 lines */
};

/**
 * dma_set_coherent_mask - say which addresses a device can name
 * @mask: DMA_BIT_MASK(number of address lines)
 * Return: 0, or -EIO: no memory lies so low
 */
int dma_set_coherent_mask(struct device *dev, u64 mask);

/**
 * dma_alloc_coherent - take a buffer that device and CPU both see
 * @dev:  for its mask; NULL: 24 address lines
 * @size: bytes, 1 .. 4 MiB
 * @bus:  out: the address for the device
 * @gfp:  GFP_KERNEL or GFP_ATOMIC; the zone follows from the mask
 *
 * Context: after the BUDDY stage, any.
 * Return:  the address for the CPU: contiguous, aligned to the block's size, zeroed; NULL: there is
 *          none, and @bus is untouched.
 * Undo:    dma_free_coherent() with the same numbers
 */
void *dma_alloc_coherent(struct device *dev, size_t size, dma_addr_t *bus, gfp_t gfp);
void dma_free_coherent(struct device *dev, size_t size, void *cpu, dma_addr_t bus);

/* --- pools ----------------------------------------------------------------------------------- */

struct dma_pool;

/**
 * dma_pool_create - blocks of one size for a device
 * @name:     copied
 * @size:     bytes of a block, 1 or more
 * @align:    power of two, or 0 for none in particular
 * @boundary: no block crosses a multiple of this power of two; 0: of anything. >= @size
 *
 * Return: the pool, or NULL: numbers out of range, or no memory
 * Undo:   dma_pool_destroy()
 */
struct dma_pool *dma_pool_create(const char *name, struct device *dev, size_t size, size_t align,
				 size_t boundary);

/* All blocks must have been freed: those that are not are reported, and their pages stay. */
void dma_pool_destroy(struct dma_pool *pool);

/* A block, as its last user left it, zeroed with __GFP_ZERO; @bus: out. NULL: no memory. Context: any. */
void *dma_pool_alloc(struct dma_pool *pool, gfp_t gfp, dma_addr_t *bus);

static inline void *dma_pool_zalloc(struct dma_pool *pool, gfp_t gfp, dma_addr_t *bus)
{
	return dma_pool_alloc(pool, gfp | __GFP_ZERO, bus);
}

/* Give a block back. A pointer that is no block of the pool, or free already, is reported. */
void dma_pool_free(struct dma_pool *pool, void *block, dma_addr_t bus);

/* Check D1 and D2 of mm/dma.c. Return: 0, or the number of the rule that is broken. */
int dma_pool_check(const struct dma_pool *pool);

#endif
