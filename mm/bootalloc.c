/* SPDX-License-Identifier: MIT */
/*
 * mm/bootalloc.c - the front of early memory: layout, record, choice and hand-over
 *
 * Every request is a line of the record, in the order of time. The record is a chain of chunks of
 * one page each; the first lies in the image, each other one is taken from the allocator itself.
 *
 *     chunk 0 (image)             chunk 1 (early memory)
 *     +------+------+---+------+  +------+------+---
 *     | kind | kind |   | kind |  | kind | kind |        kind: reserve, alloc, free
 *     | live | live |   | live |->| live | live |        live: the bytes are still in use
 *     | ...  | ...  |   | ...  |  | ...  | ...  |
 *     +------+------+---+------+  +------+------+---
 *
 * The live lines say which bytes are in use and why. That is a third book beside those of the two
 * allocators, and the only one that is still there when both are gone: a frame of RAM that no live
 * line touches is free, before hand-over and after it.
 *
 * A1  no byte is in two live requests
 * A2  the serving allocator's own rules hold
 * A3  a frame is free for the serving allocator if and only if it is by map and record
 *
 * Fed by e820.c and arch_for_each_reserved(); handed over to page_alloc.c. One CPU; interrupt
 * handlers do not allocate early memory.
 */
#include <arch.h>
#include <lib/bug.h>
#include <lib/cmdline.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/printk.h>
#include <lib/sizes.h>
#include <lib/string.h>
#include <mm/bootalloc.h>
#include <mm/bootmem.h>
#include <mm/e820.h>
#include <mm/mmzone.h>

#include "internal.h"

/* What an allocator must do to serve, or to follow as the shadow. All bytes are [start, last]. */
struct boot_engine {
	const char *name;
	void (*init)(void);		/* take RAM from the clean map; nothing is reserved yet */
	phys_addr_t (*alloc)(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit);
	void (*reserve)(phys_addr_t start, phys_addr_t last);
	void (*free)(phys_addr_t start, phys_addr_t last);
	pfn_t (*next_free)(pfn_t from, pfn_t *end);	/* as bootmem_next_free(), to max_pfn */
	unsigned long (*steps)(void);
	unsigned long (*hand_over)(void);
	int (*check)(void);
};

struct vm_layout vm_layout;

static const struct boot_engine *serving;
static bool open;		/* between bootalloc_init() and bootalloc_hand_over() */

static unsigned long kib(unsigned long frames)
{
	return frames * (PAGE_SIZE / SZ_1K);
}

/* --- the record ------------------------------------------------------------------------------ */

#define CHUNK_REQUESTS	((PAGE_SIZE - 2 * sizeof(void *)) / sizeof(struct boot_request))

struct chunk {
	struct chunk *next;
	unsigned long nr;
	struct boot_request request[CHUNK_REQUESTS];
} __aligned(PAGE_SIZE);

_Static_assert(sizeof(struct chunk) == PAGE_SIZE, "a request's chunk starts at its page");

static struct chunk first_chunk, *last_chunk = &first_chunk;
static unsigned long nr_lost;

const struct boot_request *boot_request_next(const struct boot_request *req)
{
	const struct chunk *chunk = &first_chunk;

	if (req) {
		chunk = (const struct chunk *)((unsigned long)req & PAGE_MASK);
		if (++req < chunk->request + chunk->nr)
			return req;
		chunk = chunk->next;
	}
	return chunk && chunk->nr ? chunk->request : NULL;
}

unsigned long boot_requests(void)
{
	unsigned long nr = nr_lost;

	for (const struct chunk *chunk = &first_chunk; chunk; chunk = chunk->next)
		nr += chunk->nr;
	return nr;
}

unsigned long boot_requests_lost(void)
{
	return nr_lost;
}

/* Take a page for one more chunk; its first line is the request for itself. */
static bool grow_record(void)
{
	phys_addr_t limit = min(arch_boot_mapped_end(), pfn_to_phys(vm_layout.max_low_pfn)), addr;
	struct chunk *chunk;

	if (!open)
		return false;
	addr = serving->alloc(PAGE_SIZE, PAGE_SIZE, BOOTMEM_GOAL, limit);
	if (addr == BOOTMEM_NONE)
		return false;
	chunk = __va(addr);
	chunk->next = NULL;
	chunk->nr = 1;
	chunk->request[0] = (struct boot_request){
		.kind = BOOT_ALLOC, .live = true, .start = addr, .last = addr + PAGE_SIZE - 1,
		.caller = (unsigned long)grow_record, .size = PAGE_SIZE, .align = PAGE_SIZE,
		.goal = BOOTMEM_GOAL, .limit = limit,
	};
	last_chunk->next = chunk;
	last_chunk = chunk;
	return true;
}

