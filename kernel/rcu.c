// SPDX-License-Identifier: MIT
/*
 * kernel/rcu.c - read-copy update on one CPU
 *
 *	depth     0 ----> 1 ----> 2 ----> 1 ----> 0        sections that are open
 *	waiting           | a |  | a b |  | a b |          run here, oldest first
 *
 * An interrupt handler's sections end before it returns, so depth is 0 or an interrupted reader's on
 * its way out, and only the outermost end empties the list. Callbacks run with interrupts as they
 * were, and may ask for more: the list is taken off first.
 */
#include <arch.h>
#include <kernel/rcu.h>
#include <lib/bug.h>
#include <mm/vmalloc.h>

static unsigned int depth;
static struct rcu_head *waiting, **last = &waiting;

void rcu_read_lock(void)
{
	WRITE_ONCE(depth, depth + 1);
	barrier();
}

bool rcu_read_lock_held(void)
{
	return depth != 0;
}

/* kvfree_rcu() keeps no function but how far the head is from the start of the block. */
static void run(struct rcu_head *head)
{
	uintptr_t offset = (uintptr_t)head->func;

	if (offset < PAGE_SIZE)
		kvfree((char *)head - offset);
	else
		head->func(head);
}

static void run_waiting(void)
{
	unsigned long flags = arch_irq_save();
	struct rcu_head *head = waiting, *next;

	waiting = NULL;
	last = &waiting;
	arch_irq_restore(flags);
	for (; head; head = next) {
		next = head->next;
		run(head);
	}
}

void rcu_read_unlock(void)
{
	barrier();
	BUG_ON(!depth);
	WRITE_ONCE(depth, depth - 1);
	if (!depth && waiting)
		run_waiting();
}

void call_rcu(struct rcu_head *head, void (*func)(struct rcu_head *head))
{
	unsigned long flags;

	head->next = NULL;
	head->func = func;
	if (!depth) {
		run(head);
		return;
	}
	flags = arch_irq_save();
	*last = head;
	last = &head->next;
	arch_irq_restore(flags);
}

void kvfree_call_rcu(struct rcu_head *head, size_t offset)
{
	BUG_ON(offset >= PAGE_SIZE);
	call_rcu(head, (void (*)(struct rcu_head *))offset);
}

void synchronize_rcu(void)
{
	BUG_ON(depth);
}
