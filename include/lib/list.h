/* SPDX-License-Identifier: MIT */
/*
 * include/lib/list.h - circular doubly linked lists, and hash chains with a one-word head
 *
 * A list is a ring through the heads that lie inside its members; the list's own head is one more
 * stop on the ring and holds no data. An empty list is a head that points at itself.
 *
 *        +--------------------------------------------------------+
 *        v                                                        |
 *     +------+ next +---------+ next +---------+ next +---------+ |
 *     | head |----->| a.node  |----->| b.node  |----->| c.node  |-+
 *     |      |<-----|         |<-----|         |<-----|         |
 *     +------+ prev +---------+ prev +---------+ prev +---------+
 *
 * L1  for every stop p of the ring: p->next->prev == p and p->prev->next == p
 * L2  a member that list_del() took out points at LIST_POISON1/2, so that using it faults
 *
 * A hash chain (hlist) ends in NULL, and its head is one word: a table of 1024 buckets costs 4 KiB.
 * pprev is the address of whichever pointer leads here, so no member has to know its head.
 *
 *     head.first ---> [next|pprev] ---> [next|pprev] ---> NULL
 *          ^---------------------'  ^-----------'
 *
 * H1  for every member n: *n->pprev == n;   n is unhashed when n->pprev == NULL
 *
 * The caller does the locking. Nothing here allocates or fails.
 */
#ifndef LIB_LIST_H
#define LIB_LIST_H

#include <lib/kernel.h>
#include <lib/types.h>

/* What a removed member points at: odd enough to be recognised, in page 0, which always faults. */
#define LIST_POISON1	((void *)0x100)
#define LIST_POISON2	((void *)0x122)

/* --- lists: making and changing ---------------------------------------------------------------- */

#define LIST_HEAD_INIT(name)	{ &(name), &(name) }
#define LIST_HEAD(name)		struct list_head name = LIST_HEAD_INIT(name)

static inline void INIT_LIST_HEAD(struct list_head *list)
{
	WRITE_ONCE(list->next, list);
	WRITE_ONCE(list->prev, list);
}

/* Make @prev and @next neighbours; what stood between them is off the ring. */
static inline void __list_join(struct list_head *prev, struct list_head *next)
{
	next->prev = prev;
	WRITE_ONCE(prev->next, next);
}

/* Put @entry between two neighbours. */
static inline void __list_add(struct list_head *entry, struct list_head *prev,
			      struct list_head *next)
{
	next->prev = entry;
	entry->next = next;
	entry->prev = prev;
	WRITE_ONCE(prev->next, entry);
}

/* Put @entry right behind @head: first in the list, as on a stack. */
static inline void list_add(struct list_head *entry, struct list_head *head)
{
	__list_add(entry, head, head->next);
}

/* Put @entry right before @head: last in the list, as in a queue. */
static inline void list_add_tail(struct list_head *entry, struct list_head *head)
{
	__list_add(entry, head->prev, head);
}

static inline void __list_del_entry(struct list_head *entry)
{
	__list_join(entry->prev, entry->next);
}

/* Take @entry out and poison it (L2). */
static inline void list_del(struct list_head *entry)
{
	__list_del_entry(entry);
	entry->next = LIST_POISON1;
	entry->prev = LIST_POISON2;
}

/* Take @entry out and make it an empty list. */
static inline void list_del_init(struct list_head *entry)
{
	__list_del_entry(entry);
	INIT_LIST_HEAD(entry);
}

/*
 * list_del_init() for an entry that somebody watches with list_empty_careful(): next is written
 * last, so a watcher that sees the empty list sees all that was done to the entry before.
 */
static inline void list_del_init_careful(struct list_head *entry)
{
	__list_del_entry(entry);
	WRITE_ONCE(entry->prev, entry);
	__atomic_store_n(&entry->next, entry, __ATOMIC_RELEASE);
}

