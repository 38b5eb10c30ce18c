; SPDX-License-Identifier: MIT
;
; tests/harness/probe.asm - a kernel of one screenful that ends as it is told, to test the test runner
;
;   -DEND_GOOD      prints a complete KTAP log, leaves with status 33
;   -DEND_FAILED    prints a complete log with a failure, leaves with status 35
;   -DEND_LIES      prints a log with a failure, leaves with status 33 all the same
;   -DEND_CUT       stops printing half way, leaves with status 33
;   -DEND_DEATH     dies of a triple fault half way
;   -DEND_HANG      halts for ever half way

COM1            equ 0x3F8
TEST_EXIT       equ 0xF4                ; QEMU's isa-debug-exit
MULTIBOOT       equ 0x1BADB002

section .text
bits 32
        dd      MULTIBOOT, 0, -MULTIBOOT

global _start
_start:
        mov     esi, first_half
        call    print
%ifdef END_DEATH
        lidt    [no_idt]
        int3                            ; no IDT to find a handler in: the CPU shuts down
%endif
%ifdef END_HANG
        cli
.for_ever:
        hlt
        jmp     .for_ever
%endif
%ifndef END_CUT
        mov     esi, second_half
        call    print
%endif
%ifdef END_FAILED
        mov     al, 0x11
%else
        mov     al, 0x10
%endif
        out     TEST_EXIT, al
        hlt

; print - write the string at ESI, which ends in 0, to COM1
print:
        mov     dx, COM1
        lodsb
        test    al, al
        jz      .done
        out     dx, al
        jmp     print
.done:
        ret

no_idt: dw      0
        dd      0

%macro line 1
        db      %1, 13, 10
%endmacro

first_half:
        line    "[    0.000000] hello"
        line    "KTAP version 1"
        line    "1..1"
        line    "    KTAP version 1"
        line    "    # Subtest: buddy"
        line    "    1..2"
        line    "    ok 1 split"
        db      0
second_half:
%ifdef END_FAILED
%define IT_FAILS
%endif
%ifdef END_LIES
%define IT_FAILS
%endif
%ifdef IT_FAILS
        line    "    # mm/x.c:1: got 2, want 1"
        line    "    not ok 2 merge"
        line    "not ok 1 buddy"
        line    "# Totals: pass:1 fail:1 skip:0 total:2"
%else
        line    "    ok 2 merge"
        line    "ok 1 buddy"
        line    "# Totals: pass:2 fail:0 skip:0 total:2"
%endif
        db      0
