/* SPDX-License-Identifier: MIT */
/*
 * mm/explain.c - the words and drawings behind `trace on`
 *
 *   buddy: Normal: a block of order 0 is wanted, the smallest there is starts at 1f000 and has order 3
 *   buddy:   order 2  |================................|  1f000 goes on, 1f004 becomes free
 *   buddy:   order 1  |========........|                  1f000 goes on, 1f002 becomes free
 *   buddy:   order 0  |====....|                          1f000 is taken, 1f001 becomes free
 *
 * Frames are hexadecimal, so that the bit in which buddies differ can be seen. Nothing here changes
 * an allocator's state. See explain.h for when each is called.
 */
#include <arch.h>
#include <lib/bitops.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/bootalloc.h>
#include <mm/bootmem.h>
#include <mm/vmap_area.h>

#include "explain.h"
#include "slab_internal.h"

#define BAR	32u		/* columns of the widest drawing */

static void fill(char *bar, char c, unsigned int nr)
{
	memset(bar, c, nr);
	bar[nr] = '\0';
}

/* --- boot allocator ---------------------------------------------------------------------------- */

/* The bits of the frames around [start, end): # taken, . free, + these. */
static void draw_bitmap(const struct bootmem_data *bd, pfn_t start, pfn_t end)
{
	pfn_t first = round_down(start > bd->start + 8 ? start - 8 : bd->start, 8ul);
	char bits[65];
	unsigned int n = 0;

	for (pfn_t pfn = first; n < sizeof(bits) - 1 && pfn < bd->end; pfn++)
		bits[n++] = pfn >= start && pfn < end ? '+' :
			    test_bit(pfn - bd->start, bd->map) ? '#' : '.';
	bits[n] = '\0';
	trace_say("bootmem:   frame %lx  %s  # taken, . free, + these\n", first, bits);
}

void explain_boot_alloc(const struct boot_request *req)
{
	const struct bootmem_data *bd = &boot_bootmem;

	trace_say("bootmem: %zu bytes at a multiple of %zu from %08x on, below %08x, for %ps\n",
		  req->size, req->align, req->goal, req->limit, (void *)req->caller);
	if (req->last == BOOTMEM_NONE) {
		trace_say("bootmem:   there is no such room; %lu steps\n", req->steps);
		return;
	}
	trace_say("bootmem:   %08x-%08x after %lu words and runs of bits looked at%s\n", req->start,
		  req->last, req->steps, req->steps ? "" : ": room in the last frame's rest");
	if (bd->map)
		draw_bitmap(bd, phys_to_pfn(req->start), phys_to_pfn(req->last) + 1);
	trace_event(EVENT_BOOT_ALLOC, req->steps, req->start, req->size);
}

/* --- buddy ------------------------------------------------------------------------------------- */

void explain_split(const struct zone *zone, const struct page *page, unsigned int high,
		   unsigned int low)
{
	pfn_t pfn = page_to_pfn(page);
	unsigned int width = BAR;
	char kept[BAR + 1], freed[BAR + 1];

	trace_say("buddy: %s: order %u is wanted; the smallest block there is starts at %lx, order %u\n",
		  zone->name, low, pfn, high);
	for (unsigned int order = high; order-- > low; ) {
		width = max(width / 2, 1u);
		fill(kept, '=', width);
		fill(freed, '.', width);
		trace_say("buddy:   order %2u  |%s%s|%*s  %lx %s, %lx becomes free\n", order, kept, freed,
			  (int)(BAR - 2 * width), "", pfn, order > low ? "goes on" : "is taken",
			  pfn + (1UL << order));
	}
	trace_event(EVENT_SPLIT, high << 8 | low, pfn, 0);
}

/* Is the buddy free, as a whole, and in the same zone? As buddy_merge() asks it. */
static bool would_merge(const struct zone *zone, pfn_t buddy, unsigned int order)
{
	return pfn_valid(buddy) &&
	       pfn_to_page(buddy)->word == zone->free_word + PAGE_WORD(0, 0, order);
}

