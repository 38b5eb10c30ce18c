/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_arith.c - division, overflow, rounding, fields and counters
 *
 * No test trusts the code beside it: a quotient is right exactly when q * d + r == n and r < d, and
 * that product, like every other sum and product, is worked out with numbers of 128 bits made of
 * 32-bit digits (struct wide below), because a 32-bit host has no __int128.
 *
 * LINK: lib/div64.c
 */
#include <support.h>
#include <test_random.h>

#include <lib/atomic_forms.h>
#include <lib/bitfield.h>
#include <lib/bits.h>
#include <lib/err.h>
#include <lib/kernel.h>
#include <lib/limits.h>
#include <lib/math64.h>
#include <lib/overflow.h>

u64 __udivmoddi4(u64 n, u64 d, u64 *rem) __attribute__((visibility("hidden")));
u64 __udivdi3(u64 n, u64 d) __attribute__((visibility("hidden")));
u64 __umoddi3(u64 n, u64 d) __attribute__((visibility("hidden")));
s64 __divmoddi4(s64 n, s64 d, s64 *rem) __attribute__((visibility("hidden")));
s64 __divdi3(s64 n, s64 d) __attribute__((visibility("hidden")));
s64 __moddi3(s64 n, s64 d) __attribute__((visibility("hidden")));

/* --- numbers of 128 bits, two's complement, lowest digit first ---------------------------------- */

struct wide {
	u32 digit[4];
};

static struct wide wide_unsigned(u64 n)
{
	return (struct wide){ { (u32)n, (u32)(n >> 32), 0, 0 } };
}

static struct wide wide_signed(s64 n)
{
	u32 sign = n < 0 ? ~0u : 0;

	return (struct wide){ { (u32)n, (u32)((u64)n >> 32), sign, sign } };
}

static struct wide wide_add(struct wide a, struct wide b)
{
	u64 carry = 0;

	for (int i = 0; i < 4; i++) {
		carry += (u64)a.digit[i] + b.digit[i];
		a.digit[i] = (u32)carry;
		carry >>= 32;
	}
	return a;
}

static struct wide wide_negate(struct wide a)
{
	for (int i = 0; i < 4; i++)
		a.digit[i] = ~a.digit[i];
	return wide_add(a, wide_unsigned(1));
}

static struct wide wide_multiply(struct wide a, struct wide b)
{
	struct wide product = { { 0 } };

	for (int i = 0; i < 4; i++) {
		u64 carry = 0;

		for (int j = 0; i + j < 4; j++) {
			carry += (u64)a.digit[i] * b.digit[j] + product.digit[i + j];
			product.digit[i + j] = (u32)carry;
			carry >>= 32;
		}
	}
	return product;
}

static bool wide_equal(struct wide a, struct wide b)
{
	return memcmp(&a, &b, sizeof(a)) == 0;
}

/* --- division ---------------------------------------------------------------------------------- */

static bool division_is_right(u64 n, u64 d, u64 q, u64 r)
{
	struct wide back = wide_add(wide_multiply(wide_unsigned(q), wide_unsigned(d)),
				    wide_unsigned(r));

	return r < d && wide_equal(back, wide_unsigned(n));
}

static void check_unsigned(u64 n, u64 d)
{
	u64 r, q = __udivmoddi4(n, d, &r);

	if (!division_is_right(n, d, q, r))
		fail_msg("%llu / %llu gives %llu rest %llu", n, d, q, r);
	assert_true(__udivmoddi4(n, d, NULL) == q);
	assert_true(__udivdi3(n, d) == q && __umoddi3(n, d) == r);
	assert_true(div64_u64(n, d) == q && div64_u64_rem(n, d, &r) == q);
	assert_true(division_is_right(n, d, q, r));
	if (q != ~0ull)
		assert_true(DIV64_U64_ROUND_UP(n, d) == q + (r != 0));
}

