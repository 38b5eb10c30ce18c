/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_memblock_contract.c - what every call that hands out a pointer promises
 *
 * One list of calls, one list of situations, both directions: each call in each situation must give
 * the same place, reserve exactly its bytes, and zero them or leave them alone, as it says.
 *
 *     memory     [LOW ............................ HIGH)      64 KiB
 *
 * LINK: mm/memblock.c mm/memblock_check.c
 */
#include <support.h>

#include <lib/sizes.h>
#include <mm/memblock.h>

#define LOW	((phys_addr_t)SZ_1M)
#define HIGH	(LOW + SZ_64K)
#define SIZE	100u			/* of a request: no multiple of its alignment */
#define ALIGN_	64u
#define DIRTY	0xA5

/* --- the calls -------------------------------------------------------------------------------- */

struct call {
	const char *name;
	void *(*alloc)(phys_addr_t size, phys_addr_t align, phys_addr_t min, phys_addr_t max);
	bool raw, takes_min, takes_max;
};

#define CALL(name_, ...)							\
	static void *call_##name_(phys_addr_t size, phys_addr_t align, phys_addr_t min,	\
				  phys_addr_t max)				\
	{									\
		return memblock_##name_(__VA_ARGS__);				\
	}

CALL(alloc, size, align)
CALL(alloc_raw, size, align)
CALL(alloc_low, size, align)
CALL(alloc_node, size, align, 0)
CALL(alloc_from, size, align, min)
CALL(alloc_try_nid, size, align, min, max, NUMA_NO_NODE)
CALL(alloc_try_nid_raw, size, align, min, max, NUMA_NO_NODE)
CALL(alloc_exact_nid_raw, size, align, min, max, 0)

static const struct call calls[] = {
	{ "alloc", call_alloc, false, false, false },
	{ "alloc_raw", call_alloc_raw, true, false, false },
	{ "alloc_low", call_alloc_low, false, false, false },
	{ "alloc_node", call_alloc_node, false, false, false },
	{ "alloc_from", call_alloc_from, false, true, false },
	{ "alloc_try_nid", call_alloc_try_nid, false, true, true },
	{ "alloc_try_nid_raw", call_alloc_try_nid_raw, true, true, true },
	{ "alloc_exact_nid_raw", call_alloc_exact_nid_raw, true, true, true },
};

/* --- the situations --------------------------------------------------------------------------- */

/* Taken before, limits of the request, and where it must end up from the top or from the bottom. */
static const struct situation {
	const char *name;
	struct { phys_addr_t base, size; } taken[2];
	phys_addr_t limit, size, min, max;	/* 0: no limit; SIZE; no minimum; no maximum */
	phys_addr_t top_down, bottom_up;	/* 0: NULL */
	unsigned long regions;			/* reserved afterwards, top-down */
} situations[] = {
	{ "nothing is taken", .top_down = HIGH - 128, .bottom_up = LOW, .regions = 1 },
	{ "both ends are taken", .taken = { { LOW, 128 }, { HIGH - SIZE - 28, SIZE + 28 } },
	  .top_down = HIGH - 256, .bottom_up = LOW + 128, .regions = 3 },
	{ "the new one touches", .taken = { { HIGH - 28, 28 } },
	  .top_down = HIGH - 128, .bottom_up = LOW, .regions = 1 },
	{ "the first gap is too small", .taken = { { HIGH - 192, 128 }, { LOW + 64, 128 } },
	  .top_down = HIGH - 320, .bottom_up = LOW + 192, .regions = 3 },
	{ "one gap fits, to the byte", .size = 128,
	  .taken = { { LOW, SZ_4K }, { LOW + SZ_4K + 128, SZ_64K - SZ_4K - 128 } },
	  .top_down = LOW + SZ_4K, .bottom_up = LOW + SZ_4K, .regions = 1 },
	{ "all is taken", .taken = { { LOW, SZ_64K } }, .regions = 1 },
	{ "all but too little is taken", .taken = { { LOW, SZ_64K - 64 } }, .regions = 1 },
	{ "it is too large", .size = SZ_64K + 1 },
	{ "it is the largest", .size = SZ_64K, .top_down = LOW, .bottom_up = LOW, .regions = 1 },
	{ "the limit is lower", .limit = LOW + SZ_4K,
	  .top_down = LOW + SZ_4K - 128, .bottom_up = LOW, .regions = 1 },
	{ "the limit is below memory", .limit = LOW },
	{ "a window in the middle", .min = LOW + SZ_8K + 1, .max = LOW + SZ_16K,
	  .top_down = LOW + SZ_16K - 128, .bottom_up = LOW + SZ_8K + 64, .regions = 1 },
	{ "a window of the exact size", .min = LOW + SZ_8K, .max = LOW + SZ_8K + SIZE,
	  .top_down = LOW + SZ_8K, .bottom_up = LOW + SZ_8K, .regions = 1 },
	{ "a window that is too small", .min = LOW + SZ_8K, .max = LOW + SZ_8K + SIZE - 1,
	  .top_down = LOW + SZ_8K - 64, .bottom_up = LOW, .regions = 1 },
	{ "a window past both ends", .min = LOW - SZ_4K, .max = HIGH + SZ_4K,
	  .top_down = HIGH - 128, .bottom_up = LOW, .regions = 1 },
	{ "a minimum above all that is free", .taken = { { HIGH - SZ_4K, SZ_4K } },
	  .min = HIGH - SZ_4K, .top_down = HIGH - SZ_4K - 128, .bottom_up = LOW, .regions = 2 },
	{ "a minimum above memory", .min = HIGH, .top_down = HIGH - 128, .bottom_up = LOW,
	  .regions = 1 },
	{ "a maximum below memory", .max = LOW },
};

