/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmd_base.c - commands about the machine as a whole: dmesg, reboot, poweroff, test
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/ktest.h>
#include <kernel/monitor.h>
#include <kernel/printk.h>
#include <lib/compiler.h>

static int cmd_dmesg(int argc __maybe_unused, char **argv __maybe_unused)
{
	log_show();
	return 0;
}
MONITOR_COMMAND(dmesg, "", "the log since boot", cmd_dmesg);

static int cmd_reboot(int argc __maybe_unused, char **argv __maybe_unused)
{
	arch_reboot();
}
MONITOR_COMMAND(reboot, "", "start the machine again", cmd_reboot);

static int cmd_poweroff(int argc __maybe_unused, char **argv __maybe_unused)
{
	arch_poweroff();
}
MONITOR_COMMAND(poweroff, "", "switch the machine off, where it can do that", cmd_poweroff);

static int cmd_test(int argc, char **argv)
{
	ktest_run(argc > 1 ? argv[1] : "all");
	return 0;
}
MONITOR_COMMAND(test, "[SUITE,...]", "run in-kernel test suites, all of them without a name", cmd_test);
