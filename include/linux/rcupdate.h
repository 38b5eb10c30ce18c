/* SPDX-License-Identifier: MIT */
/* include/linux/rcupdate.h - forwards, for code from elsewhere */
#ifndef LINUX_RCUPDATE_H
#define LINUX_RCUPDATE_H

#include <kernel/rcu.h>
#include <kernel/smp.h>

#endif
