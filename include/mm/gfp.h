/* SPDX-License-Identifier: MIT */
/*
 * include/mm/gfp.h - asking for page frames
 *
 * A request is a set of flags and an order. The flags say which zone is the highest that will do,
 * how far down into the reserves the request may reach, and what to do with the block before it is
 * handed out.
 */
#ifndef MM_GFP_H
#define MM_GFP_H

#include <lib/compiler.h>
#include <lib/types.h>
#include <mm/mmzone.h>

/* Which zone: none of them means NORMAL. Both together mean DMA, the stricter one. */
#define __GFP_DMA		0x0001u		/* below 16 MiB */
#define __GFP_HIGHMEM		0x0002u		/* may have no kernel address */
#define GFP_ZONEMASK		0x0003u

/* How hard to try. */
#define __GFP_RECLAIM		0x0010u		/* may run the reclaim hooks */
#define __GFP_HIGH		0x0020u		/* may use half of the min watermark's reserve */
#define __GFP_NORETRY		0x0040u		/* give up early: no reclaim */
#define __GFP_NOFAIL		0x0080u		/* cannot go on without: panic, not NULL */
#define __GFP_NOWARN		0x0100u		/* failing is ordinary: say nothing */

/* What to do with the block. */
#define __GFP_ZERO		0x1000u		/* all its bytes are zero */
#define __GFP_COMP		0x2000u		/* every page knows the first: get_page() */

#define __GFP_BITS_MASK		0x31F3u

#define GFP_KERNEL		__GFP_RECLAIM
#define GFP_ATOMIC		__GFP_HIGH			/* interrupt handlers */
#define GFP_NOWAIT		0u
#define GFP_DMA			__GFP_DMA
#define GFP_USER		GFP_KERNEL
#define GFP_HIGHUSER		(GFP_USER | __GFP_HIGHMEM)

/*
 * Names that say what does not matter here: nothing is written to disks to get memory, pages do not
 * move, and every frame is within reach of 32 address lines.
 */
#define __GFP_IO		0u
#define __GFP_FS		0u
#define __GFP_MOVABLE		0u
#define __GFP_RECLAIMABLE	0u
#define __GFP_ACCOUNT		0u
#define __GFP_HARDWALL		0u
#define __GFP_THISNODE		0u
#define __GFP_NOMEMALLOC	0u
#define __GFP_RETRY_MAYFAIL	0u
#define __GFP_DMA32		0u
#define __GFP_DIRECT_RECLAIM	__GFP_RECLAIM
#define __GFP_KSWAPD_RECLAIM	0u
#define GFP_NOIO		GFP_KERNEL
#define GFP_NOFS		GFP_KERNEL
#define GFP_KERNEL_ACCOUNT	GFP_KERNEL
#define GFP_HIGHUSER_MOVABLE	GFP_HIGHUSER
#define GFP_DMA32		GFP_KERNEL
#define alloc_pages_node(node, gfp, order)	alloc_pages(gfp, order)

/*
 * Calling convention of the hot functions below: arguments in EAX, EDX, ECX. They are reached
 * through the inline functions only.
 */
#define __page_fastcall		__attribute__((regparm(3)))

/* The per-CPU lists that a request starts at, by its zone flags. Set up by the BUDDY stage. */
extern struct pcp_list *gfp_pcp[GFP_ZONEMASK + 1];

/* Behind alloc_pages(): any request; and one that starts at a per-CPU list, nothing to prepare. */
struct page *alloc_pages_any(gfp_t gfp, unsigned int order) __page_fastcall;
struct page *alloc_pages_quick(struct pcp_list *pcp, gfp_t gfp) __page_fastcall;

/**
 * alloc_pages - take 2^@order contiguous page frames
 * @gfp:   GFP_KERNEL, GFP_ATOMIC, GFP_NOWAIT, GFP_DMA or GFP_HIGHUSER, optionally
 *         | __GFP_ZERO | __GFP_COMP | __GFP_NOWARN | __GFP_NORETRY | __GFP_NOFAIL
 * @order: log2 of the count; 0 <= order < MAX_ORDER, so 4 KiB to 4 MiB
 *
 * Falls back to lower zones, never to higher ones, as far as their watermarks and lowmem_reserve
 * allow. The block starts at a multiple of its size. HIGHMEM frames have no address: kmap() them.
 *
 * Context: after the BUDDY stage, any; does not sleep. The caller's address is kept in the block.
 * Return:  the first page (its bytes undefined unless zeroed), with one reference; or NULL: no
 *          allowed zone has such a block, or the order is too large (which is reported).
 * Undo:    __free_pages() with the same order, or put_page().
 * Source:  16 MiB = the 24 address lines of ISA DMA (Intel 8237A + page register).
 */
