; SPDX-License-Identifier: MIT
;
; boot/paging.asm - which CPU is this, boot page tables, and the jump to the higher half
;
; In: protected mode at physical addresses, boot_info complete but for the CPU. Out: start_kernel()
; runs at PAGE_OFFSET + x what was loaded at x.
;
;     boot_pgd                 boot_tables, 4 of 4 KiB          physical
;     [  0] ----------------->  0: 1024 entries  -------------> 0 .. 4 MiB
;     [  1] ----------------->  1:                              4 .. 8 MiB
;      ...                      ...                             .. 16 MiB = BOOT_MAPPED_END
;     [768] ---- the same tables again: PAGE_OFFSET + x shows x too
;
; The identity half keeps the instructions after CR0.PG = 1 where they are. The other half is where
; the kernel is linked. Everything is 4 KiB pages: this has to work on a 386. The final tables are
; made by arch/i386/paging.c, which drops these.

%include "boot.inc"

extern boot_info
extern __bss_start, __bss_stop
extern start_kernel

PTE_PRESENT     equ 1 << 0
PTE_WRITABLE    equ 1 << 1

PDE_SPAN_SHIFT  equ 22                  ; a page directory entry spans 4 MiB
BOOT_TABLES     equ BOOT_MAPPED_END >> PDE_SPAN_SHIFT
PDE_KERNEL      equ (PAGE_OFFSET >> PDE_SPAN_SHIFT) & 0x3FF

VECTOR_PF       equ 14
CR0_CACHES_ON   equ ~(CR0_CD | CR0_NW) & 0xFFFFFFFF
CR0_FPU_ON      equ ~(CR0_EM | CR0_TS) & 0xFFFFFFFF
CR0_WP_OFF      equ ~CR0_WP & 0xFFFFFFFF

GATE_INT32      equ 0x8E00              ; present, DPL 0, 32-bit interrupt gate

; ---------------------------------------------------------------------------------------------
section .boot.text exec align=16
bits 32

; paging_start - turn paging on and go up
;   Needs     flat segments, paging and interrupts off, ESP in the image
;   Out       does not return: start_kernel() is called at its high address with EBP = 0
;   Source    Intel SDM vol. 3A, "Paging-Mode Enabling"
global paging_start
paging_start:
        call    cpu_probe
        call    boot_tables_fill
        mov     eax, PHYS(boot_pgd)
global boot_load_cr3
boot_load_cr3:
        mov     cr3, eax
        mov     eax, cr0
        cmp     dword [PHYS(boot_info) + BI_CPU_IS_486], 0
        je      .cr0_ready              ; a 386 has neither of these bits
        and     eax, CR0_CACHES_ON ; caches on; both at once: NW alone is a fault
.cr0_ready:
        or      eax, CR0_PG
global boot_set_pg
boot_set_pg:
        mov     cr0, eax                ; the next fetch is translated, by the identity half
        jmp     short .translated       ; drop what a 386 fetched before
.translated:
        mov     eax, higher_half
        jmp     eax                     ; absolute: EIP goes up by PAGE_OFFSET

; boot_tables_fill - identity and PAGE_OFFSET mapping of the first BOOT_MAPPED_END bytes
;   Clobbers  EAX, ECX, EDI, flags      Stack  none
boot_tables_fill:
        mov     edi, PHYS(boot_tables)
        mov     eax, PTE_PRESENT | PTE_WRITABLE         ; page frame 0
        mov     ecx, BOOT_TABLES * 1024
.page:
        stosd
        add     eax, PAGE_SIZE
        loop    .page

        mov     edi, PHYS(boot_pgd)
        xor     eax, eax
        mov     ecx, 1024
        rep stosd
        mov     edi, PHYS(boot_pgd)
        mov     eax, PHYS(boot_tables) + (PTE_PRESENT | PTE_WRITABLE)
        mov     ecx, BOOT_TABLES
.table:
        mov     [edi + PDE_KERNEL * 4], eax
        stosd
        add     eax, PAGE_SIZE
        loop    .table
        ret

; ---------------------------------------------------------------------------------------------
; cpu_probe - 386 or 486, with CPUID or without, and is there a coprocessor?
;   Out       boot_info.cpu, all but has_wp
;   Clobbers  EAX, EBX, ECX, EDX, ESI, flags               Stack  8 bytes
;   Source    Intel Application Note AP-485, "Processor Identification and the CPUID Instruction"
;
; Nothing past the 386 is used before a test has said that it is there.
global cpu_probe
cpu_probe:
        call    fpu_probe
        mov     ecx, EFLAGS_AC
        call    eflags_can_change
        mov     [PHYS(boot_info) + BI_CPU_IS_486], eax
        mov     ecx, EFLAGS_ID
        call    eflags_can_change
        mov     [PHYS(boot_info) + BI_CPU_HAS_CPUID], eax
        test    eax, eax
        jz      .done

        xor     eax, eax
        cpuid
        mov     [PHYS(boot_info) + BI_CPU_MAX_LEAF], eax
        mov     [PHYS(boot_info) + BI_CPU_VENDOR], ebx
        mov     [PHYS(boot_info) + BI_CPU_VENDOR + 4], edx
        mov     [PHYS(boot_info) + BI_CPU_VENDOR + 8], ecx
        test    eax, eax
        jz      .done
        mov     eax, 1
        cpuid
        mov     [PHYS(boot_info) + BI_CPU_SIGNATURE], eax
        mov     [PHYS(boot_info) + BI_CPU_BRAND], ebx
        mov     [PHYS(boot_info) + BI_CPU_FEATURES_C], ecx
        mov     [PHYS(boot_info) + BI_CPU_FEATURES_D], edx
.done:
        ret

; eflags_can_change - does a bit of EFLAGS stay as it is written?
;   In        ECX the bit
;   Out       EAX 1 = it can be set and cleared, 0 = it cannot
;   Clobbers  EDX, flags                Stack  8 bytes
eflags_can_change:
        pushfd
        pop     edx                     ; as it is
        mov     eax, edx
        xor     eax, ecx
        push    eax
        popfd                           ; the other way round
        pushfd
        pop     eax
        push    edx
        popfd                           ; and back
        xor     eax, edx
        and     eax, ecx                ; what really changed
        jz      .done
        mov     eax, 1
.done:
        ret

; fpu_probe - does a coprocessor answer? Without one CR0.EM makes its instructions fault
;   Out       boot_info.cpu.has_fpu, CR0.EM and CR0.TS
;   Clobbers  EAX, flags                Stack  4 bytes
fpu_probe:
        mov     eax, cr0
        and     eax, CR0_FPU_ON
        mov     cr0, eax
        push    dword 0x5A5A            ; stays when nobody stores a status word
        fninit
        fnstsw  [esp]
        pop     eax
        test    ax, ax
        jnz     .none
        mov     dword [PHYS(boot_info) + BI_CPU_HAS_FPU], 1
        ret
.none:
        mov     eax, cr0
        or      al, CR0_EM
        mov     cr0, eax
        ret

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

section .init.bss nobits alloc write align=4096
global boot_pgd, boot_tables
boot_pgd:       resb    PAGE_SIZE
boot_tables:    resb    PAGE_SIZE * BOOT_TABLES
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
