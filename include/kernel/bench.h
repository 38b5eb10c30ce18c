/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/bench.h - measuring operations in cycles, which a counting emulator makes instructions
 *
 *	BENCH(page_pair_o0, 1000, NULL, NULL)
 *	{
 *		bench_loop(1000)
 *			__free_page(alloc_page(GFP_KERNEL));
 *	}
 *
 * A row's body is its region: it is run BENCH_REGIONS times with interrupts off, the time stamp
 * counter read right before and after. What comes out is divided by the number of operations; the
 * loop's own two instructions are not taken off.
 */
#ifndef KERNEL_BENCH_H
#define KERNEL_BENCH_H

#include <lib/compiler.h>
#include <lib/types.h>

#define BENCH_REGIONS	11

struct bench_row {
	const char *name;
	unsigned int ops;		/* operations in a region */
	bool (*prepare)(void);		/* before each region, not measured; false: cannot run here */
	void (*region)(void);
	void (*restore)(void);		/* after each region, not measured */
};

#define BENCH(name_, ops_, prepare_, restore_)				\
	static void bench_##name_(void);				\
	static const struct bench_row bench_row_##name_			\
	__used __section(".bench") __aligned(4) = {			\
		.name = #name_, .ops = ops_,				\
		.prepare = prepare_, .region = bench_##name_, .restore = restore_, \
	};								\
	static void bench_##name_(void)

/* A loop of @n turns that costs a decrement and a jump. */
#define bench_loop(n)							\
	for (unsigned int turns_ = (n); turns_; turns_--)

/* bench=ROW,... : run these rows, or "all", at the end of boot and leave by the exit code. */
void bench_boot(void);

#endif
