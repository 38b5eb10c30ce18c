/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_highmem.c - kmap, kmap_local_page, the fixmap against counts and copies of frames
 *
 * The model knows for each frame how many times it is mapped, where, and four of its words. Words
 * are written and read through the windows of soft_mmu.h, whose TLB forgets nothing by itself: a
 * wrong entry or a flush that is wanting shows as a wrong word.
 *
 * LINK: mm/highmem.c mm/fixmap.c mm/vmalloc.c mm/vmap_area.c mm/layout.c mm/slab_batch.c mm/slab.c
 * LINK: mm/slab_fast.c mm/slab_geometry.c mm/slab_cache.c mm/slab_check.c mm/slab_debug.c
 * LINK: mm/kmalloc.c
 * LINK: mm/fault_inject.c mm/util.c mm/page_alloc.c mm/page_bulk.c mm/page_pcp.c mm/page_block.c
 * LINK: mm/page_check.c mm/mmzone.c mm/ledger.c mm/e820.c lib/rbtree.c
 */
#include "vm_machine.h"
#include <chance.h>

#define OPERATIONS	200000u
#define PAGES		3500u		/* more than slots, and more than buckets of the hash */
#define WORDS		4u
#define WORD_STEP	(PAGE_SIZE / WORDS)

static struct model {
	struct page *page;
	unsigned int uses;		/* of kmap() */
	char *at;			/* while uses > 0 */
	u32 word[WORDS];		/* at multiples of WORD_STEP */
} model[PAGES];

static struct model *in_slot[LAST_PKMAP];	/* whose uses > 0 */
static unsigned int nr_mapped;			/* of those */

static u32 *word_at(void *page, unsigned int i)
{
	return (u32 *)((char *)page + i * WORD_STEP);
}

/* Through @at, one word of @m is what the model says; then it is another. */
static void use(struct model *m, void *at)
{
	unsigned int i = chance_below(WORDS);

	assert_int_equal(*word_at(at, i), m->word[i]);
	*word_at(at, i) = m->word[i] = chance();
	assert_int_equal(*word_at(frame_bytes(m->page), i), m->word[i]);
}

static void take_pages(void)
{
	for (struct model *m = model; m < model + PAGES; m++) {
		*m = (struct model) { .page = high_page() };
		memset(frame_bytes(m->page), 0, PAGE_SIZE);
	}
}

/* --- the window ------------------------------------------------------------------------------ */

static struct model **slot_of(const struct model *m)
{
	return &in_slot[((vaddr_t)m->at - MMU_START) >> PAGE_SHIFT];
}

static void map_one(struct model *m)
{
	bool full = !m->uses && nr_mapped == LAST_PKMAP;
	char *at = full || chance_below(2) ? kmap_try(m->page) : kmap(m->page);

	assert_int_equal(!at, full);
	if (full)
		return;
	assert_true(at >= (char *)MMU_START && at < (char *)MMU_START + LAST_PKMAP * PAGE_SIZE);
	assert_int_equal(offset_in_page(at), 0);
	if (m->uses)
		assert_ptr_equal(at, m->at);
	m->at = at;
	assert_ptr_equal(*slot_of(m), m->uses ? m : NULL);
	*slot_of(m) = m;
	nr_mapped += !m->uses++;
	use(m, at);
}

static void unmap_one(struct model *m)
{
	use(m, m->at);
	kunmap(m->page);
	if (--m->uses)
		return;
	*slot_of(m) = NULL;
	nr_mapped--;
}

static void give_pages(void)
{
	for (struct model *m = model; m < model + PAGES; m++) {
		while (m->uses)
			unmap_one(m);
		for (unsigned int i = 0; i < WORDS; i++)
			assert_int_equal(*word_at(frame_bytes(m->page), i), m->word[i]);
		__free_page(m->page);
	}
	assert_int_equal(pkmap_slots_mapped(), 0);
	assert_int_equal(highmem_check(), 0);
}