static void check_by_32_bits(u64 n, u32 d)
{
	u64 quotient = n;
	u32 r = do_div(quotient, d), r2;

	if (!division_is_right(n, d, quotient, r))
		fail_msg("do_div(%llu, %u) gives %llu rest %u", n, d, quotient, r);
	assert_true(div_u64(n, d) == quotient);
	assert_true(div_u64_rem(n, d, &r2) == quotient && r2 == r);
}

static u64 magnitude(s64 n)
{
	return n < 0 ? -(u64)n : (u64)n;
}

/* Towards zero: the magnitudes divide, the remainder has the sign of n. */
static void check_signed(s64 n, s64 d)
{
	s64 r, q;

	if (n == LLONG_MIN && d == -1)
		return;				/* undefined in C */
	q = __divmoddi4(n, d, &r);
	if (!division_is_right(magnitude(n), magnitude(d), magnitude(q), magnitude(r)) ||
	    (q && (q < 0) != ((n < 0) != (d < 0))) || (r && (r < 0) != (n < 0)))
		fail_msg("%lld / %lld gives %lld rest %lld", n, d, q, r);
	assert_true(__divmoddi4(n, d, NULL) == q);
	assert_true(__divdi3(n, d) == q && __moddi3(n, d) == r && div64_s64(n, d) == q);
	if (d == (s32)d) {
		s32 r32;

		assert_true(div_s64(n, (s32)d) == q);
		assert_true(div_s64_rem(n, (s32)d, &r32) == q && r32 == r);
	}
}

static void check_division(u64 n, u64 d)
{
	if (d) {
		check_unsigned(n, d);
		check_signed((s64)n, (s64)d);
	}
	if ((u32)d)
		check_by_32_bits(n, (u32)d);
}

static void divisions_multiply_back(void **state)
{
	static const u64 edge[] = {
		0, 1, 2, 3, 9, 10, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF, 0x100000000,
		0x100000001, 0x1FFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0x8000000000000000,
		0x8000000000000001, 0xFFFFFFFE00000000, 0xFFFFFFFEFFFFFFFF, 0xFFFFFFFF00000000,
		0xFFFFFFFF00000001, 0xFFFFFFFFFFFFFFFE, 0xFFFFFFFFFFFFFFFF,
	};

	for (size_t i = 0; i < ARRAY_SIZE(edge); i++)
		for (size_t j = 0; j < ARRAY_SIZE(edge); j++)
			check_division(edge[i], edge[j]);
	random_begin("division");
	for (int i = 0; i < 200000; i++)
		check_division(random_edgy64(), random_edgy64());
}

/* Here the compiler sees the divisor, or everything. */
static void constant_divisors(void **state)
{
	u64 n = 1000000000000000007ull;

	random_begin("constant divisors");
	assert_int_equal(do_div(n, 10), 7);
	assert_true(n == 100000000000000000ull);
	assert_true(div_u64(0xFFFFFFFFFFFFFFFFull, 0xFFFFFFFF) == 0x100000001ull);
	for (int i = 0; i < 20000; i++) {
		u64 any = random_edgy64(), q;
		u32 r;

#define CHECK(d) do {								\
		q = any;							\
		r = do_div(q, d);						\
		assert_true(division_is_right(any, d, q, r));			\
} while (0)
		CHECK(1);
		CHECK(2);
		CHECK(3);
		CHECK(10);
		CHECK(1000);
		CHECK(65536);
		CHECK(1000000000);
		CHECK(0x80000000u);
		CHECK(0xFFFFFFFFu);
#undef CHECK
	}
}

static void products(void **state)
{
	random_begin("products");
	assert_true(mul_u32_u32(0xFFFFFFFF, 0xFFFFFFFF) == 0xFFFFFFFE00000001ull);
	for (int i = 0; i < 20000; i++) {
		u64 a = random_edgy64();
		u32 mul = (u32)random_edgy64();
		unsigned int shift = random_below(33);
		struct wide product = wide_multiply(wide_unsigned(a), wide_unsigned(mul));
		u64 low = (u64)product.digit[1] << 32 | product.digit[0];
		u64 high = (u64)product.digit[3] << 32 | product.digit[2];
		u64 want = shift ? low >> shift | high << (64 - shift) : low;

		assert_true(mul_u64_u32_shr(a, mul, shift) == want);
	}
}

