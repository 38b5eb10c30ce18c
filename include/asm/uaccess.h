/* SPDX-License-Identifier: MIT */
/* include/asm/uaccess.h - forwards, for code from elsewhere */
#ifndef ASM_UACCESS_H
#define ASM_UACCESS_H

#include <kernel/uaccess.h>

#endif
