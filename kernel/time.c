/* SPDX-License-Identifier: MIT */
/*
 * kernel/time.c - cycles as nanoseconds, and short waits
 *
 * Nanoseconds are a straight line through (base_cycles, base_ns):
 *
 *	ns = base_ns + ((cycles - base_cycles) * mult >> MULT_SHIFT)
 *
 * When ktime_refine() knows the slope better, the line gets a new base where it is then, so that time
 * has a bend but never a step.
 *
 *   first call: base = (now, 0)          ktime_refine(): base = (now, ns of now)
 */
#include <arch.h>
#include <kernel/time.h>
#include <lib/kernel.h>
#include <lib/math64.h>
#include <lib/printk.h>

/* mult = 2^22 ns per cycle: fits 32 bits down to 1 MHz (a slower clock is taken for that) and is
 * good to 1 in 10^6 at 4 GHz. */
#define MULT_SHIFT	22
#define CYCLES_HZ_MIN	1000000u

_Static_assert(((u64)NSEC_PER_SEC << MULT_SHIFT) / CYCLES_HZ_MIN <= 0xffffffff, "mult is a u32");

static u32 mult;
static u64 base_cycles, base_ns;

static void set_line(u64 cycles, u64 ns)
{
	u64 hz = max_t(u64, arch_cycles_hz(), CYCLES_HZ_MIN);

	base_cycles = cycles;
	base_ns = ns;
	mult = div64_u64((u64)NSEC_PER_SEC << MULT_SHIFT, hz);
}

u64 cycles_to_ns(u64 cycles)
{
	u32 high = cycles >> 32, low = cycles;

	if (!mult)
		ktime_get_ns();
	return ((u64)high * mult << (32 - MULT_SHIFT)) + ((u64)low * mult >> MULT_SHIFT);
}

u64 ktime_get_ns(void)
{
	unsigned long flags = arch_irq_save();
	u64 ns;

	if (!mult)
		set_line(arch_cycles(), 0);
	ns = base_ns + cycles_to_ns(arch_cycles() - base_cycles);
	arch_irq_restore(flags);
	return ns;
}

void ktime_refine(void)
{
	unsigned long flags = arch_irq_save();

	if (arch_cycles_refine())
		set_line(arch_cycles(), ktime_get_ns());
	arch_irq_restore(flags);
}

void time_refine(void)
{
	u64 before = arch_cycles_hz();

	ktime_refine();
	pr_info("time: %llu cycles a second, first measured as %llu; %lu ticks of %u ms\n",
		arch_cycles_hz(), before, jiffies, 1000 / HZ);
}

s64 ktime_us_delta(ktime_t later, ktime_t earlier)
{
	s64 ns = later - earlier;

	return ns < 0 ? -(s64)div_u64(-ns, NSEC_PER_USEC) : (s64)div_u64(ns, NSEC_PER_USEC);
}

cycles_t get_cycles(void)
{
	return arch_cycles();
}

static void delay_ns(u64 ns)
{
	u64 end = ktime_get_ns() + ns;

	while (ktime_get_ns() < end)
		;
}

void udelay(unsigned long usecs)
{
	delay_ns((u64)usecs * NSEC_PER_USEC);
}

void mdelay(unsigned long msecs)
{
	delay_ns((u64)msecs * NSEC_PER_MSEC);
}
