/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/moved.c - arch_run_moved(): a few functions go on while their kernel is away
 *
 *   physical                                 the kernel's page directory
 *   1 MiB   image: text, data, stack  ---.   [PAGE_OFFSET ..]  as always
 *           ...                          |   [block]           table below, on the way over and back:
 *   block   +0      copy of .moved  <----'                     the block at its physical address
 *           +4 KiB  data | ... stack grows down
 *           +8 KiB  table: maps the three frames to themselves
 *
 *   arch_run_moved -> moved_enter in the copy -> CR0.CD = 1, WBINVD -> CR0.PG = 0 -> fn(data)
 *
 * With paging off no page table is needed, with interrupts off no GDT, IDT, TSS or stack: the CPU
 * keeps the segments it has loaded. Relative jumps and calls inside .moved are right in the copy too;
 * a pointer to a function is not, so there is only the one that is made here.
 */
#include <arch.h>
#include <cpu.h>
#include <io.h>
#include <kernel/time.h>
#include <lib/bug.h>
#include <lib/string.h>
#include <mm/page.h>
#include <pgtable.h>
#include <sections.h>
#include <traps.h>

/* Bit 7 of the CMOS address masks NMI. Source: IBM PC/AT Technical Reference, "NMI Mask". */
#define CMOS_ADDRESS	0x70
#define CMOS_DATA	0x71
#define CMOS_NMI_OFF	0x80
#define CMOS_STATUS_D	0x0D		/* a register that reading does not change */

/* moved.asm */
typedef void moved_enter_fn(void (*fn)(void *), void *data, void *stack_top, bool uncached);
moved_enter_fn moved_enter;

/* The address is followed by an access to the data, or the clock chip may lose its place. */
static void nmi_set(u8 off)
{
	outb(CMOS_STATUS_D | off, CMOS_ADDRESS);
	inb(CMOS_DATA);
}

bool arch_flush_caches(void)
{
	if (!cpu_has_cache_control())
		return false;
	__asm__ __volatile__("wbinvd" : : : "memory");
	return true;
}

/* What a pointer into .moved is in the copy at @pa. */
static void *in_copy(const void *symbol, phys_addr_t pa)
{
	return (void *)(pa + ((const char *)symbol - __moved_start));
}

/* Map the block at its physical address, by a table in its third frame. Return: the entry to clear. */
static u32 *map_to_itself(phys_addr_t pa)
{
	u32 *pde = &arch_page_directory()[PDE_INDEX(pa)];
	pte_t *table = __va(pa + 2 * PAGE_SIZE);

	BUG_ON(*pde);
	memset(table, 0, PAGE_SIZE);
	for (unsigned int i = 0; i < 3; i++)
		table[PTE_INDEX(pa) + i] = arch_pte(pa + i * PAGE_SIZE, ARCH_PTE_KERNEL);
	*pde = arch_pte(pa + 2 * PAGE_SIZE, ARCH_PTE_KERNEL);
	return pde;
}

void arch_run_moved(struct page *block, void (*fn)(void *data), void *data, size_t size, bool cached)
{
	phys_addr_t pa = page_to_phys(block);
	moved_enter_fn *enter = (moved_enter_fn *)in_copy((const void *)moved_enter, pa);
	unsigned long irq;
	u32 *pde;

	BUG_ON(page_is_highmem(block) || size > ARCH_MOVED_DATA_MAX);
	memcpy(__va(pa), __moved_start, __moved_end - __moved_start);
	memcpy(__va(pa + PAGE_SIZE), data, size);
	irq = arch_irq_save();
	pde = map_to_itself(pa);
	nmi_set(CMOS_NMI_OFF);
	enter((void (*)(void *))in_copy((const void *)fn, pa), (void *)(pa + PAGE_SIZE),
	      (void *)(pa + 2 * PAGE_SIZE), !cached && cpu_has_cache_control());
	nmi_set(0);
	*pde = 0;
	arch_tlb_flush_windows();
	arch_irq_restore(irq);
	memcpy(data, __va(pa + PAGE_SIZE), size);
}

/* --- in the copy ----------------------------------------------------------------------------- */

/* Source: Intel 8254 data sheet, "Counter Latch Command"; pit.c has channel 0 generate ticks. */
#define PIT_CHANNEL_0	0x40
#define PIT_COMMAND	0x43
#define PIT_LATCH_0	0x00

/* Channel 0 counts down and starts again HZ times a second: a count that is higher is a new tick. */
void __moved arch_moved_wait(unsigned int ms)
{
	unsigned int last = 0;

	for (unsigned int ticks = ms * HZ / 1000 + 1; ticks; ) {
		unsigned int count;

		outb(PIT_LATCH_0, PIT_COMMAND);
		count = inb(PIT_CHANNEL_0);
		count |= inb(PIT_CHANNEL_0) << 8;
		ticks -= count > last;
		last = count;
	}
}

#define DEBUG_PORT	0xE9
#define COM1_DATA	0x3F8
#define COM1_STATUS	0x3FD		/* bit 5: room for a byte; all ones where there is no port */
#define COM1_ROOM	0x20
#define COM1_PATIENCE	100000u
#define SCREEN		0xB8000
#define WHITE_ON_RED	0x4F00

static void __moved say_char(unsigned int column, char c)
{
	for (unsigned int i = 0; i < COM1_PATIENCE && !(inb(COM1_STATUS) & COM1_ROOM); i++)
		;
	outb(c, COM1_DATA);
	outb(c, DEBUG_PORT);
	((volatile u16 *)SCREEN)[column] = WHITE_ON_RED | (u8)c;
}

void __moved arch_moved_say(const char *text, u32 number)
{
	unsigned int column = 0;

	while (*text)
		say_char(column++, *text++);
	for (int shift = 28; shift >= 0; shift -= 4) {
		u8 digit = number >> shift & 15;

		say_char(column++, digit + (digit < 10 ? '0' : 'a' - 10));
	}
	say_char(column, '\n');
}
