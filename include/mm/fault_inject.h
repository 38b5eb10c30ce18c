/* SPDX-License-Identifier: MIT */
/*
 * include/mm/fault_inject.h - letting allocations fail on purpose
 *
 *   failslab=every=3,cache=kmalloc-64        each third request to that cache fails
 *   fail_page_alloc=prob=10,seed=1           one block in ten fails, in an order that repeats
 *
 * A test that lets request 1 fail, then request 2, and so on until a run passes untouched has met
 * each point of failure once: fail_nth().
 */
#ifndef MM_FAULT_INJECT_H
#define MM_FAULT_INJECT_H

#include <lib/types.h>

#define FAULT_NAME_MAX	32

/* Which requests fail. All zero: none. */
struct fault_attr {
	const char *name;		/* the option's: "failslab" or "fail_page_alloc" */
	unsigned long every;		/* each every-th request that passes the filters */
	unsigned long nth;		/* only that one, counted from 1 */
	unsigned int probability;	/* percent */
	long times;			/* how many failures at the most; < 0: no limit */
	u32 seed;
	u32 size;			/* filter: only requests of this many bytes; 0: any */
	char cache[FAULT_NAME_MAX];	/* filter: only this cache; "": any */
	char caller[FAULT_NAME_MAX];	/* filter: only calls from this function; "": any */

	unsigned long seen;		/* requests that passed the filters */
	unsigned long failed;		/* requests that were made to fail */
};

extern struct fault_attr failslab, fail_page_alloc;

/* Is any of it switched on? Then caches do without their arrays, so that each request is seen. */
bool fault_attr_active(const struct fault_attr *attr);

/**
 * fault_attr_parse - set up @attr from "every=N,prob=P,times=T,seed=S,size=N,cache=NAME,caller=FN"
 *
 * "off" switches it off. Counts start at 0 again. One of every and prob must be there, not both; only
 * failslab knows caches.
 * Return: 0, or -EINVAL: @attr is as it was.
 */
int fault_attr_parse(struct fault_attr *attr, const char *text);

/* Let exactly the @nth request from now on fail; 0 switches @attr off. */
void fail_nth(struct fault_attr *attr, unsigned long nth);

/* Shall this request fail? @cache may be NULL. Context: any. */
bool should_fail(struct fault_attr *attr, const char *cache, size_t size, unsigned long caller);

#endif
