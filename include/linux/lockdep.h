/* SPDX-License-Identifier: MIT */
/* include/linux/lockdep.h - forwards, for code from elsewhere */
#ifndef LINUX_LOCKDEP_H
#define LINUX_LOCKDEP_H

#include <kernel/spinlock.h>

#endif
