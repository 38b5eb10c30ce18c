/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_highmem.c - the kmap window, kmap_local_page and the fixmap in the booted kernel
 *
 * Where there is no HIGHMEM only the fixmap can be tried; machines of 897, 1024 and 3583 MiB have some
 * (tests/harness/matrix.py), and highmem=32M makes some anywhere.
 */
#include <arch.h>
#include <traps.h>
#include <kernel/ktest.h>
#include <lib/init.h>
#include <lib/kernel.h>
#include <lib/kstrtox.h>
#include <lib/random.h>
#include <lib/string.h>
#include <mm/highmem.h>
#include <mm/mmzone.h>
#include <mm/vmalloc.h>
#include "in_interrupt.h"

#define NEEDS_HIGHMEM(t) do {						\
	if (!vm_layout.pkmap_base)					\
		KTEST_SKIP(t, "the machine has no HIGHMEM");		\
} while (0)

static void read_byte(void *arg)
{
	(void)*(volatile u8 *)arg;
}

/* --- every frame ------------------------------------------------------------------------------ */

/*
 * A frame of RAM that nobody has touched costs the emulator's host a page. Past EVERY_FRAME_MAX frames
 * only one in SAMPLE is tried, unless highmem_test=every is on the command line.
 */
#define EVERY_FRAME_MAX	65536ul
#define SAMPLE		32u
#define VMAP_PAGES	1024u

static bool try_every_frame;

static int set_highmem_test(const char *value)
{
	try_every_frame = !strcmp(value, "every");
	return try_every_frame ? 0 : -1;
}
early_param("highmem_test", set_highmem_test);

/* No two frames have the same, and no frame has that of its neighbour with a bit lost. */
static u32 pattern(const struct page *page)
{
	return (u32)page_to_pfn(page) * 0x9E3779B1u ^ 0x5A5A5A5Au;
}

/* All free HIGHMEM frames, or a sample of them, into pages[]. */
static unsigned long take_highmem(struct page **pages, unsigned long max, unsigned int sample)
{
	unsigned long nr = 0;

	while (nr < max) {
		struct page *page = alloc_page(GFP_HIGHUSER | __GFP_NOWARN);

		if (!page)
			break;
		if (!page_is_highmem(page)) {
			__free_page(page);
			break;
		}
		pages[nr++] = page;
	}
	for (unsigned long i = 0, from = nr; sample > 1 && i < from; i++)
		if (i % sample)
			__free_page(pages[i]);
		else
			pages[i / sample] = pages[i];
	return DIV_ROUND_UP(nr, sample);
}

static void write_through_kmap(struct page **pages, unsigned long nr)
{
	for (unsigned long i = 0; i < nr; i++) {
		u32 *at = kmap(pages[i]);

		at[0] = at[1023] = pattern(pages[i]);
		kunmap(pages[i]);
	}
}

static unsigned long wrong_through_kmap_atomic(struct page **pages, unsigned long nr)
{
	unsigned long wrong = 0;

	for (unsigned long i = 0; i < nr; i++) {
		u32 *at = kmap_atomic(pages[i]);

		wrong += at[0] != pattern(pages[i]) || at[1023] != at[0];
		kunmap_atomic(at);
	}
	return wrong;
}

/* The same through vmap(), whose pages are made to lie in any order first. */
static unsigned long wrong_through_vmap(struct page **pages, unsigned long nr)
{
	struct rnd_state state;
	unsigned long wrong = 0;

	prandom_seed_state(&state, nr);
	for (unsigned long i = nr; i > 1; i--) {
		unsigned long other = prandom_u32_state(&state) % i;

		swap(pages[i - 1], pages[other]);
	}
	for (unsigned long i = 0; i < nr; i += VMAP_PAGES) {
		unsigned int n = min_t(unsigned long, nr - i, VMAP_PAGES);
		u32 *at = vmap(pages + i, n, VM_MAP, PAGE_KERNEL);

		if (!at)
			return nr;
		for (unsigned int k = 0; k < n; k++)
			wrong += at[k * 1024] != pattern(pages[i + k]);
		vunmap(at);
	}
	return wrong;
}

KTEST(kmap, every_highmem_frame_keeps_its_own_pattern)
{
	unsigned long nr, max = zone_free_pages(zone_highmem);
	bool all = try_every_frame || max <= EVERY_FRAME_MAX;
	struct page **pages;

	NEEDS_HIGHMEM(t);
	pages = __vmalloc(max * sizeof(*pages), GFP_KERNEL);
	KTEST_REQUIRE(t, pages);
	nr = take_highmem(pages, max, all ? 1 : SAMPLE);
	KTEST_EXPECT(t, nr > 0 && (!all || nr + VMAP_PAGES > max));
	write_through_kmap(pages, nr);
	KTEST_EXPECT_EQ(t, wrong_through_kmap_atomic(pages, nr), 0);
	KTEST_EXPECT_EQ(t, wrong_through_vmap(pages, nr), 0);
	for (unsigned long i = 0; i < nr; i++)
		__free_page(pages[i]);
	vfree(pages);
	KTEST_EXPECT_EQ(t, zone_free_pages(zone_highmem), max);
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
}

