/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/cpuid.c - the one question that must be answered before the cpu stage: which features
 *
 * A panic or a timestamp may come before cpu_init(), so nothing is remembered here.
 * Guarded: CPUID runs only where EFLAGS.ID can be changed.
 */
#include <control.h>

/* Flip EFLAGS.ID and look whether that stays. Source: Intel SDM vol. 1, "EFLAGS Register". */
static bool has_cpuid(void)
{
	unsigned long before, after;

	__asm__ __volatile__(
		"pushfl\n\t"
		"popl %0\n\t"
		"movl %0, %1\n\t"
		"xorl %2, %1\n\t"
		"pushl %1\n\t"
		"popfl\n\t"
		"pushfl\n\t"
		"popl %1\n\t"
		"pushl %0\n\t"
		"popfl"
		: "=&r"(before), "=&r"(after) : "i"(EFLAGS_ID) : "cc", "memory");
	return (before ^ after) & EFLAGS_ID;
}

u32 cpuid_features(void)
{
	u32 eax = 0, ebx, ecx, edx;

	if (!has_cpuid())
		return 0;
	__asm__ __volatile__("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	if (eax < 1)
		return 0;
	eax = 1;
	__asm__ __volatile__("cpuid" : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	return edx;
}
