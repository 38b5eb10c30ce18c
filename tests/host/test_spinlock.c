/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_spinlock.c - locks against the table of misuses in include/kernel/spinlock.h
 *
 * The model is that table as a state machine: how many times a lock is held, whether handlers and
 * others have taken it, and the interrupt flag. Random calls, right and wrong ones; after each, the
 * lock, the flag and every counter of misuses must be the model's.
 *
 * LINK: kernel/spinlock.c
 */
#include <support.h>
#include <chance.h>

#include <arch.h>
#include <kernel/smp.h>
#include <kernel/spinlock.h>

#define OPERATIONS	200000u
#define LOCKS		4u

static spinlock_t lock[LOCKS];

static struct model {
	unsigned int held;
	bool by_handlers, by_others, reported;
} model[LOCKS];

static bool irqs_off;
static unsigned long misuses[NR_SPIN_MISUSES];

/* --- the model -------------------------------------------------------------------------------- */

static void model_take(struct model *m)
{
	if (host_in_irq)
		m->by_handlers = true;
	else if (!irqs_off)
		m->by_others = true;
	if (m->by_handlers && m->by_others && !m->reported) {
		m->reported = true;
		misuses[SPIN_IN_IRQ]++;
	}
	misuses[SPIN_RECURSION] += m->held != 0;
	m->held++;
}

static void model_release(struct model *m)
{
	if (m->held)
		m->held--;
	else
		misuses[SPIN_NOT_HELD]++;
}

/* --- calls ------------------------------------------------------------------------------------ */

static void take(unsigned int i)
{
	struct model *m = &model[i];
	unsigned long flags;
	bool before = irqs_off;

	switch (chance_below(4)) {
	case 0:
		model_take(m);
		spin_lock(&lock[i]);
		break;
	case 1:
		model_take(m);
		spin_lock_bh(&lock[i]);
		break;
	case 2:
		misuses[SPIN_IRQS_OFF] += irqs_off;
		irqs_off = true;
		model_take(m);
		spin_lock_irq(&lock[i]);
		break;
	default:
		irqs_off = true;
		model_take(m);
		spin_lock_irqsave(&lock[i], flags);
		assert_int_equal(flags, before);
	}
}

static void try_to_take(unsigned int i)
{
	struct model *m = &model[i];
	bool is_free = !m->held, before = irqs_off;
	unsigned int call = chance_below(4);
	unsigned long flags = 0;

	if (is_free) {
		irqs_off |= call >= 2;
		model_take(m);
	}
	switch (call) {
	case 0:
		assert_int_equal(spin_trylock(&lock[i]), is_free);
		break;
	case 1:
		assert_int_equal(spin_trylock_bh(&lock[i]), is_free);
		break;
	case 2:
		assert_int_equal(spin_trylock_irq(&lock[i]), is_free);
		break;
	default:
		assert_int_equal(spin_trylock_irqsave(&lock[i], flags), is_free);
		assert_int_equal(flags, before);
	}
}

static void release(unsigned int i)
{
	unsigned int call = chance_below(4);
	bool flags = chance_below(2);

	model_release(&model[i]);
	if (call >= 2) {
		misuses[SPIN_IRQS_ON] += !irqs_off;
		irqs_off = call == 3 && flags;
	}
	switch (call) {
	case 0:
		spin_unlock(&lock[i]);
		break;
	case 1:
		spin_unlock_bh(&lock[i]);
		break;
	case 2:
		spin_unlock_irq(&lock[i]);
		break;
	default:
		spin_unlock_irqrestore(&lock[i], flags);
	}
}

static void set_interrupts(void)
{
	unsigned long flags;

	switch (chance_below(4)) {
	case 0:
		local_irq_enable();
		irqs_off = false;
		break;
	case 1:
		local_irq_disable();
		irqs_off = true;
		break;
	case 2:
		local_irq_save(flags);
		assert_int_equal(flags, irqs_off);
		assert_true(irqs_disabled());
		local_irq_restore(flags);
		break;
	default:
		host_in_irq = irqs_off && chance_below(2);	/* handlers have them off */
	}
}

static void start_again(unsigned int i)
{
	spin_lock_init(&lock[i]);
	model[i] = (struct model) { 0 };
}

static void random_calls_agree_with_the_table(void **state)
{
	for (unsigned int n = 0; n < OPERATIONS; n++) {
		unsigned int i = chance_below(LOCKS);

		switch (chance_below(16)) {
		case 0:
			start_again(i);
			break;
		case 1: case 2: case 3:
			set_interrupts();
			break;
		case 4: case 5: case 6: case 7:
			take(i);
			break;
		case 8: case 9:
			try_to_take(i);
			break;
		default:
			release(i);
		}
		if (!irqs_off)
			host_in_irq = false;
		assert_int_equal(irqs_disabled(), irqs_off);
		assert_int_equal(in_interrupt(), host_in_irq);
		assert_int_equal(lock[i].held & 0xff, model[i].held & 0xff);
		assert_int_equal(spin_is_locked(&lock[i]), model[i].held != 0);
		assert_memory_equal(spin_misuses, misuses, sizeof(misuses));
		if (model[i].held > 100)
			start_again(i);
	}
	for (unsigned int i = 0; i < NR_SPIN_MISUSES; i++)
		assert_true(misuses[i] > 100);
	host_in_irq = false;
	local_irq_enable();
}

static void a_report_names_the_lock_and_what_happened(void **state)
{
	DEFINE_SPINLOCK(mine);
	spinlock_t nameless = { 0 };

	host_log_clear();
	spin_lock(&mine);
	spin_lock(&mine);
	assert_true(host_log_says("spinlock: mine at ") && host_log_says("taken while it is held"));
	assert_true(host_log_says("; last taken by "));
	spin_unlock(&mine);
	spin_unlock(&mine);
	spin_unlock(&mine);
	assert_true(host_log_says("released while it is not held"));
	host_log_clear();
	spin_unlock(&nameless);
	assert_true(host_log_says("(no name)") && !host_log_says("last taken"));
	local_irq_disable();
	spin_lock_irq(&mine);
	assert_true(host_log_says("taken by _irq when interrupts are off already"));
	local_irq_enable();
	spin_unlock_irq(&mine);
	assert_true(host_log_says("released with interrupts on"));
}

static void asserting_a_lock_that_is_free_is_an_error(void **state)
{
	DEFINE_SPINLOCK(mine);

	expect_panic(assert_spin_locked(&mine));
	lockdep_assert_held(&mine);
	assert_int_equal(host_warnings_take(), 1);
	spin_lock(&mine);
	assert_spin_locked(&mine);
	lockdep_assert_held(&mine);
	spin_unlock(&mine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_calls_agree_with_the_table),
		cmocka_unit_test(a_report_names_the_lock_and_what_happened),
		cmocka_unit_test(asserting_a_lock_that_is_free_is_an_error),
	};

	chance_start("test_spinlock");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
