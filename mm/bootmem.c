/* SPDX-License-Identifier: MIT */
/*
 * mm/bootmem.c - the first allocator: one bit a page frame, 1 = taken
 *
 *     frame      0         32        64        96       128
 *     map[]      |11111111 |11000000 |00000000 |00111111 |111...      a word is 32 frames
 *                            ^ first free       ^ end of the run
 *
 * Looking for room is two scans by turns, for the next free frame and for the next taken one behind
 * it; a word that has nothing to offer costs one step, and so do the 32 frames in it. Where the
 * request before ended is the hint for the next, so that what was handed out is not scanned again;
 * requests that may go below 16 MiB and those that would rather not have a hint each.
 *
 * Small requests share frames: one begins where the one before ended, if that was inside a frame.
 *
 *     frame      |    n    |   n+1   |   n+2   |
 *     requests   |AAAAAAAAA|AAABBBB..|         |   A: 5000 bytes, B: 1800 bytes; tail ^
 *
 * Nothing says later how large a request was: whoever frees must know, and only whole frames come
 * back.
 *
 * M1  bits behind the last frame, in the last word, are 1, so no scan ever finds them free
 * M2  nr_free = number of 0 bits
 * M3  start <= part[].hint <= end
 * M4  part[].tail is 0, or an address inside (not at the edge of) a taken frame
 * M5  the bitmap of boot_bootmem lies in taken frames
 *
 * Fed by bootalloc.c from the clean map; handed over to page_alloc.c. One CPU; IRQs stay out.
 */
#include <arch.h>
#include <lib/bitmap.h>
#include <lib/bitops.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/find.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/mmzone.h>

#include "internal.h"

#define FREE	(~0UL)		/* what scan() inverts the words with, to look for 0 bits */
#define TAKEN	0UL

struct bootmem_data boot_bootmem;

size_t bootmem_map_size(unsigned long frames)
{
	return BITS_TO_LONGS(frames) * sizeof(long);
}

