/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_tsc.c - the cycles of arch/i386/time.c on a CPU whose RDTSC faults from some moment on
 *
 * Both clocks are one variable, which each look moves on. A RDTSC that faults does what the trap does
 * then: time_without_tsc(). Whenever it begins, cycles must go on at the rate that arch_cycles_hz() says.
 *
 * LINK: lib/div64.c
 */
#include <support.h>

#include <control.h>
#include <cpu.h>

static u64 host_read_tsc(void);
#define read_tsc	host_read_tsc
#include "../../arch/i386/time.c"

#define TSC_HZ		100000000u
#define LOOK		20u		/* cycles that one look at a clock takes */
#define NEVER		~0u

struct cpu_info cpu;
static u64 now;				/* cycles */
static unsigned int reads, faults_from;

u64 pit_cycles(void)
{
	now += LOOK;
	return now * PIT_HZ / TSC_HZ;
}

static u64 host_read_tsc(void)
{
	now += LOOK;
	return reads++ < faults_from ? now : time_without_tsc();
}

u32 cpuid_features(void)
{
	return CPUID_TSC;
}

void ktime_refine(void)
{
}

static void power_on(unsigned int fault)
{
	clock = CLOCK_UNKNOWN;
	cycles_hz = now = reads = 0;
	refined_again = false;
	memset(&anchor, 0, sizeof(anchor));
	memset(&previous, 0, sizeof(previous));
	faults_from = fault;
}

/* A second of ticks; then what it was in cycles is what a second is said to be, to a hundredth. */
static void assert_a_second_is_one(void)
{
	u64 hz = arch_cycles_hz(), start = arch_cycles(), passed;

	for (unsigned int i = 0; i < HZ; i++) {
		now += TSC_HZ / HZ;
		time_tick(pit_cycles());
	}
	passed = arch_cycles() - start;
	assert_in_range(passed, hz - hz / 100, hz + hz / 100);
}

static void cycles_have_the_rate_that_is_said(void **state)
{
	unsigned int last;

	power_on(NEVER);
	assert_a_second_is_one();
	assert_in_range(cycles_hz, TSC_HZ - TSC_HZ / 100, TSC_HZ + TSC_HZ / 100);
	last = reads;
	for (unsigned int fault = 0; fault <= last; fault++) {
		power_on(fault);
		assert_a_second_is_one();
		assert_int_equal(clock == CLOCK_PIT, cycles_hz == PIT_HZ);
	}
}

/* A tick of 10 ms, measured to a hundredth, is what may be wrong. */
static void cycles_go_on_where_the_tsc_was(void **state)
{
	u64 before, after;

	power_on(NEVER);
	assert_a_second_is_one();
	now += TSC_HZ / HZ / 2;
	before = arch_cycles();
	faults_from = 0;
	after = arch_cycles();
	assert_int_equal(clock, CLOCK_TSC_LOST);
	assert_in_range(after, before - TSC_HZ / HZ / 100, before + TSC_HZ / HZ / 100);
	assert_a_second_is_one();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cycles_have_the_rate_that_is_said),
		cmocka_unit_test(cycles_go_on_where_the_tsc_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
