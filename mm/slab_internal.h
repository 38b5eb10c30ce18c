/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_internal.h - what the slab_ files and kmalloc.c share
 *
 *   struct kmem_cache        cpu        array of free objects, newest on top
 *                            slabs_full, slabs_partial, slabs_free
 *                                          |
 *   struct slab           <----------------/      one a slab, on it or in a kmalloc cache
 *        s_mem --> object 0 | object 1 | ...
 *        free  --> index of the first free object; free_index[i] is the one after it
 *
 *   slot   | left red zone |  object  | right red zone | callers | padding |     cache->size bytes
 *          0               offset     offset + object_size
 */
#ifndef MM_SLAB_INTERNAL_H
#define MM_SLAB_INTERNAL_H

#include <lib/bitops.h>
#include <lib/cpu_stack.h>
#include <lib/list.h>
#include <mm/ledger.h>
#include <mm/page.h>
#include <mm/slab.h>

/*
 * The check word of a free object. It lies at the object's start, or behind the object in caches
 * whose objects keep their bytes. A user may have stored the same value by chance: then the free
 * takes the long way, which looks the object up.
 */
#define FREE_COOKIE		0x5AB0F4EEu

typedef u16 slab_index_t;
#define INDEX_END		0xFFFFu		/* no further free object */
#define INDEX_ACTIVE		0xFFFEu		/* not in the slab: handed out, or in the array */
#define SLAB_OBJECTS_MAX	0xFFF0u

struct slab {
	struct list_head list;		/* on one of its cache's three lists */
	void *s_mem;			/* slot 0 */
	u16 inuse;			/* objects that are not in the slab */
	slab_index_t free;		/* first free object, or INDEX_END */
	slab_index_t free_index[];	/* by object: the free one after it, or INDEX_ACTIVE */
};

struct kmem_cache {
	/* every call */
	struct cpu_stack cpu;		/* all NULL: no array (yet), or debugging */
	u32 cookie_at;			/* from the object's start */

	/* refill and flush */
	u32 size;			/* of a slot */
	u32 reciprocal;			/* ceil(2^32 / size), for division by multiplication */
	unsigned int num;		/* objects in a slab */
	u32 start_below;		/* see slab_geometry.c: low half of a start's product; 0: useless */
	unsigned int batch;		/* objects moved at a time */
	struct list_head slabs_full, slabs_partial, slabs_free;
	unsigned int nr_slabs, nr_free_slabs;
	unsigned int nr_inuse;		/* sum of slab->inuse */

	/* making slabs */
	unsigned int limit;		/* length the array shall have; 0: none */
	bool array_pending;		/* the array is being allocated, maybe from this very cache */
	bool zero_on_alloc, zero_on_free;	/* init_on_alloc=1, init_on_free=1 */
	bool off_slab;
	unsigned int order;
	gfp_t gfp;			/* added to each request for pages */
	unsigned int mgmt_size;		/* struct slab and index on the slab; 0 when off it */
	unsigned int colours, colour_off, colour_next;
	struct kmem_cache *mgmt_cache;	/* where descriptors off the slab come from */
	kmem_ctor_t ctor, dtor;

	/* description */
	u32 flags;
	u32 align, offset, object_size;
	const char *name;
	u32 name_hash;
	struct list_head list;		/* slab_caches */

	/* statistics: `slabinfo` */
	unsigned long grown, reaped;	/* slabs made, given back */
	unsigned long refills, refilled, flushes, flushed;	/* batches, and objects in them */
	unsigned int high;		/* most objects ever out of the slabs */
	unsigned long errors;		/* wrong frees and damaged objects found */
	unsigned long activity_seen;	/* by slab_reap() */
};