/* A new line of the record, or NULL (and counted) when it is full and there is no room to grow. */
static struct boot_request *record(enum boot_request_kind kind, unsigned long caller)
{
	struct boot_request *req;

	if (last_chunk->nr == CHUNK_REQUESTS && !grow_record()) {
		nr_lost++;
		return NULL;
	}
	req = &last_chunk->request[last_chunk->nr++];
	*req = (struct boot_request){ .kind = kind, .caller = caller };
	return req;
}

/* The first live request that has a byte in [@start, @last]. */
static struct boot_request *in_use(phys_addr_t start, phys_addr_t last)
{
	const struct boot_request *req;

	boot_for_each_request(req)
		if (req->live && req->start <= last && req->last >= start)
			return (struct boot_request *)req;
	return NULL;
}

/* Where from @pfn on the answer to "which live request is here?" stays the same. */
static const struct boot_request *frame_in_use(pfn_t pfn, pfn_t *end)
{
	const struct boot_request *req, *found = NULL;

	boot_for_each_request(req) {
		pfn_t start = phys_to_pfn(req->start), stop = phys_to_pfn(req->last) + 1;

		if (!req->live || stop <= pfn)
			continue;
		if (start > pfn) {
			*end = min(*end, start);
		} else if (!found) {
			*end = min(*end, stop);
			found = req;
		}
	}
	return found;
}

bool boot_extent_at(pfn_t pfn, struct boot_extent *x)
{
	const struct e820_range *range = e820_find(&e820, pfn, &x->end);
	const struct boot_request *req;

	x->start = pfn;
	x->ram = range && range->type == E820_RAM;
	x->caller = 0;
	if (!x->ram) {
		x->why = e820_type_name(range ? range->type : E820_HOLE);
		return true;
	}
	req = frame_in_use(pfn, &x->end);
	x->why = !req ? NULL : req->kind == BOOT_ALLOC ? "early" : req->why;
	if (req)
		x->caller = req->caller;
	return req;
}

/* What a request is called in a sentence. */
static const char *request_name(const struct boot_request *req)
{
	unsigned long offset;
	const char *symbol;

	if (req->kind == BOOT_RESERVE)
		return req->why;
	symbol = ksym_name(req->caller, &offset);
	return symbol ? symbol : "early memory";
}

/* Record a reservation; panics when it lies over something. */
static struct boot_request *record_reserve(phys_addr_t start, phys_addr_t last, const char *why)
{
	const struct boot_request *other = in_use(start, last);
	struct boot_request *req;

	if (other)
		panic("The bytes [0x%08x, 0x%08x] of \"%s\" lie over [0x%08x, 0x%08x] of \"%s\".",
		      start, last, why, other->start, other->last, request_name(other));
	req = record(BOOT_RESERVE, 0);
	if (!req)
		panic("There is no room to record one more reservation after %lu requests (\"%s\").",
		      boot_requests(), why);
	req->live = true;
	req->start = start;
	req->last = last;
	req->size = last - start + 1;
	req->why = why;
	return req;
}

/* --- bootmem as an engine -------------------------------------------------------------------- */

static void bootmem_engine_init(void)
{
	const struct e820_range *r;

	e820_for_each_ram(r, &e820)
		if (r->start < vm_layout.max_low_pfn)
			bootmem_free_frames(&boot_bootmem, r->start,
					    min(r->end, vm_layout.max_low_pfn));
}

static phys_addr_t bootmem_engine_alloc(size_t size, size_t align, phys_addr_t goal,
					phys_addr_t limit)
{
	return bootmem_alloc(&boot_bootmem, size, align, goal, limit);
}

static void bootmem_engine_reserve(phys_addr_t start, phys_addr_t last)
{
	pfn_t end = min(phys_to_pfn(last) + 1, vm_layout.max_low_pfn);

	if (phys_to_pfn(start) < end)
		bootmem_reserve_frames(&boot_bootmem, phys_to_pfn(start), end, BOOTMEM_DEFAULT);
}

