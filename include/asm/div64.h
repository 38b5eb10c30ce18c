/* SPDX-License-Identifier: MIT */
#ifndef ASM_DIV64_H
#define ASM_DIV64_H

#include <lib/math64.h>

#endif
