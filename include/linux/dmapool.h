/* SPDX-License-Identifier: MIT */
/* include/linux/dmapool.h - forwards, for code from elsewhere */
#ifndef LINUX_DMAPOOL_H
#define LINUX_DMAPOOL_H

#include <mm/dma.h>

#endif