/* @more of ten operations map, so that the window fills and empties. */
static void some_operations(unsigned int count, unsigned int more)
{
	while (count--) {
		struct model *m = &model[chance_below(PAGES)];

		assert_ptr_equal(page_address(m->page), m->uses ? m->at : NULL);
		if (m->uses && chance_below(10) >= more)
			unmap_one(m);
		else if (m->uses < 5)
			map_one(m);
		if (!chance_below(5000)) {
			assert_int_equal(pkmap_slots_mapped(), nr_mapped);
			assert_int_equal(highmem_check(), 0);
		}
	}
}

static void kmap_agrees_with_the_model(void **state)
{
	unsigned long flushes = pkmap_flushes;

	take_pages();
	for (unsigned int round = 0; round < 10; round++)
		some_operations(OPERATIONS / 10, round % 2 ? 1 : 7);
	assert_true(pkmap_flushes > flushes + 3);
	give_pages();
}

/* A slot that nobody uses keeps its page; after a flush it keeps nothing. */
static void a_page_finds_its_old_slot_until_the_flush(void **state)
{
	struct page *page = high_page();
	char *at = kmap(page), *again;
	unsigned long flushes;

	kunmap(page);
	assert_null(page_address(page));
	again = kmap(page);
	assert_ptr_equal(again, at);
	kunmap(page);
	flushes = host_tlb_window_flushes;
	kmap_flush_unused();
	assert_int_equal(host_tlb_window_flushes, flushes + 1);
	assert_int_equal(pkmap_nr_free, LAST_PKMAP);
	expect_fault(at, *(volatile char *)at = 1);
	__free_page(page);
}

static void lowmem_has_its_address_already(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	assert_ptr_equal(kmap(page), frame_bytes(page));
	assert_ptr_equal(kmap_try(page), frame_bytes(page));
	assert_ptr_equal(kmap_local_page(page), frame_bytes(page));
	assert_ptr_equal(page_address(page), frame_bytes(page));
	kunmap_local(frame_bytes(page));
	kunmap(page);
	assert_int_equal(pkmap_slots_mapped() + kmap_local_depth(), 0);
	__free_page(page);
}

static void misuse_of_kmap_is_reported(void **state)
{
	struct page *page = high_page();

	kunmap(page);
	assert_int_equal(host_warnings_take(), 1);
	kmap(page);
	kunmap(page);
	kunmap(page);
	assert_int_equal(host_warnings_take(), 1);
	assert_true(host_log_says("which is not mapped"));
	host_in_irq = true;
	expect_panic(kmap_flush_unused());
	host_in_irq = false;
	for (unsigned int i = 0; i < 0xfffe; i++)
		kmap(page);
	expect_panic_saying("and kunmap() is wanting", kmap(page));
	kmap_try(page);				/* from the count of 0 to that of nobody */
	__free_page(page);
}

static void a_full_window_panics_only_those_who_cannot_take_no(void **state)
{
	take_pages();
	for (unsigned int i = 0; i < LAST_PKMAP; i++)
		map_one(&model[i]);
	assert_null(kmap_try(model[LAST_PKMAP].page));
	expect_panic_saying("all 1024 slots", kmap(model[LAST_PKMAP].page));
	give_pages();
}

/* --- the stack of the fixmap ------------------------------------------------------------------ */

static void local_mappings_are_a_stack(void **state)
{
	struct model *m[KM_MAX_IDX];
	char *at[KM_MAX_IDX];
	volatile unsigned int depth = 0;	/* a fault is left by siglongjmp() */

	take_pages();
	for (unsigned int n = 0; n < OPERATIONS / 10; n++) {
		assert_int_equal(kmap_local_depth(), depth);
		if (depth < KM_MAX_IDX && chance_below(2)) {
			m[depth] = &model[chance_below(PAGES)];
			at[depth] = kmap_local_page(m[depth]->page);
			assert_int_equal((vaddr_t)at[depth], fix_to_virt(FIX_KMAP_BEGIN + depth));
			use(m[depth], at[depth]);
			depth++;
		} else if (depth) {
			depth--;
			use(m[depth], at[depth]);
			kunmap_local(at[depth] + chance_below(PAGE_SIZE));
			expect_fault(at[depth], *(volatile char *)at[depth] = 1);
		}
		if (n % 1000 == 0)
			host_has_invlpg = !host_has_invlpg;
	}
	host_has_invlpg = true;
	while (depth)
		kunmap_local(at[--depth]);
	give_pages();
}

