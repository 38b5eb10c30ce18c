/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_vmalloc.c - vmalloc, vmap and ioremap in the booted kernel
 *
 * The tree of areas alone has its test on the host (tests/host/test_vmap_area.c).
 */
#include <arch.h>
#include <traps.h>
#include <kernel/console.h>
#include <kernel/ktest.h>
#include <lib/bitmap.h>
#include <lib/find.h>
#include <lib/kernel.h>
#include <lib/random.h>
#include <lib/string.h>
#include <lib/vsprintf.h>
#include <mm/fault_inject.h>
#include <mm/mmzone.h>
#include <mm/util.h>
#include <mm/vmalloc.h>
#include "in_interrupt.h"

static void read_byte(void *arg)
{
	(void)*(volatile u8 *)arg;
}

KTEST(vmalloc, bytes_stay_and_addresses_come_back)
{
	u8 *a = vmalloc(100000), *b = vzalloc(5000);

	KTEST_REQUIRE(t, a && b);
	memset(a, 0x5a, 100000);
	KTEST_EXPECT(t, !memchr_inv(b, 0, 5000));
	KTEST_EXPECT(t, !memchr_inv(a, 0x5a, 100000));
	KTEST_EXPECT(t, is_vmalloc_addr(a) && !is_vmalloc_addr(t));
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
	vfree(a);
	vfree(b);
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
	vmalloc_purge();
	KTEST_EXPECT_EQ(t, vmalloc_space.nr, 0);
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
}

KTEST(vmalloc, wishes_that_cannot_be_met_give_null)
{
	KTEST_EXPECT(t, !vmalloc(0));
	KTEST_EXPECT(t, !vmalloc(~0ul) && !vmalloc(~0ul - PAGE_SIZE));
	KTEST_EXPECT(t, !__vmalloc_node(PAGE_SIZE, 1ul << 31, GFP_KERNEL, -1, NULL));
	KTEST_EXPECT(t, !__vmalloc_node(PAGE_SIZE, 3 * PAGE_SIZE, GFP_KERNEL, -1, NULL));
	KTEST_EXPECT(t, !kvmalloc(~(size_t)0, GFP_KERNEL));
	KTEST_EXPECT(t, !vmap(NULL, 0, VM_MAP, PAGE_KERNEL));
	vfree(NULL);
	vunmap(NULL);
	kvfree(NULL);
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
}

KTEST(vmalloc, alignment_and_zone_are_as_wished)
{
	void *aligned = __vmalloc_node(2 * PAGE_SIZE, 4ul << 20, GFP_KERNEL, -1, NULL);
	u8 *low = vmalloc_32(3 * PAGE_SIZE);
	char *kv = kvzalloc(40, GFP_KERNEL);

	KTEST_REQUIRE(t, aligned && low && kv);
	KTEST_EXPECT(t, !((unsigned long)aligned & ((4ul << 20) - 1)));
	for (unsigned int i = 0; i < 3; i++) {
		struct page *page = vmalloc_to_page(low + i * PAGE_SIZE);

		KTEST_REQUIRE(t, page);
		KTEST_EXPECT(t, !page_is_highmem(page));
		KTEST_EXPECT_EQ(t, vmalloc_to_pfn(low + i * PAGE_SIZE + 9), page_to_pfn(page));
	}
	KTEST_EXPECT(t, !is_vmalloc_addr(kv));
	KTEST_EXPECT(t, !vmalloc_to_page(kv));
	kvfree(kv);
	vfree(low);
	vfree(aligned);
}

KTEST(vmalloc, the_guard_page_faults_and_says_whose_it_is)
{
	static const char want[] =
		"12 bytes past the end of the vmalloc area of 8192 bytes made by "
		"ktest_vmalloc_the_guard_page_faults_and_says_whose_it_is+";
	struct trap_info got = { 0 };
	char *at = vmalloc(8192), text[160];

	KTEST_REQUIRE(t, at);
	KTEST_EXPECT(t, !trap_expect(read_byte, at + 8191, NULL));
	KTEST_EXPECT(t, trap_expect(read_byte, at + 8192 + 12, &got));
	KTEST_EXPECT_EQ(t, got.cr2, (vaddr_t)at + 8192 + 12);
	KTEST_EXPECT(t, address_detail(got.cr2, text, sizeof(text)));
	KTEST_EXPECT(t, !strncmp(text, want, sizeof(want) - 1));
	vfree(at);
	KTEST_EXPECT(t, trap_expect(read_byte, at, &got));
	KTEST_EXPECT(t, address_detail(got.cr2, text, sizeof(text)));
	KTEST_EXPECT(t, !strncmp(text, "0 bytes into the freed area of 8192", 35));
}

