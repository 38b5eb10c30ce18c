; SPDX-License-Identifier: MIT
;
; boot/floppy/loader.asm - from the floppy to the kernel's entry, without GRUB
;
;       0000:7C00   boot sector, done           0000:8000   this
;       0000:9000   Multiboot information       1000:0000   one track of the floppy
;       0010 0000   the kernel: IMAGE_BYTES from the floppy, then zeros up to IMAGE_END
;
; Each track is read below 1 MiB, where the BIOS can reach, and copied up in real mode with segments
; of 4 GiB: protected mode is entered for the few instructions that load them, and left again, and
; the hidden parts of DS and ES keep their limits ("unreal mode"). Any load of DS or ES afterwards
; keeps the limit too; only a BIOS that goes through protected mode itself takes it away, so it is
; made anew for each track.
;
; At the end the checksum of all that was loaded is compared, and the kernel is entered as by any
; Multiboot loader: 32-bit protected mode, EAX = magic, EBX = information.
;
; Source: Multiboot Specification 0.6.96, "Machine state"; Intel SDM vol. 3A, "Mode Switching".

bits 16
org 0x8000

%include "floppy.inc"
%include "asm_offsets.inc"

TRACK_SEGMENT   equ 0x1000              ; 64 KiB aligned: DMA does not cross
TRACK_LINEAR    equ TRACK_SEGMENT << 4
INFO            equ 0x9000
MULTIBOOT_MAGIC equ 0x2BADB002
INFO_MEMORY     equ 1 << 0
INFO_CMDLINE    equ 1 << 2
INFO_NAME       equ 1 << 9
INFO_SIZE       equ 88
CR0_PE          equ 1
SEL_CODE32      equ 0x08
SEL_DATA32      equ 0x10
MOTOR_PORT      equ 0x3F2               ; digital output register of the floppy controller
MOTOR_OFF       equ 0x0C                ; no motor, not in reset, DMA on

; ---------------------------------------------------------------------------------------------
cpu 8086
loader:
        mov     [drive], dl
        mov     si, text_hello
        call    print
        call    cpu_is_386
        jc      cpu_too_old
        jmp     load

; cpu_is_386 - CF = 0 on a 386 or newer
;   Clobbers  AX, flags                     Stack  4 bytes
;   Source    Intel SDM vol. 1, "Processor Identification": bits 12-15 of FLAGS are 1 on an 8086, 0
;             on a 286 in real mode, and can be changed from the 386 on
cpu_is_386:
        pushf
        mov     ax, 0x7000
        push    ax
        popf
        pushf
        pop     ax
        popf
        and     ax, 0xF000
        cmp     ax, 0x7000              ; an 8086 gives F000, a 286 0000
        je      .is
        stc
        ret
.is:
        clc
        ret

cpu_too_old:
        mov     si, text_cpu
fail:
        call    print
halt:
        hlt
        jmp     halt

%include "disk.inc"

drive:          db 0
text_hello:     db "Flagstone ", 0
text_cpu:       db 13, 10, "This kernel needs a 386 or newer, and this CPU is older.", 0

; ---------------------------------------------------------------------------------------------
cpu 386
load:
        call    rm_a20_open
        mov     si, text_a20
        jc      fail
        xor     ax, ax
        mov     es, ax
        mov     dword [target], KERNEL_PHYS_BASE
        mov     word [sector], 1 + LOADER_SECTORS
        mov     word [left], IMAGE_SECTORS
.track:
        call    read_track
        call    copy_up
        mov     si, text_dot
        call    print
        cmp     word [left], 0
        jne     .track
        mov     dx, MOTOR_PORT
        mov     al, MOTOR_OFF
        out     dx, al
        call    check_image
        call    make_info
        jmp     enter_kernel

; read_track - from [sector] to the end of its track, or the last sector of the image
;   Out       AX sectors read to TRACK_SEGMENT:0; [sector] and [left] moved on
read_track:
        mov     ax, [sector]
        mov     cl, TRACK_SECTORS
        div     cl
        mov     al, TRACK_SECTORS
        sub     al, ah
        xor     ah, ah
        cmp     ax, [left]
        jbe     .fits
        mov     ax, [left]
.fits:
        mov     [count], ax
        mov     cx, TRACK_SEGMENT
        mov     es, cx
        xor     bx, bx
        mov     cl, al
        mov     ax, [sector]
        call    disk_read
        jnc     .read
        call    read_singly             ; some drives read what a whole track of them cannot
.read:
        mov     ax, [count]
        add     [sector], ax
        sub     [left], ax
        ret

read_singly:
        xor     bx, bx
        mov     di, [count]
        mov     bp, [sector]
.next:
        mov     ax, bp
        mov     cl, 1
        call    disk_read
        jc      read_failed
        inc     bp
        add     bx, SECTOR_SIZE
        dec     di
        jnz     .next
        ret

