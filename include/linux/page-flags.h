/* SPDX-License-Identifier: MIT */
/* include/linux/page-flags.h - forwards, for code from elsewhere */
#ifndef LINUX_PAGE_FLAGS_H
#define LINUX_PAGE_FLAGS_H

#include <mm/page.h>

#endif
