/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/printk.h - the log ring, for those who show it (lib/printk.h writes to it)
 */
#ifndef KERNEL_PRINTK_H
#define KERNEL_PRINTK_H

/* Print the whole ring, oldest line first, as dmesg does. */
void log_show(void);

#endif
