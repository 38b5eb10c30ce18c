/* SPDX-License-Identifier: MIT */
/* include/asm/timex.h - forwards, for code from elsewhere */
#ifndef ASM_TIMEX_H
#define ASM_TIMEX_H

#include <kernel/time.h>

#endif
