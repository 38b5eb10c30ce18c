/* SPDX-License-Identifier: MIT */
/*
 * include/mm/slab.h - caches of equal objects, and kmalloc on top of them
 *
 * A cache is made of slabs, a slab of objects; see mm/slab.c for the pictures. Everything here is
 * lowmem: contiguous, and mapped for ever.
 *
 * Source: Bonwick, "The Slab Allocator: An Object-Caching Kernel Memory Allocator" (USENIX 1994).
 */
#ifndef MM_SLAB_H
#define MM_SLAB_H

#include <lib/compiler.h>
#include <lib/log2.h>
#include <lib/overflow.h>
#include <lib/types.h>
#include <mm/gfp.h>

/* Arguments in ECX and EDX, which leaves EAX for the result: for functions on the shortest paths. */
#define FASTCALL		__attribute__((fastcall))

#define L1_CACHE_BYTES		64	/* no CPU this runs on has longer lines, but for late P4s */
#define ARCH_KMALLOC_MINALIGN	8UL
#define KMALLOC_MAX_CACHE_SIZE	(128UL << 10)	/* past it, pages */
#define KMALLOC_MAX_SIZE	(4UL << 20)	/* a block of the highest order */

/* What kmalloc(0) gives: may be freed, faults when used (page 0 is never mapped). */
#define ZERO_SIZE_PTR		((void *)16)
#define ZERO_OR_NULL_PTR(x)	((unsigned long)(x) <= (unsigned long)ZERO_SIZE_PTR)

/* Flags of a cache. */
#define SLAB_HWCACHE_ALIGN	0x0001u	/* objects start cache lines, or even parts of one */
#define SLAB_CACHE_DMA		0x0002u	/* slabs from below 16 MiB */
#define SLAB_PANIC		0x0004u	/* creating it must not fail */
#define SLAB_RECLAIM_ACCOUNT	0x0008u	/* counted as reclaimable */
#define SLAB_TYPESAFE_BY_RCU	0x0010u	/* a free object keeps its bytes */
#define SLAB_POISON		0x0100u	/* free objects hold a pattern that is checked */
#define SLAB_RED_ZONE		0x0200u	/* known bytes before and behind each object */
#define SLAB_STORE_USER		0x0400u	/* who took and who freed each object last */
#define SLAB_DEBUG_FLAGS	(SLAB_POISON | SLAB_RED_ZONE | SLAB_STORE_USER)

struct kmem_cache;
typedef struct kmem_cache kmem_cache_t;		/* its name in books on Linux 2.4 and early 2.6 */

typedef void (*kmem_ctor_t)(void *object);

/**
 * kmem_cache_create - make a cache
 * @name:  copied; unique among living caches
 * @size:  bytes of an object, 1 .. 4 MiB
 * @align: 0 or a power of two up to a page; results are aligned to at least 8, and objects whose
 *         size is a power of two to their size
 * @flags: SLAB_ flags
 * @ctor:  run once on each object when its slab is made, not on each allocation; or NULL
 *
 * Context: after the slab stage; not in an interrupt handler.
 * Return:  the cache; NULL for a name in use, a size or align out of range, or no memory (with
 *          SLAB_PANIC: a panic).
 * Undo:    kmem_cache_destroy()
 */
struct kmem_cache *kmem_cache_create(const char *name, size_t size, size_t align, u32 flags,
				     kmem_ctor_t ctor);

/* The same with a function that is run on each object when its slab is given back. */
struct kmem_cache *kmem_cache_create_dtor(const char *name, size_t size, size_t align, u32 flags,
					  kmem_ctor_t ctor, kmem_ctor_t dtor);

/* A cache named after a structure, with its size and alignment. */
#define KMEM_CACHE(struct_, flags)					\
	kmem_cache_create(#struct_, sizeof(struct struct_),		\
			  __alignof__(struct struct_), (flags), NULL)

/**
 * kmem_cache_destroy - take a cache down
 * @cache: a cache all of whose objects have been freed; NULL is ignored
 *
 * Return: 0, or -EBUSY when objects are still out: the log names the cache and lists them, and the
 *         cache stays.
 */
int kmem_cache_destroy(struct kmem_cache *cache);

/* Give back the slabs that hold no object. Return: 0 when none is left, 1 otherwise. */
int kmem_cache_shrink(struct kmem_cache *cache);

/*
 * The same for every cache in which no object moved between slabs and array since the last call.
 * Called while the prompt waits for a key. Context: any. Return: the pages that came free.
 */
unsigned long slab_reap(void);

/* Bytes a user may write to an object of @cache. */
unsigned int kmem_cache_size(const struct kmem_cache *cache);

/* The cache's name, for reports. */
const char *kmem_cache_name(const struct kmem_cache *cache);

/* Behind kmem_cache_alloc(): without and with preparation of the object. */
void *FASTCALL kmem_cache_alloc_plain(struct kmem_cache *cache, gfp_t gfp);
void *FASTCALL kmem_cache_alloc_any(struct kmem_cache *cache, gfp_t gfp);

/**
 * kmem_cache_alloc - take an object
 * @cache: the cache
 * @gfp:   as for alloc_pages(), for the slab that may have to be made; | __GFP_ZERO
 *
 * Context: any.
 * Return:  the object: as the constructor or its last user left it, undefined in a cache without
 *          constructor; or NULL.
 * Undo:    kmem_cache_free()
 */
static __always_inline void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp)
{
	if (__builtin_constant_p(gfp) && !(gfp & __GFP_ZERO))
		return kmem_cache_alloc_plain(cache, gfp);
	return kmem_cache_alloc_any(cache, gfp);
}

