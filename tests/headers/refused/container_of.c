/* SPDX-License-Identifier: MIT */
/* A pointer to something that is not the member. */
#include <linux/kernel.h>
struct thing { int a; char b; };
struct thing *thing(int *p) { return container_of(p, struct thing, b); }
