/* SPDX-License-Identifier: MIT */
#ifndef LINUX_INIT_H
#define LINUX_INIT_H

#include <lib/init.h>

#endif
