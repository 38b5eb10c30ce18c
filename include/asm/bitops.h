/* SPDX-License-Identifier: MIT */
#ifndef ASM_BITOPS_H
#define ASM_BITOPS_H

#include <lib/bitops.h>
#include <lib/find.h>

#endif
