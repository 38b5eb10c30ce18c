/* SPDX-License-Identifier: MIT */
/* include/asm/cache.h - forwards, for code from elsewhere */
#ifndef ASM_CACHE_H
#define ASM_CACHE_H

#include <mm/slab.h>

#endif
