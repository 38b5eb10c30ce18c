/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_debug.c - finding those who write where they may not, and telling in words what they did
 *
 *   slot   | left red zone | object                  | right red zone | alloc by | free by | cookie
 *          0               offset                    + object_size (rounded up to 4)
 *
 *   red zones   CC CC CC ...  while the object is out,  BB BB BB ...  while it is free
 *   object      6B 6B ... 6B A5  while it is free (poison): a write after free changes it
 *
 * SLAB_RED_ZONE, SLAB_POISON and SLAB_STORE_USER ask for the three, for one cache; debug=slab asks for
 * all of them everywhere. Such a cache has no array in front, so that each call comes by here.
 *
 *   when an object is freed       its red zones; with a constructor and SLAB_POISON, its state
 *   when it is handed out again   its red zones and its poison
 *   verify                        both, for every object of every debugged cache
 *
 * The left red zone is as wide as the alignment. Objects aligned to more than RED_LEFT_MAX have none,
 * for it would double their slots; what is written in front of them hits the slot before.
 * A report shows the bytes and names the cache and the callers; the object is mended, so that one
 * fault is told once and going on is safe.
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
#define RED_SIZE		8	/* bytes behind the object, and up to the next word */
#define RED_LEFT_MAX		256
#define DUMP_MAX		64	/* bytes of an object that a report shows */
#define DUMP_AROUND		16	/* and before and behind it, when a red zone is wrong */
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
	return default_flags && strcmp(name, "kmem_cache") ? default_flags : 0;
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
	cache->offset = cache->flags & SLAB_RED_ZONE && cache->align <= RED_LEFT_MAX ? cache->align : 0;
	cache->size = users_at(cache);
	if (cache->flags & SLAB_STORE_USER)
		cache->size += sizeof(struct slab_users);
	cache->cookie_at = cache->size - cache->offset;
	cache->size += sizeof(u32);
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
	return cache->flags & SLAB_POISON && !keeps_bytes(cache);
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

unsigned long slab_fault_count[NR_SLAB_FAULTS];

static const char *const fault_words[NR_SLAB_FAULTS] = {
	[SLAB_OVERRUN] = "overrun: bytes behind the object were written",
	[SLAB_UNDERRUN] = "underrun: bytes in front of the object were written",
	[SLAB_USE_AFTER_FREE] = "use after free: the object was written while it was free",
	[SLAB_DOUBLE_FREE] = "double free: the object is free already",
	[SLAB_WRONG_CACHE] = "wrong cache: the object was freed to a cache that it is not from",
	[SLAB_MIDDLE] = "middle pointer: freed, but no object starts there",
	[SLAB_WILD_FREE] = "wild free: freed, but it is neither in a slab nor from kmalloc",
	[SLAB_BAD_INDEX] = ("corrupted free index: the slab's list of free objects leads nowhere; "
			    "what is free in it is given up"),
	[SLAB_BAD_CTOR] = "constructor state broken: freed, but not as the constructor leaves it",
};

/* A pointer that is in no slab: whose page is it? */
static void report_page(const void *object)
{
	const struct page *page = virt_to_page(object);

	if (__pa(object) >= lowmem_bytes) {
		pr_err("slab:   it is no address of lowmem\n");
		return;
	}
	pr_err("slab:   its page is %s, owner %s", page_state_name(page->state),
	       page_owner_name(page->owner));
	if (page->caller)
		pr_cont(", last changed hands at %pS", (void *)page->caller);
	pr_cont("\n");
}

/* The object that @pointer lies in: where it starts, how large, out or free, and who had it. */
static const void *report_object(const struct kmem_cache *owner, const void *pointer)
{
	const struct slab *slab = virt_to_page(pointer)->slab;
	unsigned int index = object_index(owner, slab, pointer);
	const void *object = index_object(owner, slab, index);

	if (index >= owner->num) {
		pr_err("slab:   it lies beside the objects of a slab of cache %s\n", owner->name);
		return pointer;
	}
	pr_err("slab:   object %u of its slab, at %px, %u bytes, cache %s: %s\n", index, object,
	       owner->object_size, owner->name,
	       object_is_out(owner, slab, object) ? "handed out" : "free");
	if (owner->flags & SLAB_STORE_USER) {
		const struct slab_users *users = users_of(owner, object);

		pr_err("slab:   taken last by %pS, ", (void *)users->alloc_caller);
		if (users->free_caller)
			pr_cont("freed last by %pS\n", (void *)users->free_caller);
		else
			pr_cont("never freed before\n");
	}
	return object;
}

static void dump_object(enum slab_fault fault, const struct kmem_cache *owner, const u8 *object)
{
	u32 bytes = min_t(u32, owner->object_size, DUMP_MAX);

	if (fault == SLAB_UNDERRUN)
		print_hex_dump(KERN_ERR, "slab:   before ", DUMP_PREFIX_NONE, 16, 1,
			       object - min_t(u32, owner->offset, DUMP_AROUND),
			       min_t(u32, owner->offset, DUMP_AROUND), true);
	print_hex_dump(KERN_ERR, "slab:   object ", DUMP_PREFIX_OFFSET, 16, 1, object, bytes, true);
	if (fault == SLAB_OVERRUN)
		print_hex_dump(KERN_ERR, "slab:   behind ", DUMP_PREFIX_NONE, 16, 1,
			       object + owner->object_size, RED_SIZE, true);
}

