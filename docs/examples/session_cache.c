// SPDX-License-Identifier: MIT
/*
 * docs/examples/session_cache.c - a cache whose constructor does the costly part once
 *
 *	slab made:   ctor ctor ctor ...		each object gets its lock and its empty list once
 *	alloc -> use -> free -> alloc		and has them still when it is handed out again,
 *						for the user gives it back in that state
 *
 * Source of the idea: Bonwick, "The Slab Allocator" (USENIX 1994): keep the invariant part.
 *
 * SAYS: session_cache: 100 objects of 48 bytes or more, the constructor ran for each
 * SAYS: session_cache: 1000 more allocations, the constructor ran 0 more times
 * SAYS: session_cache: what the last user left is still there
 * SAYS: module: session_cache: session_cache_init() returned 0
 */
#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define NR_SESSIONS	100

struct session {
	spinlock_t lock;
	struct list_head requests;
	unsigned int id;
	char name[24];
};

static struct kmem_cache *cache;
static unsigned long constructed;

static void session_ctor(void *object)
{
	struct session *session = object;

	spin_lock_init(&session->lock);
	INIT_LIST_HEAD(&session->requests);
	session->id = 0;
	constructed++;
}

static int __init use_many(struct session **sessions)
{
	int i, usable = 0;

	for (i = 0; i < NR_SESSIONS; i++) {
		sessions[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!sessions[i])
			break;
		usable += list_empty(&sessions[i]->requests);
	}
	while (i--)
		kmem_cache_free(cache, sessions[i]);
	return usable;
}

static int __init use_again(void)
{
	struct session *session;
	unsigned int id = 0;
	int i;

	for (i = 0; i < 1000; i++) {
		session = kmem_cache_alloc(cache, GFP_KERNEL);
		if (!session)
			return -ENOMEM;
		if (i && session->id != id)
			return -EINVAL;
		session->id = ++id;
		kmem_cache_free(cache, session);
	}
	return 0;
}

static int __init session_cache_init(void)
{
	struct session **sessions;
	unsigned long before;
	int usable, err;

	cache = kmem_cache_create("session", sizeof(struct session), 0, SLAB_HWCACHE_ALIGN,
				  session_ctor);
	sessions = kcalloc(NR_SESSIONS, sizeof(*sessions), GFP_KERNEL);
	if (!cache || !sessions)
		return -ENOMEM;

	usable = use_many(sessions);
	pr_info("session_cache: %d objects of %d bytes or more, the constructor ran for %s\n",
		usable, 48, constructed >= NR_SESSIONS && kmem_cache_size(cache) >= 48 ?
		"each" : "too few");

	before = constructed;
	err = use_again();
	pr_info("session_cache: 1000 more allocations, the constructor ran %lu more times\n",
		constructed - before);
	if (!err)
		pr_info("session_cache: what the last user left is still there\n");

	kfree(sessions);
	kmem_cache_destroy(cache);
	return err;
}
module_init(session_cache_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A cache with a constructor");