/* --- overflow ---------------------------------------------------------------------------------- */

/* For any integer lvalue: its value in 128 bits. */
#define WIDE(x)	(is_signed_type(__typeof__(x)) ? wide_signed((s64)(x)) : wide_unsigned((u64)(x)))

/* What the three checks say for a and b with a result of type td, against the 128-bit result. */
#define CHECK_OVERFLOW(ta, tb, td, x, y) do {					\
	ta a_ = (ta)(x);							\
	tb b_ = (tb)(y);							\
	td d_;									\
	bool of_;								\
	struct wide sum_ = wide_add(WIDE(a_), WIDE(b_));			\
	struct wide difference_ = wide_add(WIDE(a_), wide_negate(WIDE(b_)));	\
	struct wide product_ = wide_multiply(WIDE(a_), WIDE(b_));		\
	of_ = check_add_overflow(a_, b_, &d_);					\
	assert_int_equal(of_, !wide_equal(WIDE(d_), sum_));			\
	assert_true(d_ == (td)wide_low(sum_));					\
	of_ = check_sub_overflow(a_, b_, &d_);					\
	assert_int_equal(of_, !wide_equal(WIDE(d_), difference_));		\
	assert_true(d_ == (td)wide_low(difference_));				\
	of_ = check_mul_overflow(a_, b_, &d_);					\
	assert_int_equal(of_, !wide_equal(WIDE(d_), product_));			\
	assert_true(d_ == (td)wide_low(product_));				\
} while (0)

static u64 wide_low(struct wide a)
{
	return (u64)a.digit[1] << 32 | a.digit[0];
}

static void overflow_is_what_128_bits_say(void **state)
{
	random_begin("overflow");
	for (int i = 0; i < 30000; i++) {
		u64 x = random_edgy64(), y = random_edgy64();

		CHECK_OVERFLOW(u8, u8, u8, x, y);
		CHECK_OVERFLOW(s8, s8, s8, x, y);
		CHECK_OVERFLOW(u16, u16, u16, x, y);
		CHECK_OVERFLOW(s16, s16, s16, x, y);
		CHECK_OVERFLOW(u32, u32, u32, x, y);
		CHECK_OVERFLOW(s32, s32, s32, x, y);
		CHECK_OVERFLOW(u64, u64, u64, x, y);
		CHECK_OVERFLOW(s64, s64, s64, x, y);
		CHECK_OVERFLOW(u32, u32, int, x, y);
		CHECK_OVERFLOW(int, int, u32, x, y);
		CHECK_OVERFLOW(u32, u32, u8, x, y);
		CHECK_OVERFLOW(u8, int, u64, x, y);
		CHECK_OVERFLOW(s64, u32, s8, x, y);
		CHECK_OVERFLOW(u64, s64, s64, x, y);
		CHECK_OVERFLOW(size_t, int, size_t, x, y);
	}
}

static void arguments_are_evaluated_once(void **state)
{
	int a = 1, b = 2, d[2] = { 0, 0 }, *p = d;

	assert_false(check_add_overflow(a++, b++, p++));
	assert_int_equal(d[0], 3);
	assert_false(check_shl_overflow(a++, b++, p++));
	assert_int_equal(d[1], 2 << 3);
	assert_int_equal(a, 3);
	assert_int_equal(b, 4);
	assert_ptr_equal(p, d + 2);
	a = 1;
	assert_int_equal(min(a++, 10) + max(a++, 0) + clamp(a++, 0, 10), 1 + 2 + 3);
	assert_int_equal(a, 4);
	assert_int_equal(size_mul(a++, 2), 8);
	assert_int_equal(roundup(10, a++), 10);
	assert_int_equal(rounddown(a++, 4), 4);
	assert_int_equal(DIV_ROUND_CLOSEST(a++, 2), 4);
	assert_int_equal(a, 8);
}

