/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_slab.c - caches, slabs and their lists, kmalloc, and a million random operations
 *
 * LINK: mm/slab_batch.c
 * LINK: mm/slab.c mm/slab_fast.c mm/slab_geometry.c mm/slab_cache.c mm/slab_check.c mm/slab_debug.c
 * LINK: mm/kmalloc.c mm/fault_inject.c mm/util.c mm/page_alloc.c mm/page_check.c mm/mmzone.c
 * LINK: mm/ledger.c mm/e820.c mm/page_pcp.c mm/page_block.c
 */
#include "slab_machine.h"
#include <test_random.h>

/* --- geometry, worked out anew from what slab_geometry.c promises ------------------------------ */

#define DESCRIPTOR	16	/* struct slab: two links, an address, two 16-bit numbers */
#define INDEX		2	/* bytes of index for each object */

struct geometry {
	size_t slot, waste, left, mgmt;
	unsigned int order, num, colours;
	bool off;
};

/* One multiple of the alignment after the other, one object after the other: slow and plain. */
static struct geometry plain_geometry_for(size_t slot, size_t align, unsigned int order)
{
	struct geometry g = { .slot = slot, .order = order };
	size_t bytes = 4096u << order;

	for (;;) {
		size_t mgmt = 0;

		while (mgmt < DESCRIPTOR + INDEX * (g.num + 1))
			mgmt += align;
		if (mgmt + (g.num + 1) * slot > bytes)
			break;
		g.num++;
		g.mgmt = mgmt;
	}
	g.off = slot >= 512 && bytes / slot > g.num;
	if (g.off) {
		g.num = bytes / slot;
		g.mgmt = 0;
	}
	g.left = bytes - g.mgmt - g.num * slot;
	g.waste = g.off ? g.left : bytes - g.num * slot - DESCRIPTOR - INDEX * g.num;
	g.colours = g.left / (align > 64 ? align : 64);
	return g;
}

static struct geometry plain_geometry(size_t size, size_t align)
{
	struct geometry best = { .num = 0 };
	size_t slot = 0;

	if (align < 8)
		align = 8;
	if ((size & (size - 1)) == 0 && align < size)
		align = size;
	while (slot < size)
		slot += align;
	for (unsigned int order = 0; order <= 10; order++) {
		struct geometry g = plain_geometry_for(slot, align, order);

		if (!g.num)
			continue;
		if (g.waste <= (4096u << order) / 8)
			return g;
		if (!best.num || (double)g.waste / (4096u << order) <
				 (double)best.waste / (4096u << best.order))
			best = g;
	}
	return best;
}

static void check_geometry(size_t size, size_t align)
{
	struct geometry want = plain_geometry(size, align);
	struct kmem_cache cache = { .name = "geometry" };

	assert_true(slab_choose_geometry(&cache, size, align));
	if (cache.size != want.slot || cache.order != want.order || cache.num != want.num ||
	    cache.off_slab != want.off || cache.mgmt_size != want.mgmt ||
	    cache.colours != want.colours)
		fail_msg("size %zu align %zu: slot %u order %u num %u off %d mgmt %u colours %u, want "
			 "%zu %u %u %d %zu %u", size, align, cache.size, cache.order, cache.num,
			 cache.off_slab, cache.mgmt_size, cache.colours, want.slot, want.order,
			 want.num, want.off, want.mgmt, want.colours);
	assert_true(cache.colour_off % cache.align == 0 && cache.colour_off >= L1_CACHE_BYTES);
}

static void geometry_is_as_promised(void **state)
{
	static const size_t edges[] = {		/* waste of exactly 1/8; no order wastes so little */
		896, 1792, 3584, 512, 511, 700000, 1300000, 1500000, 2200000, 2800000, 3000000, 4194303,
	};
	unsigned int cases = ARRAY_SIZE(edges);

	for (unsigned int i = 0; i < ARRAY_SIZE(edges); i++)
		check_geometry(edges[i], 1);
	random_begin("geometry");
	for (size_t align = 1; align <= 4096; align *= 2) {
		for (size_t size = 1; size <= 1100; size += 1 + random_below(6), cases++)
			check_geometry(size, align);
		for (size_t size = 1100; size <= 131072; size += 1 + random_below(900), cases++)
			check_geometry(size, align);
		for (size_t size = 8; size <= 131072; size *= 2, cases += 3) {
			check_geometry(size - 1, align);
			check_geometry(size, align);
			check_geometry(size + 1, align);
		}
	}
	printf("# %u sizes and alignments\n", cases);
	assert_true(cases > 5000);
}

