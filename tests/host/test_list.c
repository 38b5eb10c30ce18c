/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_list.c - lists and hash chains against strings
 *
 * A list is written as the letters of its members: after every operation the test reads it forwards,
 * backwards and link by link, and compares with the string the operation should have made.
 *
 * LINK:
 */
#include <support.h>
#include <test_random.h>

#include <lib/list.h>

struct item {
	char letter;
	struct list_head node;
	struct hlist_node hash;
};

#define ITEMS	26

static struct item item[ITEMS];
static LIST_HEAD(list);
static LIST_HEAD(other);

#define NODE(c)	(&item[(c) - 'a'].node)
#define HASH(c)	(&item[(c) - 'a'].hash)

static void fill(struct list_head *head, const char *letters)
{
	INIT_LIST_HEAD(head);
	for (; *letters; letters++) {
		item[*letters - 'a'].letter = *letters;
		list_add_tail(NODE(*letters), head);
	}
}

/* The letters of @head's list, after checking rule L1 on every stop. */
static const char *letters_of(struct list_head *head)
{
	static char text[2][64];
	static int turn;
	char *out = text[turn ^= 1];
	struct list_head *pos;
	struct item *it;
	size_t n = 0, back;

	list_for_each_entry(it, head, node) {
		assert_true(n < 60);
		assert_ptr_equal(it->node.next->prev, &it->node);
		assert_ptr_equal(it->node.prev->next, &it->node);
		out[n++] = it->letter;
	}
	out[n] = '\0';
	back = n;
	list_for_each_prev(pos, head)
		assert_int_equal(list_entry(pos, struct item, node)->letter, out[--back]);
	assert_int_equal(back, 0);
	assert_int_equal(list_count_nodes(head), n);
	assert_int_equal(list_empty(head), n == 0);
	assert_int_equal(list_is_singular(head), n == 1);
	return out;
}

#define expect(head, letters)	assert_string_equal(letters_of(head), letters)

static void adding_and_removing(void **state)
{
	fill(&list, "");
	expect(&list, "");
	fill(&list, "abc");
	item[3].letter = 'd';
	list_add(NODE('d'), &list);
	expect(&list, "dabc");
	list_del(NODE('a'));
	expect(&list, "dbc");
	assert_ptr_equal(NODE('a')->next, LIST_POISON1);
	assert_ptr_equal(NODE('a')->prev, LIST_POISON2);
	list_del_init(NODE('c'));
	expect(&list, "db");
	assert_true(list_empty(NODE('c')));
	list_del_init_careful(NODE('d'));
	assert_true(list_empty_careful(NODE('d')));
	expect(&list, "b");
	assert_true(list_is_first(NODE('b'), &list) && list_is_last(NODE('b'), &list));
	assert_true(list_is_head(&list, &list) && !list_is_head(NODE('b'), &list));
	assert_false(list_empty_careful(&list));
}

static void replacing(void **state)
{
	fill(&list, "abc");
	item[23].letter = 'x';
	item[24].letter = 'y';
	list_replace(NODE('b'), NODE('x'));
	expect(&list, "axc");
	list_replace_init(NODE('x'), NODE('y'));
	expect(&list, "ayc");
	assert_true(list_empty(NODE('x')));
}

