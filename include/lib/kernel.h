/* SPDX-License-Identifier: MIT */
/*
 * include/lib/kernel.h - the small macros that every file uses
 *
 * Rounding comes in three families, told apart by what the boundary may be:
 *
 *     round_up(x, y)   round_down(x, y)	y is a power of two; the type is that of x
 *     ALIGN(x, y)      ALIGN_DOWN(x, y)	the same, as the books name it for addresses and sizes
 *     roundup(x, y)    rounddown(x, y)		any y > 0, by a division
 */
#ifndef LIB_KERNEL_H
#define LIB_KERNEL_H

#include <lib/compiler.h>
#include <lib/limits.h>
#include <lib/types.h>

/* --- checks by the compiler -------------------------------------------------------------------- */

/* At file scope or inside a function; the message is optional. */
#undef static_assert
#define static_assert(expr, ...)		static_assert_(expr, ##__VA_ARGS__, #expr)
#define static_assert_(expr, msg, ...)		_Static_assert(expr, msg)

/*
 * Refuse to build when @cond is true or cannot be shown to be false. Other than static_assert it
 * takes whatever the optimiser can work out; without optimisation only @cond's syntax is checked.
 */
#ifdef __OPTIMIZE__
#define BUILD_BUG_ON_MSG(cond, msg)	build_bug_on_(cond, msg, __COUNTER__)
#else
#define BUILD_BUG_ON_MSG(cond, msg)	((void)sizeof((cond) ? 1 : 0))
#endif
#define build_bug_on_(cond, msg, id)	build_bug_on_id_(cond, msg, id)
#define build_bug_on_id_(cond, msg, id) do {					\
	extern void build_bug_##id(void) __attribute__((error(msg)));		\
	if (cond)								\
		build_bug_##id();						\
} while (0)
#define BUILD_BUG_ON(cond)		BUILD_BUG_ON_MSG(cond, "BUILD_BUG_ON: " #cond)
#define BUILD_BUG()			BUILD_BUG_ON_MSG(1, "BUILD_BUG: this code must not stay")
#define BUILD_BUG_ON_NOT_POWER_OF_2(n)	BUILD_BUG_ON((n) == 0 || ((n) & ((n) - 1)) != 0)

/* 0, as an expression; does not compile when @cond, a constant, is true. */
#define BUILD_BUG_ON_ZERO(cond)		((int)(sizeof(struct { int : (-!!(cond)); })))

/* --- structures and arrays --------------------------------------------------------------------- */

/* Elements of an array; does not compile for a pointer. */
#define ARRAY_SIZE(a)							\
	(sizeof(a) / sizeof((a)[0]) + BUILD_BUG_ON_ZERO(__same_type((a), &(a)[0])))

/* The structure of @type whose @member lies at @ptr. */
#define container_of(ptr, type, member) ({					\
	const volatile void *member_ptr_ = (ptr);				\
	_Static_assert(__same_type(*(ptr), ((type *)member_ptr_)->member) ||	\
		       __same_type(*(ptr), void),				\
		       "container_of: pointer and member differ in type");	\
	(type *)((char *)member_ptr_ - __builtin_offsetof(type, member));	\
})

#define typeof_member(type, member)	__typeof__(((type *)0)->member)
#define sizeof_field(type, member)	sizeof(((type *)0)->member)
#define offsetofend(type, member)					\
	(__builtin_offsetof(type, member) + sizeof_field(type, member))

/* --- comparing --------------------------------------------------------------------------------- */

/* Each argument is evaluated once; operands of different signedness draw the compiler's warning. */
#define min(a, b) ({								\
	__typeof__(a) min_a_ = (a);						\
	__typeof__(b) min_b_ = (b);						\
	min_a_ < min_b_ ? min_a_ : min_b_;					\
})
#define max(a, b) ({								\
	__typeof__(a) max_a_ = (a);						\
	__typeof__(b) max_b_ = (b);						\
	max_a_ > max_b_ ? max_a_ : max_b_;					\
})
#define min3(a, b, c)		min(min(a, b), c)
#define max3(a, b, c)		max(max(a, b), c)

/* The smaller of two where 0 means "no limit". */
#define min_not_zero(a, b) ({							\
	__typeof__(a) limit_a_ = (a);						\
	__typeof__(b) limit_b_ = (b);						\
	limit_a_ == 0 ? limit_b_ : limit_b_ == 0 ? limit_a_ : min(limit_a_, limit_b_); \
})