static void largest_objects_have_a_slab_each(void **state)
{
	struct kmem_cache cache = { .name = "4 MiB" };

	assert_true(slab_choose_geometry(&cache, KMALLOC_MAX_SIZE, 0));
	assert_int_equal(cache.order, MAX_ORDER - 1);
	assert_int_equal(cache.num, 1);
	assert_true(cache.off_slab);
	cache.flags = SLAB_RED_ZONE;
	assert_false(slab_choose_geometry(&cache, KMALLOC_MAX_SIZE, 0));
}

/* Index and address of an object are found by a multiplication: right for every object and size. */
static void index_of_every_object_is_exact(void **state)
{
	for (size_t size = 8; size <= 131072; size += size < 5000 ? 8 : 4104) {
		struct kmem_cache cache = { .name = "index" };
		struct slab slab = { .s_mem = (void *)0x100000 };

		assert_true(slab_choose_geometry(&cache, size, 0));
		for (unsigned int i = 0; i < cache.num; i++)
			assert_int_equal(object_index(&cache, &slab, index_object(&cache, &slab, i)), i);
		assert_true(object_index(&cache, &slab, index_object(&cache, &slab, cache.num)) >=
			    cache.num);
	}
}

/* --- making caches --------------------------------------------------------------------------- */

static void wrong_requests_are_refused_in_words(void **state)
{
	static const struct {
		const char *name, *words;
		size_t size, align;
	} wrong[] = {
		{ NULL, "it has no name", 8, 0 },
		{ "", "it has no name", 8, 0 },
		{ "kmalloc-64", "a cache has that name", 64, 0 },
		{ "none", "objects have 1 byte to 4 MiB", 0, 0 },
		{ "huge", "objects have 1 byte to 4 MiB", (4u << 20) + 1, 0 },
		{ "odd", "the alignment is no power of two", 100, 24 },
		{ "wide", "the alignment is no power of two up to a page", 100, 8192 },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		host_log_clear();
		assert_null(kmem_cache_create(wrong[i].name, wrong[i].size, wrong[i].align, 0, NULL));
		assert_true(host_log_says(wrong[i].words));
	}
	expect_panic_saying("\"kmalloc-64\" cannot be made: a cache has that name",
			    kmem_cache_create("kmalloc-64", 64, 0, SLAB_PANIC, NULL));
}

static void a_name_is_copied_and_free_again_after_destroy(void **state)
{
	char name[] = "passing";
	struct kmem_cache *cache;

	for (int i = 0; i < 3; i++) {
		cache = kmem_cache_create(name, 100, 0, 0, NULL);
		assert_non_null(cache);
		assert_null(kmem_cache_create(name, 100, 0, 0, NULL));
		name[0] = 'X';
		assert_string_equal(kmem_cache_name(cache), "passing");
		name[0] = 'p';
		assert_int_equal(kmem_cache_size(cache), 100);
		assert_int_equal(kmem_cache_destroy(cache), 0);
	}
	assert_int_equal(kmem_cache_destroy(NULL), 0);
}

struct sample {
	u64 a;
	u8 b[9];
} __aligned(16);

static void a_structure_makes_a_cache_with_its_name_and_alignment(void **state)
{
	struct kmem_cache *cache = KMEM_CACHE(sample, SLAB_PANIC);

	assert_string_equal(kmem_cache_name(cache), "sample");
	assert_int_equal(kmem_cache_size(cache), sizeof(struct sample));
	assert_int_equal(cache->align, sizeof(struct sample) == 32 ? 32 : 16);
	kmem_cache_destroy(cache);
}

static void results_are_aligned(void **state)
{
	char name[16];

	for (size_t align = 1; align <= 4096; align *= 2)
		for (size_t size = 1; size <= 9000; size = size * 2 + (align & 3)) {
			size_t want = max(max(align, is_power_of_2(size) ? size : 8), (size_t)8);
			struct kmem_cache *cache;
			void *objects[3];

			snprintf(name, sizeof(name), "a%zu-%zu", align, size);
			cache = kmem_cache_create(name, size, align, 0, NULL);
			assert_non_null(cache);
			assert_int_equal(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 3, objects), 3);
			for (int i = 0; i < 3; i++)
				assert_int_equal((unsigned long)objects[i] & (want - 1), 0);
			kmem_cache_free_bulk(cache, 3, objects);
			assert_int_equal(kmem_cache_destroy(cache), 0);
		}
}

/* --- the three lists ------------------------------------------------------------------------- */

static unsigned int list_length(const struct list_head *list)
{
	const struct list_head *link;
	unsigned int n = 0;

	list_for_each(link, list)
		n++;
	return n;
}

