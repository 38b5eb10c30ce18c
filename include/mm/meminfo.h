/* SPDX-License-Identifier: MIT */
/*
 * include/mm/meminfo.h - memory in numbers, for those who ask
 */
#ifndef MM_MEMINFO_H
#define MM_MEMINFO_H

#include <lib/types.h>
#include <mm/mmzone.h>

/* As sysinfo(2) names them; sizes in units of mem_unit bytes. */
struct sysinfo {
	unsigned long totalram;		/* managed by the buddy allocator */
	unsigned long freeram;
	unsigned long sharedram;	/* always 0: nothing is shared here */
	unsigned long bufferram;	/* always 0: nothing is cached here */
	unsigned long totalhigh;	/* of totalram, HIGHMEM */
	unsigned long freehigh;
	unsigned int mem_unit;
};

/* Fill in @info. Context: after the BUDDY stage, any. */
void si_meminfo(struct sysinfo *info);

/* Frames that requests without a wish can still get: free ones above every zone's high mark. */
unsigned long si_mem_available(void);

/**
 * zone_count_blocks - how many free blocks of each order a zone has on its lists
 * @blocks: out
 *
 * Context: after the ZONES stage, any; as many steps as there are blocks.
 */
void zone_count_blocks(const struct zone *zone, unsigned long blocks[MAX_ORDER]);

#endif
