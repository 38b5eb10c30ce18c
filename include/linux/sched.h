/* SPDX-License-Identifier: MIT */
/* include/linux/sched.h - forwards, for code from elsewhere */
#ifndef LINUX_SCHED_H
#define LINUX_SCHED_H

#include <kernel/smp.h>
#include <kernel/time.h>

#endif
