/* SPDX-License-Identifier: MIT */
/*
 * tests/host/include/host_first.h - what comes before everything else in a host test build (-include)
 *
 * The host's headers are read here, before lib/host_names.h gives our memcpy, snprintf and friends
 * names of their own: a host header that is included later is empty by then.
 */
#ifndef HOST_FIRST_H
#define HOST_FIRST_H

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

/* The host's macros of these names; lib/ has its own. */
#undef __always_inline
#undef static_assert

/*
 * Physical memory is an arena of the process (see support.h), so an address is translated by the
 * arena's place. mm/layout.h leaves these two alone when they exist.
 */
extern unsigned char *host_ram;
#define __pa(va)	((phys_addr_t)((unsigned long)(va) - (unsigned long)host_ram))
#define __va(pa)	((void *)(host_ram + (pa)))

/* 16 MiB lower than in the kernel: a process has its stack at the top (see soft_mmu.h). */
#define FIXADDR_TOP	0xFEFFF000UL
#define FIXADDR_LOWER_MIB	16

#endif