static __always_inline void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp)
{
	return kmem_cache_alloc_any(cache, gfp | __GFP_ZERO);
}

/**
 * kmem_cache_free - give an object back to the cache it came from
 *
 * A pointer that is no object of @cache, or that is free already, is reported and left alone.
 * Context: any.
 */
void FASTCALL kmem_cache_free(struct kmem_cache *cache, void *object);

/* @nr objects into @objects: all or none. Return: @nr or 0. */
int kmem_cache_alloc_bulk(struct kmem_cache *cache, gfp_t gfp, size_t nr, void **objects);
void kmem_cache_free_bulk(struct kmem_cache *cache, size_t nr, void **objects);

/* --- kmalloc --------------------------------------------------------------------------------- */

/*
 * Caches for these sizes; each with a DMA twin. The index of a size is found without a loop: up to
 * 192 from a table of 8-byte steps, above from its highest bit.
 */
#define NR_KMALLOC_CACHES	15

extern struct kmem_cache *kmalloc_caches[NR_KMALLOC_CACHES];
extern struct kmem_cache *kmalloc_dma_caches[NR_KMALLOC_CACHES];

/* The smallest cache that holds @size bytes, 1 .. KMALLOC_MAX_CACHE_SIZE; folds for constants. */
static __always_inline unsigned int kmalloc_index(size_t size)
{
	return size <= 32 ? 0 : size <= 64 ? 1 : size <= 96 ? 2 : size <= 128 ? 3 :
	       size <= 192 ? 4 : size <= 256 ? 5 : size <= 512 ? 6 : size <= 1024 ? 7 :
	       size <= 2048 ? 8 : size <= 4096 ? 9 : size <= 8192 ? 10 : size <= 16384 ? 11 :
	       size <= 32768 ? 12 : size <= 65536 ? 13 : 14;
}

void *FASTCALL kmalloc_any(size_t size, gfp_t gfp);

/**
 * kmalloc - take @size bytes of contiguous, mapped memory
 * @size: 0 .. KMALLOC_MAX_SIZE bytes
 * @gfp:  GFP_KERNEL, GFP_ATOMIC, GFP_DMA, optionally | __GFP_ZERO
 *
 * Context: any.
 * Return:  address, aligned to 8 at least and to the size when that is a power of two;
 *          ZERO_SIZE_PTR for 0; NULL when there is none, or for a size past the limit.
 * Undo:    kfree()
 */
static __always_inline void *kmalloc(size_t size, gfp_t gfp)
{
	if (__builtin_constant_p(size) && __builtin_constant_p(gfp) && size &&
	    size <= KMALLOC_MAX_CACHE_SIZE && !(gfp & (__GFP_ZERO | __GFP_DMA)))
		return kmem_cache_alloc_plain(kmalloc_caches[kmalloc_index(size)], gfp);
	return kmalloc_any(size, gfp);
}

static __always_inline void *kzalloc(size_t size, gfp_t gfp)
{
	return kmalloc_any(size, gfp | __GFP_ZERO);
}

/* @nr elements of @size bytes; NULL when the product does not fit. */
static inline void *kmalloc_array(size_t nr, size_t size, gfp_t gfp)
{
	return kmalloc_any(array_size(nr, size), gfp);
}

static inline void *kcalloc(size_t nr, size_t size, gfp_t gfp)
{
	return kmalloc_array(nr, size, gfp | __GFP_ZERO);
}

/* One node only. */
#define kmalloc_node(size, gfp, node)	kmalloc(size, gfp)
#define kzalloc_node(size, gfp, node)	kzalloc(size, gfp)

/**
 * krealloc - change the size of an allocation
 * @old:  from kmalloc(), or NULL
 * @size: new size; 0 frees @old and gives ZERO_SIZE_PTR
 *
 * Return: where the bytes are now (the same place when they fit), or NULL: @old is untouched.
 */
void *krealloc(const void *old, size_t size, gfp_t gfp);

/* Undo kmalloc(). NULL and ZERO_SIZE_PTR are ignored; a wrong pointer is reported. Context: any. */
void FASTCALL kfree(const void *object);

/* The bytes that may be used behind a pointer of kmalloc(): its size class, or its pages. */
size_t ksize(const void *object);

/**
 * validate_slab_cache - look for damage in a cache made with SLAB_RED_ZONE or SLAB_POISON
 *
 * Each damaged object is reported, and mended so that it is found once.
 * Context: any.
 * Return:  the number of damaged objects.
 */
int validate_slab_cache(struct kmem_cache *cache);

/* --- stage ----------------------------------------------------------------------------------- */

void slab_init(void);		/* stage "slab": the cache of caches, then kmalloc's */
int slab_check(void);		/* 0, or the number of the broken rule */
bool slab_is_available(void);

/* --- the same by other names that code from elsewhere uses ------------------------------------- */

#define KMALLOC_MIN_SIZE	32
#define SLAB_ACCOUNT		0u
#define kmem_cache_alloc_node(cache, gfp, node)		kmem_cache_alloc(cache, gfp)
#define kmalloc_array_node(nr, size, gfp, node)		kmalloc_array(nr, size, gfp)
#define kcalloc_node(nr, size, gfp, node)		kcalloc(nr, size, gfp)
#define krealloc_array(old, nr, size, gfp)		krealloc(old, array_size(nr, size), gfp)
#define kmem_cache_create_usercopy(name, size, align, flags, offset, len, ctor) \
	kmem_cache_create(name, size, align, flags, ctor)

#endif
