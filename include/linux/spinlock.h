/* SPDX-License-Identifier: MIT */
/* include/linux/spinlock.h - forwards, for code from elsewhere */
#ifndef LINUX_SPINLOCK_H
#define LINUX_SPINLOCK_H

#include <kernel/spinlock.h>

#endif
