/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/cpu.h - what this CPU can do, known from the cpu stage on
 *
 * Everything past the 386 is asked for here before it is used. All answers are false before
 * cpu_init(), which suits every CPU.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include <control.h>
#include <lib/types.h>

/* Source: Intel SDM vol. 3A, "Control Registers". */
#define CR0_PE		(1ul << 0)
#define CR0_WP		(1ul << 16)
#define CR0_CD		(1ul << 30)	/* from the 486 on: nothing new goes into the caches */
#define CR0_PG		(1ul << 31)
#define CR4_PSE		(1ul << 4)
#define CR4_PGE		(1ul << 7)

/* CPUID leaf 1, EDX, beside those in control.h. Source: Intel SDM vol. 2A, "CPUID". */
#define CPUID_FPU	(1u << 0)
#define CPUID_CX8	(1u << 8)
#define CPUID_CMOV	(1u << 15)
#define CPUID_CLFLUSH	(1u << 19)
#define CPUID_SSE2	(1u << 26)	/* LFENCE came with it */

struct cpu_info {
	char vendor[13];		/* "" without CPUID */
	unsigned int family, model, stepping;	/* family 3 or 4 is found out without CPUID too */
	bool has_cpuid, has_fpu;
	bool has_wp;			/* CR0.WP works; tried, not read */
	bool has_invlpg;		/* until it faults (mend.c) */
	u32 features;			/* CPUID leaf 1, EDX; 0 without CPUID */
};

/* Set by cpu_init(), read-only afterwards. */
extern struct cpu_info cpu;

static inline bool cpu_has(u32 feature)
{
	return cpu.features & feature;
}

static inline bool cpu_has_pse(void)
{
	return cpu_has(CPUID_PSE);
}

static inline bool cpu_has_pge(void)
{
	return cpu_has(CPUID_PGE);
}

static inline bool cpu_has_tsc(void)
{
	return cpu_has(CPUID_TSC);
}

static inline bool cpu_has_lfence(void)
{
	return cpu_has(CPUID_SSE2);
}

static inline bool cpu_has_invlpg(void)
{
	return cpu.has_invlpg;
}

/* CR0.CD, PCD in page table entries and WBINVD came with the 486 too. */
static inline bool cpu_has_cache_control(void)
{
	return cpu.family >= 4;
}

static inline void write_cr0(unsigned long value)
{
	__asm__ __volatile__("movl %0, %%cr0" : : "r"(value) : "memory");
}

static inline void write_cr3(unsigned long value)
{
	__asm__ __volatile__("movl %0, %%cr3" : : "r"(value) : "memory");
}

/* Where cpu_has(CPUID_ANY_CR4) only. */
static inline void write_cr4(unsigned long value)
{
	__asm__ __volatile__("movl %0, %%cr4" : : "r"(value) : "memory");
}

#endif
