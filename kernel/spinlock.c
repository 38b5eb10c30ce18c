// SPDX-License-Identifier: MIT
/*
 * kernel/spinlock.c - locks on one CPU: interrupts off, and misuse reported
 *
 *	      take()            held 0 -> 1, owner = caller
 *	free ---------> held
 *	     <---------         held 1 -> 0
 *	      release()
 *
 * A lock in the wrong state is a mistake of the program, never a wait: the only other thing that runs
 * is an interrupt handler, and that runs to its end. The rules are the table in spinlock.h; the last
 * of them is the one that a test seldom meets, so it is told from what each lock has seen so far:
 *
 *	SEEN_IRQS_ON   taken outside handlers with interrupts on      both: an interrupt may come
 *	SEEN_IN_IRQ    taken inside a handler                         while it is held
 */
#include <arch.h>
#include <kernel/spinlock.h>
#include <lib/printk.h>

#define SEEN_IRQS_ON	1
#define SEEN_IN_IRQ	2
#define SEEN_BOTH	(SEEN_IRQS_ON | SEEN_IN_IRQ)
#define SEEN_REPORTED	4

unsigned long spin_misuses[NR_SPIN_MISUSES];

static noinline __cold void report(const spinlock_t *lock, enum spin_misuse misuse,
				   unsigned long caller)
{
	static const char *const words[NR_SPIN_MISUSES] = {
		[SPIN_RECURSION] = "taken while it is held",
		[SPIN_NOT_HELD] = "released while it is not held",
		[SPIN_IRQS_ON] = "held without interrupts, released with interrupts on",
		[SPIN_IRQS_OFF] = "taken by _irq when interrupts are off already",
		[SPIN_IN_IRQ] = "taken in interrupt handlers and with interrupts on",
	};

	spin_misuses[misuse]++;
	pr_err("spinlock: %s at %px: %s, by %pS", lock->name ? lock->name : "(no name)", lock,
	       words[misuse], (void *)caller);
	if (lock->owner)
		pr_cont("; last taken by %pS", (void *)lock->owner);
	pr_cont("\n");
	dump_stack();
}

static void take(spinlock_t *lock, unsigned long caller)
{
	if (arch_in_irq())
		lock->seen |= SEEN_IN_IRQ;
	else if (!arch_irqs_off())
		lock->seen |= SEEN_IRQS_ON;
	if (unlikely(lock->seen == SEEN_BOTH)) {
		lock->seen |= SEEN_REPORTED;
		report(lock, SPIN_IN_IRQ, caller);
	}
	if (unlikely(lock->held))
		report(lock, SPIN_RECURSION, caller);
	lock->held++;
	lock->owner = caller;
	barrier();
}

static void release(spinlock_t *lock, unsigned long caller)
{
	barrier();
	if (unlikely(!lock->held))
		report(lock, SPIN_NOT_HELD, caller);
	else
		lock->held--;
}

/* Before a release that sets interrupts: they must have stayed off. */
static void check_irqs_off(const spinlock_t *lock, unsigned long caller)
{
	if (unlikely(!arch_irqs_off()))
		report(lock, SPIN_IRQS_ON, caller);
}

#define CALLER	((unsigned long)__builtin_return_address(0))

void spin_lock(spinlock_t *lock)
{
	take(lock, CALLER);
}

void spin_unlock(spinlock_t *lock)
{
	release(lock, CALLER);
}

void spin_lock_bh(spinlock_t *lock)
{
	take(lock, CALLER);
}

void spin_unlock_bh(spinlock_t *lock)
{
	release(lock, CALLER);
}

void spin_lock_irq(spinlock_t *lock)
{
	if (unlikely(arch_irqs_off()))
		report(lock, SPIN_IRQS_OFF, CALLER);
	arch_irq_disable();
	take(lock, CALLER);
}

void spin_unlock_irq(spinlock_t *lock)
{
	check_irqs_off(lock, CALLER);
	release(lock, CALLER);
	arch_irq_enable();
}

unsigned long spin_lock_irqsave_flags(spinlock_t *lock)
{
	unsigned long flags = arch_irq_save();

	take(lock, CALLER);
	return flags;
}

void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags)
{
	check_irqs_off(lock, CALLER);
	release(lock, CALLER);
	arch_irq_restore(flags);
}

static int try_take(spinlock_t *lock, unsigned long caller)
{
	if (lock->held)
		return 0;
	take(lock, caller);
	return 1;
}

int spin_trylock(spinlock_t *lock)
{
	return try_take(lock, CALLER);
}

int spin_trylock_bh(spinlock_t *lock)
{
	return try_take(lock, CALLER);
}

int spin_trylock_irq(spinlock_t *lock)
{
	unsigned long flags = arch_irq_save();

	if (try_take(lock, CALLER))
		return 1;
	arch_irq_restore(flags);
	return 0;
}

/* --- interrupts without a lock ---------------------------------------------------------------- */

unsigned long local_irq_save_flags(void)
{
	return arch_irq_save();
}

void local_irq_restore(unsigned long flags)
{
	arch_irq_restore(flags);
}

void local_irq_disable(void)
{
	arch_irq_disable();
}

void local_irq_enable(void)
{
	arch_irq_enable();
}

bool irqs_disabled(void)
{
	return arch_irqs_off();
}

bool in_interrupt(void)
{
	return arch_in_irq();
}
