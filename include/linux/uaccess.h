/* SPDX-License-Identifier: MIT */
/* include/linux/uaccess.h - forwards, for code from elsewhere */
#ifndef LINUX_UACCESS_H
#define LINUX_UACCESS_H

#include <kernel/uaccess.h>

#endif
