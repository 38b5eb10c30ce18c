/* SPDX-License-Identifier: MIT */
#ifndef LINUX_EXPORT_H
#define LINUX_EXPORT_H

#include <lib/module.h>

#endif
