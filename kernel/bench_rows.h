/* SPDX-License-Identifier: MIT */
/*
 * kernel/bench_rows.h - what the files of rows share: an array of objects, and random orders
 */
#ifndef KERNEL_BENCH_ROWS_H
#define KERNEL_BENCH_ROWS_H

#include <lib/types.h>

#define BENCH_OBJECTS_MAX	16384u
#define BENCH_CHURN_SLOTS	4096u
#define BENCH_CHURN_OPS		20000u

/* Room for BENCH_OBJECTS_MAX pointers, made at the first call; NULL: no memory. */
void **bench_objects(void);

/* Put @nr pointers into a random order, the same one each time. */
void bench_shuffle(void **object, unsigned int nr);

/* BENCH_CHURN_OPS random slots; bench_churn_begin() makes them and empties the objects. */
extern u16 *bench_churn_slots;
bool bench_churn_begin(void);

/* Free what a churn has left. */
void bench_churn_end(void (*give)(void *object));

#endif
