/* SPDX-License-Identifier: MIT */
/*
 * include/lib/atomic.h - counters that an interrupt handler may change too
 *
 * There is one CPU, so "atomic" means: no interrupt is taken half way. One instruction that reads,
 * changes and writes memory is enough where its flags answer the question (zero? negative?); a
 * 386 has no XADD and no CMPXCHG, so operations that give the value are done with interrupts off.
 * A host build uses the compiler's atomics.
 *
 * Every operation except read and set is a compiler barrier. atomic_forms.h makes the other names
 * from these: those that ask for an order, atomic_long_t, and the rarer ones.
 */
#ifndef LIB_ATOMIC_H
#define LIB_ATOMIC_H

#include <lib/compiler.h>
#include <lib/types.h>

#define ATOMIC_INIT(i)	{ (i) }

/* Two words: aligned, or a locked instruction of the host would cross a cache line. */
typedef struct {
	s64 counter __aligned(8);
} atomic64_t;

#define ATOMIC64_INIT(i)	{ (i) }

static __always_inline int atomic_read(const atomic_t *v)
{
	return READ_ONCE(v->counter);
}

static __always_inline void atomic_set(atomic_t *v, int i)
{
	WRITE_ONCE(v->counter, i);
}

#if defined(__i386__) && !defined(FLAGSTONE_HOST)

static __always_inline void atomic_add(int i, atomic_t *v)
{
	__asm__ __volatile__("addl %1, %0" : "+m"(v->counter) : "ir"(i) : "memory", "cc");
}

static __always_inline void atomic_and(int i, atomic_t *v)
{
	__asm__ __volatile__("andl %1, %0" : "+m"(v->counter) : "ir"(i) : "memory", "cc");
}

static __always_inline void atomic_or(int i, atomic_t *v)
{
	__asm__ __volatile__("orl %1, %0" : "+m"(v->counter) : "ir"(i) : "memory", "cc");
}

static __always_inline void atomic_xor(int i, atomic_t *v)
{
	__asm__ __volatile__("xorl %1, %0" : "+m"(v->counter) : "ir"(i) : "memory", "cc");
}

/* Add, and tell whether the result is zero or negative from the flags of the addition itself. */
static __always_inline bool atomic_add_and_test_(int i, atomic_t *v)
{
	bool zero;

	__asm__ __volatile__("addl %2, %0\n\tsetz %1"
			     : "+m"(v->counter), "=qm"(zero) : "ir"(i) : "memory", "cc");
	return zero;
}

static __always_inline bool atomic_add_negative(int i, atomic_t *v)
{
	bool negative;

	__asm__ __volatile__("addl %2, %0\n\tsets %1"
			     : "+m"(v->counter), "=qm"(negative) : "ir"(i) : "memory", "cc");
	return negative;
}

/* XCHG is on every CPU since the 8086. */
static __always_inline int atomic_xchg(atomic_t *v, int i)
{
	__asm__ __volatile__("xchgl %0, %1" : "+r"(i), "+m"(v->counter) : : "memory");
	return i;
}

/* Interrupts off; gives the flags register from before. */
static __always_inline unsigned long atomic_begin_(void)
{
	unsigned long flags;

	__asm__ __volatile__("pushfl\n\tpopl %0\n\tcli" : "=r"(flags) : : "memory");
	return flags;
}

static __always_inline void atomic_end_(unsigned long flags)
{
	__asm__ __volatile__("pushl %0\n\tpopfl" : : "r"(flags) : "memory", "cc");
}

static __always_inline int atomic_fetch_add(int i, atomic_t *v)
{
	unsigned long flags = atomic_begin_();
	int old = v->counter;

	v->counter = (int)((unsigned int)old + (unsigned int)i);
	atomic_end_(flags);
	return old;
}

static __always_inline s64 atomic64_fetch_add(s64 i, atomic64_t *v)
{
	unsigned long flags = atomic_begin_();
	s64 old = v->counter;

	v->counter = (s64)((u64)old + (u64)i);
	atomic_end_(flags);
	return old;
}

/* Store @new if the value is @old. Gives the value from before. */
static __always_inline int atomic_cmpxchg(atomic_t *v, int old, int new_value)
{
	unsigned long flags = atomic_begin_();
	int found = v->counter;

	if (found == old)
		v->counter = new_value;
	atomic_end_(flags);
	return found;
}

static __always_inline s64 atomic64_cmpxchg(atomic64_t *v, s64 old, s64 new_value)
{
	unsigned long flags = atomic_begin_();
	s64 found = v->counter;

	if (found == old)
		v->counter = new_value;
	atomic_end_(flags);
	return found;
}

#else

static __always_inline s64 atomic64_fetch_add(s64 i, atomic64_t *v)
{
	return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST);
}

