/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_atomic.c - the kernel's atomic operations against plain arithmetic
 *
 * Other host tests have the compiler's atomics; this one compiles the instructions that the
 * kernel has. CLI, which a process may not have, ends in a SIGSEGV: its handler counts it and
 * goes on behind it. So the test also sees which operations keep interrupts out, and POPF does
 * nothing that a process sees.
 *
 * LINK:
 */
#include <support.h>
#include <test_random.h>
#include <signal.h>
#include <sys/time.h>
#include <ucontext.h>

#ifdef LIB_ATOMIC_H
#error "lib/atomic.h is there already, without the kernel's half"
#endif
#undef FLAGSTONE_HOST
#include <lib/atomic_forms.h>
#include <lib/limits.h>

#define CLI		0xFA
#define OPERATIONS	200000u

static volatile unsigned int clis;

static void step_over_cli(int sig, siginfo_t *info, void *context)
{
	greg_t *eip = &((ucontext_t *)context)->uc_mcontext.gregs[REG_EIP];

	if (*(u8 *)*eip != CLI) {		/* a real one: again, and for good */
		signal(SIGSEGV, SIG_DFL);
		return;
	}
	clis++;
	++*eip;
}

static void traps_on(void)
{
	struct sigaction action = { .sa_sigaction = step_over_cli, .sa_flags = SA_SIGINFO };

	assert_int_equal(sigaction(SIGSEGV, &action, NULL), 0);
}

/* --- 32 bits: wrapping is meant --------------------------------------------------------------- */

#define SUM(a, b)	((int)((u32)(a) + (u32)(b)))
#define DIFFERENCE(a, b) ((int)((u32)(a) - (u32)(b)))

/* One operation that gives nothing; what it leaves. */
static int change(atomic_t *v, int i)
{
	int old = v->counter;

	switch (random_below(9)) {
	case 0: atomic_add(i, v); return SUM(old, i);
	case 1: atomic_sub(i, v); return DIFFERENCE(old, i);
	case 2: atomic_inc(v); return SUM(old, 1);
	case 3: atomic_dec(v); return DIFFERENCE(old, 1);
	case 4: atomic_and(i, v); return old & i;
	case 5: atomic_or(i, v); return old | i;
	case 6: atomic_xor(i, v); return old ^ i;
	case 7: atomic_andnot(i, v); return old & ~i;
	default: atomic_set(v, i); return i;
	}
}

static int change_and_tell(atomic_t *v, int i)
{
	int old = v->counter, less = DIFFERENCE(old, i), last = DIFFERENCE(old, 1);

	switch (random_below(14)) {
	case 0: assert_int_equal(atomic_add_return(i, v), SUM(old, i)); return SUM(old, i);
	case 1: assert_int_equal(atomic_sub_return(i, v), less); return less;
	case 2: assert_int_equal(atomic_inc_return(v), SUM(old, 1)); return SUM(old, 1);
	case 3: assert_int_equal(atomic_dec_return(v), last); return last;
	case 4: assert_int_equal(atomic_fetch_add(i, v), old); return SUM(old, i);
	case 5: assert_int_equal(atomic_fetch_sub(i, v), old); return DIFFERENCE(old, i);
	case 6: assert_int_equal(atomic_fetch_inc(v), old); return SUM(old, 1);
	case 7: assert_int_equal(atomic_fetch_dec(v), old); return DIFFERENCE(old, 1);
	case 8: assert_int_equal(atomic_fetch_and(i, v), old); return old & i;
	case 9: assert_int_equal(atomic_fetch_or(i, v), old); return old | i;
	case 10: assert_int_equal(atomic_fetch_xor(i, v), old); return old ^ i;
	case 11: assert_int_equal(atomic_xchg(v, i), old); return i;
	case 12: assert_int_equal(atomic_read(v), old); return old;
	default: assert_int_equal(atomic_read_acquire(v), old); atomic_set_release(v, i); return i;
	}
}

