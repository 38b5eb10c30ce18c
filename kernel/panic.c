/* SPDX-License-Identifier: MIT */
/*
 * kernel/panic.c - the end, told in full
 *
 *   panic(), BUG_ON()     arch saves all registers  \
 *   an exception          arch has them already     /-> panic_main() -> report -> leave
 *
 *	Kernel panic: <one sentence: what was wanted, what there was>
 *	In stage zones, 0.104 seconds after the start.
 *	In module ring, during ring_init().		when a module_init() function runs
 *	<registers, control registers, backtrace: arch_show_regs()>
 *
 * What happens then is the choice of panic= :
 *
 *	(not given)   leave an emulator by its test exit, with status 35 in QEMU; else halt
 *	halt, 0       halt for ever, also in an emulator: for a debugger
 *	reboot        reboot at once
 *	SECONDS       reboot after that time, 1 to 86400
 *
 * The report itself may fault or panic. Each time it starts again it does less, and from the fourth
 * time on nothing but leaving:
 *
 *	reports_begun   1: all   2: where and the sentence   3: the first sentence   more: nothing
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/module.h>
#include <kernel/panic.h>
#include <kernel/stage.h>
#include <kernel/time.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kstrtox.h>
#include <lib/math64.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <lib/trace.h>
#include <lib/vsprintf.h>

#define PANIC_SECONDS_MAX	86400u
#define SENTENCE_MAX		256
#define LAST_EVENTS		8

static enum { PANIC_LEAVE, PANIC_HALT, PANIC_REBOOT } panic_action;
static unsigned int panic_seconds;
static unsigned int reports_begun;
static char first_sentence[SENTENCE_MAX];	/* not on the stack, which may be the trouble */

static int set_panic(const char *value)
{
	unsigned int seconds;

	if (!strcmp(value, "halt") || !strcmp(value, "0")) {
		panic_action = PANIC_HALT;
	} else if (!strcmp(value, "reboot")) {
		panic_action = PANIC_REBOOT;
	} else {
		if (kstrtouint(value, 10, &seconds) || seconds > PANIC_SECONDS_MAX)
			return -EINVAL;
		panic_action = PANIC_REBOOT;
		panic_seconds = seconds;
	}
	return 0;
}
early_param("panic", set_panic);

static void __noreturn leave(void)
{
	if (panic_action == PANIC_REBOOT) {
		mdelay(panic_seconds * MSEC_PER_SEC);
		arch_reboot();
	}
	if (panic_action == PANIC_LEAVE)
		arch_test_exit(true);
	arch_stop();
}

static void report_time(void)
{
	u32 ms;
	u64 seconds = div_u64_rem(div_u64(ktime_get_ns(), NSEC_PER_MSEC), MSEC_PER_SEC, &ms);

	pr_emerg("In stage %s, %llu.%03u seconds after the start.\n", boot_stage_name(), seconds,
		 ms);
	if (module_running())
		pr_emerg("In module %s, during %s().\n", module_name(module_running()),
			 module_running()->name);
}

/* One text for one console_write(): each console has all of it before the next one can fault. */
static void last_words(void)
{
	static char text[SENTENCE_MAX + 80];
	size_t n = scnprintf(text, sizeof(text), "\nKernel panic: %s\n"
			     "The report of this fails again and again.\n", first_sentence);

	console_write(text, n);
}

/* Each call comes from deeper inside the one before: do less each time. */
static void report(const struct arch_regs *regs, const char *sentence)
{
	switch (++reports_begun) {
	case 1:
		pr_emerg("Kernel panic: %s\n", sentence);
		report_time();
		arch_show_regs(regs);
		trace_show_tail(LAST_EVENTS);
		break;
	case 2:
		pr_emerg("While that was being reported, at %08lx: %s\n", arch_regs_ip(regs),
			 sentence);
		break;
	case 3:
		last_words();
		break;
	}
}

void panic_main(const struct arch_regs *regs, const char *fmt, va_list args)
{
	static char later_sentence[SENTENCE_MAX];
	char *sentence = reports_begun ? later_sentence : first_sentence;

	arch_irq_disable();
	vscnprintf(sentence, SENTENCE_MAX, fmt, args);
	report(regs, sentence);
	leave();
}

void panic_regs(const struct arch_regs *regs, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	panic_main(regs, fmt, args);
}

void bug_main(const struct arch_regs *regs, const struct bug_site *site)
{
	panic_regs(regs, "BUG at %s:%u: %s", site->file, site->line, site->what);
}

/* --- warnings, after which everything goes on ------------------------------------------------ */

void warn_hit(const struct bug_site *site)
{
	pr_warn("WARNING at %s:%u: %s\n", site->file, site->line, site->what);
	dump_stack();
}

void warn_hit_fmt(const struct bug_site *site, const char *fmt, ...)
{
	va_list args;

	pr_warn("WARNING at %s:%u: ", site->file, site->line);
	va_start(args, fmt);
	vprintk(fmt, args);
	va_end(args);
	pr_cont("\n");
	dump_stack();
}

void dump_stack(void)
{
	arch_backtrace((unsigned long)__builtin_frame_address(0));
}
