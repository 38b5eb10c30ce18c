/* SPDX-License-Identifier: MIT */
/* include/asm/processor.h - forwards, for code from elsewhere */
#ifndef ASM_PROCESSOR_H
#define ASM_PROCESSOR_H

#include <kernel/smp.h>

#endif
