/* SPDX-License-Identifier: MIT */
#ifndef LINUX_BUG_H
#define LINUX_BUG_H

#include <lib/bug.h>
#include <lib/kernel.h>

#endif
