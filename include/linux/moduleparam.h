/* SPDX-License-Identifier: MIT */
#ifndef LINUX_MODULEPARAM_H
#define LINUX_MODULEPARAM_H

#include <lib/moduleparam.h>

#endif
