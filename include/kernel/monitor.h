/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/monitor.h - commands of the prompt
 *
 * A command is one line in the file that implements it; the linker gathers the table (.monitor) and
 * `help` prints it sorted by name.
 */
#ifndef KERNEL_MONITOR_H
#define KERNEL_MONITOR_H

#include <lib/compiler.h>
#include <mm/page.h>

struct monitor_command {
	const char *name;
	const char *args;	/* as in "PFN ORDER", optional ones in brackets */
	const char *help;	/* one line */
	int (*run)(int argc, char **argv);	/* argv[0] is the name; -EINVAL prints the usage, and
						   only that: without arguments in @args it has none */
};

#define MONITOR_COMMAND(name_, args_, help_, run_)			\
	static const struct monitor_command monitor_command_##name_	\
	__used __section(".monitor") __aligned(4) = { #name_, args_, help_, run_ }

/* Read and run commands for ever. */
void monitor_run(void) __noreturn;

/**
 * monitor_frame - the page frame that a command's @word names
 * Return: 0, -EINVAL: that is no number, or -ERANGE: mem_map has no such frame, which has been said.
 */
int monitor_frame(const char *word, pfn_t *pfn);

/* Run one line; for break-downs, tests and `monitor=`. Return: the command's, or -EINVAL. */
int monitor_execute(char *line);

#endif
