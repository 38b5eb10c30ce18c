/* SPDX-License-Identifier: MIT */
/* include/linux/dma-mapping.h - forwards, for code from elsewhere */
#ifndef LINUX_DMA_MAPPING_H
#define LINUX_DMA_MAPPING_H

#include <mm/dma.h>

#endif
