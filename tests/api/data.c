// SPDX-License-Identifier: MIT
/*
 * tests/api/data.c - lists, trees, heaps and sorting, as borrowed code uses them
 */
#include <linux/interval_tree.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/list_sort.h>
#include <linux/min_heap.h>
#include <linux/module.h>
#include <linux/prandom.h>
#include <linux/rbtree.h>
#include <linux/rbtree_augmented.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "check.h"

#define NR	500

struct item {
	struct list_head list;
	struct rb_node rb;
	struct hlist_node hash;
	u32 key, augmented;
	unsigned int serial;
};

static struct item *items;
static struct rnd_state rnd;

static int __init compare_items(void *priv, const struct list_head *a, const struct list_head *b)
{
	struct item *ia = container_of(a, struct item, list);
	struct item *ib = container_of(b, struct item, list);

	CHECK(priv == &rnd);
	return (ia->key >> 24) - (ib->key >> 24);
}

static void __init lists(void)
{
	LIST_HEAD(head);
	LIST_HEAD(cut);
	struct item *item, *next, *last = NULL;
	unsigned int i, n = 0;

	for (i = 0; i < NR; i++) {
		items[i].key = prandom_u32_state(&rnd);
		items[i].serial = i;
		list_add_tail(&items[i].list, &head);
	}
	list_sort(&rnd, &head, compare_items);
	list_for_each_entry(item, &head, list) {
		if (last && last->key >> 24 == item->key >> 24)
			CHECK(last->serial < item->serial);
		CHECK(!last || last->key >> 24 <= item->key >> 24);
		CHECK(item->list.prev == (last ? &last->list : &head));
		last = item;
		n++;
	}
	CHECK(n == NR);

	list_cut_position(&cut, &head, head.next->next);
	CHECK(!list_empty(&cut) && list_is_last(cut.next->next, &cut));
	list_splice_init(&cut, &head);
	CHECK(list_empty(&cut));
	list_rotate_left(&head);
	CHECK(list_last_entry(&head, struct item, list)->list.next == &head);
	list_for_each_entry_safe(item, next, &head, list) {
		list_del(&item->list);
		CHECK(item->list.next == LIST_POISON1 && item->list.prev == LIST_POISON2);
	}
	CHECK(list_empty_careful(&head));
	CHECK(list_first_entry_or_null(&head, struct item, list) == NULL);
}

static void __init hash_lists(void)
{
	HLIST_HEAD(head);
	struct item *item;
	struct hlist_node *next;
	unsigned int sum = 0, i;

	for (i = 0; i < 10; i++) {
		INIT_HLIST_NODE(&items[i].hash);
		CHECK(hlist_unhashed(&items[i].hash));
		hlist_add_head(&items[i].hash, &head);
	}
	hlist_for_each_entry(item, &head, hash)
		sum += item - items;
	CHECK(sum == 45 && !item);
	hlist_for_each_entry_safe(item, next, &head, hash)
		hlist_del_init(&item->hash);
	CHECK(hlist_empty(&head) && hlist_unhashed(&items[3].hash));
}

static inline u32 item_key(struct item *item)
{
	return item->key;
}

RB_DECLARE_CALLBACKS_MAX(static, item_callbacks, struct item, rb, u32, augmented, item_key)

static void __init insert(struct rb_root_cached *root, struct item *item)
{
	struct rb_node **link = &root->rb_root.rb_node, *parent = NULL;
	bool leftmost = true;

	item->augmented = item->key;
	while (*link) {
		struct item *at = rb_entry(*link, struct item, rb);

		parent = *link;
		if (at->augmented < item->key)
			at->augmented = item->key;
		if (item->key < at->key) {
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
			leftmost = false;
		}
	}
	rb_link_node(&item->rb, parent, link);
	rb_insert_augmented_cached(&item->rb, root, leftmost, &item_callbacks);
}

static void __init trees(void)
{
	struct rb_root_cached root = RB_ROOT_CACHED;
	struct item *item, *next;
	struct rb_node *rb;
	unsigned int i, n = 0;
	u32 last = 0, biggest = 0;

	for (i = 0; i < NR; i++) {
		insert(&root, &items[i]);
		biggest = max(biggest, items[i].key);
	}
	CHECK(rb_entry(root.rb_root.rb_node, struct item, rb)->augmented == biggest);
	CHECK(root.rb_root.rb_node->__rb_parent_color & 1);
	for (rb = rb_first_cached(&root); rb; rb = rb_next(rb), n++) {
		CHECK(last <= rb_entry(rb, struct item, rb)->key);
		last = rb_entry(rb, struct item, rb)->key;
	}
	CHECK(n == NR && last == biggest);
	rbtree_postorder_for_each_entry_safe(item, next, &root.rb_root, rb)
		n--;
	CHECK(n == 0);
	for (i = 0; i < NR; i++)
		rb_erase_augmented_cached(&items[i].rb, &root, &item_callbacks);
	CHECK(RB_EMPTY_ROOT(&root.rb_root) && !rb_first_cached(&root));
}

static void __init intervals(void)
{
	struct rb_root_cached root = RB_ROOT_CACHED;
	struct interval_tree_node node[3] = {
		{ .start = 0, .last = 9 }, { .start = 5, .last = 20 }, { .start = 30, .last = 40 } };
	struct interval_tree_node *at;
	int i, found = 0;

	for (i = 0; i < 3; i++)
		interval_tree_insert(&node[i], &root);
	for (at = interval_tree_iter_first(&root, 9, 29); at;
	     at = interval_tree_iter_next(at, 9, 29))
		found++;
	CHECK(found == 2);
	interval_tree_remove(&node[0], &root);
	CHECK(interval_tree_iter_first(&root, 0, 4) == NULL);
}

static bool __init less(const void *a, const void *b)
{
	return *(const int *)a < *(const int *)b;
}

static void __init swap_ints(void *a, void *b)
{
	swap(*(int *)a, *(int *)b);
}

static int __init compare_ints(const void *a, const void *b)
{
	return less(a, b) ? -1 : less(b, a);
}

static void __init heaps_and_sorting(void)
{
	static const struct min_heap_callbacks callbacks __initconst = {
		.elem_size = sizeof(int), .less = less, .swp = swap_ints };
	static int values[NR] __initdata;
	struct min_heap heap = { .data = values, .nr = NR, .size = NR };
	int i, last;

	for (i = 0; i < NR; i++)
		values[i] = prandom_u32_state(&rnd);
	sort(values, NR, sizeof(int), compare_ints, NULL);
	for (i = 1; i < NR; i++)
		CHECK(values[i - 1] <= values[i]);
	for (i = 0; i < NR; i++)
		values[i] = prandom_u32_state(&rnd);
	min_heapify_all(&heap, &callbacks);
	for (last = values[0]; heap.nr; min_heap_pop(&heap, &callbacks)) {
		CHECK(last <= values[0]);
		last = values[0];
	}
}

static int __init data_init(void)
{
	items = kcalloc(NR, sizeof(*items), GFP_KERNEL);
	if (!items)
		return -ENOMEM;
	prandom_seed_state(&rnd, 3141592653589793238ULL);
	lists();
	hash_lists();
	trees();
	intervals();
	heaps_and_sorting();
	kfree(items);
	return check_result();
}

static void __exit data_exit(void)
{
}

module_init(data_init);
module_exit(data_exit);
MODULE_LICENSE("GPL");
