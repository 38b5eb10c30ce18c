// SPDX-License-Identifier: MIT
/*
 * mm/boottrace_run.c - run a trace through bootmem or memblock, and measure
 *
 * The workspace of one run:
 *
 *     | engine (bootmem_data or memblock_arena) | answer[0 .. allocs) | bitmap, or pool of arrays |
 *
 * Both engines do the same five things, each in its own way; the runner does not know which it has.
 * answer[n - 1] is what alloc number n got, so that free can give it back.
 */
#include <arch.h>
#include <lib/kernel.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/boottrace.h>
#include <mm/memblock.h>

#define NO_ANSWER	BOOTMEM_NONE

/* Both lists double up to 8,192 entries (96 KiB), and no array comes back: 384 KiB. */
#define POOL_SIZE	SZ_512K

struct space {
	union {
		struct bootmem_data bootmem;
		struct memblock_arena memblock;
	};
	struct trace_answer answer[BOOTTRACE_MAX];
	unsigned long table[];		/* bitmap or pool */
};

struct engine {
	void (*init)(struct space *s, pfn_t frames);
	void (*add)(struct space *s, phys_addr_t base, phys_addr_t size);
	int (*reserve)(struct space *s, phys_addr_t base, phys_addr_t size);
	void (*ready)(struct space *s);		/* the map is complete */
	phys_addr_t (*alloc)(struct space *s, const struct trace_op *op);
	void (*free)(struct space *s, phys_addr_t base, phys_addr_t size);
	const unsigned long *(*steps)(const struct space *s);	/* the counter itself */
	size_t (*metadata)(const struct space *s, size_t *inside);
	unsigned long (*count_free)(struct space *s, unsigned long *largest);
};

size_t boottrace_space(pfn_t frames)
{
	return sizeof(struct space) + max(bootmem_map_size(frames), (size_t)POOL_SIZE);
}

/* --- bootmem ---------------------------------------------------------------------------------- */

static void bootmem_trace_init(struct space *s, pfn_t frames)
{
	bootmem_arena_init(&s->bootmem, s->table, 0, frames);
}

static void bootmem_trace_add(struct space *s, phys_addr_t base, phys_addr_t size)
{
	pfn_t start = PFN_UP(base), end = min(PFN_DOWN(base + size), s->bootmem.end);

	if (start < end)
		bootmem_free_frames(&s->bootmem, start, end);
}

static int bootmem_trace_reserve(struct space *s, phys_addr_t base, phys_addr_t size)
{
	pfn_t start = PFN_DOWN(base), end = min(PFN_UP(base + size), s->bootmem.end);

	return start < end ? bootmem_reserve_frames(&s->bootmem, start, end, BOOTMEM_DEFAULT) : 0;
}

/* The bitmap lies in the memory it describes. */
static void bootmem_trace_ready(struct space *s)
{
	bootmem_alloc(&s->bootmem, bootmem_map_size(s->bootmem.end), PAGE_SIZE, 0, 0);
}

static phys_addr_t bootmem_trace_alloc(struct space *s, const struct trace_op *op)
{
	return bootmem_alloc(&s->bootmem, op->size, op->align, op->base, op->limit);
}

/* Frames that a neighbour may have a part of stay taken: the bitmap cannot know. */
static void bootmem_trace_free(struct space *s, phys_addr_t base, phys_addr_t size)
{
	if (PFN_UP(base) < PFN_DOWN(base + size))
		bootmem_free_frames(&s->bootmem, PFN_UP(base), PFN_DOWN(base + size));
}

static const unsigned long *bootmem_trace_steps(const struct space *s)
{
	return &s->bootmem.steps;
}

static size_t bootmem_trace_metadata(const struct space *s, size_t *inside)
{
	*inside = bootmem_map_size(s->bootmem.end);
	return *inside;
}

static unsigned long bootmem_trace_count(struct space *s, unsigned long *largest)
{
	*largest = bootmem_longest_run(&s->bootmem);
	return s->bootmem.nr_free;
}

/* --- memblock --------------------------------------------------------------------------------- */

static void memblock_trace_init(struct space *s, pfn_t frames)
{
	memblock_arena_init(&s->memblock, s->table, POOL_SIZE);
}

static void memblock_trace_add(struct space *s, phys_addr_t base, phys_addr_t size)
{
	memblock_arena_add(&s->memblock, base, size);
}

static int memblock_trace_reserve(struct space *s, phys_addr_t base, phys_addr_t size)
{
	return memblock_arena_reserve(&s->memblock, base, size);
}

static void memblock_trace_ready(struct space *s)
{
}

static phys_addr_t memblock_trace_alloc(struct space *s, const struct trace_op *op)
{
	phys_addr_t found = memblock_arena_alloc(&s->memblock, op->size, op->align, op->base,
						 op->limit);

	return found ? found : NO_ANSWER;
}

static void memblock_trace_free(struct space *s, phys_addr_t base, phys_addr_t size)
{
	memblock_arena_free(&s->memblock, base, size);
}

static const unsigned long *memblock_trace_steps(const struct space *s)
{
	return &memblock_steps;
}

static size_t memblock_trace_metadata(const struct space *s, size_t *inside)
{
	return memblock_arena_metadata(&s->memblock, inside);
}

