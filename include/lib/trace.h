/* SPDX-License-Identifier: MIT */
/*
 * include/lib/trace.h - the kernel explains its work: trace points, and the ring of events
 *
 *   if (tracing(TRACE_BUDDY))			one test and a jump that is not taken
 *           explain_split(...)			words and a drawing on the console, events into the ring
 *
 * Switched by `trace on [POINT,...]` at the prompt and by trace= at boot; the texts are in
 * mm/explain.c and mm/memblock_explain.c. The ring keeps the last TRACE_EVENTS events; a panic prints
 * its tail.
 */
#ifndef LIB_TRACE_H
#define LIB_TRACE_H

#include <lib/compiler.h>
#include <lib/types.h>

/* What can be explained. The names, in this order, are in kernel/trace.c. */
enum trace_point {
	TRACE_BOOTMEM,		/* each request to the boot allocator, and the bits it scanned */
	TRACE_MEMBLOCK,		/* regions that come, go, merge and are cut; searches; arrays that grow */
	TRACE_BUDDY,		/* splits, merges, per-CPU batches */
	TRACE_ZONE,		/* watermarks that refuse, zones fallen back to */
	TRACE_KMAP,		/* the search for a slot, the flush when it comes round */
	TRACE_SLAB,		/* slabs made, coloured, moved between lists */
	TRACE_VMALLOC,		/* the gap chosen, areas freed lazily, purges */
	NR_TRACE_POINTS,
};

extern u32 trace_mask;		/* a bit a point */

static inline bool tracing(enum trace_point point)
{
	return unlikely(trace_mask & (1u << point));
}

/*
 * What the ring knows. @n, @a and @b of an event are, by kind:
 */
enum trace_kind {
	EVENT_NONE,
	EVENT_STAGE,		/* n: its number, from 1; always recorded */
	EVENT_BOOT_ALLOC,	/* n: steps, a: physical address, b: bytes */
	EVENT_MEMBLOCK_CHANGE,	/* n: regions before << 8 | after, a: where, b: bytes more or less */
	EVENT_MEMBLOCK_MERGE,	/* n: flags, a: where two regions touch, b: bytes of the second */
	EVENT_MEMBLOCK_SEARCH,	/* n: steps, a: physical address or 0, b: bytes */
	EVENT_MEMBLOCK_GROWTH,	/* n: entries now, a: physical address, b: regions */
	EVENT_SPLIT,		/* n: from order << 8 | to order, a: frame */
	EVENT_MERGE,		/* n: order reached, a: frame of the whole, b: frame of the buddy */
	EVENT_FREE,		/* n: order, a: frame: on its zone's list now */
	EVENT_REFILL,		/* n: blocks, a: zone, b: order */
	EVENT_FLUSH,		/* n: blocks, a: zone, b: order */
	EVENT_REFUSED,		/* n: zone, a: free frames, b: the mark */
	EVENT_FALLBACK,		/* n: zone, a: frame, b: zone that was asked for */
	EVENT_SLOW,		/* n: order, a: gfp, b: caller; always recorded */
	EVENT_KMAP,		/* n: slot, a: frame, b: slots looked at */
	EVENT_KMAP_FLUSH,	/* n: slots freed; always recorded */
	EVENT_SLAB_GROW,	/* n: colour in bytes, a: slab's first object, b: cache */
	EVENT_SLAB_MOVE,	/* n: from list << 8 | to list, a: slab's first object, b: cache */
	EVENT_SLAB_DESTROY,	/* a: slab's first object, b: cache */
	EVENT_VM_AREA,		/* n: pages, a: start, b: bytes of the gap */
	EVENT_VM_FREE,		/* n: pages, a: start */
	EVENT_VM_PURGE,		/* a: pages; always recorded */
	NR_TRACE_KINDS,
};

#define TRACE_EVENTS	1024u		/* a power of two */

struct trace_record {
	u32 us;			/* microseconds since the start */
	u16 kind;		/* enum trace_kind */
	u16 n;
	u32 a, b;
};

_Static_assert(sizeof(struct trace_record) == 16, "the ring takes 16 KiB");

/* Put one event into the ring. Context: any. */
void trace_event(enum trace_kind kind, u16 n, u32 a, u32 b);

/*
 * trace_watch - record points without words, for a test
 * @points: bits of enum trace_point; 0 goes back to what was chosen before
 */
void trace_watch(u32 points);

/* The newest event. */
struct trace_record trace_newest(void);

/* A line, or part of one, of explanation on the consoles, past the log. Context: any. */
void trace_say(const char *fmt, ...) __printf(1, 2);

/* Print the last @nr events, for those who are about to end. */
void trace_show_tail(unsigned int nr);

#endif