/* The rarer ones, and each order once. */
static int change_in_order(atomic_t *v, int i)
{
	int old = v->counter;

	switch (random_below(9)) {
	case 0: assert_int_equal(atomic_fetch_andnot_relaxed(i, v), old); return old & ~i;
	case 1: assert_int_equal(atomic_add_return_acquire(i, v), SUM(old, i)); return SUM(old, i);
	case 2: assert_int_equal(atomic_fetch_sub_release(i, v), old); return DIFFERENCE(old, i);
	case 3: assert_int_equal(atomic_inc_return_relaxed(v), SUM(old, 1)); return SUM(old, 1);
	case 4: assert_int_equal(atomic_xchg_release(v, i), old); return i;
	case 5: assert_int_equal(atomic_cmpxchg_acquire(v, SUM(old, 1), i), old); return old;
	case 6: assert_true(atomic_try_cmpxchg_relaxed(v, &old, i)); return i;
	case 7:
		assert_int_equal(atomic_inc_unless_negative(v), old >= 0);
		return old >= 0 ? SUM(old, 1) : old;
	default:
		assert_int_equal(atomic_dec_unless_positive(v), old <= 0);
		return old <= 0 ? DIFFERENCE(old, 1) : old;
	}
}

/* Truths about the result; they take the condition codes of the instruction itself. */
static int change_and_test(atomic_t *v, int i)
{
	int old = v->counter, wrong = SUM(old, 1), seen = old, sum = SUM(old, i);

	switch (random_below(10)) {
	case 0: assert_int_equal(atomic_sub_and_test(i, v), old == i); return DIFFERENCE(old, i);
	case 1: assert_int_equal(atomic_inc_and_test(v), old == -1); return SUM(old, 1);
	case 2: assert_int_equal(atomic_dec_and_test(v), old == 1); return DIFFERENCE(old, 1);
	case 3: assert_int_equal(atomic_add_negative(i, v), SUM(old, i) < 0); return SUM(old, i);
	case 4: assert_int_equal(atomic_add_unless(v, i, 7), old != 7); return old == 7 ? 7 : sum;
	case 5: assert_int_equal(atomic_inc_not_zero(v), old != 0); return old ? SUM(old, 1) : 0;
	case 6: assert_int_equal(atomic_cmpxchg(v, old, i), old); return i;
	case 7: assert_int_equal(atomic_cmpxchg(v, wrong, i), old); return old;
	case 8:
		assert_false(atomic_try_cmpxchg(v, &wrong, i));
		assert_int_equal(wrong, old);
		assert_true(atomic_try_cmpxchg(v, &seen, i));
		return i;
	default:
		assert_int_equal(atomic_dec_if_positive(v), DIFFERENCE(old, 1));
		return old > 0 ? old - 1 : old;
	}
}

static void operations_agree_with_arithmetic(void **state)
{
	static int (*const one[])(atomic_t *v, int i) = {
		change, change_and_tell, change_and_test, change_in_order,
	};
	atomic_t v = ATOMIC_INIT(7);

	traps_on();
	assert_int_equal(v.counter, 7);
	for (unsigned int n = 0; n < OPERATIONS; n++) {
		int i = random_below(8) ? (int)random_edgy64() : v.counter, want;

		if (!random_below(4))
			v.counter = (int)random_below(9) - 1;
		want = one[random_below(4)](&v, i);
		assert_int_equal(v.counter, want);
	}
}

static void what_is_no_single_instruction_keeps_interrupts_out(void **state)
{
	atomic_t v = ATOMIC_INIT(5);
	atomic64_t w = ATOMIC64_INIT(5);
	unsigned int before;

	traps_on();
	before = clis;
	change(&v, 3);
	atomic_dec_and_test(&v);
	atomic_inc_and_test(&v);
	atomic_add_negative(1, &v);
	atomic_xchg(&v, 4);
	assert_int_equal(clis, before);
	atomic_fetch_add(1, &v);
	atomic_cmpxchg(&v, 5, 6);
	atomic64_fetch_add(1, &w);
	atomic64_cmpxchg(&w, 6, 7);
	assert_int_equal(clis, before + 4);
	assert_int_equal(v.counter, 6);
	assert_int_equal(w.counter, 7);
}

