/* SPDX-License-Identifier: MIT */
/* include/linux/prandom.h - forwards, for code from elsewhere */
#ifndef LINUX_PRANDOM_H
#define LINUX_PRANDOM_H

#include <lib/random.h>

#endif