/* @entry takes the place of @old, whose pointers stay as they were. @old must not be empty. */
static inline void list_replace(struct list_head *old, struct list_head *entry)
{
	entry->next = old->next;
	entry->next->prev = entry;
	entry->prev = old->prev;
	entry->prev->next = entry;
}

/* The same; @old becomes an empty list. */
static inline void list_replace_init(struct list_head *old, struct list_head *entry)
{
	list_replace(old, entry);
	INIT_LIST_HEAD(old);
}

/* @a and @b change places, on one list or two; they may be neighbours. */
static inline void list_swap(struct list_head *a, struct list_head *b)
{
	struct list_head *before_b = b->prev;

	list_del(b);
	list_replace(a, b);
	list_add(a, before_b == a ? b : before_b);
}

/* Take @entry from its list and put it first in another (or the same). */
static inline void list_move(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add(entry, head);
}

static inline void list_move_tail(struct list_head *entry, struct list_head *head)
{
	__list_del_entry(entry);
	list_add_tail(entry, head);
}

/* Move the run @first .. @last of one list, in its order, to the end of @head's. */
static inline void list_bulk_move_tail(struct list_head *head, struct list_head *first,
				       struct list_head *last)
{
	__list_join(first->prev, last->next);
	__list_join(head->prev, first);
	__list_join(last, head);
}

/* --- lists: asking ----------------------------------------------------------------------------- */

static inline int list_is_first(const struct list_head *entry, const struct list_head *head)
{
	return entry->prev == head;
}

static inline int list_is_last(const struct list_head *entry, const struct list_head *head)
{
	return entry->next == head;
}

static inline int list_is_head(const struct list_head *entry, const struct list_head *head)
{
	return entry == head;
}

static inline int list_empty(const struct list_head *head)
{
	return READ_ONCE(head->next) == head;
}

/* Empty, and not half way through list_del_init_careful() either. */
static inline int list_empty_careful(const struct list_head *head)
{
	const struct list_head *next = __atomic_load_n(&head->next, __ATOMIC_ACQUIRE);

	return next == head && next == READ_ONCE(head->prev);
}

static inline int list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

/* --- lists: turning, cutting, joining ---------------------------------------------------------- */

/* The first member becomes the last. */
static inline void list_rotate_left(struct list_head *head)
{
	if (!list_empty(head))
		list_move_tail(head->next, head);
}

/* Turn the ring so that @entry becomes the first member of @head's list. */
static inline void list_rotate_to_front(struct list_head *entry, struct list_head *head)
{
	list_move_tail(head, entry);
}

/* @first .. @last leave @head's ring, where they are first, and become the list @dst. */
static inline void __list_cut(struct list_head *dst, struct list_head *head,
			      struct list_head *last)
{
	struct list_head *first = head->next;

	__list_join(head, last->next);
	__list_join(dst, first);
	__list_join(last, dst);
}

/*
 * Move the members up to and including @entry into @dst; what @dst held is forgotten. @entry is a
 * member of @head's list, or @head itself: then nothing moves and @dst becomes empty (an empty @head
 * leaves @dst as it was).
 */
static inline void list_cut_position(struct list_head *dst, struct list_head *head,
				     struct list_head *entry)
{
	if (list_empty(head))
		return;
	if (entry == head)
		INIT_LIST_HEAD(dst);
	else if (!list_is_singular(head) || head->next == entry)
		__list_cut(dst, head, entry);
}

/* Move the members before @entry into @dst; @entry == @head moves nothing and empties @dst. */
static inline void list_cut_before(struct list_head *dst, struct list_head *head,
				   struct list_head *entry)
{
	if (head->next == entry || entry == head)
		INIT_LIST_HEAD(dst);
	else
		__list_cut(dst, head, entry->prev);
}

/* Put all of @list, which is not empty, between the neighbours @prev and @next. */
static inline void __list_splice(const struct list_head *list, struct list_head *prev,
				 struct list_head *next)
{
	struct list_head *last = list->prev;

