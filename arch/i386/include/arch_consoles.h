/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/arch_consoles.h - the console drivers this architecture has
 */
#ifndef ARCH_CONSOLES_H
#define ARCH_CONSOLES_H

#include <kernel/console.h>

extern struct console serial_console;	/* COM1, arch/i386/serial.c */
extern struct console vga_console;	/* text screen, arch/i386/vga.c */
extern struct console e9_console;	/* port 0xE9, arch/i386/e9.c */
extern struct console keyboard_console;	/* PS/2, arch/i386/keyboard.c; input only */

#endif
