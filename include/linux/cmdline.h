/* SPDX-License-Identifier: MIT */
/* include/linux/cmdline.h - forwards, for code from elsewhere */
#ifndef LINUX_CMDLINE_H
#define LINUX_CMDLINE_H

#include <lib/cmdline.h>

#endif