static __always_inline s64 atomic64_cmpxchg(atomic64_t *v, s64 old, s64 new_value)
{
	__atomic_compare_exchange_n(&v->counter, &old, new_value, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return old;
}

static __always_inline int atomic_fetch_add(int i, atomic_t *v)
{
	return __atomic_fetch_add(&v->counter, i, __ATOMIC_SEQ_CST);
}

static __always_inline void atomic_add(int i, atomic_t *v)
{
	(void)atomic_fetch_add(i, v);
}

static __always_inline void atomic_and(int i, atomic_t *v)
{
	__atomic_fetch_and(&v->counter, i, __ATOMIC_SEQ_CST);
}

static __always_inline void atomic_or(int i, atomic_t *v)
{
	__atomic_fetch_or(&v->counter, i, __ATOMIC_SEQ_CST);
}

static __always_inline void atomic_xor(int i, atomic_t *v)
{
	__atomic_fetch_xor(&v->counter, i, __ATOMIC_SEQ_CST);
}

static __always_inline bool atomic_add_and_test_(int i, atomic_t *v)
{
	return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST) == 0;
}

static __always_inline bool atomic_add_negative(int i, atomic_t *v)
{
	return __atomic_add_fetch(&v->counter, i, __ATOMIC_SEQ_CST) < 0;
}

static __always_inline int atomic_xchg(atomic_t *v, int i)
{
	return __atomic_exchange_n(&v->counter, i, __ATOMIC_SEQ_CST);
}

