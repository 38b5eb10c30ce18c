/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/stage.h - the stages of boot, in order
 *
 * A stage is a function that leaves something working. boot_stage() enters it (stopping first when
 * the command line has break=NAME), times it, and runs its checker afterwards.
 */
#ifndef KERNEL_STAGE_H
#define KERNEL_STAGE_H

#include <lib/types.h>

struct stage {
	const char *name;	/* as break= names it */
	void (*init)(void);	/* ends in one log line with numbers, or panics with a sentence */
	int (*check)(void);	/* 0, or the number of the broken rule; NULL: nothing to check */
};

/* Enter, run and check one stage; panics when the checker finds a broken rule. */
void boot_stage(const struct stage *stage);

/* The name of the stage that runs now or ran last, for panics: "entry" before the first. */
const char *boot_stage_name(void);

#endif
