/* SPDX-License-Identifier: MIT */
/*
 * kernel/bench_traps.c - benchmark rows of a page fault
 *
 *   page_fault_taken       a read of page 0: exception, way into C, back to whoever expected it
 *   page_fault_described   the same, and the first line of its report made, though not printed
 */
#include <arch.h>
#include <traps.h>
#include <kernel/bench.h>
#include <lib/kernel.h>
#include <lib/vsprintf.h>

#define FAULTS		100u
#define REPORTS		10u

static void read_page_0(void *arg)
{
	const int *nowhere = NULL;

	OPTIMIZER_HIDE_VAR(nowhere);
	READ_ONCE(*nowhere);
}

BENCH(page_fault_taken, FAULTS, NULL, NULL)
{
	struct trap_info got;

	bench_loop(FAULTS)
		trap_expect(read_page_0, NULL, &got);
}

/* As trap_fatal() does. */
static void describe(const struct trap_info *got)
{
	static char line[160];
	char detail[96] = "";
	unsigned long offset = 0;
	const char *in = ksym_name(got->eip, &offset);

	address_detail(got->cr2, detail, sizeof(detail));
	snprintf(line, sizeof(line), "page fault in %s+0x%lx: read of 0x%08lx in %s%s", in ?: "?", offset,
		 (unsigned long)got->cr2, address_region(got->cr2), detail);
}

BENCH(page_fault_described, REPORTS, NULL, NULL)
{
	struct trap_info got;

	bench_loop(REPORTS) {
		trap_expect(read_page_0, NULL, &got);
		describe(&got);
	}
}
