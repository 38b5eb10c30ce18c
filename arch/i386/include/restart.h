/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/restart.h - see RESTART_RANGE in arch_inline.h
 */
#ifndef ARCH_RESTART_H
#define ARCH_RESTART_H

/* Where an interrupted program goes on: @eip, or the start of the restartable range it lies in. */
unsigned long restart_range(unsigned long eip);

/* How often that was a range's start. */
extern unsigned long restart_count;

#endif
