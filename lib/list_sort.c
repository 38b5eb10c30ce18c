/* SPDX-License-Identifier: MIT */
/*
 * lib/list_sort.c - stable merge sort of a list
 *
 * Runs are NULL-terminated chains through next. run[k] is empty or holds exactly 2^k members in
 * order; together they are a binary number that counts the members taken so far. Taking one more is
 * adding 1: where a digit is set already, two runs of equal length merge and carry over.
 *
 *     taken    run[2]     run[1]   run[0]
 *       3                 a b      c
 *       4      a b c d                        d joins c, then c d joins a b
 *       5      a b c d             e
 *
 * A higher run holds earlier members, so every merge knows which side comes first among equals.
 * Source: Knuth, TAOCP vol. 3, "Sorting by Merging", "Natural and list merge sorts".
 */
#include <lib/kernel.h>
#include <lib/list.h>
#include <lib/list_sort.h>

/* Enough for 2^32 - 1 members; there are fewer addresses for them. */
#define MAX_RUNS	32

/* Two chains that are not empty become one. Among equals, those of @early come first. */
static struct list_head *merge(void *priv, list_cmp_func_t cmp, struct list_head *early,
			       struct list_head *late)
{
	struct list_head *chain = NULL, **tail = &chain;

	for (;;) {
		if (cmp(priv, early, late) <= 0) {
			*tail = early;
			tail = &early->next;
			early = early->next;
			if (!early)
				break;
		} else {
			*tail = late;
			tail = &late->next;
			late = late->next;
			if (!late) {
				late = early;
				break;
			}
		}
	}
	*tail = late;
	return chain;
}

/* Add a chain of one member to the number that @run is. */
static void take_member(void *priv, list_cmp_func_t cmp, struct list_head *run[MAX_RUNS],
			struct list_head *member)
{
	unsigned int k;

	member->next = NULL;
	for (k = 0; run[k]; k++) {
		member = merge(priv, cmp, run[k], member);
		run[k] = NULL;
	}
	run[k] = member;
}

/* Make a ring of @chain and @head again: the prev words were stale all the while. */
static void close_ring(struct list_head *head, struct list_head *chain)
{
	struct list_head *prev = head;

	for (; chain; chain = chain->next) {
		prev->next = chain;
		chain->prev = prev;
		prev = chain;
	}
	prev->next = head;
	head->prev = prev;
}

void list_sort(void *priv, struct list_head *head, list_cmp_func_t cmp)
{
	struct list_head *run[MAX_RUNS] = { NULL }, *member, *chain = NULL;

	if (list_empty(head) || list_is_singular(head))
		return;
	head->prev->next = NULL;
	for (member = head->next; member; ) {
		struct list_head *next = member->next;

		take_member(priv, cmp, run, member);
		member = next;
	}
	for (size_t k = 0; k < ARRAY_SIZE(run); k++)
		if (run[k])
			chain = chain ? merge(priv, cmp, run[k], chain) : run[k];
	close_ring(head, chain);
}
