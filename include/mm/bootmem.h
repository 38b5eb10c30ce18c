/* SPDX-License-Identifier: MIT */
/*
 * include/mm/bootmem.h - the first allocator: one bit a page frame
 *
 * Serves from the bootalloc stage until the buddy lists take over. The kernel itself asks through
 * mm/bootalloc.h, which keeps a record; the functions here are the allocator alone, and the names
 * that code written for it uses.
 *
 * A struct bootmem_data is one arena. The machine's own is boot_bootmem; others may exist beside it
 * on any range of frames, to replay a trace or to be tested: nothing here touches the memory that
 * an arena describes, except the calls that say "zeroed".
 */
#ifndef MM_BOOTMEM_H
#define MM_BOOTMEM_H

#include <lib/types.h>
#include <mm/layout.h>

#define BOOTMEM_DEFAULT		0	/* reserving what is taken already is fine */
#define BOOTMEM_EXCLUSIVE	1	/* it gives -EBUSY */

#define BOOTMEM_NONE		(~(phys_addr_t)0)	/* no address: an arena has no such room */

#ifndef SMP_CACHE_BYTES
#define SMP_CACHE_BYTES		32	/* cache line; Pentium Processor Developer's Manual */
#endif

/* Where requests without a wish start: the frames below are for devices of 24 address lines. */
#define BOOTMEM_GOAL		((phys_addr_t)ZONE_DMA_END)

/* Requests with a goal below BOOTMEM_GOAL, and the others, each remember where they were. */
enum { BOOTMEM_LOW, BOOTMEM_HIGH, NR_BOOTMEM_PARTS };

struct bootmem_part {
	pfn_t hint;		/* frame behind the last request, or a lower one freed since */
	phys_addr_t tail;	/* end of the last request that used a frame in part, or 0 */
};

struct bootmem_data {
	pfn_t start, end;		/* the frames it knows: [start, end) */
	unsigned long *map;		/* bit i is frame start + i; 1 = taken. NULL: handed over */
	unsigned long nr_free;		/* number of 0 bits */
	struct bootmem_part part[NR_BOOTMEM_PARTS];
	unsigned long steps;		/* words and runs looked at so far */
};

extern struct bootmem_data boot_bootmem;

/* --- one arena ------------------------------------------------------------------------------- */

/* Bytes of bitmap that @frames need, and the same in whole page frames. */
size_t bootmem_map_size(unsigned long frames);
unsigned long bootmem_bootmap_pages(unsigned long frames);

/**
 * bootmem_arena_init - begin an arena with every frame taken
 * @map:   bootmem_map_size(@end - @start) bytes, word aligned; stays the caller's
 * @start: first frame
 * @end:   frame behind the last; past @start, at most 4 GiB
 *
 * Return: bytes of @map in use
 */
size_t bootmem_arena_init(struct bootmem_data *bd, unsigned long *map, pfn_t start, pfn_t end);

/* Free frames [@start, @end). BUG: one of them is not the arena's, or is free already. */
void bootmem_free_frames(struct bootmem_data *bd, pfn_t start, pfn_t end);

/**
 * bootmem_reserve_frames - take frames [@start, @end) out of what can be allocated
 * @flags: BOOTMEM_DEFAULT or BOOTMEM_EXCLUSIVE
 *
 * Return: 0, or with BOOTMEM_EXCLUSIVE -EBUSY when one of them is taken; then none is reserved.
 *         BUG: one of them is not the arena's
 */
int bootmem_reserve_frames(struct bootmem_data *bd, pfn_t start, pfn_t end, int flags);

/**
 * bootmem_alloc - find room and take it
 * @size:  bytes, at least 1
 * @align: of the address, in bytes: a power of two, or 0 for none
 * @goal:  wished lowest address; given up when there is no room from there on
 * @limit: the end may not be past this, 0 for no limit; it is never given up
 *
 * A request begins in the last frame of the request before, when that was used in part and the room
 * behind it serves; else in the first run of free frames from the hint on that is long enough, and
 * only then in those before it.
 *
 * Return: the address, or BOOTMEM_NONE; nothing has changed then. The contents are not touched.
 * Undo:   bootmem_free_frames() of the frames that nobody else has a part of.
 */
