/* SPDX-License-Identifier: MIT */
/*
 * include/mm/overhead.h - what of RAM is not free, by purpose
 */
#ifndef MM_OVERHEAD_H
#define MM_OVERHEAD_H

#include <mm/ledger.h>

#define OVERHEAD_PARTS	20u	/* purposes; the last one takes what there is no room for */

struct overhead {
	unsigned long frames;			/* the sum of what follows */
	struct overhead_part {
		const char *why;		/* NULL: no more parts */
		unsigned long frames;
	} part[OVERHEAD_PARTS];
};

/**
 * overhead_take - count the frames of RAM that are not free, by purpose
 * @o: out: what boot kept, in the order of addresses, then what was handed out, by owner
 *
 * Context: after the BUDDY stage, any; walks all of mem_map.
 * Return:  0, or the number of the ledger's rule that is broken (mm/ledger.c)
 */
int overhead_take(struct overhead *o);

/* One line of it in the log, in bytes. Context: as overhead_take(). */
void overhead_log(void);

#endif
