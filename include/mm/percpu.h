/* SPDX-License-Identifier: MIT */
/*
 * include/mm/percpu.h - variables that each CPU has one of; there is one CPU
 *
 * So a per-CPU variable is one variable, and its place on CPU 0 is its address. What stays is the
 * contract: zeroed, aligned as asked, and a pointer that goes through per_cpu_ptr() before use.
 */
#ifndef MM_PERCPU_H
#define MM_PERCPU_H

#include <lib/compiler.h>
#include <lib/types.h>

#define PERCPU_SIZE_MAX		(32UL << 10)	/* bytes of one variable */

/* Known when the kernel is compiled. */
#define DEFINE_PER_CPU(type, name)		__typeof__(type) name
#define DECLARE_PER_CPU(type, name)		extern __typeof__(type) name
#define DEFINE_PER_CPU_ALIGNED(type, name)	__typeof__(type) name __aligned(64)

/**
 * __alloc_percpu - one variable for each CPU
 * @size:  bytes, 1 .. PERCPU_SIZE_MAX
 * @align: a power of two, up to a page
 *
 * Context: after the slab stage, not in interrupt handlers.
 * Return:  a pointer for per_cpu_ptr() to zeroed bytes; NULL: no memory, or a size or alignment out of
 *          range (which is reported).
 * Undo:    free_percpu()
 */
void __percpu *__alloc_percpu(size_t size, size_t align);
void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp);

#define alloc_percpu(type) \
	((__typeof__(type) __percpu *)__alloc_percpu(sizeof(type), __alignof__(type)))
#define alloc_percpu_gfp(type, gfp) \
	((__typeof__(type) __percpu *)__alloc_percpu_gfp(sizeof(type), __alignof__(type), gfp))

/* Undo. NULL is ignored; a pointer that did not come from there is reported. */
void free_percpu(void __percpu *ptr);

/* Variables that are out now. */
extern unsigned long percpu_live;

/* The address on one CPU. @cpu is evaluated. */
#define per_cpu_ptr(ptr, cpu)	((void)(cpu), (ptr))
#define per_cpu(name, cpu)	(*per_cpu_ptr(&(name), cpu))
#define this_cpu_ptr(ptr)	(ptr)
#define raw_cpu_ptr(ptr)	(ptr)
#define get_cpu_ptr(ptr)	({ barrier(); (ptr); })
#define put_cpu_ptr(ptr)	((void)(ptr), ({ barrier(); }))
#define get_cpu_var(name)	(*get_cpu_ptr(&(name)))
#define put_cpu_var(name)	put_cpu_ptr(&(name))

#define this_cpu_read(name)		(name)
#define this_cpu_write(name, value)	((void)((name) = (value)))
#define this_cpu_add(name, value)	((void)((name) += (value)))
#define this_cpu_sub(name, value)	((void)((name) -= (value)))
#define this_cpu_inc(name)		this_cpu_add(name, 1)
#define this_cpu_dec(name)		this_cpu_sub(name, 1)
#define __this_cpu_read(name)		this_cpu_read(name)
#define __this_cpu_write(name, value)	this_cpu_write(name, value)
#define __this_cpu_add(name, value)	this_cpu_add(name, value)
#define __this_cpu_inc(name)		this_cpu_inc(name)
#define __this_cpu_dec(name)		this_cpu_dec(name)

#endif
