/* SPDX-License-Identifier: MIT */
#ifndef LINUX_ERRNO_H
#define LINUX_ERRNO_H

#include <lib/errno.h>

#endif
