; SPDX-License-Identifier: MIT
;
; boot/floppy/bootsect.asm - sector 0 of the floppy: read the loader behind it
;
;       sector 0          this, put at 0000:7C00 by the BIOS, DL = drive
;       sectors 1 ...     the loader, LOADER_SECTORS of them, read to 0000:LOADER
;       then              the kernel's image (loader.asm)
;
; 8086 code: what CPU this is, the loader finds out. Assembled with -f bin.
; Source: IBM Personal Computer Technical Reference, "Bootstrap".

cpu 8086
bits 16
org 0x7C00

%include "floppy.inc"

        jmp     short start
        nop
start:
        cli
        xor     ax, ax
        mov     ds, ax
        mov     es, ax
        mov     ss, ax
        mov     sp, 0x7C00
        sti
        cld
        jmp     0:.segment              ; some BIOSes come here as 07C0:0000
.segment:
        mov     [drive], dl
        mov     di, LOADER_SECTORS
        mov     ax, 1
        mov     bx, LOADER
.next:
        push    ax
        mov     cl, 1
        call    disk_read
        jc      failed
        pop     ax
        inc     ax
        add     bx, SECTOR_SIZE
        dec     di
        jnz     .next
        mov     dl, [drive]
        jmp     0:LOADER

; AH = status, on the stack the sector.
failed:
        mov     al, 0
        push    ax
        mov     si, text_status
        call    print
        pop     ax
        call    print_hex
        mov     si, text_sector
        call    print
        pop     ax
        call    print_hex
.halt:
        hlt
        jmp     .halt

%include "disk.inc"

drive:          db 0
text_status:    db "Flagstone: the floppy cannot be read, BIOS status ", 0
text_sector:    db ", sector ", 0

        times 510 - ($ - $$) db 0
        dw      0xAA55
