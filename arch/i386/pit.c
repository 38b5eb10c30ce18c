/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/pit.c - channel 0 of the 8254 timer: the tick, and a clock for machines without TSC
 *
 *   count   RELOAD ..\        RELOAD ..\        counts down at PIT_HZ; at 1 it loads RELOAD again
 *                     \                 \       and asks for an interrupt: HZ times a second
 *                  1   `.            1   `.
 *   base    ----- b -----|-- b + RELOAD --|     pit_cycles() = base + (RELOAD - count)
 *
 * Whoever reads the count sees at most one reload since the last reading. With interrupts on the
 * tick reads it; code that keeps them off for more than a tick (10 ms) and reads no clock makes
 * this clock lose the ticks in between, but never go back.
 *
 * Source: Intel 8254 data sheet, "Mode 2: Rate Generator", "Counter Latch Command".
 */
#include <arch.h>
#include <io.h>
#include <irq.h>
#include <kernel/time.h>
#include <lib/init.h>
#include "interrupts.h"

#define CHANNEL_0	0x40
#define COMMAND		0x43
#define LATCH_0		0x00		/* freeze channel 0's count for the next two reads */
#define MODE_2_LOW_HIGH	0x34		/* channel 0, low byte then high byte, rate generator */

#define RELOAD		((PIT_HZ + HZ / 2) / HZ)

_Static_assert(RELOAD >= 2 && RELOAD <= 0x10000, "what mode 2 can count");

volatile unsigned long jiffies;

static bool running;
static u64 base;		/* counts up to the last reload that was seen */
static u32 last;		/* counts from there, at the last reading */

static void pit_start(void)
{
	running = true;
	outb(MODE_2_LOW_HIGH, COMMAND);
	outb(RELOAD & 0xff, CHANNEL_0);
	outb(RELOAD >> 8, CHANNEL_0);
}

/* Counts since the last reload: 0 to RELOAD - 1. */
static u32 read_elapsed(void)
{
	u32 count;

	outb(LATCH_0, COMMAND);
	count = inb(CHANNEL_0);
	count |= inb(CHANNEL_0) << 8;
	return count && count <= RELOAD ? RELOAD - count : 0;	/* not yet loaded: anything */
}

u64 pit_cycles(void)
{
	unsigned long flags = arch_irq_save();
	u32 elapsed;
	u64 now;

	if (!running)
		pit_start();
	elapsed = read_elapsed();
	if (elapsed < last)
		base += RELOAD;
	last = elapsed;
	now = base + elapsed;
	arch_irq_restore(flags);
	return now;
}

static void pit_tick(void)
{
	jiffies++;
	time_tick(pit_cycles());
}

void __init pit_tick_init(void)
{
	pit_cycles();		/* runs from here on, if it did not yet */
	irq_install(IRQ_TIMER, pit_tick);
	irq_unmask(IRQ_TIMER);
}
