/* SPDX-License-Identifier: MIT */
/*
 * include/lib/overflow.h - arithmetic that says when it went wrong, and sizes that cannot wrap
 *
 *	if (check_mul_overflow(count, size, &bytes))	wrapped: bytes holds the low bits
 *		return NULL;
 *	p = kmalloc(struct_size(p, items, n), gfp);	saturated: no allocator has SIZE_MAX bytes
 */
#ifndef LIB_OVERFLOW_H
#define LIB_OVERFLOW_H

#include <lib/compiler.h>
#include <lib/kernel.h>
#include <lib/types.h>

/* Makes ignoring the answer a warning. */
static inline bool __must_check overflow_answer_(bool overflow)
{
	return unlikely(overflow);
}

/* --- checked arithmetic ------------------------------------------------------------------------ */

/*
 * *@d = @a op @b as if with unlimited integers, cut to the type of *@d. True when that changed the
 * value. Any mix of integer types; each argument is evaluated once.
 */
#define check_add_overflow(a, b, d)	overflow_answer_(__builtin_add_overflow(a, b, d))
#define check_sub_overflow(a, b, d)	overflow_answer_(__builtin_sub_overflow(a, b, d))
#define check_mul_overflow(a, b, d)	overflow_answer_(__builtin_mul_overflow(a, b, d))

/* Largest value of an integer type, as a u64. */
#define type_max_(type)								\
	(~0ULL >> (64 - 8 * sizeof(type) + (is_signed_type(type) ? 1 : 0)))

/*
 * *@d = @a << @s. True for a negative @a, an @s that is negative or not smaller than the width of
 * *@d, and when bits are lost, the sign bit of *@d included. *@d is 0 when the shift is no good.
 */
#define check_shl_overflow(a, s, d) ({						\
	__typeof__(a) shl_a_ = (a);						\
	__typeof__(s) shl_s_ = (s);						\
	__typeof__(d) shl_d_ = (d);						\
	bool good_ = !is_negative(shl_s_) && (u64)shl_s_ < 8 * sizeof(*shl_d_);		\
	unsigned int by_ = good_ ? (unsigned int)shl_s_ : 0;			\
	*shl_d_ = good_ ? (__typeof__(*shl_d_))((u64)shl_a_ << by_) : 0;	\
	overflow_answer_(!good_ || is_negative(shl_a_) ||			\
			 (u64)shl_a_ > type_max_(__typeof__(*shl_d_)) >> by_);	\
})

/* --- sizes that saturate ----------------------------------------------------------------------- */

/* What does not fit is SIZE_MAX, and a SIZE_MAX from an earlier step stays (times 0 it is 0). */
static inline size_t __must_check size_mul(size_t a, size_t b)
{
	size_t product;

	return check_mul_overflow(a, b, &product) ? SIZE_MAX : product;
}

static inline size_t __must_check size_add(size_t a, size_t b)
{
	size_t sum;

	return check_add_overflow(a, b, &sum) ? SIZE_MAX : sum;
}

static inline size_t __must_check size_sub(size_t a, size_t b)
{
	size_t difference;

	if (a == SIZE_MAX || b == SIZE_MAX || check_sub_overflow(a, b, &difference))
		return SIZE_MAX;
	return difference;
}

#define array_size(a, b)	size_mul(a, b)
#define array3_size(a, b, c)	size_mul(size_mul(a, b), c)

/* The same as expressions that a constant @n leaves constant. */
#define const_size_mul_(n, size)						\
	((size_t)(n) > SIZE_MAX / (size) ? SIZE_MAX : (size_t)(n) * (size))
#define const_size_add_(a, b)	((size_t)(b) > SIZE_MAX - (a) ? SIZE_MAX : (size_t)(a) + (b))

/* Bytes of @count elements of the flexible array @member of *@p. @p is not evaluated. */
#define flex_array_size(p, member, count)					\
	__builtin_choose_expr(__builtin_constant_p(count),			\
		const_size_mul_(count, sizeof(*(p)->member)),			\
		size_mul(count, sizeof(*(p)->member)))

/* Bytes of *@p with @count elements behind it. */
#define struct_size(p, member, count)						\
	__builtin_choose_expr(__builtin_constant_p(count),			\
		const_size_add_(sizeof(*(p)),					\
				const_size_mul_(count, sizeof(*(p)->member))),	\
		size_add(sizeof(*(p)), size_mul(count, sizeof(*(p)->member))))

#define struct_size_t(type, member, count)	struct_size((type *)NULL, member, count)

#endif
