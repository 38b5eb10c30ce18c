/* SPDX-License-Identifier: MIT */
/*
 * kernel/live.c - pictures that are drawn again each second: -w behind map, buddy, frag, layout, slab
 *
 *   draw --> a key? leave --> wait for the timer --> ... --> a second is over --> clear, draw
 */
#include <arch.h>
#include <kernel/console.h>
#include <kernel/live.h>
#include <kernel/time.h>
#include <lib/string.h>

bool live_wanted(int *argc, char **argv)
{
	if (*argc < 2 || strcmp(argv[1], "-w"))
		return false;
	memmove(argv + 1, argv + 2, (*argc - 1) * sizeof(*argv));	/* argv ends in a NULL */
	--*argc;
	return true;
}

int live_show(bool again, void (*picture)(void))
{
	unsigned long drawn;

	do {
		drawn = jiffies;
		if (again)
			console_printf("\033[2J\033[1;1H");
		picture();
		while (again && jiffies - drawn < HZ) {
			if (console_poll() >= 0)
				return 0;
			arch_halt();
		}
	} while (again);
	return 0;
}
