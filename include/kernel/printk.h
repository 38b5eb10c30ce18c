/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/printk.h - the log ring, for those who show it (lib/printk.h writes to it)
 */
#ifndef KERNEL_PRINTK_H
#define KERNEL_PRINTK_H

#include <lib/types.h>

/* Print the whole ring, oldest line first, as dmesg does. */
void log_show(void);

/* Cycles spent so far in formatting and showing lines of the log. */
u64 printk_cycles(void);

#endif
