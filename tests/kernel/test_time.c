/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_time.c - clocks go forward and agree with each other
 *
 * An emulator may stand still for a while and then hand over ticks in a bunch, so upper bounds are
 * wide; lower bounds are exact.
 */
#include <arch.h>
#include <kernel/ktest.h>
#include <kernel/time.h>
#include <lib/kernel.h>
#include <lib/math64.h>

KTEST(time, no_clock_goes_back)
{
	u64 cycles = arch_cycles(), ns = ktime_get_ns();

	for (unsigned int i = 0; i < 2000; i++) {
		u64 cycles_now = arch_cycles(), ns_now = ktime_get_ns();

		KTEST_REQUIRE(t, cycles_now >= cycles && ns_now >= ns);
		cycles = cycles_now;
		ns = ns_now;
	}
}

KTEST(time, delays_last_at_least_what_was_asked)
{
	static const unsigned long usecs[] = { 0, 1, 10, 1000, 20000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(usecs); i++) {
		ktime_t start = ktime_get();

		udelay(usecs[i]);
		KTEST_EXPECT(t, ktime_us_delta(ktime_get(), start) >= (s64)usecs[i]);
	}
}

KTEST(time, time_passes_without_interrupts)
{
	unsigned long flags = arch_irq_save();
	unsigned long ticks = jiffies;
	ktime_t start = ktime_get();

	mdelay(3 * MSEC_PER_SEC / HZ);
	KTEST_EXPECT(t, ktime_us_delta(ktime_get(), start) >= 3 * USEC_PER_SEC / HZ);
	KTEST_EXPECT_EQ(t, jiffies, ticks);
	arch_irq_restore(flags);
}

#define WINDOW	3	/* ticks: short enough for a busy host to let one pass undisturbed */
#define TRIES	200

/* Cycles that WINDOW ticks take, as a percentage of what arch_cycles_hz() promises. */
static unsigned int cycles_of_a_window(void)
{
	unsigned long start = jiffies;
	u64 cycles;

	while (jiffies == start)
		;
	start = jiffies;
	cycles = arch_cycles();
	while (jiffies - start < WINDOW)
		;
	cycles = arch_cycles() - cycles;
	return div64_u64(cycles * 100 * HZ, arch_cycles_hz() * (jiffies - start));
}

/* A busy host holds ticks back, but not in every one of so many windows. */
KTEST(time, cycles_and_ticks_agree)
{
	unsigned int percent = 0;

	for (unsigned int i = 0; i < TRIES && (percent < 80 || percent > 125); i++)
		percent = cycles_of_a_window();
	KTEST_EXPECT(t, percent >= 80);
	KTEST_EXPECT(t, percent <= 125);
}

KTEST(time, a_second_of_cycles_is_a_second)
{
	u64 ns = cycles_to_ns(arch_cycles_hz());

	KTEST_EXPECT(t, ns > NSEC_PER_SEC - NSEC_PER_SEC / 10000);
	KTEST_EXPECT(t, ns < NSEC_PER_SEC + NSEC_PER_SEC / 10000);
}

KTEST(time, cycles_past_32_bits_are_converted_too)
{
	u64 hour = cycles_to_ns(arch_cycles_hz() * 3600), second = cycles_to_ns(arch_cycles_hz());

	KTEST_EXPECT(t, hour >= second * 3600 && hour <= second * 3600 + 3600);
}

KTEST(time, a_better_measurement_makes_no_step)
{
	u64 before = ktime_get_ns(), after;

	time_refine();
	after = ktime_get_ns();
	KTEST_EXPECT(t, after >= before);
	KTEST_EXPECT(t, after - before < NSEC_PER_SEC);
}

KTEST(time, differences_round_towards_zero)
{
	KTEST_EXPECT_EQ(t, ktime_us_delta(1999, 0), 1);
	KTEST_EXPECT_EQ(t, ktime_us_delta(0, 1999), -1);
	KTEST_EXPECT_EQ(t, ktime_us_delta(5000, 5000), 0);
}