/* --- the window ------------------------------------------------------------------------------- */

static struct page *page[LAST_PKMAP + 1];

/* @nr HIGHMEM pages into page[]; false: there are not so many, and none is kept. */
static bool take_pages(unsigned int nr)
{
	unsigned int got = take_highmem(page, nr, 1);

	if (got == nr)
		return true;
	while (got)
		__free_page(page[--got]);
	return false;
}

static void give_pages(unsigned int nr)
{
	while (nr)
		__free_page(page[--nr]);
}

KTEST(kmap, lowmem_is_answered_from_the_direct_map)
{
	struct page *low = alloc_page(GFP_KERNEL);
	void *at;

	KTEST_REQUIRE(t, low);
	at = __va(page_to_phys(low));
	KTEST_EXPECT(t, kmap(low) == at && kmap_try(low) == at && kmap_atomic(low) == at);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	kunmap_atomic(at);
	kunmap(low);
	__free_page(low);
}

KTEST(kmap, a_page_keeps_its_slot_while_it_is_mapped)
{
	void *first, *second;

	NEEDS_HIGHMEM(t);
	KTEST_REQUIRE(t, take_pages(1));
	first = kmap(page[0]);
	second = kmap(page[0]);
	KTEST_EXPECT(t, first == second && page_address(page[0]) == first);
	kunmap(page[0]);
	KTEST_EXPECT(t, page_address(page[0]) == first);
	kunmap(page[0]);
	KTEST_EXPECT(t, !page_address(page[0]));
	KTEST_EXPECT(t, kmap(page[0]) == first);	/* idle, not yet flushed: the same slot */
	kunmap(page[0]);
	kunmap(page[0]);				/* once too often: a warning, and no harm */
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
	give_pages(1);
}

KTEST(kmap, a_full_window_says_no)
{
	unsigned long flushes = pkmap_flushes;
	char text[80];

	if (zone_free_pages(zone_highmem) <= LAST_PKMAP)
		KTEST_SKIP(t, "there are fewer HIGHMEM frames than kmap slots");
	KTEST_REQUIRE(t, take_pages(LAST_PKMAP + 1));
	for (unsigned int i = 0; i < LAST_PKMAP; i++)
		KTEST_REQUIRE(t, kmap_try(page[i]));
	KTEST_EXPECT_EQ(t, pkmap_slots_mapped(), LAST_PKMAP);
	KTEST_EXPECT(t, !kmap_try(page[LAST_PKMAP]));
	KTEST_EXPECT(t, kmap_try(page[5]) != NULL);	/* has a slot already */
	kunmap(page[5]);
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
	kunmap(page[7]);
	KTEST_EXPECT(t, kmap_try(page[LAST_PKMAP]) != NULL);
	kunmap(page[LAST_PKMAP]);
	for (unsigned int i = 0; i < LAST_PKMAP; i++)
		if (i != 7)
			kunmap(page[i]);
	KTEST_EXPECT(t, pkmap_flushes > flushes);
	KTEST_EXPECT(t, pkmap_describe(vm_layout.pkmap_base + 17 * PAGE_SIZE + 5, text, sizeof(text)));
	KTEST_EXPECT(t, !strcmp(text, "kmap slot 17, already unmapped"));
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
	give_pages(LAST_PKMAP + 1);
}

KTEST(kmap, the_checker_names_what_is_broken)
{
	struct page *first = highmem_first_page;
	pte_t *pte, before;
	void *at;

	NEEDS_HIGHMEM(t);
	KTEST_REQUIRE(t, take_pages(1));
	at = kmap(page[0]);
	pte = arch_pte_lookup((vaddr_t)at);
	before = *pte;
	*pte += PAGE_SIZE;
	KTEST_EXPECT_EQ(t, highmem_check(), 1);
	*pte = before;
	highmem_first_page = page[0] + 1;
	KTEST_EXPECT_EQ(t, highmem_check(), 2);
	highmem_first_page = first;
	pkmap_nr_free++;
	KTEST_EXPECT_EQ(t, highmem_check(), 3);
	pkmap_nr_free--;
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
	kunmap(page[0]);
	give_pages(1);
}

/* --- kmap_local_page -------------------------------------------------------------------------- */

