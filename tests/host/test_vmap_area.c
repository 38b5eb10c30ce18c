/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_vmap_area.c - the tree of areas against a plain table of pages
 *
 * The model is one byte a page of the space: free or taken. The lowest gap of a size is found by
 * looking at every page. Every answer of the tree is held against it, and its rules V1 to V5 are
 * checked as it grows; then each rule is broken on purpose.
 *
 * LINK: mm/vmap_area.c lib/rbtree.c
 */
#include <support.h>
#include <chance.h>

#include <lib/errno.h>
#include <lib/rbtree_augmented.h>
#include <mm/layout.h>
#include <mm/vmap_area.h>

#define BASE		0xF8800000ul
#define PAGES		4096u
#define AREAS		1500u
#define OPERATIONS	1000000u
#define MODEL_EVERY	64u		/* the model's search is slow: one operation in so many */
#define CHECK_EVERY	5000u
#define KEEP_EVERY	20000u		/* then all areas go but one in eight */

static struct vmap_space space;
static struct vmap_area area[AREAS];
static bool live[AREAS];
static unsigned char taken[PAGES];

static unsigned long page_of(unsigned long addr)
{
	return (addr - BASE) >> PAGE_SHIFT;
}

static void start_empty(void)
{
	vmap_space_init(&space, BASE, BASE + PAGES * PAGE_SIZE);
	memset(taken, 0, sizeof(taken));
	memset(live, 0, sizeof(live));
}

/* The lowest free run of @nr pages whose address is a multiple of @align, or PAGES. */
static unsigned long model_find(unsigned long nr, unsigned long align)
{
	for (unsigned long at = 0, run; at + nr <= PAGES; at++) {
		if ((BASE + at * PAGE_SIZE) % align)
			continue;
		for (run = 0; run < nr && !taken[at + run]; run++)
			;
		if (run == nr)
			return at;
	}
	return PAGES;
}

static unsigned long model_largest(void)
{
	unsigned long largest = 0;

	for (unsigned long at = 0, run = 0; at < PAGES; at++) {
		run = taken[at] ? 0 : run + 1;
		if (run > largest)
			largest = run;
	}
	return largest * PAGE_SIZE;
}

/* The pages of an area become taken or free; they must have been the other before. */
static void model_set(const struct vmap_area *a, unsigned char value)
{
	for (unsigned long at = page_of(a->start); at < page_of(a->end); at++) {
		assert_int_equal(taken[at], !value);
		taken[at] = value;
	}
}

static void take(unsigned int i, unsigned long nr, unsigned long align, bool ask_model)
{
	unsigned long want = ask_model ? model_find(nr, align) : 0;
	int err = vmap_space_alloc(&space, &area[i], nr * PAGE_SIZE, align);

	if (ask_model)
		assert_int_equal(err, want == PAGES ? -ENOMEM : 0);
	if (err)
		return;
	assert_int_equal(area[i].start % align, 0);
	assert_int_equal(area[i].end - area[i].start, nr * PAGE_SIZE);
	if (ask_model && align == PAGE_SIZE)
		assert_int_equal(page_of(area[i].start), want);
	model_set(&area[i], 1);
	live[i] = true;
}

static void give(unsigned int i)
{
	model_set(&area[i], 0);
	vmap_space_free(&space, &area[i]);
	live[i] = false;
}

/* Move the end of an area to and fro. */
static void resize(unsigned int i)
{
	unsigned long end = area[i].start + (1 + chance_below(12)) * PAGE_SIZE, at;

	for (at = page_of(area[i].end); at < page_of(end) && at < PAGES && !taken[at]; at++)
		;
	if (at < page_of(end)) {
		assert_int_equal(vmap_space_resize(&space, &area[i], end), -ENOMEM);
		return;
	}
	model_set(&area[i], 0);
	assert_int_equal(vmap_space_resize(&space, &area[i], end), 0);
	model_set(&area[i], 1);
}

static bool stays(struct vmap_area *a)
{
	return (a - area) % 8 == 0;
}

static void goes(struct vmap_area *a)
{
	model_set(a, 0);
	live[a - area] = false;
}

static void look(void)
{
	unsigned long addr = BASE + (unsigned long)chance_below(PAGES * PAGE_SIZE);
	const struct vmap_area *found = vmap_space_find(&space, addr);

	assert_int_equal(found != NULL, taken[page_of(addr)]);
	if (found)
		assert_true(addr >= found->start && addr < found->end);
}

