/* SPDX-License-Identifier: MIT */
/*
 * kernel/trace.c - trace points on and off, and the ring of the last events
 *
 *   ring[]   | 1021 | 1022 | 1023 | 1024 |  1 | 2 | ...     16 bytes an event
 *                                    ^ nr_events - 1: the newest; the place after it is the oldest
 *
 *   trace                  what is on
 *   trace on [POINT,...]   explain these from now on, or everything
 *   trace off              be silent again; the ring stays
 *   trace show [N]         the last N events, or all that the ring has
 *   trace csv              the same for a spreadsheet
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <kernel/time.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/math64.h>
#include <lib/string.h>
#include <lib/trace.h>
#include <lib/vsprintf.h>

u32 trace_mask;

static u32 chosen;			/* trace_mask as the person at the prompt wants it */
static bool silent;			/* trace_watch() */
static struct trace_record ring[TRACE_EVENTS];
static u32 nr_events;			/* ever recorded */

static const char *const point_name[NR_TRACE_POINTS] = {
	[TRACE_BOOTMEM] = "bootmem", [TRACE_MEMBLOCK] = "memblock", [TRACE_BUDDY] = "buddy",
	[TRACE_ZONE] = "zone", [TRACE_KMAP] = "kmap", [TRACE_SLAB] = "slab",
	[TRACE_VMALLOC] = "vmalloc",
};

/* How an event reads: its name, and what a, b and n are, as formats in that order. */
static const struct {
	const char *name, *a, *b, *n;
} kind_text[NR_TRACE_KINDS] = {
	[EVENT_NONE] = { .name = "none" },
	[EVENT_STAGE] = { "stage", NULL, NULL, "number %u" },
	[EVENT_BOOT_ALLOC] = { "boot_alloc", "at %08x", "%u bytes", "%u steps" },
	[EVENT_MEMBLOCK_CHANGE] = { "mb_change", "at %08x", "%u bytes", "regions %04x" },
	[EVENT_MEMBLOCK_MERGE] = { "mb_merge", "at %08x", "%u bytes", "flags %x" },
	[EVENT_MEMBLOCK_SEARCH] = { "mb_search", "at %08x", "%u bytes", "%u steps" },
	[EVENT_MEMBLOCK_GROWTH] = { "mb_growth", "at %08x", "%u regions", "%u entries" },
	[EVENT_SPLIT] = { "split", "frame %x", NULL, "orders %04x" },
	[EVENT_MERGE] = { "merge", "frame %x", "with %x", "order %u" },
	[EVENT_FREE] = { "free", "frame %x", NULL, "order %u" },
	[EVENT_REFILL] = { "refill", "zone %u", "order %u", "%u blocks" },
	[EVENT_FLUSH] = { "flush", "zone %u", "order %u", "%u blocks" },
	[EVENT_REFUSED] = { "refused", "%u frames free", "mark %u", "zone %u" },
	[EVENT_FALLBACK] = { "fallback", "frame %x", "wanted zone %u", "zone %u" },
	[EVENT_SLOW] = { "slow", "gfp %x", "from %08x", "order %u" },
	[EVENT_KMAP] = { "kmap", "frame %x", "%u looked at", "slot %u" },
	[EVENT_KMAP_FLUSH] = { "kmap_flush", NULL, NULL, "%u slots" },
	[EVENT_SLAB_GROW] = { "slab_grow", "at %08x", "cache %08x", "colour %u" },
	[EVENT_SLAB_MOVE] = { "slab_move", "at %08x", "cache %08x", "lists %04x" },
	[EVENT_SLAB_DESTROY] = { "slab_destroy", "at %08x", "cache %08x", NULL },
	[EVENT_VM_AREA] = { "vm_area", "at %08x", "gap of %u", "%u pages" },
	[EVENT_VM_FREE] = { "vm_free", "at %08x", NULL, "%u pages" },
	[EVENT_VM_PURGE] = { "vm_purge", "%u pages", NULL, NULL },
};

void trace_event(enum trace_kind kind, u16 n, u32 a, u32 b)
{
	unsigned long flags = arch_irq_save();

	ring[nr_events++ & (TRACE_EVENTS - 1)] = (struct trace_record) {
		.us = div_u64(ktime_get_ns(), NSEC_PER_USEC), .kind = kind, .n = n, .a = a, .b = b,
	};
	arch_irq_restore(flags);
}

