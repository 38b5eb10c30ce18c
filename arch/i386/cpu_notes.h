/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/cpu_notes.h - faults and gaps of particular CPUs
 */
#ifndef CPU_NOTES_H
#define CPU_NOTES_H

#include <lib/types.h>

/* What only trying it tells. */
struct cpu_tried {
	bool div_changes_flags;		/* 5 / 2 sets one of SF, ZF, AF, PF, CF, which were all 0 */
	bool fdiv_is_wrong;		/* only tried with an FPU */
};

/* Call @say with each note that struct cpu_info and @tried give reason for. Pure. */
void cpu_notes_from(const struct cpu_tried *tried, void (*say)(const char *note));

/* The same with what is tried now. Context: after the cpu stage has filled in struct cpu_info. */
void cpu_notes(void (*say)(const char *note));

/* And into the log. */
void cpu_notes_log(void);

#endif