/* A shift is right when shifting back gives the number again. */
#define CHECK_SHIFT(ta, td, x, s) do {						\
	ta a_ = (ta)(x);							\
	td d_ = 0;								\
	bool of_ = check_shl_overflow(a_, s, &d_);				\
	bool fits_ = !(WIDE(a_).digit[3] >> 31) && (s) >= 0 && (s) < 8 * (int)sizeof(td);		\
	if (fits_) {								\
		struct wide shifted_ = WIDE(a_);				\
		for (int k_ = 0; k_ < (s); k_++)				\
			shifted_ = wide_add(shifted_, shifted_);		\
		fits_ = wide_equal(WIDE(d_), shifted_);				\
	}									\
	assert_int_equal(of_, !fits_);						\
} while (0)

static void shifts_tell_lost_bits(void **state)
{
	random_begin("shifts");
	for (int i = 0; i < 20000; i++) {
		u64 x = random_edgy64();
		int s = (int)random_below(70) - 3;

		CHECK_SHIFT(u8, u8, x, s);
		CHECK_SHIFT(s8, s8, x, s);
		CHECK_SHIFT(u8, u64, x, s);
		CHECK_SHIFT(u64, u8, x, s);
		CHECK_SHIFT(int, int, x, s);
		CHECK_SHIFT(u32, int, x, s);
		CHECK_SHIFT(int, u32, x, s);
		CHECK_SHIFT(s64, s64, x, s);
		CHECK_SHIFT(u64, u64, x, s);
		CHECK_SHIFT(u64, s64, x, s);
	}
}

struct tail {
	u32 count;
	u16 items[];
};

static_assert(struct_size((struct tail *)NULL, items, 3) == 10);
static_assert(struct_size_t(struct tail, items, 0) == 4);
static_assert(struct_size_t(struct tail, items, 0x7FFFFFFE) == SIZE_MAX);
static_assert(struct_size_t(struct tail, items, 0x7FFFFFFDu) == 0xFFFFFFFE);
static_assert(struct_size_t(struct tail, items, SIZE_MAX) == SIZE_MAX);
static_assert(flex_array_size((struct tail *)NULL, items, 5) == 10);

static void sizes_saturate(void **state)
{
	volatile size_t big = SIZE_MAX, three = 3, huge = SIZE_MAX / 2 + 1;
	struct tail *t = NULL;

	assert_true(size_add(three, 4) == 7 && size_add(big, 1) == SIZE_MAX);
	assert_true(size_add(huge, huge) == SIZE_MAX && size_add(big, 0) == SIZE_MAX);
	assert_true(size_add(big, -3) == SIZE_MAX);
	assert_true(size_sub(three, 2) == 1 && size_sub(three, 4) == SIZE_MAX);
	assert_true(size_sub(big, 1) == SIZE_MAX && size_sub(three, big) == SIZE_MAX);
	assert_true(size_sub(big, big) == SIZE_MAX && size_sub(three, 3) == 0);
	assert_true(size_mul(three, 5) == 15 && size_mul(huge, 2) == SIZE_MAX);
	assert_true(size_mul(big, 1) == SIZE_MAX && size_mul(big, three) == SIZE_MAX);
	assert_true(size_mul(0, three) == 0 && size_mul(three, 0) == 0);
	assert_true(array_size(three, 7) == 21 && array3_size(three, 2, 2) == 12);
	assert_true(array3_size(huge, 2, 1) == SIZE_MAX);
	assert_true(flex_array_size(t, items, three) == 6);
	assert_true(flex_array_size(t, items, big) == SIZE_MAX);
	assert_true(struct_size(t, items, three) == 10);
	assert_true(struct_size(t, items, big) == SIZE_MAX);
	assert_true(struct_size(t, items, huge - 1) == SIZE_MAX);
	assert_true(struct_size(t, items, huge - 3) == 0xFFFFFFFE);
}

/* --- the everyday macros ----------------------------------------------------------------------- */