void slab_report(enum slab_fault fault, struct kmem_cache *cache, const void *object,
		 unsigned long caller)
{
	const struct kmem_cache *owner = object_cache(object);

	slab_fault_count[fault]++;
	if (cache)
		cache->errors++;
	pr_err("slab: %px: %s%s%s%s\n", object, fault_words[fault], cache ? " (cache " : "",
	       cache ? cache->name : "", cache ? ")" : "");
	if (caller)
		pr_err("slab:   found in a call by %pS\n", (void *)caller);
	if (!owner)
		report_page(object);
	else
		dump_object(fault, owner, report_object(owner, object));
}

static void report_out(const struct kmem_cache *cache, const void *object, const char *list)
{
	pr_err("slab:   %px, on a %s slab", object, list);
	if (cache->flags & SLAB_STORE_USER)
		pr_cont(", taken by %pS", (void *)users_of(cache, object)->alloc_caller);
	pr_cont("\n");
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

		list_for_each_entry(slab, lists[l], list)
			for (unsigned int i = 0; i < cache->num && listed < LEAK_LIST_MAX; i++) {
				const void *object = index_object(cache, slab, i);

				if (!object_is_out(cache, slab, object))
					continue;
				report_out(cache, object, names[l]);
				listed++;
			}
	}
	if (cache_objects_out(cache) > listed)
		pr_err("slab:   and %u more\n", cache_objects_out(cache) - listed);
}

/* --- checks ---------------------------------------------------------------------------------- */

/* What @object breaks; NR_SLAB_FAULTS: nothing. @red: what its red zones must hold. */
static enum slab_fault object_fault(const struct kmem_cache *cache, const void *object, u8 red)
{
	const u8 *slot = slot_of(cache, object), *bytes = object;
	u32 right = right_zone_at(cache);

	if (cache->flags & SLAB_RED_ZONE) {
		if (memchr_inv(slot, red, cache->offset))
			return SLAB_UNDERRUN;
		if (memchr_inv(slot + right, red, users_at(cache) - right))
			return SLAB_OVERRUN;
	}
	if (red == RED_INACTIVE && is_poisoned(cache) &&
	    (memchr_inv(bytes, POISON_FREE, cache->object_size - 1) ||
	     bytes[cache->object_size - 1] != POISON_END))
		return SLAB_USE_AFTER_FREE;
	return NR_SLAB_FAULTS;
}

/* Report damage and mend it, so that it is found once. True: the object was in order. */
static bool check_object(struct kmem_cache *cache, void *object, u8 red, unsigned long caller)
{
	enum slab_fault fault = object_fault(cache, object, red);

	if (likely(fault == NR_SLAB_FAULTS))
		return true;
	slab_report(fault, cache, object, caller);
	paint_red(cache, object, red);
	if (red == RED_INACTIVE)
		paint_poison(cache, object);
	return false;
}

/* Source: Fowler, Noll, Vo, "FNV Hash", 32-bit FNV-1a. */
static u32 checksum(const u8 *bytes, u32 n)
{
	u32 sum = 2166136261u;

	while (n--)
		sum = (sum ^ *bytes++) * 16777619u;
	return sum;
}

/*
 * A constructed object must come back as its constructor leaves it. Run on such an object, the
 * constructor changes nothing, whatever else it holds. A typesafe object may still be looked at by
 * others, who must not see it constructed anew: it is not checked.
 */
static void check_constructed(struct kmem_cache *cache, void *object, unsigned long caller)
{
	u32 shown = min_t(u32, cache->object_size, DUMP_MAX), before;
	u8 broken[DUMP_MAX];

	if (!cache->ctor || !(cache->flags & SLAB_POISON) || cache->flags & SLAB_TYPESAFE_BY_RCU)
		return;
	before = checksum(object, cache->object_size);
	memcpy(broken, object, shown);
	cache->ctor(object);
	if (checksum(object, cache->object_size) == before)
		return;
	memcpy(object, broken, shown);		/* what the report is to show */
	slab_report(SLAB_BAD_CTOR, cache, object, caller);
	cache->ctor(object);
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
	check_constructed(cache, object, caller);
	if (cache->zero_on_free && !is_poisoned(cache))
		memset(object, 0, cache->object_size);
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

	if (cache->flags & SLAB_DEBUG_FLAGS)
		for (unsigned int l = 0; l < ARRAY_SIZE(lists); l++) {
			struct slab *slab;

			list_for_each_entry(slab, lists[l], list)
				nr += validate_slab(cache, slab);
		}
	arch_irq_restore(flags);
	return nr;
}

int slab_validate_all(void)
{
	struct kmem_cache *cache;
	int nr = 0;

	list_for_each_entry(cache, &slab_caches, list)
		nr += validate_slab_cache(cache);
	return nr;
}
