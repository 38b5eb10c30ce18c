/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_rbtree.c - red-black trees and interval trees against arrays
 *
 * The model of a tree is a sorted array of its keys; the model of an interval tree is a table that is
 * searched from end to end. After every change the whole tree is checked: rules R1 to R4 of rbtree.h,
 * the order, and the summaries.
 *
 * LINK: lib/rbtree.c lib/interval_tree.c
 */
#include <support.h>
#include <test_random.h>

#include <lib/interval_tree.h>
#include <lib/rbtree.h>
#include <lib/rbtree_augmented.h>

#define NODES	200

struct thing {
	u32 key, value, largest;	/* largest value of the subtree */
	bool in_tree;
	struct rb_node node;
};

static struct thing thing[NODES];
static u32 model[NODES];		/* keys in the tree, sorted */
static size_t model_size;

#define THING(rb)	rb_entry(rb, struct thing, node)

/* --- models and checker ------------------------------------------------------------------------ */

static void model_insert(u32 key)
{
	size_t i = model_size++;

	for (; i > 0 && model[i - 1] > key; i--)
		model[i] = model[i - 1];
	model[i] = key;
}

static void model_remove(u32 key)
{
	size_t i = 0;

	while (model[i] != key)
		i++;
	model_size--;
	for (; i < model_size; i++)
		model[i] = model[i + 1];
}

static bool black(const struct rb_node *node)
{
	return node->__rb_parent_color & 1;
}

/* Check R2 to R4 below @node. Return: black nodes on each path from here down. */
static int black_height(const struct rb_node *node, const struct rb_node *parent)
{
	int left, right;

	if (!node)
		return 0;
	assert_ptr_equal((void *)(node->__rb_parent_color & ~3UL), parent);
	if (!black(node))
		assert_true(parent && black(parent));
	left = black_height(node->rb_left, node);
	right = black_height(node->rb_right, node);
	assert_int_equal(left, right);
	return left + (black(node) ? 1 : 0);
}

/* Recompute every summary of the subtree from scratch. */
static u32 check_largest(const struct rb_node *node)
{
	u32 left, right, largest;

	if (!node)
		return 0;
	left = check_largest(node->rb_left);
	right = check_largest(node->rb_right);
	largest = max3(THING(node)->value, left, right);
	assert_int_equal(THING(node)->largest, largest);
	return largest;
}

static void check_tree(const struct rb_root *root)
{
	struct rb_node *node;
	size_t i = 0;

	assert_true(!root->rb_node || black(root->rb_node));
	black_height(root->rb_node, NULL);
	for (node = rb_first(root); node; node = rb_next(node))
		assert_int_equal(THING(node)->key, model[i++]);
	assert_int_equal(i, model_size);
	for (node = rb_last(root); node; node = rb_prev(node))
		assert_int_equal(THING(node)->key, model[--i]);
	assert_int_equal(i, 0);
	assert_int_equal(RB_EMPTY_ROOT(root), model_size == 0);
}

/* --- the user's half of an insertion ----------------------------------------------------------- */

