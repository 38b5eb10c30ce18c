/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmd_boot.c - `e820` and `bootalloc`: the first map of memory, and what early boot took
 *
 * Both print what was written down during boot and is only read since.
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
#include <mm/e820.h>

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

static const char *answer(const struct boot_request *req, char *buf, size_t size)
{
	if (req->start == BOOTMEM_NONE)
		return "no room";
	snprintf(buf, size, "%08x-%08x", req->start, req->last);
	return buf;
}

static const char *const kinds[] = {
	[BOOT_RESERVE] = "reserve", [BOOT_ALLOC] = "alloc", [BOOT_FREE] = "free",
};

static void print_table(void)
{
	const struct boot_request *req;
	char buf[20];

	console_printf("%-8s%-5s%-18s %9s %7s %8s %8s %5s %8s  %s\n", "", "", "bytes", "size",
		       "align", "goal", "limit", "steps", "cycles", "who");
	boot_for_each_request(req) {
		console_printf("%-8s%-5s%-18s %9zu ", kinds[req->kind], req->live ? "live" : "",
			       answer(req, buf, sizeof(buf)), req->size);
		if (req->kind == BOOT_ALLOC)
			console_printf("%7zu %8x %8x %5lu %8lu  %s\n", req->align, req->goal,
				       req->limit, req->steps, req->cycles, who(req));
		else
			console_printf("%42s%s\n", "", who(req));
	}
}

/* Text with quotes around it, for a spreadsheet: reasons may hold commas. */
static void print_csv(void)
{
	const struct boot_request *req;

	console_printf("kind,live,start,last,size,align,goal,limit,steps,cycles,metadata,who\n");
	boot_for_each_request(req)
		console_printf("%s,%u,%u,%u,%zu,%zu,%u,%u,%lu,%lu,%zu,\"%s\"\n", kinds[req->kind],
			       req->live, req->start, req->last, req->size, req->align, req->goal,
			       req->limit, req->steps, req->cycles, req->metadata, who(req));
}

static int cmd_bootalloc(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "csv")) {
		print_csv();
		return 0;
	}
	if (argc != 1)
		return -EINVAL;
	print_table();
	console_printf("%s served; %lu requests, %lu of them not recorded\n", bootalloc_name(),
		       boot_requests(), boot_requests_lost());
	return 0;
}
MONITOR_COMMAND(bootalloc, "[csv]", "every early request for memory, and what it cost",
		cmd_bootalloc);
