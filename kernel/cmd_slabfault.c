/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmd_slabfault.c - mistakes with objects, made on purpose: what does the allocator say?
 *
 *   slabfault WHAT    makes a cache with red zones, poison and owners, makes the mistake, and shows the
 *                     report; the cache is taken down again
 *
 * Each mistake is a function of its own that does not end in a call, so that the report can name it.
 */
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/list.h>
#include <lib/string.h>
#include <mm/slab.h>

#define SIZE	64

struct victim {
	struct list_head list;
	char text[SIZE - sizeof(struct list_head)];
};

static void construct(void *object)
{
	INIT_LIST_HEAD(&((struct victim *)object)->list);
}

/* The compiler knows malloc-like mistakes when it sees them; here it shall not look. */
static noinline char *take(struct kmem_cache *cache)
{
	struct victim *v = kmem_cache_alloc(cache, GFP_KERNEL);
	char *p = (char *)v;

	if (v)
		strscpy(v->text, "a victim's own text", sizeof(v->text));
	OPTIMIZER_HIDE_VAR(p);
	return p;
}

static noinline void overrun(struct kmem_cache *cache, char *object)
{
	strscpy(object + SIZE - 4, "too long", 9);
	kmem_cache_free(cache, object);
	barrier();
}

static noinline void underrun(struct kmem_cache *cache, char *object)
{
	object[-2] = 'U';
	kmem_cache_free(cache, object);
	barrier();
}

static noinline void use_after_free(struct kmem_cache *cache, char *object)
{
	kmem_cache_free(cache, object);
	OPTIMIZER_HIDE_VAR(object);
	object[10] = 'U';
	kmem_cache_free(cache, take(cache));		/* the next one to take it finds out */
	barrier();
}

static noinline void double_free(struct kmem_cache *cache, char *object)
{
	kmem_cache_free(cache, object);
	OPTIMIZER_HIDE_VAR(object);
	kmem_cache_free(cache, object);
	barrier();
}

static noinline void wrong_cache(struct kmem_cache *cache, char *object)
{
	kmem_cache_free(kmalloc_caches[kmalloc_index(SIZE)], object);
	kmem_cache_free(cache, object);
	barrier();
}

static noinline void middle(struct kmem_cache *cache, char *object)
{
	kmem_cache_free(cache, object + 8);
	kmem_cache_free(cache, object);
	barrier();
}

static noinline void wild(struct kmem_cache *cache, char *object)
{
	char *text = __va(KERNEL_PHYS_BASE);		/* the kernel itself */
	char *nowhere = (char *)cache + PAGE_OFFSET;	/* wraps round */

	OPTIMIZER_HIDE_VAR(text);
	OPTIMIZER_HIDE_VAR(nowhere);
	kfree(nowhere);
	kfree(text);
	kmem_cache_free(cache, object);
	barrier();
}

static noinline void constructor(struct kmem_cache *cache, char *object)
{
	memset(object, 0, sizeof(struct list_head));
	kmem_cache_free(cache, object);
	barrier();
}

static const struct {
	const char *name;
	void (*fn)(struct kmem_cache *cache, char *object);
} mistakes[] = {
	{ "overrun", overrun }, { "underrun", underrun }, { "use-after-free", use_after_free },
	{ "double-free", double_free }, { "wrong-cache", wrong_cache }, { "middle", middle },
	{ "wild", wild }, { "constructor", constructor },
};

static int cmd_slabfault(int argc, char **argv)
{
	for (unsigned int i = 0; argc == 2 && i < ARRAY_SIZE(mistakes); i++) {
		struct kmem_cache *cache;
		char *object;

		if (strcmp(argv[1], mistakes[i].name))
			continue;
		cache = kmem_cache_create("victim", SIZE, 0, SLAB_DEBUG_FLAGS,
					  mistakes[i].fn == constructor ? construct : NULL);
		object = cache ? take(cache) : NULL;
		if (object)
			mistakes[i].fn(cache, object);
		return cache ? kmem_cache_destroy(cache) : 0;
	}
	return -EINVAL;
}
MONITOR_COMMAND(slabfault, "overrun|underrun|use-after-free|double-free|wrong-cache|middle|wild|constructor",
		"misuse an object on purpose", cmd_slabfault);
