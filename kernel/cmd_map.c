/* SPDX-License-Identifier: MIT */
/*
 * kernel/cmd_map.c - commands of the prompt: pictures of physical memory
 *
 *   map [-w] [START END]   all frames, or those from START to END (bytes, as 16M), one screen
 *   buddy [-w] [ZONE]      the free lists, a block a box
 *   frag [-w]              how much free memory is of no use to a request, by its order
 *
 * The map has 18 rows of 64 cells; a cell stands for as many frames as it takes and shows what most
 * of them are. Colours are ANSI backgrounds, so screen and terminal look the same. -w is live.c's.
 *
 * Source of frag: Gorman & Whitcroft, "The What, The Why and the Where To of Anti-Fragmentation"
 * (Ottawa Linux Symposium 2006), "unusable free space index".
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/live.h>
#include <kernel/monitor.h>
#include <lib/cmdline.h>
#include <lib/ctype.h>
#include <lib/errno.h>
#include <lib/kernel.h>
#include <lib/list.h>
#include <lib/math64.h>
#include <lib/string.h>
#include <mm/bootalloc.h>
#include <mm/meminfo.h>
#include <mm/mmzone.h>

#define MAP_ROWS	18u
#define MAP_COLUMNS	64u
#define CELLS		(MAP_ROWS * MAP_COLUMNS)

/* What a cell can show; free memory of order n is CELL_FREE + n. */
enum cell {
	CELL_HOLE, CELL_FIRMWARE, CELL_IMAGE, CELL_EARLY, CELL_TABLES, CELL_SLAB, CELL_VMALLOC,
	CELL_PERCPU, CELL_USED, CELL_HIGH_MAPPED, CELL_HIGH_USED, CELL_BAD, CELL_LISTED, CELL_FREE,
	NR_CELLS = CELL_FREE + MAX_ORDER,
};

static const struct {
	char letter;
	u8 colour;		/* ANSI background: 40 black, 41 red, 42 green ... 47 white */
	const char *name;
} look[CELL_FREE + 1] = {
	[CELL_HOLE] = { ' ', 40, "hole" },
	[CELL_FIRMWARE] = { 'F', 47, "firmware" },
	[CELL_IMAGE] = { 'K', 41, "kernel" },
	[CELL_EARLY] = { 'E', 41, "early" },
	[CELL_TABLES] = { 'T', 45, "page tables" },
	[CELL_SLAB] = { 'S', 43, "slab" },
	[CELL_VMALLOC] = { 'V', 46, "vmalloc" },
	[CELL_PERCPU] = { 'C', 45, "per-CPU" },
	[CELL_USED] = { 'U', 44, "other use" },
	[CELL_HIGH_MAPPED] = { 'M', 46, "highmem, mapped" },
	[CELL_HIGH_USED] = { 'H', 44, "highmem, not mapped" },
	[CELL_BAD] = { '!', 41, "bad" },
	[CELL_LISTED] = { 'p', 42, "free, per-CPU list" },
	[CELL_FREE] = { '0', 42, "free by order, 0 to A" },
};

/* Letters are black on the light backgrounds, white on the dark ones. */
static void set_colours(unsigned int background)
{
	bool light = background == 42 || background == 43 || background >= 46;

	console_printf("\033[0;%u;%um", background, light ? 30 : 37);
}

/* --- map --------------------------------------------------------------------------------------- */

static pfn_t map_start, map_end;
static unsigned long cell_frames;

/* What a frame is that boot kept. The answers come as extents: the last one is remembered. */
static enum cell reserved_cell(pfn_t pfn)
{
	static struct boot_extent x;

	if (pfn < x.start || pfn >= x.end)
		boot_extent_at(pfn, &x);
	if (!x.ram)
		return x.why && strcmp(x.why, "hole") ? CELL_FIRMWARE : CELL_HOLE;
	if (!x.why || !strncmp(x.why, "kernel", 6))
		return CELL_IMAGE;
	return x.caller ? CELL_EARLY : CELL_FIRMWARE;
}

static enum cell used_cell(const struct page *block)
{
	static const u8 by_owner[NR_PAGE_OWNERS] = {
		[PAGE_OWNER_PAGETABLE] = CELL_TABLES, [PAGE_OWNER_SLAB] = CELL_SLAB,
		[PAGE_OWNER_KMALLOC] = CELL_SLAB, [PAGE_OWNER_VMALLOC] = CELL_VMALLOC,
		[PAGE_OWNER_PERCPU] = CELL_PERCPU,
	};

