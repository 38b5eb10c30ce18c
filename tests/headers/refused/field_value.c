/* SPDX-License-Identifier: MIT */
/* A constant that does not fit the field. */
#include <linux/bitfield.h>
unsigned long word(void) { return FIELD_PREP(0xF0UL, 16); }
