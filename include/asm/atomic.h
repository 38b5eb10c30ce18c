/* SPDX-License-Identifier: MIT */
#ifndef ASM_ATOMIC_H
#define ASM_ATOMIC_H

#include <lib/atomic_forms.h>

#endif
