/* SPDX-License-Identifier: MIT */
/* include/asm/delay.h - forwards, for code from elsewhere */
#ifndef ASM_DELAY_H
#define ASM_DELAY_H

#include <kernel/time.h>

#endif
