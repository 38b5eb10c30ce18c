/* SPDX-License-Identifier: MIT */
/*
 * kernel/ktest.c - run the tests that are linked into the kernel, and print KTAP
 *
 *   __ktest_start | buddy.split | slab.colour | buddy.merge | __ktest_end      in link order
 *                       \______________________________/
 *   printed by suite, names in alphabetical order, tests in link order:
 *
 *	KTAP version 1
 *	1..2
 *	    KTAP version 1
 *	    # Subtest: buddy
 *	    1..3
 *	    ok 1 split
 *	    not ok 2 merge
 *	    ok 3 ledger_closes
 *	not ok 1 buddy
 *	    ...
 *	# Totals: pass:4 fail:1 skip:0 total:5
 *
 * K1  every suite ends with the test ledger_closes: after it, each frame is in exactly one place
 * K2  the Totals line is the last one, and its numbers are those of the lines above it
 *
 * tests/run reads this and trusts nothing that is not complete: a missing plan, number or last line
 * is a failure.
 * Source: the Linux kernel's documentation, "The Kernel Test Anything Protocol (KTAP), version 1".
 */
#include <stdarg.h>
#include <arch.h>
#include <kernel/console.h>
#include <kernel/ktest.h>
#include <lib/compiler.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <lib/vsprintf.h>
#include <mm/mmzone.h>

#define SUBTEST		"    "		/* how deep KTAP indents the tests of a suite */
#define MESSAGE_MAX	256

extern struct ktest __ktest_start[], __ktest_end[];

struct totals {
	unsigned int pass, fail, skip;
};

void ktest_fail(struct ktest *t, const char *file, int line, const char *fmt, ...)
{
	char message[MESSAGE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	console_printf(SUBTEST "# %s:%d: %s\n", file, line, message);
	t->failed = true;
}

/* --- choosing -------------------------------------------------------------------------------- */

/* Is @suite one of the names with commas between in @which? */
static bool suite_is_wanted(const char *suite, const char *which)
{
	size_t len = strlen(suite);

	if (!strcmp(which, "all"))
		return true;
	for (const char *word = which; *word; word += strcspn(word, ","), word += *word == ',')
		if (strcspn(word, ",") == len && !strncmp(word, suite, len))
			return true;
	return false;
}

/* The alphabetically first suite behind @previous ("" for the first of all), or NULL. */
static const char *next_suite(const char *previous)
{
	const char *next = NULL;

	for (const struct ktest *t = __ktest_start; t < __ktest_end; t++)
		if (strcmp(t->suite, previous) > 0 && (!next || strcmp(t->suite, next) < 0))
			next = t->suite;
	return next;
}

#define for_each_suite(suite) \
	for (suite = next_suite(""); suite; suite = next_suite(suite))

#define for_each_test_of(t, suite_) \
	for (t = __ktest_start; t < __ktest_end; t++) \
		if (!strcmp(t->suite, suite_))

static unsigned int count_suites(const char *which)
{
	unsigned int nr = 0;
	const char *suite;

	for_each_suite(suite)
		nr += suite_is_wanted(suite, which);
	return nr;
}

static unsigned int count_tests(const char *suite)
{
	unsigned int nr = 0;
	const struct ktest *t;

	for_each_test_of(t, suite)
		nr++;
	return nr;
}

/* Does every word of @which name a suite? Complains about each that does not. */
static bool names_are_known(const char *which)
{
	bool known = count_suites(which) > 0;

	for (const char *word = which; strcmp(which, "all") && *word;) {
		size_t len = strcspn(word, ",");
		const char *suite;

		for_each_suite(suite)
			if (strlen(suite) == len && !strncmp(suite, word, len))
				break;
		if (!suite) {
			pr_err("ktest: there is no suite \"%.*s\"\n", (int)len, word);
			known = false;
		}
		word += len;
		word += *word == ',';
	}
	return known;
}

static void list_suites(void)
{
	const char *suite;

	pr_info("ktest: the suites are:");
	for_each_suite(suite)
		pr_cont(" %s", suite);
	pr_cont("\n");
}

/* --- running --------------------------------------------------------------------------------- */

/* Print the line of a test that has run, and count it. */
static void report(const struct ktest *t, unsigned int number, struct totals *totals)
{
	bool skipped = t->skipped && !t->failed;

	/* In one piece: a handler may log something at any time. */
	console_printf(SUBTEST "%sok %u %s%s%s\n", t->failed ? "not " : "", number, t->name,
		       skipped ? " # SKIP " : "", skipped ? t->skipped : "");
	if (t->failed)
		totals->fail++;
	else if (t->skipped)
		totals->skip++;
	else
		totals->pass++;
}

static void run_test(struct ktest *t, unsigned int number, struct totals *totals)
{
	t->failed = false;
	t->skipped = NULL;
	t->run(t);
	if (arch_irqs_off()) {
		ktest_fail(t, __FILE__, __LINE__, "interrupts were left off");
		arch_irq_enable();
	}
	report(t, number, totals);
}

static void ledger_closes(struct ktest *t)
{
	KTEST_EXPECT_EQ(t, verify_ledger(false), 0);
}

/* Return: whether every test of the suite passed or was skipped. */
static bool run_suite(const char *suite, struct totals *totals)
{
	struct ktest ledger = { .suite = suite, .name = "ledger_closes", .run = ledger_closes };
	unsigned int failed_before = totals->fail, number = 0;
	struct ktest *t;

	console_printf(SUBTEST "KTAP version 1\n" SUBTEST "# Subtest: %s\n" SUBTEST "1..%u\n",
		       suite, count_tests(suite) + 1);
	for_each_test_of(t, suite)
		run_test(t, ++number, totals);
	run_test(&ledger, ++number, totals);
	return totals->fail == failed_before;
}

int ktest_run(const char *which)
{
	struct totals totals = { 0, 0, 0 };
	unsigned int number = 0;
	const char *suite;

	if (!names_are_known(which)) {
		list_suites();
		return -EINVAL;
	}
	console_printf("KTAP version 1\n1..%u\n", count_suites(which));
	for_each_suite(suite) {
		bool ok;

		if (!suite_is_wanted(suite, which))
			continue;
		ok = run_suite(suite, &totals);
		console_printf("%sok %u %s\n", ok ? "" : "not ", ++number, suite);
	}
	console_printf("# Totals: pass:%u fail:%u skip:%u total:%u\n", totals.pass, totals.fail,
		       totals.skip, totals.pass + totals.fail + totals.skip);
	return (int)totals.fail;
}

void ktest_boot(const char *which)
{
	arch_test_exit(ktest_run(which) != 0);
}
