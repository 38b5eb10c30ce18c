/* SPDX-License-Identifier: MIT */
/* include/linux/ctype.h - forwards, for code from elsewhere */
#ifndef LINUX_CTYPE_H
#define LINUX_CTYPE_H

#include <lib/ctype.h>

#endif