/* --- random operations against a plain model -------------------------------------------------- */

#define OPERATIONS	10000u
#define AREAS_MAX	2000u
#define SHARED		4u		/* frames that every vmap() maps */
#define PAGES_MAX	6u

struct model_area {
	u32 *at;
	u32 tag;			/* 0: a vmap() of the shared frames */
	unsigned int pages;
};

struct model {
	unsigned int areas;		/* that this machine has room for */
	struct model_area *area;
	unsigned long *taken;		/* a bit for each page of the window */
	struct page *shared[SHARED];
	struct rnd_state state;
};

static unsigned int model_random(struct model *m, unsigned int below)
{
	return prandom_u32_state(&m->state) % below;
}

/* The pages of an area and its guard page: @taken says what they must have been. */
static bool model_mark(struct model *m, const struct model_area *a, bool taken)
{
	unsigned long first = ((vaddr_t)a->at - VMALLOC_START) >> PAGE_SHIFT;
	unsigned long end = first + a->pages + 1;
	bool right = taken ? find_next_zero_bit(m->taken, end, first) >= end :
			     find_next_bit(m->taken, end, first) >= end;

	if (taken)
		bitmap_clear(m->taken, first, a->pages + 1);
	else
		bitmap_set(m->taken, first, a->pages + 1);
	return right;
}

/* Each page of an area has its tag and number, or is a shared frame. */
static bool model_holds(const struct model_area *a)
{
	for (unsigned int i = 0; i < a->pages; i++)
		if (a->at[i * 1024] != a->tag + i)
			return false;
	return true;
}

static bool model_take(struct model *m, struct model_area *a)
{
	if (model_random(m, 4)) {
		a->pages = 1 + model_random(m, PAGES_MAX);
		a->tag = 16 + 16 * model_random(m, 1u << 24);
		a->at = vmalloc(a->pages * PAGE_SIZE);
		for (unsigned int i = 0; a->at && i < a->pages; i++)
			a->at[i * 1024] = a->tag + i;
	} else {
		a->pages = SHARED;
		a->tag = 0;
		a->at = vmap(m->shared, SHARED, VM_MAP, PAGE_KERNEL);
	}
	return a->at && model_mark(m, a, false) && find_vm_area(a->at);
}

static bool model_give(struct model *m, struct model_area *a)
{
	bool right = model_holds(a) && model_mark(m, a, true);

	if (a->tag)
		vfree(a->at);
	else
		vunmap(a->at);
	a->at = NULL;
	return right;
}

static bool model_begin(struct model *m)
{
	m->areas = min_t(unsigned long, AREAS_MAX, nr_free_pages() / (2 * PAGES_MAX));
	m->area = kvcalloc(m->areas, sizeof(*m->area), GFP_KERNEL);
	m->taken = bitmap_zalloc((VMALLOC_END - VMALLOC_START) >> PAGE_SHIFT, GFP_KERNEL);
	for (unsigned int i = 0; i < SHARED; i++) {
		m->shared[i] = alloc_page(GFP_KERNEL);
		*(u32 *)page_address(m->shared[i]) = i;
	}
	prandom_seed_state(&m->state, get_random_u32());
	return m->area && m->taken;
}

