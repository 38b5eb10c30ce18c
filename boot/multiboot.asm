; SPDX-License-Identifier: MIT
;
; boot/multiboot.asm - the first instructions: Multiboot header, entry, and a copy of all it brought
;
; The loader (GRUB, or QEMU's -kernel) has put the image at 1 MiB and jumps to multiboot_entry in
; 32-bit protected mode:
;
;   EAX = 2BADB002h    "I am a Multiboot loader"
;   EBX                address of the Multiboot information, anywhere in 4 GiB
;   CS, DS, ES, SS ... flat 4 GiB segments, by descriptors of a GDT we know nothing about
;   paging off, interrupts off, A20 open; no stack, no IDT
;
; The Multiboot information and all that it points to may lie in memory that we are about to use,
; below 1 MiB above all. So the first thing done is to copy it into boot_info, which is part of our
; own image and therefore nobody else's memory.
;
;   multiboot_entry -> copy_multiboot_info -> realmode_probe -> paging_start
;
; Source: Multiboot Specification 0.6.96, "Machine state", "Boot information format".

%include "boot.inc"

MULTIBOOT_MAGIC         equ 0x1BADB002
MULTIBOOT_LOADER_MAGIC  equ 0x2BADB002
MULTIBOOT_PAGE_ALIGN    equ 1 << 0      ; modules start on a page
MULTIBOOT_MEMORY_INFO   equ 1 << 1      ; we want mem_lower, mem_upper and the map
MULTIBOOT_FLAGS         equ MULTIBOOT_PAGE_ALIGN | MULTIBOOT_MEMORY_INFO

; Offsets in the Multiboot information, a module entry and a memory map entry.
MBI_FLAGS               equ 0
MBI_MEM_LOWER           equ 4
MBI_MEM_UPPER           equ 8
MBI_CMDLINE             equ 16
MBI_MODS_COUNT          equ 20
MBI_MODS_ADDR           equ 24
MBI_MMAP_LENGTH         equ 44
MBI_MMAP_ADDR           equ 48
MBI_LOADER_NAME         equ 64
MOD_START               equ 0
MOD_END                 equ 4
MOD_STRING              equ 8
MOD_SIZE                equ 16
MMAP_SIZE               equ 0           ; bytes that follow this field: 20 or more
MMAP_BASE               equ 4
MMAP_LENGTH             equ 12
MMAP_TYPE               equ 20
MMAP_SIZE_MIN           equ 20

extern realmode_probe, paging_start
extern boot_stack_top

; ---------------------------------------------------------------------------------------------
; The header: in the first 8 KiB of the file, 4-byte aligned; its three words sum to 0.

section .multiboot align=4
global multiboot_header
multiboot_header:
        dd      MULTIBOOT_MAGIC
        dd      MULTIBOOT_FLAGS
        dd      -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

; ---------------------------------------------------------------------------------------------
section .boot.text exec align=16
bits 32

; multiboot_entry - where the loader jumps to
;   In        EAX loader magic, EBX Multiboot information
;   Needs     32-bit protected mode with flat segments, paging off
;   Out       does not return: goes on in paging_start with boot_info filled
;   Stack     becomes boot_stack, at its physical address; it stays the kernel's first stack
global multiboot_entry
multiboot_entry:
        cli
        cld
        mov     esp, PHYS(boot_stack_top)
        lgdt    [boot_gdtr]             ; from here on the selectors mean what we say
        jmp     SEL_CODE32:.own_segments
.own_segments:
        mov     ecx, SEL_DATA32
        mov     ds, ecx
        mov     es, ecx
        mov     fs, ecx
        mov     gs, ecx
        mov     ss, ecx
        push    dword 0                 ; no NT, no TF, IOPL 0, interrupts off
        popfd

        cmp     eax, MULTIBOOT_LOADER_MAGIC
        jne     not_multiboot
        call    copy_multiboot_info
        call    realmode_probe
        jmp     paging_start

; not_multiboot - loaded by something else: nothing is known about memory, so say so and stop
;   In        EAX what stood where the magic was expected
;   Out       does not return
global not_multiboot
not_multiboot:
        mov     esi, message_not_multiboot
        jmp     boot_die

; ---------------------------------------------------------------------------------------------
; copy_multiboot_info - all that the loader told us, into boot_info
;   In        EBX Multiboot information
;   Out       boot_info: loader_*, command_line, mem_*, module*, mmap*
;   Clobbers  EAX, ECX, EDX, ESI, EDI, EBP, flags          Stack  16 bytes
;   Source    Multiboot Specification 0.6.96, "Boot information format"
global copy_multiboot_info
copy_multiboot_info:
        mov     edi, PHYS(boot_info)    ; the loader cleared .init.bss, but is not believed
        mov     ecx, BOOT_INFO_SIZE / 4
        xor     eax, eax
        rep stosd
        mov     edx, [ebx + MBI_FLAGS]
        mov     [PHYS(boot_info) + BI_LOADER_FLAGS], edx

        test    edx, MULTIBOOT_HAS_MEMORY
        jz      .no_memory
        mov     eax, [ebx + MBI_MEM_LOWER]
        mov     [PHYS(boot_info) + BI_MEM_LOWER], eax
        mov     eax, [ebx + MBI_MEM_UPPER]
        mov     [PHYS(boot_info) + BI_MEM_UPPER], eax
.no_memory:
        test    edx, MULTIBOOT_HAS_COMMAND_LINE
        jz      .no_command_line
        mov     esi, [ebx + MBI_CMDLINE]
        mov     [PHYS(boot_info) + BI_COMMAND_LINE_PA], esi
        mov     edi, PHYS(boot_info) + BI_COMMAND_LINE
        mov     ecx, BOOT_COMMAND_LINE_MAX
        call    copy_string
        mov     [PHYS(boot_info) + BI_COMMAND_LINE_CUT], eax
.no_command_line:
        test    edx, MULTIBOOT_HAS_LOADER_NAME
        jz      .no_loader_name
        mov     esi, [ebx + MBI_LOADER_NAME]
        mov     edi, PHYS(boot_info) + BI_LOADER_NAME
        mov     ecx, BOOT_LOADER_NAME_MAX
        call    copy_string
.no_loader_name:
        test    edx, MULTIBOOT_HAS_MODULES
        jz      .no_modules
        call    copy_modules
.no_modules:
        test    edx, MULTIBOOT_HAS_MMAP
        jz      .no_mmap
        call    copy_mmap
.no_mmap:
        ret

; copy_modules - where each module lies, and its string; the modules themselves stay where they are
;   In        EBX Multiboot information
;   Out       boot_info: module_count (all there are), module (the first BOOT_MODULES_MAX)
;   Clobbers  EAX, ECX, ESI, EDI, EBP, flags               Stack  12 bytes
copy_modules:
        mov     ecx, [ebx + MBI_MODS_COUNT]
        mov     [PHYS(boot_info) + BI_MODULE_COUNT], ecx
        cmp     ecx, BOOT_MODULES_MAX
        jbe     .fits
        mov     ecx, BOOT_MODULES_MAX   ; bootinfo.c sees the count and refuses to go on
.fits:
        jecxz   .done
        mov     ebp, [ebx + MBI_MODS_ADDR]
        mov     edi, PHYS(boot_info) + BI_MODULE
.next:
        mov     eax, [ebp + MOD_START]
        mov     [edi + BM_START], eax
        mov     eax, [ebp + MOD_END]
        mov     [edi + BM_END], eax
        mov     esi, [ebp + MOD_STRING]
        push    ecx
        push    edi
        add     edi, BM_STRING
        mov     ecx, BOOT_MODULE_STRING_MAX
        test    esi, esi                ; no string: address 0
        jz      .no_string
        call    copy_string
.no_string:
        pop     edi
        pop     ecx
        add     edi, BOOT_MODULE_SIZE
        add     ebp, MOD_SIZE
        loop    .next
.done:
        ret

; copy_mmap - the loader's memory map, entry by entry into the 24-byte form of E820
;   In        EBX Multiboot information
;   Out       boot_info: mmap_count, mmap (E820_RAW_MAX entries at most)
;   Clobbers  EAX, ECX, ESI, EDI, EBP, flags               Stack  none
copy_mmap:
        mov     esi, [ebx + MBI_MMAP_ADDR]
        mov     ebp, [ebx + MBI_MMAP_LENGTH]    ; bytes left
        mov     edi, PHYS(boot_info) + BI_MMAP
        xor     ecx, ecx                        ; entries taken
.next:
        cmp     ebp, MMAP_SIZE_MIN + 4
        jb      .done
        mov     eax, [esi + MMAP_SIZE]
        cmp     eax, MMAP_SIZE_MIN              ; would overlap the next one: not a map
        jb      .done
        mov     eax, [esi + MMAP_BASE]
        mov     [edi + E820_BASE], eax
        mov     eax, [esi + MMAP_BASE + 4]
        mov     [edi + E820_BASE + 4], eax
        mov     eax, [esi + MMAP_LENGTH]
        mov     [edi + E820_SIZE], eax
        mov     eax, [esi + MMAP_LENGTH + 4]
        mov     [edi + E820_SIZE + 4], eax
        mov     eax, [esi + MMAP_TYPE]
        mov     [edi + E820_TYPE], eax
        mov     dword [edi + E820_ATTRIBUTES], 1        ; bit 0: the entry counts
        add     edi, E820_ENTRY_SIZE
        inc     ecx
        cmp     ecx, E820_RAW_MAX
        jae     .done
        mov     eax, [esi + MMAP_SIZE]
        add     eax, 4                          ; the size field does not count itself
        jc      .done
        add     esi, eax
        sub     ebp, eax
        ja      .next
.done:
        mov     [PHYS(boot_info) + BI_MMAP_COUNT], ecx
        ret

; copy_string - at most ECX - 1 characters, and always a NUL
;   In        ESI from, EDI to, ECX room in bytes, 1 or more
;   Out       EAX 0 = all of it, 1 = cut
;   Clobbers  ECX, ESI, EDI, flags                         Stack  none
copy_string:
        lodsb
        dec     ecx
        jz      .full
        stosb
        test    al, al
        jnz     copy_string
        xor     eax, eax
        ret
.full:
        mov     byte [edi], 0
        cmp     al, 1                   ; CF = 1 when the next one was the NUL: nothing is lost
        sbb     eax, eax
        inc     eax
        ret

; ---------------------------------------------------------------------------------------------
; boot_die - show a sentence on screen, COM1 and port E9h, then halt for good
;   In        ESI NUL-terminated sentence, physical address
;   Needs     protected mode, paging off
;   Out       does not return
global boot_die
boot_die:
        mov     edi, 0xB8000            ; top left of the colour text screen
        call    serial_setup
.next:
        lodsb
        test    al, al
        jz      .halt
        out     DEBUG_PORT, al
        call    serial_put
        mov     ah, 0x4F                ; white on red
        stosw
        jmp     .next
.halt:
        cli
        hlt
        jmp     .halt

; serial_setup - COM1 to 115200 baud, 8 data bits, no parity, 1 stop bit, no interrupts
;   Clobbers  AL, DX, flags             Stack  none
;   Source    National Semiconductor PC16550D data sheet, "Registers"
serial_setup:
        mov     dx, COM1 + 1            ; interrupt enable: none
        xor     al, al
        out     dx, al
        mov     dx, COM1 + 3            ; line control: divisor latch
        mov     al, 0x80
        out     dx, al
        mov     dx, COM1
        mov     al, 1                   ; 115200 / 1
        out     dx, al
        inc     dx
        xor     al, al
        out     dx, al
        mov     dx, COM1 + 3
        mov     al, 0x03                ; 8N1
        out     dx, al
        ret

; serial_put - one character to COM1; gives up when it never gets ready (no such port)
;   In        AL character
;   Clobbers  AH, ECX, DX, flags        Stack  none
serial_put:
        mov     ah, al
        mov     ecx, 100000
        mov     dx, COM1 + 5            ; line status
.wait:
        in      al, dx
        test    al, 0x20                ; transmitter holding register empty
        loopz   .wait
        mov     al, ah
        mov     dx, COM1
        out     dx, al
        ret

; ---------------------------------------------------------------------------------------------
section .boot.data align=8

; Flat 4 GiB segments, and a 64 KiB pair based at 0 for the way through 16-bit protected mode.
; Source: Intel SDM vol. 3A, "Segment Descriptors".
global boot_gdt
boot_gdt:
        dq      0
        dq      0x00CF9A000000FFFF      ; SEL_CODE32: base 0, limit 4 GiB, code, 32-bit
        dq      0x00CF92000000FFFF      ; SEL_DATA32: base 0, limit 4 GiB, data
        dq      0x00009A000000FFFF      ; SEL_CODE16: base 0, limit 64 KiB, code, 16-bit
        dq      0x000092000000FFFF      ; SEL_DATA16: base 0, limit 64 KiB, data
boot_gdt_end:

boot_gdtr:
        dw      boot_gdt_end - boot_gdt - 1
        dd      boot_gdt

global boot_gdt_limit
boot_gdt_limit  equ boot_gdt_end - boot_gdt - 1

message_not_multiboot:
        db      "Flagstone was not loaded by a Multiboot loader, so it does not know which "
        db      "memory it may use. Load it with GRUB's multiboot command.", 0

; ---------------------------------------------------------------------------------------------
section .init.bss nobits alloc write align=16
global boot_info
boot_info:
        resb    BOOT_INFO_SIZE
