/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/e9.c - port 0xE9, where Bochs and QEMU print what is written to it
 *
 * Source: Bochs User Manual, "port_e9_hack": reading the port gives 0xE9 where it exists.
 */
#include <arch_consoles.h>
#include <io.h>

#define DEBUG_PORT	0xE9

static void e9_write(const char *s, size_t n)
{
	for (; n; n--, s++)
		outb(*s, DEBUG_PORT);
}

static bool e9_probe(void)
{
	return inb(DEBUG_PORT) == DEBUG_PORT;
}

struct console e9_console = {
	.name = "e9", .probe = e9_probe, .write = e9_write,
};
