/* SPDX-License-Identifier: MIT */
/* include/asm/barrier.h - forwards, for code from elsewhere */
#ifndef ASM_BARRIER_H
#define ASM_BARRIER_H

#include <lib/atomic.h>

#endif
