/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/include/sections.h - where the linker script put the parts of the kernel image
 *
 *   __init_begin   = PAGE_OFFSET + 1 MiB: boot code, .init, boot tables; free RAM once boot is over
 *   __init_end     = _text = __moved_start
 *   __moved_end    end of the functions that also run from a copy (moved.c)
 *   _etext         end of the code        | read-only where CR0.WP exists
 *   __start_rodata .. __end_rodata        |
 *   _data .. _edata
 *   __bss_start .. __bss_stop             cleared by boot/higher_half.asm
 *   boot_stack_guard, boot_stack, boot_stack_top    one page unmapped, then the stack
 *   _end           first byte past the image
 *
 * Every name above but __moved_end, _etext, _edata and __bss_stop starts a page. Addresses are virtual; the
 * image is loaded where __pa() of them says.
 */
#ifndef SECTIONS_H
#define SECTIONS_H

extern char __init_begin[], __init_end[];
extern char __moved_start[], __moved_end[];
extern char _text[], _etext[];
extern char __start_rodata[], __end_rodata[];
extern char _data[], _edata[];
extern char __bss_start[], __bss_stop[];
extern char boot_stack_guard[], boot_stack[], boot_stack_top[];
extern char _end[];

#endif
