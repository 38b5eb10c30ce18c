// SPDX-License-Identifier: MIT
/*
 * kernel/cmd_compare.c - `compare`: the same requests through bootmem and memblock
 *
 *   compare [all]        every trace that ships, on a machine with as much RAM as this one
 *   compare NAME         one of them, for RAM from 16 MiB to 4 GiB, with a chart
 *   compare boot         the requests of this boot, from the record
 *   compare module N     a trace that the loader brought as Multiboot module N, plain text
 *
 * On the command line compare=NAME does the same at the end of boot; for a space a comma stands
 * there: compare=module,0
 *
 * Format and recipes are in include/mm/boottrace.h. Everything runs on private arenas: no memory
 * but the workspace is touched, and a run can be repeated. Cycles are those of arch_cycles(); under
 * QEMU's -icount shift=0 they are instructions.
 */
#include <arch.h>
#include <kernel/compare.h>
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/log2.h>
#include <lib/math64.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <lib/vsprintf.h>
#include <mm/bootalloc.h>
#include <mm/boottrace.h>
#include <mm/e820.h>
#include <mm/vmalloc.h>

#define MIN_MIB		16u
#define NR_SIZES	9u		/* 16 MiB, doubled to 4 GiB */

struct comparison {
	struct trace_result result[NR_TRACE_ALLOCATORS];
};

/* What a command works with, from kvmalloc(). */
struct workspace {
	struct boot_trace trace;
	struct trace_op op[BOOTTRACE_MAX];
	struct comparison size[NR_SIZES];
	char space[] __aligned(8);
};

static struct workspace *workspace_get(void)
{
	size_t size = sizeof(struct workspace) + boottrace_space(BOOTTRACE_FRAMES_MAX);
	struct workspace *b = kvmalloc(size, GFP_KERNEL);

	if (b)
		boottrace_init(&b->trace, b->op, BOOTTRACE_MAX);
	else
		console_printf("there is no memory for %zu KiB of workspace\n", size / SZ_1K);
	return b;
}

static pfn_t frames_of_mib(unsigned int mib)
{
	return min((pfn_t)mib << (20 - PAGE_SHIFT), (pfn_t)BOOTTRACE_FRAMES_MAX);
}

/* --- tables ----------------------------------------------------------------------------------- */

static u32 each(u64 sum, const struct trace_result *r)
{
	return r->requests ? (u32)div_u64(sum, r->requests) : 0;
}

static void print_head(const char *first)
{
	console_printf("%-10s %-9s %8s %6s %9s %10s %9s %11s %9s\n", first, "allocator", "requests",
		       "failed", "steps/req", "cycles/req", "metadata", "largest KiB", "waste B");
}

static void run_both(struct workspace *b, pfn_t frames, const char *first, struct comparison *c)
{
	for (unsigned int which = 0; which < NR_TRACE_ALLOCATORS; which++) {
		struct trace_result *r = &c->result[which];

		u32 tenths;

		boottrace_run(&b->trace, which, frames, b->space, r);
		tenths = each(10ull * r->steps, r);
		console_printf("%-10s %-9s %8lu %6lu %7u.%u %10u %9zu %11lu %9ld\n",
			       which ? "" : first, trace_allocator_name[which], r->requests,
			       r->failed, tenths / 10, tenths % 10, each(r->cycles, r), r->metadata,
			       r->largest_frames * (PAGE_SIZE / SZ_1K), r->waste);
	}
}

/* --- the chart -------------------------------------------------------------------------------- */

/* The row of the chart that a result belongs to: each row is twice the one below. */
static unsigned int chart_row(const struct trace_result *r)
{
	u32 cycles = each(r->cycles, r);

	return cycles ? ilog2(cycles) : 0;
}

static char chart_mark(const struct comparison *c, unsigned int row)
{
	bool bootmem = chart_row(&c->result[TRACE_BOOTMEM]) == row;
	bool memblock = chart_row(&c->result[TRACE_MEMBLOCK]) == row;

	return bootmem && memblock ? '*' : bootmem ? 'b' : memblock ? 'm' : ' ';
}

static void print_chart(const struct comparison *size)
{
	unsigned int low = 31, high = 0;

	for (unsigned int i = 0; i < NR_SIZES * NR_TRACE_ALLOCATORS; i++) {
		unsigned int row = chart_row(&size[i / 2].result[i % 2]);

		low = min(low, row);
		high = max(high, row);
	}
	console_printf("\ncycles for one request, b = bootmem, m = memblock, * = both\n");
	for (unsigned int row = high + 1; row-- > low;) {
		console_printf("%10u |", 1u << row);
		for (unsigned int i = 0; i < NR_SIZES; i++)
			console_printf("   %c ", chart_mark(&size[i], row));
		console_printf("\n");
	}
	console_printf("%10s +---------------------------------------------\n%11s", "", "RAM MiB");
	for (unsigned int i = 0; i < NR_SIZES; i++)
		console_printf(" %4u", MIN_MIB << i);
	console_printf("\n");
}

