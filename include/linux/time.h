/* SPDX-License-Identifier: MIT */
/* include/linux/time.h - forwards, for code from elsewhere */
#ifndef LINUX_TIME_H
#define LINUX_TIME_H

#include <kernel/time.h>

#endif
