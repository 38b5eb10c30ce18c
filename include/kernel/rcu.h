/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/rcu.h - readers that are never held up; what they may see is freed after them
 *
 *	reader      rcu_read_lock()  p = rcu_dereference(x) ... use p ...  rcu_read_unlock()
 *	updater     rcu_assign_pointer(x, new)  kvfree_rcu(old, rcu)           |
 *	                                                        old is freed <-'
 *
 * On one CPU without preemption a reader and an updater overlap in two ways only: the updater is called
 * from inside the reader's section, or runs in an interrupt handler that came within it. In both, the
 * section is open when the updater asks; so memory waits exactly until the outermost section ends, or
 * for nothing when none is open.
 *
 * Source: McKenney & Slingwine, "Read-Copy Update: Using Execution History to Solve Concurrency
 * Problems" (PDCS 1998).
 */
#ifndef KERNEL_RCU_H
#define KERNEL_RCU_H

#include <lib/compiler.h>
#include <lib/types.h>
#include <mm/vmalloc.h>

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};
#define callback_head rcu_head

/* Sections nest. Context: any. */
void rcu_read_lock(void);

/* The end of the outermost section runs what waits for it. An end without a start is a BUG. */
void rcu_read_unlock(void);

bool rcu_read_lock_held(void);

/* Run func(head) when no reader is inside a section that has begun: now, or at its end. */
void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head));

/* Wait for the readers: outside a section there is none. Inside one it would wait for ever: a BUG. */
void synchronize_rcu(void);
#define rcu_barrier()		synchronize_rcu()

/*
 * kvfree_rcu(ptr, field): free what kmalloc() or vmalloc() gave, later as call_rcu() does. @field is
 * its struct rcu_head. The function that is put there is the field's place, which is less than a page.
 * kvfree_rcu(ptr): the same for memory without one, outside sections.
 */
#define kvfree_rcu(ptr, field...)						\
	rcu_pick_(ptr, ##field, kvfree_rcu_field_, kvfree_rcu_mightsleep)(ptr, ##field)
#define rcu_pick_(ptr, field, pick, ...)	pick
#define kvfree_rcu_mightsleep(ptr) do {						\
	synchronize_rcu();							\
	kvfree(ptr);								\
} while (0)
#define kvfree_rcu_field_(ptr, field) do {					\
	__typeof__(ptr) rcu_ptr_ = (ptr);					\
	if (rcu_ptr_)								\
		kvfree_call_rcu(&rcu_ptr_->field,				\
				__builtin_offsetof(__typeof__(*rcu_ptr_), field));	\
} while (0)
#define kfree_rcu(ptr, field...)	kvfree_rcu(ptr, ##field)
#define kfree_rcu_mightsleep(ptr)	kvfree_rcu_mightsleep(ptr)
void kvfree_call_rcu(struct rcu_head *head, size_t offset);

#define rcu_dereference(p)		READ_ONCE(p)
#define rcu_dereference_raw(p)		READ_ONCE(p)
#define rcu_dereference_check(p, c)	READ_ONCE(p)
#define rcu_dereference_protected(p, c)	(p)
#define rcu_access_pointer(p)		READ_ONCE(p)
#define rcu_assign_pointer(p, v)	do { barrier(); WRITE_ONCE(p, v); } while (0)
#define RCU_INIT_POINTER(p, v)		WRITE_ONCE(p, v)
#define rcu_replace_pointer(p, v, c)	\
	({ __typeof__(p) before_ = (p); rcu_assign_pointer(p, v); before_; })
#define rcu_dereference_bh(p)		READ_ONCE(p)
#define rcu_dereference_sched(p)	READ_ONCE(p)
#define rcu_read_lock_bh()		rcu_read_lock()
#define rcu_read_unlock_bh()		rcu_read_unlock()
#define rcu_read_lock_sched()		rcu_read_lock()
#define rcu_read_unlock_sched()		rcu_read_unlock()

#endif
