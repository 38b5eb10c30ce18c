/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_internal.h - what slab.c, slab_fast.c, slab_debug.c and kmalloc.c share
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
	u32 reciprocal;			/* ceil(2^32 / size): division by multiplication */
	unsigned int num;		/* objects in a slab */
	unsigned int batch;		/* objects moved at a time */
	struct list_head slabs_full, slabs_partial, slabs_free;
	unsigned int nr_slabs, nr_free_slabs;
	unsigned int nr_inuse;		/* sum of slab->inuse */

	/* making slabs */
	unsigned int limit;		/* length the array shall have; 0: none */
	bool array_pending;		/* the array is being allocated, maybe from this very cache */
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
	struct list_head list;		/* slab_caches */

	/* statistics: `slabinfo` */
	unsigned long grown, reaped;	/* slabs made, given back */
	unsigned long refills, refilled, flushes, flushed;	/* batches, and objects in them */
	unsigned int high;		/* most objects ever out of the slabs */
	unsigned long errors;		/* wrong frees and damaged objects found */
};

extern struct list_head slab_caches;	/* all of them, oldest first */

static inline bool page_is_slab(const struct page *page)
{
	return page->flags == PAGE_FLAG_SLAB;
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

/* mm/slab.c: behind the fast paths. @caller: whom a report blames. */
void *FASTCALL cache_alloc_slow(struct kmem_cache *cache, gfp_t gfp, unsigned long caller);
void FASTCALL cache_free_slow(struct kmem_cache *cache, void *object, unsigned long caller);

/* mm/kmalloc.c: sizes past the caches (and 0), and pointers that are not in a slab. */
void *FASTCALL kmalloc_large(size_t size, gfp_t gfp, unsigned long caller);
void FASTCALL kfree_slow(void *object, unsigned long caller);

/* By (size - 1) / 8: the index of the smallest kmalloc cache that holds size, up to 192. */
extern const u8 kmalloc_small_index[192 / 8];

/* 256 and up: one index a power of two. kmalloc_index(256) is 5, and fls(255) is 8. */
static inline unsigned int kmalloc_index_above_192(size_t size)
{
	return fls(size - 1) - 3;
}

/* Bytes of lowmem: addresses from PAGE_OFFSET on that have a struct page and a mapping. */
extern u32 lowmem_bytes;

/* A slab object at @object? Its cache, or NULL. Any number may be asked about. */
struct kmem_cache *object_cache(const void *object);

/* True when @object is an object of @slab that is not free: neither in the slab nor in the array. */
bool object_is_out(const struct kmem_cache *cache, const struct slab *slab, const void *object);

/* Objects of @cache that are neither in slabs nor in the array. */
unsigned int cache_objects_out(const struct kmem_cache *cache);

/* Empty the array into the slabs; with @off also take it away (debugging, fault injection). */
void cache_drain(struct kmem_cache *cache, bool off);

/* Check S1-S5 of one cache. Return: 0, or the number of the rule that is broken. */
int kmem_cache_check(const struct kmem_cache *cache);

/* mm/kmalloc.c: make the caches, small to large. */
void kmalloc_init(void);

/* Name @cache and list the objects that are still out. */
void slab_report_leak(struct kmem_cache *cache);

/* mm/slab_debug.c. The layout it wants is in offset and size; see the picture above. */
void slab_debug_layout(struct kmem_cache *cache);
void slab_debug_new_object(struct kmem_cache *cache, void *object);
void slab_debug_alloc(struct kmem_cache *cache, void *object, unsigned long caller);
void slab_debug_free(struct kmem_cache *cache, void *object, unsigned long caller);
void slab_report(struct kmem_cache *cache, const void *object, unsigned long caller,
		 const char *what);
u32 slab_debug_default_flags(const char *name);

/* With arrays in front (the usual way), or each call through to the slabs. */
void slab_use_arrays(bool on);

#endif
