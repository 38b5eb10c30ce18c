/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/test_traps.c - exceptions provoked on purpose, interrupts, names of functions
 *
 * Each provoke_ function raises one exception; trap_expect() brings back what the CPU said. A
 * double fault, a stack overflow and the report itself end the kernel: tests/run boots with crash=.
 * Some emulated CPUs do not raise every exception: machine_lacks.h.
 */
#include <arch.h>
#include <cpu.h>
#include <io.h>
#include <irq.h>
#include <sections.h>
#include <traps.h>
#include <kernel/ktest.h>
#include <kernel/time.h>
#include <lib/bug.h>
#include <lib/kernel.h>
#include <lib/string.h>
#include <mm/layout.h>
#include "machine_lacks.h"

#define SELECTOR_PAST_GDT	0xf8
#define VECTOR_WITHOUT_GATE	0x80
#define SELECTOR_ERROR_IDT	2	/* the error code names an IDT entry */
#define EFLAGS_TF		(1u << 8)
#define CR0_TS			(1u << 3)
#define MASTER_MASK		0x21	/* the master PIC's data port */

static void provoke_divide(void *arg)
{
	__asm__ __volatile__("xorl %%ecx, %%ecx; divl %%ecx" : : "a"(1), "d"(0) : "ecx", "cc");
}

static void provoke_debug(void *arg)
{
	__asm__ __volatile__("pushfl; orl %0, (%%esp); popfl; nop" : : "i"(EFLAGS_TF) : "cc", "memory");
}

static void provoke_breakpoint(void *arg)
{
	__asm__ __volatile__("int3");
}

static void provoke_overflow(void *arg)
{
	__asm__ __volatile__("movb $0x7f, %%al; addb $1, %%al; into" : : : "eax", "cc");
}

static void provoke_bound(void *arg)
{
	static const u32 limits[2] = { 1, 2 };

	__asm__ __volatile__("bound %0, %1" : : "r"(3), "m"(limits));
}

static void provoke_invalid_opcode(void *arg)
{
	__asm__ __volatile__("ud2");
}

/* TS says that the FPU holds another task's numbers: its next use is to fault. */
static void provoke_no_fpu(void *arg)
{
	__asm__ __volatile__("movl %0, %%cr0; fnop" : : "r"(read_cr0() | CR0_TS));
}

static void provoke_protection(void *arg)
{
	__asm__ __volatile__("movl %0, %%es" : : "r"(SELECTOR_PAST_GDT));
}

static void provoke_missing_gate(void *arg)
{
	__asm__ __volatile__("int %0" : : "i"(VECTOR_WITHOUT_GATE));
}

static void read_byte(void *arg)
{
	(void)*(volatile u8 *)arg;
}

static void write_byte(void *arg)
{
	volatile u8 *byte = arg;

	*byte = *byte;
}

static void call(void *arg)
{
	((void (*)(void))arg)();
}

static void do_nothing(void *arg)
{
}

static const struct {
	void (*provoke)(void *arg);
	unsigned int vector, error;
	const char *name;		/* for lacks= */
} provocations[] = {
	{ provoke_divide, TRAP_DIVIDE, 0, "divide" },
	{ provoke_debug, TRAP_DEBUG, 0, "debug" },
	{ provoke_breakpoint, TRAP_BREAKPOINT, 0, "breakpoint" },
	{ provoke_overflow, TRAP_OVERFLOW, 0, "overflow" },
	{ provoke_bound, TRAP_BOUND, 0, "bound" },
	{ provoke_invalid_opcode, TRAP_INVALID_OPCODE, 0, "opcode" },
	{ provoke_protection, TRAP_PROTECTION, SELECTOR_PAST_GDT, "protection" },
	{ provoke_missing_gate, TRAP_PROTECTION, VECTOR_WITHOUT_GATE << 3 | SELECTOR_ERROR_IDT, "idt-error" },
};

KTEST(traps, each_exception_comes_by_its_own_gate)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(provocations); i++) {
		struct trap_info got = { .vector = TRAP_NONE };
		bool came = !machine_dies_of(provocations[i].name) &&
			    trap_expect(provocations[i].provoke, NULL, &got);

		if (machine_lacks(provocations[i].name)) {
			KTEST_EXPECT(t, !came || got.error != provocations[i].error);
			t->skipped = "lacks= names exceptions that this machine does not raise";
			continue;
		}
		KTEST_EXPECT_EQ(t, got.vector, provocations[i].vector);
		KTEST_EXPECT_EQ(t, got.error, provocations[i].error);
	}
}

