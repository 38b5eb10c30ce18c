/* SPDX-License-Identifier: MIT */
/* include/asm/highmem.h - forwards, for code from elsewhere */
#ifndef ASM_HIGHMEM_H
#define ASM_HIGHMEM_H

#include <mm/highmem.h>

#endif
