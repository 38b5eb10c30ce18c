/* SPDX-License-Identifier: MIT */
/*
 * mm/fault_inject.c - which requests are made to fail
 *
 *   request -> cache, size, caller as asked? -> seen++ -> nth or every or probability? -> failed++
 *                       no: passes                             no: passes
 *
 * Used by the slow paths of slab.c (failslab) and page_alloc.c (fail_page_alloc). The fast paths need
 * no test of their own: switching failslab on takes the arrays away from all caches, and switching
 * fail_page_alloc on lets every request for pages start at an empty per-CPU list.
 */
#include <arch.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/string.h>
#include <mm/fault_inject.h>
#include "internal.h"
#include "slab_internal.h"

#define TEXT_MAX	128

struct fault_attr failslab = { .name = "failslab" };
struct fault_attr fail_page_alloc = { .name = "fail_page_alloc" };

bool fault_attr_active(const struct fault_attr *attr)
{
	return attr->every || attr->nth || attr->probability;
}

/* One "key=value". */
static int set_key(struct fault_attr *attr, char *key)
{
	char *value = strchr(key, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (!strcmp(key, "every"))
		return kstrtoul(value, 0, &attr->every);
	if (!strcmp(key, "prob"))
		return kstrtouint(value, 0, &attr->probability) ?: attr->probability > 100 ? -EINVAL : 0;
	if (!strcmp(key, "times"))
		return kstrtol(value, 0, &attr->times);
	if (!strcmp(key, "seed"))	/* 0 would stay 0 for ever */
		return kstrtouint(value, 0, &attr->seed) ?: !attr->seed ? -EINVAL : 0;
	if (!strcmp(key, "size"))
		return kstrtouint(value, 0, &attr->size);
	if (!strcmp(key, "cache"))
		return strscpy(attr->cache, value, FAULT_NAME_MAX) < 0 ? -EINVAL : 0;
	if (!strcmp(key, "caller"))
		return strscpy(attr->caller, value, FAULT_NAME_MAX) < 0 ? -EINVAL : 0;
	return -EINVAL;
}

static bool page_request_fails(size_t size, unsigned long caller)
{
	return should_fail(&fail_page_alloc, NULL, size, caller);
}

static void install(struct fault_attr *attr, const struct fault_attr *new)
{
	*attr = *new;
	if (attr == &failslab)
		slab_use_arrays(!fault_attr_active(attr));
	else
		page_alloc_inject(fault_attr_active(attr) ? page_request_fails : NULL);
}

int fault_attr_parse(struct fault_attr *attr, const char *text)
{
	struct fault_attr new = { .name = attr->name, .times = -1, .seed = 1 };
	char copy[TEXT_MAX], *rest = copy, *key;

	if (strscpy(copy, text, sizeof(copy)) < 0)
		return -EINVAL;
	if (strcmp(text, "off")) {
		while ((key = strsep(&rest, ",")))
			if (set_key(&new, key))
				return -EINVAL;
		if (!new.every == !new.probability || (attr == &fail_page_alloc && new.cache[0]))
			return -EINVAL;
	}
	install(attr, &new);
	return 0;
}

void fail_nth(struct fault_attr *attr, unsigned long nth)
{
	const struct fault_attr new = { .name = attr->name, .times = -1, .nth = nth };

	install(attr, &new);
}

static bool caller_matches(const struct fault_attr *attr, unsigned long caller)
{
	unsigned long offset;
	const char *name = ksym_name(caller, &offset);

	return name && !strcmp(name, attr->caller);
}

/* The next number of a sequence that @attr->seed starts: Marsaglia, "Xorshift RNGs" (2003). */
static u32 fault_random(struct fault_attr *attr)
{
	attr->seed ^= attr->seed << 13;
	attr->seed ^= attr->seed >> 17;
	attr->seed ^= attr->seed << 5;
	return attr->seed;
}

bool should_fail(struct fault_attr *attr, const char *cache, size_t size, unsigned long caller)
{
	bool fail;

	if (likely(!fault_attr_active(attr)))
		return false;
	if (attr->cache[0] && (!cache || strcmp(cache, attr->cache)))
		return false;
	if ((attr->size && attr->size != size) ||
	    (attr->caller[0] && !caller_matches(attr, caller)))
		return false;
	attr->seen++;
	fail = attr->nth ? attr->seen == attr->nth :
	       attr->every ? attr->seen % attr->every == 0 :
	       fault_random(attr) % 100 < attr->probability;
	if (!fail || attr->times == 0)
		return false;
	if (attr->times > 0)
		attr->times--;
	attr->failed++;
	return true;
}

static int set_failslab(const char *value)
{
	return fault_attr_parse(&failslab, value);
}
early_param("failslab", set_failslab);

static int set_fail_page_alloc(const char *value)
{
	return fault_attr_parse(&fail_page_alloc, value);
}
early_param("fail_page_alloc", set_fail_page_alloc);
