/* SPDX-License-Identifier: MIT */
/* The bits of a mask, the wrong way round. */
#include <linux/bits.h>
unsigned long mask = GENMASK(4, 7);
