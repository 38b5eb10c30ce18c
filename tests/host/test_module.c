/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_module.c - what module_init() collects runs in order, and is reported
 *
 * The linker script's two marks are set here around a table of this file's own.
 *
 * LINK: kernel/module.c kernel/time.c lib/div64.c lib/string.c lib/string_kernel.c
 */
#include <support.h>

#include <arch.h>
#include <kernel/module.h>
#include <lib/err.h>
#include <lib/module.h>

volatile unsigned long jiffies;

bool arch_cycles_refine(void)
{
	return false;
}

static char order[8];
static const char *name_inside;

static int first(void)
{
	strcat(order, "1");
	name_inside = module_running() ? strdup(module_name(module_running())) : NULL;
	return 0;
}

static int second(void)
{
	strcat(order, "2");
	return -ENODEV;
}

static int third(void)
{
	strcat(order, "3");
	return 0;
}

const struct initcall host_initcalls[] = {
	{ "drivers/ring.c", "first", first }, { "refuse.c", "second", second },
	{ "a_name_of_more_than_thirty_one_characters.c", "third", third },
};

__asm__(".globl __initcall_start, __initcall_end\n"
	".set __initcall_start, host_initcalls\n"
	".set __initcall_end, host_initcalls + 36\n");
_Static_assert(sizeof(host_initcalls) == 36, "as the line above has it");

static void modules_run_in_order_and_one_that_fails_stops_none(void **state)
{
	host_log_clear();
	assert_null(module_running());
	assert_int_equal(modules_run(), 3);
	assert_null(module_running());
	assert_string_equal(order, "123");
	assert_string_equal(name_inside, "ring");
	assert_true(host_log_says("module: ring: first() returned 0 after "));
	assert_true(host_log_says("module: refuse: second() returned -19 after "));
	assert_true(host_log_says("module: a_name_of_more_than_thirty_one_: third() returned 0"));
	free((void *)name_inside);
}

/* What the rest of a module's usual lines comes to. */
MODULE_LICENSE("MIT");
MODULE_AUTHOR("somebody");
MODULE_DESCRIPTION("something");
MODULE_PARM_DESC(level, "how much");
EXPORT_SYMBOL_GPL(first);

static void notes_about_a_module_are_nothing(void **state)
{
	assert_null(THIS_MODULE);
	assert_true(try_module_get(THIS_MODULE));
	module_put(THIS_MODULE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modules_run_in_order_and_one_that_fails_stops_none),
		cmocka_unit_test(notes_about_a_module_are_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
