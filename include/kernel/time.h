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

#include <lib/math64.h>
#include <lib/types.h>

#define HZ		100
#define NSEC_PER_USEC	1000L
#define NSEC_PER_MSEC	1000000L
#define NSEC_PER_SEC	1000000000L
#define USEC_PER_SEC	1000000L
#define USEC_PER_MSEC	1000L
#define MSEC_PER_SEC	1000L

typedef s64 ktime_t;			/* nanoseconds */
typedef unsigned long long cycles_t;

extern volatile unsigned long jiffies;

/* Right over a wrap, while the two are less than half of all values apart. */
#define time_after(a, b)	((long)((b) - (a)) < 0)
#define time_before(a, b)	time_after(b, a)
#define time_after_eq(a, b)	((long)((a) - (b)) >= 0)
#define time_before_eq(a, b)	time_after_eq(b, a)

/* Rounded up: never less than was asked for. */
#define msecs_to_jiffies(ms)	(((unsigned long)(ms) + 1000 / HZ - 1) / (1000 / HZ))
#define usecs_to_jiffies(us)	(((unsigned long)(us) + 1000000 / HZ - 1) / (1000000 / HZ))
#define jiffies_to_msecs(j)	((unsigned int)((j) * (1000 / HZ)))

/* Nanoseconds since the first call of any of these. Context: any, from the first C instruction on. */
u64 ktime_get_ns(void);

static inline ktime_t ktime_get(void)
{
	return (ktime_t)ktime_get_ns();
}

#define KTIME_MAX	0x7fffffffffffffffLL

#define ktime_to_ns(t)		((s64)(t))
#define ns_to_ktime(ns)		((ktime_t)(ns))
#define ktime_set(secs, ns)	((ktime_t)(secs) * NSEC_PER_SEC + (ktime_t)(ns))
#define ktime_add(a, b)		((ktime_t)(a) + (b))
#define ktime_sub(a, b)		((ktime_t)(a) - (b))
#define ktime_add_ns(t, ns)	ktime_add(t, ns)
#define ktime_sub_ns(t, ns)	ktime_sub(t, ns)
#define ktime_add_us(t, us)	ktime_add(t, (ktime_t)(us) * NSEC_PER_USEC)
#define ktime_add_ms(t, ms)	ktime_add(t, (ktime_t)(ms) * NSEC_PER_MSEC)
#define ktime_after(a, b)	((ktime_t)(a) > (ktime_t)(b))
#define ktime_before(a, b)	((ktime_t)(a) < (ktime_t)(b))
#define ktime_to_us(t)		ktime_us_delta(t, 0)
#define ktime_to_ms(t)		ktime_ms_delta(t, 0)
#define ktime_get_boottime_ns()	ktime_get_ns()

/* @later - @earlier in milliseconds, rounded towards zero. */
#define ktime_ms_delta(later, earlier)	div_s64(ktime_us_delta(later, earlier), USEC_PER_MSEC)

/* @later - @earlier in microseconds, rounded towards zero. */
s64 ktime_us_delta(ktime_t later, ktime_t earlier);

/* arch_cycles() under its Linux name. */
cycles_t get_cycles(void);

/* Cycles as nanoseconds, by the best known length of a cycle. */
u64 cycles_to_ns(u64 cycles);

/* Wait at least that long, busily; interrupts may be on or off. Context: any. */
void udelay(unsigned long usecs);
void mdelay(unsigned long msecs);

/* Nobody else could run meanwhile: sleeping is waiting. */
#define ndelay(nsecs)		udelay(((nsecs) + 999) / 1000)
#define msleep(msecs)		mdelay(msecs)
#define ssleep(secs)		mdelay((secs) * MSEC_PER_SEC)
#define usleep_range(min, max)	udelay(min)
#define fsleep(usecs)		udelay(usecs)

/* Measure the cycle again, over all ticks so far, if there are enough. Context: any. */
void ktime_refine(void);

/* The same and a log line. Context: once, late in boot. */
void time_refine(void);

#endif