#define assert_lists(cache, full, partial, free_) do {				\
	assert_int_equal(list_length(&(cache)->slabs_full), full);		\
	assert_int_equal(list_length(&(cache)->slabs_partial), partial);	\
	assert_int_equal(list_length(&(cache)->slabs_free), free_);		\
	assert_int_equal(kmem_cache_check(cache), 0);				\
} while (0)

/* Without an array each call goes through to the slabs, where it can be watched. */
static void a_slab_moves_exactly_when_it_should(void **state)
{
	struct kmem_cache *cache;
	void *objects[64];
	unsigned int num;

	slab_use_arrays(false);
	cache = kmem_cache_create("moves", 1000, 0, 0, NULL);
	num = cache->num;
	assert_true(num > 2 && 2 * num <= ARRAY_SIZE(objects));
	assert_lists(cache, 0, 0, 0);
	for (unsigned int i = 0; i < 2 * num; i++) {
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
		assert_lists(cache, (i + 1) / num, (i + 1) % num != 0, 0);
	}
	/* one back from each: both partial, and the next ones come from them, not from a new slab */
	kmem_cache_free(cache, objects[0]);
	assert_lists(cache, 1, 1, 0);
	kmem_cache_free(cache, objects[num]);
	assert_lists(cache, 0, 2, 0);
	assert_ptr_equal(kmem_cache_alloc(cache, GFP_KERNEL), objects[num]);
	assert_lists(cache, 1, 1, 0);
	assert_ptr_equal(kmem_cache_alloc(cache, GFP_KERNEL), objects[0]);
	assert_lists(cache, 2, 0, 0);
	/* one slab empties: it waits on slabs_free, and is taken from only after the partial one */
	for (unsigned int i = 0; i < num; i++)
		kmem_cache_free(cache, objects[i]);
	assert_lists(cache, 1, 0, 1);
	kmem_cache_free(cache, objects[num]);
	assert_lists(cache, 0, 1, 1);
	assert_ptr_equal(kmem_cache_alloc(cache, GFP_KERNEL), objects[num]);
	assert_lists(cache, 1, 0, 1);
	for (unsigned int i = num; i < 2 * num; i++)
		kmem_cache_free(cache, objects[i]);
	assert_lists(cache, 0, 0, 2);
	assert_int_equal(cache->grown, 2);
	assert_int_equal(kmem_cache_shrink(cache), 0);
	assert_lists(cache, 0, 0, 0);
	assert_int_equal(cache->reaped, 2);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	slab_use_arrays(true);
}

/* --- colours --------------------------------------------------------------------------------- */

static void each_slab_takes_the_next_colour(void **state)
{
	struct kmem_cache *cache;
	char *first[12];

	slab_use_arrays(false);
	cache = kmem_cache_create("colours", 1104, 0, 0, NULL);
	assert_true(cache->colours >= 2);
	for (unsigned int slab = 0; slab < ARRAY_SIZE(first); slab++) {
		unsigned int at, want = slab % cache->colours * cache->colour_off;

		first[slab] = kmem_cache_alloc(cache, GFP_KERNEL);
		for (unsigned int i = 1; i < cache->num; i++)
			assert_ptr_equal(kmem_cache_alloc(cache, GFP_KERNEL), first[slab] + i * 1104);
		at = (unsigned long)first[slab] & ((PAGE_SIZE << cache->order) - 1);
		assert_int_equal(at, want + cache->mgmt_size);
	}
	for (unsigned int slab = 0; slab < ARRAY_SIZE(first); slab++)
		for (unsigned int i = 0; i < cache->num; i++)
			kmem_cache_free(cache, first[slab] + i * 1104);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	slab_use_arrays(true);
}

/*
 * What colours are for: a Pentium's data cache, 8 KiB, two ways, lines of 32 bytes, the older line of a
 * set replaced. Source: Intel, "Pentium Processor Family Developer's Manual", "On-Chip Caches".
 */
#define CACHE_SETS	128
#define CACHE_LINE	32

static unsigned int cache_misses(void **touched, unsigned int n, unsigned int rounds)
{
	static unsigned long lines[CACHE_SETS][2];	/* the younger first; no line is number 0 */
	unsigned int misses = 0;

	memset(lines, 0, sizeof(lines));
	for (unsigned int i = 0; i < n * rounds; i++) {
		unsigned long line = __pa(touched[i % n]) / CACHE_LINE;
		unsigned long *set = lines[line % CACHE_SETS];

		if (set[0] == line)
			continue;
		misses += set[1] != line;
		set[1] = set[0];
		set[0] = line;
	}
	return misses;
}

