/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/control.h - control registers, CPUID and the TSC
 *
 * Source: Intel SDM vol. 3A, "Control Registers"; vol. 2A, "CPUID"; vol. 1, "EFLAGS Register".
 */
#ifndef ARCH_CONTROL_H
#define ARCH_CONTROL_H

#include <lib/types.h>

#define EFLAGS_ID	(1ul << 21)	/* can be changed where there is CPUID */

/* CPUID leaf 1, EDX */
#define CPUID_VME	(1u << 1)
#define CPUID_DE	(1u << 2)
#define CPUID_PSE	(1u << 3)
#define CPUID_TSC	(1u << 4)
#define CPUID_PAE	(1u << 6)
#define CPUID_MCE	(1u << 7)
#define CPUID_PGE	(1u << 13)

/* A CPU has CR4 when it has something to switch on there. */
#define CPUID_ANY_CR4	(CPUID_VME | CPUID_DE | CPUID_PSE | CPUID_TSC | CPUID_PAE | CPUID_MCE | \
			 CPUID_PGE)

static inline u32 read_cr0(void)
{
	u32 value;

	__asm__ __volatile__("movl %%cr0, %0" : "=r"(value));
	return value;
}

static inline u32 read_cr2(void)
{
	u32 value;

	__asm__ __volatile__("movl %%cr2, %0" : "=r"(value));
	return value;
}

static inline u32 read_cr3(void)
{
	u32 value;

	__asm__ __volatile__("movl %%cr3, %0" : "=r"(value));
	return value;
}

/* Where cpuid_features() & CPUID_ANY_CR4 only: an invalid opcode elsewhere. */
static inline u32 read_cr4(void)
{
	u32 value;

	__asm__ __volatile__("movl %%cr4, %0" : "=r"(value));
	return value;
}

/* Where cpuid_features() & CPUID_TSC only. */
static inline u64 read_tsc(void)
{
	u64 value;

	__asm__ __volatile__("rdtsc" : "=A"(value));
	return value;
}

/* CPUID leaf 1's EDX, or 0 on a CPU without CPUID. Asks the CPU: works before the cpu stage. */
u32 cpuid_features(void);

#endif
