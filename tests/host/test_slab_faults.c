/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_slab_faults.c - every fault provoked on purpose, and what its report says
 *
 * The second half breaks the allocator's own structures and wants the number of the broken rule.
 *
 * LINK: mm/slab_batch.c
 * LINK: mm/slab.c mm/slab_fast.c mm/slab_geometry.c mm/slab_cache.c mm/slab_check.c mm/kmalloc.c
 * LINK: mm/fault_inject.c mm/util.c mm/page_alloc.c mm/page_check.c mm/mmzone.c mm/ledger.c
 * LINK: mm/page_pcp.c mm/page_block.c mm/e820.c
 */
#include "slab_machine.h"

#include "../../mm/slab_debug.c"	/* for debug=slab as the command line sets it */

#define SIZE	64

static struct kmem_cache *cache, *other;
static u8 *object;

static void begin(u32 flags, kmem_ctor_t ctor)
{
	cache = kmem_cache_create("faulty", SIZE, 0, flags, ctor);
	other = kmem_cache_create("other", SIZE, 0, flags, NULL);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	assert_non_null(object);
	memset(object, 'a', SIZE);
	host_log_clear();
}

static void end(void)
{
	assert_int_equal(validate_slab_cache(cache), 0);	/* mended */
	assert_int_equal(kmem_cache_destroy(cache), 0);
	assert_int_equal(kmem_cache_destroy(other), 0);
}

/* The log must hold a line made of this format. */
#define assert_says(...) do {							\
	char want_[160];							\
	snprintf(want_, sizeof(want_), __VA_ARGS__);				\
	if (!host_log_says(want_))						\
		fail_msg("the report lacks \"%s\":\n%s", want_, host_log);	\
} while (0)

#define assert_one_fault(fault) do {						\
	assert_int_equal(slab_fault_count[fault], 1);				\
	assert_int_equal(faults_seen(), 1);					\
} while (0)

static unsigned int index_of(const void *p)
{
	return object_index(cache, virt_to_page(p)->slab, p);
}

/* --- with debugging -------------------------------------------------------------------------- */

static void overrun_is_found_on_free(void **state)
{
	begin(SLAB_DEBUG_FLAGS, NULL);
	object[SIZE] = 'Z';
	kmem_cache_free(cache, object);
	assert_one_fault(SLAB_OVERRUN);
	assert_says("slab: %08lx: overrun: bytes behind the object were written (cache faulty)",
		    (unsigned long)object);
	assert_says("slab:   object %u of its slab, at %08lx, 64 bytes, cache faulty: handed out",
		    index_of(object), (unsigned long)object);
	assert_says("taken last by");
	assert_says("slab:   object 00000000: 61 61 61 61");
	assert_says("slab:   behind 5a cc cc cc cc cc cc cc");
	assert_int_equal(cache->errors, 1);
	end();
}

/* The last byte of the right red zone counts as much as the first. */
static void overrun_is_found_at_each_byte(void **state)
{
	begin(SLAB_DEBUG_FLAGS, NULL);
	for (unsigned int i = 0; i < RED_SIZE; i++) {
		object[SIZE + i] ^= 1;
		assert_int_equal(validate_slab_cache(cache), 1);
		assert_int_equal(validate_slab_cache(cache), 0);
	}
	assert_int_equal(slab_fault_count[SLAB_OVERRUN], RED_SIZE);
	kmem_cache_free(cache, object);
	end();
}

static void underrun_is_found_on_free(void **state)
{
	begin(SLAB_RED_ZONE, NULL);
	object[-1] = 'Z';
	kmem_cache_free(cache, object);
	assert_one_fault(SLAB_UNDERRUN);
	assert_says("underrun: bytes in front of the object were written (cache faulty)");
	assert_says("slab:   before cc cc cc cc cc cc cc cc cc cc cc cc cc cc cc 5a");
	end();
}