static void local_misuse_is_reported(void **state)
{
	struct page *page = high_page();
	char *at[KM_MAX_IDX];

	for (unsigned int i = 0; i < KM_MAX_IDX; i++)
		at[i] = kmap_local_page(page);
	expect_panic_saying("deeper than 16", kmap_local_page(page));
	kunmap_local(at[KM_MAX_IDX - 2]);
	assert_true(host_log_says("not the last of them"));
	for (unsigned int i = KM_MAX_IDX; i--;)
		kunmap_local(at[i]);
	kunmap_local(at[0]);
	assert_int_equal(host_warnings_take(), 2);
	assert_int_equal(kmap_local_depth(), 0);
	__free_page(page);
}

static void a_fixmap_slot_shows_the_frame_it_was_given(void **state)
{
	struct page *page = high_page(), *other = high_page();
	volatile u32 *at = (u32 *)fix_to_virt(FIX_TEST);

	*(u32 *)frame_bytes(page) = 1;
	*(u32 *)frame_bytes(other) = 2;
	set_fixmap(FIX_TEST, page_to_phys(page));
	assert_int_equal(*at, 1);
	set_fixmap(FIX_TEST, page_to_phys(other));
	assert_int_equal(*at, 2);
	assert_int_equal(virt_to_fix((vaddr_t)at + 5), FIX_TEST);
	clear_fixmap(FIX_TEST);
	expect_fault(at, *at = 1);
	expect_panic(virt_to_fix(FIXADDR_TOP));
	expect_panic(__set_fixmap(FIX_TEST, 1, ARCH_PTE_KERNEL));
	__free_page(page);
	__free_page(other);
}

/* --- whole frames and parts ------------------------------------------------------------------- */

static u8 bytes[2][PAGE_SIZE], patch[PAGE_SIZE];

static void same_bytes(struct page *const page[2])
{
	assert_memory_equal(frame_bytes(page[0]), bytes[0], PAGE_SIZE);
	assert_memory_equal(frame_bytes(page[1]), bytes[1], PAGE_SIZE);
}

/* One frame with and one without an address, and two arrays to which the same is done. */
static void parts_of_frames_agree_with_arrays(void **state)
{
	struct page *const page[2] = { high_page(), alloc_page(GFP_KERNEL) };

	memset(bytes, 0, sizeof(bytes));
	clear_highpage(page[0]);
	clear_highpage(page[1]);
	for (unsigned int n = 0; n < 20000; n++) {
		unsigned int i = chance_below(2), offset = chance_below(PAGE_SIZE + 1);
		unsigned int len = chance_below(PAGE_SIZE - offset + 1);

		memset(patch, chance(), len);
		switch (chance_below(8)) {
		case 0:
			copy_highpage(page[i], page[!i]);
			memcpy(bytes[i], bytes[!i], PAGE_SIZE);
			break;
		case 1:
			clear_highpage(page[i]);
			memset(bytes[i], 0, PAGE_SIZE);
			break;
		case 2:
			zero_user(page[i], offset, len);
			memset(bytes[i] + offset, 0, len);
			break;
		case 3:
			memcpy_from_page(patch, page[i], offset, len);
			assert_memory_equal(patch, bytes[i] + offset, len);
			break;
		default:
			memcpy_to_page(page[i], offset, patch, len);
			memcpy(bytes[i] + offset, patch, len);
		}
		same_bytes(page);
	}
	assert_int_equal(kmap_local_depth(), 0);
	expect_panic(zero_user(page[1], 1, PAGE_SIZE));
	expect_panic(memcpy_to_page(page[1], PAGE_SIZE + 1, patch, 0));
	__free_page(page[0]);
	__free_page(page[1]);
}

