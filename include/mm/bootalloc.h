/* SPDX-License-Identifier: MIT */
/*
 * include/mm/bootalloc.h - memory before the buddy lists: the front that everything uses
 *
 *   boot_alloc() boot_free() boot_reserve()
 *        |
 *   the record          who asked for what, what was answered, what it cost; kept for ever
 *        |
 *   serving allocator   answers from its own books (bootalloc=bootmem or bootalloc=memblock)
 *   shadow allocator    is told of the answer, so that both can be compared at hand-over
 *
 * Works from the bootalloc stage until bootalloc_hand_over(). The record outlives it: it says why a
 * frame never reached the buddy lists.
 */
#ifndef MM_BOOTALLOC_H
#define MM_BOOTALLOC_H

#include <lib/types.h>
#include <mm/layout.h>

/**
 * boot_alloc - zeroed memory that must be there
 * @size:  bytes, at least 1
 * @align: of the address in bytes: a power of two, or 0 for a cache line
 *
 * Prefers memory past 16 MiB, so that the DMA zone stays free, and gives nothing past what is
 * mapped now (arch_boot_mapped_end()).
 *
 * Context: from the bootalloc stage to the hand-over; else BUG.
 * Return:  its kernel address. Panics when there is no room.
 * Undo:    boot_free() with the same size
 */
void *boot_alloc(size_t size, size_t align);

/**
 * boot_alloc_nopanic - the same with wishes, and NULL when there is no room
 * @goal:  wished lowest physical address; given up rather than failing
 * @limit: the end may not be past this physical address; 0: no limit but what is mapped
 */
void *boot_alloc_nopanic(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit);

/* Give back what boot_alloc() gave: same address and size, else BUG. Context: as boot_alloc(). */
void boot_free(void *p, size_t size);

/**
 * boot_name - say what an allocation is for
 * @p:   what boot_alloc() gave
 * @why: a string that stays; the ledger prints it instead of "early"
 *
 * Context: until the hand-over.
 */
void boot_name(const void *p, const char *why);

/**
 * boot_reserve - keep bytes from ever being allocated
 * @start: physical address; may lie outside RAM
 * @end:   physical address behind the last byte; 0 stands for 4 GiB
 * @why:   the reason, a string that stays; the ledger prints it
 *
 * Context: from the bootalloc stage to the hand-over; else BUG. Panics when a byte of it is in use
 *          already, naming both.
 */
void boot_reserve(phys_addr_t start, phys_addr_t end, const char *why);

/* --- the record ------------------------------------------------------------------------------ */

enum boot_request_kind { BOOT_RESERVE, BOOT_ALLOC, BOOT_FREE };

struct boot_request {
	enum boot_request_kind kind;
	bool live;			/* BOOT_RESERVE, BOOT_ALLOC: the memory is still in use */
	phys_addr_t start, last;	/* first and last byte; both BOOTMEM_NONE: no room */
	const char *why;		/* BOOT_RESERVE: the reason. BOOT_ALLOC: boot_name(), or NULL */
	unsigned long caller;		/* BOOT_ALLOC, BOOT_FREE: address in who asked */
	size_t size, align;
	phys_addr_t goal, limit;
	unsigned long steps;		/* words and runs, or regions, the allocator looked at */
	unsigned long cycles;		/* of arch_cycles(), the zeroing not counted */
	size_t metadata;		/* bytes of the serving allocator's tables, afterwards */
};

/**
 * boot_request_next - walk the record in the order of time
 * @req: the request before, or NULL for the first
 * Return: the next request, or NULL behind the last. Context: any.
 */
const struct boot_request *boot_request_next(const struct boot_request *req);

#define boot_for_each_request(req) \
	for ((req) = boot_request_next(NULL); (req); (req) = boot_request_next(req))

/* Is it for a table of the allocators themselves? Such a reservation ends at hand-over. */
bool boot_request_is_table(const struct boot_request *req);

/* Requests so far, and those of them that the record had no room for (0 unless RAM was out). */
unsigned long boot_requests(void);
unsigned long boot_requests_lost(void);

/* The allocator that serves: "bootmem" or "memblock". */
const char *bootalloc_name(void);

/* --- the ledger's question ------------------------------------------------------------------- */

/* Frames [start, end) with one answer. */
struct boot_extent {
	pfn_t start, end;
	bool ram;		/* the firmware calls it RAM */
	const char *why;	/* NULL: free. "reserved", "hole", ..., "kernel text", "mem_map", "early" */
	unsigned long caller;	/* of boot_alloc(): address in the function that asked, else 0 */
};

/**
 * boot_extent_at - why are the frames from @pfn on not free?
 * @pfn: below 4 GiB
 * @x:   out: the answer, for [@pfn, x->end) at least
 *
 * Before hand-over, "free" is what can be allocated; afterwards, it is what was handed to the buddy
 * lists (there or with boot_release()). To walk everything:
 *
 *	for (pfn = 0; pfn < vm_layout.max_pfn; pfn = x.end)
 *		boot_extent_at(pfn, &x);
 *
 * Context: from the bootalloc stage on, any.
 * Return:  true when the frames are kept from the buddy lists, that is when x->why is set
 */
bool boot_extent_at(pfn_t pfn, struct boot_extent *x);

/**
 * boot_release - strike reservations from the record: their frames go to the buddy lists after all
 * @start: physical address; with @end it covers whole reservations, each of whole frames
 *
 * For .init memory and modules, by whoever frees them. Context: after hand-over.
 * Return: 0, or -EINVAL when a request lies in [@start, @end) in part; nothing has changed then
 */
int boot_release(phys_addr_t start, phys_addr_t end);

/* --- the stage ------------------------------------------------------------------------------- */

/**
 * bootalloc_init - stage "bootalloc": vm_layout is set, boot_alloc() works from here on
 *
 * Reads the clean map, takes what arch_for_each_reserved() names, and puts the bitmap into the
 * first gap of mapped RAM that holds it. Panics when two reservations overlap or there is no gap.
 */
void bootalloc_init(void);

/**
 * bootalloc_hand_over - give every free frame to the buddy lists
 *
 * Calls free_pages_bootmem() for each free block, in lowmem, HIGHMEM and of the allocator's own
 * tables. Panics before that when the two allocators, or allocator and record, disagree about one
 * frame, and names it.
 *
 * Context: the buddy stage, once; no boot_ call but the walks above works afterwards.
 * Return:  the number of frames handed over
 */
unsigned long bootalloc_hand_over(void);

/* Check A1-A4 of mm/bootalloc.c. Return: 0, or the number of the rule that is broken. */
int bootalloc_check(void);

#endif
