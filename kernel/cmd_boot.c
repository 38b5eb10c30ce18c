/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmd_boot.c - `e820` and `bootalloc`: the first map of memory, and what early boot took
 *
 * Both print what was written down during boot and is only read since. Beside each request stands
 * what the allocator that did not serve answers to it: the record is replayed through an arena.
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <lib/vsprintf.h>
#include <mm/bootalloc.h>
#include <mm/bootmem.h>
#include <mm/boottrace.h>
#include <mm/e820.h>
#include <mm/vmalloc.h>

static unsigned long kib(unsigned long frames)
{
	return frames * (PAGE_SIZE / SZ_1K);
}

static int cmd_e820(int argc, char **argv __maybe_unused)
{
	const struct e820_range *r;
	pfn_t end;

	if (argc != 1)
		return -EINVAL;
	for (pfn_t pfn = 0; pfn < E820_PFN_END; pfn = end) {
		r = e820_find(&e820, pfn, &end);
		console_printf("%08lx-%08lx %10lu KiB  %s\n", pfn << PAGE_SHIFT,
			       (end << PAGE_SHIFT) - 1, kib(end - pfn),
			       e820_type_name(r ? r->type : E820_HOLE));
	}
	console_printf("source: %s, %u entries dropped; RAM: %lu KiB, and %llu KiB past 4 GiB\n",
		       e820_source, e820.dropped, kib(e820_ram_frames(&e820, 0, E820_PFN_END)),
		       e820.lost_bytes / SZ_1K);
	return 0;
}
MONITOR_COMMAND(e820, "", "the firmware's memory map, cleaned", cmd_e820);

/* Who asked: the reason of a reservation, or the function that called. */
static const char *who(const struct boot_request *req)
{
	unsigned long offset;
	const char *symbol;

	if (req->kind == BOOT_RESERVE)
		return req->why;
	symbol = ksym_name(req->caller, &offset);
	return symbol ? symbol : "?";
}

static const char *const kinds[] = {
	[BOOT_RESERVE] = "reserve", [BOOT_ALLOC] = "alloc", [BOOT_FREE] = "free",
};

/* --- what the other allocator answers --------------------------------------------------------- */

/* The one that did not serve. */
static enum trace_allocator other_allocator(void)
{
	return strcmp(bootalloc_name(), trace_allocator_name[TRACE_BOOTMEM]) ? TRACE_BOOTMEM :
									       TRACE_MEMBLOCK;
}

/* Its answer to alloc number *@number, which is counted here; NULL without a replay. */
static const struct trace_answer *other_answer(const void *replay, const struct boot_request *req,
					       unsigned int *number)
{
	if (!replay || req->kind != BOOT_ALLOC)
		return NULL;
	return boottrace_answer(replay, ++*number);
}

/* --- tables ----------------------------------------------------------------------------------- */

static const char *bytes(phys_addr_t start, phys_addr_t last, char *buf, size_t size)
{
	if (start == BOOTMEM_NONE)
		return "no room";
	snprintf(buf, size, "%08x-%08x", start, last);
	return buf;
}

/* The columns that only an allocation has; without a replay those of the other one stay empty. */
static void print_alloc(const struct boot_request *req, const struct trace_answer *other)
{
	console_printf("%7zu %8x %8x %5lu %8lu  ", req->align, req->goal, req->limit, req->steps,
		       req->cycles);
	if (!other)
		console_printf("%14s", "");
	else if (!other->size)
		console_printf(" no room %5lu", other->steps);
	else
		console_printf("%08x %5lu", other->base, other->steps);
	console_printf("  %s\n", who(req));
}

static void print_table(const void *replay)
{
	const struct boot_request *req;
	unsigned int number = 0;
	char buf[20];

	console_printf("%-31s %9s %7s %8s %8s %5s %8s  %-8s %5s\n", bootalloc_name(), "", "", "",
		       "", "", "", trace_allocator_name[other_allocator()], "");
	console_printf("%-13s%-18s %9s %7s %8s %8s %5s %8s  %-8s %5s  %s\n", "", "bytes", "size",
		       "align", "goal", "limit", "steps", "cycles", "from", "steps", "who");
	boot_for_each_request(req) {
		console_printf("%-8s%-5s%-18s %9zu ", kinds[req->kind], req->live ? "live" : "",
			       bytes(req->start, req->last, buf, sizeof(buf)), req->size);
		if (req->kind == BOOT_ALLOC)
			print_alloc(req, other_answer(replay, req, &number));
		else
			console_printf("%58s%s\n", "", who(req));
	}
}

/* Text with quotes around it, for a spreadsheet: reasons may hold commas. No answer: empty cells. */
static void print_csv(const void *replay)
{
	const char *name = trace_allocator_name[other_allocator()];
	const struct boot_request *req;
	unsigned int number = 0;

	console_printf("kind,live,start,last,size,align,goal,limit,steps,cycles,metadata,"
		       "%s_start,%s_steps,who\n", name, name);
	boot_for_each_request(req) {
		const struct trace_answer *other = other_answer(replay, req, &number);
		char start[12] = "", steps[12] = "";

		if (other)
			snprintf(steps, sizeof(steps), "%lu", other->steps);
		if (other && other->size)
			snprintf(start, sizeof(start), "%u", other->base);
		console_printf("%s,%u,%u,%u,%zu,%zu,%u,%u,%lu,%lu,%zu,%s,%s,\"%s\"\n",
			       kinds[req->kind], req->live, req->start, req->last, req->size,
			       req->align, req->goal, req->limit, req->steps, req->cycles,
			       req->metadata, start, steps, who(req));
	}
}

static int cmd_bootalloc(int argc, char **argv)
{
	bool csv = argc == 2 && !strcmp(argv[1], "csv");
	void *replay;

	if (argc != 1 && !csv)
		return -EINVAL;
	replay = boottrace_replay(other_allocator());
	if (csv) {
		print_csv(replay);
	} else {
		print_table(replay);
		console_printf("%s served; %lu requests, %lu of them not recorded\n",
			       bootalloc_name(), boot_requests(), boot_requests_lost());
		console_printf(replay ? "%s: the same requests again, by its own policy\n" :
			       "there is no memory to ask %s too\n",
			       trace_allocator_name[other_allocator()]);
	}
	kvfree(replay);
	return 0;
}
MONITOR_COMMAND(bootalloc, "[csv]", "every early request, its cost, and the other one's answer",
		cmd_bootalloc);
