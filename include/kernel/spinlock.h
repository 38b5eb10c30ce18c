/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/spinlock.h - keeping interrupt handlers out, and saying when that goes wrong
 *
 * There is one CPU, so a lock is never waited for: what it does is switch interrupts off where its
 * name says so. What it knows besides is used to report misuse, with the lock's name, who holds it
 * and the call chain; after a report the program goes on.
 *
 *	misuse			what is reported, and what is done
 *	SPIN_RECURSION		taken while it is held (another CPU's would wait for ever): counted
 *	SPIN_NOT_HELD		released while it is not held: nothing
 *	SPIN_IRQS_ON		released by _irq or _irqrestore, and interrupts are on: released
 *	SPIN_IRQS_OFF		taken by _irq with interrupts off, which _unlock_irq would switch on
 *	SPIN_IN_IRQ		taken by interrupt handlers, but also with interrupts on, where a
 *				handler would find it held; once for each lock
 *
 * Context of all: any.
 */
#ifndef KERNEL_SPINLOCK_H
#define KERNEL_SPINLOCK_H

#include <kernel/smp.h>
#include <lib/bug.h>
#include <lib/compiler.h>
#include <lib/types.h>

enum spin_misuse { SPIN_RECURSION, SPIN_NOT_HELD, SPIN_IRQS_ON, SPIN_IRQS_OFF, SPIN_IN_IRQ,
		   NR_SPIN_MISUSES };

/* All zero is a lock that nobody holds. */
typedef struct spinlock {
	const char *name;
	unsigned long owner;		/* address in the function that took it last */
	u8 held;			/* times */
	u8 seen;			/* SPIN_SEEN_ bits of spinlock.c */
} spinlock_t;

typedef spinlock_t raw_spinlock_t;

#define __SPIN_LOCK_UNLOCKED(lock)	{ .name = #lock }
#define SPIN_LOCK_UNLOCKED		{ .name = NULL }	/* in books on Linux 2.4 */
#define DEFINE_SPINLOCK(lock)		spinlock_t lock = __SPIN_LOCK_UNLOCKED(lock)
#define DEFINE_RAW_SPINLOCK(lock)	DEFINE_SPINLOCK(lock)
#define spin_lock_init(lock)		(*(lock) = (spinlock_t){ .name = #lock })

/* Interrupts stay as they are: for data that no interrupt handler uses. */
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);

/* There are no bottom halves here: as spin_lock(). */
void spin_lock_bh(spinlock_t *lock);
void spin_unlock_bh(spinlock_t *lock);

/* Interrupts off; and on again. */
void spin_lock_irq(spinlock_t *lock);
void spin_unlock_irq(spinlock_t *lock);

/* Interrupts off, what they were before into @flags; and back to that. */
#define spin_lock_irqsave(lock, flags) \
	do { (flags) = spin_lock_irqsave_flags(lock); } while (0)
unsigned long spin_lock_irqsave_flags(spinlock_t *lock);
void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags);

/* 1: taken. 0: it is held, and nothing has changed. */
int spin_trylock(spinlock_t *lock);
int spin_trylock_bh(spinlock_t *lock);
int spin_trylock_irq(spinlock_t *lock);
#define spin_trylock_irqsave(lock, flags) \
	({ (flags) = local_irq_save_flags(); \
	   spin_trylock(lock) ? 1 : ({ local_irq_restore(flags); 0; }); })

static inline int spin_is_locked(const spinlock_t *lock)
{
	return lock->held != 0;
}

#define assert_spin_locked(lock)	BUG_ON(!spin_is_locked(lock))
#define lockdep_assert_held(lock)	WARN_ON(!spin_is_locked(lock))

#define raw_spin_lock_init		spin_lock_init
#define raw_spin_lock			spin_lock
#define raw_spin_unlock			spin_unlock
#define raw_spin_lock_irq		spin_lock_irq
#define raw_spin_unlock_irq		spin_unlock_irq
#define raw_spin_lock_irqsave		spin_lock_irqsave
#define raw_spin_unlock_irqrestore	spin_unlock_irqrestore
#define raw_spin_lock_bh		spin_lock_bh
#define raw_spin_unlock_bh		spin_unlock_bh
#define raw_spin_trylock		spin_trylock
#define raw_spin_trylock_bh		spin_trylock_bh
#define raw_spin_trylock_irq		spin_trylock_irq
#define raw_spin_trylock_irqsave	spin_trylock_irqsave
#define raw_spin_is_locked		spin_is_locked
#define assert_raw_spin_locked		assert_spin_locked

/* Locks of one kind inside each other: no checker here asks in which order. Nobody ever waits. */
#define spin_lock_nested(lock, subclass)	spin_lock(lock)
#define spin_lock_irqsave_nested(lock, flags, subclass)	spin_lock_irqsave(lock, flags)
#define spin_is_contended(lock)		((void)(lock), 0)

/* Interrupts without a lock. */
#define local_irq_save(flags)	do { (flags) = local_irq_save_flags(); } while (0)
unsigned long local_irq_save_flags(void);
void local_irq_restore(unsigned long flags);
void local_irq_disable(void);
void local_irq_enable(void);
bool irqs_disabled(void);
#define local_bh_disable()	preempt_disable()
#define local_bh_enable()	preempt_enable()

/* Misuses reported since boot, for tests. */
extern unsigned long spin_misuses[NR_SPIN_MISUSES];

#endif
