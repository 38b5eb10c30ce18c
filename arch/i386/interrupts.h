/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/interrupts.h - what traps.c, mend.c, pic.c, pit.c, time.c and tlb.c share
 */
#ifndef INTERRUPTS_H
#define INTERRUPTS_H

#include <lib/types.h>
#include <traps.h>

/* --- pic.c ----------------------------------------------------------------------------------- */

/* Move the PICs' vectors to IRQ_VECTOR_BASE, every line masked. */
void pic_init(void);

/* 0, or 1 when the PICs do not mask what pic.c believes they do. */
int pic_check(void);

/* Serve line @irq: called by trap_dispatch() with interrupts off. */
void irq_dispatch(unsigned int irq);

/* How many handlers are running, one inside the other. */
unsigned int irq_depth(void);

/* --- pit.c ----------------------------------------------------------------------------------- */

/* The PIT's input clock in Hz. Source: IBM PC/AT: a third of the 3.579545 MHz colour subcarrier. */
#define PIT_HZ		1193182u

/* Counts of that clock since the first call. Never goes back. Context: any. */
u64 pit_cycles(void);

/* Interrupts of channel 0, HZ a second, from now on. */
void pit_tick_init(void);

/* --- time.c ---------------------------------------------------------------------------------- */

/* Called by each timer interrupt, with what pit_cycles() was. */
void time_tick(u64 pit);

/* RDTSC faults: what it would have said, now and from now on by the PIT. */
u64 time_without_tsc(void);

/* --- tlb.c ----------------------------------------------------------------------------------- */

/* INVLPG faults: forget what it should have forgotten, and do without it from now on. */
void tlb_without_invlpg(void);

/* --- mend.c ---------------------------------------------------------------------------------- */

#define TWO_BYTE_OPCODE	0x0f	/* what can be mended starts with it */

/* True: the fault was about an instruction past the 386 that is done now; @regs go on behind it.
 * Needs code that can be read, and starts with TWO_BYTE_OPCODE, at @regs->eip. */
bool mend_instruction(struct arch_regs *regs);

#endif
