/* SPDX-License-Identifier: MIT */
/*
 * mm/ledger.c - account for every page frame
 *
 *   frames of mem_map = holes                        no RAM, by the firmware's map
 *                     + reserved                     boot kept it; the boot allocator's record: why
 *                     + free, by zone and order      on the zones' lists
 *                     + free, on per-CPU lists
 *                     + handed out, by owner         kernel, page tables, slab, vmalloc ...
 *                     + set aside                    after a wrong free
 *
 * The walk goes from block to block over mem_map and believes only what the first page of a block
 * says; the same numbers are then counted again where the lists are.
 *
 * V1  from frame 0 on, block follows block to the end of mem_map
 * V2  a block starts at a multiple of its size; its other pages are as they should be
 * V3  exactly the blocks that are handed out (or on a per-CPU list) have references
 * V4  a frame is a hole or reserved exactly where firmware and boot allocator say so
 * V5  free frames of the walk = free frames on each zone's lists, by order, and per-CPU lists
 * V6  the sum is every frame, and without the holes it is the RAM that the firmware gave
 * V7  an owner who keeps books has counted the same, and his own rules hold (struct ledger_holder)
 *
 * Rules of the lists themselves (B1 to B5, page_alloc.c) are checked on the way and come first.
 */
#include <arch.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/bootalloc.h>
#include <mm/e820.h>
#include <mm/ledger.h>

#include "internal.h"

#define VERIFY_RULE_BASE	10	/* V1 is returned as 11, so that B1 to B5 stay apart */

/* --- one block ------------------------------------------------------------------------------- */

/*
 * The word of the pages behind the first: untouched, flagged by slab.c, or tails that lead to it.
 */
static u32 inside_word(const struct page *first)
{
	if (first->state == PAGE_COMPOUND)
		return PAGE_WORD(PAGE_TAIL, 0, 0);
	if (page_is_used(first) && first->owner == PAGE_OWNER_SLAB)
		return PAGE_FLAGS_WORD(PAGE_FLAG_SLAB);
	return 0;
}

/* V2 for an untouched inside, in pairs of pages: most of memory goes through here at boot. */
static bool untouched_inside_ok(const struct page *first, const struct page *end)
{
	u32 seen = first[1].word | (u32)first[1].refcount.counter;

	for (const struct page *page = first + 2; page < end; page += 2)
		seen |= page[0].word | (u32)page[0].refcount.counter |
			page[1].word | (u32)page[1].refcount.counter;
	return !seen;
}

/* V2 for the pages behind the first. */
static bool inside_ok(const struct page *first)
{
	const struct page *end = first + (1UL << first->order);
	u32 word = inside_word(first);

	if (first->order == 0)
		return true;
	if (!word)
		return untouched_inside_ok(first, end);
	for (const struct page *page = first + 1; page < end; page++)
		if (page->word != word || page->refcount.counter ||
		    (first->state == PAGE_COMPOUND && page->first_page != first))
			return false;
	return true;
}

static bool references_ok(const struct page *first)
{
	switch (first->state) {
	case PAGE_PCP:
		return first->refcount.counter == 1;
	case PAGE_USED:
	case PAGE_COMPOUND:
		return first->refcount.counter > 0;
	default:
		return first->refcount.counter == 0;
	}
}

/* V4 for one block up to frame @end. @x: the boot allocator's answer for its start; moves on. */
static bool kept_ok(const struct page *first, pfn_t end, struct boot_extent *x)
{
	bool kept = first->state == PAGE_RESERVED || first->state == PAGE_HOLE;

	for (;;) {
		if (kept != !!x->why || (first->state == PAGE_HOLE) != !x->ram)
			return false;
		if (x->end >= end)
			return true;
		boot_extent_at(x->end, x);
	}
}

/* Add a block to its column. */
static void count_block(struct ledger *ledger, const struct page *first)
{
	unsigned long frames = 1UL << first->order;

	switch (first->state) {
	case PAGE_HOLE:
		ledger->holes += frames;
		break;
	case PAGE_RESERVED:
		ledger->reserved += frames;
		break;
	case PAGE_BUDDY:
		ledger->free[first->zone][first->order] += frames;
		break;
	case PAGE_PCP:
		ledger->pcp[first->zone] += frames;
		break;
	case PAGE_BAD:
		ledger->bad += frames;
		break;
	default:
		ledger->owner[first->owner] += frames;
	}
}

/* --- the walk -------------------------------------------------------------------------------- */

/* Can this be the first page of a block of frames at @pfn? */
static bool first_ok(const struct page *first, pfn_t pfn)
{
	return first->state != PAGE_INTERIOR && first->state != PAGE_TAIL &&
	       first->state < NR_PAGE_STATES && first->owner < NR_PAGE_OWNERS &&
	       first->zone < MAX_NR_ZONES && first->order < MAX_ORDER &&
	       pfn + (1UL << first->order) <= mem_map_end;
}

static int check_block(const struct page *first, pfn_t pfn, struct boot_extent *x)
{
	unsigned long frames;

	if (!first_ok(first, pfn))
		return 1;
	frames = 1UL << first->order;
	if ((pfn & (frames - 1)) || !inside_ok(first))
		return 2;
	if (!references_ok(first))
		return 3;
	return kept_ok(first, pfn + frames, x) ? 0 : 4;
}

