/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmd_mem.c - commands of the prompt: page frames
 *
 *   meminfo buddyinfo zoneinfo     in the formats of their /proc namesakes
 *   page PFN                       what is known about one frame
 *   alloc ORDER [ZONE]             take a block, to see what that does
 *   free PFN ORDER                 give it back; a wrong free is reported, not obeyed
 *   verify                         the ledger: where every frame is
 */
#include <kernel/console.h>
#include <kernel/monitor.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/string.h>
#include <mm/bootalloc.h>
#include <mm/gfp.h>
#include <mm/layout.h>
#include <mm/ledger.h>
#include <mm/meminfo.h>

/* --- numbers --------------------------------------------------------------------------------- */

static void print_kb(const char *name, unsigned long frames)
{
	console_printf("%-16s%8lu kB\n", name, frames << (PAGE_SHIFT - 10));
}

static int cmd_meminfo(int argc, char **argv)
{
	struct ledger ledger;
	struct sysinfo info;
	pfn_t pfn;

	if (ledger_take(&ledger, &pfn))
		console_printf("the ledger does not close at frame %#lx: see verify\n", pfn);
	si_meminfo(&info);
	print_kb("MemTotal:", info.totalram);
	print_kb("MemFree:", info.freeram);
	print_kb("MemAvailable:", si_mem_available());
	print_kb("HighTotal:", info.totalhigh);
	print_kb("HighFree:", info.freehigh);
	print_kb("LowTotal:", info.totalram - info.totalhigh);
	print_kb("LowFree:", info.freeram - info.freehigh);
	print_kb("Slab:", ledger.owner[PAGE_OWNER_SLAB]);
	print_kb("KernelStack:", ledger.owner[PAGE_OWNER_STACK]);
	print_kb("PageTables:", ledger.owner[PAGE_OWNER_PAGETABLE]);
	print_kb("VmallocTotal:", (vm_layout.vmalloc_end - vm_layout.vmalloc_start) >> PAGE_SHIFT);
	print_kb("VmallocUsed:", ledger.owner[PAGE_OWNER_VMALLOC]);
	print_kb("Percpu:", ledger.owner[PAGE_OWNER_PERCPU]);
	console_printf("HardwareCorrupted: %5lu kB\n", ledger.bad << (PAGE_SHIFT - 10));
	return 0;
}
MONITOR_COMMAND(meminfo, "", "how much memory there is, is free, and is held by whom", cmd_meminfo);

static int cmd_buddyinfo(int argc, char **argv)
{
	unsigned long blocks[MAX_ORDER];
	const struct zone *zone;

	for_each_zone(zone) {
		if (!zone_is_populated(zone))
			continue;
		zone_count_blocks(zone, blocks);
		console_printf("Node 0, zone %8s ", zone->name);
		for (unsigned int order = 0; order < MAX_ORDER; order++)
			console_printf("%6lu ", blocks[order]);
		console_printf("\n");
	}
	return 0;
}
MONITOR_COMMAND(buddyinfo, "", "free blocks of each zone, by order 0 to 10", cmd_buddyinfo);

static void print_pagesets(const struct zone *zone)
{
	const struct pcp_list *row = zone->pcp;

	console_printf("  pagesets\n");
	for (unsigned int order = 0; order <= PCP_MAX_ORDER; order++)
		console_printf("    cpu: 0 order: %u\n"
			       "              count: %u\n"
			       "              high:  %u\n"
			       "              batch: %u\n"
			       "              refills: %lu\n"
			       "              flushes: %lu\n", order, pcp_count(&row[order]),
			       (unsigned int)(row[order].limit - row[order].slot) - 1,
			       row[order].batch, row[order].refills, row[order].flushes);
}

static int cmd_zoneinfo(int argc, char **argv)
{
	const struct zone *zone;

	for_each_zone(zone) {
		console_printf("Node 0, zone %8s\n"
			       "  pages free     %lu\n"
			       "        min      %lu\n"
			       "        low      %lu\n"
			       "        high     %lu\n"
			       "        spanned  %lu\n"
			       "        present  %lu\n"
			       "        managed  %lu\n", zone->name, zone->nr_free_pages,
			       zone->watermark[WMARK_MIN], zone->watermark[WMARK_LOW],
			       zone->watermark[WMARK_HIGH], zone->spanned_pages,
			       zone->present_pages, zone->managed_pages);
		console_printf("        protection: (%lu, %lu, %lu)\n", zone->lowmem_reserve[0],
			       zone->lowmem_reserve[1], zone->lowmem_reserve[2]);
		if (zone_is_populated(zone))
			print_pagesets(zone);
		console_printf("  start_pfn:           %lu\n"
			       "  fallbacks:           %lu\n", zone->start_pfn, zone->nr_fallbacks);
	}
	return 0;
}
MONITOR_COMMAND(zoneinfo, "", "sizes, watermarks and per-CPU lists of each zone", cmd_zoneinfo);

