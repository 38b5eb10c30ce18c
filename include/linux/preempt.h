/* SPDX-License-Identifier: MIT */
/* include/linux/preempt.h - forwards, for code from elsewhere */
#ifndef LINUX_PREEMPT_H
#define LINUX_PREEMPT_H

#include <kernel/smp.h>

#endif
