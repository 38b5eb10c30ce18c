/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/show_regs.c - registers, with words for what their bits mean
 *
 *	vector 14 #PF page fault, error 0002: write, supervisor, page not present
 *	EAX 00000000 EBX 00000001 ECX c0109e60 EDX 00000005
 *	...
 *	CR0 80010011: PG WP ET PE
 *
 * Source: Intel SDM vol. 3A, "Control Registers", "Error Code"; vol. 1, "EFLAGS Register".
 */
#include <arch.h>
#include <control.h>
#include <traps.h>
#include <lib/kernel.h>
#include <lib/printk.h>

struct bit_name {
	unsigned int bit;
	const char *name;
};

static const struct bit_name eflags_bits[] = {
	{ 0, "CF" }, { 2, "PF" }, { 4, "AF" }, { 6, "ZF" }, { 7, "SF" }, { 8, "TF" }, { 9, "IF" },
	{ 10, "DF" }, { 11, "OF" }, { 14, "NT" }, { 16, "RF" }, { 17, "VM" }, { 18, "AC" },
	{ 21, "ID" },
};

static const struct bit_name cr0_bits[] = {
	{ 31, "PG" }, { 30, "CD" }, { 29, "NW" }, { 18, "AM" }, { 16, "WP" }, { 5, "NE" },
	{ 4, "ET" }, { 3, "TS" }, { 2, "EM" }, { 1, "MP" }, { 0, "PE" },
};

static const struct bit_name cr4_bits[] = {
	{ 0, "VME" }, { 1, "PVI" }, { 2, "TSD" }, { 3, "DE" }, { 4, "PSE" }, { 5, "PAE" },
	{ 6, "MCE" }, { 7, "PGE" }, { 8, "PCE" }, { 9, "OSFXSR" }, { 10, "OSXMMEXCPT" },
};

static void show_bits(const char *name, u32 value, const struct bit_name *bits, unsigned int nr)
{
	pr_emerg("%s %08x:", name, value);
	for (unsigned int i = 0; i < nr; i++)
		if (value & (1u << bits[i].bit))
			pr_cont(" %s", bits[i].name);
	pr_cont("\n");
}

static void show_page_fault_error(u32 error)
{
	pr_cont(", error %04x: %s, %s, %s%s\n", error,
		error & PF_FETCH ? "fetch" : error & PF_WRITE ? "write" : "read",
		error & PF_USER ? "user" : "supervisor",
		error & PF_PRESENT ? "page present" : "page not present",
		error & PF_RESERVED ? ", reserved bits set" : "");
}

/* An error code that names a descriptor: EXT, IDT, TI, then the index. */
static void show_selector_error(u32 error)
{
	const char *table = error & 2 ? "IDT" : error & 4 ? "LDT" : "GDT";

	if (error)
		pr_cont(", error %04x: %s entry %u%s\n", error, table, (error >> 3) & 0x1fff,
			error & 1 ? ", by an external event" : "");
	else
		pr_cont(", error 0: no descriptor\n");
}

static void show_vector(const struct arch_regs *regs)
{
	if (regs->vector == TRAP_NONE)
		return;
	pr_emerg("vector %u %s %s", regs->vector, trap_mnemonic(regs->vector),
		 trap_name(regs->vector));
	switch (regs->vector) {
	case TRAP_PAGE_FAULT:
		show_page_fault_error(regs->error);
		break;
	case TRAP_INVALID_TSS:
	case TRAP_NOT_PRESENT:
	case TRAP_STACK:
	case TRAP_PROTECTION:
		show_selector_error(regs->error);
		break;
	default:
		pr_cont("\n");
	}
}

static void show_general(const struct arch_regs *regs)
{
	u16 ss;

	__asm__("movw %%ss, %0" : "=r"(ss));
	pr_emerg("EAX %08x EBX %08x ECX %08x EDX %08x\n", regs->eax, regs->ebx, regs->ecx,
		 regs->edx);
	pr_emerg("ESI %08x EDI %08x EBP %08x ESP %08x\n", regs->esi, regs->edi, regs->ebp,
		 regs->esp);
	pr_emerg("CS:EIP %04x:%08x DS %04x ES %04x FS %04x GS %04x SS %04x\n",
		 regs->cs & 0xffff, regs->eip, regs->ds & 0xffff, regs->es & 0xffff,
		 regs->fs & 0xffff, regs->gs & 0xffff, ss);
}

static void show_control(void)
{
	u32 cr2 = read_cr2();

	show_bits("CR0", read_cr0(), cr0_bits, ARRAY_SIZE(cr0_bits));
	pr_emerg("CR2 %08x: %s\n", cr2, address_region(cr2));
	pr_emerg("CR3 %08x\n", read_cr3());
	if (cpuid_features() & CPUID_ANY_CR4)
		show_bits("CR4", read_cr4(), cr4_bits, ARRAY_SIZE(cr4_bits));
}

unsigned long arch_regs_ip(const struct arch_regs *regs)
{
	return regs->eip;
}

void arch_show_regs(const struct arch_regs *regs)
{
	show_vector(regs);
	show_general(regs);
	show_bits("EFLAGS", regs->eflags, eflags_bits, ARRAY_SIZE(eflags_bits));
	show_control();
	backtrace_regs(regs);
}
