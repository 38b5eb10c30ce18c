/* SPDX-License-Identifier: MIT */
/* include/asm/page_types.h - forwards, for code from elsewhere */
#ifndef ASM_PAGE_TYPES_H
#define ASM_PAGE_TYPES_H

#include <mm/page.h>

#endif
