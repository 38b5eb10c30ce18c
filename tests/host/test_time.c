/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_time.c - cycles as nanoseconds against division of 128 bits' worth
 *
 * The machine's clock is a variable that moves on by a step with each look, so that waiting ends.
 * The model divides: ns = cycles * 10^9 / hz, exact to the nanosecond; the kernel's line may
 * differ by one part in a million, which is what its 22 bits of slope promise.
 *
 * LINK: kernel/time.c lib/div64.c
 */
#include <support.h>
#include <chance.h>

#include <kernel/time.h>
#include <lib/kernel.h>

static u64 now, step, hz, refined_hz;

volatile unsigned long jiffies;

u64 arch_cycles(void)
{
	return now += step;
}

u64 arch_cycles_hz(void)
{
	return hz;
}

bool arch_cycles_refine(void)
{
	if (refined_hz)
		hz = refined_hz;
	return refined_hz;
}

/* cycles * 10^9 / hz, the high and the low part of the product divided one after the other. */
static u64 model_ns(u64 cycles)
{
	u64 seconds = cycles / hz, rest = cycles % hz;

	return seconds * NSEC_PER_SEC + rest * NSEC_PER_SEC / hz;
}

static void set_clock(u64 new_hz)
{
	refined_hz = new_hz;
	step = 0;
	ktime_refine();
	refined_hz = 0;
}

static void assert_about(u64 got, u64 want)
{
	assert_true((got > want ? got - want : want - got) <= 2 + want / 1000000);
}

static const u64 clocks[] = {
	1193182, 1000000, 4770000, 33333333, 100000000, 1000000007, 3999999999, 4200000000,
};

static void cycles_are_converted_at_every_speed(void **state)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(clocks); i++) {
		set_clock(clocks[i]);
		for (unsigned int n = 0; n < 1000; n++) {
			u64 cycles = (chance_u64() >> 8) % (hz << 20);	/* up to 12 days */

			assert_about(cycles_to_ns(cycles), model_ns(cycles));
		}
	}
	set_clock(1000);			/* slower than can be: taken for 1 MHz */
	assert_int_equal(cycles_to_ns(1), 1000);
}

static void time_goes_on_by_what_the_clock_says_and_has_no_step(void **state)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(clocks); i++) {
		u64 before = ktime_get_ns(), cycles = chance_u64() >> 24;

		set_clock(clocks[i]);
		assert_in_range(ktime_get_ns(), before, before + 1);
		before = ktime_get_ns();
		now += cycles;
		assert_about(ktime_get_ns() - before, model_ns(cycles));
		assert_true(ktime_get() >= (ktime_t)before);
	}
	refined_hz = 0;				/* nothing better is known: nothing changes */
	ktime_refine();
	assert_int_equal(get_cycles(), now);
}

static void delays_last_as_long_as_asked_and_one_look_more(void **state)
{
	static const unsigned long usecs[] = { 0, 1, 7, 1000, 123456 };

	for (unsigned int i = 0; i < ARRAY_SIZE(clocks); i++)
		for (unsigned int n = 0; n < ARRAY_SIZE(usecs); n++) {
			u64 start = now, look;

			set_clock(clocks[i]);
			step = look = 1 + hz / 100000;
			udelay(usecs[n]);
			step = 0;
			assert_in_range(now - start, (u64)(usecs[n] * (hz / 1000000.0) * 0.999999),
					(u64)(usecs[n] * (hz / 1000000.0) * 1.000001) + 3 * look);
		}
	set_clock(1000000);
	step = 100;
	now = 0;
	mdelay(5);
	assert_in_range(now, 5000, 5000 + 3 * 100);
	ndelay(1001);
	msleep(1);
	ssleep(1);
	fsleep(10);
	usleep_range(10, 20);
	step = 0;
	assert_in_range(now, 5000 + 1001000, 5000 + 1001022 + 6 * 300);
}

static void differences_round_towards_zero(void **state)
{
	for (unsigned int n = 0; n < 100000; n++) {
		s64 a = (s64)chance_u64() / 4, b = (s64)chance_u64() / 4;

		assert_true(ktime_us_delta(a, b) == (a - b) / 1000);
		assert_true(ktime_ms_delta(a, b) == (a - b) / 1000 / 1000);
		assert_true(ktime_to_us(a) == a / 1000 && ktime_to_ms(b) == b / 1000000);
		assert_true(ktime_sub(a, b) == a - b && ktime_add(a, b) == a + b);
		assert_int_equal(ktime_after(a, b), a > b);
		assert_int_equal(ktime_before(a, b), a < b);
	}
	assert_true(ktime_set(3, 7) == 3000000007ll && ktime_add_us(1, 2) == 2001);
	assert_true(ktime_add_ms(0, 5000) == 5000000000ll && ktime_sub_ns(5, 7) == -2);
}

static void jiffies_compare_over_a_wrap(void **state)
{
	for (unsigned int n = 0; n < 100000; n++) {
		u32 a = chance(), distance = chance() >> 1;
		unsigned long b = a + distance;

		assert_int_equal(time_after(b, a), distance != 0);
		assert_int_equal(time_before(a, b), distance != 0);
		assert_true(time_after_eq(b, a) && time_before_eq(a, b));
	}
	assert_int_equal(msecs_to_jiffies(0), 0);
	assert_int_equal(msecs_to_jiffies(1), 1);
	assert_int_equal(msecs_to_jiffies(1000), HZ);
	assert_int_equal(usecs_to_jiffies(1000001), HZ + 1);
	assert_int_equal(jiffies_to_msecs(HZ), 1000);
}

static void refining_is_logged_with_both_speeds(void **state)
{
	set_clock(33000000);
	refined_hz = 33333333;
	host_log_clear();
	time_refine();
	refined_hz = 0;
	assert_true(host_log_says("33333333 cycles a second, first measured as 33000000"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cycles_are_converted_at_every_speed),
		cmocka_unit_test(time_goes_on_by_what_the_clock_says_and_has_no_step),
		cmocka_unit_test(delays_last_as_long_as_asked_and_one_look_more),
		cmocka_unit_test(differences_round_towards_zero),
		cmocka_unit_test(jiffies_compare_over_a_wrap),
		cmocka_unit_test(refining_is_logged_with_both_speeds),
	};

	hz = 1000000;
	chance_start("test_time");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