/* Walk down to where @t belongs and link it. Return: was it always to the left? */
static bool link_thing(struct thing *t, struct rb_root *root)
{
	struct rb_node **link = &root->rb_node, *parent = NULL;
	bool leftmost = true;

	while (*link) {
		parent = *link;
		if (THING(parent)->largest < t->value)
			THING(parent)->largest = t->value;
		if (t->key < THING(parent)->key) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	t->largest = t->value;
	rb_link_node(&t->node, parent, link);
	return leftmost;
}

static inline u32 value_of(struct thing *t)
{
	return t->value;
}

RB_DECLARE_CALLBACKS_MAX(static, largest_value, struct thing, node, u32, largest, value_of)

/* The same summary through the other macro, by a function of its own. */
static bool recompute_largest(struct thing *t, bool exit)
{
	u32 largest = t->value, old = t->largest;

	if (t->node.rb_left)
		largest = max(largest, THING(t->node.rb_left)->largest);
	if (t->node.rb_right)
		largest = max(largest, THING(t->node.rb_right)->largest);
	t->largest = largest;
	return exit && largest == old;
}

RB_DECLARE_CALLBACKS(static, largest_value2, struct thing, node, largest, recompute_largest)

/* --- random insertion and removal -------------------------------------------------------------- */

enum kind { PLAIN, CACHED, AUGMENTED, AUGMENTED_CACHED, AUGMENTED_BY_HAND, KINDS };

static struct rb_root_cached tree;

static void insert_thing(enum kind kind, struct thing *t)
{
	bool leftmost = link_thing(t, &tree.rb_root);

	switch (kind) {
	case PLAIN:
		rb_insert_color(&t->node, &tree.rb_root);
		break;
	case CACHED:
		rb_insert_color_cached(&t->node, &tree, leftmost);
		break;
	case AUGMENTED:
		rb_insert_augmented(&t->node, &tree.rb_root, &largest_value);
		break;
	case AUGMENTED_CACHED:
		rb_insert_augmented_cached(&t->node, &tree, leftmost, &largest_value);
		break;
	default:
		rb_insert_augmented(&t->node, &tree.rb_root, &largest_value2);
	}
}

static void erase_thing(enum kind kind, struct thing *t)
{
	struct rb_node *first = tree.rb_leftmost, *answer;

	switch (kind) {
	case PLAIN:
		rb_erase(&t->node, &tree.rb_root);
		break;
	case CACHED:
		answer = rb_erase_cached(&t->node, &tree);
		assert_ptr_equal(answer, first == &t->node ? rb_first(&tree.rb_root) : NULL);
		break;
	case AUGMENTED:
		rb_erase_augmented(&t->node, &tree.rb_root, &largest_value);
		break;
	case AUGMENTED_CACHED:
		rb_erase_augmented_cached(&t->node, &tree, &largest_value);
		break;
	default:
		rb_erase_augmented(&t->node, &tree.rb_root, &largest_value2);
	}
}

static void check_kind(enum kind kind)
{
	check_tree(&tree.rb_root);
	if (kind == CACHED || kind == AUGMENTED_CACHED)
		assert_ptr_equal(rb_first_cached(&tree), rb_first(&tree.rb_root));
	if (kind >= AUGMENTED)
		check_largest(tree.rb_root.rb_node);
}

static void forget_everything(void)
{
	tree = RB_ROOT_CACHED;
	model_size = 0;
	for (size_t i = 0; i < NODES; i++)
		thing[i].in_tree = false;
}

/* @nodes at most at a time, @keys different keys: few of them means many equal ones. */
static void churn(enum kind kind, u32 nodes, u32 keys, int rounds)
{
	forget_everything();
	while (rounds-- > 0) {
		struct thing *t = &thing[random_below(nodes)];

		if (t->in_tree) {
			erase_thing(kind, t);
			model_remove(t->key);
		} else {
			t->key = random_below(keys);
			t->value = random_below(1000);
			insert_thing(kind, t);
			model_insert(t->key);
		}
		t->in_tree = !t->in_tree;
		check_kind(kind);
	}
}

static void random_changes_agree_with_a_sorted_array(void **state)
{
	random_begin("rbtree changes");
	for (enum kind kind = PLAIN; kind < KINDS; kind++) {
		churn(kind, 8, 1000, 2000);
		churn(kind, 40, 10, 1500);
		churn(kind, NODES, 100000, 1500);
	}
}

/* Every order of insertion and of removal of up to six keys: all small cases there are. */
static void permute(u32 *order, u32 n, u32 done, void (*visit)(const u32 *order, u32 n))
{
	if (done == n)
		visit(order, n);
	for (u32 i = done; i < n; i++) {
		swap(order[done], order[i]);
		permute(order, n, done + 1, visit);
		swap(order[done], order[i]);
	}
}

static void insert_in_order(const u32 *order, u32 n)
{
	forget_everything();
	for (u32 i = 0; i < n; i++) {
		struct thing *t = &thing[order[i]];

		t->key = order[i];
		t->value = (order[i] * 7) % 5;
		insert_thing(AUGMENTED, t);
		model_insert(t->key);
	}
	check_kind(AUGMENTED);
}

static void erase_in_order(const u32 *order, u32 n)
{
	static u32 ascending[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };

	insert_in_order(ascending, n);
	for (u32 i = 0; i < n; i++) {
		erase_thing(AUGMENTED, &thing[order[i]]);
		model_remove(order[i]);
		check_kind(AUGMENTED);
	}
}

static void every_order_of_six(void **state)
{
	u32 order[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };

	for (u32 n = 1; n <= 6; n++) {
		permute(order, n, 0, insert_in_order);
		permute(order, n, 0, erase_in_order);
	}
}

static void ascending_keys_stay_shallow(void **state)
{
	int depth = 0;
	struct rb_node *node;

	forget_everything();
	for (u32 i = 0; i < NODES; i++) {
		thing[i].key = i;
		insert_thing(PLAIN, &thing[i]);
		model_insert(i);
	}
	check_tree(&tree.rb_root);
	for (node = tree.rb_root.rb_node; node; node = node->rb_right)
		depth++;
	assert_true(depth <= 2 * 8);		/* 2 log2(200 + 1) = 15.3 */
}

static void replacing_keeps_the_place(void **state)
{
	struct thing other;

	forget_everything();
	for (u32 i = 0; i < 20; i++) {
		thing[i].key = i;
		insert_thing(CACHED, &thing[i]);
		model_insert(i);
	}
	for (u32 i = 0; i < 20; i++) {
		other = thing[i];
		rb_replace_node_cached(&thing[i].node, &other.node, &tree);
		check_kind(CACHED);
		rb_replace_node(&other.node, &thing[i].node, &tree.rb_root);
		tree.rb_leftmost = rb_first(&tree.rb_root);
		check_kind(CACHED);
	}
}

static void postorder_frees_children_first(void **state)
{
	struct thing *t, *next;
	bool seen[NODES] = { false };
	u32 count = 0;

	forget_everything();
	assert_null(rb_first_postorder(&tree.rb_root));
	for (u32 i = 0; i < 100; i++) {
		thing[i].key = i * 37 % 101;
		insert_thing(PLAIN, &thing[i]);
	}
	rbtree_postorder_for_each_entry_safe(t, next, &tree.rb_root, node) {
		struct rb_node *left = t->node.rb_left, *right = t->node.rb_right;

		assert_true(!left || seen[THING(left) - thing]);
		assert_true(!right || seen[THING(right) - thing]);
		seen[t - thing] = true;
		count++;
	}
	assert_int_equal(count, 100);
	for (u32 i = 0; i < 100; i++)
		assert_true(seen[i]);
}

static void empty_nodes_and_roots(void **state)
{
	struct rb_node node;
	struct rb_root root = RB_ROOT;

	RB_CLEAR_NODE(&node);
	assert_true(RB_EMPTY_NODE(&node));
	assert_null(rb_next(&node));
	assert_null(rb_prev(&node));
	rb_link_node(&node, NULL, &root.rb_node);
	rb_insert_color(&node, &root);
	assert_false(RB_EMPTY_NODE(&node));
	assert_null(rb_parent(&node));
	assert_ptr_equal(rb_first(&root), &node);
	assert_ptr_equal(rb_last(&root), &node);
	rb_erase(&node, &root);
	assert_null(rb_first(&root));
	assert_null(rb_last(&root));
	assert_null(rb_entry_safe(rb_first(&root), struct thing, node));
	assert_null(rb_next_postorder(NULL));
	assert_int_equal(offsetof(struct rb_node, __rb_parent_color), 0);
	assert_int_equal(offsetof(struct rb_node, rb_right), 4);
	assert_int_equal(offsetof(struct rb_node, rb_left), 8);
}

/* --- intervals --------------------------------------------------------------------------------- */

#define INTERVALS	60

static struct interval_tree_node interval[INTERVALS];
static bool interval_in_tree[INTERVALS];
static struct rb_root_cached intervals;

/* Rule I2, from scratch. */
static unsigned long check_subtree_last(const struct rb_node *rb)
{
	const struct interval_tree_node *node = rb_entry(rb, struct interval_tree_node, rb);
	unsigned long largest = node->last;

	if (rb->rb_left)
		largest = max(largest, check_subtree_last(rb->rb_left));
	if (rb->rb_right)
		largest = max(largest, check_subtree_last(rb->rb_right));
	assert_int_equal(node->__subtree_last, largest);
	return largest;
}

/* Ask the tree for all that meet [start, last], and the table too. */
static void compare_answers(unsigned long start, unsigned long last)
{
	bool found[INTERVALS] = { false };
	struct interval_tree_node *node = interval_tree_iter_first(&intervals, start, last);
	unsigned long before = 0;

	for (; node; node = interval_tree_iter_next(node, start, last)) {
		assert_false(found[node - interval]);
		assert_true(node->start >= before);
		before = node->start;
		found[node - interval] = true;
	}
	for (u32 i = 0; i < INTERVALS; i++) {
		bool meets = interval_in_tree[i] && interval[i].start <= last &&
			     interval[i].last >= start;

		assert_int_equal(found[i], meets);
	}
}

static void intervals_agree_with_a_table(void **state)
{
	random_begin("intervals");
	assert_null(interval_tree_iter_first(&intervals, 0, ULONG_MAX));
	for (int round = 0; round < 6000; round++) {
		u32 i = random_below(INTERVALS), start = random_below(500);

		if (interval_in_tree[i]) {
			interval_tree_remove(&interval[i], &intervals);
		} else {
			interval[i].start = random_below(500);
			interval[i].last = interval[i].start + random_below(round % 2 ? 5 : 200);
			interval_tree_insert(&interval[i], &intervals);
		}
		interval_in_tree[i] = !interval_in_tree[i];
		black_height(intervals.rb_root.rb_node, NULL);
		if (intervals.rb_root.rb_node)
			check_subtree_last(intervals.rb_root.rb_node);
		compare_answers(start, start + random_below(30));
		compare_answers(start, start);
	}
	compare_answers(0, ULONG_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_changes_agree_with_a_sorted_array),
		cmocka_unit_test(every_order_of_six),
		cmocka_unit_test(ascending_keys_stay_shallow),
		cmocka_unit_test(replacing_keeps_the_place),
		cmocka_unit_test(postorder_frees_children_first),
		cmocka_unit_test(empty_nodes_and_roots),
		cmocka_unit_test(intervals_agree_with_a_table),
	};

	return cmocka_run_group_tests_name("rbtree", tests, NULL, NULL);
}
