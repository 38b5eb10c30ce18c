/* SPDX-License-Identifier: MIT */
/*
 * mm/overhead.c - what of RAM is not free, by purpose
 *
 *   RAM by the firmware's map - free frames = what boot kept, by its reasons (boot_extent_at())
 *                                           + what was handed out, by owner  (ledger_take())
 *                                           + what was set aside
 *
 * A frame counts for one purpose, as in the ledger, whose sums these are.
 */
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/string.h>
#include <mm/bootalloc.h>
#include <mm/overhead.h>

static void add(struct overhead *o, const char *why, unsigned long frames)
{
	struct overhead_part *part = o->part, *end = o->part + OVERHEAD_PARTS;

	if (!frames)
		return;
	while (part < end - 1 && part->why && strcmp(part->why, why))
		part++;
	if (!part->why)
		part->why = why;
	part->frames += frames;
	o->frames += frames;
}

int overhead_take(struct overhead *o)
{
	struct boot_extent x;
	struct ledger ledger;
	pfn_t pfn;
	int rule;

	*o = (struct overhead){ .part[OVERHEAD_PARTS - 1].why = "more" };
	for (pfn = 0; pfn < vm_layout.max_pfn; pfn = x.end)
		if (boot_extent_at(pfn, &x) && x.ram)
			add(o, x.why, x.end - pfn);
	rule = ledger_take(&ledger, &pfn);
	for (unsigned int owner = 0; !rule && owner < NR_PAGE_OWNERS; owner++)
		add(o, page_owner_name(owner), ledger.owner[owner]);
	if (!rule)
		add(o, "set aside", ledger.bad);
	return rule;
}

void overhead_log(void)
{
	struct overhead o;

	if (overhead_take(&o))
		return;
	pr_info("overhead: %lu bytes of RAM are not free", o.frames << PAGE_SHIFT);
	for (unsigned int i = 0; i < OVERHEAD_PARTS && o.part[i].frames; i++)
		pr_cont("%s %s %lu", i ? "," : ":", o.part[i].why, o.part[i].frames << PAGE_SHIFT);
	pr_cont("\n");
}
