/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_support.c - the ground under the host tests carries
 *
 * LINK:
 */
#include <support.h>

#include <arch.h>
#include <lib/bug.h>
#include <lib/printk.h>
#include <mm/layout.h>

static void panic_is_caught_with_its_sentence(void **state)
{
	expect_panic_saying("wanted 3, had 2", panic("wanted %d, had %d", 3, 2));
	expect_panic_saying("1 + 1 == 2", BUG_ON(1 + 1 == 2));
	BUG_ON(1 + 1 == 3);
}

static void warnings_are_counted(void **state)
{
	assert_true(WARN_ON(1 + 1 == 2));
	assert_false(WARN_ON(1 + 1 == 3));
	assert_true(WARN(1, "seven is %d", 7));
	assert_int_equal(host_warnings_take(), 2);
	assert_int_equal(host_warnings_take(), 0);
	assert_true(host_log_says("seven is 7"));
}

static void the_log_leaves_levels_out(void **state)
{
	host_log_clear();
	pr_err("one %s", "two\n");
	pr_cont("three\n");
	assert_string_equal(host_log, "one two\nthree\n");
}

static void interrupts_are_a_flag(void **state)
{
	unsigned long outer = arch_irq_save(), inner = arch_irq_save();

	assert_true(arch_irqs_off());
	arch_irq_restore(inner);
	assert_true(arch_irqs_off());
	arch_irq_restore(outer);
	assert_false(arch_irqs_off());
}

static void memory_is_where_the_macros_say(void **state)
{
	unsigned char *p;

	host_ram_init(64UL << 20);
	p = __va(0x123456);
	*p = 7;
	assert_int_equal(host_ram[0x123456], 7);
	assert_int_equal(__pa(p), 0x123456);
	assert_int_equal((unsigned long)host_ram % (4UL << 20), 0);
	assert_int_equal(*(unsigned char *)__va((64UL << 20) - 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(panic_is_caught_with_its_sentence),
		cmocka_unit_test(warnings_are_counted),
		cmocka_unit_test(the_log_leaves_levels_out),
		cmocka_unit_test(interrupts_are_a_flag),
		cmocka_unit_test(memory_is_where_the_macros_say),
	};

	return cmocka_run_group_tests_name("support", tests, NULL, NULL);
}
