/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/cpu_notes.c - what one should know of this CPU and no feature bit says
 *
 *   DIV leaves the flags alone   Cyrix 486 and 6x86 and NexGen Nx586 do, which say nothing by CPUID when
 *                                they come out of reset; Intel's and AMD's change them
 *   CPUID without CR4            late 486s: no large pages, no TSC
 *   F0 0F C7 C8                  locks an Intel Pentium up; every instruction here is the kernel's own
 *   FDIV                         the first Pentiums divide some numbers wrongly; tried, not looked up
 *
 * Source: Cyrix Application Note 112, "Cyrix CPU Detection Guide"; NexGen, "Nx586 Recognition"; Intel,
 * "Pentium Processor Specification Update", errata 23 and 81.
 */
#include <arch.h>
#include <cpu.h>
#include <lib/printk.h>
#include <lib/string.h>
#include "cpu_notes.h"

/* 5 / 2 with all flags clear before: does one become set? */
static bool div_changes_flags(void)
{
	u16 flags;

	__asm__ __volatile__(
		"xorw %%ax, %%ax\n\t"
		"sahf\n\t"			/* bit 1 of the flags is always 1 */
		"movw $5, %%ax\n\t"
		"movb $2, %%bl\n\t"
		"divb %%bl\n\t"
		"lahf"
		: "=a"(flags) : : "ebx", "cc");
	return flags >> 8 != 0x02;
}

/* x - x / y * y for the pair that became famous: 0, or 256 with the fault. */
static bool fdiv_is_wrong(void)
{
	static const u32 x = 4195835, y = 3145727;
	u32 rest = 0;

	__asm__ __volatile__(
		"fninit\n\t"
		"fildl %1\n\t"
		"fildl %1\n\t"
		"fidivl %2\n\t"
		"fimull %2\n\t"
		"fsubrp\n\t"
		"fistpl %0\n\t"
		"fwait"
		: "=m"(rest) : "m"(x), "m"(y));
	return rest != 0;
}

void cpu_notes_from(const struct cpu_tried *tried, void (*say)(const char *note))
{
	bool intel_p5 = !strcmp(cpu.vendor, "GenuineIntel") && cpu.family == 5;

	if (!cpu.has_cpuid && !tried->div_changes_flags)
		say("DIV leaves the flags alone: a Cyrix or NexGen whose CPUID is off, or an emulator");
	if (cpu.has_cpuid && !cpu_has(CPUID_ANY_CR4))
		say("CPUID but no CR4: no large pages, no TSC");
	if (intel_p5)
		say("Pentium: F0 0F C7 C8 locks it up; the kernel has no such instruction and runs no other code");
	if (cpu.has_fpu && tried->fdiv_is_wrong)
		say("FDIV gives wrong results (4195835 / 3145727): a Pentium to be exchanged");
}

void cpu_notes(void (*say)(const char *note))
{
	struct cpu_tried tried = {
		.div_changes_flags = div_changes_flags(),
		.fdiv_is_wrong = cpu.has_fpu && fdiv_is_wrong(),
	};

	cpu_notes_from(&tried, say);
}

static void log_note(const char *note)
{
	pr_info("cpu: %s\n", note);
}

void __init cpu_notes_log(void)
{
	cpu_notes(log_note);
}
