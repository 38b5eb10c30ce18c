/* SPDX-License-Identifier: MIT */
#ifndef ASM_BUG_H
#define ASM_BUG_H

#include <lib/bug.h>

#endif
