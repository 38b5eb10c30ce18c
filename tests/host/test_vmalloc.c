/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_vmalloc.c - vmalloc, vmap, ioremap and vrealloc against a sorted array of areas
 *
 * The model holds the areas by address; each page's first and last word are its area's tag, and
 * each frame knows whether an area owns it. All of it is read and written through the addresses,
 * by way of soft_mmu.h's page tables and of its TLB that forgets nothing by itself: a page that
 * is mapped to somebody else's frame, a guard page that is mapped, or a flush that is wanting
 * shows at once.
 *
 * LINK: mm/highmem.c mm/fixmap.c mm/vmalloc.c mm/vmap_area.c mm/layout.c mm/slab_batch.c mm/slab.c
 * LINK: mm/slab_fast.c mm/slab_geometry.c mm/slab_cache.c mm/slab_check.c mm/slab_debug.c
 * LINK: mm/kmalloc.c
 * LINK: mm/fault_inject.c mm/util.c mm/page_alloc.c mm/page_bulk.c mm/page_pcp.c mm/page_block.c
 * LINK: mm/page_check.c mm/mmzone.c mm/ledger.c mm/e820.c lib/rbtree.c
 */
#include "vm_machine.h"
#include <chance.h>

#include <mm/fault_inject.h>

#define OPERATIONS	25000u
#define AREAS_MAX	300u
#define PAGES_MAX	40u
#define SHARED		16u		/* frames that vmap() areas are made of */
#define DEVICE		0x80000000UL	/* physical address of what ioremap() maps */
#define DEVICE_PAGES	64u

enum kind { VMALLOC, VZALLOC, LOW, ALIGNED, VMAP, IOREMAP, NR_KINDS };

static struct model {
	char *start;
	unsigned int pages;		/* without the guard page */
	unsigned long size;		/* bytes asked for: those that vrealloc() keeps */
	enum kind kind;
	u32 tag;
	pfn_t frame[PAGES_MAX];
} model[AREAS_MAX];

static unsigned int nr_areas;
static u8 owned[MACHINE_FRAMES];	/* 1: by a vmalloc() area */
static struct page *shared[SHARED];

/* --- the model -------------------------------------------------------------------------------- */

static char *end_of(const struct model *m)
{
	return m->start + (m->pages + 1) * PAGE_SIZE;
}

