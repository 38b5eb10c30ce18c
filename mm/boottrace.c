// SPDX-License-Identifier: MIT
/*
 * mm/boottrace.c - traces of early requests: from text, and the recipes that ship
 *
 *     text     "alloc 100 16\n"  ---+
 *     recipe   make(trace, frames) -+-->  op[] = { kind, base, size, align }  -->  boottrace_run.c
 *     record   of this boot  -------+
 *
 * Recipes use random numbers from a fixed seed: the same name and RAM size give the same trace on
 * every machine.
 */
#include <lib/cmdline.h>
#include <lib/ctype.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/log2.h>
#include <lib/random.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <mm/bootmem.h>
#include <mm/boottrace.h>

void boottrace_init(struct boot_trace *trace, struct trace_op *op, unsigned int max)
{
	*trace = (struct boot_trace){ .op = op, .max = max };
}

/* --- what may be in a trace ------------------------------------------------------------------- */

/* Is alloc number @number there, and not yet freed? */
static bool is_live(const struct boot_trace *trace, phys_addr_t number)
{
	for (unsigned int i = trace->nr; i-- > 0;) {
		if (trace->op[i].kind == TRACE_FREE && trace->op[i].base == number)
			return false;
	}
	return number >= 1 && number <= trace->nr_allocs;
}

static bool goes_upwards(const struct boot_trace *trace, phys_addr_t base)
{
	for (unsigned int i = trace->nr; i-- > 0;) {
		const struct trace_op *op = &trace->op[i];

		if (op->kind == TRACE_MEMORY)
			return op->base + op->size <= base;
	}
	return true;
}

/* Why a request cannot be, in words; NULL when it can. */
static const char *objection(const struct boot_trace *trace, const struct trace_op *op)
{
	if (trace->nr == trace->max)
		return "the trace is full";
	switch (op->kind) {
	case TRACE_MEMORY:
	case TRACE_RESERVE:
		if (!op->size || op->base + op->size < op->base)
			return "the range is empty or reaches past 4 GiB";
		return op->kind == TRACE_RESERVE || goes_upwards(trace, op->base) ? NULL :
		       "memory must go upwards and not overlap";
	case TRACE_ALLOC:
		if (!op->size)
			return "the size is 0";
		return is_power_of_2(op->align) ? NULL : "the alignment is no power of two";
	case TRACE_FREE:
		return is_live(trace, op->base) ? NULL : "no such alloc, or freed already";
	}
	return "unknown request";
}

static const char *append(struct boot_trace *trace, const struct trace_op *op)
{
	const char *why = objection(trace, op);

	if (why)
		return why;
	trace->op[trace->nr++] = *op;
	trace->nr_allocs += op->kind == TRACE_ALLOC;
	trace->has_memory |= op->kind == TRACE_MEMORY;
	return NULL;
}

int boottrace_add(struct boot_trace *trace, enum trace_kind kind, phys_addr_t base,
		  phys_addr_t size, phys_addr_t align)
{
	struct trace_op op = { .kind = kind, .base = base, .size = size, .align = align };

	if (trace->nr == trace->max)
		return -ENOMEM;
	return append(trace, &op) ? -EINVAL : 0;
}

/* --- text ------------------------------------------------------------------------------------- */

#define LINE_MAX_BYTES	120

/* A word that starts a line, and how many numbers follow it. */
static const struct {
	const char *word;
	enum trace_kind kind;
	unsigned int numbers;
} words[] = {
	{ "memory", TRACE_MEMORY, 2 },
	{ "reserve", TRACE_RESERVE, 2 },
	{ "alloc", TRACE_ALLOC, 2 },
	{ "free", TRACE_FREE, 1 },
};

/* Read @nr numbers and nothing else. */
static bool read_numbers(const char *s, unsigned long long *number, unsigned int nr)
{
	char *end;

	for (unsigned int i = 0; i < nr; i++) {
		s = skip_spaces(s);
		number[i] = memparse(s, &end);
		if (end == s || (*end && !isspace(*end)) || number[i] > U32_MAX)
			return false;
		s = end;
	}
	return *skip_spaces(s) == '\0';
}

/* One line without its comment; gives what is wrong with it, or NULL. */
static const char *parse_line(struct boot_trace *trace, char *line)
{
	unsigned long long number[2] = { 0, 0 };
	char *word = skip_spaces(line), *rest = word;

	if (!*word)
		return NULL;
	while (*rest && !isspace(*rest))
		rest++;
	if (*rest)
		*rest++ = '\0';
	for (unsigned int i = 0; i < ARRAY_SIZE(words); i++) {
		struct trace_op op = { .kind = words[i].kind };

		if (strcmp(word, words[i].word))
			continue;
		if (!read_numbers(rest, number, words[i].numbers))
			return words[i].numbers == 1 ? "wants one number" : "wants two numbers";
		if (op.kind == TRACE_ALLOC) {
			op.base = BOOTMEM_GOAL;
			op.size = number[0];
			op.align = number[1];
		} else {
			op.base = number[0];
			op.size = number[1];
		}
		return append(trace, &op);
	}
	return "not one of memory, reserve, alloc, free";
}

