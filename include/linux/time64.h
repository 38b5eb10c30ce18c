/* SPDX-License-Identifier: MIT */
/* include/linux/time64.h - forwards, for code from elsewhere */
#ifndef LINUX_TIME64_H
#define LINUX_TIME64_H

#include <kernel/time.h>

#endif
