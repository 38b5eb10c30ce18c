/* SPDX-License-Identifier: MIT */
#ifndef ASM_BITSPERLONG_H
#define ASM_BITSPERLONG_H

#include <lib/bits.h>

#endif
