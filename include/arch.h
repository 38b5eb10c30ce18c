/* SPDX-License-Identifier: MIT */
/*
 * include/arch.h - all that the architecture gives the rest of the kernel, call by call
 *
 * lib/ and mm/ compile for the host too: there, tests/host/include/arch_inline.h and
 * tests/host/arch_host.c stand in for the machine.
 */
#ifndef ARCH_H
#define ARCH_H

#include <lib/compiler.h>
#include <lib/types.h>

/*
 * From arch_inline.h, inline because they stand on hot paths:
 *
 *   unsigned long arch_irq_save(void)          interrupts off; gives the flags from before
 *   void arch_irq_restore(unsigned long flags)
 *   void arch_irq_enable(void)
 *   void arch_irq_disable(void)
 *   bool arch_irqs_off(void)
 *   void arch_halt(void)                       wait for an interrupt
 *   void arch_tlb_flush_page(vaddr_t va)       INVLPG where the CPU has it, else all of the TLB
 *   bool arch_tlb_has_invlpg(void)             may arch_tlb_invlpg() be used?
 *   void arch_tlb_invlpg(vaddr_t va)           that, without a call, for the hottest path
 *   void arch_tlb_flush_range(start, end)      page by page, or all windows when that costs less
 *   void arch_tlb_flush_windows(void)          all but the direct map: vmalloc, kmap, fixmap
 *   void arch_tlb_flush_all(void)              the direct map too
 */
#include <arch_inline.h>
#include <arch_pte.h>

/* --- stages ---------------------------------------------------------------------------------- */

void traps_early_init(void);	/* GDT, TSS: now a double fault is reported too, not just others */
void cpu_init(void);		/* what this CPU can do: one log line */
void traps_init(void);		/* PICs, timer; interrupts on */
int traps_check(void);		/* 0, or the number of the broken rule */
void paging_init(void);		/* the final direct map of lowmem; boot page tables gone */
int paging_check(void);		/* 0, or the number of the broken rule */

/* --- what the boot path brought -------------------------------------------------------------- */

struct e820_entry;
struct page;

/* The kernel's options, without the file name that some loaders put first. Never NULL. */
const char *arch_command_line(void);

/**
 * arch_memory_map - the firmware's map, uncleaned, from the best source that answered
 * @raw:    where the entries go
 * @max:    room in @raw
 * @source: out: the source taken, in words: E820, Multiboot mmap, E801, 88h or mem_upper
 * Return:  the number of entries; 0 when no source gave anything
 */
unsigned int arch_memory_map(struct e820_entry *raw, unsigned int max, const char **source);

/**
 * arch_for_each_reserved - name every range that is in use before any allocator runs
 * @fn: called with [start, end) in bytes and the reason, e.g. "kernel text", "BIOS data", "module 0"
 *
 * Ranges may lie anywhere below 4 GiB, also outside RAM; they do not overlap each other.
 */
void arch_for_each_reserved(void (*fn)(phys_addr_t start, phys_addr_t end, const char *why));

/* End of the kernel image, which starts at KERNEL_PHYS_BASE whatever the loader. */
phys_addr_t arch_image_end(void);

/* End of the physical memory that is mapped at PAGE_OFFSET; paging_init() raises it as it goes. */
phys_addr_t arch_boot_mapped_end(void);

/* --- page tables ----------------------------------------------------------------------------- */

/**
 * arch_pte_lookup - where the entry of a page is
 * @va: any address in the page
 * Return: the entry, or NULL when there is no page table (or a large page) there
 * Context: from the paging stage on, any.
 */
pte_t *arch_pte_lookup(vaddr_t va);

/**
 * arch_pte_create - the same, and make the page table when there is none
 * @va: an address above the direct map
 * Return: the entry, or NULL when no page is free for the table
 * Context: after the BUDDY stage, not in interrupts. Tables stay once they are made.
 */
pte_t *arch_pte_create(vaddr_t va);

/**
 * arch_translate - the physical address that a virtual one is mapped to now
 * @va: any address
 * @pa: out: physical address
 * Return: false when it is not mapped
 */
bool arch_translate(vaddr_t va, phys_addr_t *pa);

/* Does an interrupt handler run now? */
bool arch_in_irq(void);

/*
 * For tests: while @leave_out, no flush flushes anything. Afterwards everything is flushed once.
 * Interrupts stay off between the two.
 */
