/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmd_slab.c - commands of the prompt: caches and their objects
 *
 *   slabinfo [geometry]      every cache, in the format of /proc/slabinfo 2.1; or how its slabs are cut
 *   slab [-w] CACHE          its three lists, each slab a row of objects
 *   slabtop                  caches by the memory they hold, live
 *   kmalloc SIZE, kfree ADDR
 *   failslab, fail_page_alloc    let allocations fail on purpose
 */
#include <kernel/console.h>
#include <kernel/live.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/string.h>
#include <mm/fault_inject.h>
#include <mm/layout.h>
#include <mm/slab.h>
#include <mm/slabinfo.h>

/* --- all caches ------------------------------------------------------------------------------ */

static void print_slabinfo(void)
{
	struct slab_info s;

	console_printf("slabinfo - version: 2.1\n"
		       "# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> "
		       ": tunables <limit> <batchcount> <sharedfactor> "
		       ": slabdata <active_slabs> <num_slabs> <sharedavail>\n");
	for (unsigned int i = 0; slab_info(i, &s); i++)
		console_printf("%-18s %6u %6u %6u %4u %4u : tunables %4u %4u %4u "
			       ": slabdata %6u %6u %6u\n", s.name, s.out, s.slabs * s.num, s.size,
			       s.num, 1u << s.order, s.limit, s.batch, 0u, s.slabs - s.free_slabs,
			       s.slabs, 0u);
}

/* What slab_geometry.c chose, and how much of a slab is neither object nor descriptor. */
static void print_geometry(void)
{
	struct slab_info s;

	console_printf("cache               object   slot  align  pages  objects  descriptor  colours      left\n");
	for (unsigned int i = 0; slab_info(i, &s); i++) {
		size_t bytes = PAGE_SIZE << s.order;

		console_printf("%-18s %7u %6u %6u %6u %8u  %-10s %4u x %-5u %5zu\n", s.name,
			       s.object_size, s.size, s.align, 1u << s.order, s.num,
			       s.off_slab ? "off slab" : "on slab", s.colours, s.colour_off,
			       bytes - s.mgmt_size - s.num * s.size);
	}
}

static int cmd_slabinfo(int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && strcmp(argv[1], "geometry")))
		return -EINVAL;
	if (argc == 2)
		print_geometry();
	else
		print_slabinfo();
	return 0;
}
MONITOR_COMMAND(slabinfo, "[geometry]", "every cache as in /proc/slabinfo, or how slabs are cut",
		cmd_slabinfo);

/* --- one cache ------------------------------------------------------------------------------- */

#define MAP_COLUMNS	64

static bool find_info(const char *name, struct slab_info *s)
{
	for (unsigned int i = 0; slab_info(i, s); i++)
		if (!strcmp(s->name, name))
			return true;
	return false;
}

static void show_slab(const struct slab_view *view)
{
	static const char *const lists[] = { "full", "partial", "free" };
	unsigned int shown = min(view->num, SLAB_VIEW_MAX);

	console_printf("%-8s %px colour %4u  objects from %px, %u of %u not in the slab\n",
		       lists[view->list], view->start, view->colour, view->objects, view->inuse,
		       view->num);
	for (unsigned int i = 0; i < shown; i += MAP_COLUMNS)
		console_printf("         %.*s\n", (int)min(shown - i, (unsigned int)MAP_COLUMNS),
			       view->map + i);
	if (shown < view->num)
		console_printf("         and %u more objects\n", view->num - shown);
}

static const char *shown_cache;

static void draw_cache(void)
{
	struct slab_info s;

	if (!find_info(shown_cache, &s))
		return;
	console_printf("%s: objects of %u bytes, slots of %u, aligned to %u; %u a slab of %u pages\n",
		       s.name, s.object_size, s.size, s.align, s.num, 1u << s.order);
	console_printf("  descriptor %s, %u colours of %u bytes\n", s.off_slab ? "off slab" : "on slab",
		       s.colours, s.colour_off);
	console_printf("  array: %u of %u; %lu refills brought %lu, %lu flushes took %lu back\n", s.in_array,
		       s.limit, s.refills, s.refilled, s.flushes, s.flushed);
	console_printf("  slabs: %u, %u free, %lu made, %lu gone; objects out %u, %u at most; %lu faults\n",
		       s.slabs, s.free_slabs, s.grown, s.reaped, s.out, s.high, s.errors);
	if (s.slabs)
		console_printf("  # handed out   a in the array   . free in its slab\n");
	slab_view(shown_cache, show_slab);
}

static int cmd_slab(int argc, char **argv)
{
	bool again = live_wanted(&argc, argv);
	struct slab_info s;

	if (argc != 2)
		return -EINVAL;
	shown_cache = argv[1];
	if (!find_info(shown_cache, &s)) {
		console_printf("There is no cache \"%s\"; slabinfo lists them.\n", shown_cache);
		return -ENOENT;
	}
	return live_show(again, draw_cache);
}
MONITOR_COMMAND(slab, "[-w] CACHE", "draw a cache's three lists, slabs and objects", cmd_slab);

/* --- live ------------------------------------------------------------------------------------ */

#define TOP_ROWS	18

