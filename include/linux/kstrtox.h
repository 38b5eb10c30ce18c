/* SPDX-License-Identifier: MIT */
/* include/linux/kstrtox.h - forwards, for code from elsewhere */
#ifndef LINUX_KSTRTOX_H
#define LINUX_KSTRTOX_H

#include <lib/kstrtox.h>

#endif