void trace_say(const char *fmt, ...)
{
	char line[160];
	va_list args;
	int n;

	if (silent)
		return;
	va_start(args, fmt);
	n = vscnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	console_write(line, n);
}

void trace_watch(u32 points)
{
	silent = points != 0;
	trace_mask = points ? points : chosen;
}

struct trace_record trace_newest(void)
{
	return ring[(nr_events - 1) & (TRACE_EVENTS - 1)];
}

/* --- showing ---------------------------------------------------------------------------------- */

static void show_part(const char *fmt, u32 value)
{
	if (!fmt)
		return;
	trace_say("  ");
	__diag_push()
	__diag_ignore_all("-Wformat-nonliteral", "formats of kind_text[]")
	trace_say(fmt, value);
	__diag_pop()
}

static void show_event(const struct trace_record *e)
{
	trace_say("%5u.%06u  %-12s", e->us / 1000000, e->us % 1000000, kind_text[e->kind].name);
	show_part(kind_text[e->kind].n, e->n);
	show_part(kind_text[e->kind].a, e->a);
	show_part(kind_text[e->kind].b, e->b);
	trace_say("\n");
}

static void csv_event(const struct trace_record *e)
{
	trace_say("%u,%s,%u,%u,%u\n", e->us, kind_text[e->kind].name, e->n, e->a, e->b);
}

/* The last @nr events, oldest first. */
static void for_each_event(unsigned int nr, void (*fn)(const struct trace_record *e))
{
	u32 end = nr_events;

	for (u32 i = end - min3(nr, end, TRACE_EVENTS); i != end; i++)
		fn(&ring[i & (TRACE_EVENTS - 1)]);
}

void trace_show_tail(unsigned int nr)
{
	trace_say("Last events of %u:\n", nr_events);
	for_each_event(nr, show_event);
}

/* --- switching -------------------------------------------------------------------------------- */

static void list_points(void)
{
	trace_say("Trace points:");
	for (unsigned int i = 0; i < NR_TRACE_POINTS; i++)
		trace_say(" %s%s", point_name[i], trace_mask & (1u << i) ? "(on)" : "");
	trace_say("\n");
}

/* The bits of a list with commas, "" and "all" being all of them; 0: a name is unknown, and said so. */
static u32 points_from_names(const char *names)
{
	u32 mask = 0;

	if (!*names || !strcmp(names, "all"))
		return (1u << NR_TRACE_POINTS) - 1;
	for (const char *word = names; *word; word += strcspn(word, ","), word += *word == ',') {
		size_t len = strcspn(word, ",");
		unsigned int i = 0;

		while (i < NR_TRACE_POINTS && (strlen(point_name[i]) != len ||
					       strncmp(word, point_name[i], len)))
			i++;
		if (i == NR_TRACE_POINTS) {
			trace_say("There is no trace point \"%.*s\". ", (int)len, word);
			list_points();
			return 0;
		}
		mask |= 1u << i;
	}
	return mask;
}

/* trace=buddy,slab or trace: from the console stage on. */
static int set_trace(const char *value)
{
	u32 mask = points_from_names(value);

	trace_mask = chosen |= mask;
	return mask ? 0 : -EINVAL;
}
early_param("trace", set_trace);

static int cmd_trace(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	unsigned int nr = TRACE_EVENTS;
	u32 mask;

	if (argc > 3 || (argc > 2 && strcmp(what, "on") &&
			 (!strcmp(what, "off") || kstrtouint(argv[2], 0, &nr) || !nr)))
		return -EINVAL;
	if (!*what) {
		list_points();
	} else if (!strcmp(what, "on")) {
		mask = points_from_names(argc > 2 ? argv[2] : "");
		trace_mask = chosen |= mask;
		return mask ? 0 : -ENOENT;
	} else if (!strcmp(what, "off")) {
		trace_mask = chosen = 0;
	} else if (!strcmp(what, "show")) {
		for_each_event(nr, show_event);
	} else if (!strcmp(what, "csv")) {
		trace_say("microseconds,event,n,a,b\n");
		for_each_event(nr, csv_event);
	} else {
		return -EINVAL;
	}
	return 0;
}
MONITOR_COMMAND(trace, "[on [POINT,...] | off | show [N] | csv]",
		"explain each decision as it happens; the last events", cmd_trace);
