/* SPDX-License-Identifier: MIT */
/*
 * include/lib/atomic_forms.h - the names of the atomic operations that are made of others
 *
 *	atomic.h                       here
 *	atomic_t     the operations    the rarer ones
 *	atomic64_t   most              those that are left
 *	                               atomic_long_t: all of atomic_t's, for a long has 32 bits here
 *	                               _relaxed, _acquire, _release of all that give a value
 *
 * Every operation of atomic.h is a full barrier, which does for each of the orders that may be
 * asked for. An ATOMIC_..._(names) below is one function, or one in each order.
 */
#ifndef LIB_ATOMIC_FORMS_H
#define LIB_ATOMIC_FORMS_H

#include <lib/atomic.h>

/* --- changes that depend on the value --------------------------------------------------------- */

/* Store @result, made of found and i, unless @unless is true of found; gives the value before. */
#define ATOMIC_LOOP_(type, value, name, unless, result)				\
static __always_inline value name(value i, type *v)				\
{										\
	value found = v->counter;						\
										\
	while (!(unless) && !ATOMIC_TRY_(type)(v, &found, result))		\
		;								\
	return found;								\
}
#define ATOMIC_SUM_(a, b)	((s64)((u64)(a) + (u64)(b)))	/* wraps, cut to an int too */
#define ATOMIC_TRY_(type)	ATOMIC_TRY_##type
#define ATOMIC_TRY_atomic_t	atomic_try_cmpxchg
#define ATOMIC_TRY_atomic64_t	atomic64_try_cmpxchg

static __always_inline bool atomic64_try_cmpxchg(atomic64_t *v, s64 *old, s64 new_value)
{
	s64 found = atomic64_cmpxchg(v, *old, new_value), expected = *old;

	*old = found;
	return found == expected;
}

ATOMIC_LOOP_(atomic_t, int, atomic_fetch_andnot, false, found & ~i)
ATOMIC_LOOP_(atomic_t, int, atomic_add_while_not_negative_, found < 0, ATOMIC_SUM_(found, i))
ATOMIC_LOOP_(atomic_t, int, atomic_add_while_not_positive_, found > 0, ATOMIC_SUM_(found, i))
ATOMIC_LOOP_(atomic64_t, s64, atomic64_fetch_and, false, found & i)
ATOMIC_LOOP_(atomic64_t, s64, atomic64_fetch_or, false, found | i)
ATOMIC_LOOP_(atomic64_t, s64, atomic64_fetch_xor, false, found ^ i)
ATOMIC_LOOP_(atomic64_t, s64, atomic64_fetch_andnot, false, found & ~i)
ATOMIC_LOOP_(atomic64_t, s64, atomic64_add_while_positive_, found <= 0, ATOMIC_SUM_(found, i))
ATOMIC_LOOP_(atomic64_t, s64, atomic64_add_while_not_negative_, found < 0, ATOMIC_SUM_(found, i))
ATOMIC_LOOP_(atomic64_t, s64, atomic64_add_while_not_positive_, found > 0, ATOMIC_SUM_(found, i))

/* True when they changed it. */
static __always_inline bool atomic_inc_unless_negative(atomic_t *v)
{
	return atomic_add_while_not_negative_(1, v) >= 0;
}

static __always_inline bool atomic_dec_unless_positive(atomic_t *v)
{
	return atomic_add_while_not_positive_(-1, v) <= 0;
}

static __always_inline bool atomic64_inc_unless_negative(atomic64_t *v)
{
	return atomic64_add_while_not_negative_(1, v) >= 0;
}

static __always_inline bool atomic64_dec_unless_positive(atomic64_t *v)
{
	return atomic64_add_while_not_positive_(-1, v) <= 0;
}

/* The value minus one, stored or not. */
static __always_inline s64 atomic64_dec_if_positive(atomic64_t *v)
{
	return (s64)((u64)atomic64_add_while_positive_(-1, v) - 1);
}

static __always_inline s64 atomic64_fetch_add_unless(atomic64_t *v, s64 i, s64 unless)
{
	s64 found = v->counter;

	while (found != unless && !atomic64_try_cmpxchg(v, &found, (s64)((u64)found + (u64)i)))
		;
	return found;
}

static __always_inline s64 atomic64_read_acquire(const atomic64_t *v)
{
	return atomic64_read(v);
}

#define atomic64_set_release(v, i)	atomic64_set(v, i)
#define atomic64_and(i, v)		((void)atomic64_fetch_and(i, v))
#define atomic64_or(i, v)		((void)atomic64_fetch_or(i, v))
#define atomic64_xor(i, v)		((void)atomic64_fetch_xor(i, v))
#define atomic64_andnot(i, v)		((void)atomic64_fetch_andnot(i, v))
#define atomic64_fetch_sub(i, v)	atomic64_fetch_add(atomic64_negate_(i), v)
#define atomic64_fetch_dec(v)		atomic64_fetch_add(-1, v)
#define atomic64_sub_and_test(i, v)	(atomic64_sub_return(i, v) == 0)
#define atomic64_add_unless(v, i, unless) \
	({ s64 unless_ = (unless); atomic64_fetch_add_unless(v, i, unless_) != unless_; })
#define atomic64_inc_not_zero(v)	atomic64_add_unless(v, 1, 0)

/* --- atomic_long_t ---------------------------------------------------------------------------- */

typedef atomic_t atomic_long_t;

#define ATOMIC_LONG_INIT(i)	ATOMIC_INIT(i)

