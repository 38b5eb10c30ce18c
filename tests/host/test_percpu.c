/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_percpu.c - per-CPU variables against a map of every byte of memory
 *
 * The model has a byte for each byte of lowmem: 0, or the number of the variable that owns it. A
 * variable must be zero when it comes, aligned as asked, and on bytes that nobody has; what is
 * written into it stays, whatever happens around it.
 *
 * LINK: mm/percpu.c mm/slab_batch.c mm/slab.c mm/slab_fast.c mm/slab_geometry.c mm/slab_cache.c
 * LINK: mm/slab_check.c mm/slab_debug.c mm/kmalloc.c mm/fault_inject.c mm/util.c mm/page_alloc.c
 * LINK: mm/page_pcp.c mm/page_block.c mm/page_check.c mm/mmzone.c mm/ledger.c mm/e820.c
 */
#include "slab_machine.h"
#include <chance.h>

#include <kernel/smp.h>
#include <mm/fault_inject.h>
#include <mm/percpu.h>

#define VARIABLES	35000u		/* live at once, says the contract */
#define OPERATIONS	100000u

static struct variable {
	u8 *at;
	size_t size;
	u8 byte;
} variable[VARIABLES];

static u8 taken[LOWMEM_FRAMES << PAGE_SHIFT];

static void set_taken(const struct variable *v, u8 value)
{
	size_t start = v->at - host_ram;

	assert_true(start + v->size <= sizeof(taken));
	assert_null(memchr_inv(taken + start, !value, v->size));
	memset(taken + start, value, v->size);
}

static void take(struct variable *v, size_t size, size_t align)
{
	v->size = size;
	v->byte = 1 + chance_below(255);
	v->at = per_cpu_ptr((u8 *)__alloc_percpu(size, align), 0);
	assert_non_null(v->at);
	assert_int_equal((unsigned long)v->at % align, 0);
	assert_null(memchr_inv(v->at, 0, size));
	set_taken(v, 1);
	memset(v->at, v->byte, size);
}

static void give(struct variable *v)
{
	assert_null(memchr_inv(v->at, v->byte, v->size));
	set_taken(v, 0);
	free_percpu(v->at);
	v->at = NULL;
}

static void every_size_has_every_alignment(void **state)
{
	for (size_t size = 1; size <= 1024; size += 1 + size / 16)
		for (size_t align = 1; align <= PAGE_SIZE; align *= 2)
			take(&variable[percpu_live], size, align);
	while (percpu_live)
		give(&variable[percpu_live - 1]);
}

static void thirty_five_thousand_live_at_once(void **state)
{
	for (unsigned int i = 0; i < VARIABLES; i++)
		take(&variable[i], 1 + chance_below(chance_below(16) ? 64 : 1024),
		     1u << chance_below(7));
	assert_int_equal(percpu_live, VARIABLES);
	for (unsigned int n = 0; n < OPERATIONS; n++) {
		struct variable *v = &variable[chance_below(VARIABLES)];

		if (v->at)
			give(v);
		else
			take(v, 1 + chance_below(256), 2u << chance_below(8));
	}
	for (struct variable *v = variable; v < variable + VARIABLES; v++)
		if (v->at)
			give(v);
	assert_int_equal(percpu_live, 0);
}

static void requests_out_of_range_get_nothing(void **state)
{
	assert_null(__alloc_percpu(0, 4));
	assert_null(__alloc_percpu(PERCPU_SIZE_MAX + 1, 4));
	assert_null(__alloc_percpu(SIZE_MAX, 4));
	assert_null(__alloc_percpu(16, 0));
	assert_null(__alloc_percpu(16, 24));
	assert_null(__alloc_percpu(16, 2 * PAGE_SIZE));
	assert_int_equal(host_warnings_take(), 6);
	free_percpu(NULL);
	assert_int_equal(percpu_live, 0);
	take(variable, PERCPU_SIZE_MAX, PAGE_SIZE);
	give(variable);
	fail_nth(&failslab, 1);
	assert_null(__alloc_percpu(16, 4));
	fail_nth(&failslab, 0);
	assert_int_equal(percpu_live, 0);
}

static DEFINE_PER_CPU(unsigned int, known) = 5;

static void variables_are_used_by_their_names(void **state)
{
	struct pair { u64 a; u8 b; } *pair = alloc_percpu(struct pair);
	unsigned int cpu, cpus = 0;

	for_each_possible_cpu(cpu) {
		per_cpu_ptr(pair, cpu)->a = 7;
		per_cpu(known, cpu) += 1;
		cpus++;
	}
	assert_int_equal(cpus, num_online_cpus());
	assert_ptr_equal(this_cpu_ptr(pair), per_cpu_ptr(pair, smp_processor_id()));
	assert_int_equal(get_cpu_ptr(pair)->a, 7);
	put_cpu_ptr(pair);
	this_cpu_inc(pair->a);
	this_cpu_sub(pair->a, 3);
	assert_int_equal(this_cpu_read(pair->a), 5);
	this_cpu_dec(known);
	this_cpu_add(known, 10);
	assert_int_equal(get_cpu_var(known), 15);
	put_cpu_var(known);
	this_cpu_write(known, 1);
	assert_int_equal(__this_cpu_read(known), 1);
	free_percpu(pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		slab_test(every_size_has_every_alignment),
		slab_test(thirty_five_thousand_live_at_once),
		slab_test(requests_out_of_range_get_nothing),
		slab_test(variables_are_used_by_their_names),
	};

	chance_start("test_percpu");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
