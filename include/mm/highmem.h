/* SPDX-License-Identifier: MIT */
/*
 * include/mm/highmem.h - an address for frames that have none
 *
 *   kmap(page)               a slot of the window, counted; stays while the page is used much
 *   kmap_local_page(page)    a slot of the fixmap, on a stack; for a few lines of code, also in
 *   kmap_atomic(page)        interrupt handlers. Undone in reverse order.
 *
 * A lowmem page is answered from the direct map at once, by all of them.
 */
#ifndef MM_HIGHMEM_H
#define MM_HIGHMEM_H

#include <lib/bug.h>
#include <lib/string.h>
#include <mm/fixmap.h>
#include <mm/page.h>
#include <mm/slab.h>

/* Behind the inline functions: for HIGHMEM pages. */
void *FASTCALL kmap_high(struct page *page);
void FASTCALL kunmap_high(struct page *page);
void *FASTCALL kmap_local_high(struct page *page);
void FASTCALL kunmap_local_high(const void *address);

/**
 * kmap - map a page until kunmap()
 * @page: any page; mapping it again counts
 *
 * Context: not in interrupt handlers. Nothing here can sleep: with all LAST_PKMAP slots in use it
 *          panics. kmap_try() gives NULL then.
 * Return:  the address of its first byte.
 */
static __always_inline void *kmap(struct page *page)
{
	return likely(!page_is_highmem(page)) ? __va(page_to_phys(page)) : kmap_high(page);
}

void *kmap_try(struct page *page);

/* Undo one kmap() of @page. A page that is not mapped is reported. */
static __always_inline void kunmap(struct page *page)
{
	if (page_is_highmem(page))
		kunmap_high(page);
}

/**
 * kmap_local_page - map a page for a moment
 * @page: any page
 *
 * Context: any; at most KM_MAX_IDX at once, interrupt handlers included (more is a BUG).
 * Return:  the address of its first byte.
 * Undo:    kunmap_local(), the last mapped first; another order is reported.
 */
static __always_inline void *kmap_local_page(struct page *page)
{
	return likely(!page_is_highmem(page)) ? __va(page_to_phys(page)) : kmap_local_high(page);
}

/* @address: any address in the page that kmap_local_page() gave. */
static __always_inline void kunmap_local(const void *address)
{
	if ((vaddr_t)address >= FIXADDR_START)
		kunmap_local_high(address);
}

/* Linux 2.6's names; the KM_ constant that old code passes is not needed. */
#define kmap_atomic(page, ...)		kmap_local_page(page)
#define kunmap_atomic(address, ...)	kunmap_local(address)

/* Zero a frame, wherever it lies. */
void clear_highpage(struct page *page);

/* Copy a frame. */
void copy_highpage(struct page *to, struct page *from);

/* @offset + @len <= PAGE_SIZE for these three. */
static inline void zero_user(struct page *page, unsigned int offset, unsigned int len)
{
	char *at = kmap_local_page(page);

	BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	memset(at + offset, 0, len);
	kunmap_local(at);
}

static inline void memcpy_to_page(struct page *page, unsigned int offset, const void *from,
				  unsigned int len)
{
	char *at = kmap_local_page(page);

	BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	memcpy(at + offset, from, len);
	kunmap_local(at);
}

static inline void memcpy_from_page(void *to, struct page *page, unsigned int offset,
				    unsigned int len)
{
	const char *at = kmap_local_page(page);

	BUG_ON(offset > PAGE_SIZE || len > PAGE_SIZE - offset);
	memcpy(to, at + offset, len);
	kunmap_local(at);
}

/* One slot of the kmap window, for `kmaps` and tests. */
struct pkmap_info {
	struct page *page;		/* NULL: free and not in the TLB */
	unsigned int count;		/* 0; 1: free but maybe in the TLB; n + 1: mapped n times */
};

/* @slot: 0 .. LAST_PKMAP - 1. False where the machine has no HIGHMEM. */
bool pkmap_slot_info(unsigned int slot, struct pkmap_info *info);

/* How deep kmap_local_page() is nested now. */
unsigned int kmap_local_depth(void);

/* Flushes since boot because the search for a free slot came round. */
extern unsigned long pkmap_flushes;

/* Stage "highmem": the kmap window, if there is HIGHMEM; kmap_local_page() in any case. */
void highmem_init(void);

/* Check K1-K4 of mm/highmem.c. Return: 0, or the number of the rule that is broken. */
int highmem_check(void);

#endif
