/* SPDX-License-Identifier: MIT */
/* A dividend of 32 bits. */
#include <asm/div64.h>
unsigned int divide(unsigned int n) { return do_div(n, 3); }
