/* SPDX-License-Identifier: MIT */
/*
 * kernel/bench_rows.c - an array of objects and random orders, for the rows of the benchmark
 *
 * All of it is in vmalloc areas that are made at the first use and stay: a kernel that never runs the
 * benchmark does not pay for it.
 */
#include <lib/kernel.h>
#include <lib/random.h>
#include <lib/string.h>
#include <mm/vmalloc.h>
#include "bench_rows.h"

u16 *bench_churn_slots;

void **bench_objects(void)
{
	static void **objects;

	if (!objects)
		objects = vmalloc(BENCH_OBJECTS_MAX * sizeof(void *));
	return objects;
}

/* Fisher and Yates, as in Knuth, TAOCP vol. 2, "Random Sampling and Shuffling". */
void bench_shuffle(void **object, unsigned int nr)
{
	struct rnd_state state;

	prandom_seed_state(&state, nr);
	while (nr > 1) {
		unsigned int i = prandom_u32_state(&state) % nr--;

		swap(object[i], object[nr]);
	}
}

bool bench_churn_begin(void)
{
	struct rnd_state state;

	if (!bench_objects())
		return false;
	memset(bench_objects(), 0, BENCH_CHURN_SLOTS * sizeof(void *));
	if (bench_churn_slots)
		return true;
	bench_churn_slots = vmalloc(BENCH_CHURN_OPS * sizeof(u16));
	if (!bench_churn_slots)
		return false;
	prandom_seed_state(&state, BENCH_CHURN_OPS);
	for (unsigned int i = 0; i < BENCH_CHURN_OPS; i++)
		bench_churn_slots[i] = prandom_u32_state(&state) % BENCH_CHURN_SLOTS;
	return true;
}

void bench_churn_end(void (*give)(void *object))
{
	void **object = bench_objects();

	for (unsigned int i = 0; i < BENCH_CHURN_SLOTS; i++)
		if (object[i])
			give(object[i]);
}