/* The first object of each of @n new slabs; the others of the slab are held meanwhile. */
static unsigned int misses_of_first_objects(bool colours, unsigned int n)
{
	struct kmem_cache *cache;
	void *first[16], *held[16 * 16];
	unsigned int misses, nr_held = 0;

	slab_use_arrays(false);
	cache = kmem_cache_create("conflicts", 1104, 0, 0, NULL);
	assert_true(cache->order == 1 && cache->num <= 16);
	if (!colours)
		cache->colours = 0;
	for (unsigned int slab = 0; slab < n; slab++)
		for (unsigned int i = 0; i < cache->num; i++) {
			held[nr_held] = kmem_cache_alloc(cache, GFP_KERNEL);
			if (!i)
				first[slab] = held[nr_held];
			nr_held++;
		}
	misses = cache_misses(first, n, 10);
	kmem_cache_free_bulk(cache, nr_held, held);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	slab_use_arrays(true);
	return misses;
}

static void colours_save_cache_misses(void **state)
{
	unsigned int plain = misses_of_first_objects(false, 12);
	unsigned int coloured = misses_of_first_objects(true, 12);

	printf("# 120 reads of 12 slabs' first objects: %u misses, coloured %u\n", plain, coloured);
	assert_int_equal(plain, 120);
	assert_int_equal(coloured, 12);
}

/* --- constructors ---------------------------------------------------------------------------- */

static unsigned int constructed, destructed;

static void construct(void *object)
{
	constructed++;
	memset(object, 0x11, 48);
}

static void destruct(void *object)
{
	destructed++;
	assert_int_equal(*(u8 *)object, 0x11);
}

static void an_object_is_constructed_once_in_its_slabs_life(void **state)
{
	struct kmem_cache *cache = kmem_cache_create_dtor("ctor", 48, 0, 0, construct, destruct);
	u8 *object;

	constructed = destructed = 0;
	for (int i = 0; i < 1000; i++) {
		object = kmem_cache_alloc(cache, GFP_KERNEL);
		assert_int_equal(object[0], 0x11);
		assert_int_equal(object[47], i ? 0x22 : 0x11);
		object[47] = 0x22;			/* its own bytes stay as the last user left them */
		kmem_cache_free(cache, object);
	}
	assert_int_equal(constructed, cache->num);
	assert_int_equal(destructed, 0);
	kmem_cache_shrink(cache);
	assert_int_equal(destructed, constructed);
	object = kmem_cache_alloc(cache, GFP_KERNEL);
	assert_int_equal(constructed, 2 * cache->num);
	kmem_cache_free(cache, object);
	assert_int_equal(kmem_cache_destroy(cache), 0);
	assert_int_equal(destructed, constructed);
}

static void a_typesafe_object_keeps_its_bytes(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("typesafe", 64, 0,
						     SLAB_TYPESAFE_BY_RCU | SLAB_POISON, NULL);
	u8 *object = kmem_cache_alloc(cache, GFP_KERNEL);

	memset(object, 0x33, 64);
	kmem_cache_free(cache, object);
	assert_null(memchr_inv(object, 0x33, 64));
	assert_ptr_equal(kmem_cache_alloc(cache, GFP_KERNEL), object);
	assert_null(memchr_inv(object, 0x33, 64));
	kmem_cache_free(cache, object);
	assert_int_equal(validate_slab_cache(cache), 0);
	kmem_cache_destroy(cache);
}

/* --- wiping ---------------------------------------------------------------------------------- */

static void init_on_alloc_wipes_all_but_constructed_and_typesafe(void **state)
{
	static const struct { u32 flags; kmem_ctor_t ctor; bool wiped; } kinds[] = {
		{ 0, NULL, true }, { SLAB_POISON | SLAB_RED_ZONE, NULL, true },
		{ 0, construct, false }, { SLAB_TYPESAFE_BY_RCU, NULL, false },
	};

	for (unsigned int on_free = 0; on_free < 2; on_free++)
		for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
			struct kmem_cache *cache;
			u8 *object;

			init_on_alloc = !on_free;
			init_on_free = on_free;
			cache = kmem_cache_create("wiped", 200, 0, kinds[i].flags, kinds[i].ctor);
			object = kmem_cache_alloc(cache, GFP_KERNEL);
			if (kinds[i].wiped && !on_free)
				assert_null(memchr_inv(object, 0, 200));
			memset(object + 100, 0x77, 100);
			kmem_cache_free(cache, object);
			assert_int_equal(object[150], !kinds[i].wiped ? 0x77 : kinds[i].flags ? 0x6b :
						      on_free ? 0 : 0x77);
			assert_ptr_equal(kmem_cache_alloc(cache, GFP_KERNEL), object);
			assert_int_equal(object[150], !kinds[i].wiped ? 0x77 :
						      kinds[i].flags && on_free ? 0x6b : 0);
			kmem_cache_free(cache, object);
			init_on_alloc = init_on_free = false;
			assert_int_equal(kmem_cache_destroy(cache), 0);
		}
	assert_int_equal(faults_seen(), 0);
}