KTEST(vmalloc, ten_thousand_random_operations_agree_with_a_plain_model)
{
	static struct model m;
	unsigned int seed = get_random_u32(), wrong = 0;

	KTEST_REQUIRE(t, model_begin(&m));
	console_printf("    # seed %u, %u areas\n", seed, m.areas);
	prandom_seed_state(&m.state, seed);
	if (is_vmalloc_addr(m.area))
		model_mark(&m, &(struct model_area) { .at = (u32 *)m.area,
			   .pages = PAGE_ALIGN(m.areas * sizeof(*m.area)) / PAGE_SIZE }, false);
	for (unsigned int n = 0; n < OPERATIONS && !wrong; n++) {
		struct model_area *a = &m.area[model_random(&m, m.areas)];

		wrong += a->at ? !model_give(&m, a) : !model_take(&m, a);
		if (n % 2500 == 0)
			KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
	}
	KTEST_EXPECT_EQ(t, wrong, 0);
	KTEST_EXPECT_EQ(t, verify_ledger(false), 0);
	for (unsigned int i = 0; i < m.areas; i++)
		if (m.area[i].at)
			KTEST_EXPECT(t, model_give(&m, &m.area[i]));
	for (unsigned int i = 0; i < SHARED; i++)
		__free_page(m.shared[i]);
	kvfree(m.area);
	bitmap_free(m.taken);
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
}

/* --- until nothing is left -------------------------------------------------------------------- */

/* Areas without frames until the window is full. Return: how many. */
static unsigned int fill_window(unsigned long size, struct vm_struct **list)
{
	unsigned int nr = 0;
	struct vm_struct *vm;

	while ((vm = get_vm_area(size, 0))) {
		vm->phys_addr = (phys_addr_t)(unsigned long)*list;	/* a chain */
		*list = vm;
		nr++;
	}
	return nr;
}

KTEST(vmalloc, the_window_can_be_used_up_and_comes_back)
{
	struct vm_struct *list = NULL;
	struct vmalloc_info info;
	unsigned int large, small;

	vmalloc_purge();
	large = fill_window(8ul << 20, &list);
	small = fill_window(64ul << 10, &list);
	vmalloc_get_info(&info);
	KTEST_EXPECT(t, large > 0 && small > 0);
	KTEST_EXPECT(t, info.largest < (64ul << 10) + PAGE_SIZE);
	KTEST_EXPECT(t, !vmalloc(64ul << 10));
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
	while (list) {
		struct vm_struct *next = (struct vm_struct *)(unsigned long)list->phys_addr;

		free_vm_area(list);
		list = next;
	}
	list = get_vm_area(VMALLOC_END - VMALLOC_START - PAGE_SIZE, 0);	/* needs a purge */
	KTEST_REQUIRE(t, list);
	free_vm_area(list);
	vmalloc_purge();
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
}

/* vmalloc() until frames or addresses are used up. Return: how many; all are given back. */
static unsigned int use_up(unsigned long size)
{
	void **list = NULL, **at;
	unsigned int nr = 0;

	while ((at = __vmalloc(size, GFP_HIGHUSER | __GFP_NOWARN))) {
		*at = list;
		list = at;
		nr++;
	}
	while (list) {
		at = *list;
		vfree(list);
		list = at;
	}
	vmalloc_purge();
	return nr;
}

KTEST(vmalloc, frames_can_be_used_up_and_come_back)
{
	unsigned int nr = use_up(512ul << 10);		/* makes the page tables, too */
	unsigned long before;

	drain_all_pages();
	before = nr_free_pages();
	KTEST_EXPECT(t, nr > 0);
	KTEST_EXPECT(t, use_up(512ul << 10) > 0);
	drain_all_pages();
	/* Slabs of vm_struct come and go; a page lost with each area would be dozens or hundreds. */
	KTEST_EXPECT(t, nr_free_pages() + 4 >= before);
	KTEST_EXPECT_EQ(t, verify_ledger(false), 0);
}

/*
 * Each block fails or not by chance: now the area's pages run out, now those of its page table. An area of
 * one page is filled by a function of its own.
 */
