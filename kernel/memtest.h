/* SPDX-License-Identifier: MIT */
/*
 * kernel/memtest.h - what the files of memtest share
 *
 *   memtest.c         the command: tests, each a few groups of sweeps
 *     memtest_free.c    a group over free frames: taken from the page allocator, given back
 *     memtest_moved.c   the same group over all other RAM, from a copy of the code
 *       memtest_frame.c   one sweep over one frame; part of that copy
 *     memtest_report.c  what was wrong: lines, parts, memmap= and badram
 */
#ifndef KERNEL_MEMTEST_INTERNAL_H
#define KERNEL_MEMTEST_INTERNAL_H

#include <arch.h>
#include <lib/list.h>
#include <mm/page.h>

enum memtest_kind { SWEEP_CONSTANT, SWEEP_ADDRESS, SWEEP_RANDOM, SWEEP_MODULO };

/* One sweep over memory: what each word is to hold, and what is done with it. */
struct memtest_sweep {
	enum memtest_kind kind;
	u32 value;		/* the word; ADDRESS: is XORed with it; RANDOM: the seed */
	u32 next;		/* CONSTANT: is written after the check; else XORed */
	u8 offset;		/* MODULO: of the words that count, 0 .. MEMTEST_MODULO - 1 */
	bool check;		/* compare with @value */
	bool fill;		/* then write @next */
	bool down;		/* from the end of memory to its start */
	bool wait;		/* MEMTEST_FADE_MS beforehand */
};

#define MEMTEST_MODULO		20u	/* no cache line or burst has this length */
#define MEMTEST_FADE_MS		3000u	/* a DRAM has to bear 64 without a refresh */

/* Sweeps of which the first fills: whatever memory held before does not matter. */
#define MEMTEST_SWEEPS		4u
struct memtest_group {
	unsigned int nr;
	struct memtest_sweep sweep[MEMTEST_SWEEPS];
};

/* Words that were not as they should be: one entry a frame, the last one for all that follow. */
struct memtest_log {
	unsigned int nr;
	struct memtest_error {
		phys_addr_t pa;			/* the first word, and what it should be and was */
		u32 want, got;
		phys_addr_t low, high;		/* the first and the last word */
		u32 bits;			/* all that were wrong in any */
		unsigned int words;
	} error[24];
};

/* --- memtest_frame.c ------------------------------------------------------------------------- */

/* Do @sweep with the frame at @words, whose physical address is @pa. */
void memtest_frame(const struct memtest_sweep *sweep, u32 *words, phys_addr_t pa,
		   struct memtest_log *log);
void memtest_log_error(struct memtest_log *log, phys_addr_t pa, u32 want, u32 got);

/* --- memtest_free.c -------------------------------------------------------------------------- */

/* The frames taken: blocks by their struct page, the smallest first. */
extern struct list_head memtest_blocks;
extern unsigned long memtest_nr_free;

/* Take every free frame; they belong to PAGE_OWNER_TEST until memtest_give_frames(). */
void memtest_take_frames(void);

/* Give them back but for the bad ones. Return: how many those are. */
unsigned long memtest_give_frames(void);

/* @uncached: past the CPU's caches; false is returned where the CPU has no way to do so. */
bool memtest_open_window(bool uncached);
void memtest_close_window(void);

/* One sweep over @nr frames from @page on, through the window. */
void memtest_sweep_frames(const struct memtest_sweep *s, struct page *page, unsigned long nr,
			  struct memtest_log *log);

/* --- memtest_moved.c ------------------------------------------------------------------------- */

/* Frames of RAM not taken: the kernel, what it has handed out, firmware's part below 1 MiB. */
unsigned long memtest_count_in_use(void);

/*
 * Choose from memtest_blocks where the code goes and where the memory it tests is kept meanwhile.
 * False: no room, or all of it is bad.
 */
bool memtest_find_room(void);

/* Do @group with all of them. */
void memtest_in_use(const struct memtest_group *group, bool uncached);

/* --- memtest_report.c ------------------------------------------------------------------------ */

void memtest_report_begin(void);

/* Print and note what is in @log, found by the test @name, and empty it. */
void memtest_report(struct memtest_log *log, const char *name);
unsigned long memtest_nr_errors(void);
bool memtest_is_bad(pfn_t pfn);

/* The end of the report. @kept: frames set aside. */
void memtest_summary(unsigned long kept);

/* --- memtest.c ------------------------------------------------------------------------------- */

extern const char *memtest_name;	/* of the test that runs */

/* @frames more are swept @sweeps times. Return: false when a key was pressed, now or before. */
bool memtest_progress(unsigned long frames, unsigned int sweeps);

#endif