/* What can be wrong with an object or with the pointer that somebody frees. */
enum slab_fault {
	SLAB_OVERRUN,			/* bytes behind the object were written */
	SLAB_UNDERRUN,			/* bytes in front of it */
	SLAB_USE_AFTER_FREE,		/* a free object was written */
	SLAB_DOUBLE_FREE,
	SLAB_WRONG_CACHE,		/* freed to a cache that it is not from */
	SLAB_MIDDLE,			/* freed, but not the start of an object */
	SLAB_WILD_FREE,			/* freed, but in no slab */
	SLAB_BAD_INDEX,			/* a slab's list of free objects leads nowhere */
	SLAB_BAD_CTOR,			/* freed, but not as its constructor leaves it */
	NR_SLAB_FAULTS,
};

/* Reports of each kind since boot. */
extern unsigned long slab_fault_count[NR_SLAB_FAULTS];

extern struct list_head slab_caches;	/* all of them, oldest first */

/* Bytes of lowmem: addresses from PAGE_OFFSET on that have a struct page and a mapping. */
extern u32 lowmem_bytes;

static inline bool page_is_slab(const struct page *page)
{
	return page->flags == PAGE_FLAG_SLAB;
}

/* A slab object at @object? Its cache, or NULL. Any number may be asked about. */
static inline struct kmem_cache *object_cache(const void *object)
{
	const struct page *page = virt_to_page(object);

	return __pa(object) < lowmem_bytes && page_is_slab(page) ? page->slab_cache : NULL;
}

/* Objects whose bytes are nobody else's business while they are free. */
static inline bool keeps_bytes(const struct kmem_cache *cache)
{
	return cache->ctor || cache->dtor || cache->flags & SLAB_TYPESAFE_BY_RCU;
}

/* The first page of a slab's block. */
static inline struct page *slab_first_page(const struct kmem_cache *cache, const struct slab *slab)
{
	return virt_to_page((unsigned long)slab->s_mem & ~((PAGE_SIZE << cache->order) - 1));
}

/* virt_to_page() for an address of lowmem, put so that it takes one register. */
static __always_inline struct page *lowmem_page(const void *object)
{
	unsigned long page = phys_to_pfn(__pa(object)) * sizeof(struct page);

	OPTIMIZER_HIDE_VAR(page);
	page += (unsigned long)mem_map;
	OPTIMIZER_HIDE_VAR(page);
	return (struct page *)page;
}

/* The same in fewer instructions and two registers. */
static __always_inline struct page *lowmem_page_2(const void *object)
{
	unsigned long thrice = phys_to_pfn(__pa(object)) * (sizeof(struct page) / 8);

	OPTIMIZER_HIDE_VAR(thrice);
	return (struct page *)((char *)mem_map + thrice * 8);
}

static inline u32 *object_cookie(const struct kmem_cache *cache, void *object)
{
	return (u32 *)((char *)object + cache->cookie_at);
}

/* The slot number of an object whose slab is known; exact for the start of an object. */
static inline unsigned int object_index(const struct kmem_cache *cache, const struct slab *slab,
					const void *object)
{
	u32 at = (const char *)object - (const char *)slab->s_mem - cache->offset;

	return (u64)at * cache->reciprocal >> 32;
}

static inline void *index_object(const struct kmem_cache *cache, const struct slab *slab,
				 unsigned int index)
{
	return (char *)slab->s_mem + index * cache->size + cache->offset;
}

/*
 * Behind the fast paths, which come here by a jump: the return address is their caller's, whom a report
 * blames. mm/slab.c:
 */
void *FASTCALL cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp);
void FASTCALL cache_free_slow(struct kmem_cache *cache, void *object);
void *FASTCALL wipe_object(void *object, size_t size);

/* mm/kmalloc.c: sizes past the caches (and 0), and pointers that are in no slab or for a full array. */
void *FASTCALL kmalloc_slow(size_t size, gfp_t gfp);
void FASTCALL kfree_slow(const void *object);

/* Is @object what kmalloc gave out as a block of pages? Any number may be asked about. */
bool kmalloc_is_large(const void *object);