int boottrace_parse(struct boot_trace *trace, const char *text, size_t len, unsigned int *line,
		    const char **why)
{
	const char *end = text + len;
	char copy[LINE_MAX_BYTES];

	for (*line = 1; text < end; ++*line) {
		size_t bytes = 0, keep;

		while (text + bytes < end && text[bytes] != '\n')
			bytes++;
		for (keep = 0; keep < bytes && text[keep] != '#'; keep++)
			;
		*why = "the line is too long";
		if (keep >= sizeof(copy))
			return -EINVAL;
		memcpy(copy, text, keep);
		copy[keep] = '\0';
		*why = parse_line(trace, copy);
		if (*why)
			return -EINVAL;
		text += bytes + 1;
	}
	return 0;
}

/* --- recipes ---------------------------------------------------------------------------------- */

static int add_alloc(struct boot_trace *trace, phys_addr_t size, phys_addr_t align)
{
	return boottrace_add(trace, TRACE_ALLOC, BOOTMEM_GOAL, size, align);
}

/* What every PC has taken before the first request: page 0, the hole below 1 MiB, the kernel. */
static int add_pc(struct boot_trace *trace)
{
	int err = boottrace_add(trace, TRACE_RESERVE, 0, SZ_4K, 0);

	if (!err)
		err = boottrace_add(trace, TRACE_RESERVE, 640 * SZ_1K, 384 * SZ_1K, 0);
	return err ? err : boottrace_add(trace, TRACE_RESERVE, SZ_1M, SZ_512K, 0);
}

static int make_small(struct boot_trace *trace, pfn_t frames)
{
	struct rnd_state rnd;
	int err = add_pc(trace);

	prandom_seed_state(&rnd, 1);
	for (unsigned int i = 0; i < 2000 && !err; i++)
		err = add_alloc(trace, 8 + prandom_u32_state(&rnd) % 249,
				1u << (2 + prandom_u32_state(&rnd) % 4));
	return err;
}

static int make_large(struct boot_trace *trace, pfn_t frames)
{
	struct rnd_state rnd;
	int err = add_pc(trace);

	prandom_seed_state(&rnd, 2);
	for (unsigned int i = 0; i < 40 && !err; i++) {
		phys_addr_t align = SZ_64K << prandom_u32_state(&rnd) % 4;

		err = add_alloc(trace, align / 2 + prandom_u32_state(&rnd) % (align / 2), align);
	}
	return err;
}

/* Pages; every second one goes; then pairs of pages, which fit none of the holes. */
static int make_fragment(struct boot_trace *trace, pfn_t frames)
{
	int err = add_pc(trace);

	for (unsigned int i = 0; i < 1000 && !err; i++)
		err = add_alloc(trace, SZ_4K, SZ_4K);
	for (unsigned int i = 1; i <= 1000 && !err; i += 2)
		err = boottrace_add(trace, TRACE_FREE, i, 0, 0);
	for (unsigned int i = 0; i < 500 && !err; i++)
		err = add_alloc(trace, SZ_8K, SZ_4K);
	return err;
}

#define SPARSE_PIECES	256

/* RAM in 256 pieces with a hole behind each: 3/4 of it is there. */
static int make_sparse(struct boot_trace *trace, pfn_t frames)
{
	pfn_t piece = frames / SPARSE_PIECES;
	struct rnd_state rnd;
	int err = 0;

	prandom_seed_state(&rnd, 3);
	for (unsigned int i = 0; i < SPARSE_PIECES && !err; i++)
		err = boottrace_add(trace, TRACE_MEMORY, pfn_to_phys(i * piece),
				    pfn_to_phys(piece / 4 * 3), 0);
	if (!err)
		err = boottrace_add(trace, TRACE_RESERVE, 0, SZ_4K, 0);
	for (unsigned int i = 0; i < 500 && !err; i++)
		err = add_alloc(trace, 64 + prandom_u32_state(&rnd) % (SZ_32K - 64),
				i % 4 ? 32 : SZ_4K);
	return err;
}

/* What a kernel takes that has a descriptor for every frame, page tables, and hash tables. */
static int make_growing(struct boot_trace *trace, pfn_t frames)
{
	pfn_t lowmem = min(frames, (pfn_t)(LOWMEM_MAX >> PAGE_SHIFT));
	int err = add_pc(trace);

	if (!err)
		err = add_alloc(trace, frames * 24, SZ_4K);	/* sizeof(struct page) */
	for (pfn_t pfn = 0; pfn < lowmem && !err; pfn += SZ_4M >> PAGE_SHIFT)
		err = add_alloc(trace, SZ_4K, SZ_4K);		/* a page table maps 4 MiB */
	for (unsigned int i = 0; i < 4 && !err; i++)
		err = add_alloc(trace, frames * 4 >> i, 32);
	for (unsigned int i = 0; i < 32 && !err; i++)
		err = add_alloc(trace, 200, 32);
	return err;
}

const struct trace_recipe trace_recipes[] = {
	{ "small", "2,000 requests of 8 to 256 bytes", make_small },
	{ "large", "40 requests of 32 KiB to 512 KiB, aligned to 64 KiB and more", make_large },
	{ "fragment", "1,000 pages, every second one freed, then 500 pairs of pages",
	  make_fragment },
	{ "sparse", "RAM in 256 pieces with holes between, 500 requests", make_sparse },
	{ "growing", "tables that grow with RAM: mem_map, page tables, hashes", make_growing },
};

const unsigned int nr_trace_recipes = ARRAY_SIZE(trace_recipes);
