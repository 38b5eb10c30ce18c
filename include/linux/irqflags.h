/* SPDX-License-Identifier: MIT */
/* include/linux/irqflags.h - forwards, for code from elsewhere */
#ifndef LINUX_IRQFLAGS_H
#define LINUX_IRQFLAGS_H

#include <kernel/spinlock.h>

#endif