	__list_join(prev, list->next);
	__list_join(last, next);
}

/* All members of @list come first in @head's list; @list itself must be initialised before reuse. */
static inline void list_splice(const struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		__list_splice(list, head, head->next);
}

static inline void list_splice_tail(struct list_head *list, struct list_head *head)
{
	if (!list_empty(list))
		__list_splice(list, head->prev, head);
}

/* The same, and @list is empty afterwards. */
static inline void list_splice_init(struct list_head *list, struct list_head *head)
{
	list_splice(list, head);
	INIT_LIST_HEAD(list);
}

static inline void list_splice_tail_init(struct list_head *list, struct list_head *head)
{
	list_splice_tail(list, head);
	INIT_LIST_HEAD(list);
}

/* --- lists: walking ---------------------------------------------------------------------------- */

/* The structure of @type whose @member lies at @ptr. */
#define list_entry(ptr, type, member)	container_of(ptr, type, member)

#define list_first_entry(head, type, member)	list_entry((head)->next, type, member)
#define list_last_entry(head, type, member)	list_entry((head)->prev, type, member)

#define list_first_entry_or_null(head, type, member) ({				\
	struct list_head *head_ = (head);					\
	struct list_head *first_ = READ_ONCE(head_->next);			\
	first_ != head_ ? list_entry(first_, type, member) : (type *)NULL;	\
})

#define list_last_entry_or_null(head, type, member) ({				\
	struct list_head *head_ = (head);					\
	struct list_head *last_ = READ_ONCE(head_->prev);			\
	last_ != head_ ? list_entry(last_, type, member) : (type *)NULL;	\
})

#define list_next_entry(pos, member)						\
	list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_prev_entry(pos, member)						\
	list_entry((pos)->member.prev, __typeof__(*(pos)), member)

/* The neighbour, where the ring is taken as endless: past the end comes the first again. */
#define list_next_entry_circular(pos, head, member)				\
	(list_is_last(&(pos)->member, head) ?					\
	 list_first_entry(head, __typeof__(*(pos)), member) : list_next_entry(pos, member))
#define list_prev_entry_circular(pos, head, member)				\
	(list_is_first(&(pos)->member, head) ?					\
	 list_last_entry(head, __typeof__(*(pos)), member) : list_prev_entry(pos, member))

/* Did a walk reach the end? Its cursor is then no structure at all, only the head's address. */
#define list_entry_is_head(pos, head, member)	(&(pos)->member == (head))

/* pos: a struct list_head *. The _safe walks let the body remove pos; n runs one ahead. */
#define list_for_each(pos, head)						\
	for ((pos) = (head)->next; (pos) != (head); (pos) = (pos)->next)
#define list_for_each_continue(pos, head)					\
	for ((pos) = (pos)->next; (pos) != (head); (pos) = (pos)->next)
#define list_for_each_prev(pos, head)						\
	for ((pos) = (head)->prev; (pos) != (head); (pos) = (pos)->prev)
#define list_for_each_safe(pos, n, head)					\
	for ((pos) = (head)->next, (n) = (pos)->next; (pos) != (head);		\
	     (pos) = (n), (n) = (pos)->next)
#define list_for_each_prev_safe(pos, n, head)					\
	for ((pos) = (head)->prev, (n) = (pos)->prev; (pos) != (head);		\
	     (pos) = (n), (n) = (pos)->prev)

/* pos: the containing structure. _continue starts behind the cursor, _from at it. */
#define list_for_each_entry(pos, head, member)					\
	for ((pos) = list_first_entry(head, __typeof__(*(pos)), member);	\
	     !list_entry_is_head(pos, head, member);				\
	     (pos) = list_next_entry(pos, member))
#define list_for_each_entry_reverse(pos, head, member)				\
	for ((pos) = list_last_entry(head, __typeof__(*(pos)), member);		\
	     !list_entry_is_head(pos, head, member);				\
	     (pos) = list_prev_entry(pos, member))