static void use_after_free_is_found_at_the_next_alloc(void **state)
{
	begin(SLAB_DEBUG_FLAGS, NULL);
	kmem_cache_free(cache, object);
	object[50] = 'Z';
	assert_int_equal(faults_seen(), 0);
	assert_ptr_equal(kmem_cache_alloc(cache, GFP_KERNEL), object);
	assert_one_fault(SLAB_USE_AFTER_FREE);
	assert_says("use after free: the object was written while it was free (cache faulty)");
	assert_says("slab:   object 00000030: 6b 6b 5a 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b 6b a5  kkZkkkkk");
	assert_says("freed last by");
	kmem_cache_free(cache, object);
	end();
}

static void use_after_free_is_found_by_verify_at_each_byte(void **state)
{
	begin(SLAB_POISON, NULL);
	kmem_cache_free(cache, object);
	for (unsigned int i = 0; i < SIZE; i++) {
		object[i] ^= 0x80;
		assert_int_equal(verify_ledger(false), 17);
		assert_int_equal(verify_ledger(false), 0);
	}
	assert_int_equal(slab_fault_count[SLAB_USE_AFTER_FREE], SIZE);
	end();
}

/* A freed object's red zones are watched too. */
static void a_write_behind_a_freed_object_is_found(void **state)
{
	begin(SLAB_RED_ZONE, NULL);
	kmem_cache_free(cache, object);
	object[SIZE] = 'Z';
	assert_int_equal(validate_slab_cache(cache), 1);
	assert_one_fault(SLAB_OVERRUN);
	assert_says("64 bytes, cache faulty: free");
	end();
}

static void construct_list(void *p)
{
	INIT_LIST_HEAD((struct list_head *)p);
}

static void a_broken_constructor_state_is_found_on_free(void **state)
{
	begin(SLAB_DEBUG_FLAGS, construct_list);
	INIT_LIST_HEAD((struct list_head *)object);		/* begin() wrote over it */
	object[20] = 'x';					/* not the constructor's */
	kmem_cache_free(cache, object);
	assert_int_equal(faults_seen(), 0);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	assert_int_equal(object[20], 'x');
	((struct list_head *)object)->next = NULL;
	kmem_cache_free(cache, object);
	assert_one_fault(SLAB_BAD_CTOR);
	assert_says("constructor state broken: freed, but not as the constructor leaves it (cache faulty)");
	assert_says("slab:   object 00000000: 00 00 00 00");		/* as it was found */
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	assert_true(list_empty((struct list_head *)object));	/* mended */
	kmem_cache_free(cache, object);
	end();
}

/* --- wrong pointers, with debugging and without ------------------------------------------------ */

static void wrong_frees(u32 flags)
{
	u8 *second;

	begin(flags, NULL);
	kmem_cache_free(other, object);
	assert_one_fault(SLAB_WRONG_CACHE);
	assert_says("wrong cache: the object was freed to a cache that it is not from (cache other)");
	assert_says("64 bytes, cache faulty: handed out");

	kmem_cache_free(cache, (void *)0x1234);
	kmem_cache_free(cache, (u8 *)__va(vm_layout.max_low_pfn << PAGE_SHIFT) + 64);
	kfree((void *)-64L);
	assert_int_equal(slab_fault_count[SLAB_WILD_FREE], 3);
	assert_says("slab: 00001234: wild free: freed, but it is neither in a slab nor from kmalloc "
		    "(cache faulty)");
	assert_says("it is no address of lowmem");
	second = (u8 *)__get_free_page(GFP_KERNEL);
	kfree(second + 16);
	kfree(second);
	assert_int_equal(slab_fault_count[SLAB_WILD_FREE], 5);
	assert_says("its page is handed out, owner kernel");
	free_page((unsigned long)second);

	second = kmem_cache_alloc(cache, GFP_KERNEL);
	host_log_clear();
	kmem_cache_free(cache, object);
	kmem_cache_free(cache, object);
	kfree(object);
	assert_int_equal(slab_fault_count[SLAB_DOUBLE_FREE], 2);
	assert_says("double free: the object is free already (cache faulty)");
	assert_says("cache faulty: free");
	/* nobody gets it twice */
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	assert_ptr_not_equal(object, kmem_cache_alloc(cache, GFP_KERNEL));
	assert_int_equal(cache_objects_out(cache), 3);
	for (unsigned int i = 0; i < cache->num; i++) {
		u8 *p = index_object(cache, virt_to_page(object)->slab, i);

		if (object_is_out(cache, virt_to_page(object)->slab, p))
			kmem_cache_free(cache, p);
	}
	assert_int_equal(faults_seen(), 1 + 5 + 2);
	end();
}

