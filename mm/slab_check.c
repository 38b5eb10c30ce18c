/* SPDX-License-Identifier: MIT */
/*
 * mm/slab_check.c - the rules S1 to S5 (slab.c) checked, and caches and slabs shown to those who ask
 *
 *   slab_check()      every cache:  lists -> slabs -> index, pages, place;  then the array
 *   slab_ledger       verify_ledger(): frames held by slabs = the sum over all caches
 *   slab_info(), slab_view()   numbers and pictures for the prompt
 *
 * Nothing that a slab says is followed before it is seen to lead into the slab.
 */
#include <arch.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/slabinfo.h>
#include "slab_internal.h"

#define SLAB_RULE_DAMAGED	6	/* S1 to S5 hold, but objects of debugged caches do not */

/* --- checking -------------------------------------------------------------------------------- */

/* S3: the pages of the block that @slab lies in. */
static bool pages_are_right(const struct kmem_cache *cache, const struct slab *slab)
{
	const struct page *page = slab_first_page(cache, slab);

	for (unsigned int i = 0; i < 1u << cache->order; i++, page++)
		if (!page_is_slab(page) || page->slab_cache != cache || page->slab != slab)
			return false;
	return true;
}

/* S2: the chain of free objects. */
static bool index_is_right(const struct kmem_cache *cache, const struct slab *slab)
{
	unsigned int free = 0, active = 0;

	for (unsigned int i = slab->free; i != INDEX_END; i = slab->free_index[i])
		if (i >= cache->num || ++free > cache->num - slab->inuse)
			return false;
	for (unsigned int i = 0; i < cache->num; i++)
		active += slab->free_index[i] == INDEX_ACTIVE;
	return free == cache->num - slab->inuse && active == slab->inuse;
}

/* S5: where slot 0 lies. */
static bool place_is_right(const struct kmem_cache *cache, const struct slab *slab)
{
	unsigned long start = (unsigned long)slab->s_mem & ~((PAGE_SIZE << cache->order) - 1);
	unsigned long at = (unsigned long)slab->s_mem;

	return (at + cache->offset) % cache->align == 0 && at >= start + cache->mgmt_size &&
	       at + cache->num * cache->size <= start + (PAGE_SIZE << cache->order);
}

/* S1 to S5 for the slabs on one list; adds to the sums. */
static int check_list(const struct kmem_cache *cache, const struct list_head *list,
		      unsigned int least, unsigned int most, unsigned int *slabs,
		      unsigned int *inuse)
{
	const struct slab *slab;

	list_for_each_entry(slab, list, list) {
		if (slab->inuse < least || slab->inuse > most)
			return 1;
		if (!index_is_right(cache, slab))
			return 2;
		if (!pages_are_right(cache, slab))
			return 3;
		if (!place_is_right(cache, slab))
			return 5;
		++*slabs;
		*inuse += slab->inuse;
	}
	return 0;
}

/* S4 for one entry: the start of an object that is ACTIVE in its slab. */
static bool entry_is_right(const struct kmem_cache *cache, const void *entry)
{
	const struct slab *slab;
	unsigned int index;

	if (object_cache(entry) != cache)
		return false;
	slab = virt_to_page(entry)->slab;
	index = object_index(cache, slab, entry);
	return index < cache->num && index_object(cache, slab, index) == entry &&
	       slab->free_index[index] == INDEX_ACTIVE;
}

/* S4: no entry is there twice. */
static int check_array(const struct kmem_cache *cache)
{
	for (void **entry = cache->cpu.base; entry < cache->cpu.top; entry++) {
		if (!entry_is_right(cache, *entry))
			return 4;
		for (void **other = cache->cpu.base; other < entry; other++)
			if (*other == *entry)
				return 4;
	}
	return 0;
}

int kmem_cache_check(const struct kmem_cache *cache)
{
	unsigned int slabs = 0, inuse = 0, free = 0;
	int rule = check_list(cache, &cache->slabs_full, cache->num, cache->num, &slabs, &inuse);

	if (!rule)
		rule = check_list(cache, &cache->slabs_partial, 1, cache->num - 1, &slabs, &inuse);
	if (!rule)
		rule = check_list(cache, &cache->slabs_free, 0, 0, &free, &inuse);
	if (!rule && (slabs + free != cache->nr_slabs || free != cache->nr_free_slabs ||
		      inuse != cache->nr_inuse))
		rule = 1;
	return rule ? rule : check_array(cache);
}

int slab_check(void)
{
	unsigned long flags = arch_irq_save();
	const struct kmem_cache *cache;
	int rule = 0;

	list_for_each_entry(cache, &slab_caches, list) {
		rule = kmem_cache_check(cache);
		if (rule) {
			pr_err("slab: rule S%d is broken in cache %s\n", rule, cache->name);
			break;
		}
	}
	arch_irq_restore(flags);
	return rule;
}

