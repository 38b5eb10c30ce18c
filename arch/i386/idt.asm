; SPDX-License-Identifier: MIT
;
; arch/i386/idt.asm - the 48 ways in
;
;   vector   0 .. 31    the CPU's exceptions, interrupt gates to trap_stub_N (entry.asm)
;            8          double fault: a task gate, for the stack may be what is wrong
;           32 .. 47    the two PICs' lines
;           48 .. 255   none: past the table's limit, a general protection fault that names them
;
; Interrupt gates clear IF: a handler is never interrupted, so one struct of registers at a time
; is being looked at.
;
; This is not C, for it runs before the first C instruction: that one may fault already. The task behind
; the double fault comes with traps_early_init() (gdt.c).
;
; Source: Intel SDM vol. 3A, "IDT Descriptors", "Interrupt Procedures" (task gates).

%include "asm_offsets.inc"

extern trap_stubs

; The low word of a gate's second half: present, ring 0, type.
GATE_INTERRUPT  equ 0x8E00
GATE_TASK       equ 0x8500

section .init.text progbits alloc exec nowrite align=16
bits 32

; void idt_init(void)
;   Needs     BSS cleared; a GDT in which KERNEL_CS is flat code
;   Out       IDTR: every exception comes to trap_dispatch()
;   Clobbers  EAX, ECX, EDX, arithmetic flags           Stack  none
global idt_init
idt_init:
        mov     ecx, NR_VECTORS
.gate:
        mov     eax, [trap_stubs + ecx * 4 - 4]
        mov     edx, eax
        and     eax, 0xFFFF
        or      eax, KERNEL_CS << 16
        mov     [idt + ecx * 8 - 8], eax
        mov     dx, GATE_INTERRUPT
        mov     [idt + ecx * 8 - 4], edx
        loop    .gate
        mov     dword [idt + TRAP_DOUBLE_FAULT * 8], DOUBLE_FAULT_SELECTOR << 16
        mov     dword [idt + TRAP_DOUBLE_FAULT * 8 + 4], GATE_TASK
        lidt    [idtr]
        ret

section .init.data progbits alloc noexec write align=4
                dw      0
idtr:           dw      NR_VECTORS * 8 - 1
                dd      idt

section .bss nobits alloc write align=8
idt:            resq    NR_VECTORS