static __always_inline struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	if (order <= PCP_MAX_ORDER && !(gfp & (__GFP_ZERO | __GFP_COMP)))
		return alloc_pages_quick(gfp_pcp[gfp & GFP_ZONEMASK] + order, gfp);
	return alloc_pages_any(gfp, order);
}

#define alloc_page(gfp)		alloc_pages(gfp, 0)

/* Behind __free_pages(). */
void free_pages_any(struct page *page, unsigned int order) __page_fastcall;

/**
 * __free_pages - give back a block
 * @page:  its first page
 * @order: the order it was allocated with
 *
 * Drops one reference. When somebody else holds another one, a plain block's other pages are freed
 * at once and its first page by the last put_page(); a compound block is freed whole by the last
 * put_page(). A double free, a page that is reserved or inside a block, and a wrong order are
 * reported with the page's history, and the page is set aside.
 *
 * Context: any.
 */
static __always_inline void __free_pages(struct page *page, unsigned int order)
{
	free_pages_any(page, order);
}

#define __free_page(page)	__free_pages(page, 0)

/**
 * __get_free_pages - alloc_pages() for those who want an address
 * @gfp:   as for alloc_pages(), without __GFP_HIGHMEM (ignored: only lowmem has an address)
 * @order: log2 of the count of pages
 *
 * Return: the block's address, or 0.
 * Undo:   free_pages() with the same order.
 */
static __always_inline unsigned long __get_free_pages(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_pages(gfp & ~__GFP_HIGHMEM, order);

	return page ? (unsigned long)__va(page_to_phys(page)) : 0;
}

#define __get_free_page(gfp)	__get_free_pages(gfp, 0)
#define __get_dma_pages(gfp, order)	__get_free_pages((gfp) | __GFP_DMA, order)

/* One page of zero bytes: its address, or 0. Undo: free_page(). */
static __always_inline unsigned long get_zeroed_page(gfp_t gfp)
{
	return __get_free_pages(gfp | __GFP_ZERO, 0);
}

/* Undo __get_free_pages(). @addr: what it returned; 0 is ignored. */
static __always_inline void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page(addr), order);
}

#define free_page(addr)		free_pages((unsigned long)(addr), 0)

/**
 * alloc_pages_exact - contiguous lowmem for @size bytes, without the rest of the block
 * @size: bytes, 1 .. MAX_ORDER_NR_PAGES * PAGE_SIZE; rounded up to whole pages
 * @gfp:  as for __get_free_pages(), without __GFP_COMP
 *
 * Return: address of the first byte, or NULL.
 * Undo:   free_pages_exact() with the same size, or free_page() for each page.
 */
void *alloc_pages_exact(size_t size, gfp_t gfp);
void free_pages_exact(void *virt, size_t size);

/**
 * alloc_pages_bulk - take @nr single pages, wherever they lie
 * @gfp:   as for alloc_pages(), without __GFP_ZERO and __GFP_COMP
 * @pages: out: the pages, each with one reference
 *
 * Return: @nr, or 0: there are not so many, and none is kept.
 * Undo:   free_pages_bulk(), or __free_page() for each.
 */
unsigned int alloc_pages_bulk(gfp_t gfp, unsigned int nr, struct page **pages);

/* __free_page() for each of @nr pages; quickest when they lie as alloc_pages_bulk() gave them. */
void free_pages_bulk(unsigned int nr, struct page **pages);

/**
 * split_page - make each page of a plain block a block of its own
 * @page:  first page; one reference, not compound
 * @order: the order it was allocated with
 *
 * Afterwards each page has one reference and is freed alone, with order 0.
 */
void split_page(struct page *page, unsigned int order);

/* Give the blocks on the per-CPU lists back to the zones, so that they can merge. */
void drain_all_pages(void);

/**
 * Reclaim hooks: called with __GFP_RECLAIM requests that found nothing, before they fail.
 * @shrink: free what can be freed easily, at least @want frames; returns the number of frames freed
 *
 * Context: that of the failing request. A hook may free pages but not allocate any.
 */
struct reclaim_hook {
	const char *name;
	unsigned long (*shrink)(unsigned long want);
	struct reclaim_hook *next;
};

void register_reclaim_hook(struct reclaim_hook *hook);

/* The smallest order whose block holds @size bytes; 0 for 0. */
static __always_inline unsigned int get_order(size_t size)
{
	size_t last = (size - !!size) >> PAGE_SHIFT;	/* number of the last page */

	return last ? 32 - (unsigned int)__builtin_clz(last) : 0;
}

/* --- numbers --------------------------------------------------------------------------------- */

/* Free frames of all zones, those on per-CPU lists included. */
unsigned long nr_free_pages(void);

/* Frames under the buddy allocator's management: all of them, and those of HIGHMEM. */
unsigned long totalram_pages(void);
unsigned long totalhigh_pages(void);

#endif
