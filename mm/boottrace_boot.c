// SPDX-License-Identifier: MIT
/*
 * mm/boottrace_boot.c - the record of this boot as a trace, and what either allocator makes of it
 *
 *     e820 map, RAM        -->  memory
 *     record: reserve      -->  reserve     but not the allocators' own tables: a run makes its own
 *     record: alloc, free  -->  alloc, free with the wishes and limits that were given then
 *
 * A run lays out all reservations first, as bootalloc_init() does. So the allocator that served
 * gives the answers that it gave then (tests/kernel/test_memblock.c), and the other one gives those
 * that boot would have got from it.
 */
#include <lib/errno.h>
#include <lib/kernel.h>
#include <mm/bootalloc.h>
#include <mm/boottrace.h>
#include <mm/e820.h>
#include <mm/memblock.h>
#include <mm/vmalloc.h>

/* Which alloc of the trace got what request @until gives back? */
static unsigned int alloc_number(const struct boot_request *until)
{
	const struct boot_request *req;
	unsigned int number = 0, found = 0;

	boot_for_each_request(req) {
		if (req == until)
			break;
		number += req->kind == BOOT_ALLOC;
		if (req->kind == BOOT_ALLOC && req->start == until->start)
			found = number;
	}
	return found;
}

static int add_ram(struct boot_trace *trace)
{
	const struct e820_range *r;

	e820_for_each_ram(r, &e820) {
		pfn_t end = min(r->end, (pfn_t)BOOTTRACE_FRAMES_MAX);
		int err = r->start < end ? boottrace_add(trace, TRACE_MEMORY, pfn_to_phys(r->start),
							 pfn_to_phys(end - r->start), 0) : 0;

		if (err)
			return err;
	}
	return 0;
}

static int add_request(struct boot_trace *trace, const struct boot_request *req)
{
	int err;

	switch (req->kind) {
	case BOOT_RESERVE:
		if (boot_request_is_table(req))
			return 0;
		/* a trace leaves out the last byte of 4 GiB */
		return boottrace_add(trace, TRACE_RESERVE, req->start, req->last - req->start +
				     (req->last != PHYS_ADDR_MAX), 0);
	case BOOT_ALLOC:
		err = boottrace_add(trace, TRACE_ALLOC, req->goal, req->size, req->align);
		if (!err)
			trace->op[trace->nr - 1].limit = req->limit;
		return err;
	default:
		return boottrace_add(trace, TRACE_FREE, alloc_number(req), 0, 0);
	}
}

int boottrace_of_boot(struct boot_trace *trace)
{
	const struct boot_request *req;
	int err = add_ram(trace);

	boot_for_each_request(req)
		err = err ? err : add_request(trace, req);
	return err;
}

void *boottrace_replay(enum trace_allocator allocator)
{
	/* bootmem knows lowmem only */
	pfn_t frames = allocator == TRACE_BOOTMEM ? vm_layout.max_low_pfn :
		       min(vm_layout.max_pfn, (pfn_t)BOOTTRACE_FRAMES_MAX);
	struct trace_op *op = kvmalloc(BOOTTRACE_MAX * sizeof(*op), GFP_KERNEL);
	void *space = op ? kvmalloc(boottrace_space(frames), GFP_KERNEL) : NULL;
	struct boot_trace trace;
	struct trace_result unused;

	boottrace_init(&trace, op, BOOTTRACE_MAX);
	if (space && !boottrace_of_boot(&trace)) {
		boottrace_run(&trace, allocator, frames, space, &unused);
	} else {
		kvfree(space);
		space = NULL;
	}
	kvfree(op);
	return space;
}
