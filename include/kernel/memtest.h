/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/memtest.h - is the RAM of this machine in order?
 */
#ifndef KERNEL_MEMTEST_H
#define KERNEL_MEMTEST_H

#include <mm/page.h>

/* One sweep over memory: what each word is to hold, and what is done with it. */
struct memtest_sweep {
	enum { SWEEP_CONSTANT, SWEEP_ADDRESS, SWEEP_RANDOM, SWEEP_MODULO } kind;
	u32 value;		/* the word; ADDRESS: is XORed with it; RANDOM: the seed */
	unsigned int offset;	/* MODULO: of the words that count, 0 .. MEMTEST_MODULO - 1 */
	bool check;		/* compare with @value */
	bool fill;		/* then write @next */
	u32 next;
	bool down;		/* from the end of memory to its start */
};

#define MEMTEST_MODULO	20u	/* no cache line or burst has this length */

/* A word that was not as it should be. */
typedef void memtest_report_fn(phys_addr_t pa, u32 want, u32 got);

/* Do @sweep with the frame at @words, whose physical address is @pa. */
void memtest_frame(const struct memtest_sweep *sweep, u32 *words, phys_addr_t pa,
		   memtest_report_fn *report);

/* memtest= on the command line: test, before the prompt. */
void memtest_boot(void);

#endif
