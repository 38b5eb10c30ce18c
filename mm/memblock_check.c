// SPDX-License-Identifier: MIT
/*
 * mm/memblock_check.c - do the rules M1-M6 of mm/memblock.c hold?
 */
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/memblock.h>

#include "memblock_internal.h"

static int broken(const struct memblock_type *type, int rule, unsigned long i)
{
	pr_err("memblock: rule M%d is broken at %s[%lu]\n", rule, type->name, i);
	return rule;
}

/* M1-M3 and M5 for region @i and the one before it. */
static int check_region(const struct memblock_type *type, unsigned long i)
{
	const struct memblock_region *r = &type->regions[i];

	if (r->size == 0)
		return broken(type, 3, i);
	if (region_end(r) < r->base)
		return broken(type, 5, i);
	if (i > 0 && region_end(r - 1) > r->base)
		return broken(type, 1, i);
	if (i > 0 && region_end(r - 1) == r->base && same_kind(r - 1, r))
		return broken(type, 2, i);
	return 0;
}

static int check_type(const struct memblock_type *type)
{
	static const struct memblock_region empty;
	unsigned long nr = nr_regions(type);
	phys_addr_t sum = 0;

	if (type->cnt < 1 || type->cnt > type->max)
		return broken(type, 1, type->cnt);
	if (nr == 0 && memcmp(&type->regions[0], &empty, sizeof(empty)))
		return broken(type, 3, 0);
	for (unsigned long i = 0; i < nr; i++) {
		int rule = check_region(type, i);

		if (rule)
			return rule;
		sum += type->regions[i].size;
	}
	return sum == type->total_size ? 0 : broken(type, 4, nr);
}

/* M6: a doubled array's frames are all in one reservation. */
static int check_array(const struct memblock *mb, const struct memblock_env *env,
		       const struct memblock_type *type)
{
	unsigned int which = type == &mb->reserved;
	phys_addr_t start = env->grown_pa[which], end = start + memblock_array_size(type->max);

	if (type->regions == env->first[which])
		return 0;
	for (unsigned long i = 0; i < nr_regions(&mb->reserved); i++) {
		const struct memblock_region *r = &mb->reserved.regions[i];

		if (r->base <= start && region_end(r) >= end)
			return 0;
	}
	return broken(type, 6, 0);
}

static int check(const struct memblock *mb, const struct memblock_env *env)
{
	int rule = check_type(&mb->memory);

	if (!rule)
		rule = check_type(&mb->reserved);
	if (!rule)
		rule = check_array(mb, env, &mb->memory);
	return rule ? rule : check_array(mb, env, &mb->reserved);
}

int memblock_check(void)
{
	return check(&memblock, &memblock_boot_env);
}

int memblock_arena_check(const struct memblock_arena *arena)
{
	return check(&arena->mb, &arena->env);
}
