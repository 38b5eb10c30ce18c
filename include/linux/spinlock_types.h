/* SPDX-License-Identifier: MIT */
/* include/linux/spinlock_types.h - forwards, for code from elsewhere */
#ifndef LINUX_SPINLOCK_TYPES_H
#define LINUX_SPINLOCK_TYPES_H

#include <kernel/spinlock.h>

#endif
