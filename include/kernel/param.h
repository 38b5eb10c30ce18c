/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/param.h - the kernel command line
 */
#ifndef KERNEL_PARAM_H
#define KERNEL_PARAM_H

/**
 * params_parse - hand each word of the command line to its option
 *
 * Words are separated by spaces; double quotes keep spaces inside a word. An option that is not
 * known, or whose value cannot be used, is named in the log and boot goes on.
 *
 * Context: once, in the console stage.
 */
void params_parse(void);

#endif
