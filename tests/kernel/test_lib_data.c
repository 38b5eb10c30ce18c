/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_lib_data.c - what of lib/ is different in the kernel than on the host
 *
 * Host tests (tests/host) go through lib/ at length. Compiled for the kernel, counters and bits are
 * instructions of their own choice, a 64-bit division is ours and not libgcc's, and everything runs
 * without a host's compiler flags; that is looked at here.
 */
#include <arch.h>
#include <kernel/ktest.h>
#include <lib/atomic.h>
#include <lib/bitops.h>
#include <lib/kernel.h>
#include <lib/limits.h>
#include <lib/list.h>
#include <lib/list_sort.h>
#include <lib/math64.h>
#include <lib/rbtree_augmented.h>
#include <lib/sort.h>

/* --- counters and bits ------------------------------------------------------------------------- */

KTEST(atomic, counters_give_the_value_before_and_after)
{
	atomic_t v = ATOMIC_INIT(7);

	KTEST_EXPECT_EQ(t, atomic_add_return(3, &v), 10);
	KTEST_EXPECT_EQ(t, atomic_sub_return(1, &v), 9);
	KTEST_EXPECT_EQ(t, atomic_fetch_add(2, &v), 9);
	KTEST_EXPECT_EQ(t, atomic_fetch_dec(&v), 11);
	KTEST_EXPECT_EQ(t, atomic_xchg(&v, 0xF0), 10);
	atomic_or(0x0F, &v);
	atomic_and(0x3F, &v);
	atomic_xor(0x03, &v);
	KTEST_EXPECT_EQ(t, atomic_cmpxchg(&v, 1, 2), 0x3C);
	KTEST_EXPECT_EQ(t, atomic_cmpxchg(&v, 0x3C, 2), 0x3C);
	KTEST_EXPECT_EQ(t, atomic_read(&v), 2);
}

KTEST(atomic, counters_tell_zero_and_negative)
{
	atomic_t v = ATOMIC_INIT(2);

	KTEST_EXPECT(t, !atomic_dec_and_test(&v));
	KTEST_EXPECT(t, atomic_dec_and_test(&v));
	KTEST_EXPECT(t, atomic_add_negative(-1, &v));
	KTEST_EXPECT(t, !atomic_add_negative(1, &v));
	KTEST_EXPECT(t, !atomic_inc_not_zero(&v));
	KTEST_EXPECT(t, atomic_sub_and_test(0, &v));
	atomic_set(&v, INT_MAX);
	KTEST_EXPECT_EQ(t, atomic_inc_return(&v), INT_MIN);
}

KTEST(atomic, counters_of_64_bits_carry)
{
	atomic64_t v = ATOMIC64_INIT(0xFFFFFFFF);

	KTEST_EXPECT_EQ(t, atomic64_inc_return(&v), 0x100000000);
	KTEST_EXPECT_EQ(t, atomic64_cmpxchg(&v, 0x100000000, -1), 0x100000000);
	KTEST_EXPECT_EQ(t, atomic64_xchg(&v, 1LL << 40), -1);
	KTEST_EXPECT_EQ(t, atomic64_read(&v), 1LL << 40);
}

/* Where they keep interrupts away, they must leave things as they were. */
KTEST(atomic, the_interrupt_flag_stays)
{
	atomic_t v = ATOMIC_INIT(0);
	bool off_before = arch_irqs_off();
	unsigned long flags;

	atomic_inc_return(&v);
	atomic_cmpxchg(&v, 1, 2);
	KTEST_EXPECT_EQ(t, arch_irqs_off(), off_before);
	flags = arch_irq_save();
	atomic_inc_return(&v);
	atomic_cmpxchg(&v, 3, 4);
	KTEST_EXPECT(t, arch_irqs_off());
	arch_irq_restore(flags);
	KTEST_EXPECT_EQ(t, atomic_read(&v), 4);
}

KTEST(atomic, bits_by_variable_and_by_constant_number)
{
	unsigned long map[3] = { 0, 0, 0 };

	for (unsigned long nr = 0; nr < 96; nr++) {
		set_bit(nr, map);
		KTEST_EXPECT_EQ(t, map[nr / 32], 1UL << nr % 32);
		KTEST_EXPECT(t, test_and_clear_bit(nr, map));
		KTEST_EXPECT(t, !test_and_change_bit(nr, map));
		KTEST_EXPECT(t, test_and_set_bit(nr, map));
		change_bit(nr, map);
		KTEST_EXPECT_EQ(t, map[nr / 32], 0);
	}
	set_bit(33, map);
	set_bit(95, map);
	clear_bit(33, map);
	KTEST_EXPECT(t, map[0] == 0 && map[1] == 0 && map[2] == 0x80000000);
}

