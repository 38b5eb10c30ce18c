/* SPDX-License-Identifier: MIT */
/*
 * kernel/memtest.c - `memtest` and memtest=: every frame that can be taken, and most that cannot
 *
 *   free lists  --alloc_pages-->  blocks: | 4 MiB | 4 MiB | ... | 8 KiB | 4 KiB |    sweep, sweep, sweep
 *                                 HIGHMEM through a kmap_local slot; the watermarks count as 0 meanwhile
 *   in use      slab, vmalloc, mem_map ...: saved, tested, put back, one frame at a time, IRQs off
 *   the rest    the image, page tables, firmware's memory: the CPU uses them all the time, not tested
 *
 * A sweep goes over all of memory and checks or writes each word (kernel/memtest_frame.c); a test is a
 * row of sweeps with all of memory between writing a word and looking at it. What is wrong is collected:
 *
 *   bad[]     ranges of frames, sorted, merged        -> PAGE_BAD at the end, and the memmap= line
 *   part[]    32 equal parts of the address space     -> which DIMM
 *   bits      OR of all wrong bits
 *
 * Source: van de Goor, "Testing Semiconductor Memories" (march tests, moving inversions).
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/memtest.h>
#include <kernel/monitor.h>
#include <kernel/time.h>
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/list.h>
#include <lib/math64.h>
#include <lib/string.h>
#include <mm/gfp.h>
#include <mm/highmem.h>

#define BAD_MAX		16u	/* ranges; beyond that neighbours are merged */
#define LINES_MAX	10u	/* errors printed one by one */
#define PARTS		32u
#define PART_SHIFT	27	/* 4 GiB / 32 = 128 MiB */
#define FADE_SECONDS	3u
#define BAR		20u
#define TAKE		(__GFP_HIGHMEM | __GFP_NOWARN | __GFP_NORETRY)

static struct list_head blocks;
static unsigned long nr_frames;		/* in blocks */
static u64 swept, to_sweep;		/* frames of this test, for the bar */
static u64 bytes_swept;			/* of all tests, for the speed */
static unsigned int shown;
static bool stopped;
static const char *test_name = "";
static unsigned int seed = 1;

static struct bad_range { pfn_t start, end; } bad[BAD_MAX + 1];
static unsigned int nr_bad;
static unsigned long nr_errors, part[PARTS];
static u32 bits;

/* --- what is wrong --------------------------------------------------------------------------- */

static void remove_range(unsigned int i)
{
	nr_bad--;
	memmove(&bad[i], &bad[i + 1], (nr_bad - i) * sizeof(bad[0]));
}

/* With one range too many, the two with the smallest gap become one. */
static void merge_nearest(void)
{
	unsigned int best = 0;

	for (unsigned int i = 1; i + 1 < nr_bad; i++)
		if (bad[i + 1].start - bad[i].end < bad[best + 1].start - bad[best].end)
			best = i;
	bad[best].end = bad[best + 1].end;
	remove_range(best + 1);
}

static void note_bad_frame(pfn_t pfn)
{
	unsigned int i = 0;

	while (i < nr_bad && bad[i].end < pfn)
		i++;
	if (i < nr_bad && pfn >= bad[i].start && pfn < bad[i].end)
		return;
	if (i < nr_bad && pfn == bad[i].end) {
		bad[i].end++;
		if (i + 1 < nr_bad && bad[i + 1].start == bad[i].end) {
			bad[i].end = bad[i + 1].end;
			remove_range(i + 1);
		}
	} else if (i < nr_bad && pfn + 1 == bad[i].start) {
		bad[i].start--;
	} else {
		memmove(&bad[i + 1], &bad[i], (nr_bad - i) * sizeof(bad[0]));
		bad[i] = (struct bad_range){ pfn, pfn + 1 };
		if (++nr_bad > BAD_MAX)
			merge_nearest();
	}
}

static void note_error(phys_addr_t pa, u32 want, u32 got)
{
	if (nr_errors++ < LINES_MAX)
		console_printf("\r%s: address %08x: wanted %08x, got %08x, wrong bits %08x\033[K\n",
			       test_name, pa, want, got, want ^ got);
	bits |= want ^ got;
	part[pa >> PART_SHIFT]++;
	note_bad_frame(phys_to_pfn(pa));
}

/* --- sweeps ---------------------------------------------------------------------------------- */

static void show_bar(void)
{
	unsigned int percent = to_sweep ? div64_u64(swept * 100, to_sweep) : 100;

	if (percent == shown)
		return;
	shown = percent;
	console_printf("\r%-18s [", test_name);
	for (unsigned int i = 0; i < BAR; i++)
		console_write(i * 100 < percent * BAR ? "#" : " ", 1);
	console_printf("] %3u %%", percent);
	if (console_poll() >= 0)
		stopped = true;
}

