; SPDX-License-Identifier: MIT
;
; arch/i386/moved.asm - into a copy of the moved functions, and back, with paging off between
;
; arch/i386/moved.c draws where everything lies. This is the first of the moved functions.

CR0_CD          equ 1 << 30             ; as cpu.h has them
CR0_PG          equ 1 << 31
PG_OFF          equ ~CR0_PG & 0xFFFFFFFF

section .moved progbits alloc exec nowrite align=16
bits 32

; void moved_enter(void (*fn)(void *), void *data, void *stack_top, bool uncached)
;   In        the copy's physical addresses; uncached only from the 486 on
;   Needs     CPL 0, IF = 0, NMI masked; code, data and stack mapped to themselves; flat segments
;   Out       everything as before, the TLB empty
;   Clobbers  EAX, ECX, EDX, arithmetic flags           Stack  16 bytes; 16 of the new one
;   Source    Intel SDM vol. 3A, "Preventing Caching"; "Switching Back to Real-Address Mode", 1 and 2
;
; With CD set a cache that is empty stays empty. Emptied after CD, and before paging is off: from then
; on there is one kind of address for each byte.
global moved_enter
moved_enter:
        push    ebp
        push    ebx
        push    esi
        push    edi
        mov     ebp, esp                ; the kernel's stack, by its mapped address
        mov     ecx, [ebp + 20]         ; fn
        mov     edx, [ebp + 24]         ; data
        mov     ebx, [ebp + 32]         ; uncached
        mov     esi, cr0                ; to come back to
        mov     esp, [ebp + 28]
        mov     eax, esi
        test    ebx, ebx
        jz      .leave
        or      eax, CR0_CD
        mov     cr0, eax
        wbinvd
.leave:
        and     eax, PG_OFF
        mov     cr0, eax
        jmp     short .unpaged          ; drop what was fetched translated
.unpaged:
        push    edx
        call    ecx
        mov     cr0, esi                ; CR3 kept its value
        jmp     short .paged
.paged:
        mov     esp, ebp
        pop     edi
        pop     esi
        pop     ebx
        pop     ebp
        ret