#define CONFIG_BUILT_IN		1
#define CONFIG_AS_MODULE_MODULE	1
#define CONFIG_ZERO		0

static_assert(IS_ENABLED(CONFIG_BUILT_IN) && IS_BUILTIN(CONFIG_BUILT_IN));
static_assert(IS_ENABLED(CONFIG_AS_MODULE) && IS_MODULE(CONFIG_AS_MODULE));
static_assert(!IS_BUILTIN(CONFIG_AS_MODULE) && !IS_MODULE(CONFIG_BUILT_IN));
static_assert(!IS_ENABLED(CONFIG_ZERO) && !IS_ENABLED(CONFIG_NOT_DEFINED));
static_assert(ARRAY_SIZE(((int[7]){ 0 })) == 7);
static_assert(INT_MAX == 2147483647 && INT_MIN == -2147483647 - 1 && UINT_MAX == 4294967295u);
static_assert(ULONG_MAX == 4294967295ul && LONG_MIN == INT_MIN && SIZE_MAX == 4294967295u);
static_assert(LLONG_MAX == 9223372036854775807ll && LLONG_MIN == -LLONG_MAX - 1);
static_assert(U8_MAX == 255 && S8_MIN == -128 && S8_MAX == 127 && U16_MAX == 65535);
static_assert(S16_MIN == -32768 && S16_MAX == 32767 && U32_MAX == UINT_MAX);
static_assert(S32_MIN == INT_MIN && S32_MAX == INT_MAX && U64_MAX == 18446744073709551615ull);
static_assert(S64_MIN == LLONG_MIN && S64_MAX == LLONG_MAX && PHYS_ADDR_MAX == UINT_MAX);
static_assert(DIV_ROUND_UP(10, 4) == 3 && DIV_ROUND_UP(8, 4) == 2 && DIV_ROUND_UP(0, 4) == 0);
static_assert(round_up(13, 8) == 16 && round_up(16, 8) == 16 && round_up(0u, 8) == 0);
static_assert(round_down(13, 8) == 8 && round_down(16, 8) == 16 && ALIGN_DOWN(13, 8) == 8);
static_assert(ALIGN(13, 8) == 16 && ALIGN(16, 8) == 16 && ALIGN(0xFFFFF001u, 4096) == 0);
static_assert(ALIGN(1ull << 40 | 1, 4096) == (1ull << 40) + 4096);
static_assert(round_down((1ull << 40) + 5, 4096u) == 1ull << 40);
static_assert(IS_ALIGNED(4096, 4096) && !IS_ALIGNED(4097, 4096) && IS_ALIGNED(1ull << 40, 4096));
static_assert(upper_32_bits(0x123456789ull) == 1 && lower_32_bits(0x123456789ull) == 0x23456789);
static_assert(sizeof_field(struct tail, count) == 4 && offsetofend(struct tail, count) == 4);
static_assert(is_signed_type(int) && !is_signed_type(u8) && __same_type(u32, unsigned int));

static void everyday_macros(void **state)
{
	int a = 3, b = -4;
	struct { char c; int field; } s, *p = container_of(&s.field, __typeof__(s), field);

	assert_ptr_equal(p, &s);
	assert_true(min(a, b) == -4 && max(a, b) == 3 && min3(5, a, b) == -4 && max3(a, b, 9) == 9);
	assert_true(min_t(unsigned int, a, b) == 3 && max_t(u8, 257, a) == 3);
	assert_true(clamp(b, 0, 7) == 0 && clamp(9, 0, 7) == 7 && clamp(a, 0, 7) == 3);
	assert_true(clamp_t(u8, 300, 10, 200) == 44 && clamp_val(a, 5, 7) == 5);
	assert_true(min_not_zero(0, a) == 3 && min_not_zero(a, 0) == 3 && min_not_zero(a, 2) == 2);
	swap(a, b);
	assert_true(a == -4 && b == 3);
	assert_true(roundup(10, 3) == 12 && roundup(12, 3) == 12 && rounddown(10, 3) == 9);
	assert_true(DIV_ROUND_CLOSEST(7, 2) == 4 && DIV_ROUND_CLOSEST(-7, 2) == -4);
	assert_true(DIV_ROUND_CLOSEST(5u, 3u) == 2 && DIV_ROUND_CLOSEST(4, 3) == 1);
	assert_true(PTR_ALIGN((char *)0x1001, 16) == (char *)0x1010);
	assert_string_equal(__stringify(a b), "a b");
}

