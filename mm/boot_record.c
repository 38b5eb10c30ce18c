/* SPDX-License-Identifier: MIT */
/*
 * mm/boot_record.c - every early request, and with it which bytes are in use and why
 *
 * The record is a chain of chunks of one page each, in the order of time. The first lies in the
 * image, each other one is taken from the allocator that serves.
 *
 *     first_chunk (image)         a page of early memory
 *     +------+------+---+------+  +------+------+---
 *     | kind | kind |   | kind |  | kind | kind |        kind: reserve, alloc, free
 *     | live | live |   | live |->| live | live |        live: the bytes are still in use
 *     | ...  | ...  |   | ...  |  | ...  | ...  |
 *     +------+------+---+------+  +------+------+---
 *
 * The live lines are a book of their own beside those of the allocators, and the only one that is
 * still there when these are gone: a frame of RAM that no live line touches is free, before
 * hand-over and after it. A question walks all lines; there are dozens, and a few hundred on a
 * machine without 4 MiB pages, each page table being one.
 *
 * Written by bootalloc.c; read by the ledger and the prompt.
 */
#include <arch.h>
#include <lib/kernel.h>
#include <mm/e820.h>

#include "boot_internal.h"

#define CHUNK_REQUESTS	((PAGE_SIZE - 2 * sizeof(void *)) / sizeof(struct boot_request))

struct chunk {
	struct chunk *next;
	unsigned long nr;
	struct boot_request request[CHUNK_REQUESTS];
} __aligned(PAGE_SIZE);

_Static_assert(sizeof(struct chunk) == PAGE_SIZE, "a request's chunk starts at its page");

static struct chunk first_chunk, *last_chunk = &first_chunk;
static unsigned long nr_lost;

/* --- lines ----------------------------------------------------------------------------------- */

const struct boot_request *boot_request_next(const struct boot_request *req)
{
	const struct chunk *chunk = &first_chunk;

	if (req) {
		chunk = (const struct chunk *)((unsigned long)req & PAGE_MASK);
		if (++req < chunk->request + chunk->nr)
			return req;
		chunk = chunk->next;
	}
	return chunk && chunk->nr ? chunk->request : NULL;
}

unsigned long boot_requests(void)
{
	unsigned long nr = nr_lost;

	for (const struct chunk *chunk = &first_chunk; chunk; chunk = chunk->next)
		nr += chunk->nr;
	return nr;
}

unsigned long boot_requests_lost(void)
{
	return nr_lost;
}

unsigned long boot_record_room(void)
{
	return CHUNK_REQUESTS - last_chunk->nr;
}

void boot_record_extend(void *page)
{
	struct chunk *chunk = page;

	chunk->next = NULL;
	chunk->nr = 0;
	last_chunk->next = chunk;
	last_chunk = chunk;
}

struct boot_request *boot_record_add(enum boot_request_kind kind, unsigned long caller)
{
	struct boot_request *req = &last_chunk->request[last_chunk->nr];

	if (last_chunk->nr == CHUNK_REQUESTS) {
		nr_lost++;
		return NULL;
	}
	last_chunk->nr++;
	*req = (struct boot_request){ .kind = kind, .caller = caller };
	return req;
}

/* --- what is in use -------------------------------------------------------------------------- */

struct boot_request *boot_in_use(phys_addr_t start, phys_addr_t last)
{
	const struct boot_request *req;

	boot_for_each_request(req)
		if (req->live && req->start <= last && req->last >= start)
			return (struct boot_request *)req;
	return NULL;
}

void boot_name(const void *p, const char *why)
{
	struct boot_request *req = &last_chunk->request[last_chunk->nr - 1];

	if (req->start != __pa(p))		/* memblock's list has grown meanwhile, and has a line too */
		req = boot_in_use(__pa(p), __pa(p));
	if (req)
		req->why = why;
}

const struct boot_request *boot_frame_in_use(pfn_t pfn, pfn_t *end)
{
	const struct boot_request *req, *found = NULL;

	boot_for_each_request(req) {
		pfn_t start = phys_to_pfn(req->start), stop = phys_to_pfn(req->last) + 1;

		if (!req->live || stop <= pfn)
			continue;
		if (start > pfn) {
			*end = min(*end, start);
		} else if (!found) {
			*end = min(*end, stop);
			found = req;
		}
	}
	return found;
}

bool boot_extent_at(pfn_t pfn, struct boot_extent *x)
{
	const struct e820_range *range = e820_find(&e820, pfn, &x->end);
	const struct boot_request *req;

	x->start = pfn;
	x->ram = range && range->type == E820_RAM;
	x->caller = 0;
	if (!x->ram) {
		x->why = e820_type_name(range ? range->type : E820_HOLE);
		return true;
	}
	req = boot_frame_in_use(pfn, &x->end);
	x->why = req ? req->why : NULL;
	if (req && !req->why)
		x->why = "early";
	if (req)
		x->caller = req->caller;
	return req;
}

const char *boot_request_name(const struct boot_request *req)
{
	unsigned long offset;
	const char *symbol;

	if (req->kind == BOOT_RESERVE)
		return req->why;
	symbol = ksym_name(req->caller, &offset);
	return symbol ? symbol : "early memory";
}

bool boot_requests_overlap(void)
{
	const struct boot_request *a, *b;

	boot_for_each_request(a)
		for (b = boot_request_next(a); b; b = boot_request_next(b))
			if (a->live && b->live && a->start <= b->last && b->start <= a->last)
				return true;
	return false;
}
