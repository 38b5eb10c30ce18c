; SPDX-License-Identifier: MIT
;
; boot/realmode.asm - down to real mode to ask the BIOS, and back up
;
; Only the BIOS knows the memory map, and the BIOS speaks 16-bit real mode. realmode_probe
; (realmode_probe.asm) copies this stub below 1 MiB (the .realmode section, linked at the address it
; runs at, so that a debugger shows its labels and lines) and jumps there:
;
;       1 MiB up, as loaded          |  0x7000, where it runs
;       realmode_probe  ------------>|  rm_enter            32-bit protected mode
;                                    |  rm_protected16      16-bit protected mode
;                                    |  rm_last_protected   mov cr0, eax    PE = 0
;                                    |  rm_first_real       far jump        real mode
;                                    |  int 12h, E820, E801, 88h, video; A20 tested and opened
;                                    |  rm_lgdt
;                                    |  rm_set_pe           mov cr0, eax    PE = 1
;       back in realmode_probe <-----|  rm_first_32bit      32-bit protected mode
;
; Low memory meanwhile (nothing of it belongs to anybody else: boot.inc says why):
;
;       0x0000 IVT, BDA   | 0x5000 E820 entries ... stack 0x7000 | 0x7000 stub 0x7C00 |
;
; Why 16-bit protected mode in between: clearing PE leaves the hidden parts of the segment registers
; as they are, so limits of 64 KiB and 16-bit code have to be loaded while descriptors still count.
; Source: Intel SDM vol. 3A, "Switching Back to Real-Address Mode", "Switching to Protected Mode".

%include "boot.inc"

extern boot_gdt, boot_gdt_limit

SMAP                    equ 'PAMS'      ; "SMAP" in a register: S is the high byte

; ---------------------------------------------------------------------------------------------
; The stub. Everything from here on runs at the addresses the linker gives it, from RM_CODE up.

section .realmode progbits alloc exec write align=16
bits 32

; rm_enter - from 32-bit protected mode down to real mode, and through it
;   In        [esp] return address
;   Out       returns through rm_first_32bit
;   Clobbers  all but ESP
global rm_enter
rm_enter:
        mov     [rm_saved_esp], esp
        lidt    [rm_ivt]                ; interrupts stay off until real mode can take them
        jmp     SEL_CODE16:rm_protected16

bits 16
global rm_protected16
rm_protected16:
        mov     ax, SEL_DATA16          ; limit 64 KiB: what real mode expects
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        mov     eax, cr0
        and     al, ~CR0_PE & 0xFF
global rm_last_protected
rm_last_protected:
        mov     cr0, eax                ; PE = 0
global rm_first_real
rm_first_real:
        jmp     0:rm_real               ; real mode already, with CS still a selector: reload it
global rm_real
rm_real:
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     fs, ax
        mov     gs, ax
        mov     ss, ax
        mov     sp, RM_STACK_TOP
        sti                             ; BIOS calls may wait for their own interrupts

        call    rm_base_memory
        call    rm_e820
        call    rm_e801
        call    rm_ext88
        call    rm_video
        call    rm_a20

        cli
        cld
global rm_lgdt
rm_lgdt:
        o32 lgdt [rm_gdtr]              ; the BIOS may have loaded one of its own
        lidt    [rm_no_idt]             ; a fault before there is an IDT resets, cleanly
        mov     eax, cr0
        or      al, CR0_PE
global rm_set_pe
rm_set_pe:
        mov     cr0, eax                ; PE = 1: protected mode, still with 16-bit code
global rm_far_jump
rm_far_jump:
        jmp     dword SEL_CODE32:rm_first_32bit

bits 32
global rm_first_32bit
rm_first_32bit:
        mov     eax, SEL_DATA32
        mov     ds, eax
        mov     es, eax
        mov     fs, eax
        mov     gs, eax
        mov     ss, eax
        mov     esp, [rm_saved_esp]
        ret

bits 16

; rm_base_memory - KiB of conventional memory from 0 up, without the EBDA
;   Out       rm_result: base_kib           Clobbers  AX, flags
;   Source    IBM PS/2 and PC BIOS Interface Technical Reference, "INT 12h"
rm_base_memory:
        int     0x12
        mov     [rm_result + RM_BASE_KIB], ax
        ret

; rm_e820 - the memory map, entry by entry
;   Out       rm_result: e820_count, e820_end; the entries at RM_E820
;   Clobbers  EAX, EBX, ECX, EDX, SI, DI, BP, flags        Stack  the BIOS's
;   Source    ACPI Specification, "INT 15H, E820H - Query System Address Map"
;
; The BIOS says with EBX = 0 that this was the last entry. Some say it with carry on the call after
; it; others set carry because they failed half way. What came before is kept in both cases: whether
; it makes a usable map is for bootmap.c to say. Without "SMAP" in the answer, or with fewer than 20
; bytes, this was not E820 at all, and nothing of it is believed.
rm_e820:
        xor     ebx, ebx                ; continuation value: the first
        xor     bp, bp                  ; entries taken
        mov     di, RM_E820
.next:
        mov     eax, 0xE820
        mov     edx, SMAP
        mov     ecx, E820_ENTRY_SIZE
        mov     dword [di + E820_ATTRIBUTES], 1         ; for a BIOS that stores only 20 bytes
        push    bp
        push    di
        clc
