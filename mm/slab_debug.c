/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_debug.c - finding those who write where they may not
 *
 *   slot   | left red zone | object                  | right red zone | alloc by | free by | padding
 *          0               offset                    + object_size (rounded up to 4)
 *
 *   red zones   CC CC CC ...  while the object is out,  BB BB BB ...  while it is free
 *   object      6B 6B ... 6B A5  while it is free (poison): a write after free changes it
 *
 * SLAB_RED_ZONE, SLAB_POISON and SLAB_STORE_USER ask for the three, for one cache; debug=slab asks for
 * all of them everywhere. Such a cache has no array in front, so that each call comes by here.
 *
 * A red zone that is wrong tells who wrote too far by the callers beside it. The report shows the
 * bytes, names the cache and both callers, and the object is mended or set aside: going on is safe.
 *
 * Source: Bonwick, "The Slab Allocator" (USENIX 1994), "Debugging Features".
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/hexdump.h>
#include <lib/string.h>
#include "slab_internal.h"

#define RED_ACTIVE		0xCC
#define RED_INACTIVE		0xBB
#define POISON_FREE		0x6B
#define POISON_END		0xA5
#define RED_SIZE		8	/* bytes behind the object */
#define DUMP_MAX		64	/* bytes of an object that a report shows */
#define LEAK_LIST_MAX		16	/* objects that a refused destroy lists */

struct slab_users {
	unsigned long alloc_caller, free_caller;
};

static u32 default_flags;		/* debug=slab */

static int set_debug(const char *value)
{
	if (strcmp(value, "slab"))
		return -EINVAL;
	default_flags = SLAB_DEBUG_FLAGS;
	return 0;
}
early_param("debug", set_debug);

u32 slab_debug_default_flags(const char *name)
{
	return strcmp(name, "kmem_cache") ? default_flags : 0;
}

/* --- where things lie ------------------------------------------------------------------------ */

static u32 right_zone_at(const struct kmem_cache *cache)
{
	return cache->offset + cache->object_size;
}

/* Behind the red zone, which fills up to the next word. */
static u32 users_at(const struct kmem_cache *cache)
{
	u32 at = right_zone_at(cache);

	return cache->flags & SLAB_RED_ZONE ? round_up(at + RED_SIZE, 4) : round_up(at, 4);
}

void slab_debug_layout(struct kmem_cache *cache)
{
	cache->limit = 0;
	cache->batch = 1;
	cache->offset = cache->flags & SLAB_RED_ZONE ? cache->align : 0;
	cache->size = users_at(cache);
	if (cache->flags & SLAB_STORE_USER)
		cache->size += sizeof(struct slab_users);
}

static u8 *slot_of(const struct kmem_cache *cache, const void *object)
{
	return (u8 *)object - cache->offset;
}

static struct slab_users *users_of(const struct kmem_cache *cache, const void *object)
{
	return (struct slab_users *)(slot_of(cache, object) + users_at(cache));
}

/* Objects that must keep their bytes while they are free are not poisoned. */
static bool is_poisoned(const struct kmem_cache *cache)
{
	return cache->flags & SLAB_POISON && !cache->ctor &&
	       !(cache->flags & SLAB_TYPESAFE_BY_RCU);
}

static void paint_red(const struct kmem_cache *cache, const void *object, u8 byte)
{
	u8 *slot = slot_of(cache, object);

	if (!(cache->flags & SLAB_RED_ZONE))
		return;
	memset(slot, byte, cache->offset);
	memset(slot + right_zone_at(cache), byte, users_at(cache) - right_zone_at(cache));
}

static void paint_poison(const struct kmem_cache *cache, void *object)
{
	if (!is_poisoned(cache))
		return;
	memset(object, POISON_FREE, cache->object_size - 1);
	((u8 *)object)[cache->object_size - 1] = POISON_END;
}

/* --- reports --------------------------------------------------------------------------------- */

void slab_report(struct kmem_cache *cache, const void *object, unsigned long caller,
		 const char *what)
{
	const struct kmem_cache *owner = object_cache(object);
	const struct slab_users *users;

	pr_err("slab: %px %s%s%s%s\n", object, what, cache ? " (cache " : "",
	       cache ? cache->name : "", cache ? ")" : "");
	if (cache)
		cache->errors++;
	if (caller)
		pr_err("slab:   by %pS\n", (void *)caller);
	if (!owner) {
		const struct page *page = virt_to_page(object);

		if (__pa(object) < lowmem_bytes)
			pr_err("slab:   its page is %s, last changed hands at %pS\n",
			       page_state_name(page->state), (void *)page->caller);
		return;
	}
	if (owner != cache)
		pr_err("slab:   it is an object of cache %s\n", owner->name);
	if (owner->flags & SLAB_STORE_USER) {
		users = users_of(owner, object);
		pr_err("slab:   taken last by %pS, freed last by %pS\n",
		       (void *)users->alloc_caller, (void *)users->free_caller);
	}
	print_hex_dump(KERN_ERR, "slab:   ", DUMP_PREFIX_ADDRESS, 16, 1, object,
		       min_t(u32, owner->object_size, DUMP_MAX), true);
}