/* Run one trace for all sizes; @recipe makes it anew for each, NULL leaves it as it is. */
static int run_sizes(struct workspace *b, const struct trace_recipe *recipe)
{
	char name[12];
	int err = 0;

	print_head("RAM");
	for (unsigned int i = 0; i < NR_SIZES && !err; i++) {
		pfn_t frames = frames_of_mib(MIN_MIB << i);

		if (recipe) {
			boottrace_init(&b->trace, b->op, BOOTTRACE_MAX);
			err = recipe->make(&b->trace, frames);
		}
		snprintf(name, sizeof(name), "%u MiB", MIN_MIB << i);
		run_both(b, frames, name, &b->size[i]);
	}
	if (!err)
		print_chart(b->size);
	return err;
}

/* --- where traces come from ------------------------------------------------------------------- */

/* The text that the loader brought: the record knows its place as "module N". */
static int trace_of_module(struct boot_trace *trace, const char *number)
{
	const struct boot_request *req, *found = NULL;
	unsigned int line;
	const char *why;
	unsigned int n;
	char name[20];

	if (kstrtouint(number, 10, &n))
		return -EINVAL;
	snprintf(name, sizeof(name), "module %u", n);
	boot_for_each_request(req)
		if (req->kind == BOOT_RESERVE && req->live && !strcmp(req->why, name))
			found = req;
	if (!found || phys_to_pfn(found->last) >= vm_layout.max_low_pfn) {
		console_printf("there is no %s in lowmem\n", name);
		return 0;
	}
	if (boottrace_parse(trace, __va(found->start), found->size, &line, &why)) {
		console_printf("%s, line %u: %s\n", name, line, why);
		return 0;
	}
	return trace->nr;
}

/* NULL: there is none of that name, which has been said. */
static const struct trace_recipe *find_recipe(const char *name)
{
	for (unsigned int i = 0; i < nr_trace_recipes; i++) {
		if (!strcmp(trace_recipes[i].name, name))
			return &trace_recipes[i];
	}
	console_printf("There is no trace \"%s\"; there are all boot \"module N\"", name);
	for (unsigned int i = 0; i < nr_trace_recipes; i++)
		console_printf(" %s", trace_recipes[i].name);
	console_printf(".\n");
	return NULL;
}

/* --- the command ------------------------------------------------------------------------------ */

static int compare_all(struct workspace *b)
{
	pfn_t frames = clamp(vm_layout.max_pfn, frames_of_mib(MIN_MIB),
			     (pfn_t)BOOTTRACE_FRAMES_MAX);
	int err = 0;

	print_head("trace");
	for (unsigned int i = 0; i < nr_trace_recipes && !err; i++) {
		boottrace_init(&b->trace, b->op, BOOTTRACE_MAX);
		err = trace_recipes[i].make(&b->trace, frames);
		run_both(b, frames, trace_recipes[i].name, &b->size[0]);
	}
	console_printf("\n%lu MiB of RAM; `compare NAME` shows one trace for all sizes:\n",
		       frames >> (20 - PAGE_SHIFT));
	for (unsigned int i = 0; i < nr_trace_recipes; i++)
		console_printf("  %-10s %s\n", trace_recipes[i].name, trace_recipes[i].about);
	console_printf("  %-10s what this boot asked for\n", "boot");
	console_printf("  %-10s a text of your own, brought by the loader as module N\n",
		       "module N");
	return err;
}

static int compare_boot_record(struct workspace *b)
{
	int err = boottrace_of_boot(&b->trace);

	if (err)
		return err;
	print_head("trace");
	run_both(b, min(vm_layout.max_pfn, (pfn_t)BOOTTRACE_FRAMES_MAX), "boot", &b->size[0]);
	return 0;
}

static int compare(struct workspace *b, int argc, char **argv)
{
	const struct trace_recipe *recipe;
	int found;

	if (argc == 1 || (argc == 2 && !strcmp(argv[1], "all")))
		return compare_all(b);
	if (argc == 2 && !strcmp(argv[1], "boot"))
		return compare_boot_record(b);
	if (argc == 3 && !strcmp(argv[1], "module")) {
		found = trace_of_module(&b->trace, argv[2]);
		return found > 0 ? run_sizes(b, NULL) : found;
	}
	if (argc != 2)
		return -EINVAL;
	recipe = find_recipe(argv[1]);
	return recipe ? run_sizes(b, recipe) : -ENOENT;
}

static int cmd_compare(int argc, char **argv)
{
	struct workspace *b = workspace_get();
	int err;

	if (!b)
		return 0;
	err = compare(b, argc, argv);
	kvfree(b);
	return err;
}
MONITOR_COMMAND(compare, "[all | NAME | boot | module N]",
		"the same requests through bootmem and memblock", cmd_compare);

static const char *at_boot;		/* compare= */

static int set_compare(const char *value)
{
	at_boot = value;
	return *value ? 0 : -EINVAL;
}
early_param("compare", set_compare);

void compare_boot(void)
{
	char line[64];

	if (at_boot && *at_boot) {
		snprintf(line, sizeof(line), "compare %s", at_boot);
		strreplace(line, ',', ' ');
		monitor_execute(line);
	}
}
