/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_locks.c - a lock that is used wrongly says so, and goes on; percpu, RCU
 *
 * Each misuse of spinlock.h is committed once: its counter must move by one, the others not at all.
 */
#include <arch.h>
#include <irq.h>
#include <kernel/ktest.h>
#include <kernel/rcu.h>
#include <kernel/spinlock.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/percpu.h>
#include <mm/slab.h>
#include <mm/vmalloc.h>

#define IRQ_FREE	5	/* a line that nothing here uses */

static DEFINE_SPINLOCK(lock);
static unsigned long before[NR_SPIN_MISUSES];

static void begin(void)
{
	spin_lock_init(&lock);
	memcpy(before, spin_misuses, sizeof(before));
}

/* Since begin() there was one misuse of kind @kind; NR_SPIN_MISUSES: none. */
static void expect_only(struct ktest *t, enum spin_misuse kind)
{
	for (unsigned int i = 0; i < NR_SPIN_MISUSES; i++)
		KTEST_EXPECT_EQ(t, spin_misuses[i] - before[i], i == kind);
}

KTEST(locks, proper_use_is_not_reported)
{
	unsigned long flags;

	begin();
	spin_lock_irqsave(&lock, flags);
	KTEST_EXPECT(t, arch_irqs_off() && spin_is_locked(&lock) && !spin_trylock(&lock));
	spin_unlock_irqrestore(&lock, flags);
	spin_lock(&lock);
	KTEST_EXPECT(t, !arch_irqs_off());
	spin_unlock(&lock);
	spin_lock_irq(&lock);
	KTEST_EXPECT(t, arch_irqs_off());
	spin_unlock_irq(&lock);
	KTEST_EXPECT(t, !arch_irqs_off());
	KTEST_EXPECT_EQ(t, spin_trylock_irqsave(&lock, flags), 1);
	spin_unlock_irqrestore(&lock, flags);
	expect_only(t, NR_SPIN_MISUSES);
}

KTEST(locks, unlock_of_an_unlocked_one_is_reported)
{
	begin();
	spin_unlock(&lock);
	expect_only(t, SPIN_NOT_HELD);
	KTEST_EXPECT(t, !spin_is_locked(&lock));
}

KTEST(locks, recursion_is_reported)
{
	begin();
	spin_lock(&lock);
	spin_lock(&lock);
	expect_only(t, SPIN_RECURSION);
	spin_unlock(&lock);
	KTEST_EXPECT(t, spin_is_locked(&lock));
	spin_unlock(&lock);
	KTEST_EXPECT(t, !spin_is_locked(&lock));
	expect_only(t, SPIN_RECURSION);
}

KTEST(locks, interrupts_on_at_a_release_are_reported)
{
	unsigned long flags;

	begin();
	spin_lock_irqsave(&lock, flags);
	local_irq_enable();
	spin_unlock_irqrestore(&lock, flags);
	expect_only(t, SPIN_IRQS_ON);
}

KTEST(locks, interrupts_off_before_an_unconditional_switch_are_reported)
{
	unsigned long flags;

	begin();
	local_irq_save(flags);
	spin_lock_irq(&lock);
	expect_only(t, SPIN_IRQS_OFF);
	spin_unlock_irq(&lock);
	KTEST_EXPECT(t, !irqs_disabled());	/* the harm that was reported */
	local_irq_restore(flags);
}

static void take_in_handler(void)
{
	spin_lock(&lock);
	spin_unlock(&lock);
}

/* INT does what the line would do. */
static void interrupt(void)
{
	static bool installed;

	if (!installed)
		irq_install(IRQ_FREE, take_in_handler);
	installed = true;
	__asm__ __volatile__("int %0" : : "i"(IRQ_VECTOR_BASE + IRQ_FREE));
}

KTEST(locks, a_lock_of_handlers_taken_with_interrupts_on_is_reported_once)
{
	begin();
	interrupt();
	expect_only(t, NR_SPIN_MISUSES);
	spin_lock(&lock);
	spin_unlock(&lock);
	expect_only(t, SPIN_IN_IRQ);
	interrupt();
	expect_only(t, SPIN_IN_IRQ);
}

KTEST(locks, percpu_requests_out_of_range_get_nothing)
{
	unsigned long live = percpu_live;

	KTEST_EXPECT(t, !__alloc_percpu(0, 4));
	KTEST_EXPECT(t, !__alloc_percpu(PERCPU_SIZE_MAX + 1, 4));
	KTEST_EXPECT(t, !__alloc_percpu(16, 24));
	KTEST_EXPECT(t, !__alloc_percpu(16, 2 * PAGE_SIZE));
	KTEST_EXPECT_EQ(t, percpu_live, live);
}

/* --- RCU ------------------------------------------------------------------------------------- */

struct node {
	int value;
	struct rcu_head rcu;
};

static unsigned int freed;

static void count_free(struct rcu_head *head)
{
	freed++;
	kfree(container_of(head, struct node, rcu));
}

KTEST(rcu, callbacks_wait_for_the_outermost_reader)
{
	struct node *node = kzalloc(sizeof(*node), GFP_KERNEL);
	struct node *other = kzalloc(sizeof(*other), GFP_KERNEL);

	KTEST_REQUIRE(t, node && other);
	freed = 0;
	rcu_read_lock();
	rcu_read_lock();
	KTEST_EXPECT(t, rcu_read_lock_held());
	call_rcu(&node->rcu, count_free);
	call_rcu(&other->rcu, count_free);
	rcu_read_unlock();
	KTEST_EXPECT_EQ(t, freed, 0);
	node->value = 1;
	rcu_read_unlock();
	KTEST_EXPECT_EQ(t, freed, 2);
	KTEST_EXPECT(t, !rcu_read_lock_held());
}

KTEST(rcu, without_a_reader_memory_is_free_at_once)
{
	struct node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	KTEST_REQUIRE(t, node);
	freed = 0;
	call_rcu(&node->rcu, count_free);
	KTEST_EXPECT_EQ(t, freed, 1);
	node = kmalloc(sizeof(*node), GFP_KERNEL);
	rcu_read_lock();
	kvfree_rcu(node, rcu);
	node->value = 2;
	rcu_read_unlock();
	kvfree_rcu(vmalloc(PAGE_SIZE));
	synchronize_rcu();
}
