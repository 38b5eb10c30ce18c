/* SPDX-License-Identifier: MIT */
/* A condition that is true. */
#include <linux/build_bug.h>
void check(void) { int x = 3; x++; BUILD_BUG_ON(x == 4); }
