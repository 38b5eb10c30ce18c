/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/time.c - arch_cycles(): the TSC where there is one, else the PIT
 *
 * The TSC's frequency is measured against the PIT, twice:
 *
 *   first use   |<- about 200 us ->|       both ends read on an edge of the PIT's clock; the PIT says
 *                                          how long it really was
 *   tick tick tick ... tick                arch_cycles_refine(): from the anchor to now, 50 ms and
 *   ^ anchor                               more; late in boot, and by itself after a second
 *
 * The anchor is a pair (TSC, PIT) at a tick. When ticks were held up for so long that the PIT's clock
 * may have missed a reload, the next tick becomes the anchor.
 *
 * A TSC that faults after all (mend.c) is gone. Its count then goes on at its speed, by the PIT, from the
 * last pair that was read: those who take differences never notice.
 *
 * Source: Intel SDM vol. 3B, "Time-Stamp Counter".
 */
#include <arch.h>
#include <cpu.h>
#include <kernel/time.h>
#include <lib/math64.h>
#include <lib/printk.h>
#include "interrupts.h"

#define CALIBRATE_COUNTS	(PIT_HZ / 5000)		/* 200 us */
#define REFINE_COUNTS_MIN	(PIT_HZ / 20)		/* 50 ms */
#define REFINE_AGAIN_COUNTS	PIT_HZ			/* 1 s: for a boot too short to refine in */
#define TICKS_HELD_UP		4			/* of the 5 that the PIT's clock bears */
#define HZ_OFF_MAX		16	/* a refinement differs by 1/16 at most, or is not believed */

static enum { CLOCK_UNKNOWN, CLOCK_TSC, CLOCK_PIT, CLOCK_TSC_LOST } clock;
static u64 cycles_hz;
static bool refined_again;

static struct {
	u64 tsc, pit;
} anchor, previous;

/* What the lost TSC would say at @pit, which is now. Interrupts are off, for ticks move the pair. */
static u64 lost_tsc(u64 pit)
{
	return previous.tsc + div64_u64((pit - previous.pit) * cycles_hz, PIT_HZ);
}

static u64 cycles_without_tsc(void)
{
	unsigned long flags = arch_irq_save();
	u64 pit = pit_cycles(), cycles = clock == CLOCK_PIT ? pit : lost_tsc(pit);

	arch_irq_restore(flags);
	return cycles;
}

u64 arch_cycles(void)
{
	if (clock == CLOCK_UNKNOWN)
		clock = cpuid_features() & CPUID_TSC ? CLOCK_TSC : CLOCK_PIT;
	return clock == CLOCK_TSC ? read_tsc() : cycles_without_tsc();
}

u64 time_without_tsc(void)
{
	bool first = clock == CLOCK_TSC;

	if (first) {
		clock = cycles_hz ? CLOCK_TSC_LOST : CLOCK_PIT;
		cpu.features &= ~CPUID_TSC;
		pr_warn("cpu: RDTSC faults; time comes from the PIT from here on\n");
	}
	return arch_cycles();
}

static u64 frequency(u64 tsc, u64 pit)
{
	return div64_u64(tsc * PIT_HZ, pit);
}

/*
 * Wait for the next count of the PIT. Return: that count, and the TSC just after it was read. One
 * copy of this code only: calibrate() runs it once to have it in the cache, or translated by an
 * emulator, before it counts.
 */
static noinline u64 pit_edge(u64 *tsc)
{
	u64 before = pit_cycles(), now;

	do {
		now = pit_cycles();
	} while (now == before);
	*tsc = read_tsc();
	return now;
}

static u64 calibrate(void)
{
	unsigned long flags = arch_irq_save();
	u64 tsc, tsc_end, pit, pit_end;

	pit_edge(&tsc);
	pit = pit_edge(&tsc);
	do {
		pit_end = pit_edge(&tsc_end);
	} while (pit_end - pit < CALIBRATE_COUNTS);
	previous.tsc = anchor.tsc = tsc_end;
	previous.pit = anchor.pit = pit_end;
	arch_irq_restore(flags);
	return frequency(tsc_end - tsc, pit_end - pit);
}

u64 arch_cycles_hz(void)
{
	u64 tsc_hz;

	if (!cycles_hz) {
		arch_cycles();		/* chooses the clock */
		tsc_hz = clock == CLOCK_TSC ? calibrate() : 0;
		cycles_hz = clock == CLOCK_TSC ? tsc_hz : PIT_HZ;	/* it may have faulted meanwhile */
	}
	return cycles_hz;
}

void time_tick(u64 pit)
{
	u64 tsc;

	if (clock == CLOCK_PIT || !cycles_hz)
		return;
	tsc = clock == CLOCK_TSC ? read_tsc() : lost_tsc(pit);
	if ((tsc - previous.tsc) * HZ > cycles_hz * TICKS_HELD_UP) {
		anchor.tsc = tsc;
		anchor.pit = pit;
	}
	previous.tsc = tsc;
	previous.pit = pit;
	if (!refined_again && pit - anchor.pit >= REFINE_AGAIN_COUNTS) {
		refined_again = true;
		ktime_refine();
	}
}

bool arch_cycles_refine(void)
{
	unsigned long flags = arch_irq_save();
	u64 tsc = previous.tsc - anchor.tsc, pit = previous.pit - anchor.pit, hz;

	arch_irq_restore(flags);
	if (pit < REFINE_COUNTS_MIN)
		return false;
	hz = frequency(tsc, pit);
	if (hz < cycles_hz - cycles_hz / HZ_OFF_MAX || hz > cycles_hz + cycles_hz / HZ_OFF_MAX)
		return false;
	cycles_hz = hz;
	return true;
}
