/* SPDX-License-Identifier: MIT */
/* include/linux/timekeeping.h - forwards, for code from elsewhere */
#ifndef LINUX_TIMEKEEPING_H
#define LINUX_TIMEKEEPING_H

#include <kernel/time.h>

#endif
