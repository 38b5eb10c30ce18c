/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/late.h - the end of boot
 */
#ifndef KERNEL_LATE_H
#define KERNEL_LATE_H

/* Stage "late": keys by interrupt, the clock measured again, .init memory given to the buddy lists. */
void late_init(void);

/* Stage "monitor": module_init() functions in link order, then selftest=, which may not return. */
void monitor_init(void);

#endif
