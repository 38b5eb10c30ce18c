/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_printk.c - the log against a list of lines
 *
 * The model is what a reader of the log expects: each line has a level and a time, KERN_CONT goes
 * on with the line that is open, anything else begins a new one, and a "\n" ends it. The console
 * must show exactly these lines; dmesg the last of them, as many as 16 KiB hold. The clock stands
 * still.
 *
 * LINK: kernel/printk.c kernel/time.c lib/div64.c lib/vsprintf.c lib/vsprintf_pointer.c
 * LINK: lib/string.c lib/string_kernel.c
 */
#include <support.h>
#include <chance.h>

#include <arch.h>
#include <kernel/console.h>
#include <kernel/printk.h>
#include <lib/kernel.h>
#include <lib/printk.h>

#define STAMP		"[    0.000000] "
#define TEXT_MAX	(1u << 20)
#define MESSAGES	3000u
#define RING		(16u << 10)

volatile unsigned long jiffies;
static char console[TEXT_MAX], want[TEXT_MAX];
static size_t console_used, want_used;
static bool want_open;

u64 arch_cycles(void)
{
	return 0;
}

bool arch_cycles_refine(void)
{
	return false;
}

void console_write(const char *s, size_t n)
{
	assert_true(console_used + n < TEXT_MAX);
	memcpy(console + console_used, s, n);
	console_used += n;
	console[console_used] = '\0';
}

static void model_put(const char *text)
{
	want_used += strlen(strcpy(want + want_used, text));
}

static void model_printk(bool goes_on, const char *text)
{
	char one[2] = "";

	if (want_open && !goes_on)
		model_put("\n");
	want_open &= goes_on;
	for (; (one[0] = *text); text++) {
		if (!want_open)
			model_put(STAMP);
		want_open = *text != '\n';
		model_put(one);
	}
}

static void forget(void)
{
	console_used = want_used = 0;
	console[0] = want[0] = '\0';
}

static void say(void)
{
	char text[40] = "";
	unsigned int level = chance_below(10), n = chance_below(sizeof(text));

	for (unsigned int i = 0; i < n; i++)
		text[i] = chance_below(12) ? 'a' + chance_below(26) : '\n';
	if (level == 9)
		assert_int_equal(printk("%s", text), n);	/* no level: as good as any */
	else if (level == 8)
		assert_int_equal(printk(KERN_CONT "%s", text), n);
	else
		assert_int_equal(printk("\001%c%s", '0' + level, text), n);
	model_printk(level == 8, text);
}

static void every_line_reaches_the_console(void **state)
{
	forget();
	for (unsigned int i = 0; i < MESSAGES; i++)
		say();
	printk("\n");
	model_printk(false, "\n");
	assert_string_equal(console, want);
	assert_false(host_irqs_off);
}

/* The ring has three bytes more a line than the console: its level. */
static void dmesg_shows_the_last_whole_lines(void **state)
{
	size_t shown, held = 0, lines = 0;

	console_used = 0;
	log_show();
	shown = console_used;
	assert_true(shown < want_used);
	assert_memory_equal(console, want + want_used - shown, shown);
	assert_memory_equal(console, STAMP, sizeof(STAMP) - 1);
	for (size_t i = 0; i < shown; i++)
		lines += console[i] == '\n';
	held = shown + 3 * lines;
	assert_in_range(held, RING - 60, RING);
}

static void a_long_line_is_cut(void **state)
{
	char text[1000];

	memset(text, 'x', sizeof(text));
	text[999] = '\0';
	forget();
	assert_int_equal(printk("%s", text), 511);
	assert_int_equal(console_used, sizeof(STAMP) - 1 + 511);
	printk(KERN_CONT "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_reaches_the_console),
		cmocka_unit_test(dmesg_shows_the_last_whole_lines),
		cmocka_unit_test(a_long_line_is_cut),
	};

	chance_start("test_printk");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
