/* SPDX-License-Identifier: MIT */
/* include/linux/device.h - forwards, for code from elsewhere */
#ifndef LINUX_DEVICE_H
#define LINUX_DEVICE_H

#include <mm/dma.h>

#endif