/* Both arguments are converted to @type first. */
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define max_t(type, a, b)	max((type)(a), (type)(b))

/* @val held between @lo and @hi; lo <= hi. */
#define clamp(val, lo, hi) ({							\
	__typeof__(val) clamp_val_ = (val);					\
	__typeof__(lo) clamp_lo_ = (lo);					\
	__typeof__(hi) clamp_hi_ = (hi);					\
	clamp_val_ < clamp_lo_ ? clamp_lo_ : clamp_val_ > clamp_hi_ ? clamp_hi_ : clamp_val_; \
})
#define clamp_t(type, val, lo, hi)	clamp((type)(val), (type)(lo), (type)(hi))
#define clamp_val(val, lo, hi)		clamp_t(__typeof__(val), val, lo, hi)

/* Of any type: "x < 0" draws a warning where x is unsigned. */
#define is_negative(x)		((x) < 1 && (x) != 0)

#define swap(a, b) do {								\
	__typeof__(a) swap_tmp_ = (a);						\
	(a) = (b);								\
	(b) = swap_tmp_;							\
} while (0)

#ifndef FLAGSTONE_HOST		/* the host's libc declares a function abs */
#define abs(x) ({								\
	__typeof__(x) abs_x_ = (x);						\
	abs_x_ < 0 ? -abs_x_ : abs_x_;						\
})
#endif

/* --- rounding ---------------------------------------------------------------------------------- */

/* Quotient rounded up; @n + @d - 1 must fit the type. */
#define DIV_ROUND_UP(n, d)	(((n) + (d) - 1) / (d))

/* Quotient rounded to the nearest, halves away from zero; @d > 0. */
#define DIV_ROUND_CLOSEST(n, d) ({						\
	__typeof__(n) div_n_ = (n);						\
	__typeof__(d) div_d_ = (d);						\
	is_negative(div_n_) ?							\
		(div_n_ - div_d_ / 2) / div_d_ : (div_n_ + div_d_ / 2) / div_d_; \
})

#define round_mask_(x, y)	((__typeof__(x))((y) - 1))
#define round_up(x, y)		((((x) - 1) | round_mask_(x, y)) + 1)
#define round_down(x, y)	((x) & ~round_mask_(x, y))

#define ALIGN_MASK(x, mask)	(((x) + (mask)) & ~(mask))
#define ALIGN(x, y)		ALIGN_MASK(x, (__typeof__(x))(y) - 1)
#define ALIGN_DOWN(x, y)	ALIGN((x) - ((y) - 1), y)
#define IS_ALIGNED(x, y)	(((x) & ((__typeof__(x))(y) - 1)) == 0)
#define PTR_ALIGN(p, y)		((__typeof__(p))ALIGN((unsigned long)(p), (unsigned long)(y)))
#define PTR_ALIGN_DOWN(p, y)	((__typeof__(p))ALIGN_DOWN((unsigned long)(p), (unsigned long)(y)))

#define roundup(x, y) ({							\
	__typeof__(y) round_y_ = (y);						\
	(((x) + (round_y_ - 1)) / round_y_) * round_y_;				\
})
#define rounddown(x, y) ({							\
	__typeof__(x) round_x_ = (x);						\
	round_x_ - round_x_ % (y);						\
})

#define upper_32_bits(n)	((u32)((u64)(n) >> 32))
#define lower_32_bits(n)	((u32)((n) & 0xFFFFFFFFu))

/* --- words for the preprocessor ---------------------------------------------------------------- */

#define stringify_(x...)	#x
#define __stringify(x...)	stringify_(x)

/*
 * 1 when the option is defined as 1, as y or m would be in a configuration, else 0; works in #if and
 * in C. The option's value is pasted to a name: only for 1 does that name stand for a first argument
 * more, which moves the 1 to where enabled_second_() picks.
 */
#define enabled_place_1			0,
#define enabled_second_(first, second, ...)	second
#define enabled_pick_(place)		enabled_second_(place 1, 0, 0)
#define enabled_paste_(value)		enabled_pick_(enabled_place_##value)
#define enabled_value_(value)		enabled_paste_(value)
#define IS_BUILTIN(option)		enabled_value_(option)
#define IS_MODULE(option)		enabled_value_(option##_MODULE)
#define IS_ENABLED(option)		(IS_BUILTIN(option) || IS_MODULE(option))

#endif
