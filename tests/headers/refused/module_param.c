/* SPDX-License-Identifier: MIT */
/* A parameter of another type than its variable. */
#include <linux/module.h>
static long rounds;
module_param(rounds, int, 0444);
