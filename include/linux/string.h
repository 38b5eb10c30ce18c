/* SPDX-License-Identifier: MIT */
/* include/linux/string.h - forwards, for code from elsewhere */
#ifndef LINUX_STRING_H
#define LINUX_STRING_H

#include <lib/string.h>
#include <mm/util.h>

#endif
