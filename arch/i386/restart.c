/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/restart.c - short changes that an interrupt starts anew instead of being kept out
 *
 *   __restart_start | 1b, 2b | 1b, 2b | ... | __restart_end     section .restart, one entry a place
 *
 *        1: movl top, %ecx          an interrupt here, or at any instruction up to the last,
 *           ...                     has changed nothing yet: EIP goes back to 1
 *           subl $4, top            the one instruction that makes the change
 *        2:                         an interrupt here comes after it: nothing to do
 *
 * Called for every hardware interrupt, so there should be few ranges: inlined copies are made in
 * mm/slab_fast.c only.
 */
#include <lib/types.h>
#include <restart.h>

struct restart_range {
	unsigned long start, end;
};

extern const struct restart_range __restart_start[], __restart_end[];

unsigned long restart_count;

unsigned long restart_range(unsigned long eip)
{
	for (const struct restart_range *r = __restart_start; r < __restart_end; r++)
		if (eip > r->start && eip < r->end) {
			restart_count++;
			return r->start;
		}
	return eip;
}