KTEST(vmalloc, whatever_fails_half_way_gives_everything_back)
{
	unsigned int failures = 0;

	vmalloc_purge();
	for (unsigned int seed = 1; seed <= 40; seed++) {
		unsigned long used = vmalloc_space.used, before = nr_free_pages();
		char chance[32];
		void *at;

		snprintf(chance, sizeof(chance), "prob=30,seed=%u", seed);
		KTEST_EXPECT_EQ(t, fault_attr_parse(&fail_page_alloc, chance), 0);
		at = __vmalloc((seed % 2 ? 20 : 1) * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN);
		fault_attr_parse(&fail_page_alloc, "off");
		failures += !at;
		vfree(at);
		vmalloc_purge();
		KTEST_EXPECT_EQ(t, vmalloc_space.used, used);
		KTEST_EXPECT(t, nr_free_pages() + 2 >= before);	/* a slab, a page table */
	}
	KTEST_EXPECT_EQ(t, verify_ledger(false), 0);
	KTEST_EXPECT(t, failures > 0 && failures < 40);
}

#define LOWMEM_TO_BREAK	(128ul << 20 >> PAGE_SHIFT)

/* Take all of lowmem in blocks of @order, chained by page->list. */
static unsigned long take_blocks(struct list_head *blocks, unsigned int order)
{
	unsigned long nr = 0;
	struct page *page;

	while ((page = alloc_pages(GFP_KERNEL | __GFP_NOWARN, order))) {
		list_add(&page->list, blocks);
		nr++;
	}
	return nr;
}

static void give_blocks(struct list_head *blocks, unsigned int order)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, blocks, list) {
		list_del(&page->list);
		__free_pages(page, order);
	}
}

/*
 * Take all frames, give every second one back, then take what larger blocks the watermarks had kept:
 * only single pages are free.
 */
KTEST(vmalloc, a_megabyte_can_be_had_when_no_block_of_order_4_is_left)
{
	struct list_head taken[5];
	struct page *page, *next;
	LIST_HEAD(given);
	void *at;

	if (vm_layout.max_low_pfn > LOWMEM_TO_BREAK || vm_layout.max_low_pfn < 2048)
		KTEST_SKIP(t, "lowmem is not between 8 and 128 MiB");
	for (unsigned int order = 0; order <= 4; order++)
		INIT_LIST_HEAD(&taken[order]);
	take_blocks(&taken[0], 0);
	list_for_each_entry_safe(page, next, &taken[0], list)
		if (page_to_pfn(page) % 2)
			list_move(&page->list, &given);
	give_blocks(&given, 0);
	for (unsigned int order = 4; order > 0; order--)
		take_blocks(&taken[order], order);
	KTEST_EXPECT(t, !alloc_pages(GFP_KERNEL | __GFP_NOWARN, 4));
	at = vmalloc(1ul << 20);
	KTEST_EXPECT(t, at);
	vfree(at);
	for (unsigned int order = 0; order <= 4; order++)
		give_blocks(&taken[order], order);
	drain_all_pages();
	page = alloc_pages(GFP_KERNEL, 4);
	KTEST_REQUIRE(t, page);
	__free_pages(page, 4);
}

/* --- changing, mapping, freeing in an interrupt ----------------------------------------------- */

KTEST(vmalloc, vrealloc_stays_where_it_can)
{
	u32 *a, *b, *moved;

	vmalloc_purge();
	a = vmalloc(3 * PAGE_SIZE);
	KTEST_REQUIRE(t, a);
	a[0] = 11;
	a[3 * 1024 - 1] = 33;
	KTEST_EXPECT(t, vrealloc(a, 2 * PAGE_SIZE, GFP_KERNEL) == a);		/* smaller */
	KTEST_EXPECT(t, vrealloc(a, 9 * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO) == a); /* free behind */
	KTEST_EXPECT(t, a[0] == 11 && !a[3 * 1024 - 1] && !a[9 * 1024 - 1]);
	b = vmalloc(20 * PAGE_SIZE);
	KTEST_REQUIRE(t, b == a + 10 * 1024);
	a[9 * 1024 - 1] = 99;
	moved = vrealloc(a, 12 * PAGE_SIZE, GFP_KERNEL);			/* b is in the way */
	KTEST_REQUIRE(t, moved && moved != a);
	KTEST_EXPECT(t, moved[0] == 11 && moved[9 * 1024 - 1] == 99);
	vfree(b);
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
	KTEST_EXPECT(t, !vrealloc(moved, 0, GFP_KERNEL));
	a = vmalloc(3 * PAGE_SIZE);
	b = vmalloc(20 * PAGE_SIZE);
	vfree(b);
	KTEST_EXPECT(t, vrealloc(a, 4 * PAGE_SIZE, GFP_KERNEL) == a);		/* b only waits */
	KTEST_EXPECT(t, !vrealloc(a, ~0ul << 12, GFP_KERNEL));
	vfree(a);
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
}

