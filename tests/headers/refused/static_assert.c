/* SPDX-License-Identifier: MIT */
/* A static assert that fails. */
#include <linux/kernel.h>
static_assert(sizeof(int) == 8);
