/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/stage.h - the stages of boot, in order
 *
 * A stage is a function that leaves something working. start_kernel() is the list of them.
 */
#ifndef KERNEL_STAGE_H
#define KERNEL_STAGE_H

#include <lib/types.h>

/**
 * boot_stage - enter, run and check one stage of boot
 * @name:  as break= names it; break=@name stops here, before the stage runs (arch_break())
 * @init:  does the work and ends in one log line with numbers, or panics with a sentence
 * @check: the stage's checker: 0, or the number of the broken rule, which panics; NULL for none
 *
 * The cycles each stage took are kept for `stages`.
 */
void boot_stage(const char *name, void (*init)(void), int (*check)(void));

/* Name the words of break= that are no stage, with the stages there are. In the last stage. */
void boot_stages_report_break(void);

/* Name of the @i-th stage and its microseconds, with log and checker. NULL: there were not so many. */
const char *boot_stage_time(unsigned int i, u64 *us);

/* The stage that runs now or ran last, for panics: "entry" before the first. */
const char *boot_stage_name(void);

#endif
