/* SPDX-License-Identifier: MIT */
/*
 * include/mm/page.h - struct page: what is known about one page frame
 *
 * mem_map is one flat array with a struct page for every frame from 0 to the end of RAM, holes
 * included, so that a frame number is an index. Frames are handled in blocks of 2^order, and only
 * the first page of a block says what the block is:
 *
 *     pfn        8         9        10        11        12
 *            +---------+---------+---------+---------+---------+
 *   state    |  BUDDY  |INTERIOR |INTERIOR |INTERIOR |  USED   |   8..11 are one free block of
 *   order    |    2    |    0    |    0    |    0    |    0    |   order 2, 12 is handed out
 *            +---------+---------+---------+---------+---------+
 *
 * so that taking and giving back a block costs the same whatever its size, and a walk over memory
 * goes from block to block: next = pfn + (1 << order).
 *
 * P1  walking block by block from frame 0 never meets INTERIOR or TAIL, and ends at the map's end
 * P2  a block starts at a multiple of its size, and inside it all pages are INTERIOR (TAIL in a
 *     compound block, each pointing at the first)
 * P3  a page has references if and only if it is the first page of a block that is handed out
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include <lib/compiler.h>
#include <lib/types.h>
#include <mm/layout.h>

/* What a block is; kept in its first page. */
enum page_state {
	PAGE_INTERIOR,		/* not a first page: look further down */
	PAGE_HOLE,		/* the firmware's map has no RAM here */
	PAGE_RESERVED,		/* RAM that was never handed to the buddy lists */
	PAGE_BUDDY,		/* free, on the zone's list of its order */
	PAGE_PCP,		/* free, on a per-CPU list */
	PAGE_USED,		/* handed out as a plain block */
	PAGE_COMPOUND,		/* handed out with __GFP_COMP: first page */
	PAGE_TAIL,		/* the other pages of a compound block */
	PAGE_BAD,		/* set aside after a wrong free; never handed out again */
	NR_PAGE_STATES,
};

/* To whom a block is handed out; the holder says so with page_set_owner(). */
enum page_owner {
	PAGE_OWNER_KERNEL,	/* whoever did not say */
	PAGE_OWNER_PAGETABLE,
	PAGE_OWNER_SLAB,
	PAGE_OWNER_KMALLOC,	/* kmalloc() past the largest cache */
	PAGE_OWNER_VMALLOC,
	PAGE_OWNER_PERCPU,
	PAGE_OWNER_STACK,
	PAGE_OWNER_DMA,
	PAGE_OWNER_TEST,
	PAGE_OWNER_MONITOR,	/* `alloc` at the prompt */
	PAGE_OWNER_HELD,	/* freed, but somebody's reference still holds the first page */
	NR_PAGE_OWNERS,
};

struct kmem_cache;

/*
 * The first four bytes are also read as one word: that makes "is my buddy free, of my order and in
 * my zone?" a single compare.
 */
struct page {
	union {
		u32 word;
		struct {
			u8 state;		/* enum page_state */
			u8 owner;		/* enum page_owner; 0 while free */
			union {
				u8 place;	/* both of these: index of a per-CPU list */
				struct {
					u8 order : 4;	/* of the block */
					u8 zone : 4;	/* valid in first pages only */
				};
			};
			u8 flags;		/* for the owner's own use; 0 while free */
		};
	};
	atomic_t refcount;			/* 0 while free; page_count() */
	union {
		struct list_head list;		/* BUDDY: the free list; handed out: the owner's */
		struct {			/* slab: */
			struct kmem_cache *slab_cache;
			void *slab;
		};
		struct page *first_page;	/* TAIL: the compound block's first page */
	};
	unsigned long private;			/* the owner's; undefined after allocation */
	unsigned long caller;			/* who took this block, or who gave it back, last */
};

_Static_assert(sizeof(struct page) == 24, "mem_map costs 6 words a frame (design.md)");
_Static_assert(offsetof(struct page, state) == 0 && offsetof(struct page, flags) == 3,
	       "PAGE_WORD() below builds the word from the bytes");

#define PAGE_WORD(state, zone, order)	((u32)(state) | (u32)(order) << 16 | (u32)(zone) << 20)
#define PAGE_FLAGS_WORD(flags)		((u32)(flags) << 24)

/* page->flags of every page of a slab, not of the first alone: kfree() starts at any of them. */
#define PAGE_FLAG_SLAB		1
#define PAGE_FLAG_DEFERRED	2	/* vmalloc: freed in an interrupt handler, not yet for good */

extern struct page *mem_map;		/* one struct page a frame; NULL before the ZONES stage */
extern pfn_t mem_map_end;		/* frames in mem_map: max_pfn rounded up, see mmzone.c */
extern struct page *highmem_first_page;	/* = pfn_to_page(vm_layout.max_low_pfn) */

/*
 * What the highmem stage adds: an address for frames that have none of their own. NULL before it;
 * until then a request for zeroed memory is served from lowmem.
 */
struct highmem_ops {
	void *(*address)(const struct page *page);	/* NULL when not mapped */
	void (*clear)(struct page *page) __attribute__((regparm(3)));	/* zero one frame */
};
extern const struct highmem_ops *highmem_ops;

#define pfn_to_page(pfn)	(mem_map + (pfn))
#define phys_to_page(pa)	pfn_to_page(phys_to_pfn(pa))