static void swapping(void **state)
{
	static const struct { char a, b; const char *result; } cases[] = {
		{ 'a', 'e', "ebcda" }, { 'b', 'd', "adcbe" }, { 'a', 'b', "bacde" },
		{ 'b', 'a', "bacde" }, { 'd', 'e', "abced" }, { 'e', 'a', "ebcda" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fill(&list, "abcde");
		list_swap(NODE(cases[i].a), NODE(cases[i].b));
		expect(&list, cases[i].result);
	}
	fill(&list, "ab");
	list_swap(NODE('a'), NODE('b'));
	expect(&list, "ba");
	fill(&list, "ab");
	fill(&other, "cd");
	list_swap(NODE('a'), NODE('d'));
	expect(&list, "db");
	expect(&other, "ca");
}

static void moving(void **state)
{
	fill(&list, "abc");
	fill(&other, "de");
	list_move(NODE('b'), &other);
	expect(&list, "ac");
	expect(&other, "bde");
	list_move_tail(NODE('a'), &other);
	expect(&other, "bdea");
	list_move(NODE('a'), &other);
	expect(&other, "abde");
	fill(&list, "abcdef");
	list_bulk_move_tail(&list, NODE('b'), NODE('d'));
	expect(&list, "aefbcd");
	fill(&other, "xy");
	list_bulk_move_tail(&other, NODE('e'), NODE('e'));
	expect(&list, "afbcd");
	expect(&other, "xye");
}

static void rotating(void **state)
{
	fill(&list, "");
	list_rotate_left(&list);
	expect(&list, "");
	fill(&list, "abcd");
	list_rotate_left(&list);
	expect(&list, "bcda");
	list_rotate_to_front(NODE('d'), &list);
	expect(&list, "dabc");
	list_rotate_to_front(NODE('d'), &list);
	expect(&list, "dabc");
}

static void cutting(void **state)
{
	fill(&list, "abcd");
	list_cut_position(&other, &list, NODE('b'));
	expect(&other, "ab");
	expect(&list, "cd");
	list_cut_position(&other, &list, &list);
	expect(&other, "");
	expect(&list, "cd");
	list_cut_position(&other, &list, NODE('d'));
	expect(&other, "cd");
	expect(&list, "");

	fill(&list, "a");
	list_cut_position(&other, &list, NODE('a'));
	expect(&other, "a");
	expect(&list, "");

	fill(&list, "abcd");
	list_cut_before(&other, &list, NODE('c'));
	expect(&other, "ab");
	expect(&list, "cd");
	list_cut_before(&other, &list, NODE('c'));
	expect(&other, "");
	expect(&list, "cd");
	fill(&other, "x");
	list_cut_before(&other, &list, &list);
	expect(&other, "");
	expect(&list, "cd");
}

static void splicing(void **state)
{
	fill(&list, "ab");
	fill(&other, "cd");
	list_splice(&other, &list);
	expect(&list, "cdab");
	fill(&list, "ab");
	fill(&other, "cd");
	list_splice_tail(&other, &list);
	expect(&list, "abcd");
	fill(&list, "ab");
	fill(&other, "cd");
	list_splice_init(&other, &list);
	expect(&list, "cdab");
	expect(&other, "");
	list_splice_init(&other, &list);
	expect(&list, "cdab");
	fill(&other, "x");
	list_splice_tail_init(&other, &list);
	expect(&list, "cdabx");
	expect(&other, "");
	fill(&list, "");
	fill(&other, "xy");
	list_splice_tail_init(&other, &list);
	expect(&list, "xy");
}

/* Run a loop that appends letters to text, and compare. */
#define LOOP(result, loop) do {							\
	char text[32] = "";							\
	size_t n = 0;								\
	loop									\
		text[n++] = list_entry(pos, struct item, node)->letter;		\
	assert_string_equal(text, result);					\
} while (0)

#define ENTRY_LOOP(result, loop) do {						\
	char text[32] = "";							\
	size_t n = 0;								\
	loop									\
		text[n++] = it->letter;						\
	assert_string_equal(text, result);					\
} while (0)

/* The same where the body takes the cursor out. */
#define REMOVING_LOOP(result, left, loop) do {					\
	char text[32] = "";							\
	size_t n = 0;								\
	loop {									\
		text[n++] = it->letter;						\
		list_del(&it->node);						\
	}									\
	assert_string_equal(text, result);					\
	expect(&list, left);							\
} while (0)

static void walking(void **state)
{
	struct list_head *pos, *next;
	struct item *it;

	fill(&list, "abcd");
	LOOP("abcd", list_for_each(pos, &list));
	LOOP("dcba", list_for_each_prev(pos, &list));
	LOOP("abcd", list_for_each_safe(pos, next, &list));
	LOOP("dcba", list_for_each_prev_safe(pos, next, &list));
	pos = NODE('b');
	LOOP("cd", list_for_each_continue(pos, &list));
	ENTRY_LOOP("abcd", list_for_each_entry(it, &list, node));
	ENTRY_LOOP("dcba", list_for_each_entry_reverse(it, &list, node));
	it = &item[1];
	ENTRY_LOOP("cd", list_for_each_entry_continue(it, &list, node));
	it = &item[1];
	ENTRY_LOOP("a", list_for_each_entry_continue_reverse(it, &list, node));
	it = &item[1];
	ENTRY_LOOP("bcd", list_for_each_entry_from(it, &list, node));
	it = &item[1];
	ENTRY_LOOP("ba", list_for_each_entry_from_reverse(it, &list, node));
	/* Here the cursor starts on the head, which UBSan allows only inside of a real item. */
	fill(NODE('z'), "abcd");
	it = NULL;
	it = list_prepare_entry(it, NODE('z'), node);
	ENTRY_LOOP("abcd", list_for_each_entry_continue(it, NODE('z'), node));
	it = list_prepare_entry(&item[1], NODE('z'), node);
	ENTRY_LOOP("cd", list_for_each_entry_continue(it, NODE('z'), node));
}

