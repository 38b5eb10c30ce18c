/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/mend.c - instructions that the CPU promised and refuses: done by hand
 *
 *   fault        bytes at EIP    is        done instead                     from then on
 *   #UD          0F 31           RDTSC     EDX:EAX = its count by the PIT   time.c asks the PIT
 *   #UD or #PF   0F 01, /7       INVLPG    CR3 = CR3, which forgets more    tlb.c writes CR3
 *
 * Whether they are there was asked before (CPUID, or a 486 by its flags); a CPU that said yes and faults
 * has to be believed the second time. DOSBox does both: docs/11-old-hardware.md. Each is said once.
 *
 * Source: Intel SDM vol. 2, "RDTSC", "INVLPG", "ModR/M and SIB Bytes".
 */
#include "interrupts.h"

#define RDTSC		0x31
#define RDTSC_LENGTH	2
#define GROUP_7		0x01
#define MODRM_REG	0x38
#define INVLPG		(7 << 3)
#define INVLPG_LENGTH	3
#define MODRM_RM	0x07
#define RM_SIB		4		/* for ESP: one more byte says what is added */
#define RM_EBP		5		/* in mod 0: no register, four bytes of address */

/* arch_tlb_invlpg() has the address in a register: mod 0, [reg], or mod 1, [ebp + one byte]. */
static unsigned int invlpg_length(const u8 *code)
{
	unsigned int mod = code[2] >> 6, rm = code[2] & MODRM_RM;

	if (code[1] != GROUP_7 || (code[2] & MODRM_REG) != INVLPG || mod > 1)
		return 0;
	if (rm == RM_SIB || (mod == 0 && rm == RM_EBP))
		return 0;
	return INVLPG_LENGTH + mod;
}

bool mend_instruction(struct arch_regs *regs)
{
	const u8 *code = (const u8 *)(unsigned long)regs->eip;
	unsigned int length;
	u64 cycles;

	if (regs->vector != TRAP_INVALID_OPCODE && regs->vector != TRAP_PAGE_FAULT)
		return false;
	if (regs->vector == TRAP_INVALID_OPCODE && code[1] == RDTSC) {
		cycles = time_without_tsc();
		regs->eax = cycles;
		regs->edx = cycles >> 32;
		regs->eip += RDTSC_LENGTH;
		return true;
	}
	length = invlpg_length(code);
	if (length)
		tlb_without_invlpg();
	regs->eip += length;
	return length;
}
