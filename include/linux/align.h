/* SPDX-License-Identifier: MIT */
#ifndef LINUX_ALIGN_H
#define LINUX_ALIGN_H

#include <lib/kernel.h>

#endif
