/* SPDX-License-Identifier: MIT */
/*
 * kernel/late.c - the end of boot: what is needed no more goes, what was brought along runs
 *
 *   stage late       keys by interrupt, the clock measured well
 *   stage monitor    modules (kernel/module.c), .init memory given away, what is in use, self-tests
 */
#include <arch.h>
#include <kernel/bench.h>
#include <kernel/compare.h>
#include <kernel/console.h>
#include <kernel/ktest.h>
#include <kernel/late.h>
#include <kernel/memtest.h>
#include <kernel/module.h>
#include <kernel/stage.h>
#include <kernel/time.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <mm/mmzone.h>
#include <mm/overhead.h>

static const char *selftest;		/* suites with commas between; NULL: none */

static int set_selftest(const char *value)
{
	if (!*value)
		return -EINVAL;
	selftest = value;
	return 0;
}
early_param("selftest", set_selftest);

void late_init(void)
{
	console_enable_irqs();
	time_refine();
}

void monitor_init(void)
{
	unsigned int nr = modules_run();

	free_init_memory();
	boot_stages_report_break();
	overhead_log();
	pr_info("monitor: %u modules; %s\n", nr, selftest ? "self-tests next" : "prompt next");
	crash_boot();
	compare_boot();
	memtest_boot();
	bench_boot();
	if (selftest)
		ktest_boot(selftest);
}
