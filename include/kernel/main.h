/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/main.h - where assembly hands over to C
 */
#ifndef KERNEL_MAIN_H
#define KERNEL_MAIN_H

#include <lib/compiler.h>

/*
 * The first C instruction: boot/higher_half.asm comes here, with paging and a stack,
 * interrupts off, BSS cleared. Does not return.
 */
void start_kernel(void) __noreturn;

#endif