static atomic_t shared;
static volatile unsigned int signals;

static void interrupt(int sig)
{
	atomic_add(1000, &shared);
	atomic_sub_and_test(999, &shared);
	signals++;
}

/* A signal comes between any two instructions, as an interrupt does. No sum may be lost. */
static void an_interrupt_between_two_instructions_is_not_lost(void **state)
{
	const struct itimerval often = { { 0, 200 }, { 0, 200 } }, off = { { 0, 0 }, { 0, 0 } };
	void (*before)(int) = signal(SIGALRM, interrupt);
	time_t end = time(NULL) + 20;
	u32 sum = 0;

	assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
	while (signals < 400 && time(NULL) < end)
		for (unsigned int i = 0; i < 2000; i++, sum += 4) {
			atomic_add(6, &shared);
			atomic_dec(&shared);
			atomic_dec_and_test(&shared);
		}
	assert_int_equal(setitimer(ITIMER_REAL, &off, NULL), 0);
	signal(SIGALRM, before);
	assert_true(signals >= 20);
	assert_int_equal((u32)shared.counter, sum + signals);
}

/* --- 64 bits ---------------------------------------------------------------------------------- */

static s64 change64(atomic64_t *v, s64 i)
{
	s64 old = v->counter, sum = (s64)((u64)old + (u64)i), less = (s64)((u64)old - (u64)i);
	s64 next = (s64)((u64)old + 1), last = (s64)((u64)old - 1);

	switch (random_below(16)) {
	case 0: atomic64_add(i, v); return sum;
	case 1: atomic64_sub(i, v); return less;
	case 2: atomic64_inc(v); return next;
	case 3: atomic64_dec(v); return last;
	case 4: assert_true(atomic64_add_return(i, v) == sum); return sum;
	case 5: assert_true(atomic64_sub_return(i, v) == less); return less;
	case 6: assert_true(atomic64_inc_return(v) == next); return next;
	case 7: assert_true(atomic64_dec_return(v) == last); return last;
	case 8: assert_true(atomic64_fetch_add(i, v) == old); return sum;
	case 9: assert_true(atomic64_fetch_inc(v) == old); return next;
	case 10: assert_int_equal(atomic64_inc_and_test(v), old == -1); return next;
	case 11: assert_int_equal(atomic64_dec_and_test(v), old == 1); return last;
	case 12: assert_int_equal(atomic64_add_negative(i, v), sum < 0); return sum;
	case 13: assert_true(atomic64_xchg(v, i) == old); return i;
	case 14: assert_true(atomic64_cmpxchg(v, next, i) == old); return old;
	default:
		assert_true(atomic64_read(v) == old && atomic64_cmpxchg(v, old, i) == old);
		atomic64_set(v, i);
		return i;
	}
}

static s64 change64_more(atomic64_t *v, s64 i)
{
	s64 old = v->counter, seen = old, sum = (s64)((u64)old + (u64)i);
	s64 next = (s64)((u64)old + 1), last = (s64)((u64)old - 1), less = (s64)((u64)old - (u64)i);

	switch (random_below(14)) {
	case 0: atomic64_and(i, v); return old & i;
	case 1: atomic64_or(i, v); return old | i;
	case 2: atomic64_xor(i, v); return old ^ i;
	case 3: atomic64_andnot(i, v); return old & ~i;
	case 4: assert_true(atomic64_fetch_sub(i, v) == old); return less;
	case 5: assert_true(atomic64_fetch_dec_relaxed(v) == old); return last;
	case 6: assert_int_equal(atomic64_sub_and_test(i, v), old == i); return less;
	case 7: assert_int_equal(atomic64_add_unless(v, i, 1), old != 1); return old == 1 ? 1 : sum;
	case 8: assert_int_equal(atomic64_inc_not_zero(v), old != 0); return old ? next : 0;
	case 9: assert_true(atomic64_dec_if_positive(v) == last); return old > 0 ? last : old;
	case 10:
		assert_int_equal(atomic64_inc_unless_negative(v), old >= 0);
		return old < 0 ? old : next;
	case 11:
		assert_int_equal(atomic64_dec_unless_positive(v), old <= 0);
		return old > 0 ? old : last;
	case 12:
		seen = next;
		assert_false(atomic64_try_cmpxchg(v, &seen, i));
		assert_true(seen == old);
		return old;
	default: assert_true(atomic64_try_cmpxchg_acquire(v, &seen, i)); return i;
	}
}