static void walking_while_removing(void **state)
{
	struct item *it, *next;

	fill(&list, "abcd");
	REMOVING_LOOP("abcd", "", list_for_each_entry_safe(it, next, &list, node));
	fill(&list, "abcd");
	REMOVING_LOOP("dcba", "", list_for_each_entry_safe_reverse(it, next, &list, node));
	fill(&list, "abcd");
	it = &item[1];
	REMOVING_LOOP("cd", "ab", list_for_each_entry_safe_continue(it, next, &list, node));
	fill(&list, "abcd");
	it = &item[1];
	REMOVING_LOOP("bcd", "a", list_for_each_entry_safe_from(it, next, &list, node));
}

static void neighbours(void **state)
{
	fill(&list, "");
	assert_null(list_first_entry_or_null(&list, struct item, node));
	assert_null(list_last_entry_or_null(&list, struct item, node));
	fill(&list, "abc");
	assert_int_equal(list_first_entry(&list, struct item, node)->letter, 'a');
	assert_int_equal(list_last_entry(&list, struct item, node)->letter, 'c');
	assert_int_equal(list_first_entry_or_null(&list, struct item, node)->letter, 'a');
	assert_int_equal(list_last_entry_or_null(&list, struct item, node)->letter, 'c');
	assert_int_equal(list_next_entry(&item[0], node)->letter, 'b');
	assert_int_equal(list_prev_entry(&item[2], node)->letter, 'b');
	assert_int_equal(list_next_entry_circular(&item[2], &list, node)->letter, 'a');
	assert_int_equal(list_prev_entry_circular(&item[0], &list, node)->letter, 'c');
	assert_true(list_entry_is_head(list_next_entry(&item[2], node), &list, node));
}

/* A deck of lists as strings: random moves between them, checked after each. */
static void random_moves_agree_with_strings(void **state)
{
	struct list_head head[3];
	char want[3][ITEMS + 1];

	random_begin("list moves");
	fill(&head[0], "abcdefghijklmnopqrstuvwxyz");
	fill(&head[1], "");
	fill(&head[2], "");
	strcpy(want[0], "abcdefghijklmnopqrstuvwxyz");
	want[1][0] = want[2][0] = '\0';
	for (int round = 0; round < 20000; round++) {
		u32 from = random_below(3), to = random_below(3), n = strlen(want[from]), i;
		bool front = random_below(2);
		char letter[2] = "";

		if (!n)
			continue;
		i = random_below(n);
		letter[0] = want[from][i];
		memmove(&want[from][i], &want[from][i + 1], n - i);
		if (front) {
			memmove(&want[to][1], want[to], strlen(want[to]) + 1);
			want[to][0] = letter[0];
			list_move(NODE(letter[0]), &head[to]);
		} else {
			strcat(want[to], letter);
			list_move_tail(NODE(letter[0]), &head[to]);
		}
		expect(&head[from], want[from]);
		expect(&head[to], want[to]);
	}
}

/* --- hash chains ------------------------------------------------------------------------------- */

static HLIST_HEAD(chain);

static void fill_chain(struct hlist_head *head, const char *letters)
{
	INIT_HLIST_HEAD(head);
	for (size_t i = strlen(letters); i-- > 0; ) {
		item[letters[i] - 'a'].letter = letters[i];
		hlist_add_head(HASH(letters[i]), head);
	}
}

