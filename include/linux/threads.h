/* SPDX-License-Identifier: MIT */
/* include/linux/threads.h - forwards, for code from elsewhere */
#ifndef LINUX_THREADS_H
#define LINUX_THREADS_H

#include <kernel/smp.h>

#endif