void explain_merge(const struct zone *zone, const struct page *page, unsigned int order)
{
	pfn_t pfn = page_to_pfn(page), buddy;
	unsigned int width = 1;
	char left[BAR + 1], right[BAR + 1];

	trace_say("buddy: %s: frame %lx, order %u, is given back\n", zone->name, pfn, order);
	for (; order < MAX_ORDER - 1; order++, width = min(width * 2, BAR / 2)) {
		buddy = pfn ^ (1UL << order);
		if (!would_merge(zone, buddy, order)) {
			trace_say("buddy:   order %2u  its buddy %lx is not free at this order\n", order,
				  buddy);
			break;
		}
		fill(left, buddy < pfn ? '.' : '=', width);
		fill(right, buddy < pfn ? '=' : '.', width);
		trace_say("buddy:   order %2u  |%s%s|%*s  with %lx becomes %lx\n", order, left, right,
			  (int)(BAR - 2 * width), "", buddy, pfn & buddy);
		pfn &= buddy;
		trace_event(EVENT_MERGE, order + 1, pfn, buddy);
	}
	trace_say("buddy:   %lx goes onto the list of order %u\n", pfn, order);
	trace_event(EVENT_FREE, order, pfn, 0);
}

void explain_refill(const struct pcp_list *pcp, unsigned long blocks)
{
	trace_say("buddy: %s: the per-CPU list of order %u is empty and gets %lu blocks\n",
		  pcp->zone->name, pcp->order, blocks);
	trace_event(EVENT_REFILL, blocks, zone_idx(pcp->zone), pcp->order);
}

void explain_flush(const struct pcp_list *pcp, unsigned int blocks)
{
	trace_say("buddy: %s: the per-CPU list of order %u, %u blocks long, gives back %u\n",
		  pcp->zone->name, pcp->order, pcp_count(pcp) + blocks, blocks);
	trace_event(EVENT_FLUSH, blocks, zone_idx(pcp->zone), pcp->order);
	for (unsigned int i = blocks; i--; )
		trace_say("%s%lx%s", i + 1 == blocks ? "buddy:   frames " : " ",
			  page_to_pfn(pcp->top[i]), i ? "" : "\n");
}

/* --- zones ------------------------------------------------------------------------------------- */

/* As zone_mark() chose it, the reserve not counted. */
static const char *mark_name(const struct zone *zone, unsigned long mark)
{
	return mark == zone->watermark[WMARK_LOW] ? "low" :
	       mark == zone->watermark[WMARK_MIN] ? "min" : mark ? "halved min" : "lowest";
}

void explain_refused(const struct zone *zone, unsigned int order, enum zone_type class,
		     unsigned long mark)
{
	unsigned long reserve = min(zone->lowmem_reserve[class], mark), wanted = mark + (1UL << order);
	char bar[BAR + 1];

	if (!zone_is_populated(zone))
		return;
	trace_say("zone: %s refuses order %u to a request for %s: %lu frames are free; wanted are the %s "
		  "mark, %lu, the reserve, %lu, and %lu\n", zone->name, order, zones[class].name,
		  zone->nr_free_pages, mark_name(zone, mark - reserve), mark - reserve, reserve,
		  1UL << order);
	fill(bar, 'b', BAR);
	memset(bar, 'r', mark * BAR / wanted);
	memset(bar, 'm', (mark - reserve) * BAR / wanted);
	trace_say("zone:   wanted |%s|  m mark, r reserve, b block\n", bar);
	fill(bar, '.', BAR);
	memset(bar, '=', zone->nr_free_pages * BAR / wanted);
	trace_say("zone:   free   |%s|\n", bar);
	trace_event(EVENT_REFUSED, zone_idx(zone), zone->nr_free_pages, mark);
}

void explain_fallback(const struct zone *zone, const struct page *page, enum zone_type class)
{
	if (!zone_is_populated(&zones[class]))
		return;
	trace_say("zone: %s was asked for; %s gives frame %lx instead\n", zones[class].name, zone->name,
		  page_to_pfn(page));
	trace_event(EVENT_FALLBACK, zone_idx(zone), page_to_pfn(page), class);
}

/* --- kmap -------------------------------------------------------------------------------------- */

/* The counts of the slots that the search went over, @slot being the last of them. */
static void draw_slots(unsigned int slot, unsigned int looked)
{
	char counts[BAR + 1];
	unsigned int width = min(looked, BAR);
	struct pkmap_info info;

	for (unsigned int i = 0; i < width; i++) {
		pkmap_slot_info((slot - i) & (LAST_PKMAP - 1), &info);
		counts[width - 1 - i] = info.count < 10 ? '0' + info.count : '+';
	}
	counts[width] = '\0';
	trace_say("kmap:   counts %s|%s|  slot %u is the first 0\n", looked > BAR ? "... " : "", counts,
		  slot);
}

