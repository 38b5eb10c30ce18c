; SPDX-License-Identifier: MIT
;
; boot/realmode_probe.asm - may real mode be entered, and what came of it
;
; The 32-bit side of realmode.asm: it copies the stub to RM_CODE, calls it and copies its answers into
; boot_info, or says why not. A file of its own, since NASM's line numbers are good for one section of
; code in a file.

%include "boot.inc"

extern boot_info
extern __realmode_load, __realmode_size
extern rm_enter, rm_result

IVT_INT15               equ 0x15 * 4

; ---------------------------------------------------------------------------------------------
section .boot.text exec align=16
bits 32

; realmode_probe - run the stub, unless something speaks against it, and keep what it found
;   Needs     boot_info holds command line and modules; flat segments, paging and interrupts off
;   Out       boot_info: realmode_status and all that follows it, up to e820
;   Clobbers  all but ESP          Stack  36 bytes here; the stub has its own in low memory
global realmode_probe
realmode_probe:
        call    realmode_obstacle
        mov     [PHYS(boot_info) + BI_REALMODE], eax
        test    eax, eax                ; REALMODE_DONE: none
        jnz     .skip

        mov     esi, __realmode_load
        mov     edi, RM_CODE
        mov     ecx, __realmode_size
        rep movsb
        call    rm_enter

        mov     esi, rm_result
        mov     edi, PHYS(boot_info) + BI_REALMODE
        mov     ecx, RM_RESULT_SIZE
        rep movsb
        mov     esi, RM_E820
        mov     edi, PHYS(boot_info) + BI_E820
        imul    ecx, [rm_result + RM_E820_COUNT], E820_ENTRY_SIZE
        rep movsb
.skip:
        ret

; realmode_obstacle - may the stub run?
;   Out       EAX  enum realmode_status; REALMODE_DONE = nothing speaks against it
;   Clobbers  EBX, ECX, EDX, ESI, EDI, flags               Stack  4 bytes
realmode_obstacle:
        call    realmode_switched_off
        mov     eax, REALMODE_OFF
        jz      .found

        ; int 15h has to lead to code: a real machine without a BIOS has zeros or noise there.
        movzx   ebx, word [IVT_INT15 + 2]
        shl     ebx, 4
        movzx   ecx, word [IVT_INT15]
        add     ebx, ecx                ; linear address of the handler
        mov     eax, REALMODE_NO_BIOS
        cmp     ebx, 0x400              ; inside the IVT itself
        jb      .found
        mov     ecx, [ebx]
        jecxz   .found                  ; no memory, or cleared
        cmp     ecx, -1                 ; nothing answers the bus
        je      .found

        ; A module that lies where the stub goes would be overwritten.
        mov     eax, REALMODE_IN_THE_WAY
        mov     ecx, [PHYS(boot_info) + BI_MODULE_COUNT]
        cmp     ecx, BOOT_MODULES_MAX
        ja      .found                  ; not all of them are known
        jecxz   .none
        mov     ebx, PHYS(boot_info) + BI_MODULE
.next_module:
        cmp     dword [ebx + BM_START], RM_HIGH
        jae     .clear
        cmp     dword [ebx + BM_END], RM_LOW
        ja      .found
.clear:
        add     ebx, BOOT_MODULE_SIZE
        loop    .next_module
.none:
        mov     eax, REALMODE_DONE
.found:
        ret

; realmode_switched_off - is the word realmode=off on the command line?
;   Out       ZF = 1 when it is
;   Clobbers  AL, ECX, EDX, ESI, EDI, flags                Stack  none
realmode_switched_off:
        mov     edx, PHYS(boot_info) + BI_COMMAND_LINE
.word:
        mov     esi, edx
        mov     edi, text_realmode_off
        mov     ecx, text_realmode_off_length
        repe cmpsb
        jne     .skip_word
        cmp     byte [esi], 0
        je      .yes
        cmp     byte [esi], ' '
        je      .yes
.skip_word:
        mov     al, [edx]
        test    al, al
        jz      .no
        inc     edx
        cmp     al, ' '
        jne     .skip_word
        jmp     .word
.no:
        or      al, 1                   ; ZF = 0
.yes:
        ret

section .boot.data align=4

text_realmode_off:      db "realmode=off"
text_realmode_off_length equ $ - text_realmode_off
