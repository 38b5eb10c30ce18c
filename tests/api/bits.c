// SPDX-License-Identifier: MIT
/*
 * tests/api/bits.c - bits, bitmaps, division and overflow
 */
#include <linux/bitfield.h>
#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/bits.h>
#include <linux/err.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/div64.h>

#include "check.h"

#define BITS	1000

/* What must be known when this is compiled. */
static void __always_unused constants(void)
{
	DECLARE_BITMAP(map, BITS_PER_LONG * 2) = {};

	bitmap_set(map, 5, 2);
	__set_bit(40, map);
	BUILD_BUG_ON(!test_bit(5, map) || test_bit(7, map));
	BUILD_BUG_ON(bitmap_weight(map, 64) != 3);
	BUILD_BUG_ON(GENMASK(5, 3) != 0x38 || BIT_ULL(40) != 0x10000000000ull);
	BUILD_BUG_ON(roundup_pow_of_two(100) != 128 || ilog2(SZ_4M) != 22);
	BUILD_BUG_ON(struct_size((struct { int n; u16 tail[]; } *)0, tail, 3) != 12);
	BUILD_BUG_ON(FIELD_GET(GENMASK(7, 4), 0xabc) != 0xb);
}

static void __init finding(void)
{
	static const unsigned int set[] __initconst = { 0, 31, 32, 63, 500, 501, 502, 999 };
	DECLARE_BITMAP(map, BITS);
	unsigned int bit, n = 0, begin, end;

	bitmap_zero(map, BITS);
	CHECK(find_first_bit(map, BITS) == BITS && find_last_bit(map, BITS) == BITS);
	for (n = 0; n < ARRAY_SIZE(set); n++)
		__set_bit(set[n], map);
	n = 0;
	for_each_set_bit(bit, map, BITS)
		CHECK(bit == set[n++]);
	CHECK(n == ARRAY_SIZE(set) && bitmap_weight(map, BITS) == n);
	for (n = 0; n < ARRAY_SIZE(set); n++)
		CHECK(find_nth_bit(map, BITS, n) == set[n]);
	CHECK(find_nth_bit(map, BITS, n) >= BITS);
	n = 0;
	for_each_set_bitrange(begin, end, map, BITS)
		n += (end - begin) << (begin == 500 ? 8 : 0);
	CHECK(n == 1 + 2 + 1 + (3 << 8) + 1);
	n = 0;
	for_each_clear_bit(bit, map, BITS)
		n++;
	CHECK(n == BITS - ARRAY_SIZE(set));
	CHECK(find_next_zero_bit(map, BITS, 500) == 503);
	CHECK(bitmap_find_next_zero_area(map, BITS, 0, 400, 0) == 64);
}

static void __init whole_maps(void)
{
	unsigned long *a = bitmap_zalloc(BITS, GFP_KERNEL), *b = bitmap_zalloc(BITS, GFP_KERNEL);
	unsigned long *c = bitmap_zalloc(BITS, GFP_KERNEL);
	char *page = (char *)get_zeroed_page(GFP_KERNEL);

	if (!a || !b || !c || !page) {
		CHECK(!"memory");
		return;
	}
	bitmap_set(a, 100, 300);
	bitmap_set(b, 200, 500);
	CHECK(bitmap_and(c, a, b, BITS) && bitmap_weight(c, BITS) == 200);
	bitmap_or(c, a, b, BITS);
	CHECK(bitmap_weight(c, BITS) == 600);
	bitmap_xor(c, a, b, BITS);
	CHECK(bitmap_weight(c, BITS) == 400);
	bitmap_shift_right(c, a, 100, BITS);
	CHECK(find_first_bit(c, BITS) == 0 && bitmap_weight(c, BITS) == 300);
	bitmap_cut(c, a, 100, 100, BITS);
	CHECK(bitmap_weight(c, BITS) == 200);
	bitmap_fill(c, 35);
	CHECK(c[1] == ~0ul);

	CHECK(bitmap_parselist("0-9:1/3,20,N\n", a, BITS) == 0 && bitmap_weight(a, BITS) == 6);
	CHECK(bitmap_print_to_pagebuf(true, page, a, BITS) == 15);
	CHECK(!strcmp(page, "0,3,6,9,20,999\n") || !strcmp(page, "0,3,6,9,20,999"));
	CHECK(bitmap_parselist("5-3", a, BITS) == -EINVAL);
	CHECK(bitmap_parselist("1000", a, BITS) == -ERANGE);
	CHECK(bitmap_parselist("99999999999", a, BITS) == -EOVERFLOW);
	CHECK(bitmap_parse("1,00000001", UINT_MAX, a, BITS) == 0 && test_bit(32, a));
	CHECK(bitmap_parse("g", UINT_MAX, a, BITS) == -EINVAL);
	CHECK(bitmap_parse("123456789", UINT_MAX, a, BITS) == -EOVERFLOW);
	bitmap_free(a);
	bitmap_free(b);
	bitmap_free(c);
	free_page((unsigned long)page);
}

static void __init arithmetic(void)
{
	u64 n = 1000000000000ull;
	u32 rem;
	u8 small;
	int sum;

	CHECK(do_div(n, 7) == 1 && n == 142857142857ull);
	CHECK(div_u64_rem(10000000019ull, 10, &rem) == 1000000001ull && rem == 9);
	CHECK(div64_u64(~0ull, 0x100000001ull) == 0xffffffffull);
	CHECK(div_s64(-7, 2) == -3 && mul_u32_u32(~0u, ~0u) == 0xfffffffe00000001ull);
	CHECK(check_add_overflow((u8)200, (u8)100, &small) && small == 44);
	CHECK(check_add_overflow(INT_MAX, 1, &sum) && sum == INT_MIN);
	CHECK(!check_sub_overflow(5u, 3u, &rem) && rem == 2);
	CHECK(check_shl_overflow(1, 31, &sum) && check_shl_overflow(-1, 0, &rem));
	CHECK(array_size(SIZE_MAX, 2) == SIZE_MAX && size_add(SIZE_MAX, 1) == SIZE_MAX);
	CHECK(array3_size(1024, 1024, 4096) == SIZE_MAX);
	CHECK(fls64(1ull << 40) == 41 && ffs(0) == 0 && __ffs(0x100) == 8 && hweight32(0xf0f0) == 8);
	CHECK(get_count_order(4096) == 12 && get_count_order(4097) == 13);
	CHECK(!is_power_of_2(0) && order_base_2(5) == 3);
	CHECK(IS_ERR(ERR_PTR(-ENOMEM)) && PTR_ERR(ERR_PTR(-MAX_ERRNO)) == -4095);
	CHECK(!IS_ERR((void *)-4096l) && IS_ERR_OR_NULL(NULL));
}

static int __init bits_init(void)
{
	finding();
	whole_maps();
	arithmetic();
	return check_result();
}
module_init(bits_init);
MODULE_LICENSE("GPL");