/* A cursor for _continue: @pos, or the head when @pos is NULL. */
#define list_prepare_entry(pos, head, member)					\
	((pos) ? (pos) : list_entry(head, __typeof__(*(pos)), member))

#define list_for_each_entry_continue(pos, head, member)				\
	for ((pos) = list_next_entry(pos, member);				\
	     !list_entry_is_head(pos, head, member);				\
	     (pos) = list_next_entry(pos, member))
#define list_for_each_entry_continue_reverse(pos, head, member)			\
	for ((pos) = list_prev_entry(pos, member);				\
	     !list_entry_is_head(pos, head, member);				\
	     (pos) = list_prev_entry(pos, member))
#define list_for_each_entry_from(pos, head, member)				\
	for (; !list_entry_is_head(pos, head, member);				\
	     (pos) = list_next_entry(pos, member))
#define list_for_each_entry_from_reverse(pos, head, member)			\
	for (; !list_entry_is_head(pos, head, member);				\
	     (pos) = list_prev_entry(pos, member))

#define list_for_each_entry_safe(pos, n, head, member)				\
	for ((pos) = list_first_entry(head, __typeof__(*(pos)), member),	\
	     (n) = list_next_entry(pos, member);				\
	     !list_entry_is_head(pos, head, member);				\
	     (pos) = (n), (n) = list_next_entry(n, member))
#define list_for_each_entry_safe_continue(pos, n, head, member)			\
	for ((pos) = list_next_entry(pos, member),				\
	     (n) = list_next_entry(pos, member);				\
	     !list_entry_is_head(pos, head, member);				\
	     (pos) = (n), (n) = list_next_entry(n, member))
#define list_for_each_entry_safe_from(pos, n, head, member)			\
	for ((n) = list_next_entry(pos, member);				\
	     !list_entry_is_head(pos, head, member);				\
	     (pos) = (n), (n) = list_next_entry(n, member))
#define list_for_each_entry_safe_reverse(pos, n, head, member)			\
	for ((pos) = list_last_entry(head, __typeof__(*(pos)), member),		\
	     (n) = list_prev_entry(pos, member);				\
	     !list_entry_is_head(pos, head, member);				\
	     (pos) = (n), (n) = list_prev_entry(n, member))

/* In the body of a _safe walk that dropped its lock: look again what follows @pos. */
#define list_safe_reset_next(pos, n, member)	((n) = list_next_entry(pos, member))

/* How many members @head has: a walk, O(n). */
static inline size_t list_count_nodes(const struct list_head *head)
{
	const struct list_head *pos;
	size_t count = 0;

	list_for_each(pos, head)
		count++;
	return count;
}

/* --- hash chains ------------------------------------------------------------------------------- */

#define HLIST_HEAD_INIT		{ NULL }
#define HLIST_HEAD(name)	struct hlist_head name = HLIST_HEAD_INIT
#define INIT_HLIST_HEAD(head)	((head)->first = NULL)

static inline void INIT_HLIST_NODE(struct hlist_node *n)
{
	n->next = NULL;
	n->pprev = NULL;
}

/* On no chain: never added, or taken out by hlist_del_init(). */
static inline int hlist_unhashed(const struct hlist_node *n)
{
	return !n->pprev;
}

/* The same where somebody else may be changing @n: one look. */
static inline int hlist_unhashed_lockless(const struct hlist_node *n)
{
	return !READ_ONCE(n->pprev);
}

static inline int hlist_empty(const struct hlist_head *head)
{
	return !READ_ONCE(head->first);
}

static inline void __hlist_del(struct hlist_node *n)
{
	struct hlist_node *next = n->next;
	struct hlist_node **pprev = n->pprev;

	WRITE_ONCE(*pprev, next);
	if (next)
		WRITE_ONCE(next->pprev, pprev);
}

