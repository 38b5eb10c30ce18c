/* SPDX-License-Identifier: MIT */
/* The number of elements of a pointer. */
#include <linux/kernel.h>
unsigned long count(int *p) { return ARRAY_SIZE(p); }
