// SPDX-License-Identifier: MIT
/*
 * tests/api/machine.c - atomics, locks, per-CPU variables, time and random numbers
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/prandom.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timex.h>
#include <linux/vmalloc.h>

#include "check.h"

static DEFINE_SPINLOCK(lock);
static DEFINE_PER_CPU(int, counter);

struct counters {
	u64 hits, misses;
};

static void __init atomics(void)
{
	atomic_t v = ATOMIC_INIT(3);
	unsigned long word = 3;

	atomic_inc(&v);
	CHECK(atomic_read(&v) == 4 && atomic_add_return(6, &v) == 10);
	CHECK(atomic_cmpxchg(&v, 10, 1) == 10 && atomic_dec_and_test(&v));
	CHECK(atomic_xchg(&v, 7) == 0 && !atomic_add_unless(&v, 1, 7));
	CHECK(atomic_fetch_or(8, &v) == 7 && atomic_fetch_and(9, &v) == 15 && atomic_read(&v) == 9);
	CHECK(atomic_fetch_xor(1, &v) == 9 && atomic_read(&v) == 8);
	CHECK(xchg(&word, 5ul) == 3 && cmpxchg(&word, 5ul, 6ul) == 5 && word == 6);
	CHECK(cmpxchg(&word, 5ul, 7ul) == 6 && smp_load_acquire(&word) == 6);
}

static void __init locks(void)
{
	unsigned long flags, inner;
	spinlock_t own;

	spin_lock_init(&own);
	CHECK(!irqs_disabled());
	spin_lock_irqsave(&lock, flags);
	CHECK(irqs_disabled() && spin_is_locked(&lock) && !spin_trylock(&lock));
	spin_lock_irqsave(&own, inner);
	spin_unlock_irqrestore(&own, inner);
	CHECK(irqs_disabled());
	spin_unlock_irqrestore(&lock, flags);
	CHECK(!irqs_disabled() && !spin_is_locked(&lock));
	spin_lock_irq(&own);
	spin_unlock_irq(&own);
	spin_lock_bh(&own);
	spin_unlock_bh(&own);
	CHECK(spin_trylock(&own));
	spin_unlock(&own);
	CHECK(!irqs_disabled() && !in_interrupt());
}

/* 35,000 of random size and alignment at once, as test_vmalloc's per-CPU case wants them. */
static void __init per_cpu_variables(void)
{
	unsigned int nr = totalram_pages() > 20000 ? 35000 : 2000, i, got = 0;
	void __percpu **all = vzalloc(nr * sizeof(*all));
	struct counters __percpu *one = alloc_percpu(struct counters);
	int cpu;

	CHECK(all && one);
	for (i = 0; i < nr; i++) {
		size_t size = 1 + get_random_u32() % 1024;
		size_t align = 1u << (1 + get_random_u32() % 11);

		all[i] = __alloc_percpu(size, align);
		if (!all[i])
			continue;
		got++;
		CHECK(IS_ALIGNED((unsigned long)all[i], align));
		CHECK(!memchr_inv(per_cpu_ptr(all[i], 0), 0, size));
		memset(per_cpu_ptr(all[i], 0), 0xa5, size);
	}
	CHECK(got == nr);
	for (i = 0; i < nr; i++)
		free_percpu(all[i]);
	vfree(all);

	for_each_possible_cpu(cpu)
		per_cpu_ptr(one, cpu)->hits++;
	this_cpu_inc(counter);
	CHECK(this_cpu_ptr(one)->hits == num_online_cpus() && per_cpu(counter, 0) == 1);
	free_percpu(one);
	free_percpu(NULL);
}

static void __init clocks(void)
{
	ktime_t start = ktime_get();
	cycles_t cycles = get_cycles();

	udelay(300);
	mdelay(1);
	CHECK(ktime_us_delta(ktime_get(), start) >= 1300 && get_cycles() > cycles);
	CHECK(ktime_to_us(ktime_add_us(ktime_set(1, 0), 5)) == 1000005 && msecs_to_jiffies(1) == 1);
	CHECK(ktime_to_ms(ktime_set(2, 999999)) == 2000 && time_after(1ul, ~0ul));
	cond_resched();
	CHECK(smp_processor_id() == 0 && num_online_cpus() == 1);
}

static void __init random_numbers(void)
{
	struct rnd_state a, b;
	u32 x, or = 0;
	int i;

	prandom_seed_state(&a, 42);
	prandom_seed_state(&b, 42);
	for (i = 0; i < 100; i++) {
		x = prandom_u32_state(&a);
		CHECK(x == prandom_u32_state(&b));
		or |= x ^ get_random_u32();
		CHECK(prandom_u32_max(10) < 10);
	}
	CHECK(or == ~0u);
}

static int __init machine_init(void)
{
	atomics();
	locks();
	per_cpu_variables();
	clocks();
	random_numbers();
	return check_result();
}
module_init(machine_init);
MODULE_LICENSE("GPL");
