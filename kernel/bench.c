/* SPDX-License-Identifier: MIT */
/*
 * kernel/bench.c - run the rows of the benchmark and print a table
 *
 *   __bench_start | page_pair_o0 | page_pair_o1 | ... | __bench_end       link order
 *
 *   prepare   | rdtsc | region: ops operations | rdtsc |   restore        eleven times
 *                                                            -> minimum and median / ops
 *
 *   # bench: row                              ops      min   median
 *   bench: page_pair_o0                      1000     41.0     41.0
 *   # bench: 61 rows, calibration right
 *
 * The numbers are cycles of arch_cycles(). Under QEMU's -icount shift=0 a cycle is an instruction; the
 * rows calibrate_nops and calibrate_loop must then read 102 and 2003, or the run is void.
 * tools/bench runs it that way and compares with the goals.
 */
#include <arch.h>
#include <kernel/bench.h>
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/math64.h>
#include <lib/sort.h>
#include <lib/string.h>
#include <lib/trace.h>

extern const struct bench_row __bench_start[], __bench_end[];

/* --- calibration: what these read says whether a cycle is an instruction ---------------------- */

#define CALIBRATE_OPS	1000

BENCH(calibrate_nops, CALIBRATE_OPS, NULL, NULL)
{
	arch_bench_nops(CALIBRATE_OPS);
}

BENCH(calibrate_loop, CALIBRATE_OPS, NULL, NULL)
{
	arch_bench_loops(CALIBRATE_OPS);
}

static __cold noinline void tell(void)
{
	trace_event(EVENT_NONE, 0, 0, 0);
}

/* A trace point that is off, in a loop of two instructions: one test, one jump that is not taken. */
BENCH(trace_point_off, CALIBRATE_OPS, NULL, NULL)
{
	bench_loop(CALIBRATE_OPS) {
		barrier();
		if (tracing(TRACE_BUDDY))
			tell();
	}
}

/* --- one row ---------------------------------------------------------------------------------- */

/* Tenths of a cycle per operation. */
struct bench_result {
	u32 min, median;
};

static int compare_u32(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static u32 measure_region(const struct bench_row *row)
{
	unsigned long flags = arch_irq_save();
	u64 start = arch_bench_cycles();

	row->region();
	start = arch_bench_cycles() - start;
	arch_irq_restore(flags);
	return start > U32_MAX ? U32_MAX : (u32)start;
}

static u32 per_op(u32 cycles, unsigned int ops)
{
	return div_u64((u64)cycles * 10 + ops / 2, ops);
}

static bool measure(const struct bench_row *row, struct bench_result *result)
{
	u32 cycles[BENCH_REGIONS];

	for (unsigned int i = 0; i < BENCH_REGIONS; i++) {
		if (row->prepare && !row->prepare())
			return false;
		cycles[i] = measure_region(row);
		if (row->restore)
			row->restore();
	}
	sort(cycles, BENCH_REGIONS, sizeof(cycles[0]), compare_u32, NULL);
	result->min = per_op(cycles[0], row->ops);
	result->median = per_op(cycles[BENCH_REGIONS / 2], row->ops);
	return true;
}

/* --- all of them ------------------------------------------------------------------------------ */

/*
 * Does @which name @name? Words with commas between; a word that ends in * names all that start so. "all"
 * leaves out the rows of bench_scale.c, which take long, and those of bench_lines.c, where cycles say
 * nothing new.
 */
static bool selects(const char *which, const char *name)
{
	for (; *which; which += strcspn(which, ","), which += *which == ',') {
		size_t len = strcspn(which, ",");

		if (len == 3 && !strncmp(which, "all", 3) && strncmp(name, "scale_", 6) &&
		    strncmp(name, "lines_", 6))
			return true;
		if (len && which[len - 1] == '*' ? !strncmp(which, name, len - 1) :
						   strlen(name) == len && !strncmp(which, name, len))
			return true;
	}
	return false;
}

static void print_row(const struct bench_row *row)
{
	struct bench_result r;

	if (!measure(row, &r))
		console_printf("bench: %-40s %8u        -        - this machine cannot run it\n",
			       row->name, row->ops);
	else
		console_printf("bench: %-40s %8u %6u.%u %6u.%u\n", row->name, row->ops, r.min / 10,
			       r.min % 10, r.median / 10, r.median % 10);
}

/* Run the rows that @which names. Return: how many, or -EINVAL after listing the known ones. */
static int bench_run(const char *which)
{
	int nr = 0;

	console_printf("# bench: %-38s %8s %8s %8s  cycles an operation\n", "row", "ops", "min",
		       "median");
	for (const struct bench_row *row = __bench_start; row < __bench_end; row++) {
		if (!selects(which, row->name))
			continue;
		print_row(row);
		nr++;
	}
	if (nr) {
		console_printf("# bench: %d rows\n", nr);
		return nr;
	}
	console_printf("No row is called \"%s\". There are:\n", which);
	for (const struct bench_row *row = __bench_start; row < __bench_end; row++)
		console_printf("  %s\n", row->name);
	return -EINVAL;
}

static const char *rows_at_boot;

static int set_bench(const char *value)
{
	if (!*value)
		return -EINVAL;
	rows_at_boot = value;
	return 0;
}
early_param("bench", set_bench);

void bench_boot(void)
{
	if (rows_at_boot)
		arch_test_exit(bench_run(rows_at_boot) <= 0);
}

static int cmd_bench(int argc, char **argv)
{
	if (argc < 2) {
		bench_run("all");
		return 0;
	}
	for (int i = 1; i < argc; i++)
		bench_run(argv[i]);
	return 0;
}
MONITOR_COMMAND(bench, "[ROW...]", "cycles an operation takes; ROW may end in *", cmd_bench);
