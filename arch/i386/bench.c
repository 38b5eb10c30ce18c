/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/bench.c - what the benchmark needs of the CPU
 */
#include <arch.h>
#include <cpu.h>

/* LFENCE keeps a CPU that executes out of order from moving work across the reading. */
u64 arch_bench_cycles(void)
{
	u32 low, high;

	if (!cpu_has_lfence())
		return arch_cycles();
	__asm__ __volatile__("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return (u64)high << 32 | low;
}

void arch_bench_nops(unsigned int turns)
{
	__asm__ __volatile__("1: .fill 100, 1, 0x90\n\t"
			     "decl %0\n\t"
			     "jnz 1b"
			     : "+r"(turns));
}

void arch_bench_loops(unsigned int turns)
{
	unsigned int inner;

	__asm__ __volatile__("1: movl $1000, %1\n"
			     "2: decl %1\n\t"
			     "jnz 2b\n\t"
			     "decl %0\n\t"
			     "jnz 1b"
			     : "+r"(turns), "=r"(inner));
}
