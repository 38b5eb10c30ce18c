/* SPDX-License-Identifier: MIT */
#ifndef ASM_TYPES_H
#define ASM_TYPES_H

#include <lib/types.h>

#endif
