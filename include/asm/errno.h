/* SPDX-License-Identifier: MIT */
#ifndef ASM_ERRNO_H
#define ASM_ERRNO_H

#include <lib/errno.h>

#endif
