/* SPDX-License-Identifier: MIT */
/* include/asm/page.h - forwards, for code from elsewhere */
#ifndef ASM_PAGE_H
#define ASM_PAGE_H

#include <mm/page.h>

#endif