/* --- division ---------------------------------------------------------------------------------- */

KTEST(lib, sixty_four_bit_division_multiplies_back)
{
	static const u64 edge[] = {
		1, 2, 10, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x100000001,
		0x7FFFFFFFFFFFFFFF, 0x8000000000000001, 0xFFFFFFFF00000001, 0xFFFFFFFFFFFFFFFF,
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(edge); i++)
		for (unsigned int j = 0; j < ARRAY_SIZE(edge); j++) {
			u64 n = edge[i], d = edge[j], q = n / d, r = n % d, rest = n;
			s64 sn = -(s64)(n >> 1), sd = (s64)(d >> 1) + 1;

			KTEST_EXPECT(t, r < d && q <= n && q * d + r == n);
			KTEST_EXPECT(t, sn / sd * sd + sn % sd == sn && sn % sd <= 0);
			if ((u32)d) {
				u32 rem = do_div(rest, (u32)d);

				KTEST_EXPECT(t, rem < (u32)d && rest * (u32)d + rem == n);
			}
		}
}

/* --- trees and sorting ------------------------------------------------------------------------- */

#define NODES	64

struct number {
	u32 key, largest;
	struct rb_node node;
	struct list_head list;
};

static struct number number[NODES];

static inline u32 key_of(struct number *n)
{
	return n->key;
}

RB_DECLARE_CALLBACKS_MAX(static, largest_key, struct number, node, u32, largest, key_of)

static void insert_number(struct number *n, struct rb_root *root)
{
	struct rb_node **link = &root->rb_node, *parent = NULL;

	n->largest = n->key;
	while (*link) {
		struct number *above = rb_entry(*link, struct number, node);

		parent = *link;
		above->largest = max(above->largest, n->key);
		link = n->key < above->key ? &parent->rb_left : &parent->rb_right;
	}
	rb_link_node(&n->node, parent, link);
	rb_insert_augmented(&n->node, root, &largest_key);
}

/* Black nodes on every path down from @node, or -1 when a rule or the summary is broken. */
static int black_height(const struct rb_node *node)
{
	int left, right;

	if (!node)
		return 0;
	left = black_height(node->rb_left);
	right = black_height(node->rb_right);
	if (left < 0 || left != right)
		return -1;
	if (rb_is_red(node) && (!rb_parent(node) || rb_is_red(rb_parent(node))))
		return -1;
	if (rb_entry(node, struct number, node)->largest <
	    rb_entry(node, struct number, node)->key)
		return -1;
	return left + (rb_is_black(node) ? 1 : 0);
}

KTEST(lib, a_tree_stays_balanced_and_in_order)
{
	struct rb_root root = RB_ROOT;
	struct rb_node *node;

	for (unsigned int i = 0; i < NODES; i++) {
		number[i].key = i * 37 % NODES;
		insert_number(&number[i], &root);
		KTEST_EXPECT(t, black_height(root.rb_node) >= 0);
	}
	for (unsigned int left = NODES; left > 0; left--) {
		u32 want = NODES - left;

		KTEST_EXPECT_EQ(t, rb_entry(root.rb_node, struct number, node)->largest, NODES - 1);
		for (node = rb_first(&root); node; node = rb_next(node))
			KTEST_EXPECT_EQ(t, rb_entry(node, struct number, node)->key, want++);
		KTEST_EXPECT_EQ(t, want, NODES);
		rb_erase_augmented(rb_first(&root), &root, &largest_key);
		KTEST_EXPECT(t, black_height(root.rb_node) >= 0);
	}
	KTEST_EXPECT(t, RB_EMPTY_ROOT(&root));
}

static int compare_numbers(const void *a, const void *b)
{
	u32 x = ((const struct number *)a)->key, y = ((const struct number *)b)->key;

	return x < y ? -1 : x > y;
}

static int compare_members(void *priv, const struct list_head *a, const struct list_head *b)
{
	return compare_numbers(list_entry(a, struct number, list),
			       list_entry(b, struct number, list));
}

KTEST(lib, arrays_and_lists_are_sorted)
{
	LIST_HEAD(list);
	struct number *n;
	u32 want = 0;

	for (unsigned int i = 0; i < NODES; i++)
		number[i].key = i * 37 % NODES;
	for (unsigned int i = 0; i < NODES; i++)
		list_add(&number[i].list, &list);
	list_sort(NULL, &list, compare_members);
	list_for_each_entry(n, &list, list)
		KTEST_EXPECT_EQ(t, n->key, want++);
	KTEST_EXPECT_EQ(t, want, NODES);
	sort(number, NODES, sizeof(number[0]), compare_numbers, NULL);
	for (unsigned int i = 0; i < NODES; i++)
		KTEST_EXPECT_EQ(t, number[i].key, i);
}