void arch_tlb_leave_out_flushes(bool leave_out);

/* --- time ------------------------------------------------------------------------------------ */

/* Ticks of the best clock there is: the TSC, else the PIT's input clock. Never goes back. */
u64 arch_cycles(void);

/* Ticks of arch_cycles() in a second. */
u64 arch_cycles_hz(void);

/*
 * Measure arch_cycles_hz() again, over the timer ticks so far. Context: after the traps stage.
 * Return: false when ticks were too few or too irregular: the old value stays.
 */
bool arch_cycles_refine(void);

/*
 * For kernel/bench.c: arch_cycles() fenced off from the instructions around it, and two regions whose
 * number of instructions is known: @turns of 102, and @turns of 2003.
 */
u64 arch_bench_cycles(void);
void arch_bench_nops(unsigned int turns);
void arch_bench_loops(unsigned int turns);

/* --- memory itself --------------------------------------------------------------------------- */

/* Write back and empty the CPU's caches. False: this CPU has none that programs control (a 386). */
bool arch_flush_caches(void);

/* The memory below 640 KiB that firmware keeps for itself, [*@start, *@end). False: none was found. */
bool arch_firmware_ram(phys_addr_t *start, phys_addr_t *end);

/*
 * Functions that also run from a copy elsewhere: they call each other and nothing else, and use no data
 * but their arguments and stack. All of them together fit into a page.
 */
#define __moved		__section(".moved") noinline

#define ARCH_MOVED_ORDER	2	/* of the block that arch_run_moved() wants */
#define ARCH_MOVED_DATA_MAX	2048	/* bytes of data; the rest of its frame is stack */

/**
 * arch_run_moved - run a copy of the moved functions while the rest of the kernel may be overwritten
 * @block:  2^ARCH_MOVED_ORDER frames of lowmem, whose contents are lost
 * @fn:     one of them
 * @data:   copied into @block, given to @fn there, and copied back
 * @size:   of it, ARCH_MOVED_DATA_MAX at most
 * @cached: leave the CPU's caches on
 *
 * While @fn runs, addresses are physical: paging is off, as are interrupts, NMI and, from the 486 on,
 * caches. All memory outside @block must be as it was when @fn returns.
 *
 * Context: after the BUDDY stage, not in interrupts. Ticks of the timer are lost.
 */
void arch_run_moved(struct page *block, void (*fn)(void *data), void *data, size_t size, bool cached);

/* For moved functions: wait; and say on screen and serial line, come what may, @text and a number. */
void arch_moved_wait(unsigned int ms);
void arch_moved_say(const char *text, u32 number);

/* --- leaving --------------------------------------------------------------------------------- */

void arch_reboot(void) __noreturn;
void arch_poweroff(void) __noreturn;

/* Interrupts off and the CPU halted, for ever. */
void arch_stop(void) __noreturn;

/*
 * Leave an emulator that offers a way out: @failed picks status 35 instead of 33 in QEMU
 * (isa-debug-exit at 0xF4); Bochs shuts down through port 0x8900. Returns on a machine without.
 */
void arch_test_exit(bool failed);

/* Stop in Bochs (magic breakpoint) or at gdb's breakpoint on this function. */
void arch_break(void);

/* --- looking back ---------------------------------------------------------------------------- */

/* Print the call chain that starts at @frame (0: the caller's own) with symbol names. */
void arch_backtrace(unsigned long frame);

/**
 * arch_backtrace_collect - the call chain as addresses
 * @addr: out: return addresses, the one into the caller first; each is one past its call
 * @max:  room in @addr
 * Return: how many there are
 */
unsigned int arch_backtrace_collect(unsigned long *addr, unsigned int max);

/* All registers at one moment: of an exception, or of the caller of panic(). */
struct arch_regs;

/* Where the trouble was: the instruction that faulted, or the one after the call of panic(). */
unsigned long arch_regs_ip(const struct arch_regs *regs);

/* Print @regs with the words for each of their bits, the control registers, and the call chain. */
void arch_show_regs(const struct arch_regs *regs);

/**
 * ksym_name - the symbol that an address of kernel text lies in
 * @addr:   address
 * @offset: out: bytes past the symbol's start
 * Return:  its name, valid until the next call, or NULL when the address is not kernel text
 */
const char *ksym_name(unsigned long addr, unsigned long *offset);

#endif