static unsigned long memblock_trace_count(struct space *s, unsigned long *largest)
{
	struct memblock *mb = &s->memblock.mb;
	unsigned long frames = 0;
	phys_addr_t start, end;
	u64 i;

	*largest = 0;
	__for_each_mem_range(i, &mb->memory, &mb->reserved, NUMA_NO_NODE, MEMBLOCK_NONE, &start,
			     &end, NULL) {
		if (PFN_UP(start) < PFN_DOWN(end)) {
			unsigned long run = PFN_DOWN(end) - PFN_UP(start);

			frames += run;
			*largest = max(*largest, run);
		}
	}
	return frames;
}

/* --- the run ---------------------------------------------------------------------------------- */

#define ENGINE(name) {								\
	name##_trace_init, name##_trace_add, name##_trace_reserve, name##_trace_ready, \
	name##_trace_alloc, name##_trace_free, name##_trace_steps, name##_trace_metadata, \
	name##_trace_count,							\
}

static const struct engine engines[NR_TRACE_ALLOCATORS] = {
	[TRACE_BOOTMEM] = ENGINE(bootmem),
	[TRACE_MEMBLOCK] = ENGINE(memblock),
};

const char *const trace_allocator_name[NR_TRACE_ALLOCATORS] = {
	[TRACE_BOOTMEM] = "bootmem",
	[TRACE_MEMBLOCK] = "memblock",
};

/* The machine's RAM ends where the map does, so that nobody's tables describe what is not there. */
static pfn_t end_of_memory(const struct boot_trace *trace, pfn_t frames)
{
	for (unsigned int i = trace->nr; trace->has_memory && i-- > 0;) {
		const struct trace_op *op = &trace->op[i];

		if (op->kind == TRACE_MEMORY)
			return clamp(PFN_UP(op->base + op->size), (pfn_t)1, frames);
	}
	return frames;
}

static void lay_out_memory(const struct boot_trace *trace, const struct engine *e, struct space *s,
			   pfn_t frames)
{
	e->init(s, frames);
	if (!trace->has_memory)
		e->add(s, 0, pfn_to_phys(frames));
	for (unsigned int i = 0; i < trace->nr; i++) {
		const struct trace_op *op = &trace->op[i];
		phys_addr_t end = min(op->base + op->size, pfn_to_phys(frames));

		if (op->kind == TRACE_MEMORY && op->base < end)
			e->add(s, op->base, end - op->base);
	}
	e->reserve(s, 0, PAGE_SIZE);
}

static void lay_out_reservations(const struct boot_trace *trace, const struct engine *e,
				 struct space *s, struct trace_result *result)
{
	unsigned long steps = *e->steps(s);
	u64 cycles = arch_cycles();

	for (unsigned int i = 0; i < trace->nr; i++) {
		const struct trace_op *op = &trace->op[i];

		if (op->kind != TRACE_RESERVE)
			continue;
		result->requests++;
		result->failed += e->reserve(s, op->base, op->size) != 0;
	}
	result->cycles += arch_cycles() - cycles;
	result->steps += *e->steps(s) - steps;
}

/* Serve one alloc or free; false when there was nothing to give. */
static bool serve(const struct engine *e, struct space *s, const struct trace_op *op,
		  const unsigned long *steps, struct trace_answer *answer)
{
	if (op->kind == TRACE_ALLOC) {
		unsigned long before = *steps;

		answer->base = e->alloc(s, op);
		answer->steps = *steps - before;
		answer->size = answer->base == NO_ANSWER ? 0 : op->size;
		return answer->size;
	}
	if (answer->size)
		e->free(s, answer->base, answer->size);
	return answer->size;
}

/* Run what comes after the map. Returns the bytes that are asked for and not given back. */
static unsigned long run_requests(const struct boot_trace *trace, const struct engine *e,
				  struct space *s, struct trace_result *result)
{
	const unsigned long *steps = e->steps(s);
	unsigned long live = 0, nr = 0, before = *steps;
	u64 cycles = arch_cycles();

	for (unsigned int i = 0; i < trace->nr; i++) {
		const struct trace_op *op = &trace->op[i];
		struct trace_answer *answer;

		if (op->kind != TRACE_ALLOC && op->kind != TRACE_FREE)
			continue;
		answer = &s->answer[op->kind == TRACE_ALLOC ? nr++ : op->base - 1];
		result->requests++;
		result->failed += !serve(e, s, op, steps, answer);
		live += op->kind == TRACE_ALLOC ? answer->size : -answer->size;
	}
	result->cycles += arch_cycles() - cycles;
	result->steps += *steps - before;
	return live;
}

void boottrace_run(const struct boot_trace *trace, enum trace_allocator allocator, pfn_t frames,
		   void *space, struct trace_result *result)
{
	const struct engine *e = &engines[allocator];
	struct space *s = space;
	unsigned long before, live;
	size_t inside;

	*result = (struct trace_result){ 0 };
	frames = end_of_memory(trace, frames);
	lay_out_memory(trace, e, s, frames);
	lay_out_reservations(trace, e, s, result);
	before = e->count_free(s, &result->largest_frames);
	e->ready(s);
	live = run_requests(trace, e, s, result);
	result->metadata = e->metadata(s, &inside);
	result->free_frames = e->count_free(s, &result->largest_frames);
	result->waste = (before - result->free_frames) * PAGE_SIZE - inside - live;
}

const struct trace_answer *boottrace_answer(const void *space, unsigned int number)
{
	return &((const struct space *)space)->answer[number - 1];
}
