/* SPDX-License-Identifier: MIT */
/* include/linux/io.h - forwards, for code from elsewhere */
#ifndef LINUX_IO_H
#define LINUX_IO_H

#include <asm/io.h>

#endif