static void wrong_frees_are_found_with_debugging(void **state)
{
	wrong_frees(SLAB_DEBUG_FLAGS);
}

static void wrong_frees_are_found_without_debugging(void **state)
{
	wrong_frees(0);
}

static void a_middle_pointer_is_found(void **state)
{
	begin(SLAB_DEBUG_FLAGS, NULL);
	kmem_cache_free(cache, object + 8);
	assert_one_fault(SLAB_MIDDLE);
	assert_says("slab: %08lx: middle pointer: freed, but no object starts there (cache faulty)",
		    (unsigned long)object + 8);
	assert_says("at %08lx, 64 bytes, cache faulty: handed out", (unsigned long)object);
	kmem_cache_free(cache, object);
	assert_int_equal(faults_seen(), 1);
	end();
}

/* Without debugging it is found where the array meets the slab, and the object stays whole. */
static void a_middle_pointer_is_found_at_the_slab_without_debugging(void **state)
{
	begin(0, NULL);
	kmem_cache_free(cache, object + 8);
	assert_int_equal(kmem_cache_destroy(cache), -EBUSY);
	assert_one_fault(SLAB_MIDDLE);
	assert_true(host_log_says("cache faulty is not destroyed: 1 of its objects are out"));
	kmem_cache_free(cache, object);
	end();
}

/* --- the free index -------------------------------------------------------------------------- */

/* Allocate until no object is left; each of them must be another one and none that was out before. */
static unsigned int take_all(struct slab *slab, u8 **taken)
{
	unsigned int n = 0;

	while (slab->inuse < cache->num) {
		u8 *p = kmem_cache_alloc(cache, GFP_KERNEL);

		assert_ptr_not_equal(p, object);
		for (unsigned int i = 0; i < n; i++)
			assert_ptr_not_equal(p, taken[i]);
		taken[n++] = p;
	}
	return n;
}

static void break_index(unsigned int value, unsigned int steps)
{
	u8 *taken[128];
	unsigned int n, at;
	struct slab *slab;

	slab_use_arrays(false);
	begin(0, NULL);
	slab = virt_to_page(object)->slab;
	at = slab->free;
	for (unsigned int i = 0; i < steps; i++)
		at = slab->free_index[at];
	slab->free_index[at] = value == 0x1000 ? index_of(object) : value;
	assert_int_equal(slab_check(), 2);
	assert_says("rule S2 is broken in cache faulty");
	n = take_all(slab, taken);
	assert_in_range(n, steps, steps + 2);
	assert_one_fault(SLAB_BAD_INDEX);
	assert_says("corrupted free index: the slab's list of free objects leads nowhere");
	assert_int_equal(slab_check(), 0);
	while (n)
		kmem_cache_free(cache, taken[--n]);
	kmem_cache_free(cache, object);
	assert_int_equal(slab_check(), 0);
	assert_int_equal(faults_seen(), 1);
	assert_int_equal(kmem_cache_destroy(cache), -EBUSY);	/* what was given up counts as out */
	for (unsigned int i = 0; i < cache->num; i++)
		if (slab->free_index[i] == INDEX_ACTIVE)
			kmem_cache_free(cache, index_object(cache, slab, i));
	end();
	slab_use_arrays(true);
}

