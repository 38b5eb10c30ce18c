/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/console.h - the devices a person reads and types on
 *
 * Output goes to every console at once; each may be absent. Input from all of them is one queue.
 */
#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include <lib/types.h>

struct console {
	const char *name;			/* as console= names it: "vga", "serial", "e9" */
	bool (*probe)(void);			/* is it there? sets it up */
	void (*write)(const char *s, size_t n);	/* "\n" alone ends a line */
	bool enabled;
};

/* Bytes above 0x7F: keys that have no character. */
enum key {
	KEY_UP = 0x80, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_HOME, KEY_END, KEY_DELETE,
	KEY_PAGE_UP, KEY_PAGE_DOWN,
};

void console_init(void);
void console_write(const char *s, size_t n);

/* An interrupt handler or poll loop hands over one key. Context: any. */
void console_input(int key);

/* The next key, or -1 when none waits. Polls devices whose interrupt is not set up. */
int console_poll(void);

/* The next key; halts the CPU until there is one. */
int console_getkey(void);

#endif
