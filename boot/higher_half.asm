; SPDX-License-Identifier: MIT
;
; boot/higher_half.asm - the first instructions at high addresses, and the boot stack
;
; In: paging.asm has turned paging on and jumped here. Out: start_kernel(), with a stack, BSS cleared,
; CR0.WP on where it works, and an IDT. A file of its own, since NASM's line numbers are good for one
; section of code in a file.

%include "boot.inc"

extern boot_info, boot_pgd, boot_tables
extern __bss_start, __bss_stop
extern idt_init
extern start_kernel

%if SEL_CODE32 != KERNEL_CS || SEL_DATA32 != KERNEL_DS
%error "the gates that idt_init makes are no good with boot_gdt"
%endif

VECTOR_PF       equ 14
CR0_WP_OFF      equ ~CR0_WP & 0xFFFFFFFF
GATE_INT32      equ 0x8E00              ; present, DPL 0, 32-bit interrupt gate

; ---------------------------------------------------------------------------------------------
section .init.text progbits alloc exec nowrite align=16
bits 32

; higher_half - the first instruction at a high address; the rest of the way to C
;   Out       does not return
global higher_half
higher_half:
        mov     esp, boot_stack_top     ; the same stack by its real name
        call    wp_probe
        mov     edi, __bss_start
        mov     ecx, __bss_stop         ; boot_info and the stack lie outside
        sub     ecx, edi
        xor     eax, eax
        rep stosb
        call    idt_init                ; from the first C instruction on, faults are told
        xor     ebp, ebp                ; a backtrace ends here
        call    start_kernel
.never:
        cli
        hlt
        jmp     .never

; wp_probe - does CR0.WP make a supervisor's write to a read-only page fault? Try it
;   Needs     boot page tables on, interrupts off
;   Out       boot_info.cpu.has_wp; CR0.WP set when it works, cleared when a 486 lacks it; IDT empty
;   Clobbers  EAX, EBX, ECX, flags      Stack  20 bytes
;   Source    Intel SDM vol. 3A, "Protection Control Bits"; a 386 has no CR0.WP
;
; Reading the bit back proves nothing: there are CPUs on which it reads as 1 and does nothing. An
; IDT with one gate is enough for one page fault. The page tried is boot_pgd's own.
global wp_probe
wp_probe:
        cmp     dword [boot_info + BI_CPU_IS_486], 0
        je      .done
        mov     eax, wp_fault
        mov     [probe_idt + VECTOR_PF * 8], ax
        mov     word [probe_idt + VECTOR_PF * 8 + 2], SEL_CODE32
        mov     word [probe_idt + VECTOR_PF * 8 + 4], GATE_INT32
        shr     eax, 16
        mov     [probe_idt + VECTOR_PF * 8 + 6], ax
        lidt    [probe_idtr]

        mov     ebx, PHYS(boot_pgd)     ; its entry in boot_tables, by page number
        shr     ebx, PAGE_SHIFT
        and     byte [boot_tables + ebx * 4], ~PTE_WRITABLE & 0xFF
        mov     eax, cr3
        mov     cr3, eax                ; forget the writable translation
        mov     eax, cr0
        or      eax, CR0_WP
        mov     cr0, eax

        xor     ecx, ecx                ; wp_fault counts here
        mov     eax, [boot_pgd]
.write:
        mov     [boot_pgd], eax         ; what is there already: harmless if it goes through
.written:
        or      byte [boot_tables + ebx * 4], PTE_WRITABLE
        mov     eax, cr3
        mov     cr3, eax
        mov     [boot_info + BI_CPU_HAS_WP], ecx
        lidt    [no_idtr]
        test    ecx, ecx
        jnz     .done
        mov     eax, cr0
        and     eax, CR0_WP_OFF
        mov     cr0, eax
.done:
        ret

; wp_fault - the page fault that wp_probe hopes for
;   In        [esp] error code, [esp+4] EIP of wp_probe.write
;   Out       ECX = 1, execution goes on at wp_probe.written
wp_fault:
        add     esp, 4                  ; the error code
        mov     dword [esp], wp_probe.written
        mov     ecx, 1
        iretd

section .init.data progbits alloc noexec write align=4
                dw      0
probe_idtr:     dw      probe_idt_end - probe_idt - 1
                dd      probe_idt
                dw      0
no_idtr:        dw      0
                dd      0

section .init.bss nobits alloc write align=8
probe_idt:      resq    VECTOR_PF + 1
probe_idt_end:

; ---------------------------------------------------------------------------------------------
; The stack of boot and of start_kernel(). Its frame below is unmapped by paging_init(): running off
; the end is then a fault and not silent damage.
section .stack nobits alloc write align=4096
global boot_stack_guard, boot_stack, boot_stack_top
boot_stack_guard:
                resb    PAGE_SIZE
boot_stack:     resb    BOOT_STACK_SIZE
boot_stack_top:
