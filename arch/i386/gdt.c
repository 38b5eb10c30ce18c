/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/gdt.c - flat segments, and a task of its own for the double fault
 *
 *   GDT   0x00  null
 *         0x08  KERNEL_CS   code, 0 to 4 GiB, ring 0
 *         0x10  KERNEL_DS   data, 0 to 4 GiB, ring 0
 *         0x18  kernel_tss  where the CPU leaves all registers when it switches away
 *         0x20  double_fault_tss
 *
 * The kernel never switches tasks itself. It has a TSS because a double fault mostly means that the
 * stack is gone, and only a task gate makes the CPU take another one:
 *
 *      kernel_tss  <---- link ----  double_fault_tss     EIP = double_fault_entry
 *      registers at the fault       CR3, ESP = the top of double_fault_stack
 *
 * D1  TR names kernel_tss; it is busy, double_fault_tss is not
 * D2  double_fault_tss.cr3 is the CR3 in use: traps_cr3_changed()
 *
 * Source: Intel SDM vol. 3A, "Segment Descriptors", "Task Management".
 */
#include <arch.h>
#include <control.h>
#include <descriptor.h>
#include <lib/init.h>
#include <traps.h>

/* Bits of a descriptor's second word. */
#define SEG_PRESENT	(1u << 15)
#define SEG_CODE_DATA	(1u << 12)	/* clear: a system descriptor */
#define SEG_TYPE(type)	((u32)(type) << 8)
#define SEG_32BIT	(1u << 22)
#define SEG_PAGES	(1u << 23)	/* the limit counts pages */
#define TYPE_CODE	0xb		/* execute, read, accessed: the CPU need not write the GDT */
#define TYPE_DATA	0x3		/* read, write, accessed */
#define TYPE_TSS	0x9		/* available 32-bit TSS */
#define TYPE_TSS_BUSY	0x2

#define DESCRIPTOR(base, limit, bits)						\
	((u64)((((u32)(base) & 0xff000000) | ((u32)(limit) & 0xf0000) |		\
		(((u32)(base) >> 16) & 0xff) | (bits))) << 32 |			\
	 ((u32)(base) << 16 | ((u32)(limit) & 0xffff)))
#define FLAT(type)								\
	DESCRIPTOR(0, 0xfffff, SEG_PRESENT | SEG_CODE_DATA | SEG_TYPE(type) | SEG_32BIT | SEG_PAGES)

#define GDT_INDEX(selector)	((selector) / 8)

static u64 gdt[GDT_INDEX(DOUBLE_FAULT_SELECTOR) + 1] __aligned(8) = {
	[GDT_INDEX(KERNEL_CS)] = FLAT(TYPE_CODE),
	[GDT_INDEX(KERNEL_DS)] = FLAT(TYPE_DATA),
};

struct tss kernel_tss;
static struct tss double_fault_tss;
char double_fault_stack[DOUBLE_FAULT_STACK_SIZE] __aligned(16);

void double_fault_entry(void);

void traps_cr3_changed(void)
{
	double_fault_tss.cr3 = read_cr3();
}

static u64 tss_descriptor(const struct tss *tss)
{
	return DESCRIPTOR((u32)tss, sizeof(*tss) - 1, SEG_PRESENT | SEG_TYPE(TYPE_TSS));
}

static void tss_init(void)
{
	double_fault_tss = (struct tss) {
		.cr3 = read_cr3(),
		.eip = (u32)double_fault_entry,
		.eflags = 1u << 1,		/* always one; IF = 0 */
		.esp = (u32)(double_fault_stack + sizeof(double_fault_stack)),
		.cs = KERNEL_CS,
		.ss = KERNEL_DS, .ds = KERNEL_DS, .es = KERNEL_DS,
		.iomap = sizeof(struct tss),
	};
	kernel_tss.iomap = sizeof(struct tss);
	gdt[GDT_INDEX(TSS_SELECTOR)] = tss_descriptor(&kernel_tss);
	gdt[GDT_INDEX(DOUBLE_FAULT_SELECTOR)] = tss_descriptor(&double_fault_tss);
}

void __init traps_early_init(void)
{
	const struct descriptor_pointer pointer = { sizeof(gdt) - 1, (u32)gdt };

	tss_init();
	__asm__ __volatile__(
		"lgdt %0\n\t"
		"ljmp %1, $1f\n"		/* CS only changes by a far jump */
		"1:\tmovl %2, %%ds\n\t"
		"movl %2, %%es\n\t"
		"movl %2, %%ss\n\t"
		"movl %3, %%fs\n\t"		/* unused: null, so that a use faults */
		"movl %3, %%gs\n\t"
		"ltr %w4"
		: : "m"(pointer), "i"(KERNEL_CS), "r"(KERNEL_DS), "r"(0), "r"(TSS_SELECTOR)
		: "memory");
}

/* Check D1 and D2. Return: 0, or the number of the broken rule. */
int gdt_check(void)
{
	u32 busy = SEG_TYPE(TYPE_TSS_BUSY);
	u16 tr;

	__asm__ __volatile__("str %0" : "=r"(tr));
	if (tr != TSS_SELECTOR || !((gdt[GDT_INDEX(TSS_SELECTOR)] >> 32) & busy) ||
	    ((gdt[GDT_INDEX(DOUBLE_FAULT_SELECTOR)] >> 32) & busy))
		return 1;
	return double_fault_tss.cr3 == read_cr3() ? 0 : 2;
}

/*
 * The body of the double fault task. The registers of the trouble are in kernel_tss; they are put
 * into the form in which every other exception has them.
 */
void double_fault(void) __noreturn;
void double_fault(void)
{
	const struct tss *tss = &kernel_tss;
	const struct arch_regs regs = {
		.gs = tss->gs, .fs = tss->fs, .es = tss->es, .ds = tss->ds,
		.edi = tss->edi, .esi = tss->esi, .ebp = tss->ebp, .esp = tss->esp,
		.ebx = tss->ebx, .edx = tss->edx, .ecx = tss->ecx, .eax = tss->eax,
		.vector = TRAP_DOUBLE_FAULT,
		.eip = tss->eip, .cs = tss->cs, .eflags = tss->eflags,
	};

	trap_fatal(&regs);
}