static void error_pointers(void **state)
{
	char object;

	assert_true(IS_ERR(ERR_PTR(-ENOMEM)) && PTR_ERR(ERR_PTR(-ENOMEM)) == -ENOMEM);
	assert_true(IS_ERR(ERR_PTR(-MAX_ERRNO)) && !IS_ERR(ERR_PTR(-MAX_ERRNO - 1)));
	assert_true(IS_ERR(ERR_PTR(-1)) && !IS_ERR(NULL) && !IS_ERR(&object));
	assert_true(IS_ERR_OR_NULL(NULL) && IS_ERR_OR_NULL(ERR_PTR(-EINVAL)));
	assert_false(IS_ERR_OR_NULL(&object));
	assert_int_equal(PTR_ERR_OR_ZERO(&object), 0);
	assert_int_equal(PTR_ERR_OR_ZERO(ERR_PTR(-E2BIG)), -E2BIG);
	assert_ptr_equal(ERR_CAST(ERR_PTR(-EAGAIN)), (void *)-EAGAIN);
	assert_true(EINVAL == 22 && ERANGE == 34 && EOVERFLOW == 75 && E2BIG == 7 && MAX_ERRNO == 4095);
}

/* --- fields ------------------------------------------------------------------------------------ */

#define FIELD_LOW	GENMASK(3, 0)
#define FIELD_MIDDLE	GENMASK(12, 4)
#define FIELD_TOP	BIT(31)
#define FIELD_WIDE	GENMASK_ULL(40, 30)

static_assert(FIELD_PREP(FIELD_MIDDLE, 5) == 0x50 && FIELD_GET(FIELD_MIDDLE, 0xFFF5F) == 0x1F5);
static_assert(FIELD_MAX(FIELD_LOW) == 15 && FIELD_FIT(FIELD_LOW, 15) && !FIELD_FIT(FIELD_LOW, 16));
static_assert(FIELD_PREP(FIELD_TOP, 1) == 0x80000000 && FIELD_GET(FIELD_TOP, 0x80000000) == 1);
static_assert(FIELD_PREP(FIELD_WIDE, 0x7FF) == 0x1FFC0000000ull && FIELD_MAX(FIELD_WIDE) == 0x7FF);