/*
 * The frame number is the distance from mem_map in units of 24 bytes. 24 = 8 * 3, and dividing a
 * multiple of 3 by 3 is multiplying by the inverse of 3 modulo 2^32, which is exact. Left to itself
 * the compiler makes twelve instructions of that for a 386; the hidden constant keeps it at one.
 */
#define INVERSE_OF_3	0xAAAAAAABu

_Static_assert((u32)(3 * INVERSE_OF_3) == 1 && sizeof(struct page) == 8 * 3, "page_to_pfn()");

static inline pfn_t page_to_pfn(const struct page *page)
{
	u32 inverse = INVERSE_OF_3;

	OPTIMIZER_HIDE_VAR(inverse);
	return (((unsigned long)page - (unsigned long)mem_map) >> 3) * inverse;
}

/*
 * Its address: the distance is 8 * 3 * pfn, so times the inverse it is 8 * pfn, and 512 times that is
 * 4096 * pfn. One multiplication does both.
 */
#define PAGE_TO_PHYS_FACTOR	((u32)(INVERSE_OF_3 * (PAGE_SIZE / 8)))

static inline phys_addr_t page_to_phys(const struct page *page)
{
	u32 factor = PAGE_TO_PHYS_FACTOR;

	OPTIMIZER_HIDE_VAR(factor);
	return (phys_addr_t)((u32)((unsigned long)page - (unsigned long)mem_map) * factor);
}

/* The struct page of a lowmem address (direct map only, not vmalloc or kmap). */
#define virt_to_page(va)	pfn_to_page(phys_to_pfn(__pa(va)))

/* Does mem_map have an entry for @pfn? It may still be a hole. */
static inline bool pfn_valid(pfn_t pfn)
{
	return pfn < mem_map_end;
}

/* A frame without a permanent kernel address? */
static inline bool page_is_highmem(const struct page *page)
{
	return page >= highmem_first_page;
}

#define PageHighMem(page)	page_is_highmem(page)

/**
 * page_address - the address a page can be used at now
 * Return: its place in the direct map; for HIGHMEM its kmap address, or NULL while it has none
 */
static inline void *page_address(const struct page *page)
{
	if (likely(!page_is_highmem(page)))
		return __va(page_to_phys(page));
	return highmem_ops ? highmem_ops->address(page) : NULL;
}

/* The first page of the compound block that @page is part of, else @page itself. */
static inline struct page *compound_head(const struct page *page)
{
	if (unlikely(page->state == PAGE_TAIL))
		return page->first_page;
	return (struct page *)page;
}

#define virt_to_head_page(va)	compound_head(virt_to_page(va))

/* The order of the block whose first page this is; 0 for pages inside a block. */
static inline unsigned int page_block_order(const struct page *page)
{
	return page->order;
}

#define compound_order(page)	page_block_order(page)

static inline bool page_is_buddy(const struct page *page)
{
	return page->state == PAGE_BUDDY;
}

/* First page of a block that somebody holds? */
static inline bool page_is_used(const struct page *page)
{
	return page->state == PAGE_USED || page->state == PAGE_COMPOUND;
}

/* Say to whom a block is handed out. @page: its first page. Freeing the block forgets it. */
static inline void page_set_owner(struct page *page, enum page_owner owner)
{
	page->owner = (u8)owner;
}

/* Instead of freeing a block: nobody gets it again. @page: its first page, held by the caller. */
void page_set_aside(struct page *page);

/* References to the block that @page is in: 0 free, 1 after allocation. */
static inline int page_count(const struct page *page)
{
	return READ_ONCE(compound_head(page)->refcount.counter);
}

/**
 * get_page - take one more reference on a block, so that freeing it waits for put_page()
 * @page: first page of a block that is handed out, or any page of a compound block
 *
 * Context: any. A page that is not handed out is reported (page_check.c) and left alone.
 */
void get_page(struct page *page);

/**
 * put_page - drop one reference; the last one frees the block
 * @page: as for get_page()
 *
 * Context: any. A reference that was never taken is reported and changes nothing.
 */
void put_page(struct page *page);

/* The block that frame @pfn of mem_map is in: its first page, or NULL (P1 is broken there). */
struct page *page_block(pfn_t pfn);

/* Words for enum page_state and enum page_owner, as `verify` and `page` print them. */
const char *page_state_name(unsigned int state);
const char *page_owner_name(unsigned int owner);

/* The same by other names that code from elsewhere uses. */
#define page_to_virt(page)	page_address(page)
#define lowmem_page_address(page)	page_address(page)
#define virt_to_pfn(va)		phys_to_pfn(__pa(va))
#define pfn_to_kaddr(pfn)	__va(pfn_to_phys(pfn))
#define page_ref_count(page)	page_count(page)
#define page_size(page)		(PAGE_SIZE << compound_order(page))
#define nth_page(page, n)	((page) + (n))
#define PAGE_ALIGNED(addr)	(offset_in_page(addr) == 0)
#define PageReserved(page)	((page)->state == PAGE_RESERVED)
#define PageHead(page)		((page)->state == PAGE_COMPOUND)
#define PageTail(page)		((page)->state == PAGE_TAIL)
#define PageCompound(page)	(PageHead(page) || PageTail(page))
#define PageSlab(page)		(((page)->flags & PAGE_FLAG_SLAB) != 0)

#endif
