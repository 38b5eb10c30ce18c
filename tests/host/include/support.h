/* SPDX-License-Identifier: MIT */
/*
 * tests/host/include/support.h - what a host test of lib/ and mm/ stands on
 *
 *	#include <support.h>			also cmocka and what it wants before it
 *	#include <lib/rbtree.h>			headers under test by layer, never <linux/...>: that is
 *						the host's own in a host program
 *	LINK: lib/rbtree.c lib/string.c		in a comment of its own: the sources under test
 *
 * The machine is made of:
 *
 *   physical memory	host_ram_init(size): [0, size) at host_ram; __pa and __va translate
 *   printk		host_log, and stdout when VERBOSE is set in the environment
 *   panic, BUG_ON	expect_panic(statement), else the program fails on the spot
 *   WARN_ON		counted; the program fails at its end if nobody took the count
 *   interrupts		a flag; the program fails at its end if they were left off
 *   the boot path	host_command_line and host_map; every function of include/arch.h that
 *			support.c defines is weak, so a test may bring its own
 */
#ifndef HOST_SUPPORT_H
#define HOST_SUPPORT_H

#include <host_first.h>
#include <cmocka.h>

#include <lib/compiler.h>
#include <lib/types.h>
#include <mm/e820.h>

/**
 * host_ram_init - give the test physical memory
 * @size: bytes, a multiple of 4 KiB; all of it is zero. Frees what an earlier call gave.
 *
 * The arena starts at a multiple of 4 MiB, so physical and virtual alignment agree.
 */
void host_ram_init(size_t size);

/* The bytes that host_ram_init() was asked for. */
extern size_t host_ram_size;

/* What printk wrote since host_log_clear(), levels left out. */
extern char host_log[];
void host_log_clear(void);
bool host_log_says(const char *words);

/* The sentence of the last panic or BUG ("BUG: file:line: condition"). */
extern char host_panic_text[];

/* The number of warnings since the last call; the program must not end with any untaken. */
unsigned int host_warnings_take(void);

/* What arch_command_line(), arch_memory_map() and arch_boot_mapped_end() answer. */
extern const char *host_command_line;
extern const struct e820_entry *host_map;
extern unsigned int host_map_entries;
extern phys_addr_t host_boot_mapped_end;

/* What arch_in_irq() and arch_tlb_has_invlpg() answer. */
extern bool host_in_irq, host_has_invlpg;

/* Details of expect_panic(). */
extern jmp_buf host_panic_frame;
extern volatile bool host_panic_expected;

/*
 * Run a statement that must panic or hit a BUG_ON; the test fails when it returns. Locals that the
 * statement changes must be volatile if they are read afterwards (it is left by longjmp).
 */
#define expect_panic(...) do {							\
	if (setjmp(host_panic_frame) == 0) {					\
		host_panic_expected = true;					\
		__VA_ARGS__;							\
		host_panic_expected = false;					\
		fail_msg("no panic from: %s", #__VA_ARGS__);			\
	}									\
} while (0)

/* The same, and the sentence must contain @words. */
#define expect_panic_saying(words, ...) do {					\
	expect_panic(__VA_ARGS__);						\
	if (!host_panic_says(words))						\
		fail_msg("panic says \"%s\", not \"%s\"", host_panic_text, words); \
} while (0)

bool host_panic_says(const char *words);

#endif
