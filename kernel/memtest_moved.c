/* SPDX-License-Identifier: MIT */
/*
 * kernel/memtest_moved.c - testing the memory that the kernel itself lives in
 *
 *   all RAM      | BIOS data | image | tables | mem_map | slab ... |  free: memtest_blocks     |
 *                      `---- ranges of one job ----'                | room |  buffer  |
 *                                  |                                    |        ^
 *                                  `------------ 1. save ---------------|--------'
 *                                     compare                           |
 *                                  2. sweeps of a group   <--- run by --' the moved functions,
 *                                  3. put back, compare                   with paging and caches off
 *
 * Room and buffer are frames that passed all tests as free ones, so in the end all RAM was tested.
 * A job is as much memory as the buffer takes, all of it on a small machine: the ADDRESS test then
 * sees two cells of the image that answer to one address. Between jobs the kernel is whole again,
 * and looks for a key.
 *
 * A buffer that does not hold what was saved ends the job before anything is overwritten. A frame
 * that does not take back what was saved is tried three times, and then told of at once, by the copy:
 * the kernel may not live to do so.
 */
#include <arch.h>
#include <kernel/console.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <lib/string_words.h>
#include "memtest.h"

#define RANGES		48u
#define PUT_BACK_TRIES	3u
#define WORDS		(PAGE_SIZE / sizeof(u32))

struct job {
	u32 swept;			/* sweeps done; tests/memtest_faults.py stops here */
	struct memtest_group group;
	struct job_range { phys_addr_t start, end; } range[RANGES];
	unsigned int nr_ranges;
	phys_addr_t buffer;
	char alarm[32];			/* to be said of a frame that cannot be put back */
	bool unsaved;			/* the buffer is bad: log says where; nothing was done */
	struct memtest_log log, lost;	/* of the test; of what could not be put back */
};
_Static_assert(sizeof(struct job) <= ARCH_MOVED_DATA_MAX, "arch_run_moved() takes it along");

static struct page *room, *buffer;

/* --- in the copy ----------------------------------------------------------------------------- */

static void __moved sweep_range(const struct memtest_sweep *s, const struct job_range *r,
				struct memtest_log *log)
{
	for (phys_addr_t at = 0; at < r->end - r->start; at += PAGE_SIZE) {
		phys_addr_t pa = s->down ? r->end - PAGE_SIZE - at : r->start + at;

		memtest_frame(s, (u32 *)pa, pa, log);
	}
}

static void __moved sweep_job(struct job *job, const struct memtest_sweep *s)
{
	if (s->wait)
		arch_moved_wait(MEMTEST_FADE_MS);
	for (unsigned int i = 0; i < job->nr_ranges; i++)
		sweep_range(s, &job->range[s->down ? job->nr_ranges - 1 - i : i], &job->log);
	WRITE_ONCE(job->swept, job->swept + 1);
}

/* The first word of a frame that differs, or WORDS. */
static unsigned int __moved compare(const volatile u32 *a, const volatile u32 *b)
{
	unsigned int i = 0;

	while (i < WORDS && a[i] == b[i])
		i++;
	return i;
}

/* False, and an error of the buffer's, when it does not hold the memory's contents. */
static bool __moved save(struct job *job)
{
	u32 *saved = (u32 *)job->buffer;

	for (const struct job_range *r = job->range; r < job->range + job->nr_ranges; r++) {
		for (phys_addr_t pa = r->start; pa < r->end; pa += PAGE_SIZE, saved += WORDS) {
			unsigned int wrong;

			copy_words(saved, (const u32 *)pa, WORDS);
			wrong = compare((const u32 *)pa, saved);
			if (wrong < WORDS) {
				memtest_log_error(&job->log, (phys_addr_t)&saved[wrong],
						  ((const u32 *)pa)[wrong],
						  *(volatile u32 *)&saved[wrong]);
				return false;
			}
		}
	}
	return true;
}

static void __moved put_back_frame(struct job *job, u32 *words, const u32 *saved)
{
	unsigned int wrong = WORDS;

	for (unsigned int i = 0; i < PUT_BACK_TRIES; i++) {
		copy_words(words, saved, WORDS);
		wrong = compare(words, saved);
		if (wrong == WORDS)
			return;
	}
	memtest_log_error(&job->lost, (phys_addr_t)&words[wrong], saved[wrong],
			  *(volatile u32 *)&words[wrong]);
	arch_moved_say(job->alarm, (phys_addr_t)&words[wrong]);
}

