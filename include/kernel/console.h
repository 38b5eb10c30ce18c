/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/console.h - the devices a person reads and types on
 *
 * Output goes to every console at once; each may be absent. Input from all of them is one queue.
 * Consoles understand "\n" (start of the next line), "\r", "\b", "\t" and the ANSI sequences
 * ESC [ n m (colour), ESC [ r ; c H, ESC [ 2 J and ESC [ K, so one text serves screen and serial.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include <lib/compiler.h>
#include <lib/types.h>

struct console {
	const char *name;			/* as console= names it: "vga", "serial", "e9" */
	bool (*probe)(void);			/* is it there? sets it up */
	void (*write)(const char *s, size_t n);	/* NULL: a device for input only */
	void (*poll)(void);			/* hand waiting keys to console_input(); may be NULL */
	void (*enable_irq)(void);		/* from now on an interrupt does that; may be NULL */
	bool enabled;
};

/* Keys that have no character. */
enum key {
	KEY_UP = 0x100, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_DELETE,
	KEY_PAGE_UP, KEY_PAGE_DOWN,
};

/* Stage "console": find the devices, then read the command line. */
void console_init(void);

/* Write @n bytes to every console, past the log. Context: any, from the first C instruction on. */
void console_write(const char *s, size_t n);

/* Formatted text for the person at the prompt and for KTAP: no level, no timestamp, not logged. */
int console_printf(const char *fmt, ...) __printf(1, 2);

/* A driver hands over one key: a byte, or one of enum key. Context: any; IRQs off inside. */
void console_input(int key);

/* The same for a byte of a terminal, whose special keys come as ESC sequences. */
void console_input_terminal(unsigned char byte);

/* The next key, or -1 when none waits. */
int console_poll(void);

/* The next key; halts the CPU until there is one. */
int console_getkey(void);

/* From here on devices that have an interrupt use it. Context: after the traps stage. */
void console_enable_irqs(void);

#endif