/* The letters of a chain, after checking rule H1 on every member. */
static const char *chain_letters(struct hlist_head *head)
{
	static char text[64];
	struct hlist_node *pos, **link = &head->first;
	size_t n = 0;

	hlist_for_each(pos, head) {
		assert_true(n < 60);
		assert_ptr_equal(pos->pprev, link);
		assert_ptr_equal(*link, pos);
		link = &pos->next;
		text[n++] = hlist_entry(pos, struct item, hash)->letter;
	}
	text[n] = '\0';
	assert_int_equal(hlist_empty(head), n == 0);
	return text;
}

#define expect_chain(letters)	assert_string_equal(chain_letters(&chain), letters)

static void chains_add_and_remove(void **state)
{
	struct hlist_head moved;

	fill_chain(&chain, "bd");
	item[0].letter = 'a';
	item[2].letter = 'c';
	item[4].letter = 'e';
	hlist_add_before(HASH('a'), HASH('b'));
	expect_chain("abd");
	hlist_add_before(HASH('c'), HASH('d'));
	expect_chain("abcd");
	hlist_add_behind(HASH('e'), HASH('d'));
	expect_chain("abcde");
	hlist_del(HASH('b'));
	expect_chain("acde");
	assert_ptr_equal(HASH('b')->next, LIST_POISON1);
	assert_ptr_equal(HASH('b')->pprev, LIST_POISON2);
	assert_false(hlist_unhashed(HASH('b')));
	hlist_add_behind(HASH('b'), HASH('a'));
	expect_chain("abcde");
	hlist_del_init(HASH('e'));
	expect_chain("abcd");
	assert_true(hlist_unhashed(HASH('e')) && hlist_unhashed_lockless(HASH('e')));
	hlist_del_init(HASH('e'));
	hlist_move_list(&chain, &moved);
	expect_chain("");
	assert_string_equal(chain_letters(&moved), "abcd");
	hlist_move_list(&chain, &moved);
	assert_true(hlist_empty(&moved));
}

static void chains_of_one_and_fakes(void **state)
{
	fill_chain(&chain, "a");
	assert_true(hlist_is_singular_node(HASH('a'), &chain));
	fill_chain(&chain, "ab");
	assert_false(hlist_is_singular_node(HASH('a'), &chain));
	assert_false(hlist_is_singular_node(HASH('b'), &chain));
	INIT_HLIST_NODE(HASH('c'));
	assert_true(hlist_unhashed(HASH('c')));
	hlist_add_fake(HASH('c'));
	assert_true(hlist_fake(HASH('c')) && !hlist_unhashed(HASH('c')));
	assert_false(hlist_fake(HASH('a')));
	hlist_del(HASH('c'));
	expect_chain("ab");
}

static void chains_walk(void **state)
{
	struct hlist_node *pos, *next;
	struct item *it;

	fill_chain(&chain, "abcd");
	ENTRY_LOOP("abcd", hlist_for_each_entry(it, &chain, hash));
	assert_null(it);
	it = &item[1];
	ENTRY_LOOP("cd", hlist_for_each_entry_continue(it, hash));
	assert_null(it);
	it = &item[1];
	ENTRY_LOOP("bcd", hlist_for_each_entry_from(it, hash));
	ENTRY_LOOP("abcd", hlist_for_each_entry_safe(it, next, &chain, hash));
	hlist_for_each_safe(pos, next, &chain)
		hlist_del(pos);
	expect_chain("");
	hlist_for_each_entry(it, &chain, hash)
		fail();
	assert_null(it);
	assert_null(hlist_entry_safe((struct hlist_node *)NULL, struct item, hash));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adding_and_removing),
		cmocka_unit_test(replacing),
		cmocka_unit_test(swapping),
		cmocka_unit_test(moving),
		cmocka_unit_test(rotating),
		cmocka_unit_test(cutting),
		cmocka_unit_test(splicing),
		cmocka_unit_test(walking),
		cmocka_unit_test(walking_while_removing),
		cmocka_unit_test(neighbours),
		cmocka_unit_test(random_moves_agree_with_strings),
		cmocka_unit_test(chains_add_and_remove),
		cmocka_unit_test(chains_of_one_and_fakes),
		cmocka_unit_test(chains_walk),
	};

	return cmocka_run_group_tests_name("list", tests, NULL, NULL);
}
