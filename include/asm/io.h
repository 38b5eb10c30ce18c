/* SPDX-License-Identifier: MIT */
/* include/asm/io.h - forwards, for code from elsewhere */
#ifndef ASM_IO_H
#define ASM_IO_H

#include <mm/vmalloc.h>
#include "../../arch/i386/include/io.h"

#endif
