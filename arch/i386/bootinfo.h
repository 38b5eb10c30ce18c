/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/bootinfo.h - what the loader, the BIOS and the CPU told the boot code
 *
 * The assembly of boot/ fills one struct boot_info before paging is on; asm_offsets.c hands it the
 * offsets. It lies in .init.bss: outside the BSS that is cleared before start_kernel(), inside the
 * memory that is freed when boot is over, so whoever wants a value for longer keeps a copy.
 *
 *   boot/multiboot.asm   loader_*, command_line, mem_*, mmap, module
 *   boot/realmode.asm    realmode_*, a20, e820, e801_*, ext88_*, base_kib, video_*
 *   boot/paging.asm      cpu
 */
#ifndef BOOTINFO_H
#define BOOTINFO_H

#include <lib/types.h>
#include <mm/e820.h>

#define BOOT_MAPPED_END		(16UL << 20)	/* mapped by the boot tables; whole 4 MiB */
#define BOOT_STACK_SIZE		(16UL << 10)
#define BOOT_COMMAND_LINE_MAX	2048	/* bytes kept, the closing NUL among them */
#define BOOT_LOADER_NAME_MAX	64
#define BOOT_MODULES_MAX	32
#define BOOT_MODULE_STRING_MAX	64

/* Bits of the Multiboot information's flags. Source: Multiboot Specification 0.6.96, "Boot
 * information format". */
#define MULTIBOOT_HAS_MEMORY		(1u << 0)
#define MULTIBOOT_HAS_COMMAND_LINE	(1u << 2)
#define MULTIBOOT_HAS_MODULES		(1u << 3)
#define MULTIBOOT_HAS_MMAP		(1u << 6)
#define MULTIBOOT_HAS_LOADER_NAME	(1u << 9)

/* Why the trip to real mode was made or not. */
enum realmode_status {
	REALMODE_DONE = 0,
	REALMODE_OFF = 1,		/* realmode=off on the command line */
	REALMODE_NO_BIOS = 2,		/* the vector of int 15h leads nowhere */
	REALMODE_IN_THE_WAY = 3,	/* a module lies where the stub has to go */
};

/* What opened the A20 gate, in the order in which they are tried. */
enum a20_method {
	A20_UNKNOWN = 0,		/* the stub did not run */
	A20_WAS_OPEN = 1,
	A20_BIOS = 2,			/* int 15h AX=2401h */
	A20_PORT_92 = 3,		/* PS/2 system control port A */
	A20_KEYBOARD = 4,		/* output port of the 8042 */
	A20_PORT_EE = 5,		/* chipsets of some 386 boards */
};

/* How the list of E820 entries ended. */
enum e820_end {
	E820_END_NOT_TRIED = 0,
	E820_END_LAST = 1,		/* continuation value 0: the whole list */
	E820_END_CARRY = 2,		/* carry flag: the end on some BIOSes, an error on others */
	E820_END_SIGNATURE = 3,		/* "SMAP" missing from the answer: nothing is kept */
	E820_END_FULL = 4,		/* more than E820_RAW_MAX entries */
};

struct boot_module {
	phys_addr_t start, end;
	char string[BOOT_MODULE_STRING_MAX];
};

/* The CPU probe, before anything past a 386 is used. */
struct boot_cpu {
	u32 is_486;			/* EFLAGS.AC can be changed */
	u32 has_cpuid;			/* EFLAGS.ID can be changed */
	u32 has_fpu;			/* FNINIT and FNSTSW answer */
	u32 has_wp;			/* a supervisor write to a read-only page really faults */
	u32 max_leaf;
	char vendor[16];		/* 12 letters and NULs; empty without CPUID */
	u32 signature;			/* CPUID leaf 1: EAX, EBX, ECX, EDX */
	u32 brand, features_c, features_d;
};

struct boot_info {
	u32 loader_flags;
	u32 mem_lower, mem_upper;	/* KiB from 0 and from 1 MiB, by the loader */
	char loader_name[BOOT_LOADER_NAME_MAX];
	char command_line[BOOT_COMMAND_LINE_MAX];
	phys_addr_t command_line_pa;	/* where the loader had it; 0 = there was none */
	u32 command_line_cut;		/* 1 = it was longer than that */

	u32 module_count;		/* as the loader says; the array holds the first ones */
	struct boot_module module[BOOT_MODULES_MAX];

	u32 mmap_count;			/* the Multiboot memory map, put into E820's form */
	struct e820_entry mmap[E820_RAW_MAX];

	/* From here to realmode_end the real-mode stub fills a twin in low memory. */
	u32 realmode_status;		/* enum realmode_status */
	u32 a20;			/* enum a20_method */
	u32 e820_end;			/* enum e820_end */
	u32 e820_count;
	u16 e801_ok, e801_ax, e801_bx, e801_cx, e801_dx;
	u16 ext88_ok, ext88_kib;	/* int 15h AH=88h: KiB from 1 MiB */
	u16 base_kib;			/* int 12h: KiB from 0 */
	u16 video_mode;			/* int 10h AH=0Fh: mode low, columns high */
	u16 video_cursor;		/* int 10h AH=03h: column low, row high */
	u32 realmode_end[0];
	struct e820_entry e820[E820_RAW_MAX];

	struct boot_cpu cpu;
};

extern struct boot_info boot_info;

/**
 * bootmap_choose - the memory map from the most trusted source that makes sense
 * @bi:     what was found
 * @raw:    where the entries go
 * @max:    room in @raw; at least 3
 * @source: out: the source in words
 *
 * In order: E820, Multiboot mmap, E801, then 88h or mem_upper. A source makes sense when it calls
 * the first byte of the kernel image RAM. Pure: looks at nothing but its arguments.
 *
 * Return:  the number of entries, 0 when no source makes sense (@source then says so)
 */
unsigned int bootmap_choose(const struct boot_info *bi, struct e820_entry *raw, unsigned int max,
			    const char **source);

/* How the A20 gate came to be open, in words. Context: after the cpu stage. */
const char *bootinfo_a20(void);

/* Log what the boot path found: loader, command line, real mode, A20. */
void bootinfo_report(void);

#endif
