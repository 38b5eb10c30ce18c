/* SPDX-License-Identifier: MIT */
/* include/linux/hex.h - forwards, for code from elsewhere */
#ifndef LINUX_HEX_H
#define LINUX_HEX_H

#include <lib/hexdump.h>

#endif