static void sweep_block(const struct memtest_sweep *s, struct page *block)
{
	unsigned long frames = 1UL << page_block_order(block);

	for (unsigned long i = 0; i < frames; i++) {
		struct page *page = block + (s->down ? frames - 1 - i : i);
		u32 *words = kmap_local_page(page);

		memtest_frame(s, words, page_to_phys(page), note_error);
		kunmap_local(words);
	}
	swept += frames;
	bytes_swept += (u64)frames * PAGE_SIZE * (s->check + s->fill);
	show_bar();
}

/* Between two sweeps all of memory holds a pattern: here tests/memtest_faults.py breaks it. */
static noinline void memtest_swept(void)
{
	barrier();
}

static void sweep(const struct memtest_sweep *s)
{
	struct page *block;

	if (s->down) {
		list_for_each_entry_reverse(block, &blocks, list)
			if (!stopped)
				sweep_block(s, block);
	} else {
		list_for_each_entry(block, &blocks, list)
			if (!stopped)
				sweep_block(s, block);
	}
	memtest_swept();
}

/* --- tests ----------------------------------------------------------------------------------- */

/* Write v; up: v becomes ~v; down: ~v becomes v; check. 4 sweeps. */
static void moving_inversion(u32 v)
{
	sweep(&(struct memtest_sweep){ .fill = true, .next = v });
	sweep(&(struct memtest_sweep){ .check = true, .value = v, .fill = true, .next = ~v });
	sweep(&(struct memtest_sweep){ .check = true, .value = ~v, .fill = true, .next = v,
				       .down = true });
	sweep(&(struct memtest_sweep){ .check = true, .value = v });
}

static void test_address(void)
{
	for (u32 mask = 0; mask + 1 < 2; mask--) {	/* 0, then all ones */
		sweep(&(struct memtest_sweep){ SWEEP_ADDRESS, .value = mask, .fill = true });
		sweep(&(struct memtest_sweep){ SWEEP_ADDRESS, .value = mask, .check = true });
	}
}

static void test_walking(void)
{
	for (u32 bit = 1; bit; bit <<= 1) {
		sweep(&(struct memtest_sweep){ .fill = true, .next = bit });
		sweep(&(struct memtest_sweep){ .check = true, .value = bit, .fill = true,
					       .next = ~bit });
		sweep(&(struct memtest_sweep){ .check = true, .value = ~bit });
	}
}

static void test_inversions(void)
{
	moving_inversion(0);
	moving_inversion(0x55555555);
	moving_inversion(0x0F0F0F0F);
}

static void test_modulo(void)
{
	for (unsigned int offset = 0; offset < MEMTEST_MODULO; offset++) {
		sweep(&(struct memtest_sweep){ SWEEP_MODULO, 0, offset, .fill = true });
		sweep(&(struct memtest_sweep){ SWEEP_MODULO, 0, offset, .check = true });
	}
}

static void test_random(void)
{
	sweep(&(struct memtest_sweep){ SWEEP_RANDOM, seed, .fill = true });
	sweep(&(struct memtest_sweep){ SWEEP_RANDOM, seed, .check = true });
	seed = seed * 69069 + 1;	/* Source: Knuth, TAOCP vol. 2, "Spectral Test" */
}

static void test_fade(void)
{
	for (u32 v = 0; v + 1 < 2; v--) {		/* 0, then all ones */
		sweep(&(struct memtest_sweep){ .fill = true, .next = v });
		for (unsigned int i = 0; i < FADE_SECONDS * 10 && !stopped; i++)
			mdelay(100);
		sweep(&(struct memtest_sweep){ .check = true, .value = v });
	}
}

static const struct {
	const char *name;
	void (*run)(void);
	unsigned int sweeps;
} tests[] = {
	{ "address", test_address, 4 },
	{ "walking", test_walking, 96 },
	{ "inversions", test_inversions, 12 },
	{ "modulo-20", test_modulo, 2 * MEMTEST_MODULO },
	{ "random", test_random, 2 },
	{ "fade", test_fade, 4 },
};

static void run_test(unsigned int i)
{
	u64 start = ktime_get_ns(), bytes = bytes_swept, us;
	unsigned long errors = nr_errors;

	test_name = tests[i].name;
	swept = 0;
	to_sweep = (u64)nr_frames * tests[i].sweeps;
	shown = ~0u;
	tests[i].run();
	us = div_u64(ktime_get_ns() - start, NSEC_PER_USEC);
	console_printf("\r%-18s %lu errors, %llu MB in %llu ms, %llu MB/s\033[K\n", test_name,
		       nr_errors - errors, div_u64(bytes_swept - bytes, 1000000), div_u64(us, 1000),
		       div64_u64(bytes_swept - bytes, us + !us));
}

