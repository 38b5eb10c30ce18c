/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/cpu_notes.h - faults and gaps of particular CPUs
 */
#ifndef CPU_NOTES_H
#define CPU_NOTES_H

/* Call @say with a sentence for each. Context: after the cpu stage has filled in struct cpu_info. */
void cpu_notes(void (*say)(const char *note));

/* The same into the log. */
void cpu_notes_log(void);

#endif
