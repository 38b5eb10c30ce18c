/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/module.h - running what was linked in with module_init()
 */
#ifndef KERNEL_MODULE_H
#define KERNEL_MODULE_H

#include <lib/init.h>

/* Run them all, in link order, and report what each returns. Return: how many. Context: once. */
unsigned int modules_run(void);

/* The one whose function runs now, or NULL. Context: any, also in the middle of a panic. */
const struct initcall *module_running(void);

/* Its file without directory and suffix: "ring". Valid until the next call. */
const char *module_name(const struct initcall *module);

#endif
