/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/compare.h - both boot allocators, measured on the live machine
 */
#ifndef KERNEL_COMPARE_H
#define KERNEL_COMPARE_H

/* compare=NAME : run `compare NAME` at the end of boot. Context: after the vmalloc stage. */
void compare_boot(void);

#endif