/* The bitmap knows frames only: those that another live request also touches stay taken. */
static void bootmem_engine_free(phys_addr_t start, phys_addr_t last)
{
	pfn_t first = phys_to_pfn(start), end = phys_to_pfn(last) + 1, until = end;

	if (frame_in_use(first, &until))
		first++;
	if (first < end && frame_in_use(end - 1, &until))
		end--;
	bootmem_free_frames(&boot_bootmem, first, end);
}

/* HIGHMEM has no bitmap: there, what map and record leave is free. */
static pfn_t bootmem_engine_next_free(pfn_t from, pfn_t *end)
{
	struct boot_extent x = { .end = max(from, vm_layout.max_low_pfn) };
	pfn_t start;

	if (from < vm_layout.max_low_pfn) {
		start = bootmem_next_free(&boot_bootmem, from, end);
		if (start < vm_layout.max_low_pfn)
			return start;
	}
	while (x.end < vm_layout.max_pfn) {
		if (!boot_extent_at(x.end, &x)) {
			*end = x.end;
			return x.start;
		}
	}
	*end = vm_layout.max_pfn;
	return vm_layout.max_pfn;
}

static unsigned long bootmem_engine_steps(void)
{
	return boot_bootmem.steps;
}

static unsigned long bootmem_engine_hand_over(void)
{
	unsigned long frames = 0;
	pfn_t start, end = vm_layout.max_low_pfn;

	while ((start = bootmem_engine_next_free(end, &end)) < vm_layout.max_pfn) {
		bootmem_give_run(start, end, free_pages_bootmem);
		frames += end - start;
	}
	return frames + free_all_bootmem();
}

static const struct boot_engine bootmem_engine = {
	.name = "bootmem",
	.init = bootmem_engine_init,
	.alloc = bootmem_engine_alloc,
	.reserve = bootmem_engine_reserve,
	.free = bootmem_engine_free,
	.next_free = bootmem_engine_next_free,
	.steps = bootmem_engine_steps,
	.hand_over = bootmem_engine_hand_over,
	.check = bootmem_check,
};

const char *bootalloc_name(void)
{
	return serving->name;
}

/* --- requests -------------------------------------------------------------------------------- */

static void *serve(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit,
		   unsigned long caller)
{
	struct boot_request *req;
	u64 cycles;

	BUG_ON(!open || !size || (align & (align - 1)));
	req = record(BOOT_ALLOC, caller);
	if (!req)
		return NULL;
	limit = min_not_zero(limit, arch_boot_mapped_end());
	req->size = size;
	req->align = align ? align : SMP_CACHE_BYTES;
	req->goal = goal;
	req->limit = min(limit, pfn_to_phys(vm_layout.max_low_pfn));
	req->steps = serving->steps();
	cycles = arch_cycles();
	req->start = serving->alloc(size, req->align, goal, req->limit);
	req->cycles = arch_cycles() - cycles;
	req->steps = serving->steps() - req->steps;
	if (req->start == BOOTMEM_NONE) {
		req->last = BOOTMEM_NONE;
		return NULL;
	}
	req->last = req->start + size - 1;
	req->live = true;
	return memset(__va(req->start), 0, size);
}

void *boot_alloc_nopanic(size_t size, size_t align, phys_addr_t goal, phys_addr_t limit)
{
	return serve(size, align, goal, limit, (unsigned long)__builtin_return_address(0));
}

void *boot_alloc(size_t size, size_t align)
{
	unsigned long caller = (unsigned long)__builtin_return_address(0), offset;
	void *p = serve(size, align, BOOTMEM_GOAL, 0, caller);
	const char *symbol = ksym_name(caller, &offset);

	if (!p)
		panic("Early memory has no %zu bytes aligned to %zu for %s (%lu requests so far, %lu KiB of RAM).",
		      size, align, symbol ? symbol : "its caller", boot_requests(),
		      kib(e820_ram_frames(&e820, 0, E820_PFN_END)));
	return p;
}

void boot_free(void *p, size_t size)
{
	phys_addr_t start = __pa(p), last = start + size - 1;
	struct boot_request *was, *req;

	BUG_ON(!open || !size);
	was = in_use(start, last);
	BUG_ON(!was || was->kind != BOOT_ALLOC || was->start != start || was->last != last);
	req = record(BOOT_FREE, (unsigned long)__builtin_return_address(0));
	if (req) {
		req->start = start;
		req->last = last;
		req->size = size;
	}
	was->live = false;
	serving->free(start, last);
}