.call:
        int     0x15
        pop     di
        pop     bp
        mov     dx, E820_END_CARRY
        jc      .end
        mov     dx, E820_END_SIGNATURE
        cmp     eax, SMAP
        jne     .disbelieve
        cmp     ecx, E820_ATTRIBUTES    ; 20
        jb      .disbelieve
        inc     bp
        add     di, E820_ENTRY_SIZE
        mov     dx, E820_END_LAST
        test    ebx, ebx
        jz      .end
        mov     dx, E820_END_FULL
        cmp     bp, E820_RAW_MAX
        jb      .next
        jmp     .end
.disbelieve:
        xor     bp, bp
.end:
        mov     [rm_result + RM_E820_END], dx
        mov     [rm_result + RM_E820_COUNT], bp
        ret

; rm_e801 - KiB between 1 and 16 MiB, and 64 KiB blocks above 16 MiB, in AX:BX, in CX:DX or in both
;   Out       rm_result: e801_*             Clobbers  EAX, EBX, ECX, EDX, SI, DI, BP, flags
;   Source    Ralf Brown's Interrupt List, "INT 15/AX=E801h"
global rm_e801
rm_e801:
        mov     ax, 0xE801
        xor     bx, bx
        xor     cx, cx                  ; some leave these alone
        xor     dx, dx
        stc                             ; and some leave carry alone when they do not know it
.call:
        int     0x15
        jc      .done
        mov     word [rm_result + RM_E801_OK], 1
        mov     [rm_result + RM_E801_AX], ax
        mov     [rm_result + RM_E801_BX], bx
        mov     [rm_result + RM_E801_CX], cx
        mov     [rm_result + RM_E801_DX], dx
.done:
        ret

; rm_ext88 - KiB from 1 MiB up, 63 MiB at most, on some 15 MiB at most
;   Out       rm_result: ext88_*            Clobbers  EAX, EBX, ECX, EDX, SI, DI, BP, flags
;   Source    IBM PS/2 and PC BIOS Interface Technical Reference, "INT 15h, (AH) = 88h"
global rm_ext88
rm_ext88:
        mov     ah, 0x88
        clc                             ; old ones leave carry alone when they do know it
.call:
        int     0x15
        jc      .done
        mov     word [rm_result + RM_EXT88_OK], 1
        mov     [rm_result + RM_EXT88_KIB], ax
.done:
        ret

; rm_video - which text mode is on, and where its cursor stands
;   Out       rm_result: video_mode (AL mode, AH columns), video_cursor (DL column, DH row)
;   Clobbers  EAX, EBX, ECX, EDX, SI, DI, BP, flags
;   Source    IBM PS/2 and PC BIOS Interface Technical Reference, "INT 10h", (AH) = 0Fh and 03h
rm_video:
        mov     ah, 0x0F
        int     0x10
        mov     [rm_result + RM_VIDEO_MODE], ax
        mov     ah, 0x03                ; BH = the active page, from the call before
        int     0x10
        mov     [rm_result + RM_VIDEO_CURSOR], dx
        ret

; ---------------------------------------------------------------------------------------------

; rm_a20 - see that A20 is open, or open it
;   Out       rm_result: a20. With no way that works it does not return: it says so and halts
;   Clobbers  EAX, EBX, ECX, EDX, SI, DI, BP, ES, flags
global rm_a20, rm_a20_test
rm_a20:
        call    rm_a20_open
        jc      rm_a20_shut
        mov     [rm_result + RM_A20], al
        ret

%include "a20.inc"

; rm_a20_shut - nothing opened it: the rest of the kernel cannot be reached; the BIOS has to say so
;   Out       does not return
rm_a20_shut:
        mov     si, rm_com1_setup
.register:
        lodsb                           ; offset of the register
        cbw
        add     ax, COM1
        xchg    ax, dx
        lodsb                           ; its value
        out     dx, al
        cmp     si, rm_com1_setup_end
        jb      .register
        mov     si, rm_message_a20
.next:
        lodsb
        test    al, al
        jz      .halt
        out     DEBUG_PORT, al
        mov     dx, COM1
        out     dx, al
        mov     ecx, 1000               ; a character takes 87 us at 115200 baud
.wait:
        out     0x80, al
        loop    .wait, ecx
        mov     ah, 0x0E                ; teletype output
        mov     bx, 0x0007
        push    si
        int     0x10
        pop     si
        jmp     .next
.halt:
        cli
        hlt
        jmp     .halt

; 115200 baud, 8N1, as serial_setup in multiboot.asm has it: pairs of register and value.
rm_com1_setup:
        db      1, 0,   3, 0x80,   0, 1,   1, 0,   3, 0x03
rm_com1_setup_end:

rm_message_a20:
        db      "The A20 gate stays shut: BIOS call 2401h, port 92h, the keyboard controller and "
        db      "port EEh were tried. Flagstone cannot reach memory above 1 MiB and stops.", 0

align 4
rm_saved_esp:   dd      0
rm_a20_word:    dw      0

align 4
                dw      0               ; the address in a descriptor register image is aligned
rm_gdtr:        dw      boot_gdt_limit
                dd      boot_gdt
                dw      0
rm_ivt:         dw      0x3FF           ; 256 vectors of 4 bytes
                dd      0
                dw      0
rm_no_idt:      dw      0
                dd      0

align 4
global rm_result
rm_result:      times RM_RESULT_SIZE db 0       ; the twin of a part of boot_info
