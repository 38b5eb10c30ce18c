/* SPDX-License-Identifier: MIT */
/*
 * include/lib/cpu_stack.h - a small stack of pointers in front of an allocator
 *
 *     base            top           end
 *      | obj | obj | obj |     |     |        top == base: empty     top == end: full
 *
 * All three NULL: both empty and full, so that every push and pop fails and the caller goes the long
 * way. arch_stack_pop() and arch_stack_push() (arch_inline.h) need no interrupts off: what they change
 * is one word, written last, and an interrupt that comes before that write starts them anew.
 *
 * Source: Bonwick & Adams, "Magazines and Vmem" (2001), "Magazines": a bounded stack is the
 * cheapest front an allocator can have.
 */
#ifndef LIB_CPU_STACK_H
#define LIB_CPU_STACK_H

struct cpu_stack {
	void **top, **base, **end;
};

#endif
