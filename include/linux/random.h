/* SPDX-License-Identifier: MIT */
/* include/linux/random.h - forwards, for code from elsewhere */
#ifndef LINUX_RANDOM_H
#define LINUX_RANDOM_H

#include <lib/random.h>

#endif
