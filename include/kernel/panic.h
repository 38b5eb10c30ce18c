/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/panic.h - the end, for those who have the registers of the trouble at hand
 *
 * Everybody else calls panic() or BUG_ON() of lib/bug.h.
 */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include <stdarg.h>
#include <lib/compiler.h>
#include <lib/types.h>

struct arch_regs;
struct bug_site;

/* As panic(), for the context @regs instead of the caller's. */
void panic_regs(const struct arch_regs *regs, const char *fmt, ...) __printf(2, 3) __noreturn __cold;

/* What arch's panic() and bug_hit() go on to, once they have saved all registers. */
void panic_main(const struct arch_regs *regs, const char *fmt, va_list args)
	__printf(2, 0) __noreturn __cold;
void bug_main(const struct arch_regs *regs, const struct bug_site *site) __noreturn __cold;

#endif
