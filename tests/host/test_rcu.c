/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_rcu.c - who is freed when: read-copy update against a queue
 *
 * The model is the depth of the sections that are open, and a queue of what waits. While the
 * depth is not 0 nothing may run; at the outermost end all of it runs, oldest first; and without
 * a section, at once. Blocks are the host's malloc(), so that a callback that comes early is also
 * a use after free that ASan reports, and one that never comes a leak that the count shows.
 *
 * LINK: kernel/rcu.c
 */
#include <support.h>
#include <chance.h>

#include <kernel/rcu.h>
#include <lib/kernel.h>

#define OPERATIONS	200000u
#define QUEUE_MAX	64u
#define DEPTH_MAX	5u

struct item {
	unsigned int number;
	char before[100];		/* the head is not at the front */
	struct rcu_head rcu;
};

static struct item *waiting[QUEUE_MAX];
static unsigned int nr_waiting, depth, next_number, next_to_go;
static bool asks_for_more;

/* Behind kvfree_rcu(). */
void kvfree(const void *addr)
{
	const struct item *item = addr;

	assert_int_equal(item->number, next_to_go++);
	free((void *)item);
}

static void gone(struct rcu_head *head)
{
	struct item *item = container_of(head, struct item, rcu);

	assert_false(rcu_read_lock_held());
	if (asks_for_more) {			/* a callback from a callback runs at once */
		struct item *more = malloc(sizeof(*more));

		asks_for_more = false;
		more->number = next_to_go;
		call_rcu(&more->rcu, gone);
		item->number = next_to_go;
	}
	kvfree(item);
}

static struct item *new_item(void)
{
	struct item *item = malloc(sizeof(*item));

	item->number = next_number++;
	return item;
}

static void ask(void)
{
	struct item *item = new_item();

	if (depth)
		waiting[nr_waiting++] = item;
	if (chance_below(2))
		call_rcu(&item->rcu, gone);
	else
		kvfree_rcu(item, rcu);
	if (!depth)
		assert_int_equal(next_to_go, next_number);
}

static void leave(void)
{
	unsigned int before = next_to_go;

	for (unsigned int i = 0; i < nr_waiting; i++)
		assert_int_equal(waiting[i]->number, before + i);
	rcu_read_unlock();
	if (--depth) {
		assert_int_equal(next_to_go, before);
		return;
	}
	assert_int_equal(next_to_go, next_number);
	nr_waiting = 0;
}

static void callbacks_run_in_order_at_the_outermost_end(void **state)
{
	for (unsigned int n = 0; n < OPERATIONS; n++) {
		unsigned int what = chance_below(8);

		assert_int_equal(rcu_read_lock_held(), depth != 0);
		if (what < 2 && depth < DEPTH_MAX) {
			rcu_read_lock();
			depth++;
		} else if (what < 4 && depth) {
			leave();
		} else if (nr_waiting < QUEUE_MAX) {
			ask();
		}
	}
	while (depth)
		leave();
	assert_int_equal(next_to_go, next_number);
	assert_int_equal(nr_waiting, 0);
}

static void a_callback_may_ask_for_another(void **state)
{
	struct item *item = new_item();

	asks_for_more = true;
	next_number++;
	rcu_read_lock();
	call_rcu(&item->rcu, gone);
	rcu_read_unlock();
	assert_false(asks_for_more);
	assert_int_equal(next_to_go, next_number);
}

static void memory_without_a_head_is_freed_outside_sections(void **state)
{
	struct item *item = new_item(), *none = NULL;

	kvfree_rcu(item);
	kvfree_rcu(none, rcu);
	assert_int_equal(next_to_go, next_number);
	synchronize_rcu();
	rcu_barrier();
}

static void wrong_nesting_is_a_bug(void **state)
{
	struct rcu_head head;

	expect_panic(rcu_read_unlock());
	assert_false(rcu_read_lock_held());
	rcu_read_lock();
	expect_panic(synchronize_rcu());
	rcu_read_unlock();
	expect_panic(kvfree_call_rcu(&head, PAGE_SIZE));
}

static void pointers_are_published_and_read(void **state)
{
	static int *shown;
	int one = 1;

	RCU_INIT_POINTER(shown, NULL);
	assert_null(rcu_access_pointer(shown));
	rcu_assign_pointer(shown, &one);
	rcu_read_lock();
	assert_int_equal(*rcu_dereference(shown), 1);
	assert_ptr_equal(rcu_dereference_protected(shown, true), &one);
	rcu_read_unlock();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(callbacks_run_in_order_at_the_outermost_end),
		cmocka_unit_test(a_callback_may_ask_for_another),
		cmocka_unit_test(memory_without_a_head_is_freed_outside_sections),
		cmocka_unit_test(wrong_nesting_is_a_bug),
		cmocka_unit_test(pointers_are_published_and_read),
	};

	chance_start("test_rcu");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
