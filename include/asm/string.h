/* SPDX-License-Identifier: MIT */
/* include/asm/string.h - forwards, for code from elsewhere */
#ifndef ASM_STRING_H
#define ASM_STRING_H

#include <lib/string.h>

#endif