/* Take @n out and poison it: hlist_unhashed() is not true of it. */
static inline void hlist_del(struct hlist_node *n)
{
	__hlist_del(n);
	n->next = LIST_POISON1;
	n->pprev = LIST_POISON2;
}

/* Take @n out, if it is on a chain, and make it unhashed. */
static inline void hlist_del_init(struct hlist_node *n)
{
	if (hlist_unhashed(n))
		return;
	__hlist_del(n);
	INIT_HLIST_NODE(n);
}

static inline void hlist_add_head(struct hlist_node *n, struct hlist_head *head)
{
	struct hlist_node *first = head->first;

	WRITE_ONCE(n->next, first);
	if (first)
		WRITE_ONCE(first->pprev, &n->next);
	WRITE_ONCE(head->first, n);
	WRITE_ONCE(n->pprev, &head->first);
}

/* @next is on a chain; @n comes before it. */
static inline void hlist_add_before(struct hlist_node *n, struct hlist_node *next)
{
	WRITE_ONCE(n->pprev, next->pprev);
	WRITE_ONCE(n->next, next);
	WRITE_ONCE(next->pprev, &n->next);
	WRITE_ONCE(*n->pprev, n);
}

/* @prev is on a chain; @n comes behind it. */
static inline void hlist_add_behind(struct hlist_node *n, struct hlist_node *prev)
{
	WRITE_ONCE(n->next, prev->next);
	WRITE_ONCE(prev->next, n);
	WRITE_ONCE(n->pprev, &prev->next);
	if (n->next)
		WRITE_ONCE(n->next->pprev, &n->next);
}

/* Make @n look hashed, alone on a chain of its own, so that hlist_del() of it is safe. */
static inline void hlist_add_fake(struct hlist_node *n)
{
	n->pprev = &n->next;
}

static inline bool hlist_fake(const struct hlist_node *n)
{
	return n->pprev == (struct hlist_node **)&n->next;
}

/* Is @n the only member of @head's chain? Does not touch other members. */
static inline bool hlist_is_singular_node(const struct hlist_node *n, const struct hlist_head *head)
{
	return !n->next && n->pprev == (struct hlist_node **)&head->first;
}

/* @to takes over the chain of @from, which becomes empty. */
static inline void hlist_move_list(struct hlist_head *from, struct hlist_head *to)
{
	to->first = from->first;
	if (to->first)
		to->first->pprev = &to->first;
	from->first = NULL;
}

#define hlist_entry(ptr, type, member)	list_entry(ptr, type, member)

#define hlist_entry_safe(ptr, type, member) ({					\
	__typeof__(ptr) ptr_ = (ptr);						\
	ptr_ ? hlist_entry(ptr_, type, member) : (type *)NULL;			\
})

#define hlist_for_each(pos, head)						\
	for ((pos) = (head)->first; (pos); (pos) = (pos)->next)
#define hlist_for_each_safe(pos, n, head)					\
	for ((pos) = (head)->first; (pos) && ((n) = (pos)->next, 1); (pos) = (n))

/* These end with a NULL cursor. n of the _safe walk is a struct hlist_node *. */
#define hlist_for_each_entry(pos, head, member)					\
	for ((pos) = hlist_entry_safe((head)->first, __typeof__(*(pos)), member); \
	     (pos);								\
	     (pos) = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_continue(pos, member)				\
	for ((pos) = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member); \
	     (pos);								\
	     (pos) = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_from(pos, member)					\
	for (; (pos);								\
	     (pos) = hlist_entry_safe((pos)->member.next, __typeof__(*(pos)), member))
#define hlist_for_each_entry_safe(pos, n, head, member)				\
	for ((pos) = hlist_entry_safe((head)->first, __typeof__(*(pos)), member); \
	     (pos) && ((n) = (pos)->member.next, 1);				\
	     (pos) = hlist_entry_safe(n, __typeof__(*(pos)), member))

#endif
