; SPDX-License-Identifier: MIT
;
; boot/paging.asm - which CPU is this, boot page tables, and the jump to higher_half.asm
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
extern higher_half

PDE_SPAN_SHIFT  equ 22                  ; a page directory entry spans 4 MiB
BOOT_TABLES     equ BOOT_MAPPED_END >> PDE_SPAN_SHIFT
PDE_KERNEL      equ (PAGE_OFFSET >> PDE_SPAN_SHIFT) & 0x3FF

CR0_CACHES_ON   equ ~(CR0_CD | CR0_NW) & 0xFFFFFFFF
CR0_FPU_ON      equ ~(CR0_EM | CR0_TS) & 0xFFFFFFFF

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

section .init.bss nobits alloc write align=4096
global boot_pgd, boot_tables
boot_pgd:       resb    PAGE_SIZE
boot_tables:    resb    PAGE_SIZE * BOOT_TABLES