KTEST(traps, fpu_use_with_ts_set_faults)
{
	u32 cr0 = read_cr0();
	struct trap_info got = { .vector = TRAP_NONE };

	trap_expect(provoke_no_fpu, NULL, &got);
	write_cr0(cr0);
	KTEST_EXPECT_EQ(t, got.vector, machine_lacks("fpu-ts") ? TRAP_NONE : TRAP_NO_FPU);
	if (machine_lacks("fpu-ts"))
		KTEST_SKIP(t, "lacks= says that this machine's FPU does not look at CR0.TS");
}

static void expect_page_fault(struct ktest *t, void (*fn)(void *), unsigned long va, u32 error)
{
	struct trap_info got = { .vector = TRAP_NONE };

	KTEST_EXPECT(t, trap_expect(fn, (void *)va, &got));
	KTEST_EXPECT_EQ(t, got.vector, TRAP_PAGE_FAULT);
	KTEST_EXPECT_EQ(t, got.cr2, va);
	KTEST_EXPECT_EQ(t, got.error, error);
}

KTEST(traps, what_is_not_mapped_faults)
{
	expect_page_fault(t, read_byte, 0, 0);
	expect_page_fault(t, read_byte, PAGE_SIZE - 1, 0);
	expect_page_fault(t, read_byte, PAGE_OFFSET - 1, 0);
	expect_page_fault(t, read_byte, (unsigned long)boot_stack_guard, 0);
	expect_page_fault(t, read_byte, (unsigned long)boot_stack - 1, 0);
	expect_page_fault(t, read_byte, vm_layout.high_memory, 0);
	expect_page_fault(t, read_byte, vm_layout.high_memory + VMALLOC_OFFSET - 1, 0);
	expect_page_fault(t, read_byte, ~0ul, 0);
}

KTEST(traps, a_call_of_nothing_faults_at_its_target)
{
	struct trap_info got = { .vector = TRAP_NONE };

	KTEST_EXPECT(t, trap_expect(call, NULL, &got));
	KTEST_EXPECT_EQ(t, got.vector, TRAP_PAGE_FAULT);
	KTEST_EXPECT_EQ(t, got.eip, 0);
	KTEST_EXPECT_EQ(t, got.cr2, 0);
}

KTEST(traps, code_and_constants_are_read_only)
{
	if (!cpu.has_wp)
		KTEST_SKIP(t, "the CPU has no working CR0.WP");
	expect_page_fault(t, write_byte, (unsigned long)write_byte, PF_PRESENT | PF_WRITE);
	expect_page_fault(t, write_byte, (unsigned long)_text, PF_PRESENT | PF_WRITE);
	expect_page_fault(t, write_byte, (unsigned long)__end_rodata - 1, PF_PRESENT | PF_WRITE);
}

KTEST(traps, code_that_does_not_fault_comes_back)
{
	struct trap_info got = { .vector = TRAP_NONE };

	KTEST_EXPECT(t, !trap_expect(do_nothing, NULL, &got));
	KTEST_EXPECT_EQ(t, got.vector, TRAP_NONE);
	KTEST_EXPECT(t, !trap_expect(write_byte, _data, NULL));
}

static void expect_inside(void *arg)
{
	struct ktest *t = arg;
	struct trap_info got = { .vector = TRAP_NONE };

	KTEST_EXPECT(t, trap_expect(provoke_breakpoint, NULL, &got));
	KTEST_EXPECT_EQ(t, got.vector, TRAP_BREAKPOINT);
	provoke_divide(NULL);
}

KTEST(traps, expectations_nest)
{
	struct trap_info got = { .vector = TRAP_NONE };

	KTEST_EXPECT(t, trap_expect(expect_inside, t, &got));
	KTEST_EXPECT_EQ(t, got.vector, TRAP_DIVIDE);
}

KTEST(traps, interrupts_are_as_before_after_a_fault)
{
	unsigned long flags = arch_irq_save();

	KTEST_EXPECT(t, trap_expect(provoke_divide, NULL, NULL));
	KTEST_EXPECT(t, arch_irqs_off());
	arch_irq_enable();
	KTEST_EXPECT(t, trap_expect(provoke_divide, NULL, NULL));
	KTEST_EXPECT(t, !arch_irqs_off());
	arch_irq_restore(flags);
}

KTEST(traps, tables_and_pics_are_as_they_should_be)
{
	KTEST_EXPECT_EQ(t, traps_check(), 0);
}

KTEST(traps, checker_sees_a_mask_changed_behind_its_back)
{
	u8 before = inb(MASTER_MASK);

	outb(before ^ (1u << IRQ_PRINTER), MASTER_MASK);
	KTEST_EXPECT_EQ(t, traps_check(), 4);
	outb(before, MASTER_MASK);
	KTEST_EXPECT_EQ(t, traps_check(), 0);
}

/* --- interrupts ------------------------------------------------------------------------------ */

