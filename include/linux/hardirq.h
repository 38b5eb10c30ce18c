/* SPDX-License-Identifier: MIT */
/* include/linux/hardirq.h - forwards, for code from elsewhere */
#ifndef LINUX_HARDIRQ_H
#define LINUX_HARDIRQ_H

#include <kernel/smp.h>

#endif
