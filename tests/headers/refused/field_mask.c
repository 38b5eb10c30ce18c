/* SPDX-License-Identifier: MIT */
/* A mask with a hole. */
#include <linux/bitfield.h>
unsigned long word(unsigned long r) { return FIELD_GET(0xF1UL, r); }