void slab_report_leak(struct kmem_cache *cache)
{
	static const char *const names[] = { "full", "partial" };
	struct list_head *const lists[] = { &cache->slabs_full, &cache->slabs_partial };
	unsigned int listed = 0;

	pr_err("slab: cache %s is not destroyed: %u of its objects are out\n", cache->name,
	       cache_objects_out(cache));
	for (unsigned int l = 0; l < ARRAY_SIZE(lists); l++) {
		struct slab *slab;

		list_for_each_entry(slab, lists[l], list) {
			for (unsigned int i = 0; i < cache->num && listed < LEAK_LIST_MAX; i++) {
				void *object = index_object(cache, slab, i);

				if (!object_is_out(cache, slab, object))
					continue;
				listed++;
				if (cache->flags & SLAB_STORE_USER)
					pr_err("slab:   %px, on a %s slab, taken by %pS\n", object,
					       names[l],
					       (void *)users_of(cache, object)->alloc_caller);
				else
					pr_err("slab:   %px, on a %s slab\n", object, names[l]);
			}
		}
	}
	if (cache_objects_out(cache) > listed)
		pr_err("slab:   and %u more\n", cache_objects_out(cache) - listed);
}

/* --- checks ---------------------------------------------------------------------------------- */

/* The first byte of [@from, @from + @n) that is not @byte, or NULL. */
static const u8 *first_wrong(const u8 *from, u32 n, u8 byte)
{
	return memchr_inv(from, byte, n);
}

/* Which rule @object breaks, in words; NULL: none. @red: what its red zones must hold. */
static const char *object_damage(const struct kmem_cache *cache, const void *object, u8 red)
{
	const u8 *slot = slot_of(cache, object), *bytes = object;
	u32 right = right_zone_at(cache);

	if (cache->flags & SLAB_RED_ZONE) {
		if (first_wrong(slot, cache->offset, red))
			return "underrun: bytes before the object were written";
		if (first_wrong(slot + right, users_at(cache) - right, red))
			return "overrun: bytes behind the object were written";
	}
	if (red == RED_INACTIVE && is_poisoned(cache) &&
	    (first_wrong(bytes, cache->object_size - 1, POISON_FREE) ||
	     bytes[cache->object_size - 1] != POISON_END))
		return "use after free: the free object was written";
	return NULL;
}

/* Report damage and mend it, so that it is found once. True: the object was in order. */
static bool check_object(struct kmem_cache *cache, void *object, u8 red, unsigned long caller)
{
	const char *damage = object_damage(cache, object, red);

	if (likely(!damage))
		return true;
	slab_report(cache, object, caller, damage);
	paint_red(cache, object, red);
	if (red == RED_INACTIVE)
		paint_poison(cache, object);
	return false;
}

void slab_debug_new_object(struct kmem_cache *cache, void *object)
{
	paint_red(cache, object, RED_INACTIVE);
	paint_poison(cache, object);
	if (cache->flags & SLAB_STORE_USER)
		*users_of(cache, object) = (struct slab_users) { 0, 0 };
}

void slab_debug_alloc(struct kmem_cache *cache, void *object, unsigned long caller)
{
	check_object(cache, object, RED_INACTIVE, caller);
	paint_red(cache, object, RED_ACTIVE);
	if (cache->flags & SLAB_STORE_USER)
		users_of(cache, object)->alloc_caller = caller;
}

void slab_debug_free(struct kmem_cache *cache, void *object, unsigned long caller)
{
	check_object(cache, object, RED_ACTIVE, caller);
	paint_red(cache, object, RED_INACTIVE);
	paint_poison(cache, object);
	if (cache->flags & SLAB_STORE_USER)
		users_of(cache, object)->free_caller = caller;
}

/* Damaged objects of one slab. */
static int validate_slab(struct kmem_cache *cache, struct slab *slab)
{
	int nr = 0;

	for (unsigned int i = 0; i < cache->num; i++) {
		bool out = slab->free_index[i] == INDEX_ACTIVE;

		nr += !check_object(cache, index_object(cache, slab, i),
				    out ? RED_ACTIVE : RED_INACTIVE, 0);
	}
	return nr;
}

int validate_slab_cache(struct kmem_cache *cache)
{
	struct list_head *const lists[] = {
		&cache->slabs_full, &cache->slabs_partial, &cache->slabs_free,
	};
	unsigned long flags = arch_irq_save();
	int nr = 0;

	if (cache->flags & SLAB_DEBUG_FLAGS) {
		for (unsigned int l = 0; l < ARRAY_SIZE(lists); l++) {
			struct slab *slab;

			list_for_each_entry(slab, lists[l], list)
				nr += validate_slab(cache, slab);
		}
	}
	arch_irq_restore(flags);
	return nr;
}
