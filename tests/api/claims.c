// SPDX-License-Identifier: MIT
/*
 * tests/api/claims.c - ids, ranges and a cache of the least recently used, as exercises have them
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/bitmap.h>
#include <linux/err.h>
#include <linux/find.h>
#include <linux/interval_tree.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/log2.h>
#include <linux/min_heap.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/prandom.h>
#include <linux/rbtree.h>
#include <linux/rbtree_augmented.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "check.h"

/* --- ids: a bitmap says which are taken, a table grows by doubling --- */

struct idtab {
	unsigned int size;
	unsigned long *map;
	void **ptr;
};

static int idtab_grow(struct idtab *t)
{
	unsigned int size = max(32u, t->size * 2);
	unsigned long *map = bitmap_zalloc(size, GFP_KERNEL);
	void **ptr = krealloc(t->ptr, array_size(size, sizeof(*ptr)), GFP_KERNEL);

	if (!map || !ptr) {
		bitmap_free(map);
		return -ENOMEM;
	}
	bitmap_copy(map, t->map, t->size);
	bitmap_free(t->map);
	t->ptr = ptr;
	t->map = map;
	t->size = size;
	return 0;
}

static int idtab_alloc(struct idtab *t, void *p)
{
	unsigned int id = find_first_zero_bit(t->map, t->size);

	if (id >= t->size && idtab_grow(t))
		return -ENOMEM;
	__set_bit(id, t->map);
	t->ptr[id] = p;
	return id;
}

static void *idtab_remove(struct idtab *t, unsigned int id)
{
	if (id >= t->size || !__test_and_clear_bit(id, t->map))
		return ERR_PTR(-ENOENT);
	return t->ptr[id];
}

static void __init ids(void)
{
	struct idtab t = { 0 };
	unsigned int i, b, e;

	CHECK(!idtab_grow(&t));
	for (i = 0; i < 100; i++)
		CHECK(idtab_alloc(&t, &t + i) == (int)i);
	for (i = 10; i < 20; i++)
		CHECK(idtab_remove(&t, i) == &t + i);
	CHECK(PTR_ERR(idtab_remove(&t, 15)) == -ENOENT);
	for_each_clear_bitrange(b, e, t.map, 100)
		CHECK(b == 10 && e == 20);
	CHECK(idtab_alloc(&t, NULL) == 10 && t.size == 128);
	CHECK(bitmap_find_next_zero_area(t.map, t.size, 0, 9, 0) == 11);
	CHECK(bitmap_weight(t.map, t.size) == 91);
	pr_info("%*pbl are taken\n", t.size, t.map);
	bitmap_free(t.map);
	kfree(t.ptr);
}

/* --- ranges --- */

struct range {
	struct interval_tree_node it;
	const char *name;
};

static struct rb_root_cached ranges = RB_ROOT_CACHED;

static int claim(unsigned long start, unsigned long end, const char *name)
{
	struct interval_tree_node *it = interval_tree_iter_first(&ranges, start, end);
	struct range *r;

	if (it) {
		r = container_of(it, struct range, it);
		pr_info("%s [%#lx-%#lx] collides with %s\n", name, start, end, r->name);
		return -EBUSY;
	}
	r = kzalloc(sizeof(*r), GFP_KERNEL);
	if (!r)
		return -ENOMEM;
	r->it.start = start;
	r->it.last = end;
	r->name = name;
	interval_tree_insert(&r->it, &ranges);
	return 0;
}

static void __init ranges_collide(void)
{
	struct rb_node *node;
	struct range *r, *tmp;
	char names[40] = "";

	CHECK(!claim(0x60, 0x64, "keyboard") && !claim(0x3f8, 0x3ff, "serial"));
	CHECK(!claim(0x1f0, 0x1f7, "disk") && claim(0x3fc, 0x400, "clash") == -EBUSY);
	for (node = rb_first_cached(&ranges); node; node = rb_next(node))
		strlcat(names, rb_entry(node, struct range, it.rb)->name, sizeof(names));
	CHECK(!strcmp(names, "keyboarddiskserial"));
	rbtree_postorder_for_each_entry_safe(r, tmp, &ranges.rb_root, it.rb)
		kfree(r);
}

/* --- a cache: hash chains and a list in order of use --- */

#define HASH_BITS 4

struct entry {
	struct hlist_node hash;
	struct list_head lru;
	struct rcu_head rcu;
	u32 key;
};

static struct hlist_head table[1 << HASH_BITS];
static LIST_HEAD(lru);
static unsigned int nr, hits;
static struct kmem_cache *entries;

static u32 hash32(u32 v)
{
	return v * 0x9e3779b1u >> (32 - HASH_BITS);
}

static void drop(struct rcu_head *head)
{
	kmem_cache_free(entries, container_of(head, struct entry, rcu));
}

static int lookup(u32 key)
{
	struct entry *e;

	rcu_read_lock();
	hlist_for_each_entry(e, &table[hash32(key)], hash)
		if (e->key == key) {
			list_move(&e->lru, &lru);
			hits++;
			rcu_read_unlock();
			return 1;
		}
	rcu_read_unlock();
	if (nr == 32) {
		e = list_last_entry(&lru, struct entry, lru);
		hlist_del(&e->hash);
		list_del(&e->lru);
		call_rcu(&e->rcu, drop);
		nr--;
	}
	e = kmem_cache_zalloc(entries, GFP_KERNEL);
	if (!e)
		return -ENOMEM;
	e->key = key;
	hlist_add_head(&e->hash, &table[hash32(key)]);
	list_add(&e->lru, &lru);
	nr++;
	return 0;
}

static int __init cache(void)
{
	struct rnd_state rnd;
	struct entry *e, *tmp;
	unsigned int i;

	prandom_seed_state(&rnd, 1);
	entries = KMEM_CACHE(entry, SLAB_HWCACHE_ALIGN);
	if (!entries)
		return -ENOMEM;
	for (i = 0; i < 10000; i++) {
		u32 r = prandom_u32_state(&rnd);

		CHECK(lookup((r & r >> 8) % 64) >= 0);
	}
	CHECK(nr == 32 && hits > 5000);
	list_for_each_entry_safe(e, tmp, &lru, lru)
		kmem_cache_free(entries, e);
	kmem_cache_destroy(entries);
	return 0;
}

static int __init claims_init(void)
{
	ids();
	ranges_collide();
	return cache() ?: check_result();
}
module_init(claims_init);
MODULE_LICENSE("GPL");
