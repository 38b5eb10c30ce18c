; SPDX-License-Identifier: MIT
;
; boot/disk/loader.asm - from floppy or hard disk to the kernel's entry, without GRUB
;
;       0000:7C00   boot sector, done           0000:8000   this
;       0000:9000   Multiboot information       1000:0000   some sectors of one track
;       0010 0000   the kernel: IMAGE_SECTORS from the disk, then zeros up to IMAGE_END
;
; Each track is read below 1 MiB, where the BIOS can reach, and copied up in real mode with segments
; of 4 GiB: protected mode is entered for the few instructions that load them, and left again, and
; the hidden parts of DS and ES keep their limits ("unreal mode"). Any load of DS or ES afterwards
; keeps the limit too; only a BIOS that goes through protected mode itself takes it away, so it is
; made anew for each track.
;
; A key pressed while that goes on stops it at a prompt, where other words for the kernel can be
; typed (memtest, mem=, break=). At the end the checksum of all that was loaded is compared, and the
; kernel is entered as by any Multiboot loader: 32-bit protected mode, EAX = magic, EBX = information.
;
; Source: Multiboot Specification 0.6.96, "Machine state"; Intel SDM vol. 3A, "Mode Switching".

bits 16
org 0x8000

%include "disk.inc"
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
WORDS_MAX       equ 500                 ; characters of the command line
KEY_ENTER       equ 13
KEY_BACKSPACE   equ 8
MOTOR_PORT      equ 0x3F2               ; digital output register of the floppy controller
MOTOR_OFF       equ 0x0C                ; no motor, not in reset, DMA on

; ---------------------------------------------------------------------------------------------
cpu 8086
loader:
        mov     [drive], dl
        mov     si, text_hello
        call    print
        call    disk_probe
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

%include "read.inc"

text_hello:     db "Flagstone (a key stops for options) ", 0
text_cpu:       db 13, 10, "This kernel needs a 386 or newer, and this CPU is older.", 0

; ---------------------------------------------------------------------------------------------
cpu 386
load:
        call    rm_a20_open
        mov     si, text_a20
        jc      fail
        call    require_memory
        xor     ax, ax
        mov     es, ax
        mov     dword [target], KERNEL_PHYS_BASE
        mov     word [sector], FIRST_SECTOR + LOADER_SECTORS
        mov     word [left], IMAGE_SECTORS
.track:
        call    read_track
        call    copy_up
        mov     si, text_dot
        call    print
        cmp     word [left], 0
        jne     .track
        cmp     byte [drive], HARD_DISK
        jae     .no_motor
        mov     dx, MOTOR_PORT
        mov     al, MOTOR_OFF
        out     dx, al
.no_motor:
        call    check_image
        call    ask_words
        call    make_info
        jmp     enter_kernel

; require_memory - is there room above 1 MiB? The BIOS says, or else a word of each KiB is tried
;   Needs     A20 open
;   Out       returns when there is; else says how much is missing and halts
require_memory:
        mov     ah, 0x88
        int     0x15
        jc      .unknown
        test    ax, ax
        jz      .unknown                ; none, or 64 MiB and more, or no answer
        cmp     ax, IMAGE_KIB
        jb      .too_little
        ret
.unknown:
        call    unreal
        mov     edi, KERNEL_PHYS_BASE
        xor     eax, eax                ; KiB found
.try:
        mov     [edi], edi
        not     dword [target]          ; the bus holds something else meanwhile
        cmp     [edi], edi
        jne     .counted
        add     edi, 1024
        inc     ax
        cmp     ax, IMAGE_KIB
        jb      .try
.counted:
        sti
        cmp     ax, IMAGE_KIB
        jb      .too_little
        ret
.too_little:
        push    ax
        mov     si, text_needs
        call    print
        pop     ax
        push    ax
        call    print_number
        mov     si, text_so
        call    print
        pop     cx
        mov     ax, IMAGE_KIB
        sub     ax, cx
        call    print_number
        mov     si, text_missing
        jmp     fail

; read_track - from [sector] to the end of its track, or the last sector of the image
;   Out       AX sectors read to TRACK_SEGMENT:0; [sector] and [left] moved on
read_track:
        mov     ax, [sector]
        xor     dx, dx
        div     word [track]
        mov     ax, [track]
        sub     ax, dx
        cmp     ax, [left]
        jbe     .fits
        mov     ax, [left]
.fits:
        mov     [chunk], ax
        mov     cx, TRACK_SEGMENT
        mov     es, cx
        xor     bx, bx
        mov     cl, al
        mov     ax, [sector]
        call    disk_read
        jnc     .read
        call    read_singly             ; some drives read what a whole track of them cannot
.read:
        mov     ax, [chunk]
        add     [sector], ax
        sub     [left], ax
        ret

read_singly:
        xor     bx, bx
        mov     di, [chunk]
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
        mov     al, ah
        mov     ah, 0
        push    ax
        mov     si, text_read
        call    print
        pop     ax
        call    print_hex
        mov     si, text_sector
        call    print
        mov     ax, bp
        call    print_number
        jmp     halt

; print_number - AX in decimal
;   Clobbers  EAX, BX, CX, DX               Stack  12 bytes and the BIOS's
print_number:
        xor     cx, cx
        mov     bx, 10
.digit:
        xor     dx, dx
        div     bx
        push    dx
        inc     cx
        test    ax, ax
        jnz     .digit
.print:
        pop     ax
        add     al, '0'
        call    print_char
        loop    .print
        ret

; ask_words - a key was pressed: read the kernel's command line from the keyboard
;   Out       command_line, as it is or as typed        Clobbers  AX, BX, SI, DI; ES = 0
ask_words:
        xor     ax, ax
        mov     es, ax
        mov     ah, 0x01                ; does a key wait?
        int     0x16
        jz      .done
        mov     ah, 0x00
        int     0x16
        mov     si, text_words
        call    print
        mov     di, command_line
.key:
        mov     ah, 0x00
        int     0x16
        cmp     al, KEY_ENTER
        je      .end
        cmp     al, KEY_BACKSPACE
        je      .back
        cmp     al, ' '
        jb      .key
        cmp     di, command_line + WORDS_MAX
        jae     .key
        stosb
        call    print_char
        jmp     .key
.back:
        cmp     di, command_line
        je      .key
        dec     di
        mov     si, text_back
        call    print
        jmp     .key
.end:
        mov     byte [di], 0
.done:
        ret

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
chunk:          dw 0                    ; sectors of this read
rm_a20_word:    dw 0
text_needs:     db 13, 10, "This kernel needs ", IMAGE_KIB_TEXT, " KiB above 1 MiB, and there are ", 0
text_so:        db ": ", 0
text_missing:   db " KiB are missing.", 0
text_words:     db 13, 10, "Words for the kernel: ", 0
text_back:      db 8, " ", 8, 0
text_dot:       db ".", 0
text_a20:       db 13, 10, "The A20 gate stays shut: memory above 1 MiB cannot be reached.", 0
text_read:      db 13, 10, "The disk cannot be read, BIOS status ", 0
text_sector:    db "h, sector ", 0
text_damaged:   db 13, 10, "The kernel on this disk is damaged: its checksum is ", 0
text_not:       db ", not ", 0
loader_name:    db "flagstone-disk", 0
command_line:   db COMMAND_LINE, 0
        times WORDS_MAX + 1 - ($ - command_line) db 0

        times LOADER_SECTORS * SECTOR_SIZE - ($ - $$) db 0
