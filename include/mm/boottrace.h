/* SPDX-License-Identifier: MIT */
/*
 * include/mm/boottrace.h - the same requests through both boot allocators
 *
 * A trace is a list of requests against a made-up machine. It comes from a recipe (below), from the
 * record of this boot, or from text that somebody wrote:
 *
 *     # comments and empty lines are skipped; sizes may end in K, M or G, and be hexadecimal
 *     memory  0 640K		there is RAM; upwards, not overlapping; without any: [0, RAM size)
 *     reserve 0x1000 4K	taken before the first request
 *     alloc   100 16		size and alignment; the first alloc is number 1
 *     free    1		gives back what alloc number 1 got
 *
 * The map (memory, reserve) is laid out first, wherever its lines stand; then the requests run in
 * order. Nothing here touches the memory that it speaks of, so a trace can be run at any time, as
 * often as one likes, for any RAM size.
 */
#ifndef MM_BOOTTRACE_H
#define MM_BOOTTRACE_H

#include <lib/types.h>
#include <mm/layout.h>

enum trace_kind { TRACE_MEMORY, TRACE_RESERVE, TRACE_ALLOC, TRACE_FREE };

struct trace_op {
	enum trace_kind kind;
	phys_addr_t base;	/* of alloc: the lowest address wished; of free: the alloc's number */
	phys_addr_t size;
	phys_addr_t align;	/* of alloc: a power of two */
	phys_addr_t limit;	/* of alloc: the end may not be past it; 0: no limit */
};

struct boot_trace {
	struct trace_op *op;	/* storage of the caller */
	unsigned int max;	/* room in it */
	unsigned int nr;
	unsigned int nr_allocs;
	bool has_memory;
};

/* Begin an empty trace in @max entries at @op. */
void boottrace_init(struct boot_trace *trace, struct trace_op *op, unsigned int max);

/*
 * Append one line. Return: 0; -EINVAL for a request that cannot be (size 0, an alignment that is no
 * power of two, memory that does not go upwards, a free of what is not allocated); -ENOMEM: full.
 */
int boottrace_add(struct boot_trace *trace, enum trace_kind kind, phys_addr_t base,
		  phys_addr_t size, phys_addr_t align);

/**
 * boottrace_parse - append the requests in a text
 * @text: need not end in a NUL
 * @len:  its bytes
 * @line: out: the number of the line that is wrong, from 1
 * @why:  out: what is wrong with it, in words
 *
 * Return: 0; -EINVAL: a line is wrong; the trace holds what stands before it
 */
int boottrace_parse(struct boot_trace *trace, const char *text, size_t len, unsigned int *line,
		    const char **why);

/* A trace that ships: @make fills @trace for a machine with @frames page frames of RAM. */
struct trace_recipe {
	const char *name;
	const char *about;	/* one line */
	int (*make)(struct boot_trace *trace, pfn_t frames);
};

extern const struct trace_recipe trace_recipes[];
extern const unsigned int nr_trace_recipes;

/* Requests that the recipes need room for. */
#define BOOTTRACE_MAX	4096u

/* --- running ---------------------------------------------------------------------------------- */

enum trace_allocator { TRACE_BOOTMEM, TRACE_MEMBLOCK, NR_TRACE_ALLOCATORS };

extern const char *const trace_allocator_name[NR_TRACE_ALLOCATORS];

struct trace_result {
	unsigned long requests;		/* reserve, alloc and free lines */
	unsigned long failed;		/* of these: allocs that got nothing, and frees of such */
	unsigned long steps;		/* words and runs of bitmap, or regions, visited */
	u64 cycles;			/* of arch_cycles(), for all requests */
	size_t metadata;		/* bytes of bitmap or of region arrays at the end */
	unsigned long free_frames;	/* at the end */
	unsigned long largest_frames;	/* the longest run of them */
	long waste;			/* bytes taken, less those asked for and metadata */
};

/* Bytes of workspace for running any trace on @frames of RAM. */
size_t boottrace_space(pfn_t frames);

/* The RAM that both allocators can describe: memblock leaves out the last byte of 4 GiB. */
#define BOOTTRACE_FRAMES_MAX	0xFFFFFu

/* What an alloc got, and how many steps it took. */
struct trace_answer {
	phys_addr_t base, size;		/* size 0: nothing */
	unsigned long steps;
};

/**
 * boottrace_run - run a trace through one allocator
 * @trace:     it
 * @allocator: which
 * @frames:    RAM of the machine; at most BOOTTRACE_FRAMES_MAX
 * @space:     boottrace_space(@frames) bytes, aligned to 8; contents are lost
 * @result:    out
 *
 * Requests from text and recipes wish for memory from 16 MiB on, as boot_alloc() does; frame 0 is
 * taken. Context: any; takes no memory.
 */
void boottrace_run(const struct boot_trace *trace, enum trace_allocator allocator, pfn_t frames,
		   void *space, struct trace_result *result);

/* After a run in @space: what alloc number @number (from 1) got. */
const struct trace_answer *boottrace_answer(const void *space, unsigned int number);

/* --- this boot (mm/boottrace_boot.c) ---------------------------------------------------------- */

/**
 * boottrace_of_boot - append the firmware's RAM and the requests that the record holds
 *
 * With their wishes and limits, but without the allocators' own tables: a run makes its own.
 * Return: 0; -ENOMEM: the trace is full
 */
int boottrace_of_boot(struct boot_trace *trace);

/**
 * boottrace_replay - what @allocator answers to the requests of this boot by its own policy
 *
 * Context: after the vmalloc stage.
 * Return:  a workspace for boottrace_answer(), to be given to kvfree(); NULL: no memory for it
 */
void *boottrace_replay(enum trace_allocator allocator);

#endif
