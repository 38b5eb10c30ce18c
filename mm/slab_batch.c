/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_batch.c - batches between the array and the slabs: what calls cost besides a push or a pop
 *
 *   array    | oldest ... | newest |          full: the oldest batch goes, the rest moves down
 *                  |                          empty: a batch comes, from partial slabs first
 *                  v   object -> page -> slab;  index = (object - s_mem) / size, by one multiplication
 *   slab     free_index[index] = free;  free = index;  inuse--
 *
 * A slab changes its list only when it was full or has become empty: that, and what is wrong with an
 * object, is out of line. The Makefile compiles this file for the fewest instructions.
 *
 * Source: Granlund & Montgomery, "Division by Invariant Integers using Multiplication" (PLDI 1994).
 */
#include <arch.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include "explain.h"
#include "slab_internal.h"

#define CALLER		((unsigned long)__builtin_return_address(0))

/* --- out of the slabs ------------------------------------------------------------------------- */

/*
 * The index of free objects has been written over: which objects are free is not known any more, so
 * all that are left count as handed out, for ever. Those that really are can still be freed.
 */
static void slab_condemn(struct kmem_cache *cache, struct slab *slab)
{
	slab_report(SLAB_BAD_INDEX, cache, slab->s_mem, 0);
	for (unsigned int i = 0; i < cache->num; i++)
		slab->free_index[i] = INDEX_ACTIVE;
	slab->free = INDEX_END;
}

/*
 * Follow the index from slab->free and take @nr objects, which there must be. Each entry is looked at
 * before its object is handed out: a good one names another object, or END at the last free one.
 * Return: @nr, or less: the index is broken there.
 */
static noinline unsigned int FASTCALL follow_index(struct kmem_cache *cache, struct slab *slab,
						   unsigned int nr, void **to)
{
	slab_index_t *entry;
	u32 index = slab->free, next;
	void **end = to + nr;

	if (unlikely(index >= cache->num))
		return 0;
	do {
		entry = &slab->free_index[index];
		next = *entry;
		if (unlikely(next >= READ_ONCE(cache->num)))
			break;
		*entry = INDEX_ACTIVE;
		*to++ = (char *)slab->s_mem + index * cache->size + cache->offset;
		index = next;
	} while (to < end);
	if (to < end && next == INDEX_END && slab->inuse + nr == cache->num && to + 1 == end) {
		*entry = INDEX_ACTIVE;
		*to++ = index_object(cache, slab, index);
		index = INDEX_END;
	}
	slab->free = (slab_index_t)index;
	return nr - (end - to);
}

/* Take up to @nr objects out of @slab, to @to. Return: how many there were. */
static unsigned int slab_take(struct kmem_cache *cache, struct slab *slab, unsigned int nr, void **to)
{
	unsigned int n = min(nr, cache->num - slab->inuse), used = n;
	unsigned int taken = follow_index(cache, slab, n, to);

	if (unlikely(taken < n)) {
		slab_condemn(cache, slab);
		used = cache->num - slab->inuse;
	}
	if (!slab->inuse)
		cache->nr_free_slabs--;
	slab->inuse += used;
	cache->nr_inuse += used;
	list_move(&slab->list, slab->inuse == cache->num ? &cache->slabs_full :
							   &cache->slabs_partial);
	if (tracing(TRACE_SLAB))
		explain_slab_move(cache, slab, slab->inuse - used, slab->inuse);
	return taken;
}

/* Up to @nr objects out of the slabs that there are, to @to. Return: how many could be had. */
unsigned int cache_take(struct kmem_cache *cache, unsigned int nr, void **to)
{
	unsigned int done = 0;
	struct slab *slab;

	while (done < nr && (slab = slab_to_take_from(cache)))
		done += slab_take(cache, slab, nr - done, to + done);
	cache->high = max(cache->high, cache->nr_inuse);
	return done;
}

/* --- into the slabs --------------------------------------------------------------------------- */

static noinline void FASTCALL was_full(struct kmem_cache *cache, struct slab *slab)
{
	list_move(&slab->list, &cache->slabs_partial);
	if (tracing(TRACE_SLAB))
		explain_slab_move(cache, slab, cache->num, cache->num - 1);
}

static noinline void FASTCALL is_empty(struct kmem_cache *cache, struct slab *slab)
{
	list_move(&slab->list, &cache->slabs_free);
	cache->nr_free_slabs++;
	if (tracing(TRACE_SLAB) && cache->num > 1)	/* of one object: was_full() has told it */
		explain_slab_move(cache, slab, 1, 0);
}

/* Object @index, which is out, goes back into @slab; nr_inuse is the caller's. */
static __always_inline void link_object(struct kmem_cache *cache, struct slab *slab,
					unsigned int index)
{
	slab_index_t next = slab->free;

	slab->free_index[index] = next;
	slab->free = (slab_index_t)index;
	if (unlikely(next == INDEX_END))
		was_full(cache, slab);
	if (unlikely(--slab->inuse == 0))
		is_empty(cache, slab);
}

noinline void FASTCALL slab_put(struct kmem_cache *cache, void *object)
{
	struct slab *slab = lowmem_page(object)->slab;
	unsigned int index = object_index(cache, slab, object);

	if (unlikely(index >= cache->num || index_object(cache, slab, index) != object)) {
		slab_report(SLAB_MIDDLE, cache, object, 0);
		return;
	}
	if (unlikely(slab->free_index[index] != INDEX_ACTIVE)) {
		slab_report(SLAB_DOUBLE_FREE, cache, object, 0);
		return;
	}
	cache->nr_inuse--;
	link_object(cache, slab, index);
}

/*
 * The usual object: quick to prove right, on a page known to be of @cache. False: look closer. The
 * compares are those of slab_put(), with geometry's start_below for the second division.
 */
static __always_inline bool put_quickly(struct kmem_cache *cache, void *object)
{
	struct slab *slab = lowmem_page_2(object)->slab;
	u32 at = (u32)object - (u32)slab->s_mem, low;
	u32 index = arch_mul_high(at, cache->reciprocal, &low);

	if (unlikely(low >= cache->start_below || index >= cache->num ||
		     slab->free_index[index] != INDEX_ACTIVE))
		return false;
	OPTIMIZER_HIDE_VAR(index);	/* else the entry's address gets a register of its own */
	link_object(cache, slab, index);
	return true;
}

void FASTCALL cache_flush(struct kmem_cache *cache, unsigned int nr)
{
	struct cpu_stack *cpu = &cache->cpu;
	void **end = cpu->base + nr;
	unsigned int odd = 0;

	for (long i = -(long)nr; i; i++) {
		if (unlikely(!put_quickly(cache, end[i]))) {
			slab_put(cache, end[i]);
			odd++;
		}
	}
	cache->nr_inuse -= nr - odd;
	memmove(cpu->base, end, (char *)cpu->top - (char *)end);
	cpu->top -= nr;
	cache->flushes++;
	cache->flushed += nr;
}

void FASTCALL cache_free_full(struct kmem_cache *cache, void *object)
{
	unsigned long flags = arch_irq_save();
	struct cpu_stack *cpu = &cache->cpu;

	if (likely(cpu->base)) {
		if (cpu->top == cpu->end)	/* else an interrupt handler has been here since */
			cache_flush(cache, cache->batch);
		*cpu->top++ = object;
	} else {
		cache_free_for(cache, object, CALLER);
	}
	arch_irq_restore(flags);
}