void explain_kmap(pfn_t pfn, unsigned int from, unsigned int slot)
{
	unsigned int looked = (slot - from) & (LAST_PKMAP - 1);

	if (slot >= LAST_PKMAP) {
		trace_say("kmap: frame %lx: no slot counts 0, all %lu were looked at\n", pfn, LAST_PKMAP);
		return;
	}
	trace_say("kmap: frame %lx has no slot; %u looked at behind slot %u\n", pfn, looked, from);
	draw_slots(slot, looked);
	trace_event(EVENT_KMAP, slot, pfn, looked);
}

void explain_kmap_flush(unsigned int freed)
{
	trace_say("kmap: the search came round: %u slots that count 1 become 0, with one TLB flush\n",
		  freed);
}

/* --- slab -------------------------------------------------------------------------------------- */

enum slab_list { SLAB_LIST_FULL, SLAB_LIST_PARTIAL, SLAB_LIST_FREE };

static enum slab_list list_of(const struct kmem_cache *cache, unsigned int inuse)
{
	return inuse == cache->num ? SLAB_LIST_FULL : inuse ? SLAB_LIST_PARTIAL : SLAB_LIST_FREE;
}

/* The unused bytes at the block's start. */
static size_t slab_colour(const struct kmem_cache *cache, const struct slab *slab)
{
	const char *first = cache->off_slab ? slab->s_mem : (const char *)slab;

	return first - (const char *)page_address(slab_first_page(cache, slab));
}

void explain_slab_grow(const struct kmem_cache *cache, const struct slab *slab)
{
	size_t colour = slab_colour(cache, slab);

	trace_say("slab: %s has no free object: a new slab of %lu KiB, %u objects from %px on\n",
		  cache->name, PAGE_SIZE << cache->order >> 10, cache->num, slab->s_mem);
	trace_say("slab:   colour %zu of %u: %zu bytes in front; descriptor %s the slab\n",
		  cache->colour_off ? colour / cache->colour_off : 0, cache->colours, colour,
		  cache->off_slab ? "off" : "on");
	trace_event(EVENT_SLAB_GROW, colour, (unsigned long)slab->s_mem, (unsigned long)cache);
}

void explain_slab_move(const struct kmem_cache *cache, const struct slab *slab, unsigned int was,
		       unsigned int inuse)
{
	static const char *const name[] = { "full", "partial", "free" };
	enum slab_list from = list_of(cache, was), to = list_of(cache, inuse);
	unsigned int width = min_t(unsigned int, cache->num, BAR), used;
	char bar[BAR + 1];

	if (from == to)
		return;
	used = DIV_ROUND_UP(inuse * width, cache->num);
	fill(bar, '.', width);
	memset(bar, '#', used);
	trace_say("slab: %s: slab %px from %s to %s  |%s|  %u of %u objects out\n", cache->name,
		  slab->s_mem, name[from], name[to], bar, inuse, cache->num);
	trace_event(EVENT_SLAB_MOVE, from << 8 | to, (unsigned long)slab->s_mem, (unsigned long)cache);
}

void explain_slab_destroy(const struct kmem_cache *cache, const struct slab *slab)
{
	trace_say("slab: %s: slab %px, with no object out, goes back to the page allocator\n", cache->name,
		  slab->s_mem);
	trace_event(EVENT_SLAB_DESTROY, 0, (unsigned long)slab->s_mem, (unsigned long)cache);
}

/* --- vmalloc ----------------------------------------------------------------------------------- */

static unsigned long area_pages(const struct vmap_area *area)
{
	return (area->end - area->start) >> PAGE_SHIFT;
}

void explain_vm_area(const struct vmap_space *space, const struct vmap_area *area)
{
	const struct vmap_area *next = list_next_entry(area, list);
	unsigned long gap = next->start - (area->start - area->gap);

	trace_say("vmalloc: %lu pages and a guard page into the lowest gap that holds them "
		  "(%lu steps down the tree)\n", area_pages(area) - 1, space->steps);
	trace_say("vmalloc:   %08lx |%lu pages|guard| %08lx |%lu KiB left| %08lx\n", area->start,
		  area_pages(area) - 1, area->end, next->gap >> 10, next->start);
	trace_event(EVENT_VM_AREA, area_pages(area), area->start, gap);
}

void explain_vm_free(const struct vmap_area *area, unsigned long lazy_pages)
{
	trace_say("vmalloc: %08lx-%08lx is unmapped; %lu pages of addresses wait for a flush\n",
		  area->start, area->end - 1, lazy_pages);
	trace_event(EVENT_VM_FREE, area_pages(area), area->start, 0);
}

void explain_vm_purge(unsigned long pages)
{
	trace_say("vmalloc: one TLB flush, and %lu pages of addresses are free again\n", pages);
}
