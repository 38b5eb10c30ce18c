/* SPDX-License-Identifier: MIT */
/*
 * kernel/late.c - the end of boot: what is needed no more goes, what was brought along runs
 *
 *   __initcall_start | {"ring_init", ring_init} | {"pool_init", ...} | __initcall_end
 *                      module_init() in link order; each one's return value is reported
 */
#include <arch.h>
#include <kernel/bench.h>
#include <kernel/compare.h>
#include <kernel/console.h>
#include <kernel/ktest.h>
#include <kernel/late.h>
#include <kernel/time.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/printk.h>
#include <mm/mmzone.h>

extern const struct initcall __initcall_start[], __initcall_end[];

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
	free_init_memory();
}

void monitor_init(void)
{
	unsigned int nr = 0;

	for (const struct initcall *call = __initcall_start; call < __initcall_end; call++, nr++) {
		int err = call->fn();

		if (err)
			pr_err("module: %s failed with %d\n", call->name, err);
		else
			pr_info("module: %s is in place\n", call->name);
	}
	pr_info("monitor: %u modules; %s\n", nr, selftest ? "self-tests next" : "prompt next");
	compare_boot();
	bench_boot();
	if (selftest)
		ktest_boot(selftest);
}