/* Caches by frames, most first; of those with equally many the older one first. */
static bool next_by_frames(struct slab_info *s, unsigned long *frames, unsigned int *nth)
{
	unsigned long best = 0;
	unsigned int at = 0;
	struct slab_info c;

	for (unsigned int i = 0; slab_info(i, &c); i++) {
		unsigned long n = (unsigned long)c.slabs << c.order;

		if (n <= best || n > *frames || (n == *frames && i <= *nth))
			continue;
		best = n;
		at = i;
		*s = c;
	}
	*frames = best;
	*nth = at;
	return best != 0;
}

static void draw_top(void)
{
	unsigned long frames = ~0UL, total = 0;
	unsigned int nth = 0;
	struct slab_info s;

	for (unsigned int i = 0; slab_info(i, &s); i++)
		total += (unsigned long)s.slabs << s.order;
	console_printf("%lu KiB in slabs; any key leaves\n\n"
		       "    KiB   slabs    free     out  in use  refills  flushes  cache\n",
		       total << (PAGE_SHIFT - 10));
	for (unsigned int row = 0; row < TOP_ROWS && next_by_frames(&s, &frames, &nth); row++)
		console_printf("%7lu %7u %7u %7u %6u%% %8lu %8lu  %s\n", frames << (PAGE_SHIFT - 10),
			       s.slabs, s.free_slabs, s.out, s.out * 100 / (s.slabs * s.num),
			       s.refills, s.flushes, s.name);
}

static int cmd_slabtop(int argc, char **argv)
{
	return argc > 1 ? -EINVAL : live_show(true, draw_top);
}
MONITOR_COMMAND(slabtop, "", "caches by memory, every second; any key leaves", cmd_slabtop);

/* --- taking and giving back ------------------------------------------------------------------ */

#define KEPT_MAX	32

static void *kept[KEPT_MAX];		/* what `kmalloc` took and `kfree` has not given back */

static void **kept_slot(const void *what)
{
	for (unsigned int i = 0; i < KEPT_MAX; i++)
		if (kept[i] == what)
			return &kept[i];
	return NULL;
}

static int cmd_kmalloc(int argc, char **argv)
{
	void **slot = kept_slot(NULL);
	unsigned int size;

	if (argc != 2 || kstrtouint(argv[1], 0, &size))
		return -EINVAL;
	if (!slot) {
		console_printf("%u blocks are out already: kfree one first\n", KEPT_MAX);
		return 0;
	}
	if (size > KMALLOC_MAX_SIZE) {
		console_printf("kmalloc gives %lu bytes at the most; see vmalloc\n", KMALLOC_MAX_SIZE);
		return 0;
	}
	*slot = kmalloc(size, GFP_KERNEL);
	if (!*slot)
		console_printf("no memory for %u bytes\n", size);
	else
		console_printf("%px, room for %zu bytes\n", *slot, ksize(*slot));
	if (*slot == ZERO_SIZE_PTR)
		*slot = NULL;
	return 0;
}
MONITOR_COMMAND(kmalloc, "SIZE", "take SIZE bytes", cmd_kmalloc);

/* What others have is not for the prompt to free; every other pointer shows the report. */
static int cmd_kfree(int argc, char **argv)
{
	unsigned long address;
	void **slot;

	if (argc != 2 || kstrtoul(argv[1], 16, &address))
		return -EINVAL;
	slot = kept_slot((void *)address);
	if (address && !slot && slab_object_is_out((void *)address)) {
		console_printf("%px was not taken at this prompt\n", (void *)address);
		return 0;
	}
	kfree((void *)address);
	if (address && slot)
		*slot = NULL;
	return 0;
}
MONITOR_COMMAND(kfree, "ADDR", "give back what kmalloc took; a wrong address shows the report",
		cmd_kfree);

/* --- faults ---------------------------------------------------------------------------------- */

static int fault_command(struct fault_attr *attr, int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && fault_attr_parse(attr, argv[1])))
		return -EINVAL;
	if (!fault_attr_active(attr))
		console_printf("%s is off", attr->name);
	else if (attr->every)
		console_printf("%s: every %lu. request", attr->name, attr->every);
	else if (attr->nth)
		console_printf("%s: request %lu", attr->name, attr->nth);
	else
		console_printf("%s: %u %% of requests, seed now %u", attr->name, attr->probability,
			       attr->seed);
	if (attr->cache[0])
		console_printf(" to cache %s", attr->cache);
	if (attr->size)
		console_printf(" for %u bytes", attr->size);
	if (attr->caller[0])
		console_printf(" from %s", attr->caller);
	console_printf("; %lu seen, %lu failed\n", attr->seen, attr->failed);
	return 0;
}

static int cmd_failslab(int argc, char **argv)
{
	return fault_command(&failslab, argc, argv);
}
MONITOR_COMMAND(failslab, "[off|every=N|prob=P[,times=T,seed=S,size=N,cache=NAME,caller=FN]]",
		"let requests for objects fail, or say how it stands", cmd_failslab);

static int cmd_fail_page_alloc(int argc, char **argv)
{
	return fault_command(&fail_page_alloc, argc, argv);
}
MONITOR_COMMAND(fail_page_alloc, "[off|every=N|prob=P[,times=T,seed=S,size=N,caller=FN]]",
		"let requests for pages fail, or say how it stands", cmd_fail_page_alloc);