phys_addr_t bootmem_alloc(struct bootmem_data *bd, size_t size, size_t align, phys_addr_t goal,
			  phys_addr_t limit);

/**
 * bootmem_next_free - walk the free frames, run by run
 * @from: where to look on; at most the arena's end
 * @end:  out: frame behind the run
 * Return: the first free frame from @from on, or the arena's end when there is none
 */
pfn_t bootmem_next_free(struct bootmem_data *bd, pfn_t from, pfn_t *end);

/* The length of the longest run of free frames. */
unsigned long bootmem_longest_run(struct bootmem_data *bd);

/**
 * bootmem_hand_over - give every free frame away, in the largest aligned blocks there are
 * @give: called with the first frame and the order of each block, below MAX_ORDER, upwards
 *
 * The arena ends: every later call on it is a BUG.
 * Return: the number of frames given
 */
unsigned long bootmem_hand_over(struct bootmem_data *bd,
				void (*give)(pfn_t pfn, unsigned int order));

/* Give frames [@start, @end) away in the largest aligned blocks there are. */
void bootmem_give_run(pfn_t start, pfn_t end, void (*give)(pfn_t pfn, unsigned int order));

/* Check M1-M5 of mm/bootmem.c. Return: 0, or the number of the rule that is broken. */
int bootmem_check_arena(const struct bootmem_data *bd);

/* --- the machine's own arena, under its textbook names --------------------------------------- */

/*
 * init_bootmem - begin with frames [0, @pages) all taken, the bitmap at frame @mapstart (mapped,
 * bootmem_bootmap_pages(@pages) frames). Return: bytes of bitmap in use.
 */
size_t init_bootmem(pfn_t mapstart, unsigned long pages);

/* Free the whole frames inside [@addr, @addr + @size) bytes; BUG as bootmem_free_frames(). */
void free_bootmem(phys_addr_t addr, size_t size);

/* Reserve every frame that [@addr, @addr + @size) bytes touch; as bootmem_reserve_frames(). */
int reserve_bootmem(phys_addr_t addr, size_t size, int flags);

/*
 * Zeroed memory by its kernel address: @align and @goal as for bootmem_alloc(). The forms without
 * "nopanic" panic when there is no room, the others give NULL. None is past what is mapped
 * now (arch_boot_mapped_end()). The _low form looks from @goal on even when that is below 16 MiB.
 */
void *__alloc_bootmem(size_t size, size_t align, phys_addr_t goal);
void *__alloc_bootmem_nopanic(size_t size, size_t align, phys_addr_t goal);
void *__alloc_bootmem_low(size_t size, size_t align, phys_addr_t goal);

#define alloc_bootmem(x)		__alloc_bootmem(x, SMP_CACHE_BYTES, BOOTMEM_GOAL)
#define alloc_bootmem_align(x, align)	__alloc_bootmem(x, align, BOOTMEM_GOAL)
#define alloc_bootmem_nopanic(x)	__alloc_bootmem_nopanic(x, SMP_CACHE_BYTES, BOOTMEM_GOAL)
#define alloc_bootmem_pages(x)		__alloc_bootmem(x, PAGE_SIZE, BOOTMEM_GOAL)
#define alloc_bootmem_pages_nopanic(x)	__alloc_bootmem_nopanic(x, PAGE_SIZE, BOOTMEM_GOAL)
#define alloc_bootmem_low(x)		__alloc_bootmem_low(x, SMP_CACHE_BYTES, 0)
#define alloc_bootmem_low_pages(x)	__alloc_bootmem_low(x, PAGE_SIZE, 0)

/*
 * Hand every free frame to the buddy lists, then the bitmap's own. Return: the number of frames.
 */
unsigned long free_all_bootmem(void);

/* End it without: only the bitmap's frames go to the buddy lists. Return: the number of frames. */
unsigned long bootmem_discard(void);

int bootmem_check(void);

#endif