/* --- taking memory and giving it back -------------------------------------------------------- */

/* Every free frame, the largest blocks first. The watermarks are put out of the way meanwhile. */
static void take_frames(void)
{
	struct zone_marks {
		unsigned long watermark[NR_WMARK], reserve[MAX_NR_ZONES], low[MAX_NR_ZONES];
	} kept[MAX_NR_ZONES];
	struct page *page;

	INIT_LIST_HEAD(&blocks);
	nr_frames = 0;
	drain_all_pages();
	for (unsigned int z = 0; z < MAX_NR_ZONES; z++) {
		memcpy(kept[z].watermark, zones[z].watermark, sizeof(kept[z].watermark));
		memcpy(kept[z].reserve, zones[z].lowmem_reserve, sizeof(kept[z].reserve));
		memcpy(kept[z].low, zones[z].low_mark, sizeof(kept[z].low));
		memset(zones[z].watermark, 0, sizeof(zones[z].watermark));
		memset(zones[z].lowmem_reserve, 0, sizeof(zones[z].lowmem_reserve));
		memset(zones[z].low_mark, 0, sizeof(zones[z].low_mark));
	}
	for (unsigned int order = MAX_ORDER; order-- > 0; ) {
		while ((page = alloc_pages(TAKE, order))) {
			page_set_owner(page, PAGE_OWNER_TEST);
			list_add(&page->list, &blocks);
			nr_frames += 1UL << order;
		}
	}
	for (unsigned int z = 0; z < MAX_NR_ZONES; z++) {
		memcpy(zones[z].watermark, kept[z].watermark, sizeof(kept[z].watermark));
		memcpy(zones[z].lowmem_reserve, kept[z].reserve, sizeof(kept[z].reserve));
		memcpy(zones[z].low_mark, kept[z].low, sizeof(kept[z].low));
	}
}

static bool is_bad(pfn_t pfn)
{
	for (unsigned int i = 0; i < nr_bad; i++)
		if (pfn >= bad[i].start && pfn < bad[i].end)
			return true;
	return false;
}

/* Give a block back without its bad frames. Return: how many of them were kept. */
static unsigned long give_block(struct page *block)
{
	unsigned int order = page_block_order(block);
	pfn_t pfn = page_to_pfn(block), end = pfn + (1UL << order);
	unsigned long kept = 0;

	for (pfn_t p = pfn; p < end; p++)
		kept += is_bad(p);
	if (!kept) {
		__free_pages(block, order);
		return 0;
	}
	split_page(block, order);
	for (pfn_t p = pfn; p < end; p++) {
		if (is_bad(p))
			page_set_aside(pfn_to_page(p));
		else
			__free_page(pfn_to_page(p));
	}
	return kept;
}

static unsigned long give_frames(void)
{
	struct page *block, *next;
	unsigned long kept = 0;

	list_for_each_entry_safe(block, next, &blocks, list)
		kept += give_block(block);
	return kept;
}

/* --- frames in use --------------------------------------------------------------------------- */

/* May the bytes of this block be away for a moment, with interrupts off? */
static bool can_be_tested_in_place(const struct page *block)
{
	pfn_t pfn = page_to_pfn(block);

	if (page_is_used(block))
		return block->owner != PAGE_OWNER_PAGETABLE && block->owner != PAGE_OWNER_STACK &&
		       block->owner != PAGE_OWNER_TEST;
	return block->state == PAGE_RESERVED && pfn >= PFN_UP(__pa(mem_map)) &&
	       pfn < PFN_DOWN(__pa(mem_map + mem_map_end));
}

static void test_in_place(struct page *page, u32 *copy)
{
	static const u32 patterns[] = { 0, ~0u, 0x55555555, 0xAAAAAAAA };
	u32 *words = kmap_local_page(page);
	phys_addr_t pa = page_to_phys(page);
	unsigned long irq = arch_irq_save();

	memcpy(copy, words, PAGE_SIZE);
	for (unsigned int i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct memtest_sweep fill = { .fill = true, .next = patterns[i] };
		struct memtest_sweep check = { .check = true, .value = patterns[i] };

		memtest_frame(&fill, words, pa, note_error);
		memtest_frame(&check, words, pa, note_error);
	}
	memtest_frame(&(struct memtest_sweep){ SWEEP_RANDOM, seed, .fill = true }, words, pa, note_error);
	memtest_frame(&(struct memtest_sweep){ SWEEP_RANDOM, seed, .check = true }, words, pa, note_error);
	memcpy(words, copy, PAGE_SIZE);
	arch_irq_restore(irq);
	kunmap_local(words);
}