KTEST(traps, ticks_arrive)
{
	unsigned long before = irq_count(IRQ_TIMER), start = jiffies;

	mdelay(5 * MSEC_PER_SEC / HZ);
	KTEST_EXPECT(t, jiffies > start);
	KTEST_EXPECT(t, irq_count(IRQ_TIMER) > before);
	KTEST_EXPECT(t, !arch_in_irq());
}

/* INT does what a PIC does that has lost its interrupt: no line is marked as being served. */
KTEST(traps, spurious_interrupts_are_counted_and_served_by_nobody)
{
	unsigned long spurious = irq_spurious_count();
	unsigned long served = irq_count(IRQ_PRINTER) + irq_count(IRQ_DISK2);

	__asm__ __volatile__("int %0" : : "i"(IRQ_VECTOR_BASE + IRQ_PRINTER));
	__asm__ __volatile__("int %0" : : "i"(IRQ_VECTOR_BASE + IRQ_DISK2));
	KTEST_EXPECT_EQ(t, irq_spurious_count(), spurious + 2);
	KTEST_EXPECT_EQ(t, irq_count(IRQ_PRINTER) + irq_count(IRQ_DISK2), served);
}

/* --- names ----------------------------------------------------------------------------------- */

static void expect_name(struct ktest *t, unsigned long addr, const char *want, unsigned long offset)
{
	unsigned long got_offset = ~0ul;
	const char *got = ksym_name(addr, &got_offset);

	KTEST_REQUIRE(t, got);
	if (strcmp(got, want))
		ktest_fail(t, __FILE__, __LINE__, "%08lx is called %s, not %s", addr, got, want);
	KTEST_EXPECT_EQ(t, got_offset, offset);
}

KTEST(traps, functions_have_names)
{
	expect_name(t, (unsigned long)provoke_divide, "provoke_divide", 0);
	expect_name(t, (unsigned long)provoke_divide + 1, "provoke_divide", 1);
	expect_name(t, (unsigned long)ksym_name + 5, "ksym_name", 5);
	expect_name(t, (unsigned long)panic, "panic", 0);
}

KTEST(traps, what_is_no_code_has_no_name)
{
	unsigned long offset;

	KTEST_EXPECT(t, !ksym_name(0, &offset));
	KTEST_EXPECT(t, !ksym_name(PAGE_OFFSET, &offset));
	KTEST_EXPECT(t, !ksym_name((unsigned long)_etext, &offset));
	KTEST_EXPECT(t, !ksym_name((unsigned long)_data, &offset));
	KTEST_EXPECT(t, !ksym_name(~0ul, &offset));
}

#define CHAIN_MAX	32

static noinline bool chain_names(const char *wanted)
{
	unsigned long addr[CHAIN_MAX], offset;
	unsigned int n = arch_backtrace_collect(addr, CHAIN_MAX);
	bool found = false;

	for (unsigned int i = 0; i < n; i++) {
		const char *name = ksym_name(addr[i] - 1, &offset);

		found |= name && !strcmp(name, wanted);
	}
	return found;
}

KTEST(traps, backtrace_names_its_callers)
{
	KTEST_EXPECT(t, chain_names("chain_names"));
	KTEST_EXPECT(t, chain_names("ktest_traps_backtrace_names_its_callers"));
	KTEST_EXPECT(t, chain_names("start_kernel"));
	KTEST_EXPECT(t, !chain_names("provoke_divide"));
}

/* --- words ----------------------------------------------------------------------------------- */

static void expect_region(struct ktest *t, vaddr_t va, const char *words)
{
	if (strcmp(address_region(va), words))
		ktest_fail(t, __FILE__, __LINE__, "%08lx lies in %s, not in %s", va,
			   address_region(va), words);
}

KTEST(traps, regions_have_their_words)
{
	expect_region(t, 0, "page 0 (null pointer)");
	expect_region(t, PAGE_SIZE, "user space, which is empty");
	expect_region(t, PAGE_OFFSET, "the direct map of lowmem");
	expect_region(t, (vaddr_t)_text, "kernel text");
	expect_region(t, (vaddr_t)__start_rodata, "kernel rodata");
	expect_region(t, (vaddr_t)_data, "kernel data");
	expect_region(t, (vaddr_t)boot_stack_guard, "the guard page below the boot stack");
	expect_region(t, (vaddr_t)boot_stack, "the boot stack");
	expect_region(t, vm_layout.high_memory - 1, "the direct map of lowmem");
	expect_region(t, vm_layout.high_memory, "the hole after lowmem");
	expect_region(t, vm_layout.vmalloc_start, "the vmalloc area");
	expect_region(t, FIXADDR_START, "the fixmap");
	expect_region(t, FIXADDR_TOP, "the last page, never mapped");
}