static __always_inline int atomic_cmpxchg(atomic_t *v, int old, int new_value)
{
	__atomic_compare_exchange_n(&v->counter, &old, new_value, false,
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	return old;
}

#endif

/* --- the rest is made of those ----------------------------------------------------------------- */

/* -i as the CPU does it: INT_MIN stays INT_MIN. */
static __always_inline int atomic_negate_(int i)
{
	return (int)-(unsigned int)i;
}

static __always_inline void atomic_sub(int i, atomic_t *v)
{
	atomic_add(atomic_negate_(i), v);
}

static __always_inline void atomic_inc(atomic_t *v)
{
	atomic_add(1, v);
}

static __always_inline void atomic_dec(atomic_t *v)
{
	atomic_add(-1, v);
}

static __always_inline void atomic_andnot(int i, atomic_t *v)
{
	atomic_and(~i, v);
}

/* True when the counter is zero afterwards. */
static __always_inline bool atomic_sub_and_test(int i, atomic_t *v)
{
	return atomic_add_and_test_(atomic_negate_(i), v);
}

static __always_inline bool atomic_inc_and_test(atomic_t *v)
{
	return atomic_add_and_test_(1, v);
}

static __always_inline bool atomic_dec_and_test(atomic_t *v)
{
	return atomic_add_and_test_(-1, v);
}

/* fetch_ gives the value from before, _return the one afterwards. */
static __always_inline int atomic_fetch_sub(int i, atomic_t *v)
{
	return atomic_fetch_add(atomic_negate_(i), v);
}

static __always_inline int atomic_fetch_inc(atomic_t *v)
{
	return atomic_fetch_add(1, v);
}

static __always_inline int atomic_fetch_dec(atomic_t *v)
{
	return atomic_fetch_add(-1, v);
}

static __always_inline int atomic_add_return(int i, atomic_t *v)
{
	return (int)((unsigned int)atomic_fetch_add(i, v) + (unsigned int)i);
}

static __always_inline int atomic_sub_return(int i, atomic_t *v)
{
	return atomic_add_return(atomic_negate_(i), v);
}

static __always_inline int atomic_inc_return(atomic_t *v)
{
	return atomic_add_return(1, v);
}

static __always_inline int atomic_dec_return(atomic_t *v)
{
	return atomic_add_return(-1, v);
}

/* True when the value was *@old and is @new_value now; else *@old becomes the value found. */
static __always_inline bool atomic_try_cmpxchg(atomic_t *v, int *old, int new_value)
{
	int found = atomic_cmpxchg(v, *old, new_value);

	if (found == *old)
		return true;
	*old = found;
	return false;
}

/* Add @i unless the value is @unless. Gives the value from before. */
static __always_inline int atomic_fetch_add_unless(atomic_t *v, int i, int unless)
{
	int found = atomic_read(v);

	while (found != unless &&
	       !atomic_try_cmpxchg(v, &found, (int)((unsigned int)found + (unsigned int)i)))
		;
	return found;
}

/* True when it added. */
static __always_inline bool atomic_add_unless(atomic_t *v, int i, int unless)
{
	return atomic_fetch_add_unless(v, i, unless) != unless;
}

static __always_inline bool atomic_inc_not_zero(atomic_t *v)
{
	return atomic_add_unless(v, 1, 0);
}

/* One less unless that would be negative. Gives the value minus one, stored or not. */
static __always_inline int atomic_dec_if_positive(atomic_t *v)
{
	int found = atomic_read(v);

	while (found > 0 && !atomic_try_cmpxchg(v, &found, found - 1))
		;
	return (int)((unsigned int)found - 1u);
}

/* --- with names that ask for an order ---------------------------------------------------------- */

/* One CPU sees its own accesses in order; only the compiler has to be told. */
#define smp_mb()			barrier()
#define smp_rmb()			barrier()
#define smp_wmb()			barrier()
#define smp_mb__before_atomic()		barrier()
#define smp_mb__after_atomic()		barrier()

/* A device sees stores and loads in order too, but for a load that overtakes a store. */
#define mb()				__sync_synchronize()
#define rmb()				barrier()
#define wmb()				barrier()
#define dma_rmb()			barrier()
#define dma_wmb()			barrier()

static __always_inline int atomic_read_acquire(const atomic_t *v)
{
	int i = atomic_read(v);

	barrier();
	return i;
}

static __always_inline void atomic_set_release(atomic_t *v, int i)
{
	barrier();
	atomic_set(v, i);
}

/* --- counters of 64 bits ----------------------------------------------------------------------- */

static __always_inline s64 atomic64_add_return(s64 i, atomic64_t *v)
{
	return (s64)((u64)atomic64_fetch_add(i, v) + (u64)i);
}

/* Reading is two instructions as well. */
static __always_inline s64 atomic64_read(const atomic64_t *v)
{
	return atomic64_fetch_add(0, (atomic64_t *)v);
}

static __always_inline s64 atomic64_xchg(atomic64_t *v, s64 i)
{
	s64 old = v->counter, found;

	while ((found = atomic64_cmpxchg(v, old, i)) != old)
		old = found;
	return old;
}

static __always_inline void atomic64_set(atomic64_t *v, s64 i)
{
	(void)atomic64_xchg(v, i);
}

/* -i of any type: S64_MIN stays S64_MIN. */
#define atomic64_negate_(i)		((s64)-(u64)(i))

#define atomic64_add(i, v)		((void)atomic64_fetch_add(i, v))
#define atomic64_sub(i, v)		((void)atomic64_fetch_add(atomic64_negate_(i), v))
#define atomic64_inc(v)			((void)atomic64_fetch_add(1, v))
#define atomic64_dec(v)			((void)atomic64_fetch_add(-1, v))
#define atomic64_sub_return(i, v)	atomic64_add_return(atomic64_negate_(i), v)
#define atomic64_inc_return(v)		atomic64_add_return(1, v)
#define atomic64_dec_return(v)		atomic64_add_return(-1, v)
#define atomic64_fetch_inc(v)		atomic64_fetch_add(1, v)
#define atomic64_inc_and_test(v)	(atomic64_add_return(1, v) == 0)
#define atomic64_dec_and_test(v)	(atomic64_add_return(-1, v) == 0)
#define atomic64_add_negative(i, v)	(atomic64_add_return(i, v) < 0)

#define smp_load_acquire(ptr) ({							\
	__typeof__(*(ptr)) loaded_ = READ_ONCE(*(ptr));				\
	barrier();								\
	loaded_;								\
})
#define smp_store_release(ptr, value)	do { barrier(); WRITE_ONCE(*(ptr), value); } while (0)

/* --- what was there before --------------------------------------------------------------------- */

static __always_inline int atomic_fetch_or(int i, atomic_t *v)
{
	int found = atomic_read(v);

	while (!atomic_try_cmpxchg(v, &found, found | i))
		;
	return found;
}

static __always_inline int atomic_fetch_and(int i, atomic_t *v)
{
	int found = atomic_read(v);

	while (!atomic_try_cmpxchg(v, &found, found & i))
		;
	return found;
}

static __always_inline int atomic_fetch_xor(int i, atomic_t *v)
{
	int found = atomic_read(v);

	while (!atomic_try_cmpxchg(v, &found, found ^ i))
		;
	return found;
}

/* On any variable of four bytes. */
#define atomic_word_(ptr) ({								\
	_Static_assert(sizeof(*(ptr)) == sizeof(atomic_t), "four bytes only");		\
	(atomic_t *)(ptr);								\
})
#define xchg(ptr, value) \
	((__typeof__(*(ptr)))atomic_xchg(atomic_word_(ptr), (int)(value)))
#define cmpxchg(ptr, old, new_value) \
	((__typeof__(*(ptr)))atomic_cmpxchg(atomic_word_(ptr), (int)(old), (int)(new_value)))

#endif
