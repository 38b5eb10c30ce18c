/* SPDX-License-Identifier: MIT */
/*
 * kernel/stage.c - entering, timing and checking the stages of boot
 *
 *   start_kernel()          boot_stage("zones", ...)
 *        |                       stages[n] = { name, ... }      the record `stages` prints
 *        |                       break=zones ?  arch_break()    stop in Bochs or gdb
 *        |                       init()                         one log line with numbers
 *        v                       check()                        a broken rule panics
 *
 * Uses param.c (break=), printk and arch_cycles(); used by kernel/main.c alone.
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <kernel/printk.h>
#include <kernel/stage.h>
#include <kernel/time.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/math64.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <lib/trace.h>

#define NR_STAGES_MAX	20

struct stage_record {
	const char *name;
	u64 work;		/* cycles of init(), but for its lines in the log */
	u64 log;		/* cycles of those: they depend on the consoles */
	u64 check;		/* cycles of the checker */
};

static struct stage_record stages[NR_STAGES_MAX];
static unsigned int nr_stages;
static const char *break_at = "";	/* names with commas between */

static int set_break(const char *value)
{
	if (!*value)
		return -EINVAL;
	break_at = value;
	return 0;
}
early_param("break", set_break);

/* The first stage is the one that reads the command line: whether to stop there is seen on it as it came. */
static void peek_break(void)
{
	static char words[32];
	const char *at = strstr(arch_command_line(), "break=");

	if (at) {
		at += strlen("break=");
		strscpy(words, at, min(sizeof(words), strcspn(at, " ") + 1));
		break_at = words;
	}
}

#define for_each_break_word(word)						\
	for (const char *word = break_at; *word;				\
	     word += strcspn(word, ","), word += *word == ',')

/* Is @name the word that starts at @word? */
static bool word_is(const char *word, const char *name)
{
	size_t len = strlen(name);

	return strcspn(word, ",") == len && !strncmp(word, name, len);
}

/* Is @name one of the words of break=? */
static bool stage_breaks(const char *name)
{
	for_each_break_word(word)
		if (word_is(word, name))
			return true;
	return false;
}

static bool stage_is_known(const char *word)
{
	for (unsigned int i = 0; i < nr_stages; i++)
		if (word_is(word, stages[i].name))
			return true;
	return false;
}

void boot_stages_report_break(void)
{
	for_each_break_word(word) {
		if (stage_is_known(word))
			continue;
		pr_warn("break=%.*s: there is no such stage; those that there are:",
			(int)strcspn(word, ","), word);
		for (unsigned int i = 0; i < nr_stages; i++)
			pr_cont(" %s", stages[i].name);
		pr_cont("\n");
	}
}

const char *boot_stage_name(void)
{
	return nr_stages ? stages[nr_stages - 1].name : "entry";
}

void boot_stage(const char *name, void (*init)(void), int (*check)(void))
{
	struct stage_record *record = &stages[nr_stages];
	u64 start, log;
	int rule;

	BUG_ON(nr_stages == NR_STAGES_MAX);
	record->name = name;
	if (nr_stages++ == 0)
		peek_break();
	trace_event(EVENT_STAGE, nr_stages, 0, 0);
	if (stage_breaks(name))
		arch_break();
	log = printk_cycles();
	start = arch_cycles();
	init();
	record->log = printk_cycles() - log;
	record->work = arch_cycles() - start - record->log;
	start = arch_cycles();
	rule = check ? check() : 0;
	record->check = arch_cycles() - start;
	if (rule)
		panic("Stage %s left rule %d of its checker broken.", name, rule);
}

const char *boot_stage_time(unsigned int i, u64 *us)
{
	const struct stage_record *r = &stages[i];

	if (i >= nr_stages)
		return NULL;
	*us = div_u64(cycles_to_ns(r->work + r->check + r->log), NSEC_PER_USEC);
	return r->name;
}

static int cmd_stages(int argc __maybe_unused, char **argv __maybe_unused)
{
	console_printf("%-12s %12s %12s %12s %14s   cycles\n", "stage", "work", "check", "log",
		       "microseconds");
	for (unsigned int i = 0; i < nr_stages; i++) {
		const struct stage_record *r = &stages[i];

		u64 us;

		boot_stage_time(i, &us);
		console_printf("%-12s %12llu %12llu %12llu %14llu\n", r->name, r->work, r->check,
			       r->log, us);
	}
	return 0;
}
MONITOR_COMMAND(stages, "", "cycles and time of each stage of boot", cmd_stages);