static void operations_of_64_bits_agree_too(void **state)
{
	atomic64_t v = ATOMIC64_INIT(-1);

	traps_on();
	for (unsigned int n = 0; n < OPERATIONS / 4; n++) {
		s64 i = random_edgy64(), want;

		if (!random_below(4))
			v.counter = (s64)random_below(4) - 2;
		want = random_below(2) ? change64(&v, i) : change64_more(&v, i);
		assert_true(v.counter == want);
	}
}

static void words_are_exchanged_as_counters_are(void **state)
{
	u32 word = 3;
	char *text = "a", *other = "b";

	traps_on();
	assert_int_equal(xchg(&word, U32_MAX), 3);
	assert_int_equal(cmpxchg(&word, 3u, 5u), U32_MAX);
	assert_int_equal(cmpxchg(&word, U32_MAX, 5u), U32_MAX);
	assert_int_equal(word, 5);
	assert_string_equal(xchg(&text, other), "a");
	assert_ptr_equal(text, other);
}

static void longs_are_counters_of_32_bits(void **state)
{
	atomic_long_t v = ATOMIC_LONG_INIT(3);
	long old = 5;

	traps_on();
	atomic_long_add(4, &v);
	atomic_long_sub(1, &v);
	atomic_long_inc(&v);
	atomic_long_dec(&v);
	assert_int_equal(atomic_long_read(&v), 6);
	assert_int_equal(atomic_long_add_return(2, &v), 8);
	assert_int_equal(atomic_long_sub_return(2, &v), 6);
	assert_int_equal(atomic_long_inc_return(&v), 7);
	assert_int_equal(atomic_long_dec_return(&v), 6);
	assert_int_equal(atomic_long_fetch_add(1, &v), 6);
	assert_int_equal(atomic_long_cmpxchg(&v, 7, 1), 7);
	assert_true(atomic_long_dec_and_test(&v));
	assert_false(atomic_long_inc_and_test(&v));
	assert_int_equal(atomic_long_xchg(&v, LONG_MIN), 1);
	assert_int_equal(atomic_long_fetch_or_relaxed(7, &v), LONG_MIN);
	assert_int_equal(atomic_long_sub_return_release(7, &v), LONG_MIN);
	atomic_long_set(&v, 5);
	assert_true(atomic_long_try_cmpxchg(&v, &old, 6) && !atomic_long_try_cmpxchg(&v, &old, 7));
	assert_int_equal(old, 6);
	assert_true(atomic_long_add_unless(&v, -6, 5) && !atomic_long_inc_not_zero(&v));
	atomic_long_set(&v, -1);
	assert_true(atomic_long_inc_and_test(&v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_agree_with_arithmetic),
		cmocka_unit_test(what_is_no_single_instruction_keeps_interrupts_out),
		cmocka_unit_test(an_interrupt_between_two_instructions_is_not_lost),
		cmocka_unit_test(operations_of_64_bits_agree_too),
		cmocka_unit_test(words_are_exchanged_as_counters_are),
		cmocka_unit_test(longs_are_counters_of_32_bits),
	};

	random_begin("test_atomic");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
