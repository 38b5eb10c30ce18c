/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/time.h - time since the kernel started, and short waits
 *
 *   arch_cycles()   the machine's own ticks: TSC, or the PIT's 1.193 MHz where there is none
 *   ktime_get_ns()  the same in nanoseconds since the first call; never goes back, also when
 *                   ktime_refine() finds a better value for the length of a cycle
 *   jiffies         timer interrupts, HZ a second; stands still while interrupts are off
 */
#ifndef KERNEL_TIME_H
#define KERNEL_TIME_H

#include <lib/types.h>

#define HZ		100
#define NSEC_PER_USEC	1000L
#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_SEC	1000000000L
#define USEC_PER_SEC	1000000L
#define MSEC_PER_SEC	1000L

typedef s64 ktime_t;			/* nanoseconds */
typedef unsigned long long cycles_t;

extern volatile unsigned long jiffies;

/* Nanoseconds since the first call of any of these. Context: any, from the first C instruction on. */
u64 ktime_get_ns(void);

static inline ktime_t ktime_get(void)
{
	return (ktime_t)ktime_get_ns();
}

/* @later - @earlier in microseconds, rounded towards zero. */
s64 ktime_us_delta(ktime_t later, ktime_t earlier);

/* arch_cycles() under its Linux name. */
cycles_t get_cycles(void);

/* Cycles as nanoseconds, by the best known length of a cycle. */
u64 cycles_to_ns(u64 cycles);

/* Wait at least that long, busily; interrupts may be on or off. Context: any. */
void udelay(unsigned long usecs);
void mdelay(unsigned long msecs);

/* Measure the cycle again, over all ticks so far, if there are enough. Context: any. */
void ktime_refine(void);

/* The same and a log line. Context: once, late in boot. */
void time_refine(void);

#endif
