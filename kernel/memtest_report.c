/* SPDX-License-Identifier: MIT */
/*
 * kernel/memtest_report.c - what a memory test has found
 *
 *   errors  -->  LINES_MAX lines: address, expected, got, bits
 *           -->  bits      OR of all wrong ones: which chip of a module
 *           -->  part[]    PARTS equal parts of the machine's RAM, 1 MiB or more each: which module
 *           -->  bad[]     ranges of frames -> set aside, memmap= for this kernel, badram for GRUB
 *
 * R1  bad[] is sorted, and between two ranges there is at least one good frame
 *
 * 1 MiB is the least that a board could be extended by: four SIMMs of 256 KiB, one byte wide each.
 */
#include <kernel/console.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/layout.h>
#include "memtest.h"

#define BAD_MAX		16u	/* ranges; with more, the nearest become one */
#define LINES_MAX	10u	/* errors printed one by one */
#define PARTS		32u
#define PART_SHIFT_MIN	20	/* 1 MiB */

static struct bad_range { pfn_t start, end; } bad[BAD_MAX + 1];
static unsigned int nr_bad;
static unsigned long nr_errors, nr_lines, part[PARTS];
static unsigned int part_shift;
static u32 bits;

void memtest_report_begin(void)
{
	nr_errors = nr_lines = nr_bad = bits = 0;
	memset(part, 0, sizeof(part));
	for (part_shift = PART_SHIFT_MIN; vm_layout.max_pfn > PARTS << (part_shift - PAGE_SHIFT); )
		part_shift++;
}

unsigned long memtest_nr_errors(void)
{
	return nr_errors;
}

bool memtest_is_bad(pfn_t pfn)
{
	for (unsigned int i = 0; i < nr_bad; i++)
		if (pfn >= bad[i].start && pfn < bad[i].end)
			return true;
	return false;
}

/* With one range too many, the two with the smallest gap become one. */
static void merge_nearest(void)
{
	unsigned int best = 0;

	for (unsigned int i = 1; i + 1 < nr_bad; i++)
		if (bad[i + 1].start - bad[i].end < bad[best + 1].start - bad[best].end)
			best = i;
	bad[best].end = bad[best + 1].end;
	nr_bad--;
	memmove(&bad[best + 1], &bad[best + 2], (nr_bad - best - 1) * sizeof(bad[0]));
}

/* Put [start, end) into its place; ranges i to j - 1 that it touches become part of it. */
static void note_bad(pfn_t start, pfn_t end)
{
	unsigned int i = 0, j;

	while (i < nr_bad && bad[i].end < start)
		i++;
	for (j = i; j < nr_bad && bad[j].start <= end; j++) {
		start = min(start, bad[j].start);
		end = max(end, bad[j].end);
	}
	memmove(&bad[i + 1], &bad[j], (nr_bad - j) * sizeof(bad[0]));
	bad[i] = (struct bad_range){ start, end };
	nr_bad = nr_bad + 1 - (j - i);
	if (nr_bad > BAD_MAX)
		merge_nearest();
}

void memtest_report(struct memtest_log *log, const char *name)
{
	for (const struct memtest_error *e = log->error; e < log->error + log->nr; e++) {
		if (nr_lines++ < LINES_MAX)
			console_printf("\r%s: address %08x: wanted %08x, got %08x, wrong bits %08x, "
				       "%u words\033[K\n", name, e->pa, e->want, e->got, e->bits,
				       e->words);
		nr_errors += e->words;
		bits |= e->bits;
		part[min(e->pa >> part_shift, PARTS - 1)] += e->words;
		note_bad(phys_to_pfn(e->low), phys_to_pfn(e->high) + 1);
	}
	log->nr = 0;
}

/* --- the end --------------------------------------------------------------------------------- */

static unsigned long kib(unsigned long frames)
{
	return frames * (PAGE_SIZE / 1024);
}

/* The part of a bad range below the kernel's image, in it, or above: false when there is none. */
enum place { BELOW_IMAGE, IN_IMAGE, ABOVE_IMAGE };

static bool part_of(const struct bad_range *range, enum place place, struct bad_range *cut)
{
	pfn_t from[] = { 0, PFN_DOWN(KERNEL_PHYS_BASE), PFN_UP(arch_image_end()), ~0ul };

	cut->start = max(range->start, from[place]);
	cut->end = min(range->end, from[place + 1]);
	return cut->start < cut->end;
}

static unsigned long bad_in_image(void)
{
	struct bad_range cut;
	unsigned long frames = 0;

	for (unsigned int i = 0; i < nr_bad; i++)
		if (part_of(&bad[i], IN_IMAGE, &cut))
			frames += cut.end - cut.start;
	return frames;
}

/* Bad frames that nobody could set aside: somebody has them. */
static unsigned long bad_in_use(void)
{
	unsigned long frames = 0;

	for (unsigned int i = 0; i < nr_bad; i++)
		for (pfn_t pfn = bad[i].start; pfn < bad[i].end; pfn++)
			frames += page_block(pfn)->state != PAGE_BAD;
	return frames;
}

static void print_parts(void)
{
	unsigned int shift = part_shift - PART_SHIFT_MIN;

	for (unsigned int i = 0; i < PARTS; i++)
		if (part[i])
			console_printf("  %4u to %4u MiB: %lu errors\n", i << shift, (i + 1) << shift,
				       part[i]);
}

static void print_memmap(const struct bad_range *range, const char *separator)
{
	console_printf("%s%luK$0x%08lx", separator, kib(range->end - range->start),
		       range->start << PAGE_SHIFT);
}

/* A range as the fewest blocks that are a power of two and start at a multiple of it. */
static void print_badram(const struct bad_range *range, const char *separator)
{
	for (pfn_t pfn = range->start, size; pfn < range->end; pfn += size) {
		for (size = 1; !(pfn & size) && pfn + 2 * size <= range->end; )
			size *= 2;
		console_printf("%s0x%08lx,0x%08lx", separator, pfn << PAGE_SHIFT,
			       -(size << PAGE_SHIFT));
		separator = ",";
	}
}

/* One line with all that can be avoided: no loader has another place for the image. */
static void print_ranges(const char *intro,
			 void (*print)(const struct bad_range *range, const char *separator))
{
	struct bad_range cut;

	for (unsigned int i = 0; i < nr_bad; i++) {
		for (enum place place = BELOW_IMAGE; place <= ABOVE_IMAGE; place += ABOVE_IMAGE) {
			if (!part_of(&bad[i], place, &cut))
				continue;
			print(&cut, intro);
			intro = ",";
		}
	}
	if (!strcmp(intro, ","))
		console_printf("\n");
}

void memtest_summary(unsigned long kept)
{
	if (!nr_errors) {
		console_printf("memtest: no errors\n");
		return;
	}
	console_printf("memtest: %lu errors, wrong bits %08x, %lu KiB set aside\n", nr_errors, bits,
		       kib(kept));
	if (bad_in_use())
		console_printf("memtest: %lu KiB more are bad and in use: what lies there cannot be "
			       "trusted\n", kib(bad_in_use()));
	if (bad_in_image())
		console_printf("memtest: the kernel's image needs %lu KiB that are bad, and can lie "
			       "nowhere else: exchange that module\n", kib(bad_in_image()));
	print_parts();
	print_ranges("For the kernel's command line (in grub.cfg with \\ before each $):\n  memmap=",
		     print_memmap);
	print_ranges("For GRUB:\n  badram ", print_badram);
}
