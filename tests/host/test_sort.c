/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_sort.c - list_sort, sort and the min-heap against the host's qsort
 *
 * Stability is checked by giving each element its index from before, and letting qsort compare that
 * as the last resort: there is exactly one right answer then.
 *
 * LINK: lib/list_sort.c lib/sort.c lib/min_heap.c
 */
#include <support.h>
#include <test_random.h>

#include <lib/kernel.h>
#include <lib/list.h>
#include <lib/list_sort.h>
#include <lib/min_heap.h>
#include <lib/sort.h>

#define MAX	1000

struct element {
	u32 before;			/* rules out that anything but the links is written */
	struct list_head node;
	u32 key, index;
	u32 behind;
};

static struct element element[MAX], *sorted[MAX];

static int by_key_and_index(const void *a, const void *b)
{
	const struct element *x = *(struct element *const *)a, *y = *(struct element *const *)b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

static int compares;

static int compare_keys(void *priv, const struct list_head *a, const struct list_head *b)
{
	const struct element *x = list_entry(a, struct element, node);
	const struct element *y = list_entry(b, struct element, node);

	assert_ptr_equal(priv, &compares);
	assert_true(x != y);
	compares++;
	return x->key < y->key ? -1 : x->key > y->key;
}

/* Only "does a come behind b?", as a bool. */
static int compare_greater(void *priv, const struct list_head *a, const struct list_head *b)
{
	return compare_keys(priv, a, b) > 0;
}

static void sort_one_list(u32 n, u32 keys, list_cmp_func_t cmp)
{
	LIST_HEAD(list);
	struct list_head *pos;
	u32 i = 0;

	for (u32 j = 0; j < n; j++) {
		element[j] = (struct element){ 0xABCD, { NULL, NULL }, random_below(keys), j, ~j };
		list_add_tail(&element[j].node, &list);
		sorted[j] = &element[j];
	}
	qsort(sorted, n, sizeof(sorted[0]), by_key_and_index);
	list_sort(&compares, &list, cmp);
	list_for_each(pos, &list) {
		assert_true(i < n);
		assert_ptr_equal(pos, &sorted[i]->node);
		assert_ptr_equal(pos->next->prev, pos);
		assert_ptr_equal(pos->prev->next, pos);
		assert_int_equal(sorted[i]->before, 0xABCD);
		assert_int_equal(sorted[i]->behind, ~sorted[i]->index);
		i++;
	}
	assert_int_equal(i, n);
	assert_ptr_equal(list.prev->next, &list);
	assert_ptr_equal(list.next->prev, &list);
}

static void lists_are_sorted_and_equals_keep_their_order(void **state)
{
	random_begin("list_sort");
	for (u32 n = 0; n <= 70; n++)
		for (u32 keys = 1; keys < 200; keys = keys * 3 + 1)
			sort_one_list(n, keys, n % 2 ? compare_keys : compare_greater);
	sort_one_list(513, 10, compare_greater);
	compares = 0;
	sort_one_list(MAX, 1000000, compare_keys);
	assert_in_range(compares, MAX, MAX * 10);	/* n log2 n = 9966 */
}

/* --- arrays ------------------------------------------------------------------------------------ */

/* Bytes that no function may touch around an array of @size * @num. */
#define GUARD	16

static unsigned char buffer[GUARD + MAX * 64 + GUARD], copy[MAX * 64];
static size_t element_size;
static int own_swaps;

/* Elements are big-endian numbers in their first two bytes; the rest is payload. */
static int compare_arrays(const void *a, const void *b)
{
	return memcmp(a, b, element_size);
}

static void own_swap(void *a, void *b, int size)
{
	assert_int_equal(size, element_size);
	own_swaps++;
	for (int i = 0; i < size; i++)
		swap(((unsigned char *)a)[i], ((unsigned char *)b)[i]);
}

static void sort_one_array(u32 num, size_t size, u32 values, swap_func_t swap_func)
{
	memset(buffer, 0xEE, sizeof(buffer));
	for (size_t i = 0; i < num * size; i++)
		buffer[GUARD + i] = random_below(values);
	memcpy(copy, buffer + GUARD, num * size);
	element_size = size;
	qsort(copy, num, size, compare_arrays);
	sort(buffer + GUARD, num, size, compare_arrays, swap_func);
	assert_memory_equal(buffer + GUARD, copy, num * size);
	for (u32 i = 0; i < GUARD; i++) {
		assert_int_equal(buffer[i], 0xEE);
		assert_int_equal(buffer[GUARD + num * size + i], 0xEE);
	}
}

static void arrays_are_sorted(void **state)
{
	static const size_t sizes[] = { 1, 2, 3, 4, 7, 8, 12, 24, 33, 64 };

	random_begin("sort");
	for (size_t s = 0; s < ARRAY_SIZE(sizes); s++) {
		for (u32 num = 0; num < 40; num++)
			sort_one_array(num, sizes[s], num % 3 ? 256 : 2, num % 2 ? own_swap : NULL);
		sort_one_array(MAX, sizes[s], 256, NULL);
	}
	assert_true(own_swaps > 0);
}

static int compare_ints(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	compares++;
	return x < y ? -1 : x > y;
}

static int compare_with_priv(const void *a, const void *b, const void *priv)
{
	assert_ptr_equal(priv, &compares);
	return compare_ints(a, b);
}

static void few_comparisons_whatever_the_order(void **state)
{
	static int numbers[MAX];

	for (int pattern = 0; pattern < 4; pattern++) {
		for (int i = 0; i < MAX; i++)
			numbers[i] = pattern == 0 ? i : pattern == 1 ? MAX - i :
				     pattern == 2 ? 5 : i % 10;
		compares = 0;
		sort_r(numbers, MAX, sizeof(int), compare_with_priv, NULL, &compares);
		for (int i = 1; i < MAX; i++)
			assert_true(numbers[i - 1] <= numbers[i]);
		assert_in_range(compares, 1, MAX * 10 + 2 * MAX);	/* n log2 n + 2 n */
	}
}

/* --- heaps ------------------------------------------------------------------------------------- */

struct job {
	int when;
	char name[8];
};

static bool job_less(const void *lhs, const void *rhs)
{
	return ((const struct job *)lhs)->when < ((const struct job *)rhs)->when;
}

static void job_swap(void *lhs, void *rhs)
{
	swap(*(struct job *)lhs, *(struct job *)rhs);
}

static const struct min_heap_callbacks jobs_by_time = { sizeof(struct job), job_less, job_swap };

#define JOBS	100

static struct job job[JOBS + 1];
static struct min_heap heap;
static int model[JOBS], model_size;		/* times in the heap, sorted */

static void model_add(int when)
{
	int i = model_size++;

	for (; i > 0 && model[i - 1] > when; i--)
		model[i] = model[i - 1];
	model[i] = when;
}

static void model_drop_first(void)
{
	model_size--;
	memmove(model, model + 1, sizeof(int) * (size_t)model_size);
}

static struct job make_job(int when)
{
	struct job j = { when, "" };

	snprintf(j.name, sizeof(j.name), "%d", when);
	return j;
}

/* Rule M1, that the smallest is on top, and that names have stayed with their times. */
static void check_heap(void)
{
	assert_int_equal(heap.nr, model_size);
	for (int i = 0; i < heap.nr; i++) {
		struct job want = make_job(job[i].when);

		assert_string_equal(job[i].name, want.name);
		assert_false(i > 0 && job[i].when < job[(i - 1) / 2].when);
	}
	if (heap.nr)
		assert_int_equal(job[0].when, model[0]);
	assert_string_equal(job[JOBS].name, "guard");
}

static void heap_begin(void)
{
	heap = (struct min_heap){ job, 0, JOBS };
	model_size = 0;
	strcpy(job[JOBS].name, "guard");
}

static void heap_gives_the_smallest(void **state)
{
	random_begin("min_heap");
	heap_begin();
	for (int round = 0; round < 20000; round++) {
		struct job j = make_job((int)random_below(300) - 150);
		u32 what = random_below(round / 5000 % 2 ? 5 : 4);

		if (what < 2 && heap.nr < heap.size) {
			min_heap_push(&heap, &j, &jobs_by_time);
			model_add(j.when);
		} else if (what == 2 && heap.nr) {
			min_heap_pop_push(&heap, &j, &jobs_by_time);
			model_drop_first();
			model_add(j.when);
		} else if (heap.nr) {
			min_heap_pop(&heap, &jobs_by_time);
			model_drop_first();
		}
		check_heap();
	}
}

static void heapify_orders_anything(void **state)
{
	random_begin("min_heapify_all");
	for (int n = 0; n <= JOBS; n++) {
		heap_begin();
		for (int i = 0; i < n; i++) {
			job[i] = make_job((int)random_below(50));
			model_add(job[i].when);
		}
		heap.nr = n;
		min_heapify_all(&heap, &jobs_by_time);
		check_heap();
		while (heap.nr) {
			min_heap_pop(&heap, &jobs_by_time);
			model_drop_first();
			check_heap();
		}
	}
}

static void full_and_empty_heaps_warn(void **state)
{
	struct job j = make_job(1);

	heap_begin();
	min_heap_pop(&heap, &jobs_by_time);
	assert_int_equal(host_warnings_take(), 1);
	assert_int_equal(heap.nr, 0);
	while (heap.nr < heap.size) {
		min_heap_push(&heap, &j, &jobs_by_time);
		model_add(1);
	}
	min_heap_push(&heap, &j, &jobs_by_time);
	assert_int_equal(host_warnings_take(), 1);
	check_heap();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_are_sorted_and_equals_keep_their_order),
		cmocka_unit_test(arrays_are_sorted),
		cmocka_unit_test(few_comparisons_whatever_the_order),
		cmocka_unit_test(heap_gives_the_smallest),
		cmocka_unit_test(heapify_orders_anything),
		cmocka_unit_test(full_and_empty_heaps_warn),
	};

	return cmocka_run_group_tests_name("sort", tests, NULL, NULL);
}
