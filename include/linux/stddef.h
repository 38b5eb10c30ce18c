/* SPDX-License-Identifier: MIT */
#ifndef LINUX_STDDEF_H
#define LINUX_STDDEF_H

#include <stddef.h>
#include <lib/kernel.h>

#endif