static void zeroed_blocks_without_an_address_are_zero(void **state)
{
	struct page *page = alloc_pages(GFP_HIGHUSER, 3);

	assert_true(page_is_highmem(page));
	memset(frame_bytes(page), 0x5a, 8 * PAGE_SIZE);
	__free_pages(page, 3);
	drain_all_pages();
	page = alloc_pages(GFP_HIGHUSER | __GFP_ZERO, 10);
	assert_true(page_is_highmem(page));
	assert_null(memchr_inv(frame_bytes(page), 0, 1024 * PAGE_SIZE));
	__free_pages(page, 10);
}

/* --- the checker ------------------------------------------------------------------------------ */

#define CHECK_WITH(field, value) ({				\
	__typeof__(field) before_ = (field);			\
	int rule_;						\
	(field) = (value);					\
	rule_ = highmem_check();				\
	(field) = before_;					\
	rule_;							\
})

static void the_checker_names_what_is_broken(void **state)
{
	struct page *page = high_page();
	pte_t *pte = arch_pte_lookup((vaddr_t)kmap(page));

	assert_int_equal(CHECK_WITH(*pte, *pte + PAGE_SIZE), 1);
	assert_int_equal(CHECK_WITH(pte[1], *pte), 1);
	assert_int_equal(CHECK_WITH(pkmap_nr_free, pkmap_nr_free - 1), 3);
	assert_int_equal(CHECK_WITH(kmap_local.top[-1], *pte), FIXMAP_RULE_BASE + 1);
	assert_int_equal(CHECK_WITH(kmap_local.top, kmap_local.top + 1), FIXMAP_RULE_BASE + 2);
	assert_int_equal(highmem_check(), 0);
	kunmap(page);
	__free_page(page);
}

static void slots_are_named_in_words(void **state)
{
	struct page *page = high_page();
	struct pkmap_info info;
	char words[80], *at = kmap(page);
	unsigned int slot = ((vaddr_t)at - MMU_START) >> PAGE_SHIFT;

	assert_true(pkmap_describe((vaddr_t)at + 9, words, sizeof(words)));
	assert_non_null(strstr(words, "mapped 1 times"));
	assert_true(pkmap_slot_info(slot, &info));
	assert_ptr_equal(info.page, page);
	assert_int_equal(info.count, 2);
	kunmap(page);
	assert_true(pkmap_describe((vaddr_t)at, words, sizeof(words)));
	assert_non_null(strstr(words, "already unmapped"));
	assert_false(pkmap_describe(MMU_START - 1, words, sizeof(words)));
	assert_false(pkmap_slot_info(LAST_PKMAP, &info));
	at = kmap_local_page(page);
	assert_true(fixmap_describe((vaddr_t)at, words, sizeof(words)));
	assert_non_null(strstr(words, "level 0 of kmap_local_page, mapped"));
	kunmap_local(at);
	assert_true(fixmap_describe((vaddr_t)at, words, sizeof(words)));
	assert_non_null(strstr(words, "not mapped now"));
	assert_true(fixmap_describe(fix_to_virt(FIX_TEST), words, sizeof(words)));
	assert_non_null(strstr(words, "FIX_TEST"));
	assert_false(fixmap_describe(FIXADDR_TOP, words, sizeof(words)));
	__free_page(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		vm_test(kmap_agrees_with_the_model),
		vm_test(a_page_finds_its_old_slot_until_the_flush),
		vm_test(lowmem_has_its_address_already),
		vm_test(misuse_of_kmap_is_reported),
		vm_test(a_full_window_panics_only_those_who_cannot_take_no),
		vm_test(local_mappings_are_a_stack),
		vm_test(local_misuse_is_reported),
		vm_test(a_fixmap_slot_shows_the_frame_it_was_given),
		vm_test(parts_of_frames_agree_with_arrays),
		vm_test(zeroed_blocks_without_an_address_are_zero),
		vm_test(the_checker_names_what_is_broken),
		vm_test(slots_are_named_in_words),
	};

	chance_start("test_highmem");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
