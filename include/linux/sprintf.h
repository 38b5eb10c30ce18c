/* SPDX-License-Identifier: MIT */
/* include/linux/sprintf.h - forwards, for code from elsewhere */
#ifndef LINUX_SPRINTF_H
#define LINUX_SPRINTF_H

#include <lib/sscanf.h>
#include <lib/vsprintf.h>
#include <mm/util.h>

#endif
