/* SPDX-License-Identifier: MIT */
/*
 * tools/compare/main.c - both boot allocators as a program: traces, RAM sizes, a table of figures
 *
 *	compare OUT.csv [NAME=]FILE...
 *
 * Runs the recipes of mm/boottrace.c, and the traces in the files (format: mm/boottrace.h), for RAM
 * from 16 MiB to 4 GiB. Steps, metadata, free memory and waste are the same on every machine; time
 * is this machine's, the shortest of several runs.
 *
 * The sources of mm/ are the kernel's own. What they call of the machine is at the end.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <arch.h>
#include <lib/bug.h>
#include <lib/printk.h>
#include <lib/kernel.h>
#include <mm/boottrace.h>

#define MIN_MIB		16u
#define MAX_MIB		4096u
#define RUNS		5

static struct trace_op ops[BOOTTRACE_MAX];
static FILE *csv;

static pfn_t frames_of_mib(unsigned int mib)
{
	pfn_t frames = (pfn_t)mib << (20 - PAGE_SHIFT);

	return frames < BOOTTRACE_FRAMES_MAX ? frames : BOOTTRACE_FRAMES_MAX;
}

/* One line of the table; the run that took the least time. */
static void measure(const char *name, const struct boot_trace *trace, unsigned int mib,
		    enum trace_allocator which)
{
	pfn_t frames = frames_of_mib(mib);
	void *space = malloc(boottrace_space(frames));
	struct trace_result best, r;

	if (!space) {
		fprintf(stderr, "compare: no memory for %u MiB\n", mib);
		exit(1);
	}
	for (int run = 0; run < RUNS; run++) {
		boottrace_run(trace, which, frames, space, &r);
		if (run == 0 || r.cycles < best.cycles)
			best = r;
	}
	free(space);
	fprintf(csv, "%s,%u,%s,%lu,%lu,%lu,%llu,%zu,%lu,%lu,%ld\n", name, mib,
		trace_allocator_name[which], best.requests, best.failed, best.steps, best.cycles,
		best.metadata, best.largest_frames * (PAGE_SIZE / 1024),
		best.free_frames * (PAGE_SIZE / 1024), best.waste);
	printf("%-12s %5u %-9s %8lu %6lu %9.1f %9.1f %9zu %11lu %8ld\n", name, mib,
	       trace_allocator_name[which], best.requests, best.failed,
	       (double)best.steps / best.requests, (double)best.cycles / best.requests,
	       best.metadata, best.largest_frames * (PAGE_SIZE / 1024), best.waste);
}

static void measure_both(const char *name, const struct boot_trace *trace, unsigned int mib)
{
	for (int which = 0; which < NR_TRACE_ALLOCATORS; which++)
		measure(name, trace, mib, which);
}

static void run_recipe(const struct trace_recipe *recipe)
{
	struct boot_trace trace;

	for (unsigned int mib = MIN_MIB; mib <= MAX_MIB; mib *= 2) {
		boottrace_init(&trace, ops, BOOTTRACE_MAX);
		if (recipe->make(&trace, frames_of_mib(mib))) {
			fprintf(stderr, "compare: the recipe %s does not work\n", recipe->name);
			exit(1);
		}
		measure_both(recipe->name, &trace, mib);
	}
}

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "rb");
	char *text = malloc(1 << 20);

	if (!f || !text) {
		perror(path);
		exit(1);
	}
	*len = fread(text, 1, 1 << 20, f);
	fclose(f);
	return text;
}

/* The trace in a file; a wrong line is named, and ends the program. */
static void load_file(struct boot_trace *trace, const char *path)
{
	unsigned int line;
	const char *why;
	size_t len;
	char *text = read_file(path, &len);

	boottrace_init(trace, ops, BOOTTRACE_MAX);
	if (boottrace_parse(trace, text, len, &line, &why)) {
		fprintf(stderr, "%s:%u: %s\n", path, line, why);
		exit(1);
	}
	if (!trace->nr) {
		fprintf(stderr, "%s: there is no request in it\n", path);
		exit(1);
	}
	free(text);
}

static void run_file(const char *name, const char *path)
{
	struct boot_trace trace;

	load_file(&trace, path);
	for (unsigned int mib = MIN_MIB; mib <= MAX_MIB; mib *= 2)
		measure_both(name, &trace, mib);
}

/* Cut "NAME=FILE" in two and give FILE; of "FILE" that is the name too. */
static char *split_name(char *argument)
{
	char *c = argument;

	while (*c && *c != '=')
		c++;
	if (!*c)
		return argument;
	*c = '\0';
	return c + 1;
}

/* All files are read before the first is run: a bad one leaves the table of last time alone. */
int main(int argc, char **argv)
{
	char *path[argc + 1];
	struct boot_trace trace;

	if (argc < 2) {
		fprintf(stderr, "usage: compare OUT.csv [[NAME=]FILE]...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++) {
		path[i] = split_name(argv[i]);
		load_file(&trace, path[i]);
	}
	csv = fopen(argv[1], "w");
	if (!csv) {
		perror(argv[1]);
		return 1;
	}
	fprintf(csv, "trace,ram_mib,allocator,requests,failed,steps,nanoseconds,metadata_bytes,"
		"largest_free_kib,free_kib,waste_bytes\n");
	printf("trace      RAM MiB allocator requests failed steps/req    ns/req  metadata "
	       "largest KiB  waste B\n");
	for (int i = 2; i < argc; i++)
		run_file(argv[i], path[i]);
	for (unsigned int i = 0; i < nr_trace_recipes; i++)
		run_recipe(&trace_recipes[i]);
	return fclose(csv) ? 1 : 0;
}

/* --- the machine ------------------------------------------------------------------------------ */

unsigned char *host_ram;		/* nothing lies there: no trace touches memory */
bool host_irqs_off;
unsigned long host_tlb_page_flushes, host_tlb_full_flushes;

/* A cycle is a nanosecond here. */
u64 arch_cycles(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (u64)now.tv_sec * 1000000000u + now.tv_nsec;
}

int printk(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vfprintf(stderr, fmt[0] == '\001' ? fmt + 2 : fmt, args);
	va_end(args);
	return n;
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	abort();
}

void bug_hit(const struct bug_site *site)
{
	panic("BUG: %s:%u: %s\n", site->file, site->line, site->what);
}
