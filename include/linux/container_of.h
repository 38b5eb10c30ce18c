/* SPDX-License-Identifier: MIT */
#ifndef LINUX_CONTAINER_OF_H
#define LINUX_CONTAINER_OF_H

#include <lib/kernel.h>

#endif