void boot_reserve(phys_addr_t start, phys_addr_t end, const char *why)
{
	BUG_ON(!open || start == end || start > end - 1);
	record_reserve(start, end - 1, why);
	serving->reserve(start, end - 1);
}

int boot_release(phys_addr_t start, phys_addr_t end)
{
	struct boot_request *req;
	const struct boot_request *all;

	BUG_ON(open || start > end - 1);
	boot_for_each_request(all)
		if (all->live && all->start <= end - 1 && all->last >= start &&
		    (all->start < start || all->last > end - 1))
			return -EINVAL;
	if (!in_use(start, end - 1))
		return -EINVAL;
	while ((req = in_use(start, end - 1)))
		req->live = false;
	return 0;
}

/* --- layout ---------------------------------------------------------------------------------- */

#define VMALLOC_TOP	(FIXADDR_START - 2 * PAGE_SIZE)		/* two guard pages, layout.h */
#define BORDER_ALIGN	SZ_4M		/* a page directory entry, and the largest buddy block */

static u64 highmem_option __initdata, vmalloc_option __initdata;

static int __init parse_size(const char *value, u64 *size)
{
	char *rest;
	u64 bytes = memparse(value, &rest);

	if (!bytes || bytes >= SZ_2G || *rest)
		return -EINVAL;
	*size = bytes;
	return 0;
}

static int __init set_highmem(const char *value)
{
	return parse_size(value, &highmem_option);
}
early_param("highmem", set_highmem);

static int __init set_vmalloc(const char *value)
{
	return parse_size(value, &vmalloc_option);
}
early_param("vmalloc", set_vmalloc);

/* The end of lowmem by addresses alone: the windows behind it must hold what vmalloc= asks for. */
static pfn_t __init lowmem_border(void)
{
	u64 room = VMALLOC_TOP - PAGE_OFFSET - VMALLOC_OFFSET - LAST_PKMAP * PAGE_SIZE;

	if (vmalloc_option >= room)
		return 0;
	room = min(room - vmalloc_option, (u64)LOWMEM_MAX);
	return round_down(room, BORDER_ALIGN) >> PAGE_SHIFT;
}

/* No option may leave less: mem_map and its page tables must fit, and what boot takes besides. */
static pfn_t __init lowmem_least(pfn_t max_pfn)
{
	return phys_to_pfn(round_up(SZ_8M + max_pfn * sizeof(struct page), BORDER_ALIGN));
}

/* Split the frames into lowmem and HIGHMEM, as the command line wishes where it can be had. */
static void __init split_frames(void)
{
	pfn_t max_pfn, least, border, wish = lowmem_border(), high = highmem_option >> PAGE_SHIFT;

	e820_limit(&e820, E820_PFN_END - 1);	/* the end of the last frame is no 32-bit address */
	max_pfn = e820_ram_end(&e820);
	least = lowmem_least(max_pfn);
	border = max(wish, least);
	if (high && border < max_pfn && high < max_pfn - border) {
		e820_limit(&e820, border + high);
		pr_info("bootalloc: highmem= leaves %lu KiB of RAM unused\n",
			kib(max_pfn - e820_ram_end(&e820)));
		max_pfn = e820_ram_end(&e820);
	} else if (high) {
		wish = max_pfn < high ? 0 : round_down(max_pfn - high, BORDER_ALIGN / PAGE_SIZE);
		border = max(wish, least);
	}
	if (wish < least)
		pr_warn("bootalloc: highmem= or vmalloc= asks for too much: lowmem keeps %lu KiB\n",
			kib(min(border, max_pfn)));
	vm_layout.max_pfn = max_pfn;
	vm_layout.max_low_pfn = min(border, max_pfn);
}

static void __init set_layout(void)
{
	split_frames();
	vm_layout.high_memory = PAGE_OFFSET + pfn_to_phys(vm_layout.max_low_pfn);
	vm_layout.vmalloc_start = round_up(vm_layout.high_memory + VMALLOC_OFFSET, BORDER_ALIGN);
	vm_layout.vmalloc_end = VMALLOC_TOP;
	vm_layout.pkmap_base = 0;
	if (vm_layout.max_pfn > vm_layout.max_low_pfn) {
		vm_layout.pkmap_base = vm_layout.vmalloc_start;
		vm_layout.vmalloc_start += LAST_PKMAP * PAGE_SIZE;
	}
}

