/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/late.h - the end of boot
 */
#ifndef KERNEL_LATE_H
#define KERNEL_LATE_H

/* Stage "late": keys by interrupt, the clock measured again. */
void late_init(void);

/*
 * Stage "monitor": modules run (kernel/module.h), .init memory goes to the buddy lists, and then comes
 * selftest=, which may not return.
 */
void monitor_init(void);

/* crash=NAME: end the kernel in that way. Context: once the kernel is complete. */
void crash_boot(void);

#endif