KTEST(kmap, local_mappings_nest_to_their_limit)
{
	u32 *at[KM_MAX_IDX];

	NEEDS_HIGHMEM(t);
	KTEST_REQUIRE(t, take_pages(KM_MAX_IDX));
	for (unsigned int i = 0; i < KM_MAX_IDX; i++) {
		at[i] = kmap_local_page(page[i]);
		*at[i] = i;
	}
	KTEST_EXPECT_EQ(t, kmap_local_depth(), KM_MAX_IDX);
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
	kunmap_local(at[3]);				/* not the last: a warning, and no harm */
	KTEST_EXPECT_EQ(t, kmap_local_depth(), KM_MAX_IDX);
	for (unsigned int i = KM_MAX_IDX; i-- > 0;) {
		KTEST_EXPECT_EQ(t, *at[i], i);
		kunmap_local((char *)at[i] + 100);	/* any address in the page will do */
		KTEST_EXPECT(t, trap_expect(read_byte, at[i], NULL));
	}
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	kunmap_local(at[0]);				/* nothing is mapped: a warning */
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
	give_pages(KM_MAX_IDX);
}

static u32 seen_in_irq;

static void map_in_irq(void)
{
	u32 *at = kmap_atomic(page[1]);

	seen_in_irq = *at;
	kunmap_atomic(at);
}

KTEST(kmap, an_interrupt_maps_above_whom_it_interrupts)
{
	u32 *at;

	NEEDS_HIGHMEM(t);
	KTEST_REQUIRE(t, take_pages(2));
	at = kmap_atomic(page[1]);
	*at = 0x1234;
	kunmap_atomic(at);
	at = kmap_atomic(page[0]);
	*at = 0x5678;
	test_in_interrupt(map_in_irq);
	KTEST_EXPECT_EQ(t, seen_in_irq, 0x1234);
	KTEST_EXPECT_EQ(t, *at, 0x5678);
	kunmap_atomic(at);
	KTEST_EXPECT_EQ(t, kmap_local_depth(), 0);
	give_pages(2);
}

KTEST(kmap, parts_of_frames_are_copied_and_cleared)
{
	static const char text[] = "frame";
	char back[8] = "";
	u8 *at;

	struct page *a = alloc_page(GFP_HIGHUSER), *b = alloc_page(GFP_HIGHUSER);

	KTEST_REQUIRE(t, a && b);
	clear_highpage(a);
	memcpy_to_page(a, PAGE_SIZE - 6, text, 6);
	copy_highpage(b, a);
	memcpy_from_page(back, b, PAGE_SIZE - 6, 6);
	KTEST_EXPECT(t, !strcmp(back, text));
	zero_user(b, PAGE_SIZE - 6, 6);
	at = kmap_atomic(b);
	KTEST_EXPECT(t, !memchr_inv(at, 0, PAGE_SIZE));
	kunmap_atomic(at);
	__free_page(a);
	__free_page(b);
}

/* --- fixmap ----------------------------------------------------------------------------------- */

KTEST(kmap, a_fixmap_slot_shows_what_is_set_and_faults_when_cleared)
{
	struct page *low = alloc_page(GFP_KERNEL);
	char *at = (char *)fix_to_virt(FIX_TEST);
	struct trap_info got = { 0 };

	KTEST_REQUIRE(t, low);
	strcpy(page_address(low), "seen");
	set_fixmap(FIX_TEST, page_to_phys(low));
	KTEST_EXPECT(t, !strcmp(at, "seen"));
	KTEST_EXPECT_EQ(t, virt_to_fix((vaddr_t)at + 9), FIX_TEST);
	set_fixmap_nocache(FIX_TEST, page_to_phys(low));
	KTEST_EXPECT_EQ(t, *arch_pte_lookup((vaddr_t)at) & 0xFFF, ARCH_PTE_KERNEL_NOCACHE);
	clear_fixmap(FIX_TEST);
	KTEST_EXPECT(t, trap_expect(read_byte, at, &got));
	KTEST_EXPECT_EQ(t, got.cr2, (vaddr_t)at);
	__free_page(low);
}

KTEST(kmap, the_fixmap_checker_names_what_is_broken)
{
	struct kmap_local before = kmap_local;

	*kmap_local.end = ARCH_PTE_KERNEL;
	KTEST_EXPECT_EQ(t, highmem_check(), FIXMAP_RULE_BASE + 1);
	*kmap_local.end = 0;
	kmap_local.top--;
	KTEST_EXPECT_EQ(t, highmem_check(), FIXMAP_RULE_BASE + 1);
	kmap_local.top = kmap_local.end - 1;
	KTEST_EXPECT_EQ(t, highmem_check(), FIXMAP_RULE_BASE + 2);
	kmap_local = before;
	KTEST_EXPECT_EQ(t, highmem_check(), 0);
}