static void a_corrupted_free_index_is_found(void **state)
{
	static const unsigned int values[] = { 0x7777, INDEX_END, INDEX_ACTIVE, 0x1000 };

	for (unsigned int i = 0; i < ARRAY_SIZE(values); i++)
		for (unsigned int steps = 0; steps < 3; steps++) {
			memset(slab_fault_count, 0, sizeof(slab_fault_count));
			break_index(values[i], steps);
		}
}

/* --- debug=slab ------------------------------------------------------------------------------ */

static void debug_slab_is_for_every_cache(void **state)
{
	u8 *p;

	assert_int_equal(set_debug("pages"), -EINVAL);
	assert_int_equal(set_debug("slab"), 0);
	for (size_t size = 1; size <= 131072; size = size * 2 + 1) {
		struct kmem_cache *c = kmem_cache_create("debugged", size, 0, 0, NULL);

		assert_int_equal(c->flags, SLAB_DEBUG_FLAGS);
		p = kmem_cache_alloc(c, GFP_KERNEL);
		p[size]++;
		kmem_cache_free(c, p);
		assert_int_equal(kmem_cache_destroy(c), 0);
	}
	default_flags = 0;
	assert_int_equal(slab_fault_count[SLAB_OVERRUN], 17);
	assert_int_equal(faults_seen(), 17);
}

/* Objects of a new slab, the last in its array and the first left in it: both are known to be free. */
static void an_object_that_was_never_handed_out_is_free(void **state)
{
	for (int ctor = 0; ctor < 2; ctor++) {
		struct slab *slab;

		cache = kmem_cache_create("small", 12, 0, 0, ctor ? construct_list : NULL);
		object = kmem_cache_alloc(cache, GFP_KERNEL);
		slab = virt_to_page(object)->slab;
		assert_in_range(slab->inuse, 2, cache->num - 1);
		kmem_cache_free(cache, cache->cpu.base[0]);
		assert_int_equal(slab_fault_count[SLAB_DOUBLE_FREE], 2 * ctor + 1);
		kmem_cache_free(cache, index_object(cache, slab, slab->free));
		assert_int_equal(slab_fault_count[SLAB_DOUBLE_FREE], 2 * ctor + 2);
		kmem_cache_free(cache, object);
		assert_int_equal(kmem_cache_destroy(cache), 0);
	}
}

/* Good use of every kind of debugged cache is never reported. */
static void no_false_alarms(void **state)
{
	for (u32 flags = 0; flags <= SLAB_DEBUG_FLAGS; flags += SLAB_POISON)
		for (size_t size = 1; size < 700; size += 13)
			for (int ctor = 0; ctor < 2; ctor++) {
				void *objects[20];
				struct kmem_cache *c;

				c = kmem_cache_create("good", max(size, sizeof(struct list_head)), 0,
						      flags, ctor ? construct_list : NULL);
				for (int round = 0; round < 3; round++) {
					for (int i = 0; i < 20; i++) {
						objects[i] = kmem_cache_alloc(c, GFP_KERNEL);
						if (!ctor)
							memset(objects[i], i, kmem_cache_size(c));
					}
					assert_int_equal(validate_slab_cache(c), 0);
					kmem_cache_free_bulk(c, 20, objects);
					assert_int_equal(validate_slab_cache(c), 0);
				}
				assert_int_equal(kmem_cache_destroy(c), 0);
			}
	assert_int_equal(faults_seen(), 0);
}

/* --- rules broken on purpose ------------------------------------------------------------------ */

static struct slab *slab_of_test(void)
{
	begin(0, NULL);
	return virt_to_page(object)->slab;
}

static void expect_rule(int rule)
{
	char words[64];

	host_log_clear();
	assert_int_equal(slab_check(), rule);
	snprintf(words, sizeof(words), "rule S%d is broken in cache faulty", rule);
	assert_true(host_log_says(words));
	assert_int_equal(verify_ledger(false), 17);
}

static void mended(void)
{
	assert_int_equal(slab_check(), 0);
	kmem_cache_free(cache, object);
	end();
}