unsigned long bootmem_bootmap_pages(unsigned long frames)
{
	return (bootmem_map_size(frames) + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

/* --- the bitmap ------------------------------------------------------------------------------ */

/* The first frame of [@from, @end) that is @what (FREE or TAKEN); @end when none is. */
static pfn_t scan(struct bootmem_data *bd, pfn_t from, pfn_t end, unsigned long what)
{
	unsigned long i = from - bd->start, stop = end - bd->start, word;

	while (i < stop) {
		word = (bd->map[i / BITS_PER_LONG] ^ what) >> (i % BITS_PER_LONG);
		bd->steps++;
		if (word) {
			i += __ffs(word);
			break;
		}
		i = (i | (BITS_PER_LONG - 1)) + 1;
	}
	return bd->start + min(i, stop);
}

static bool has_frames(const struct bootmem_data *bd, pfn_t start, pfn_t end)
{
	return bd->map && bd->start <= start && start <= end && end <= bd->end;
}

/* Take frames that are all free. */
static void take(struct bootmem_data *bd, pfn_t start, pfn_t end)
{
	bitmap_set(bd->map, start - bd->start, end - start);
	bd->nr_free -= end - start;
}

/* The frames [@start, @end) change hands: a tail among them is no longer ours to fill. */
static void forget_tails(struct bootmem_data *bd, pfn_t start, pfn_t end)
{
	for (struct bootmem_part *part = bd->part; part < bd->part + NR_BOOTMEM_PARTS; part++) {
		pfn_t frame = phys_to_pfn(part->tail);

		if (start <= frame && frame < end)
			part->tail = 0;
	}
}

/* Where requests of the upper part begin to look. */
static pfn_t high_start(const struct bootmem_data *bd)
{
	return clamp(phys_to_pfn(BOOTMEM_GOAL), bd->start, bd->end);
}

size_t bootmem_arena_init(struct bootmem_data *bd, unsigned long *map, pfn_t start, pfn_t end)
{
	BUG_ON(start >= end);
	*bd = (struct bootmem_data){ .start = start, .end = end, .map = map };
	bd->part[BOOTMEM_LOW].hint = start;
	bd->part[BOOTMEM_HIGH].hint = high_start(bd);
	memset(map, 0xff, bootmem_map_size(end - start));
	return bootmem_map_size(end - start);
}

void bootmem_free_frames(struct bootmem_data *bd, pfn_t start, pfn_t end)
{
	struct bootmem_part *low = &bd->part[BOOTMEM_LOW], *high = &bd->part[BOOTMEM_HIGH];

	BUG_ON(!has_frames(bd, start, end));
	BUG_ON(scan(bd, start, end, FREE) < end);	/* a double free */
	bitmap_clear(bd->map, start - bd->start, end - start);
	bd->nr_free += end - start;
	forget_tails(bd, start, end);
	low->hint = min(low->hint, start);
	if (end > high_start(bd))
		high->hint = min(high->hint, start);
}

int bootmem_reserve_frames(struct bootmem_data *bd, pfn_t start, pfn_t end, int flags)
{
	pfn_t pfn, run_end;

	BUG_ON(!has_frames(bd, start, end));
	if ((flags & BOOTMEM_EXCLUSIVE) && scan(bd, start, end, TAKEN) < end)
		return -EBUSY;
	for (pfn = scan(bd, start, end, FREE); pfn < end; pfn = scan(bd, run_end, end, FREE)) {
		run_end = scan(bd, pfn, end, TAKEN);
		take(bd, pfn, run_end);
	}
	forget_tails(bd, start, end);
	return 0;
}

pfn_t bootmem_next_free(struct bootmem_data *bd, pfn_t from, pfn_t *end)
{
	pfn_t start;

	BUG_ON(!has_frames(bd, from, bd->end));
	start = scan(bd, from, bd->end, FREE);
	*end = scan(bd, start, bd->end, TAKEN);
	return start;
}

unsigned long bootmem_longest_run(struct bootmem_data *bd)
{
	unsigned long longest = 0;
	pfn_t start, end = bd->start;

	while ((start = bootmem_next_free(bd, end, &end)) < bd->end)
		longest = max(longest, end - start);
	return longest;
}

/* --- allocating ------------------------------------------------------------------------------ */

/* What is asked for; the goal is binding here. */
struct request {
	size_t size, align;
	phys_addr_t goal, limit;	/* limit 0: none */
	struct bootmem_part *part;
};

/* Frames that @bytes from the start of one reach into; also: the first frame from an address on. */
static unsigned long frames_of(size_t bytes)
{
	return (bytes >> PAGE_SHIFT) + !!offset_in_page(bytes);
}

/* Room in the last frame of the request before, and in the free frames behind it. */
static phys_addr_t alloc_at_tail(struct bootmem_data *bd, const struct request *rq)
{
	phys_addr_t tail = rq->part->tail, addr = ALIGN(tail, rq->align);
	phys_addr_t last = addr + rq->size - 1;
	pfn_t next = phys_to_pfn(addr) + 1, stop = phys_to_pfn(last) + 1;

	if (!tail || phys_to_pfn(addr) != phys_to_pfn(tail))
		return BOOTMEM_NONE;
	if (addr < rq->goal || last < addr || (rq->limit && last >= rq->limit))
		return BOOTMEM_NONE;
	if (stop > bd->end || scan(bd, next, stop, TAKEN) < stop)
		return BOOTMEM_NONE;
	take(bd, next, stop);
	if (next <= rq->part->hint && rq->part->hint < stop)
		rq->part->hint = stop;
	rq->part->tail = offset_in_page(last + 1) ? last + 1 : 0;
	return addr;
}

/* The first run of free frames from @pfn on that is aligned, long enough and below the limit. */
static phys_addr_t alloc_run(struct bootmem_data *bd, const struct request *rq, pfn_t pfn)
{
	unsigned long need = frames_of(rq->size);
	pfn_t step = max(rq->align >> PAGE_SHIFT, (size_t)1), stop = bd->end, taken;

	if (rq->limit)		/* the last frame to start in is that of limit - size */
		stop = rq->limit < rq->size ? pfn :
		       min(stop, phys_to_pfn(rq->limit - rq->size) + need);
	while (pfn < stop) {
		pfn = ALIGN(scan(bd, pfn, stop, FREE), step);
		bd->steps++;
		if (pfn >= stop || need > stop - pfn)
			break;
		taken = scan(bd, pfn, pfn + need, TAKEN);
		if (taken == pfn + need) {
			take(bd, pfn, pfn + need);
			rq->part->hint = pfn + need;
			if (offset_in_page(rq->size))
				rq->part->tail = pfn_to_phys(pfn) + rq->size;
			return pfn_to_phys(pfn);
		}
		pfn = taken + 1;
	}
	return BOOTMEM_NONE;
}

/* In the order of cost: the tail, the runs behind the hint, all runs from the goal on. */
static phys_addr_t alloc_from_goal(struct bootmem_data *bd, struct request *rq)
{
	pfn_t goal = clamp(frames_of(rq->goal), bd->start, bd->end), hint;
	phys_addr_t addr;

	rq->part = &bd->part[rq->goal >= BOOTMEM_GOAL ? BOOTMEM_HIGH : BOOTMEM_LOW];
	hint = rq->part->hint;
	addr = alloc_at_tail(bd, rq);
	if (addr == BOOTMEM_NONE && frames_of(rq->size) <= bd->nr_free) {
		addr = alloc_run(bd, rq, max(goal, hint));
		if (addr == BOOTMEM_NONE && hint > goal)
			addr = alloc_run(bd, rq, goal);
	}
	return addr;
}

phys_addr_t bootmem_alloc(struct bootmem_data *bd, size_t size, size_t align, phys_addr_t goal,
			  phys_addr_t limit)
{
	struct request rq = { size, align ? align : 1, goal, limit, NULL };
	phys_addr_t addr;

	BUG_ON(!bd->map || !size || (align & (align - 1)));
	addr = alloc_from_goal(bd, &rq);
	if (addr == BOOTMEM_NONE && goal) {
		rq.goal = 0;
		addr = alloc_from_goal(bd, &rq);
	}
	return addr;
}

/* --- the end of an arena --------------------------------------------------------------------- */

void bootmem_give_run(pfn_t start, pfn_t end, void (*give)(pfn_t pfn, unsigned int order))
{
	while (start < end) {
		unsigned long order = min(__fls(end - start), MAX_ORDER - 1UL);

		if (start)
			order = min(order, __ffs(start));
		give(start, order);
		start += 1UL << order;
	}
}

unsigned long bootmem_hand_over(struct bootmem_data *bd,
				void (*give)(pfn_t pfn, unsigned int order))
{
	unsigned long frames = 0;
	pfn_t start, end = bd->start;

	while ((start = bootmem_next_free(bd, end, &end)) < bd->end) {
		bootmem_give_run(start, end, give);
		frames += end - start;
	}
	BUG_ON(frames != bd->nr_free);
	bd->map = NULL;
	bd->nr_free = 0;
	return frames;
}

static bool tail_is_sound(const struct bootmem_data *bd, phys_addr_t tail)
{
	pfn_t frame = phys_to_pfn(tail);

	return !tail || (offset_in_page(tail) && bd->start <= frame && frame < bd->end &&
			 test_bit(frame - bd->start, bd->map));
}

int bootmem_check_arena(const struct bootmem_data *bd)
{
	unsigned long frames = bd->end - bd->start;

	if (!bd->map)
		return 0;
	if (find_next_zero_bit(bd->map, BITS_TO_LONGS(frames) * BITS_PER_LONG, frames) <
	    BITS_TO_LONGS(frames) * BITS_PER_LONG)
		return 1;
	if (bd->nr_free != frames - bitmap_weight(bd->map, frames))
		return 2;
	for (int part = 0; part < NR_BOOTMEM_PARTS; part++) {
		if (bd->part[part].hint < bd->start || bd->part[part].hint > bd->end)
			return 3;
		if (!tail_is_sound(bd, bd->part[part].tail))
			return 4;
	}
	return 0;
}

/* --- the machine's own arena ----------------------------------------------------------------- */

/* The frames of the bitmap: [start, end). */
static pfn_t map_start(const struct bootmem_data *bd)
{
	return phys_to_pfn(__pa(bd->map));
}

static pfn_t map_end(const struct bootmem_data *bd)
{
	return map_start(bd) + bootmem_bootmap_pages(bd->end - bd->start);
}

size_t init_bootmem(pfn_t mapstart, unsigned long pages)
{
	return bootmem_arena_init(&boot_bootmem, __va(pfn_to_phys(mapstart)), 0, pages);
}

void free_bootmem(phys_addr_t addr, size_t size)
{
	pfn_t start = frames_of(addr), end = ((u64)addr + size) >> PAGE_SHIFT;

	if (start < end)
		bootmem_free_frames(&boot_bootmem, start, end);
}

int reserve_bootmem(phys_addr_t addr, size_t size, int flags)
{
	pfn_t start = phys_to_pfn(addr), end = PFN_UP((u64)addr + size);

	return size ? bootmem_reserve_frames(&boot_bootmem, start, end, flags) : 0;
}

void *__alloc_bootmem_nopanic(size_t size, size_t align, phys_addr_t goal)
{
	phys_addr_t addr = bootmem_alloc(&boot_bootmem, size, align, goal, arch_boot_mapped_end());

	return addr == BOOTMEM_NONE ? NULL : memset(__va(addr), 0, size);
}

void *__alloc_bootmem(size_t size, size_t align, phys_addr_t goal)
{
	void *p = __alloc_bootmem_nopanic(size, align, goal);

	if (!p)
		panic("Boot memory has no %zu bytes aligned to %zu: %lu KiB are free, %lu of them "
		      "in one piece.", size, align, boot_bootmem.nr_free << (PAGE_SHIFT - 10),
		      bootmem_longest_run(&boot_bootmem) << (PAGE_SHIFT - 10));
	return p;
}

void *__alloc_bootmem_low(size_t size, size_t align, phys_addr_t goal)
{
	return __alloc_bootmem(size, align, min(goal, BOOTMEM_GOAL - 1));
}

unsigned long bootmem_discard(void)
{
	pfn_t start = map_start(&boot_bootmem), end = map_end(&boot_bootmem);

	boot_bootmem.map = NULL;
	boot_bootmem.nr_free = 0;
	bootmem_give_run(start, end, free_pages_bootmem);
	return end - start;
}

unsigned long free_all_bootmem(void)
{
	unsigned long *map = boot_bootmem.map;
	unsigned long frames = bootmem_hand_over(&boot_bootmem, free_pages_bootmem);

	boot_bootmem.map = map;
	return frames + bootmem_discard();
}

int bootmem_check(void)
{
	struct bootmem_data *bd = &boot_bootmem;
	int rule = bootmem_check_arena(bd);

	if (!rule && bd->map && scan(bd, map_start(bd), map_end(bd), FREE) < map_end(bd))
		rule = 5;
	return rule;
}
