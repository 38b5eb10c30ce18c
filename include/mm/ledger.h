/* SPDX-License-Identifier: MIT */
/*
 * include/mm/ledger.h - where every page frame is
 */
#ifndef MM_LEDGER_H
#define MM_LEDGER_H

#include <lib/types.h>
#include <mm/mmzone.h>

/* Frames, each counted in exactly one place. */
struct ledger {
	unsigned long frames;				/* of mem_map: the sum of what follows */
	unsigned long holes;				/* no RAM */
	unsigned long reserved;				/* RAM that boot kept */
	unsigned long free[MAX_NR_ZONES][MAX_ORDER];	/* on the zones' lists, by block order */
	unsigned long pcp[MAX_NR_ZONES];		/* on per-CPU lists */
	unsigned long owner[NR_PAGE_OWNERS];		/* handed out */
	unsigned long bad;				/* set aside */
};

/**
 * ledger_take - walk all of mem_map, block by block, and count
 * @ledger: out; up to the broken place when there is one
 *
 * Context: after the BUDDY stage, any; interrupts are off inside.
 * Return:  0, or the number of the broken rule, V1 .. V4 of mm/ledger.c; @pfn is the place
 */
int ledger_take(struct ledger *ledger, pfn_t *pfn);

/* Frames that are free, and frames that somebody holds. */
unsigned long ledger_free(const struct ledger *ledger);
unsigned long ledger_used(const struct ledger *ledger);

/*
 * Somebody who keeps books of his own about the frames of one owner. The ledger compares: rule V7,
 * his sum is what the walk has found. print() tells more behind the owner's line; check() looks at
 * his own structures, 0 or the number of a broken rule. Either may be NULL.
 */
struct ledger_holder {
	enum page_owner owner;
	unsigned long (*frames)(void);
	void (*print)(void);
	int (*check)(void);
	struct ledger_holder *next;
};

/* Context: once for each holder, when its stage begins. */
void ledger_register(struct ledger_holder *holder);

#endif