static void __moved put_back(struct job *job)
{
	const u32 *saved = (const u32 *)job->buffer;

	for (const struct job_range *r = job->range; r < job->range + job->nr_ranges; r++)
		for (phys_addr_t pa = r->start; pa < r->end; pa += PAGE_SIZE, saved += WORDS)
			put_back_frame(job, (u32 *)pa, saved);
}

static void __moved memtest_moved(void *data)
{
	struct job *job = data;

	job->unsaved = !save(job);
	if (job->unsaved)
		return;
	for (unsigned int i = 0; i < job->group.nr; i++)
		sweep_job(job, &job->group.sweep[i]);
	put_back(job);
}

/* --- what is in use -------------------------------------------------------------------------- */

static bool is_firmware_ram(pfn_t pfn)
{
	phys_addr_t start, end;

	return arch_firmware_ram(&start, &end) && pfn >= PFN_DOWN(start) && pfn < PFN_DOWN(end);
}

/* RAM that memtest_take_frames() did not take, nor was set aside? @block: as in P1 of page.h. */
static bool is_in_use(const struct page *block)
{
	if (block->state == PAGE_HOLE)
		return is_firmware_ram(page_to_pfn(block));
	return block->owner != PAGE_OWNER_TEST && block->state != PAGE_BAD;
}

unsigned long memtest_count_in_use(void)
{
	unsigned long frames = 0, size;

	for (pfn_t pfn = 0; pfn < mem_map_end; pfn += size) {
		size = 1UL << page_block_order(pfn_to_page(pfn));
		if (is_in_use(pfn_to_page(pfn)))
			frames += size;
	}
	return frames;
}

/* --- room ------------------------------------------------------------------------------------ */

static bool has_bad_frame(const struct page *block)
{
	pfn_t pfn = page_to_pfn(block), end = pfn + (1UL << page_block_order(block));

	while (pfn < end && !memtest_is_bad(pfn))
		pfn++;
	return pfn < end;
}

/* The smallest block of lowmem that will do for the code, and then the largest there is. */
bool memtest_find_room(void)
{
	struct page *block;

	room = buffer = NULL;
	list_for_each_entry(block, &memtest_blocks, list) {
		if (page_block_order(block) < ARCH_MOVED_ORDER || has_bad_frame(block))
			continue;
		if (!room && !page_is_highmem(block))
			room = block;
		else
			buffer = block;
	}
	return room && buffer;
}

/* --- jobs ------------------------------------------------------------------------------------ */

static struct job job;
static unsigned long job_frames;	/* in its ranges */

static void run_job(bool uncached)
{
	arch_run_moved(room, memtest_moved, &job, sizeof(job), !uncached);
	memtest_report(&job.log, job.unsaved ? "a copy is wrong, a part not tested" : memtest_name);
	memtest_report(&job.lost, "not put back");
	memtest_progress(job_frames, job.group.nr);
	job.nr_ranges = job_frames = 0;
}

static bool job_takes(phys_addr_t pa)
{
	if (job_frames == 1UL << page_block_order(buffer))
		return false;
	return job.nr_ranges < RANGES || job.range[RANGES - 1].end == pa;
}

static void add_frame(phys_addr_t pa, bool uncached)
{
	if (!job_takes(pa))
		run_job(uncached);
	if (!job.nr_ranges || job.range[job.nr_ranges - 1].end != pa)
		job.range[job.nr_ranges++] = (struct job_range){ pa, pa };
	job.range[job.nr_ranges - 1].end += PAGE_SIZE;
	job_frames++;
}

void memtest_in_use(const struct memtest_group *group, bool uncached)
{
	job.group = *group;
	job.buffer = page_to_phys(buffer);
	strscpy(job.alarm, "Not put back: RAM at ", sizeof(job.alarm));
	for (pfn_t pfn = 0, next; pfn < mem_map_end; pfn = next) {
		const struct page *block = pfn_to_page(pfn);

		next = pfn + (1UL << page_block_order(block));
		if (!is_in_use(block))
			continue;
		while (pfn < next && memtest_progress(0, 0))
			add_frame(pfn_to_phys(pfn++), uncached);
	}
	if (job_frames && memtest_progress(0, 0))
		run_job(uncached);
	job.nr_ranges = job_frames = 0;
}
