/* SPDX-License-Identifier: MIT */
/*
 * mm/meminfo.c - memory in numbers: snapshots for the prompt and for code that asks
 *
 *   totalram  = frames that the buddy lists were ever given
 *   freeram   = on the zones' lists + on per-CPU lists
 *   available = freeram without what the watermarks keep
 *
 * A snapshot is taken with interrupts off where two numbers must belong together.
 */
#include <arch.h>
#include <lib/list.h>
#include <mm/gfp.h>
#include <mm/meminfo.h>

void si_meminfo(struct sysinfo *info)
{
	unsigned long irq = arch_irq_save();

	*info = (struct sysinfo) {
		.totalram = totalram_pages(),
		.freeram = nr_free_pages(),
		.totalhigh = totalhigh_pages(),
		.freehigh = zone_free_pages(zone_highmem),
		.mem_unit = PAGE_SIZE,
	};
	arch_irq_restore(irq);
}

unsigned long si_mem_available(void)
{
	unsigned long irq = arch_irq_save(), sum = 0;
	const struct zone *zone;

	for_each_zone(zone) {
		unsigned long nr_free = zone_free_pages(zone), kept = zone->watermark[WMARK_HIGH];

		sum += nr_free > kept ? nr_free - kept : 0;
	}
	arch_irq_restore(irq);
	return sum;
}

void zone_count_blocks(const struct zone *zone, unsigned long blocks[MAX_ORDER])
{
	unsigned long irq = arch_irq_save();

	for (unsigned int order = 0; order < MAX_ORDER; order++) {
		const struct list_head *link;

		blocks[order] = 0;
		list_for_each(link, &zone->free_area[order].free_list)
			blocks[order]++;
	}
	arch_irq_restore(irq);
}
