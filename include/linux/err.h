/* SPDX-License-Identifier: MIT */
#ifndef LINUX_ERR_H
#define LINUX_ERR_H

#include <lib/err.h>

#endif