static void arrange(const struct situation *s, bool bottom_up)
{
	host_ram_init(SZ_2M);
	memset(phys_to_virt(LOW - SZ_4K), DIRTY, SZ_64K + SZ_8K);
	memblock_reset();
	memblock_add(LOW, SZ_64K);
	memblock_set_bottom_up(bottom_up);
	if (s->limit)
		memblock_set_current_limit(s->limit);
	for (unsigned int i = 0; i < ARRAY_SIZE(s->taken); i++)
		memblock_reserve(s->taken[i].base, s->taken[i].size);
}

/* Its own bytes are zero, or as they were; all others are as they were. */
static bool bytes_are_right(phys_addr_t got, phys_addr_t size, bool raw)
{
	for (phys_addr_t at = LOW - SZ_4K; at < HIGH + SZ_4K; at++) {
		bool inside = got && at >= got && at < got + size;

		if (*(unsigned char *)phys_to_virt(at) != (inside && !raw ? 0 : DIRTY))
			return false;
	}
	return true;
}

static void try_call(const struct call *call, const struct situation *s, bool bottom_up)
{
	phys_addr_t size = s->size ? s->size : SIZE, before, got;
	phys_addr_t want = bottom_up ? s->bottom_up : s->top_down;
	void *p;

	if ((s->min && !call->takes_min) || (s->max && !call->takes_max))
		return;
	arrange(s, bottom_up);
	before = memblock_reserved_size();
	p = call->alloc(size, ALIGN_, s->min, s->max);
	got = p ? virt_to_phys(p) : 0;
	if (got != want || memblock_reserved_size() != before + (want ? size : 0) ||
	    (!bottom_up && memblock.reserved.cnt != max(s->regions, 1ul)) ||
	    memblock_phys_mem_size() != SZ_64K || memblock_check() ||
	    !bytes_are_right(got, size, call->raw))
		fail_msg("%s, %s, %s: got 0x%x, want 0x%x; %lu reservations of 0x%x bytes",
			 call->name, s->name, bottom_up ? "bottom-up" : "top-down", got, want,
			 memblock.reserved.cnt, memblock_reserved_size());
	if (!p)
		return;
	memblock_free(p, size);
	assert_int_equal(memblock_reserved_size(), before);
}

static void every_call_in_every_situation(void **state)
{
	for (unsigned int c = 0; c < ARRAY_SIZE(calls); c++)
		for (unsigned int s = 0; s < ARRAY_SIZE(situations); s++)
			for (unsigned int up = 0; up < 2; up++)
				try_call(&calls[c], &situations[s], up);
}

/* Two pieces of memory with a hole between: a request lies in one of them. */
static void no_request_spans_a_hole(void **state)
{
	host_ram_init(SZ_2M);
	memblock_reset();
	memblock_add(LOW, SZ_4K);
	memblock_add(LOW + SZ_8K, SZ_4K);
	assert_null(memblock_alloc(SZ_4K + 1, 1));
	assert_ptr_equal(memblock_alloc(SZ_4K, 1), phys_to_virt(LOW + SZ_8K));
	assert_ptr_equal(memblock_alloc(SZ_4K, 1), phys_to_virt(LOW));
	assert_null(memblock_alloc(1, 1));
	assert_int_equal(memblock.reserved.cnt, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_in_every_situation),
		cmocka_unit_test(no_request_spans_a_hole),
	};

	return cmocka_run_group_tests_name("memblock_contract", tests, NULL, NULL);
}
