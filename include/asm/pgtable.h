/* SPDX-License-Identifier: MIT */
/* include/asm/pgtable.h - forwards, for code from elsewhere */
#ifndef ASM_PGTABLE_H
#define ASM_PGTABLE_H

#include <mm/vmalloc.h>

#endif