KTEST(vmalloc, ioremap_maps_devices_uncached_and_refuses_ram)
{
	struct page *page = alloc_page(GFP_KERNEL);
	void *rom = ioremap(0xFFFF0, 16);

	KTEST_REQUIRE(t, page && rom);
	KTEST_EXPECT_EQ(t, offset_in_page(rom), 0xFF0);
	KTEST_EXPECT(t, !memcmp(rom, __va(0xFFFF0), 16));	/* the BIOS's entry */
	KTEST_EXPECT_EQ(t, *arch_pte_lookup((vaddr_t)rom), 0xFF000 | ARCH_PTE_KERNEL_NOCACHE);
	KTEST_EXPECT(t, !ioremap(page_to_phys(page), PAGE_SIZE));
	KTEST_EXPECT(t, !ioremap(0xFFFFF000, 2 * PAGE_SIZE) && !ioremap(0xA0000, 0));
	vfree(rom);						/* the wrong way: a warning */
	KTEST_EXPECT(t, find_vm_area(rom) != NULL);
	iounmap(rom);
	KTEST_EXPECT(t, !find_vm_area(rom));
	__free_page(page);
}

static void *area_for_irq;

static void free_in_irq(void)
{
	vfree(area_for_irq);
}

KTEST(vmalloc, an_interrupt_handler_frees_later_and_only_once)
{
	u8 *at = vmalloc(5000), *other;

	KTEST_REQUIRE(t, at);
	area_for_irq = at;
	test_in_interrupt(free_in_irq);
	KTEST_EXPECT(t, find_vm_area(at) != NULL);
	test_in_interrupt(free_in_irq);			/* twice: a warning */
	area_for_irq = (void *)VMALLOC_START;
	if (!find_vm_area(area_for_irq))
		test_in_interrupt(free_in_irq);		/* nothing there: a warning */
	other = vmalloc(PAGE_SIZE);			/* the next call outside frees */
	KTEST_EXPECT(t, !find_vm_area(at));
	vfree(other);
	vfree(at);					/* no longer an area: a warning */
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
}

/* --- the checker ------------------------------------------------------------------------------ */

KTEST(vmalloc, the_checker_names_what_is_broken)
{
	u8 *at = vmalloc(2 * PAGE_SIZE), *freed = vmalloc(PAGE_SIZE);
	struct page *page;
	pte_t *pte, before;

	KTEST_REQUIRE(t, at && freed);
	vfree(freed);
	pte = arch_pte_lookup((vaddr_t)at);
	before = *pte;
	page = vmalloc_to_page(at);
	*pte += PAGE_SIZE;
	KTEST_EXPECT_EQ(t, vmalloc_check(), VMALLOC_RULE_BASE + 1);
	*pte = before;
	page->private++;
	KTEST_EXPECT_EQ(t, vmalloc_check(), VMALLOC_RULE_BASE + 1);
	page->private--;
	pte[2] = before;				/* the guard page */
	KTEST_EXPECT_EQ(t, vmalloc_check(), VMALLOC_RULE_BASE + 1);
	pte[2] = 0;
	*arch_pte_lookup((vaddr_t)freed) = before;
	KTEST_EXPECT_EQ(t, vmalloc_check(), VMALLOC_RULE_BASE + 2);
	*arch_pte_lookup((vaddr_t)freed) = 0;
	vmalloc_lazy_pages++;
	KTEST_EXPECT_EQ(t, vmalloc_check(), VMALLOC_RULE_BASE + 3);
	vmalloc_lazy_pages--;
	vmalloc_space.nr++;
	KTEST_EXPECT_EQ(t, vmalloc_check(), 5);
	vmalloc_space.nr--;
	arch_tlb_flush_windows();
	vfree(at);
	KTEST_EXPECT_EQ(t, vmalloc_check(), 0);
}
