/* SPDX-License-Identifier: MIT */
/* include/linux/pfn.h - forwards, for code from elsewhere */
#ifndef LINUX_PFN_H
#define LINUX_PFN_H

#include <mm/layout.h>

#endif
