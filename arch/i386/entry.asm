; SPDX-License-Identifier: MIT
;
; arch/i386/entry.asm - the way from an exception, an interrupt or a panic() into C
;
; Whatever the way in, C gets a struct arch_regs (traps.h), pushed from the bottom up:
;
;	higher	eflags, cs, eip			by the CPU, or by panic_snapshot
;		error				by the CPU for some vectors, else 0 by the stub
;		vector				by the stub
;		eax ecx edx ebx esp ebp esi edi	by PUSHAD; esp is then set right
;	lower	ds es fs gs
;
; Below it trap_common builds one more stack frame, made of the interrupted EIP and EBP, so that a
; backtrace from a handler walks on into the code that was interrupted.

%include "asm_offsets.inc"

extern trap_dispatch
extern double_fault
extern panic_main
extern bug_main

section .text

; --- one stub a vector -------------------------------------------------------------------------
;
; The CPU pushes an error code for these vectors only.
; Source: Intel SDM vol. 3A, table "Protected-Mode Exceptions and Interrupts".
%define HAS_ERROR(v) ((v) == 10 || (v) == 11 || (v) == 12 || (v) == 13 || (v) == 14 \
		      || (v) == 17 || (v) == 21 || (v) == 29 || (v) == 30)
%assign vector 0
%rep NR_VECTORS
trap_stub_%+vector:
%if !HAS_ERROR(vector)
	push	dword 0
%endif
	push	dword vector
	jmp	trap_common
%assign vector vector + 1
%endrep

; trap_common: entered by a stub, with a struct arch_regs half built
;   Out       all registers as before, or as trap_dispatch changed them in the struct
;   Stack     REGS_SIZE + 16 bytes, and what trap_dispatch takes
;   Clobbers  nothing
trap_common:
	pushad
	push	ds
	push	es
	push	fs
	push	gs
	mov	eax, KERNEL_DS		; the fault may be about these
	mov	ds, eax
	mov	es, eax
	cld
	lea	eax, [esp + REGS_SIZE]	; no change of ring: ESP was just above eflags
	mov	[esp + REGS_ESP], eax
	mov	eax, esp
	push	dword [eax + REGS_EIP]	; the frame of the interrupted code
	push	ebp
	mov	ebp, esp
	push	eax
	call	trap_dispatch		; void trap_dispatch(struct arch_regs *regs)
	add	esp, 12
	pop	gs
	pop	fs
	pop	es
	pop	ds
	popad				; takes no ESP from the stack
	add	esp, 8			; vector, error
	iretd

; double_fault_entry: the first instruction of the double fault task
;   In        [esp] error code, always 0; all registers from the task's own TSS
;   Out       never
global double_fault_entry
double_fault_entry:
	cld
	call	double_fault		; void double_fault(void) __noreturn
	ud2

; void trap_provoke_double_fault(void) __noreturn
;   ESP = 16: the push faults on page 0, and so does every push that would deliver that fault.
global trap_provoke_double_fault
trap_provoke_double_fault:
	mov	esp, 16
	push	eax
	ud2

; --- expected faults ---------------------------------------------------------------------------

; bool trap_try(void (*fn)(void *), void *arg, u32 *saved_esp)
;   In        [ebp+8] fn, [ebp+12] arg, [ebp+16] where to keep ESP for trap_unwind
;   Out       EAX = 0 when fn came back, 1 when trap_unwind(*saved_esp) was called instead
;   Clobbers  EAX, ECX, EDX, as a C function may; flags are as before, IF too
global trap_try
trap_try:
	push	ebp
	mov	ebp, esp
	push	ebx
	push	esi
	push	edi
	pushfd
	mov	eax, [ebp + 16]
	mov	[eax], esp
	push	dword [ebp + 12]
	call	[ebp + 8]
	add	esp, 4
	xor	eax, eax
.leave:	popfd
	pop	edi
	pop	esi
	pop	ebx
	pop	ebp
	ret

; void trap_unwind(u32 saved_esp) __noreturn
;   In        [esp+4] what trap_try kept; trap_try's frame must still be there
;   Out       returns 1 from that trap_try
global trap_unwind
trap_unwind:
	mov	esp, [esp + 4]
	mov	eax, 1
	jmp	trap_try.leave

; --- panic -------------------------------------------------------------------------------------

; panic_snapshot: struct arch_regs of the caller, as it was when it made its call
;   In        [esp] the return address into the caller, arguments above
;   Out       EAX = the struct, at ESP; [eax + REGS_SIZE] the return address again
;   Clobbers  EAX, DF
%macro panic_snapshot 0
	pushfd
	push	cs
	push	dword [esp + 8]		; eip: where the caller would have gone on
	push	dword 0			; error
	push	dword TRAP_NONE
	pushad
	push	ds
	push	es
	push	fs
	push	gs
	cld
	lea	eax, [esp + REGS_SIZE + 4]
	mov	[esp + REGS_ESP], eax
	mov	eax, esp
%endmacro

; void panic(const char *fmt, ...) __noreturn		include/lib/bug.h
global panic
panic:
	panic_snapshot
	lea	edx, [eax + REGS_SIZE + 8]
	push	edx			; va_list: the arguments after fmt
	push	dword [eax + REGS_SIZE + 4]
	push	eax
	call	panic_main
	ud2

; void bug_hit(const struct bug_site *site) __noreturn	include/lib/bug.h
global bug_hit
bug_hit:
	panic_snapshot
	push	dword [eax + REGS_SIZE + 4]
	push	eax
	call	bug_main
	ud2

; The address of each stub, for idt.asm, which runs in early boot only.
section .init.rodata progbits alloc noexec nowrite align=4
global trap_stubs
trap_stubs:
%assign vector 0
%rep NR_VECTORS
	dd	trap_stub_%+vector
%assign vector vector + 1
%endrep

section .note.GNU-stack noalloc noexec nowrite progbits
