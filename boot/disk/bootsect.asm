; SPDX-License-Identifier: MIT
;
; boot/disk/bootsect.asm - sector 0 of a floppy or hard disk: read the loader, go there
;
;       floppy          hard disk
;       sector 0        sector 0        this, put at 0000:7C00 by the BIOS, DL = drive
;       1 ...           FIRST ...       the loader, LOADER_SECTORS of them, read to 0000:LOADER
;       then            then            the kernel's image (loader.asm)
;
; A hard disk has its partition table in here; FIRST is where partition 1 starts. Bytes 3 to 61 do
; nothing on purpose: a BIOS that boots from USB may write the geometry it has made up there.
;
; 8086 code: what CPU this is, the loader finds out. Assembled with -f bin.
; Source: IBM Personal Computer Technical Reference, "Bootstrap".

cpu 8086
bits 16
org 0x7C00

%include "disk.inc"

SIGNATURE       equ 440                 ; of the disk; behind it the partition table, at 446
PARAMETERS_END  equ 62                  ; of the BIOS parameter block

        jmp     short start
        nop
        times PARAMETERS_END - ($ - $$) db 0
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
        call    disk_probe
        mov     di, LOADER_SECTORS
        mov     ax, FIRST_SECTOR
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
        mov     al, ah
        mov     ah, 0
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

%include "read.inc"

text_status:    db "Disk read error ", 0
text_sector:    db ", sector ", 0

        times SIGNATURE - ($ - $$) db 0
        times 510 - ($ - $$) db 0
        dw      0xAA55