/* f(i, v) and f(v), that give a value of type @gives. */
#define ATOMIC_LONG_I_(gives, op)						\
static __always_inline gives atomic_long_##op(long i, atomic_long_t *v)		\
{										\
	return (gives)atomic_##op((int)i, v);					\
}
#define ATOMIC_LONG_(gives, op)							\
static __always_inline gives atomic_long_##op(atomic_long_t *v)			\
{										\
	return (gives)atomic_##op(v);						\
}

ATOMIC_LONG_I_(void, add) ATOMIC_LONG_I_(void, sub) ATOMIC_LONG_I_(void, and)
ATOMIC_LONG_I_(void, or) ATOMIC_LONG_I_(void, xor) ATOMIC_LONG_I_(void, andnot)
ATOMIC_LONG_(void, inc) ATOMIC_LONG_(void, dec)
ATOMIC_LONG_I_(long, add_return) ATOMIC_LONG_I_(long, sub_return)
ATOMIC_LONG_(long, inc_return) ATOMIC_LONG_(long, dec_return)
ATOMIC_LONG_I_(long, fetch_add) ATOMIC_LONG_I_(long, fetch_sub)
ATOMIC_LONG_(long, fetch_inc) ATOMIC_LONG_(long, fetch_dec)
ATOMIC_LONG_I_(long, fetch_and) ATOMIC_LONG_I_(long, fetch_or)
ATOMIC_LONG_I_(long, fetch_xor) ATOMIC_LONG_I_(long, fetch_andnot)
ATOMIC_LONG_I_(bool, sub_and_test) ATOMIC_LONG_I_(bool, add_negative)
ATOMIC_LONG_(bool, inc_and_test) ATOMIC_LONG_(bool, dec_and_test)
ATOMIC_LONG_(bool, inc_not_zero) ATOMIC_LONG_(long, dec_if_positive)
ATOMIC_LONG_(bool, inc_unless_negative) ATOMIC_LONG_(bool, dec_unless_positive)

#define atomic_long_read(v)			((long)atomic_read(v))
#define atomic_long_read_acquire(v)		((long)atomic_read_acquire(v))
#define atomic_long_set(v, i)			atomic_set(v, (int)(i))
#define atomic_long_set_release(v, i)		atomic_set_release(v, (int)(i))
#define atomic_long_xchg(v, i)			((long)atomic_xchg(v, (int)(i)))
#define atomic_long_cmpxchg(v, old, i)		((long)atomic_cmpxchg(v, (int)(old), (int)(i)))
#define atomic_long_add_unless(v, i, unless)	atomic_add_unless(v, (int)(i), (int)(unless))
#define atomic_long_fetch_add_unless(v, i, unless) \
	((long)atomic_fetch_add_unless(v, (int)(i), (int)(unless)))

static __always_inline bool atomic_long_try_cmpxchg(atomic_long_t *v, long *old, long new_value)
{
	_Static_assert(sizeof(long) == sizeof(int), "or *old is not what is looked at");
	return atomic_try_cmpxchg(v, (int *)old, (int)new_value);
}

/* --- orders ----------------------------------------------------------------------------------- */

#define ATOMIC_ORDERS_I_(t, value, op)						\
	ATOMIC_ORDERED_I_(t, value, op, op##_relaxed)				\
	ATOMIC_ORDERED_I_(t, value, op, op##_acquire)				\
	ATOMIC_ORDERED_I_(t, value, op, op##_release)
#define ATOMIC_ORDERED_I_(t, value, op, form)					\
static __always_inline value t##_##form(value i, t##_t *v)			\
{										\
	return t##_##op(i, v);							\
}

#define ATOMIC_ORDERS_(t, value, op)						\
	ATOMIC_ORDERED_(t, value, op, op##_relaxed)				\
	ATOMIC_ORDERED_(t, value, op, op##_acquire)				\
	ATOMIC_ORDERED_(t, value, op, op##_release)
#define ATOMIC_ORDERED_(t, value, op, form)					\
static __always_inline value t##_##form(t##_t *v)				\
{										\
	return t##_##op(v);							\
}

#define ATOMIC_EXCHANGES_(t, value, order)					\
static __always_inline value t##_xchg##order(t##_t *v, value i)			\
{										\
	return t##_xchg(v, i);							\
}										\
static __always_inline value t##_cmpxchg##order(t##_t *v, value old, value i)	\
{										\
	return t##_cmpxchg(v, old, i);						\
}										\
static __always_inline bool t##_try_cmpxchg##order(t##_t *v, value *old, value i) \
{										\
	return t##_try_cmpxchg(v, old, i);					\
}

#define ATOMIC_FAMILY_(t, value)						\
	ATOMIC_ORDERS_I_(t, value, add_return) ATOMIC_ORDERS_I_(t, value, sub_return)	\
	ATOMIC_ORDERS_I_(t, value, fetch_add) ATOMIC_ORDERS_I_(t, value, fetch_sub)	\
	ATOMIC_ORDERS_I_(t, value, fetch_and) ATOMIC_ORDERS_I_(t, value, fetch_or)	\
	ATOMIC_ORDERS_I_(t, value, fetch_xor) ATOMIC_ORDERS_I_(t, value, fetch_andnot)	\
	ATOMIC_ORDERS_(t, value, inc_return) ATOMIC_ORDERS_(t, value, dec_return)	\
	ATOMIC_ORDERS_(t, value, fetch_inc) ATOMIC_ORDERS_(t, value, fetch_dec)		\
	ATOMIC_EXCHANGES_(t, value, _relaxed) ATOMIC_EXCHANGES_(t, value, _acquire)	\
	ATOMIC_EXCHANGES_(t, value, _release)

ATOMIC_FAMILY_(atomic, int)
ATOMIC_FAMILY_(atomic_long, long)
ATOMIC_FAMILY_(atomic64, s64)

#endif