/* Return: frames tested; *@left: RAM frames that were not. */
static unsigned long test_frames_in_use(u32 *copy, unsigned long *left)
{
	unsigned long done = 0;
	pfn_t next;

	*left = 0;
	test_name = "in place";
	for (pfn_t pfn = 0; pfn < mem_map_end; pfn = next) {
		struct page *block = pfn_to_page(pfn);

		next = pfn + (1UL << page_block_order(block));
		if (block->owner == PAGE_OWNER_TEST || block->state == PAGE_HOLE)
			continue;
		if (!can_be_tested_in_place(block)) {
			*left += next - pfn;
			continue;
		}
		for (; pfn < next; pfn++, done++)
			test_in_place(pfn_to_page(pfn), copy);
	}
	return done;
}

/* --- the whole ------------------------------------------------------------------------------- */

static unsigned long kib(unsigned long frames)
{
	return frames * (PAGE_SIZE / 1024);
}

static void summary(unsigned long kept)
{
	if (!nr_errors) {
		console_printf("memtest: no errors\n");
		return;
	}
	console_printf("memtest: %lu errors, wrong bits %08x, %lu KiB set aside\n", nr_errors, bits,
		       kib(kept));
	for (unsigned int i = 0; i < PARTS; i++)
		if (part[i])
			console_printf("  %4u to %4u MiB: %lu errors\n", i << (PART_SHIFT - 20),
				       (i + 1) << (PART_SHIFT - 20), part[i]);
	console_printf("For the kernel's command line (in grub.cfg with \\ before each $):\n  memmap=");
	for (unsigned int i = 0; i < nr_bad; i++)
		console_printf("%s%luK$0x%08lx", i ? "," : "", kib(bad[i].end - bad[i].start),
			       bad[i].start << PAGE_SHIFT);
	console_printf("\nFor GRUB:\n  badram ");
	for (unsigned int i = 0; i < nr_bad; i++)
		for (pfn_t pfn = bad[i].start, size; pfn < bad[i].end; pfn += size) {
			for (size = 1; !(pfn & size) && pfn + 2 * size <= bad[i].end; )
				size *= 2;
			console_printf("%s0x%08lx,0x%08lx", i || pfn != bad[i].start ? "," : "",
				       pfn << PAGE_SHIFT, -(size << PAGE_SHIFT));
		}
	console_printf("\n");
}

/* @chosen: bit i for tests[i]. Return: 0, or -EIO when something is wrong with the memory. */
static int memtest(unsigned int passes, unsigned int chosen)
{
	u32 *copy = (u32 *)__get_free_page(GFP_KERNEL);
	unsigned long in_place, left;

	if (!copy)
		return -ENOMEM;
	nr_errors = nr_bad = bits = 0;
	bytes_swept = 0;
	stopped = false;
	memset(part, 0, sizeof(part));
	page_set_owner(virt_to_page(copy), PAGE_OWNER_TEST);
	take_frames();
	console_printf("memtest: %lu KiB of free memory, seed %u; a key stops it\n", kib(nr_frames), seed);
	for (unsigned int pass = 0; pass < passes && !stopped; pass++)
		for (unsigned int i = 0; i < ARRAY_SIZE(tests) && !stopped; i++)
			if (chosen & 1u << i)
				run_test(i);
	in_place = test_frames_in_use(copy, &left);
	console_printf("memtest: %lu KiB in use tested in place; %lu KiB not tested: the image, page "
		       "tables, boot's records, firmware\n", kib(in_place), kib(left));
	summary(give_frames());
	free_page((unsigned long)copy);
	return nr_errors ? -EIO : 0;
}

static int cmd_memtest(int argc, char **argv)
{
	unsigned int passes = 1, chosen = 0, i;

	for (int arg = 1; arg < argc; arg++) {
		for (i = 0; i < ARRAY_SIZE(tests) && strcmp(argv[arg], tests[i].name); i++)
			;
		if (i < ARRAY_SIZE(tests))
			chosen |= 1u << i;
		else if (arg > 1 || kstrtouint(argv[arg], 0, &passes) || !passes)
			return -EINVAL;
	}
	return memtest(passes, chosen ? chosen : (1u << ARRAY_SIZE(tests)) - 1);
}
MONITOR_COMMAND(memtest, "[PASSES] [TEST...]",
		"test RAM: address walking inversions modulo-20 random fade", cmd_memtest);

static unsigned int passes_at_boot;

static int set_memtest(const char *value)
{
	passes_at_boot = 1;
	return *value ? kstrtouint(value, 0, &passes_at_boot) : 0;
}
early_param("memtest", set_memtest);

void memtest_boot(void)
{
	if (passes_at_boot)
		memtest(passes_at_boot, (1u << ARRAY_SIZE(tests)) - 1);
}