; AH = BIOS status, BP = the sector.
read_failed:
        mov     al, 0
        push    ax
        mov     si, text_read
        call    print
        pop     ax
        call    print_hex
        mov     si, text_sector
        call    print
        mov     ax, bp
        call    print_hex
        jmp     halt

; copy_up - AX sectors from the track buffer to [target], which moves on
;   Clobbers  EAX, ECX, ESI, EDI, flags; DS = ES = 0 with limits of 4 GiB
copy_up:
        movzx   ecx, ax
        shl     ecx, 9 - 2              ; 512-byte sectors, 4-byte words
        call    unreal
        mov     esi, TRACK_LINEAR
        mov     edi, [target]
        a32 rep movsd
        mov     [target], edi
        sti
        ret

; unreal - DS and ES with base 0 and a limit of 4 GiB; interrupts stay off
;   Clobbers  EAX, flags
unreal:
        cli
        lgdt    [gdtr]
        mov     eax, cr0
        or      al, CR0_PE
        mov     cr0, eax
        jmp     short .protected
.protected:
        mov     ax, SEL_DATA32
        mov     ds, ax
        mov     es, ax
        mov     eax, cr0
        and     al, ~CR0_PE & 0xFF
        mov     cr0, eax
        jmp     short .real
.real:
        xor     ax, ax
        mov     ds, ax                  ; base 0 again; the limit stays
        mov     es, ax
        ret

; check_image - the sum of what lies in memory is the one that was written with the image
;   Out       returns when it is; else says so and halts
check_image:
        call    unreal
        xor     ebx, ebx
        mov     esi, KERNEL_PHYS_BASE
        mov     ecx, IMAGE_SECTORS * (SECTOR_SIZE / 4)
.next:
        rol     ebx, 1
        a32 lodsd
        add     ebx, eax
        dec     ecx
        jnz     .next
        sti
        cmp     ebx, IMAGE_SUM
        jne     .damaged
        ret
.damaged:
        push    bx
        shr     ebx, 16
        push    bx
        mov     si, text_damaged
        call    print
        pop     ax
        call    print_hex
        pop     ax
        call    print_hex
        mov     si, text_not
        call    print
        mov     ax, IMAGE_SUM >> 16
        call    print_hex
        mov     ax, IMAGE_SUM & 0xFFFF
        call    print_hex
        jmp     halt

; make_info - the Multiboot information: memory sizes, command line, loader name
make_info:
        xor     ax, ax
        mov     es, ax
        mov     di, INFO
        mov     cx, INFO_SIZE / 2
        cld
        rep stosw
        int     0x12                    ; KiB below 640
        movzx   eax, ax
        mov     [INFO + 4], eax
        mov     ah, 0x88                ; KiB from 1 MiB up
        int     0x15
        jc      .no_upper
        movzx   eax, ax
        mov     [INFO + 8], eax
        or      dword [INFO], INFO_MEMORY
.no_upper:
        or      dword [INFO], INFO_CMDLINE | INFO_NAME
        mov     dword [INFO + 16], command_line
        mov     dword [INFO + 64], loader_name
        ret

enter_kernel:
        cli
        lgdt    [gdtr]
        mov     eax, cr0
        or      al, CR0_PE
        mov     cr0, eax
        jmp     dword SEL_CODE32:protected
bits 32
protected:
        mov     eax, SEL_DATA32
        mov     ds, eax
        mov     es, eax
        mov     fs, eax
        mov     gs, eax
        mov     ss, eax
        cld
        mov     edi, KERNEL_PHYS_BASE + IMAGE_SECTORS * SECTOR_SIZE
        mov     ecx, IMAGE_END
        sub     ecx, edi
        jbe     .no_bss
        xor     eax, eax
        rep stosb
.no_bss:
        mov     eax, MULTIBOOT_MAGIC
        mov     ebx, INFO
        mov     ecx, IMAGE_ENTRY
        jmp     ecx
bits 16

%include "a20.inc"

align 8
gdt:    dq      0
        dq      0x00CF9A000000FFFF      ; 08h: code, 32 bits, 4 GiB
        dq      0x00CF92000000FFFF      ; 10h: data, 4 GiB
gdtr:   dw      $ - gdt - 1
        dd      gdt

target:         dd 0                    ; where the next track goes
sector:         dw 0                    ; the next one to read
left:           dw 0                    ; how many of the image are not read yet
count:          dw 0
rm_a20_word:    dw 0
text_dot:       db ".", 0
text_a20:       db 13, 10, "The A20 gate stays shut: memory above 1 MiB cannot be reached.", 0
text_read:      db 13, 10, "The floppy cannot be read, BIOS status ", 0
text_sector:    db ", sector ", 0
text_damaged:   db 13, 10, "The kernel on this floppy is damaged: its checksum is ", 0
text_not:       db ", not ", 0
loader_name:    db "flagstone-floppy", 0
command_line:   db COMMAND_LINE, 0

        times LOADER_SECTORS * SECTOR_SIZE - ($ - $$) db 0