	if (by_owner[block->owner])
		return (enum cell)by_owner[block->owner];
	if (!page_is_highmem(block))
		return CELL_USED;
	return page_address(block) ? CELL_HIGH_MAPPED : CELL_HIGH_USED;
}

static enum cell block_cell(const struct page *block)
{
	switch (block->state) {
	case PAGE_BUDDY:
		return (enum cell)(CELL_FREE + block->order);
	case PAGE_PCP:
		return CELL_LISTED;
	case PAGE_USED: case PAGE_COMPOUND:
		return used_cell(block);
	case PAGE_BAD:
		return CELL_BAD;
	default:
		return reserved_cell(page_to_pfn(block));
	}
}

/* What most of the frames [@pfn, @end) are; of two kinds with as many the later of enum cell. */
static enum cell majority(pfn_t pfn, pfn_t end)
{
	unsigned long frames[NR_CELLS] = { 0 };
	enum cell most = CELL_HOLE;

	while (pfn < end) {
		const struct page *block = pfn_valid(pfn) ? page_block(pfn) : NULL;
		pfn_t next = block ? page_to_pfn(block) + (1UL << block->order) : pfn + 1;
		enum cell cell = block ? block_cell(block) : CELL_HOLE;

		next = clamp(next, pfn + 1, end);
		frames[cell] += next - pfn;
		pfn = next;
	}
	for (unsigned int i = 0; i < NR_CELLS; i++)
		if (frames[i] && frames[i] >= frames[most])
			most = (enum cell)i;
	return most;
}

static char cell_letter(enum cell cell)
{
	return cell < CELL_FREE ? look[cell].letter : "0123456789A"[cell - CELL_FREE];
}

static void draw_row(pfn_t pfn)
{
	unsigned int colour = 0;

	console_printf("%08x ", pfn_to_phys(pfn));
	for (unsigned int i = 0; i < MAP_COLUMNS && pfn < map_end; i++, pfn += cell_frames) {
		enum cell cell = majority(pfn, min(pfn + cell_frames, map_end));
		unsigned int want = look[min_t(unsigned int, cell, CELL_FREE)].colour;

		if (want != colour)
			set_colours(want);
		colour = want;
		console_printf("%c", cell_letter(cell));
	}
	console_printf("\033[0m\n");
}

static void draw_legend(void)
{
	unsigned int column = 0;

	for (unsigned int i = CELL_FIRMWARE; i <= CELL_FREE; i++) {
		unsigned int width = 5 + strlen(look[i].name);

		if (column + width > 78) {
			console_printf("\n");
			column = 0;
		}
		column += width;
		set_colours(look[i].colour);
		console_printf(" %c \033[0m %s ", look[i].letter, look[i].name);
	}
	console_printf("\n");
}

static void draw_map(void)
{
	pfn_t pfn = map_start;

	console_printf("%08x-%08x, %lu KiB a cell\n", pfn_to_phys(map_start),
		       pfn_to_phys(map_end) - 1, cell_frames << (PAGE_SHIFT - 10));
	for (; pfn < map_end; pfn += MAP_COLUMNS * cell_frames)
		draw_row(pfn);
	draw_legend();
}

/* "16M" or "0x1000000" as a frame number; false: no number, or not below the end of memory. */
static bool parse_frame(const char *text, pfn_t *pfn)
{
	char *rest;
	u64 bytes = memparse(text, &rest);

	if (rest == text || *rest || bytes >> PAGE_SHIFT > mem_map_end) {
		console_printf("There is no address %s; memory is 0 to %luM, with suffixes K, M and G.\n",
			       text, mem_map_end >> (20 - PAGE_SHIFT));
		return false;
	}
	*pfn = bytes >> PAGE_SHIFT;
	return true;
}