static void zalloc_wipes_used_memory(void **state)
{
	for (size_t size = 1; size < 300; size++) {
		struct kmem_cache *cache = kmem_cache_create("zalloc", size, 0, 0, NULL);
		u8 *object = kmem_cache_alloc(cache, GFP_KERNEL);

		memset(object, 0xff, size);
		kmem_cache_free(cache, object);
		object = kmem_cache_zalloc(cache, GFP_KERNEL);
		assert_null(memchr_inv(object, 0, size));
		kmem_cache_free(cache, object);
		kmem_cache_destroy(cache);
	}
}

/* --- the array ------------------------------------------------------------------------------- */

static void the_array_refills_and_flushes_in_batches(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("array", 100, 0, 0, NULL);
	void *objects[300];

	for (unsigned int i = 0; i < 300; i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	assert_int_equal(cache->limit, 120);
	assert_int_equal(cache->batch, 60);
	assert_in_range(cache->refilled, 300, 360);
	assert_int_equal(cache->nr_inuse, cache->refilled);
	assert_int_equal(cache_objects_out(cache), 300);
	kmem_cache_free(cache, objects[7]);
	assert_ptr_equal(kmem_cache_alloc(cache, GFP_KERNEL), objects[7]);	/* last in, first out */
	for (unsigned int i = 0; i < 300; i++)
		kmem_cache_free(cache, objects[i]);
	assert_int_equal(cache->flushed % cache->batch, 0);
	assert_int_equal(cache->flushed / cache->batch, cache->flushes);
	assert_int_equal(cache->nr_inuse, cache->cpu.top - cache->cpu.base);
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

/* As many objects as there is room for are in the array, the others in the slab, ready to be taken. */
static void a_new_slab_fills_the_array(void **state)
{
	for (size_t size = 1; size < 20000; size += size / 16 + 1) {
		struct kmem_cache *cache = kmem_cache_create("new", size, 0, 0, NULL);
		void *object = kmem_cache_alloc(cache, GFP_KERNEL);
		struct slab *slab = virt_to_page(object)->slab;
		unsigned int in_array = min(cache->num, cache->limit), taken = 1;

		assert_int_equal(cache->cpu.top - cache->cpu.base, in_array - 1);
		assert_int_equal(slab->inuse, in_array);
		assert_ptr_equal(slab->list.next, in_array == cache->num ? &cache->slabs_full :
									   &cache->slabs_partial);
		assert_int_equal(slab_check(), 0);
		while (cache->nr_slabs == 1 && cache->nr_inuse < cache->num) {
			assert_non_null(kmem_cache_alloc(cache, GFP_KERNEL));
			assert_int_equal(cache->nr_slabs, 1);
			taken++;
		}
		assert_int_equal(cache_objects_out(cache), taken);
		assert_int_equal(slab_check(), 0);
		for (unsigned int i = 0; i < cache->num; i++) {
			void *one = index_object(cache, slab, i);

			if (object_is_out(cache, slab, one))
				kmem_cache_free(cache, one);
		}
		assert_int_equal(kmem_cache_destroy(cache), 0);
	}
}

/*
 * kmalloc-512 makes a slab, whose descriptor comes from kmalloc-32, which has no array, and makes one
 * from kmalloc-512. The inner slab's objects are in the array when the outer one's come to join them.
 */
static void a_slab_is_made_while_a_slab_is_made(void **state)
{
	struct kmem_cache *cache = kmalloc_caches[kmalloc_index(512)];
	void *objects[200], *inner;
	unsigned int nr = 0;

	kmem_cache_shrink(cache);
	cache_drain(kmalloc_caches[0], true);
	assert_ptr_equal(cache->mgmt_cache, kmalloc_caches[0]);
	do
		objects[nr++] = kmalloc(512, GFP_KERNEL);
	while (cache->cpu.top != cache->cpu.base || slab_to_take_from(cache));
	cache_drain(kmalloc_caches[0], true);
	inner = kmalloc(512, GFP_KERNEL);
	assert_int_equal(kmalloc_caches[0]->cpu.end - kmalloc_caches[0]->cpu.base, 120);
	assert_int_equal(cache->cpu.top - cache->cpu.base, 2 * cache->num - 2);
	assert_int_equal(slab_check(), 0);
	kfree(inner);
	kmem_cache_free_bulk(cache, nr, objects);
}

static void bulk_gives_all_or_nothing(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("bulk", 2000000, 0, 0, NULL);
	void *objects[64];

	assert_int_equal(kmem_cache_alloc_bulk(cache, GFP_KERNEL | __GFP_NOWARN, 64, objects), 0);
	assert_int_equal(cache_objects_out(cache), 0);
	assert_int_equal(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 5, objects), 5);
	kmem_cache_free_bulk(cache, 5, objects);
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

/* --- giving back ----------------------------------------------------------------------------- */

static void destroy_names_the_objects_that_are_out(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("leaky", 500, 0, 0, NULL);
	void *objects[40];
	char address[16];

	for (int i = 0; i < 40; i++)
		objects[i] = kmem_cache_alloc(cache, GFP_KERNEL);
	for (int i = 3; i < 40; i++)
		kmem_cache_free(cache, objects[i]);
	assert_int_equal(kmem_cache_destroy(cache), -EBUSY);
	assert_true(host_log_says("cache leaky is not destroyed: 3 of its objects are out"));
	for (int i = 0; i < 4; i++) {
		snprintf(address, sizeof(address), "%08lx", (unsigned long)objects[i]);
		assert_int_equal(host_log_says(address), i < 3);
	}
	for (int i = 0; i < 3; i++)
		kmem_cache_free(cache, objects[i]);
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

static void shrink_gives_back_every_frame(void **state)
{
	unsigned long before;
	struct kmem_cache *cache = kmem_cache_create("shrink", 300, 0, 0, NULL);
	static void *objects[5000];

	kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));	/* its array */
	kmem_cache_shrink(cache);
	before = nr_free_pages();
	assert_int_equal(kmem_cache_alloc_bulk(cache, GFP_KERNEL, 5000, objects), 5000);
	assert_true(nr_free_pages() < before - 5000 * 300 / PAGE_SIZE);
	kmem_cache_free_bulk(cache, 4999, objects + 1);
	assert_int_equal(kmem_cache_shrink(cache), 1);
	assert_int_equal(cache->nr_slabs, 1);
	kmem_cache_free(cache, objects[0]);
	assert_int_equal(kmem_cache_shrink(cache), 0);
	assert_int_equal(nr_free_pages(), before);
	kmem_cache_destroy(cache);
}

static void reaping_leaves_busy_caches_alone(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("reap", 300, 0, 0, NULL);

	kmem_cache_free(cache, kmem_cache_alloc(cache, GFP_KERNEL));
	slab_reap();
	assert_int_equal(cache->nr_slabs, 1);	/* busy since the last time: there was none */
	slab_reap();
	assert_int_equal(cache->nr_slabs, 0);
	assert_true(cache->reaped == 1);
	kmem_cache_destroy(cache);
}

/* With all memory in free slabs a request for pages must find some of it. */
static void free_slabs_come_back_before_the_page_allocator_fails(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("hoard", 4096, 0, 0, NULL);
	static void *objects[LOWMEM_FRAMES];
	unsigned int n = 0;
	struct page *page;

	while ((objects[n] = kmem_cache_alloc(cache, GFP_ATOMIC | __GFP_NOWARN)))
		n++;
	assert_true(n > LOWMEM_FRAMES * 9 / 10);
	assert_null(alloc_pages(GFP_KERNEL | __GFP_NOWARN, 3));
	kmem_cache_free_bulk(cache, n, objects);
	page = alloc_pages(GFP_KERNEL, 3);
	assert_non_null(page);
	__free_pages(page, 3);
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

static void dma_objects_are_below_16_mib(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("dma", 600, 0, SLAB_CACHE_DMA, NULL);
	static void *objects[2000];

	for (int i = 0; i < 1000; i++) {
		objects[2 * i] = kmem_cache_alloc(cache, GFP_KERNEL);
		objects[2 * i + 1] = kmalloc(1 + i * 31 % 5000, GFP_KERNEL | GFP_DMA);
	}
	for (int i = 0; i < 2000; i++) {
		assert_non_null(objects[i]);
		assert_true(__pa(objects[i]) + ksize(objects[i]) <= ZONE_DMA_END);
		kfree(objects[i]);
	}
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

/* --- kmalloc --------------------------------------------------------------------------------- */

static size_t class_of(size_t size)
{
	size_t class = 32;

	if (size > 64 && size <= 96)
		return 96;
	if (size > 128 && size <= 192)
		return 192;
	while (class < size)
		class *= 2;
	return class;
}

static void every_size_is_served_by_the_smallest_class(void **state)
{
	for (size_t size = 1; size <= KMALLOC_MAX_CACHE_SIZE; size += size < 600 ? 1 : 509) {
		void *object = kmalloc(size, GFP_KERNEL);

		assert_int_equal(ksize(object), class_of(size));
		assert_int_equal(kmalloc_caches[kmalloc_index(size)]->object_size, class_of(size));
		assert_int_equal((unsigned long)object & (is_power_of_2(size) ? size - 1 : 7), 0);
		kfree(object);
	}
	for (size_t size = KMALLOC_MAX_CACHE_SIZE + 1; size <= KMALLOC_MAX_SIZE; size += 131071) {
		void *object = kmalloc(size, GFP_KERNEL);

		assert_non_null(object);
		assert_int_equal(ksize(object), class_of(size));
		kfree(object);
	}
	assert_null(kmalloc(KMALLOC_MAX_SIZE + 1, GFP_KERNEL));
	assert_null(kmalloc(SIZE_MAX, GFP_KERNEL));
}

static void objects_are_never_in_highmem(void **state)
{
	struct kmem_cache *cache = kmem_cache_create("high", 2000, 0, 0, NULL);
	void *object = kmem_cache_alloc(cache, GFP_HIGHUSER);
	void *large = kmalloc(200000, GFP_HIGHUSER);

	assert_true(zone_free_pages(zone_highmem) > 1000);
	assert_true(__pa(object) < lowmem_bytes && __pa(large) < lowmem_bytes);
	memset(object, 1, 2000);
	kmem_cache_free(cache, object);
	kfree(large);
	assert_int_equal(kmem_cache_destroy(cache), 0);
}

static void zero_overflow_and_null_are_as_documented(void **state)
{
	volatile size_t none = 0;

	assert_ptr_equal(kmalloc(0, GFP_KERNEL), ZERO_SIZE_PTR);
	assert_ptr_equal(kzalloc(none, GFP_KERNEL), ZERO_SIZE_PTR);
	assert_int_equal(ksize(ZERO_SIZE_PTR), 0);
	assert_int_equal(ksize(NULL), 0);
	kfree(NULL);
	kfree(ZERO_SIZE_PTR);
	assert_null(kmalloc_array(0x10000, 0x10001, GFP_KERNEL));
	assert_null(kcalloc(SIZE_MAX, 2, GFP_KERNEL));
	kmem_cache_free(kmalloc_caches[0], NULL);
	assert_int_equal(faults_seen(), 0);
}

static void krealloc_keeps_the_bytes(void **state)
{
	u8 *p = krealloc(NULL, 10, GFP_KERNEL), *old;

	memset(p, 0x5c, 10);
	old = p;
	p = krealloc(p, 32, GFP_KERNEL);		/* the class has room */
	assert_ptr_equal(p, old);
	p = krealloc(p, 5, GFP_KERNEL);
	assert_ptr_equal(p, old);
	for (size_t size = 33; size < 600000; size = size * 3 / 2) {
		p = krealloc(p, size, GFP_KERNEL);
		assert_non_null(p);
		assert_null(memchr_inv(p, 0x5c, 10));
	}
	old = p;
	assert_null(krealloc(p, KMALLOC_MAX_SIZE + 1, GFP_KERNEL));
	assert_null(memchr_inv(p, 0x5c, 10));		/* untouched */
	assert_ptr_equal(krealloc(p, 0, GFP_KERNEL), ZERO_SIZE_PTR);
	p = krealloc(ZERO_SIZE_PTR, 100, GFP_KERNEL);
	assert_non_null(p);
	kfree(p);
	assert_int_equal(faults_seen(), 0);
}

/* --- a million operations against a model ------------------------------------------------------ */

#define NR_MODEL_CACHES	50
#define NR_OBJECTS	3000
#define NR_OPERATIONS	1000000u

static struct model_cache {
	struct kmem_cache *cache;
	size_t size;
	unsigned int out;
	bool ctor;
} model[NR_MODEL_CACHES];

static struct model_object {
	struct model_cache *of;
	u8 *address;
	u8 mark;
} objects[NR_OBJECTS];

static void construct_first_byte(void *object)
{
	*(u8 *)object = 0x99;
}

static void model_create(struct model_cache *m)
{
	static const u32 flags[] = {
		0, 0, 0, SLAB_HWCACHE_ALIGN, SLAB_CACHE_DMA, SLAB_TYPESAFE_BY_RCU, SLAB_RECLAIM_ACCOUNT,
		SLAB_RED_ZONE, SLAB_POISON, SLAB_STORE_USER, SLAB_DEBUG_FLAGS,
	};
	char name[16];

	snprintf(name, sizeof(name), "model-%u", (unsigned int)(m - model));
	m->size = 1 + random_below(random_below(8) ? 300 : 9000);
	m->ctor = !random_below(5);
	m->cache = kmem_cache_create(name, m->size, random_below(3) ? 0 : 1u << random_below(10),
				     flags[random_below(ARRAY_SIZE(flags))],
				     m->ctor ? construct_first_byte : NULL);
	assert_non_null(m->cache);
}

static void model_take(struct model_object *o)
{
	struct model_cache *m = &model[random_below(NR_MODEL_CACHES)];
	bool zero = !m->ctor && !random_below(8);

	o->address = kmem_cache_alloc_any(m->cache, GFP_ATOMIC | __GFP_NOWARN |
						    (zero ? __GFP_ZERO : 0));
	if (!o->address)
		return;
	if (zero)
		assert_null(memchr_inv(o->address, 0, m->size));
	if (m->ctor)
		assert_int_equal(o->address[0], 0x99);
	o->of = m;
	o->mark = random32();
	memset(o->address + m->ctor, o->mark, m->size - m->ctor);
	m->out++;
}

static void model_give(struct model_object *o)
{
	struct model_cache *m = o->of;

	assert_null(memchr_inv(o->address + m->ctor, o->mark, m->size - m->ctor));
	if (random_below(2))
		kfree(o->address);
	else
		kmem_cache_free(m->cache, o->address);
	o->of = NULL;
	m->out--;
}

/* What happens now and then to a whole cache. */
static void model_disturb(struct model_cache *m)
{
	assert_int_equal(cache_objects_out(m->cache), m->out);
	assert_int_equal(kmem_cache_check(m->cache), 0);
	switch (random_below(4)) {
	case 0:
		kmem_cache_shrink(m->cache);
		break;
	case 1:
		slab_reap();
		break;
	case 2:
		slab_use_arrays(random_below(4));
		break;
	default:
		if (m->out)
			break;
		assert_int_equal(kmem_cache_destroy(m->cache), 0);
		model_create(m);
	}
}

static void random_operations_agree_with_the_model(void **state)
{
	random_begin("a million operations");
	for (unsigned int i = 0; i < NR_MODEL_CACHES; i++)
		model_create(&model[i]);
	for (unsigned int i = 0; i < NR_OPERATIONS; i++) {
		struct model_object *o = &objects[random_below(NR_OBJECTS)];

		o->of ? model_give(o) : model_take(o);
		if (!random_below(2000))
			model_disturb(&model[random_below(NR_MODEL_CACHES)]);
		if (!random_below(NR_OPERATIONS / 8)) {
			assert_int_equal(slab_check(), 0);
			assert_int_equal(verify_ledger(false), 0);
		}
	}
	slab_use_arrays(true);
	for (unsigned int i = 0; i < NR_OBJECTS; i++)
		if (objects[i].of)
			model_give(&objects[i]);
	for (unsigned int i = 0; i < NR_MODEL_CACHES; i++) {
		assert_int_equal(validate_slab_cache(model[i].cache), 0);
		assert_int_equal(kmem_cache_destroy(model[i].cache), 0);
	}
	assert_int_equal(faults_seen(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		slab_test(geometry_is_as_promised),
		slab_test(largest_objects_have_a_slab_each),
		slab_test(index_of_every_object_is_exact),
		slab_test(wrong_requests_are_refused_in_words),
		slab_test(a_name_is_copied_and_free_again_after_destroy),
		slab_test(a_structure_makes_a_cache_with_its_name_and_alignment),
		slab_test(results_are_aligned),
		slab_test(a_slab_moves_exactly_when_it_should),
		slab_test(each_slab_takes_the_next_colour),
		slab_test(colours_save_cache_misses),
		slab_test(an_object_is_constructed_once_in_its_slabs_life),
		slab_test(a_typesafe_object_keeps_its_bytes),
		slab_test(init_on_alloc_wipes_all_but_constructed_and_typesafe),
		slab_test(zalloc_wipes_used_memory),
		slab_test(the_array_refills_and_flushes_in_batches),
		slab_test(a_new_slab_fills_the_array),
		slab_test(a_slab_is_made_while_a_slab_is_made),
		slab_test(bulk_gives_all_or_nothing),
		slab_test(destroy_names_the_objects_that_are_out),
		slab_test(shrink_gives_back_every_frame),
		slab_test(reaping_leaves_busy_caches_alone),
		slab_test(free_slabs_come_back_before_the_page_allocator_fails),
		slab_test(dma_objects_are_below_16_mib),
		slab_test(every_size_is_served_by_the_smallest_class),
		slab_test(objects_are_never_in_highmem),
		slab_test(zero_overflow_and_null_are_as_documented),
		slab_test(krealloc_keeps_the_bytes),
		slab_test(random_operations_agree_with_the_model),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
