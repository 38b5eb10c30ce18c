/* SPDX-License-Identifier: MIT */
#ifndef LINUX_LOG2_H
#define LINUX_LOG2_H

#include <lib/log2.h>

#endif
