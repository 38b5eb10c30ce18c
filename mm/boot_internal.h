/* SPDX-License-Identifier: MIT */
/*
 * mm/boot_internal.h - what the files of early memory share
 *
 *   boot_layout.c   where lowmem ends
 *   boot_record.c   every request, and what is in use
 *   boot_engine.c   bootmem and memblock as two engines of one kind
 *   bootalloc.c     requests, stage, hand-over
 */
#ifndef MM_BOOT_INTERNAL_H
#define MM_BOOT_INTERNAL_H

#include <lib/sizes.h>
#include <mm/bootalloc.h>

static inline unsigned long frames_to_kib(unsigned long frames)
{
	return frames * (PAGE_SIZE / SZ_1K);
}

/* --- boot_layout.c --------------------------------------------------------------------------- */

/* Fill vm_layout from the clean map and the command line. May take RAM off the map (highmem=). */
void boot_layout_init(void);

/* --- boot_record.c --------------------------------------------------------------------------- */

/* A new line of the record, all zero but for these two; NULL (and counted) when it is full. */
struct boot_request *boot_record_add(enum boot_request_kind kind, unsigned long caller);

/* Lines that are left, and a page for more of them: it must stay, and belongs to the record. */
unsigned long boot_record_room(void);
void boot_record_extend(void *page);

/* The first live request that has a byte in [@start, @last]. */
struct boot_request *boot_in_use(phys_addr_t start, phys_addr_t last);

/*
 * The live request that touches frame @pfn, or NULL. *@end, already set by the caller, comes down
 * to where another answer may begin.
 */
const struct boot_request *boot_frame_in_use(pfn_t pfn, pfn_t *end);

/* What a request is called in a sentence. */
const char *boot_request_name(const struct boot_request *req);

/* Do two live requests share a byte? */
bool boot_requests_overlap(void);

/* --- boot_engine.c --------------------------------------------------------------------------- */

/* What an allocator must do to serve, or to follow as the shadow. Bytes are [start, last]. */
struct boot_engine {
	const char *name;
	void (*init)(void);		/* take RAM from the clean map, and what is in use */
	phys_addr_t (*alloc)(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit);
	void (*reserve)(phys_addr_t start, phys_addr_t last);
	void (*free)(phys_addr_t start, phys_addr_t last);	/* the request is dead already */
	pfn_t (*next_free)(pfn_t from, pfn_t *end);	/* as bootmem_next_free(), to max_pfn */
	unsigned long (*steps)(void);	/* since boot */
	size_t (*metadata)(void);	/* bytes of its tables */
	unsigned long (*hand_over)(void);	/* give all free frames away, then its tables */
	unsigned long (*discard)(void);		/* give its tables away only */
	int (*check)(void);		/* 0, or the number of the broken rule */
};

extern const struct boot_engine bootmem_engine, memblock_engine;

/* --- bootalloc.c ----------------------------------------------------------------------------- */

/* End of what may be handed out now: lowmem that is mapped. */
phys_addr_t boot_limit(void);

/* memblock takes (or gives back) memory for its own tables: tell record and bootmem. */
void boot_table_moved(phys_addr_t start, phys_addr_t size, bool taken);

#endif
