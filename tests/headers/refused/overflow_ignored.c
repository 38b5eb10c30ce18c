/* SPDX-License-Identifier: MIT */
/* The answer of a check thrown away (an error by -Werror). */
#include <linux/overflow.h>
void add(int a, int b, int *d) { check_add_overflow(a, b, d); }
