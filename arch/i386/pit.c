/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/pit.c - the 8254 timer: channel 0 ticks, channel 2 is a clock
 *
 *   channel 0   RELOAD .. 1, RELOAD .. 1, ...     each reload asks for interrupt 0: HZ times a second
 *   channel 2   65536 .. 1, 65536 .. 1, ...       the loudspeaker's, which stays off
 *
 *                     \         \         \       pit_cycles() = base + (65536 - count)
 *      base  -- b ------|- b + 65536 -|----
 *
 * A clock that counts down must be read at least once a period, or it loses one. Channel 2's period
 * is 54.9 ms and each tick reads it, so that code may keep interrupts off for 5 ticks before this
 * clock falls behind; it never goes back. (Channel 0 would not do: read by its own interrupt, it
 * always shows the same phase, and a period too many or too few looks the same.)
 *
 * Sources: Intel 8254 data sheet, "Mode 2: Rate Generator", "Counter Latch Command"; IBM PC/AT
 *          Technical Reference, "Speaker" (port 61h bit 0 is channel 2's gate, bit 1 the speaker's).
 */
#include <arch.h>
#include <io.h>
#include <irq.h>
#include <kernel/time.h>
#include <lib/init.h>
#include "interrupts.h"

#define CHANNEL_0		0x40
#define CHANNEL_2		0x42
#define COMMAND			0x43
#define CHANNEL_0_MODE_2	0x34	/* low byte then high byte, rate generator */
#define CHANNEL_2_MODE_2	0xb4
#define CHANNEL_2_LATCH		0x80	/* freeze the count for the next two reads */

#define PORT_B			0x61
#define PORT_B_GATE_2		0x01
#define PORT_B_SPEAKER		0x02

#define CLOCK_PERIOD		0x10000u	/* written as 0 */
#define RELOAD			((PIT_HZ + HZ / 2) / HZ)

_Static_assert(RELOAD >= 2 && RELOAD < CLOCK_PERIOD, "what a channel can count");

volatile unsigned long jiffies;

static bool clock_runs;
static u64 base;		/* counts up to the last reload that was seen */
static u32 last;		/* counts from there, at the last reading */

static void start_channel(u8 channel, u8 mode, u32 reload)
{
	outb(mode, COMMAND);
	outb(reload & 0xff, channel);
	outb((reload >> 8) & 0xff, channel);
}

static void start_clock(void)
{
	clock_runs = true;
	outb((inb(PORT_B) & ~PORT_B_SPEAKER) | PORT_B_GATE_2, PORT_B);
	start_channel(CHANNEL_2, CHANNEL_2_MODE_2, CLOCK_PERIOD);
}

/* Counts since the last reload: 0 to CLOCK_PERIOD - 1. */
static u32 read_elapsed(void)
{
	u32 count;

	outb(CHANNEL_2_LATCH, COMMAND);
	count = inb(CHANNEL_2);
	count |= inb(CHANNEL_2) << 8;
	return count ? CLOCK_PERIOD - count : 0;
}

u64 pit_cycles(void)
{
	unsigned long flags = arch_irq_save();
	u32 elapsed;
	u64 now;

	if (!clock_runs)
		start_clock();
	elapsed = read_elapsed();
	if (elapsed < last)
		base += CLOCK_PERIOD;
	last = elapsed;
	now = base + elapsed;
	arch_irq_restore(flags);
	return now;
}

static void tick(void)
{
	jiffies++;
	time_tick(pit_cycles());
}

void __init pit_tick_init(void)
{
	start_channel(CHANNEL_0, CHANNEL_0_MODE_2, RELOAD);
	irq_install(IRQ_TIMER, tick);
	irq_unmask(IRQ_TIMER);
}