static void a_million_random_operations(void **state)
{
	for (unsigned int n = 0; n < OPERATIONS; n++) {
		unsigned int i = chance_below(AREAS);
		unsigned int nr = 1 + chance_below(chance_below(50) ? 4 : 200);
		unsigned long align = PAGE_SIZE << (chance_below(8) ? 0 : chance_below(8));

		if (!live[i])
			take(i, nr, align, n % MODEL_EVERY == 0);
		else if (chance_below(4))
			give(i);
		else
			resize(i);
		look();
		if (n % KEEP_EVERY == 0)
			vmap_space_keep(&space, stays, goes);
		if (n % CHECK_EVERY == 0) {
			assert_int_equal(vmap_space_check(&space), 0);
			assert_int_equal(vmap_space_largest(&space), model_largest());
		}
	}
	for (unsigned int i = 0; i < AREAS; i++)
		if (live[i])
			give(i);
	assert_int_equal(vmap_space_check(&space), 0);
	assert_int_equal(vmap_space_largest(&space), PAGES * PAGE_SIZE);
	assert_int_equal(space.nr, 0);
}

/* Every second one of 2,000 holes of a page: the search must not look at all of them. */
static void a_search_takes_as_many_steps_as_the_tree_is_high(void **state)
{
	for (unsigned int i = 0; i < AREAS; i++)
		take(i, 1, PAGE_SIZE, false);
	for (unsigned int i = 0; i < AREAS; i += 2)
		give(i);
	give(1001);
	take(1001, 3, PAGE_SIZE, true);
	assert_int_equal(page_of(area[1001].start), 1000);
	assert_true(space.steps <= 20);
	take(0, 2, PAGE_SIZE, true);
	assert_int_equal(space.steps, 1);	/* the root says that no hole is large enough */
	assert_int_equal(page_of(area[0].start), AREAS);
}

static void impossible_wishes_change_nothing(void **state)
{
	struct vmap_area a, b;

	assert_int_equal(vmap_space_alloc(&space, &a, (PAGES + 1) * PAGE_SIZE, PAGE_SIZE), -ENOMEM);
	assert_int_equal(vmap_space_alloc(&space, &a, PAGE_SIZE, 1ul << 31), -ENOMEM);
	assert_int_equal(vmap_space_alloc(&space, &a, -PAGE_SIZE, 1ul << 22), -ENOMEM);
	assert_int_equal(vmap_space_alloc(&space, &a, PAGES * PAGE_SIZE, PAGE_SIZE), 0);
	assert_int_equal(vmap_space_alloc(&space, &b, PAGE_SIZE, PAGE_SIZE), -ENOMEM);
	assert_int_equal(vmap_space_resize(&space, &a, a.end + PAGE_SIZE), -ENOMEM);
	assert_int_equal(vmap_space_check(&space), 0);
	vmap_space_free(&space, &a);
	assert_int_equal(vmap_space_check(&space), 0);
}

/* What the checker says while @field has another value. */
#define CHECK_WITH(field, value) ({				\
	__typeof__(field) before_ = (field);			\
	int rule_;						\
	(field) = (value);					\
	rule_ = vmap_space_check(&space);			\
	(field) = before_;					\
	rule_;							\
})

static void the_checker_names_what_is_broken(void **state)
{
	struct vmap_area *root;

	for (unsigned int i = 0; i < 20; i++)
		take(i, 2, PAGE_SIZE, false);
	give(7);
	root = rb_entry(space.root.rb_node, struct vmap_area, node);
	assert_int_equal(CHECK_WITH(area[5].start, area[4].start), 1);
	assert_int_equal(CHECK_WITH(area[19].end, space.last_gap.end + PAGE_SIZE), 1);
	assert_int_equal(CHECK_WITH(area[5].list.next, &area[8].list), 1);
	assert_int_equal(CHECK_WITH(area[8].gap, 0), 2);
	assert_int_equal(CHECK_WITH(space.last_gap.gap, PAGE_SIZE), 2);
	assert_int_equal(CHECK_WITH(root->max_gap, 0), 3);
	assert_int_equal(CHECK_WITH(root->node.__rb_parent_color, RB_RED), 4);
	assert_int_equal(CHECK_WITH(space.nr, space.nr + 1), 5);
	assert_int_equal(CHECK_WITH(space.used, space.used - PAGE_SIZE), 5);
	assert_int_equal(vmap_space_check(&space), 0);
}

static int each_starts_empty(void **state)
{
	start_empty();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_million_random_operations, each_starts_empty),
		cmocka_unit_test_setup(a_search_takes_as_many_steps_as_the_tree_is_high,
				       each_starts_empty),
		cmocka_unit_test_setup(impossible_wishes_change_nothing, each_starts_empty),
		cmocka_unit_test_setup(the_checker_names_what_is_broken, each_starts_empty),
	};

	chance_start("test_vmap_area");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
