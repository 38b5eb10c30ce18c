/* SPDX-License-Identifier: MIT */
/*
 * mm/explain.h - what the allocators say when they are traced; behind tracing() of lib/trace.h
 *
 * Each function tells of one decision and records it. Those about splits and merges are called before
 * the lists change and look at the same pages as the code that follows, so the hot loops hold no
 * trace point of their own.
 */
#ifndef MM_EXPLAIN_H
#define MM_EXPLAIN_H

#include <lib/trace.h>
#include <mm/highmem.h>
#include <mm/mmzone.h>

struct boot_request;
struct kmem_cache;
struct slab;
struct vmap_area;
struct vmap_space;

/* A request to the boot allocator has its answer. */
void explain_boot_alloc(const struct boot_request *req) __cold;

/* The block at @page, of order @high, is about to be cut down to order @low. */
void explain_split(const struct zone *zone, const struct page *page, unsigned int high,
		   unsigned int low) __cold;

/* The block at @page is about to become free and to merge as far as it can. */
void explain_merge(const struct zone *zone, const struct page *page, unsigned int order) __cold;

/* A per-CPU list gets a batch, of at most @blocks, or gives one back. */
void explain_refill(const struct pcp_list *pcp, unsigned long blocks) __cold;
void explain_flush(const struct pcp_list *pcp, unsigned int blocks) __cold;

/* A zone has too few frames above @mark, for a request that names zone @class. */
void explain_refused(const struct zone *zone, unsigned int order, enum zone_type class,
		     unsigned long mark) __cold;
void explain_fallback(const struct zone *zone, const struct page *page, enum zone_type class) __cold;

/* kmap's search went from slot @from to @slot. */
void explain_kmap(pfn_t pfn, unsigned int from, unsigned int slot) __cold;
void explain_kmap_flush(unsigned int freed) __cold;

/* A slab is new; had @was objects out, has @inuse, and may belong to another list; goes back. */
void explain_slab_grow(const struct kmem_cache *cache, const struct slab *slab) __cold;
void explain_slab_move(const struct kmem_cache *cache, const struct slab *slab,
		       unsigned int was, unsigned int inuse) __cold;
void explain_slab_destroy(const struct kmem_cache *cache, const struct slab *slab) __cold;

/* An area has found its gap, in @space->steps steps down the tree; is unmapped; a purge has flushed. */
void explain_vm_area(const struct vmap_space *space, const struct vmap_area *area) __cold;
void explain_vm_free(const struct vmap_area *area, unsigned long lazy_pages) __cold;
void explain_vm_purge(unsigned long pages) __cold;

#endif
