// SPDX-License-Identifier: MIT
/*
 * mm/memblock_arena.c - memblocks whose memory is made up, to experiment on and to compare with
 *
 * The lists, the searches and the growth are those of mm/memblock.c. Only the contents of a doubled
 * array lie elsewhere: in a pool that the caller gives, as the addresses belong to nobody.
 */
#include <mm/memblock.h>

#include "memblock_internal.h"

void memblock_arena_init(struct memblock_arena *arena, void *pool, size_t pool_size)
{
	arena->env = (struct memblock_env){ .first = { arena->memory, arena->reserved },
					    .pool = pool, .pool_left = pool_size };
	memblock_env_reset(&arena->mb, &arena->env);
	arena->env.can_resize = pool_size > 0;
}

int memblock_arena_add(struct memblock_arena *arena, phys_addr_t base, phys_addr_t size)
{
	return memblock_add_range(&arena->mb, &arena->mb.memory, base, size, NUMA_NO_NODE,
				  MEMBLOCK_NONE);
}

int memblock_arena_reserve(struct memblock_arena *arena, phys_addr_t base, phys_addr_t size)
{
	return memblock_add_range(&arena->mb, &arena->mb.reserved, base, size, NUMA_NO_NODE,
				  MEMBLOCK_NONE);
}

int memblock_arena_free(struct memblock_arena *arena, phys_addr_t base, phys_addr_t size)
{
	return memblock_remove_range(&arena->mb, &arena->mb.reserved, base, size);
}

phys_addr_t memblock_arena_alloc(struct memblock_arena *arena, phys_addr_t size, phys_addr_t align,
				 phys_addr_t min_addr, phys_addr_t max_addr)
{
	return memblock_alloc_accessible(&arena->mb, size, align, min_addr, max_addr,
					 NUMA_NO_NODE, false);
}

static size_t metadata(const struct memblock_type *type, const struct memblock_region *first,
		       size_t *inside)
{
	size_t size = memblock_array_size(type->max);

	if (type->regions == first)
		return type->max * sizeof(*first);
	*inside += size;
	return size;
}

size_t memblock_arena_metadata(const struct memblock_arena *arena, size_t *inside)
{
	*inside = 0;
	return metadata(&arena->mb.memory, arena->memory, inside) +
	       metadata(&arena->mb.reserved, arena->reserved, inside);
}