/* The same with the caller named. */
void *cache_alloc_for(struct kmem_cache *cache, gfp_t gfp, unsigned long caller);
void cache_free_for(struct kmem_cache *cache, void *object, unsigned long caller);

/* By (size - 1) / 8: the index of the smallest kmalloc cache that holds size, up to 192. */
extern const u8 kmalloc_small_index[192 / 8];

/* 256 and up: one index a power of two. kmalloc_index(256) is 5, and fls(255) is 8. */
static inline unsigned int kmalloc_index_above_192(size_t size)
{
	return fls(size - 1) - 3;
}

/* mm/slab_geometry.c: all that follows from size, align and cache->flags. False: no block will do. */
bool slab_choose_geometry(struct kmem_cache *cache, size_t size, size_t align);

/* True when @object is an object of @slab that is not free: neither in the slab nor in the array. */
bool object_is_out(const struct kmem_cache *cache, const struct slab *slab, const void *object);

/* Objects of @cache that are neither in slabs nor in the array. */
unsigned int cache_objects_out(const struct kmem_cache *cache);

/* Give back the slabs that hold nothing. Return: the pages that came free. IRQs off. */
unsigned long cache_give_back(struct kmem_cache *cache);

/* A slab to take from: a partial one, else a free one; NULL: all are full. */
static inline struct slab *slab_to_take_from(struct kmem_cache *cache)
{
	if (!list_empty(&cache->slabs_partial))
		return list_first_entry(&cache->slabs_partial, struct slab, list);
	return list_first_entry_or_null(&cache->slabs_free, struct slab, list);
}

/* mm/slab_batch.c: up to @nr objects out of the slabs, to @to. Return: how many could be had. IRQs off. */
unsigned int cache_take(struct kmem_cache *cache, unsigned int nr, void **to);

/*
 * mm/slab_batch.c: one object, whose page is known to be of @cache, back into its slab; and the @nr oldest
 * entries of the array, 0 < nr. What is wrong with an object is reported, and it stays out. IRQs off.
 */
void FASTCALL slab_put(struct kmem_cache *cache, void *object);
void FASTCALL cache_flush(struct kmem_cache *cache, unsigned int nr);

/*
 * The free of an object that has its cookie already and finds no room in the array, or no array. In the
 * array it is trusted like any other: the flush looks at it.
 */
void FASTCALL cache_free_full(struct kmem_cache *cache, void *object);

/* Empty the array into the slabs; with @off also take it away (debugging, fault injection). */
void cache_drain(struct kmem_cache *cache, bool off);

/* Check S1-S5 of one cache. Return: 0, or the number of the rule that is broken. */
int kmem_cache_check(const struct kmem_cache *cache);

/* Its frames in the ledger, by cache. */
extern struct ledger_holder slab_ledger;

/* mm/kmalloc.c: make the caches, small to large. */
void kmalloc_init(void);

/* kmalloc() by a function that is called for somebody else: @caller is the one to be blamed. */
void *kmalloc_for(size_t size, gfp_t gfp, unsigned long caller);

/* Name @cache and list the objects that are still out. */
void slab_report_leak(struct kmem_cache *cache);

/* mm/slab_debug.c. The layout it wants is in offset and size; see the picture above. */
void slab_debug_layout(struct kmem_cache *cache);
void slab_debug_new_object(struct kmem_cache *cache, void *object);
void slab_debug_alloc(struct kmem_cache *cache, void *object, unsigned long caller);
void slab_debug_free(struct kmem_cache *cache, void *object, unsigned long caller);
void slab_report(enum slab_fault fault, struct kmem_cache *cache, const void *object,
		 unsigned long caller);
u32 slab_debug_default_flags(const char *name);

/* validate_slab_cache() of every cache. Return: the number of damaged objects. */
int slab_validate_all(void);

/* With arrays in front (the usual way), or each call through to the slabs. */
void slab_use_arrays(bool on);

#endif
