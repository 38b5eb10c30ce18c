/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/asm_offsets.c - structure offsets and constants of C, for NASM
 *
 * Never linked: the compiler's assembly output of this file is searched for the lines below, which
 * become build/asm_offsets.inc:
 *
 *   .ascii "@define BI_COMMAND_LINE 76"   ->   %define BI_COMMAND_LINE 76
 */
#include <descriptor.h>
#include <irq.h>
#include <traps.h>
#include <lib/types.h>
#include <mm/e820.h>
#include <mm/layout.h>
#include <mm/mmzone.h>
#include "bootinfo.h"

#define DEFINE(name, value) \
	__asm__ __volatile__("\n.ascii \"@define " #name " %c0\"" : : "i"(value))
#define OFFSET(name, type, member)	DEFINE(name, offsetof(struct type, member))

void asm_offsets(void);

void asm_offsets(void)
{
	DEFINE(PAGE_SIZE, PAGE_SIZE);
	DEFINE(PAGE_SHIFT, PAGE_SHIFT);
	DEFINE(PAGE_OFFSET, PAGE_OFFSET);
	DEFINE(BOOT_MAPPED_END, BOOT_MAPPED_END);
	DEFINE(BOOT_STACK_SIZE, BOOT_STACK_SIZE);

	DEFINE(MULTIBOOT_HAS_MEMORY, MULTIBOOT_HAS_MEMORY);
	DEFINE(MULTIBOOT_HAS_COMMAND_LINE, MULTIBOOT_HAS_COMMAND_LINE);
	DEFINE(MULTIBOOT_HAS_MODULES, MULTIBOOT_HAS_MODULES);
	DEFINE(MULTIBOOT_HAS_MMAP, MULTIBOOT_HAS_MMAP);
	DEFINE(MULTIBOOT_HAS_LOADER_NAME, MULTIBOOT_HAS_LOADER_NAME);

	DEFINE(BOOT_COMMAND_LINE_MAX, BOOT_COMMAND_LINE_MAX);
	DEFINE(BOOT_LOADER_NAME_MAX, BOOT_LOADER_NAME_MAX);
	DEFINE(BOOT_MODULES_MAX, BOOT_MODULES_MAX);
	DEFINE(BOOT_MODULE_STRING_MAX, BOOT_MODULE_STRING_MAX);
	DEFINE(BOOT_MODULE_SIZE, sizeof(struct boot_module));
	OFFSET(BM_START, boot_module, start);
	OFFSET(BM_END, boot_module, end);
	OFFSET(BM_STRING, boot_module, string);

	DEFINE(E820_RAW_MAX, E820_RAW_MAX);
	DEFINE(E820_ENTRY_SIZE, sizeof(struct e820_entry));
	OFFSET(E820_BASE, e820_entry, base);
	OFFSET(E820_SIZE, e820_entry, size);
	OFFSET(E820_TYPE, e820_entry, type);
	OFFSET(E820_ATTRIBUTES, e820_entry, attributes);

	DEFINE(BOOT_INFO_SIZE, sizeof(struct boot_info));
	OFFSET(BI_LOADER_FLAGS, boot_info, loader_flags);
	OFFSET(BI_MEM_LOWER, boot_info, mem_lower);
	OFFSET(BI_MEM_UPPER, boot_info, mem_upper);
	OFFSET(BI_LOADER_NAME, boot_info, loader_name);
	OFFSET(BI_COMMAND_LINE, boot_info, command_line);
	OFFSET(BI_COMMAND_LINE_PA, boot_info, command_line_pa);
	OFFSET(BI_COMMAND_LINE_CUT, boot_info, command_line_cut);
	OFFSET(BI_MODULE_COUNT, boot_info, module_count);
	OFFSET(BI_MODULE, boot_info, module);
	OFFSET(BI_MMAP_COUNT, boot_info, mmap_count);
	OFFSET(BI_MMAP, boot_info, mmap);
	OFFSET(BI_E820, boot_info, e820);

	/* The stub's own copy starts at realmode_status: offsets within that part. */
	OFFSET(BI_REALMODE, boot_info, realmode_status);
#define RM_OFFSET(name, member) \
	DEFINE(name, offsetof(struct boot_info, member) - \
		     offsetof(struct boot_info, realmode_status))
	RM_OFFSET(RM_A20, a20);
	RM_OFFSET(RM_E820_END, e820_end);
	RM_OFFSET(RM_E820_COUNT, e820_count);
	RM_OFFSET(RM_E801_OK, e801_ok);
	RM_OFFSET(RM_E801_AX, e801_ax);
	RM_OFFSET(RM_E801_BX, e801_bx);
	RM_OFFSET(RM_E801_CX, e801_cx);
	RM_OFFSET(RM_E801_DX, e801_dx);
	RM_OFFSET(RM_EXT88_OK, ext88_ok);
	RM_OFFSET(RM_EXT88_KIB, ext88_kib);
	RM_OFFSET(RM_BASE_KIB, base_kib);
	RM_OFFSET(RM_VIDEO_MODE, video_mode);
	RM_OFFSET(RM_VIDEO_CURSOR, video_cursor);
	RM_OFFSET(RM_RESULT_SIZE, realmode_end);

	DEFINE(REALMODE_DONE, REALMODE_DONE);
	DEFINE(REALMODE_OFF, REALMODE_OFF);
	DEFINE(REALMODE_NO_BIOS, REALMODE_NO_BIOS);
	DEFINE(REALMODE_IN_THE_WAY, REALMODE_IN_THE_WAY);
	DEFINE(A20_WAS_OPEN, A20_WAS_OPEN);
	DEFINE(A20_BIOS, A20_BIOS);
	DEFINE(A20_PORT_92, A20_PORT_92);
	DEFINE(A20_KEYBOARD, A20_KEYBOARD);
	DEFINE(A20_PORT_EE, A20_PORT_EE);
	DEFINE(E820_END_LAST, E820_END_LAST);
	DEFINE(E820_END_CARRY, E820_END_CARRY);
	DEFINE(E820_END_SIGNATURE, E820_END_SIGNATURE);
	DEFINE(E820_END_FULL, E820_END_FULL);

	OFFSET(BI_CPU_IS_486, boot_info, cpu.is_486);
	OFFSET(BI_CPU_HAS_CPUID, boot_info, cpu.has_cpuid);
	OFFSET(BI_CPU_HAS_FPU, boot_info, cpu.has_fpu);
	OFFSET(BI_CPU_HAS_WP, boot_info, cpu.has_wp);
	OFFSET(BI_CPU_MAX_LEAF, boot_info, cpu.max_leaf);
	OFFSET(BI_CPU_VENDOR, boot_info, cpu.vendor);
	OFFSET(BI_CPU_SIGNATURE, boot_info, cpu.signature);
	OFFSET(BI_CPU_BRAND, boot_info, cpu.brand);
	OFFSET(BI_CPU_FEATURES_C, boot_info, cpu.features_c);
	OFFSET(BI_CPU_FEATURES_D, boot_info, cpu.features_d);

	DEFINE(KERNEL_CS, KERNEL_CS);
	DEFINE(KERNEL_DS, KERNEL_DS);
	DEFINE(DOUBLE_FAULT_SELECTOR, DOUBLE_FAULT_SELECTOR);
	DEFINE(TRAP_DOUBLE_FAULT, TRAP_DOUBLE_FAULT);
	DEFINE(NR_VECTORS, IRQ_VECTOR_BASE + NR_IRQS);
	DEFINE(TRAP_NONE, TRAP_NONE);
	DEFINE(REGS_SIZE, sizeof(struct arch_regs));
	OFFSET(REGS_ESP, arch_regs, esp);
	OFFSET(REGS_EIP, arch_regs, eip);

	/* For boot/stops.txt. */
	DEFINE(ZONE_SIZE, sizeof(struct zone));
	OFFSET(ZONE_NR_FREE, zone, nr_free_pages);
}