/* --- the ledger ------------------------------------------------------------------------------ */

static unsigned long slab_frames(void)
{
	const struct kmem_cache *cache;
	unsigned long frames = 0;

	list_for_each_entry(cache, &slab_caches, list)
		frames += (unsigned long)cache->nr_slabs << cache->order;
	return frames;
}

static void print_slab_frames(void)
{
	const struct kmem_cache *cache;

	list_for_each_entry(cache, &slab_caches, list)
		if (cache->nr_slabs)
			pr_info("      %-22s %8lu frames: %u slabs of order %u, %u objects out\n",
				cache->name, (unsigned long)cache->nr_slabs << cache->order,
				cache->nr_slabs, cache->order, cache_objects_out(cache));
}

/* Structure first: in a broken one objects are not looked for. */
static int slab_verify(void)
{
	int rule = slab_check();

	return rule ? rule : slab_validate_all() ? SLAB_RULE_DAMAGED : 0;
}

struct ledger_holder slab_ledger = {
	.owner = PAGE_OWNER_SLAB, .frames = slab_frames, .print = print_slab_frames,
	.check = slab_verify,
};

/* --- for the prompt -------------------------------------------------------------------------- */

unsigned int cache_objects_out(const struct kmem_cache *cache)
{
	return cache->nr_inuse - (cache->cpu.top - cache->cpu.base);
}

static const struct kmem_cache *nth_cache(unsigned int n)
{
	const struct kmem_cache *cache;

	list_for_each_entry(cache, &slab_caches, list)
		if (!n--)
			return cache;
	return NULL;
}

bool slab_info(unsigned int nth, struct slab_info *info)
{
	unsigned long flags = arch_irq_save();
	const struct kmem_cache *cache = nth_cache(nth);

	if (cache)
		*info = (struct slab_info) {
			.name = cache->name, .flags = cache->flags,
			.object_size = cache->object_size, .size = cache->size,
			.align = cache->align, .order = cache->order, .num = cache->num,
			.off_slab = cache->off_slab, .mgmt_size = cache->mgmt_size,
			.colours = cache->colours, .colour_off = cache->colour_off,
			.limit = cache->limit, .batch = cache->batch,
			.slabs = cache->nr_slabs, .free_slabs = cache->nr_free_slabs,
			.out = cache_objects_out(cache),
			.in_array = cache->cpu.top - cache->cpu.base, .high = cache->high,
			.refills = cache->refills, .refilled = cache->refilled,
			.flushes = cache->flushes, .flushed = cache->flushed,
			.grown = cache->grown, .reaped = cache->reaped, .errors = cache->errors,
		};
	arch_irq_restore(flags);
	return cache != NULL;
}

static void view_slab(const struct kmem_cache *cache, const struct slab *slab, enum slab_list list,
		      slab_view_fn *show)
{
	struct slab_view view = {
		.list = list, .num = cache->num, .inuse = slab->inuse,
		.start = page_address(slab_first_page(cache, slab)),
		.objects = (char *)slab->s_mem + cache->offset,
		.colour = ((unsigned long)slab->s_mem & ((PAGE_SIZE << cache->order) - 1)) -
			  cache->mgmt_size,
	};

	for (unsigned int i = 0; i < min(cache->num, SLAB_VIEW_MAX); i++) {
		const void *object = index_object(cache, slab, i);

		view.map[i] = slab->free_index[i] != INDEX_ACTIVE ? '.' :
			      object_is_out(cache, slab, object) ? '#' : 'a';
	}
	show(&view);
}

int slab_view(const char *name, slab_view_fn *show)
{
	const struct kmem_cache *cache;
	unsigned long flags = arch_irq_save();
	int err = -ENOENT;

	list_for_each_entry(cache, &slab_caches, list) {
		const struct list_head *const lists[] = {
			[SLABS_FULL] = &cache->slabs_full, [SLABS_PARTIAL] = &cache->slabs_partial,
			[SLABS_FREE] = &cache->slabs_free,
		};
		const struct slab *slab;

		if (strcmp(cache->name, name))
			continue;
		for (unsigned int l = 0; l < ARRAY_SIZE(lists); l++)
			list_for_each_entry(slab, lists[l], list)
				view_slab(cache, slab, l, show);
		err = 0;
		break;
	}
	arch_irq_restore(flags);
	return err;
}

bool slab_object_is_out(const void *object)
{
	const struct kmem_cache *cache = object_cache(object);
	unsigned long flags;
	bool out;

	if (!cache)
		return kmalloc_is_large(object);
	flags = arch_irq_save();
	out = entry_is_right(cache, object) &&
	      object_is_out(cache, virt_to_page(object)->slab, object);
	arch_irq_restore(flags);
	return out;
}
