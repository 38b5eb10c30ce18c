/* SPDX-License-Identifier: MIT */
#ifndef LINUX_KCONFIG_H
#define LINUX_KCONFIG_H

#include <lib/kernel.h>

#endif