static int cmd_verify(int argc, char **argv)
{
	int rule = verify_ledger(true);

	if (rule)
		console_printf("the ledger does not close: rule %c%d\n", rule > 10 ? 'V' : 'B',
			       rule % 10);
	return 0;
}
MONITOR_COMMAND(verify, "", "account for every page frame", cmd_verify);

/* --- single frames --------------------------------------------------------------------------- */

int monitor_frame(const char *word, pfn_t *pfn)
{
	unsigned long value;

	if (kstrtoul(word, 0, &value))
		return -EINVAL;
	if (!pfn_valid(value)) {
		console_printf("frame %#lx: mem_map ends at %#lx\n", value, mem_map_end);
		return -ERANGE;
	}
	*pfn = value;
	return 0;
}

/* The block that a frame is in, and who had it last. */
static void print_block(pfn_t pfn)
{
	const struct page *block = page_block(pfn);
	struct boot_extent x;

	if (!block) {
		console_printf("  no block says that it has this frame: see verify\n");
		return;
	}
	console_printf("  block of order %u at frame %#lx: %s, owner %s, %d references\n",
		       page_block_order(block), page_to_pfn(block), page_state_name(block->state),
		       page_owner_name(block->owner), block->refcount.counter);
	if (boot_extent_at(pfn, &x))
		console_printf("  kept at boot: %s\n", x.why);
	if (block->caller)
		console_printf("  last taken or given back by %pS\n", (void *)block->caller);
}

static int cmd_page(int argc, char **argv)
{
	const struct page *page;
	pfn_t pfn;
	int err;

	if (argc != 2)
		return -EINVAL;
	err = monitor_frame(argv[1], &pfn);
	if (err)
		return err;
	page = pfn_to_page(pfn);
	console_printf("frame %#lx at physical 0x%08x, zone %s, struct page %px: %s\n", pfn,
		       pfn_to_phys(pfn), pfn_zone(pfn)->name, page, page_state_name(page->state));
	if (page_address(page))
		console_printf("  address %px\n", page_address(page));
	print_block(pfn);
	return 0;
}
MONITOR_COMMAND(page, "PFN", "what is known about a page frame", cmd_page);

static int parse_zone(const char *word, gfp_t *gfp)
{
	if (!strcasecmp(word, "dma"))
		*gfp = GFP_DMA;
	else if (!strcasecmp(word, "normal"))
		*gfp = GFP_KERNEL;
	else if (!strcasecmp(word, "highmem"))
		*gfp = GFP_HIGHUSER;
	else
		return -EINVAL;
	return 0;
}

static int cmd_alloc(int argc, char **argv)
{
	gfp_t gfp = GFP_KERNEL;
	unsigned int order;
	struct page *page;

	if (argc < 2 || argc > 3 || kstrtouint(argv[1], 0, &order) ||
	    (argc == 3 && parse_zone(argv[2], &gfp)))
		return -EINVAL;
	if (order >= MAX_ORDER) {
		console_printf("orders go from 0 to %u: 4 KiB to 4 MiB\n", MAX_ORDER - 1);
		return 0;
	}
	page = alloc_pages(gfp, order);
	if (!page) {
		console_printf("no block of order %u\n", order);
		return 0;
	}
	page_set_owner(page, PAGE_OWNER_MONITOR);
	console_printf("frame %#lx, order %u, zone %s", page_to_pfn(page), order,
		       page_zone(page)->name);
	if (page_address(page))
		console_printf(", address %px", page_address(page));
	console_printf("\n");
	return 0;
}
MONITOR_COMMAND(alloc, "ORDER [dma|normal|highmem]", "take 2^ORDER page frames", cmd_alloc);

/* What is wrong with freeing what @page starts with @order, in words; NULL: nothing. */
static const char *why_not_free(const struct page *page, const struct page *block, unsigned int order)
{
	if (!block || !page_is_used(block))
		return "is not in use";
	if (block->owner != PAGE_OWNER_MONITOR)
		return "was not handed out by alloc";
	if (page != block)
		return "is not the first of its block";
	return block->order != order ? "starts a block of another order" : NULL;
}

/* A slip of the fingers loses nothing: what is no block of alloc's is left alone. */
static int cmd_free(int argc, char **argv)
{
	const char *wrong;
	unsigned int order;
	pfn_t pfn;
	int err;

	if (argc != 3 || kstrtouint(argv[2], 0, &order))
		return -EINVAL;
	err = monitor_frame(argv[1], &pfn);
	if (err)
		return err;
	wrong = why_not_free(pfn_to_page(pfn), page_block(pfn), order);
	if (wrong)
		console_printf("frame %#lx %s; nothing is freed\n", pfn, wrong);
	else
		__free_pages(pfn_to_page(pfn), order);
	return 0;
}
MONITOR_COMMAND(free, "PFN ORDER", "give back what alloc took", cmd_free);