static int cmd_map(int argc, char **argv)
{
	bool again = live_wanted(&argc, argv);

	map_start = 0;
	map_end = mem_map_end;
	if (argc != 1 && argc != 3)
		return -EINVAL;
	if (argc == 3) {
		if (!parse_frame(argv[1], &map_start) || !parse_frame(argv[2], &map_end))
			return -ERANGE;
		if (map_start >= map_end) {
			console_printf("That range is empty.\n");
			return -ERANGE;
		}
	}
	cell_frames = DIV_ROUND_UP(map_end - map_start, CELLS);
	return live_show(again, draw_map);
}
MONITOR_COMMAND(map, "[-w] [START END]", "physical memory in colours; -w again each second", cmd_map);

/* --- buddy ------------------------------------------------------------------------------------- */

#define ROW_BLOCKS	8u		/* boxes that fit behind the number of blocks */

static const struct zone *shown_zone;	/* NULL: all */

static void draw_list(const struct zone *zone, unsigned int order, unsigned long blocks)
{
	const struct page *page;
	unsigned int drawn = 0;

	console_printf("%6u %7lu ", order, blocks);
	list_for_each_entry(page, &zone->free_area[order].free_list, list) {
		if (drawn++ == ROW_BLOCKS) {
			console_printf(" ...");
			break;
		}
		console_printf("\033[30;42m %05lx\033[0m ", page_to_pfn(page));
	}
	console_printf("\n");
}

static void draw_buddy(void)
{
	unsigned long blocks[MAX_ORDER], flags;
	const struct zone *zone;

	for_each_zone(zone) {
		if (!zone_is_populated(zone) || (shown_zone && zone != shown_zone))
			continue;
		console_printf("%s: %lu frames free on the lists, by first frame; %lu on per-CPU lists\n"
			       " order  blocks\n", zone->name, zone->nr_free_pages,
			       zone_free_pages(zone) - zone->nr_free_pages);
		zone_count_blocks(zone, blocks);
		for (unsigned int order = 0; order < MAX_ORDER; order++) {
			flags = arch_irq_save();
			draw_list(zone, order, blocks[order]);
			arch_irq_restore(flags);
		}
	}
}

static bool same_word(const char *a, const char *b)
{
	while (*a && tolower(*a) == tolower(*b))
		a++, b++;
	return tolower(*a) == tolower(*b);
}

static int cmd_buddy(int argc, char **argv)
{
	bool again = live_wanted(&argc, argv);
	const struct zone *zone;

	if (argc > 2)
		return -EINVAL;
	shown_zone = NULL;
	if (argc == 2)
		for_each_zone(zone)
			if (same_word(zone->name, argv[1]))
				shown_zone = zone;
	if (argc == 2 && !shown_zone) {
		console_printf("There is no zone \"%s\"; there are DMA, Normal and HighMem.\n", argv[1]);
		return -ENOENT;
	}
	return live_show(again, draw_buddy);
}
MONITOR_COMMAND(buddy, "[-w] [ZONE]", "the free lists, block by block; -w again each second", cmd_buddy);

/* --- frag -------------------------------------------------------------------------------------- */

/* Free frames in blocks too small for @order, in thousandths of all that are on the lists. */
static unsigned int unusable(const unsigned long blocks[MAX_ORDER], unsigned int order)
{
	unsigned long all = 0, small = 0;

	for (unsigned int i = 0; i < MAX_ORDER; i++) {
		all += blocks[i] << i;
		small += i < order ? blocks[i] << i : 0;
	}
	return all ? div_u64((u64)small * 1000, all) : 1000;
}

static void draw_frag(void)
{
	unsigned long blocks[MAX_ORDER];
	const struct zone *zone;

	console_printf("free memory that a request of an order cannot use: 0 none, 1 all\n%-8s", "zone");
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		console_printf("%6u", order);
	console_printf("\n");
	for_each_zone(zone) {
		if (!zone_is_populated(zone))
			continue;
		zone_count_blocks(zone, blocks);
		console_printf("%-8s", zone->name);
		for (unsigned int order = 0; order < MAX_ORDER; order++) {
			unsigned int index = unusable(blocks, order);

			console_printf(" \033[%um%u.%03u\033[0m", index < 250 ? 32 : index < 750 ? 33 : 31,
				       index / 1000, index % 1000);
		}
		console_printf("\n");
	}
}

static int cmd_frag(int argc, char **argv)
{
	bool again = live_wanted(&argc, argv);

	return argc > 1 ? -EINVAL : live_show(again, draw_frag);
}
MONITOR_COMMAND(frag, "[-w]", "unusable free memory by order; -w again each second", cmd_frag);