int ledger_take(struct ledger *ledger, pfn_t *pfn)
{
	unsigned long irq = arch_irq_save();
	struct boot_extent x = { 0 };
	int rule = 0;

	memset(ledger, 0, sizeof(*ledger));
	for (*pfn = 0; *pfn < mem_map_end; *pfn += 1UL << pfn_to_page(*pfn)->order) {
		if (*pfn >= x.end)
			boot_extent_at(*pfn, &x);
		rule = check_block(pfn_to_page(*pfn), *pfn, &x);
		if (rule)
			break;
		count_block(ledger, pfn_to_page(*pfn));
	}
	ledger->frames = *pfn;
	arch_irq_restore(irq);
	return rule;
}

unsigned long ledger_free(const struct ledger *ledger)
{
	unsigned long sum = 0;

	for (unsigned int zone = 0; zone < MAX_NR_ZONES; zone++) {
		sum += ledger->pcp[zone];
		for (unsigned int order = 0; order < MAX_ORDER; order++)
			sum += ledger->free[zone][order];
	}
	return sum;
}

unsigned long ledger_used(const struct ledger *ledger)
{
	unsigned long sum = 0;

	for (unsigned int owner = 0; owner < NR_PAGE_OWNERS; owner++)
		sum += ledger->owner[owner];
	return sum;
}

/* --- the sums -------------------------------------------------------------------------------- */

/* V5 for one zone. */
static bool zone_agrees(const struct ledger *ledger, const struct zone *zone)
{
	enum zone_type type = zone_idx(zone);
	unsigned long sum = 0;

	for (unsigned int order = 0; order < MAX_ORDER; order++)
		sum += ledger->free[type][order];
	return sum == zone->nr_free_pages && ledger->pcp[type] == zone_pcp_pages(zone);
}

static unsigned long ledger_ram(const struct ledger *ledger)
{
	return ledger->reserved + ledger_free(ledger) + ledger_used(ledger) + ledger->bad;
}

static struct ledger_holder *holders;

void ledger_register(struct ledger_holder *holder)
{
	for (const struct ledger_holder *h = holders; h; h = h->next)
		if (h == holder)
			return;
	holder->next = holders;
	holders = holder;
}

static bool holders_agree(const struct ledger *ledger)
{
	for (const struct ledger_holder *h = holders; h; h = h->next) {
		if (h->frames && h->frames() != ledger->owner[h->owner]) {
			pr_err("ledger: %lu frames say that %s holds them, whose own sum is %lu\n",
			       ledger->owner[h->owner], page_owner_name(h->owner), h->frames());
			return false;
		}
		if (h->check && h->check())
			return false;
	}
	return true;
}

static int check_sums(const struct ledger *ledger)
{
	const struct zone *zone;

	for_each_zone(zone)
		if (!zone_agrees(ledger, zone))
			return 5;
	if (ledger->holes + ledger_ram(ledger) != mem_map_end ||
	    ledger_ram(ledger) != e820_ram_frames(&e820, 0, vm_layout.max_pfn))
		return 6;
	return holders_agree(ledger) ? 0 : 7;
}

/* --- telling --------------------------------------------------------------------------------- */

static void print_frames(const char *indent, const char *what, unsigned long frames)
{
	if (frames)
		pr_info("%s%-24s %8lu frames %8lu KiB\n", indent, what, frames,
			frames << (PAGE_SHIFT - 10));
}

/* Frames kept at boot, with the reason of each stretch. */
static void print_reserved(void)
{
	struct boot_extent x;

	for (pfn_t pfn = 0; pfn < vm_layout.max_pfn; pfn = x.end) {
		if (!boot_extent_at(pfn, &x) || !x.ram)
			continue;
		pr_info("      %#7lx .. %#7lx %7lu  %s", pfn, x.end, x.end - pfn, x.why);
		if (x.caller)
			pr_cont(", for %pS", (void *)x.caller);
		pr_cont("\n");
	}
}

static void print_ledger(const struct ledger *ledger)
{
	pr_info("ledger: %lu frames, all found\n", ledger->frames);
	print_frames("  ", "no RAM", ledger->holes);
	print_frames("  ", "RAM", ledger_ram(ledger));
	print_frames("    ", "reserved", ledger->reserved);
	print_reserved();
	for (unsigned int type = 0; type < MAX_NR_ZONES; type++) {
		unsigned long sum = 0;

		for (unsigned int order = 0; order < MAX_ORDER; order++)
			sum += ledger->free[type][order];
		if (!zone_is_populated(&zones[type]))
			continue;
		pr_info("    free in zone %-11s %8lu frames %8lu KiB, and %lu on per-CPU lists\n",
			zones[type].name, sum, sum << (PAGE_SHIFT - 10), ledger->pcp[type]);
	}
	for (unsigned int owner = 0; owner < NR_PAGE_OWNERS; owner++) {
		print_frames("    held by ", page_owner_name(owner), ledger->owner[owner]);
		for (const struct ledger_holder *h = holders; h; h = h->next)
			if (h->owner == owner && ledger->owner[owner] && h->print)
				h->print();
	}
	print_frames("    ", "set aside", ledger->bad);
}

int verify_ledger(bool print)
{
	const struct zone *zone;
	struct ledger ledger;
	pfn_t pfn;
	int rule;

	for_each_zone(zone) {
		rule = zone_check(zone);
		if (rule)
			return rule;
	}
	rule = ledger_take(&ledger, &pfn);
	if (!rule)
		rule = check_sums(&ledger);
	if (rule) {
		pr_err("ledger: rule V%d is broken at frame %#lx; %lu frames, %lu of them RAM\n",
		       rule, pfn, ledger.frames, ledger_ram(&ledger));
		return VERIFY_RULE_BASE + rule;
	}
	if (print)
		print_ledger(&ledger);
	return 0;
}
