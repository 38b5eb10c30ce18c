/* SPDX-License-Identifier: MIT */
/* include/asm/fixmap.h - forwards, for code from elsewhere */
#ifndef ASM_FIXMAP_H
#define ASM_FIXMAP_H

#include <mm/fixmap.h>

#endif
