/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/memtest.h - is the RAM of this machine in order?
 */
#ifndef KERNEL_MEMTEST_H
#define KERNEL_MEMTEST_H

/* memtest= on the command line: test, before the prompt. */
void memtest_boot(void);

#endif