/* The first area that ends behind @at. */
static unsigned int index_of(const char *at)
{
	unsigned int low = 0, high = nr_areas;

	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (end_of(&model[mid]) > at)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

static u32 *first_word(const struct model *m, unsigned int page)
{
	return (u32 *)(m->start + page * PAGE_SIZE);
}

static u32 *last_word(const struct model *m, unsigned int page)
{
	return first_word(m, page) + PAGE_SIZE / sizeof(u32) - 1;
}

static bool owns_frames(const struct model *m)
{
	return m->kind < VMAP;
}

/* Pages [from, pages) of @m are new: whose frames are they? */
static void claim_pages(struct model *m, unsigned int from)
{
	for (unsigned int i = from; i < m->pages; i++) {
		pfn_t pfn = vmalloc_to_pfn(first_word(m, i));

		m->frame[i] = pfn;
		if (m->kind == IOREMAP)
			assert_int_equal(pfn, (DEVICE >> PAGE_SHIFT) + m->tag % DEVICE_PAGES + i);
		else if (m->kind == VMAP)
			assert_int_equal(pfn, page_to_pfn(shared[(m->tag + i) % SHARED]));
		else
			assert_int_equal(owned[pfn]++, 0);
		if (m->kind == LOW)
			assert_true(pfn < LOWMEM_FRAMES);
		if (owns_frames(m)) {
			*first_word(m, i) = m->tag + i;
			*last_word(m, i) = ~(m->tag + i);
		}
	}
}

static void check_pages(const struct model *m)
{
	for (unsigned int i = 0; i < m->pages; i++) {
		assert_int_equal(vmalloc_to_pfn(last_word(m, i)), m->frame[i]);
		if (m->kind == VMAP)
			assert_int_equal(*first_word(m, i), (m->tag + i) % SHARED);
		if (!owns_frames(m))
			continue;
		assert_int_equal(*first_word(m, i), m->tag + i);
		assert_int_equal(*last_word(m, i), ~(m->tag + i));
	}
	assert_null(vmalloc_to_page(m->start + m->pages * PAGE_SIZE));
}

static void insert(const struct model *m)
{
	unsigned int i = index_of(m->start);

	assert_int_equal(offset_in_page(m->start), 0);
	assert_true((vaddr_t)m->start >= VMALLOC_START && (vaddr_t)end_of(m) <= VMALLOC_END);
	assert_true(i == nr_areas || end_of(m) <= model[i].start);
	memmove(model + i + 1, model + i, (nr_areas++ - i) * sizeof(*model));
	model[i] = *m;
}

static void remove_area(unsigned int i)
{
	if (owns_frames(&model[i]))
		for (unsigned int page = 0; page < model[i].pages; page++)
			owned[model[i].frame[page]] = 0;
	memmove(model + i, model + i + 1, (--nr_areas - i) * sizeof(*model));
}

/* --- operations ------------------------------------------------------------------------------- */

static char *take_vmap(const struct model *m)
{
	struct page *pages[PAGES_MAX];

	for (unsigned int i = 0; i < m->pages; i++)
		pages[i] = shared[(m->tag + i) % SHARED];
	return vmap(pages, m->pages, VM_MAP, PAGE_KERNEL);
}

static char *take_aligned(const struct model *m)
{
	unsigned long align = PAGE_SIZE << chance_below(11);
	char *start = __vmalloc_node(m->pages * PAGE_SIZE, align, GFP_KERNEL, NUMA_NO_NODE, NULL);

	assert_int_equal((vaddr_t)start % align, 0);
	return start;
}

static void take(void)
{
	struct model m = {
		.kind = chance_below(NR_KINDS), .tag = chance(),
		.pages = 1 + chance_below(chance_below(4) ? 5 : PAGES_MAX),
	};
	unsigned long bytes = m.pages * PAGE_SIZE - chance_below(PAGE_SIZE);

	m.size = m.kind == ALIGNED ? m.pages * PAGE_SIZE : bytes;
	switch (m.kind) {
	case VMALLOC:
		m.start = vmalloc(bytes);
		break;
	case VZALLOC:
		m.start = vzalloc(bytes);
		assert_null(memchr_inv(m.start, 0, m.pages * PAGE_SIZE));
		break;
	case LOW:
		m.start = vmalloc_32(bytes);
		break;
	case ALIGNED:
		m.start = take_aligned(&m);
		break;
	case VMAP:
		m.start = take_vmap(&m);
		break;
	default:
		m.start = ioremap(DEVICE + m.tag % DEVICE_PAGES * PAGE_SIZE, m.pages * PAGE_SIZE);
	}
	assert_true(is_vmalloc_addr(m.start));
	claim_pages(&m, 0);
	insert(&m);
}

static void give(unsigned int i)
{
	char *start = model[i].start;

	check_pages(&model[i]);
	if (model[i].kind == VMAP) {
		vunmap(start);
	} else if (model[i].kind == IOREMAP) {
		iounmap(start);
	} else if (chance_below(8)) {
		vfree(start);
	} else {
		host_in_irq = true;
		vfree(start);
		host_in_irq = false;
		vfree(vmalloc(1));		/* the next call outside frees */
	}
	remove_area(i);
}

static void resize(unsigned int i)
{
	struct model m = model[i];
	unsigned int pages = 1 + chance_below(PAGES_MAX);
	unsigned long kept = min(m.size, pages * PAGE_SIZE);
	char *start;

	if (!owns_frames(&m))
		return;
	check_pages(&m);
	start = vrealloc(m.start, pages * PAGE_SIZE, m.kind == LOW ? GFP_KERNEL : GFP_HIGHUSER);
	assert_non_null(start);
	remove_area(i);
	if (start != m.start || pages > m.pages)
		m.pages = pages;		/* an area that shrinks keeps its pages */
	m.start = start;
	m.size = pages * PAGE_SIZE;
	for (unsigned int page = 0; page * PAGE_SIZE + sizeof(u32) <= kept; page++)
		assert_int_equal(*first_word(&m, page), m.tag + page);
	claim_pages(&m, 0);
	insert(&m);
}

static void no_page_at(volatile char *at)
{
	expect_fault(at, *at = 1);
}

/* What any address is, and that guard pages and freed ones fault. */
static void look(void)
{
	char *at = (char *)VMALLOC_START + (vaddr_t)chance_below(VMALLOC_END - VMALLOC_START);
	unsigned int i;

	if (nr_areas && chance_below(4)) {		/* near an area */
		const struct model *m = &model[chance_below(nr_areas)];

		at = m->start + chance_below((m->pages + 3) * PAGE_SIZE);
	}
	i = index_of(at);
	if (i < nr_areas && at >= model[i].start) {
		const struct vm_struct *vm = find_vm_area(at);

		assert_ptr_equal(vm ? vm->addr : NULL, model[i].start);
		if (at >= model[i].start + model[i].pages * PAGE_SIZE)
			no_page_at(at);
		return;
	}
	assert_null(find_vm_area(at));
	assert_int_equal(vmalloc_to_pfn(at), 0);
	vmalloc_purge();
	no_page_at(at);
}

static void random_operations_agree_with_the_model(void **state)
{
	for (unsigned int i = 0; i < SHARED; i++) {
		shared[i] = i % 2 ? high_page() : alloc_page(GFP_KERNEL);
		*(u32 *)frame_bytes(shared[i]) = i;
	}
	for (unsigned int n = 0; n < OPERATIONS; n++) {
		unsigned int i = chance_below(AREAS_MAX);

		if (i >= nr_areas)
			take();
		else if (chance_below(4))
			give(i);
		else
			resize(i);
		if (!chance_below(16))
			look();
		if (n % 2500 == 0) {
			assert_int_equal(vmalloc_check(), 0);
			assert_int_equal(verify_ledger(false), 0);
		}
	}
	while (nr_areas)
		give(nr_areas - 1);
	assert_int_equal(vmalloc_check(), 0);
	vmalloc_purge();
	assert_int_equal(vmalloc_space.nr, 0);
	for (unsigned int i = 0; i < SHARED; i++)
		__free_page(shared[i]);
}

/* --- limits ----------------------------------------------------------------------------------- */

static void wishes_that_cannot_be_met_give_null(void **state)
{
	assert_null(vmalloc(0));
	assert_null(vmalloc(SIZE_MAX));
	assert_null(vmalloc(-2 * PAGE_SIZE));
	assert_null(vzalloc((MACHINE_FRAMES + 1) * PAGE_SIZE));
	assert_null(__vmalloc_node(PAGE_SIZE, 1ul << 31, GFP_KERNEL, NUMA_NO_NODE, NULL));
	assert_null(__vmalloc_node(PAGE_SIZE, 3 * PAGE_SIZE, GFP_KERNEL, NUMA_NO_NODE, NULL));
	assert_null(vmap(NULL, 0, VM_MAP, PAGE_KERNEL));
	assert_null(vmap(NULL, MACHINE_FRAMES + 1, VM_MAP, PAGE_KERNEL));
	assert_null(ioremap(DEVICE, 0));
	assert_null(ioremap(0xFFFFF000, 2 * PAGE_SIZE));
	assert_null(ioremap(0x200000, PAGE_SIZE));	/* RAM that the buddy lists manage */
	assert_null(vrealloc(NULL, 0, GFP_KERNEL));
	vfree(NULL);
	vunmap(NULL);
	iounmap(NULL);
	host_warnings_take();
	assert_int_equal(vmalloc_check(), 0);
}

static void wrong_addresses_are_reported(void **state)
{
	char *at = vmalloc(2 * PAGE_SIZE), *mapped = vmap(&mem_map, 1, VM_MAP, PAGE_KERNEL);

	vfree(at + PAGE_SIZE);
	vfree(at + 2 * PAGE_SIZE);
	vfree(mapped);
	vfree((void *)(VMALLOC_END - PAGE_SIZE));
	vunmap(at);
	iounmap(at);
	iounmap(mapped);
	assert_null(vrealloc(at + PAGE_SIZE, 1, GFP_KERNEL));
	host_in_irq = true;
	vfree(at + PAGE_SIZE / 2);
	vfree(at);
	vfree(at);					/* noted already */
	host_in_irq = false;
	assert_int_equal(host_warnings_take(), 10);
	vunmap(mapped);
	vfree(vmalloc(1));
	assert_null(find_vm_area(at));
	vfree(at);
	assert_int_equal(host_warnings_take(), 1);
}

static void *many[12000];

static void thousands_of_single_pages_live_at_once(void **state)
{
	void *large;

	for (unsigned int i = 0; i < ARRAY_SIZE(many); i++) {
		many[i] = vmalloc(PAGE_SIZE);
		assert_non_null(many[i]);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(many); i += 2)
		vfree(many[i]);
	large = vmalloc(100 * PAGE_SIZE);
	assert_non_null(large);
	for (unsigned int i = 0; i < ARRAY_SIZE(many); i += 2)
		assert_non_null(many[i] = vmalloc(PAGE_SIZE));
	for (unsigned int i = 0; i < 3000; i++)
		assert_null(__vmalloc(MACHINE_FRAMES * PAGE_SIZE, GFP_HIGHUSER | __GFP_NOWARN));
	for (unsigned int i = 0; i < ARRAY_SIZE(many); i++)
		vfree(many[i]);
	vfree(large);
	vmalloc_purge();
	assert_int_equal(vmalloc_space.nr, 0);
	assert_int_equal(vmalloc_check(), 0);
}

/* --- failures half way ------------------------------------------------------------------------ */

static unsigned long frames_now(void)
{
	struct kmem_cache *cache;

	vmalloc_purge();
	slab_use_arrays(false);
	for (int round = 0; round < 2; round++)
		list_for_each_entry(cache, &slab_caches, list)
			kmem_cache_shrink(cache);
	slab_use_arrays(true);
	drain_all_pages();
	return nr_free_pages();
}

/* True: all of it was had. */
static bool some_areas(void)
{
	char *area = __vmalloc(30 * PAGE_SIZE, GFP_HIGHUSER | __GFP_NOWARN), *larger = NULL;
	char *mapped = vmap(&mem_map, 1, VM_MAP, PAGE_KERNEL), *device = ioremap(DEVICE + 100, 50);
	char *kv = kvmalloc(3 * KMALLOC_MAX_SIZE, GFP_KERNEL | __GFP_NOWARN);
	bool all;

	if (area) {
		memset(area, 0x3c, 30 * PAGE_SIZE);
		larger = vrealloc(area, 50 * PAGE_SIZE, GFP_KERNEL | __GFP_NOWARN);
		assert_null(memchr_inv(larger ? larger : area, 0x3c, 30 * PAGE_SIZE));
	}
	all = area && larger && device && mapped && kv;
	vfree(larger ? larger : area);
	iounmap(device);
	vunmap(mapped);
	kvfree(kv);
	return all;
}

static void fail_each(struct fault_attr *attr)
{
	unsigned long before, nth = 0, failed;

	assert_true(some_areas());
	before = frames_now();
	do {
		bool all;

		fail_nth(attr, ++nth);
		all = some_areas();
		failed = attr->failed;
		fail_nth(attr, 0);
		assert_true(all || failed);
		assert_int_equal(frames_now(), before);
		assert_int_equal(vmalloc_space.nr, 0);
		assert_int_equal(vmalloc_check(), 0);
	} while (failed);
	printf("# %s: %lu points of failure\n", attr->name, nth - 1);
	assert_true(nth > 4);
}

static void every_failure_is_survived_once(void **state)
{
	fail_each(&failslab);
	fail_each(&fail_page_alloc);
	host_warnings_take();
}

/* Alignment leads to a place whose page table is not there yet, and cannot be had. */
static void without_a_page_table_nothing_is_mapped(void **state)
{
	unsigned long before = frames_now();
	void *at[32] = { NULL };
	unsigned int n = 0;

	struct page *pages[ARCH_PTE_SPAN / PAGE_SIZE];
	struct vm_struct *vm;
	phys_addr_t pa;

	vfree(vmalloc(1));			/* the first table is there */
	mmu_tables_left = 0;
	vm = get_vm_area(ARCH_PTE_SPAN, 0);
	for (unsigned int i = 0; i < ARRAY_SIZE(pages); i++)
		pages[i] = mem_map;
	assert_int_equal(map_vm_area(vm, PAGE_KERNEL, pages), -ENOMEM);
	assert_false(arch_translate((vaddr_t)vm->addr, &pa));
	free_vm_area(vm);
	do
		at[n] = __vmalloc_node(9000, ARCH_PTE_SPAN, GFP_KERNEL, NUMA_NO_NODE, NULL);
	while (at[n++]);
	assert_true(n < (VMALLOC_END - VMALLOC_START) / ARCH_PTE_SPAN);
	assert_int_equal(vmalloc_check(), 0);
	mmu_tables_left = MMU_TABLES;
	while (n--)
		vfree(at[n]);
	assert_int_equal(frames_now(), before);
}

/* --- contents --------------------------------------------------------------------------------- */

static void set_wiping(bool on_alloc, bool on_free)
{
	unsigned long flags = arch_irq_save();

	init_on_alloc = on_alloc;
	init_on_free = on_free;
	page_alloc_choose_way();
	arch_irq_restore(flags);
}

static void init_on_alloc_and_on_free_wipe_areas(void **state)
{
	unsigned long size = 200 * PAGE_SIZE;
	char *at = vmalloc(size);
	struct page *page;

	memset(at, 0x77, size);
	vfree(at);
	set_wiping(true, false);
	at = vmalloc(size);
	assert_null(memchr_inv(at, 0, size));
	set_wiping(false, true);
	memset(at, 0x77, size);
	page = vmalloc_to_page(at + 7 * PAGE_SIZE);
	vfree(at);
	drain_all_pages();
	assert_null(memchr_inv(frame_bytes(page), 0, PAGE_SIZE));
	set_wiping(false, false);
}

static void kvmalloc_takes_what_there_is(void **state)
{
	char *small = kvzalloc(100, GFP_KERNEL), *large = kvcalloc(3, 1u << 22, GFP_KERNEL);
	char *node = kvmalloc_node(3000, GFP_KERNEL, NUMA_NO_NODE);

	assert_false(is_vmalloc_addr(small) || is_vmalloc_addr(node));
	assert_true(is_vmalloc_addr(large));
	assert_null(memchr_inv(small, 0, 100));
	assert_null(memchr_inv(large, 0, 3u << 22));
	assert_null(kvmalloc(SIZE_MAX, GFP_KERNEL));
	assert_null(kvmalloc_array(SIZE_MAX / 2, 3, GFP_KERNEL));
	assert_null(kvcalloc(1u << 16, 1u << 16, GFP_KERNEL));
	kvfree(small);
	kvfree(large);
	kvfree(node);
	kvfree(NULL);
	host_warnings_take();
}

static void an_area_of_addresses_is_filled_later(void **state)
{
	struct vm_struct *vm = get_vm_area(2 * PAGE_SIZE, 0);
	struct page *pages[2] = { high_page(), high_page() };
	volatile char *at = vm->addr;
	phys_addr_t pa;

	expect_fault(at, *at = 1);
	assert_int_equal(map_vm_area(vm, PAGE_KERNEL_RO, pages), 0);
	assert_true(arch_translate((vaddr_t)at + PAGE_SIZE + 3, &pa));
	assert_int_equal(pa, page_to_phys(pages[1]) + 3);
	assert_int_equal(at[0], *(char *)frame_bytes(pages[0]));
	expect_fault(at, *at = 1);
	free_vm_area(vm);
	__free_page(pages[0]);
	__free_page(pages[1]);
}

static void addresses_are_told_in_words(void **state)
{
	char words[120], *at = vmalloc(5000);

	assert_true(vmalloc_describe((vaddr_t)at + 9, words, sizeof(words)));
	assert_non_null(strstr(words, "9 bytes into the vmalloc area of 5000 bytes"));
	assert_true(vmalloc_describe((vaddr_t)at + 5001, words, sizeof(words)));
	assert_non_null(strstr(words, "1 bytes past the end of"));
	vfree(at);
	assert_true(vmalloc_describe((vaddr_t)at, words, sizeof(words)));
	assert_non_null(strstr(words, "freed"));
	vmalloc_purge();
	assert_true(vmalloc_describe((vaddr_t)at, words, sizeof(words)));
	assert_string_equal(words, "where no area is");
	assert_false(vmalloc_describe(VMALLOC_END, words, sizeof(words)));
}

static void the_checker_names_what_is_broken(void **state)
{
	char *at = vmalloc(2 * PAGE_SIZE), *freed = vmalloc(PAGE_SIZE);
	pte_t *pte = arch_pte_lookup((vaddr_t)at), right = *pte;
	struct page *page = vmalloc_to_page(at);

	vfree(freed);
	*pte = right + PAGE_SIZE;
	assert_int_equal(vmalloc_check(), VMALLOC_RULE_BASE + 1);
	*pte = right;
	page->private++;
	assert_int_equal(vmalloc_check(), VMALLOC_RULE_BASE + 1);
	page->private--;
	pte[2] = right;
	assert_int_equal(vmalloc_check(), VMALLOC_RULE_BASE + 1);
	pte[2] = 0;
	*arch_pte_lookup((vaddr_t)freed) = right;
	assert_int_equal(vmalloc_check(), VMALLOC_RULE_BASE + 2);
	*arch_pte_lookup((vaddr_t)freed) = 0;
	vmalloc_lazy_pages++;
	assert_int_equal(vmalloc_check(), VMALLOC_RULE_BASE + 3);
	vmalloc_lazy_pages--;
	assert_int_equal(vmalloc_check(), 0);
	vfree(at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		vm_test(without_a_page_table_nothing_is_mapped),
		vm_test(random_operations_agree_with_the_model),
		vm_test(wishes_that_cannot_be_met_give_null),
		vm_test(wrong_addresses_are_reported),
		vm_test(thousands_of_single_pages_live_at_once),
		vm_test(every_failure_is_survived_once),
		vm_test(init_on_alloc_and_on_free_wipe_areas),
		vm_test(kvmalloc_takes_what_there_is),
		vm_test(an_area_of_addresses_is_filled_later),
		vm_test(addresses_are_told_in_words),
		vm_test(the_checker_names_what_is_broken),
	};

	chance_start("test_vmalloc");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