static void rule_s1_inuse_lists_and_sums(void **state)
{
	struct slab *slab = slab_of_test();

	assert_int_equal(slab->inuse, cache->num);	/* the rest of it is in the array */
	list_move(&slab->list, &cache->slabs_partial);
	expect_rule(1);
	list_move(&slab->list, &cache->slabs_full);
	cache->nr_inuse++;
	expect_rule(1);
	cache->nr_inuse--;
	cache->nr_free_slabs++;
	expect_rule(1);
	cache->nr_free_slabs--;
	mended();
}

static void rule_s2_the_free_index(void **state)
{
	slab_index_t first, second;
	struct slab *slab;

	slab_use_arrays(false);
	slab = slab_of_test();
	first = slab->free;
	second = slab->free_index[first];
	slab->free_index[first] = first;		/* a loop */
	expect_rule(2);
	slab->free_index[first] = cache->num;
	expect_rule(2);
	slab->free_index[first] = INDEX_END;
	expect_rule(2);
	slab->free_index[first] = second;
	mended();
	slab_use_arrays(true);
}

static void rule_s3_pages_and_their_cache(void **state)
{
	struct slab *slab = slab_of_test();
	struct page *page = slab_first_page(cache, slab);

	page->slab_cache = other;
	expect_rule(3);
	page->slab_cache = cache;
	page->slab = object;
	expect_rule(3);
	page->slab = slab;
	mended();
}

/* "and no other page does": the ledger counts. */
static void rule_s3_no_other_page(void **state)
{
	struct page *page = alloc_page(GFP_KERNEL);

	page_set_owner(page, PAGE_OWNER_SLAB);
	host_log_clear();
	assert_int_equal(verify_ledger(false), 17);
	assert_true(host_log_says("frames say that slab holds them, whose own sum is"));
	page_set_owner(page, PAGE_OWNER_KERNEL);
	__free_page(page);
}

static void rule_s4_the_array(void **state)
{
	void *good;

	slab_of_test();
	good = cache->cpu.top[-1];
	cache->cpu.top[-1] = (u8 *)good + 8;		/* no start */
	expect_rule(4);
	cache->cpu.top[-1] = cache->cpu.top[-2];	/* twice */
	expect_rule(4);
	cache->cpu.top[-1] = kmalloc_caches;		/* in no slab */
	expect_rule(4);
	cache->cpu.top[-1] = good;
	mended();
}

static void rule_s5_the_place_of_slot_0(void **state)
{
	struct slab *slab = slab_of_test();

	slab->s_mem = (u8 *)slab->s_mem + 8;
	expect_rule(5);
	slab->s_mem = (u8 *)slab->s_mem + 24 * SIZE - 8;	/* aligned, but past the end */
	expect_rule(5);
	slab->s_mem = (u8 *)slab->s_mem - 24 * SIZE;
	mended();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		slab_test(overrun_is_found_on_free),
		slab_test(overrun_is_found_at_each_byte),
		slab_test(underrun_is_found_on_free),
		slab_test(use_after_free_is_found_at_the_next_alloc),
		slab_test(use_after_free_is_found_by_verify_at_each_byte),
		slab_test(a_write_behind_a_freed_object_is_found),
		slab_test(a_broken_constructor_state_is_found_on_free),
		slab_test(wrong_frees_are_found_with_debugging),
		slab_test(wrong_frees_are_found_without_debugging),
		slab_test(a_middle_pointer_is_found),
		slab_test(a_middle_pointer_is_found_at_the_slab_without_debugging),
		slab_test(a_corrupted_free_index_is_found),
		slab_test(debug_slab_is_for_every_cache),
		slab_test(an_object_that_was_never_handed_out_is_free),
		slab_test(no_false_alarms),
		slab_test(rule_s1_inuse_lists_and_sums),
		slab_test(rule_s2_the_free_index),
		slab_test(rule_s3_pages_and_their_cache),
		slab_test(rule_s3_no_other_page),
		slab_test(rule_s4_the_array),
		slab_test(rule_s5_the_place_of_slot_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