/* --- checks ---------------------------------------------------------------------------------- */

/* The first frame that is free for the serving allocator but not by map and record, or the other
 * way round; max_pfn when there is none. */
static pfn_t first_difference(void)
{
	struct boot_extent x;
	pfn_t free, end;

	for (pfn_t pfn = 0; pfn < vm_layout.max_pfn; pfn = x.end) {
		boot_extent_at(pfn, &x);
		x.end = min(x.end, vm_layout.max_pfn);
		free = serving->next_free(pfn, &end);
		if (x.why && free < x.end)
			return free;
		if (!x.why && free > pfn)
			return pfn;
		if (!x.why)
			x.end = min(x.end, end);
	}
	return vm_layout.max_pfn;
}

static bool requests_overlap(void)
{
	const struct boot_request *a, *b;

	boot_for_each_request(a)
		for (b = boot_request_next(a); b; b = boot_request_next(b))
			if (a->live && b->live && a->start <= b->last && b->start <= a->last)
				return true;
	return false;
}

int bootalloc_check(void)
{
	if (requests_overlap())
		return 1;
	if (open && serving->check())
		return 2;
	if (open && first_difference() < vm_layout.max_pfn)
		return 3;
	return 0;
}

/* --- the stage ------------------------------------------------------------------------------- */

static struct boot_request *bitmap_request;

/* The first gap of mapped lowmem that has @frames frames which nobody reserved. */
static pfn_t __init find_gap(unsigned long frames)
{
	pfn_t end = min(phys_to_pfn(arch_boot_mapped_end()), vm_layout.max_low_pfn);
	struct boot_extent x = { .end = 0 };

	while (x.end < end)
		if (!boot_extent_at(x.end, &x) && min(x.end, end) >= x.start + frames)
			return x.start;
	panic("The bitmap of boot memory needs %lu KiB in one piece below %lu MiB: there is no such gap.",
	      kib(frames), end / (SZ_1M / PAGE_SIZE));
}

static void __init place_bitmap(void)
{
	unsigned long frames = bootmem_bootmap_pages(vm_layout.max_low_pfn);
	pfn_t start = find_gap(frames);

	bitmap_request = record_reserve(pfn_to_phys(start), pfn_to_phys(start + frames) - 1,
					"bootmem bitmap");
	init_bootmem(start, vm_layout.max_low_pfn);
}

static void __init reserve_range(phys_addr_t start, phys_addr_t end, const char *why)
{
	if (start != end)
		record_reserve(start, end - 1, why);
}

void __init bootalloc_init(void)
{
	const struct boot_request *req;
	struct boot_extent x;

	set_layout();
	arch_for_each_reserved(reserve_range);
	if (!boot_extent_at(0, &x))
		reserve_range(0, PAGE_SIZE, "page 0");
	place_bitmap();
	serving = &bootmem_engine;
	serving->init();
	boot_for_each_request(req)
		serving->reserve(req->start, req->last);
	open = true;
	pr_info("bootalloc: %s serves %lu KiB of lowmem, %lu KiB of them free; %lu KiB of HIGHMEM\n",
		serving->name, kib(e820_ram_frames(&e820, 0, vm_layout.max_low_pfn)),
		kib(boot_bootmem.nr_free),
		kib(e820_ram_frames(&e820, vm_layout.max_low_pfn, vm_layout.max_pfn)));
}

unsigned long bootalloc_hand_over(void)
{
	pfn_t pfn = first_difference(), end;
	struct boot_extent x;
	unsigned long frames;

	BUG_ON(!open);
	if (pfn < vm_layout.max_pfn) {
		boot_extent_at(pfn, &x);
		panic("Frame %lu is %s for %s, but by map and record it is %s%s.", pfn,
		      serving->next_free(pfn, &end) == pfn ? "free" : "taken", serving->name,
		      x.why ? "kept as " : "free", x.why ? x.why : "");
	}
	open = false;
	frames = serving->hand_over();
	bitmap_request->live = false;
	pr_info("bootalloc: %lu KiB handed over after %lu requests (%lu not recorded)\n",
		kib(frames), boot_requests(), boot_requests_lost());
	return frames;
}