#define CHECK_ENCODING(name, type, base, mask, convert) do {			\
	base field_ = (base)(mask), low_ = field_ & -field_;			\
	base v_ = (base)random_edgy64();					\
	type old_ = (type)random_edgy64();					\
	type in_ = convert((base)((base)(v_ * low_) & field_)), p_ = old_;	\
	assert_true(name##_encode_bits(v_, field_) == in_);			\
	assert_true(name##_get_bits(in_, field_) == (base)(v_ & (field_ / low_))); \
	assert_true(name##_replace_bits(old_, v_, field_) ==			\
		    (type)((old_ & (type)~convert(field_)) | in_));		\
	name##p_replace_bits(&p_, v_, field_);					\
	assert_true(p_ == name##_replace_bits(old_, v_, field_));		\
} while (0)

static void bytes_lie_in_the_order_asked_for(void **state)
{
	u16 le = 0x1234, be = cpu_to_be16(0x1234);
	u32 wide = 0x12345678;

	assert_true(le16_to_cpup(&le) == 0x1234 && be16_to_cpup(&be) == 0x1234);
	assert_true(cpu_to_be32p(&wide) == 0x78563412 && cpu_to_le32p(&wide) == wide);
	be16_add_cpu(&be, 0xF0);
	le16_add_cpu(&le, 0xF000);
	assert_true(be == 0x2413 && le == 0x0234);
	cpu_to_be32s(&wide);
	assert_int_equal(wide, 0x78563412);
	be32_to_cpus(&wide);
	assert_int_equal(wide, 0x12345678);
}

static void fields_go_in_and_out(void **state)
{
	unsigned long reg = 0x12345678;

	random_begin("fields");
	FIELD_MODIFY(FIELD_MIDDLE, &reg, 0xAB);
	assert_int_equal(reg, 0x12344AB8);
	for (volatile unsigned int v = 0; v < 600; v++) {
		assert_int_equal(FIELD_GET(FIELD_MIDDLE, FIELD_PREP(FIELD_MIDDLE, v)), v & 0x1FF);
		assert_int_equal(FIELD_FIT(FIELD_MIDDLE, v), v < 512);
	}
	assert_int_equal(be16_encode_bits(0x12, 0x0FF0), 0x2001);
	assert_int_equal(be32_get_bits(cpu_to_be32(0x12345678), 0xFF0000), 0x34);
	assert_true(be64_to_cpu(cpu_to_be64(1)) == 1 && cpu_to_be64(1) == 1ull << 56);
	assert_int_equal(le32_get_bits(0x12345678, 0xFF00), 0x56);
	for (int i = 0; i < 2000; i++) {
		CHECK_ENCODING(u8, u8, u8, 0x3C, (u8));
		CHECK_ENCODING(u16, u16, u16, 0x0FF0, (u16));
		CHECK_ENCODING(u32, u32, u32, FIELD_MIDDLE, (u32));
		CHECK_ENCODING(u64, u64, u64, FIELD_WIDE, (u64));
		CHECK_ENCODING(le16, __le16, u16, 0x8000, cpu_to_le16);
		CHECK_ENCODING(le32, __le32, u32, 0xFF000000, cpu_to_le32);
		CHECK_ENCODING(le64, __le64, u64, ~0ull, cpu_to_le64);
		CHECK_ENCODING(be16, __be16, u16, 0x0FF0, cpu_to_be16);
		CHECK_ENCODING(be32, __be32, u32, 0x00FFF000, cpu_to_be32);
		CHECK_ENCODING(be64, __be64, u64, FIELD_WIDE, cpu_to_be64);
	}
}

/* --- counters ---------------------------------------------------------------------------------- */

static void counters_count(void **state)
{
	atomic_t v = ATOMIC_INIT(5);
	int old;

	assert_int_equal(atomic_read(&v), 5);
	atomic_set(&v, 7);
	atomic_add(3, &v);
	atomic_sub(1, &v);
	atomic_inc(&v);
	atomic_dec(&v);
	assert_int_equal(atomic_read(&v), 9);
	assert_int_equal(atomic_add_return(2, &v), 11);
	assert_int_equal(atomic_sub_return(1, &v), 10);
	assert_int_equal(atomic_inc_return(&v), 11);
	assert_int_equal(atomic_dec_return(&v), 10);
	assert_int_equal(atomic_fetch_add(5, &v), 10);
	assert_int_equal(atomic_fetch_sub(4, &v), 15);
	assert_int_equal(atomic_fetch_inc(&v), 11);
	assert_int_equal(atomic_fetch_dec(&v), 12);
	assert_int_equal(atomic_xchg(&v, 0xF0), 11);
	atomic_or(0x0F, &v);
	atomic_and(0x3F, &v);
	atomic_xor(0x03, &v);
	atomic_andnot(0x30, &v);
	assert_int_equal(atomic_read(&v), 0x0C);
	assert_int_equal(atomic_cmpxchg(&v, 1, 2), 0x0C);
	assert_int_equal(atomic_cmpxchg(&v, 0x0C, 2), 0x0C);
	assert_int_equal(atomic_read(&v), 2);
	old = 3;
	assert_false(atomic_try_cmpxchg(&v, &old, 9));
	assert_int_equal(old, 2);
	assert_true(atomic_try_cmpxchg(&v, &old, 9));
	assert_int_equal(atomic_read(&v), 9);
}

static void counters_answer(void **state)
{
	atomic_t v = ATOMIC_INIT(2);

	assert_false(atomic_dec_and_test(&v));
	assert_true(atomic_dec_and_test(&v));
	assert_false(atomic_inc_and_test(&v));
	atomic_set(&v, -1);
	assert_true(atomic_inc_and_test(&v));
	assert_false(atomic_sub_and_test(3, &v));
	assert_true(atomic_sub_and_test(-3, &v));
	assert_true(atomic_add_negative(-1, &v));
	assert_false(atomic_add_negative(1, &v));
	assert_false(atomic_inc_not_zero(&v));
	assert_int_equal(atomic_read(&v), 0);
	atomic_set(&v, 1);
	assert_true(atomic_inc_not_zero(&v));
	assert_false(atomic_add_unless(&v, 5, 2));
	assert_true(atomic_add_unless(&v, 5, 3));
	assert_int_equal(atomic_fetch_add_unless(&v, 1, 7), 7);
	assert_int_equal(atomic_dec_if_positive(&v), 6);
	atomic_set(&v, 0);
	assert_int_equal(atomic_dec_if_positive(&v), -1);
	assert_int_equal(atomic_read(&v), 0);
	atomic_set(&v, INT_MAX);
	assert_int_equal(atomic_inc_return(&v), INT_MIN);
	assert_int_equal(atomic_sub_return(INT_MIN, &v), 0);
}

static void wide_and_long_counters(void **state)
{
	atomic64_t wide = ATOMIC64_INIT(0xFFFFFFFF);
	atomic_long_t v = ATOMIC_LONG_INIT(3);
	atomic_t order = ATOMIC_INIT(4);

	assert_true(atomic64_inc_return(&wide) == 0x100000000);
	assert_true(atomic64_fetch_inc(&wide) == 0x100000000);
	assert_true(atomic64_dec_return(&wide) == 0x100000000);
	atomic64_add(0x500000000, &wide);
	atomic64_sub(0x200000000, &wide);
	assert_true(atomic64_read(&wide) == 0x400000000);
	assert_true(atomic64_xchg(&wide, -1) == 0x400000000);
	assert_true(atomic64_add_negative(-1, &wide) && atomic64_add_return(1, &wide) == -1);
	assert_true(atomic64_inc_and_test(&wide) && !atomic64_dec_and_test(&wide));
	assert_true(atomic64_cmpxchg(&wide, 0, 7) == -1 && atomic64_cmpxchg(&wide, -1, 7) == -1);
	assert_true(atomic64_sub_return(6, &wide) == 1 && atomic64_dec_and_test(&wide));
	atomic64_set(&wide, LLONG_MAX);
	assert_true(atomic64_inc_return(&wide) == LLONG_MIN);

	assert_int_equal(atomic_long_add_return(4, &v), 7);
	assert_int_equal(atomic_long_xchg(&v, 1), 7);
	assert_true(atomic_long_dec_and_test(&v) && atomic_long_read(&v) == 0);
	atomic_set_release(&order, 6);
	assert_int_equal(atomic_read_acquire(&order), 6);
	assert_int_equal(atomic_add_return_relaxed(1, &order), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(divisions_multiply_back),
		cmocka_unit_test(constant_divisors),
		cmocka_unit_test(products),
		cmocka_unit_test(overflow_is_what_128_bits_say),
		cmocka_unit_test(arguments_are_evaluated_once),
		cmocka_unit_test(shifts_tell_lost_bits),
		cmocka_unit_test(sizes_saturate),
		cmocka_unit_test(everyday_macros),
		cmocka_unit_test(error_pointers),
		cmocka_unit_test(bytes_lie_in_the_order_asked_for),
		cmocka_unit_test(fields_go_in_and_out),
		cmocka_unit_test(counters_count),
		cmocka_unit_test(counters_answer),
		cmocka_unit_test(wide_and_long_counters),
	};

	return cmocka_run_group_tests_name("arith", tests, NULL, NULL);
}
