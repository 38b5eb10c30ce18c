/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/live.h - commands of the prompt whose picture can be watched: `map -w`
 */
#ifndef KERNEL_LIVE_H
#define KERNEL_LIVE_H

#include <lib/compiler.h>
#include <lib/types.h>

/* Is the first argument "-w"? Then it is taken out of @argv, and *@argc is one less. */
bool live_wanted(int *argc, char **argv);

/**
 * live_show - draw a picture once, or on a cleared screen each second until a key is pressed
 * @again:   what live_wanted() said
 * @picture: prints it on the consoles
 *
 * Context: the prompt; halts between two drawings. The key is used up.
 * Return:  0, so that a command can end with it.
 */
int live_show(bool again, void (*picture)(void));

#endif
