/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_mend.c - which refused instructions are done by hand, and where it goes on behind them
 *
 * LINK: arch/i386/mend.c
 */
#include <support.h>

#include "../../arch/i386/interrupts.h"

#define CYCLES	0x123456789abcdef0ull

static unsigned int flushes, clocks;

void tlb_without_invlpg(void)
{
	flushes++;
}

u64 time_without_tsc(void)
{
	clocks++;
	return CYCLES;
}

static struct arch_regs regs;

/* Is a fault @vector at @code mended? */
static bool mended(unsigned int vector, const u8 *code)
{
	regs = (struct arch_regs){ .vector = vector, .eip = (u32)(unsigned long)code, .eax = 1, .edx = 2 };
	flushes = clocks = 0;
	return mend_instruction(&regs);
}

static void expect_untouched(unsigned int vector, const u8 *code)
{
	assert_false(mended(vector, code));
	assert_int_equal(regs.eip, (u32)(unsigned long)code);
	assert_int_equal(regs.eax, 1);
	assert_int_equal(regs.edx, 2);
	assert_int_equal(flushes + clocks, 0);
}

static void expect_invlpg(unsigned int vector, const u8 *code, unsigned int length)
{
	assert_true(mended(vector, code));
	assert_int_equal(regs.eip - (u32)(unsigned long)code, length);
	assert_int_equal(regs.eax, 1);
	assert_int_equal(regs.edx, 2);
	assert_int_equal(flushes, 1);
	assert_int_equal(clocks, 0);
}

static void rdtsc_gives_cycles_in_edx_and_eax(void **state)
{
	static const u8 rdtsc[] = { 0x0f, 0x31, 0x90 };

	assert_true(mended(TRAP_INVALID_OPCODE, rdtsc));
	assert_int_equal(regs.eip - (u32)(unsigned long)rdtsc, 2);
	assert_int_equal(regs.eax, (u32)CYCLES);
	assert_int_equal(regs.edx, CYCLES >> 32);
	assert_int_equal(clocks, 1);
	assert_int_equal(flushes, 0);
}

static void invlpg_is_known_in_each_form_the_compiler_makes(void **state)
{
	static const u8 by_eax[] = { 0x0f, 0x01, 0x38 }, by_edi[] = { 0x0f, 0x01, 0x3f };
	static const u8 by_ebp[] = { 0x0f, 0x01, 0x7d, 0x00 };

	expect_invlpg(TRAP_PAGE_FAULT, by_eax, 3);
	expect_invlpg(TRAP_INVALID_OPCODE, by_edi, 3);
	expect_invlpg(TRAP_PAGE_FAULT, by_ebp, 4);
}

static void all_else_stays_a_fault(void **state)
{
	static const u8 rdtsc[] = { 0x0f, 0x31, 0x90 }, invlpg[] = { 0x0f, 0x01, 0x38 };
	static const u8 ud2[] = { 0x0f, 0x0b, 0x90 }, lmsw[] = { 0x0f, 0x01, 0x30 };
	static const u8 rdtscp[] = { 0x0f, 0x01, 0xf9 };
	static const u8 by_word[] = { 0x0f, 0x01, 0xb8 }, by_address[] = { 0x0f, 0x01, 0x3d };
	static const u8 by_sum[] = { 0x0f, 0x01, 0x3c, 0x08 }, by_esp[] = { 0x0f, 0x01, 0x7c, 0x24 };

	expect_untouched(TRAP_INVALID_OPCODE, ud2);
	expect_untouched(TRAP_INVALID_OPCODE, lmsw);
	expect_untouched(TRAP_INVALID_OPCODE, rdtscp);
	expect_untouched(TRAP_PAGE_FAULT, by_word);
	expect_untouched(TRAP_PAGE_FAULT, by_address);
	expect_untouched(TRAP_PAGE_FAULT, by_sum);
	expect_untouched(TRAP_PAGE_FAULT, by_esp);
	expect_untouched(TRAP_PAGE_FAULT, rdtsc);
	expect_untouched(TRAP_PROTECTION, rdtsc);
	expect_untouched(TRAP_PROTECTION, invlpg);
	expect_untouched(TRAP_DEBUG, invlpg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rdtsc_gives_cycles_in_edx_and_eax),
		cmocka_unit_test(invlpg_is_known_in_each_form_the_compiler_makes),
		cmocka_unit_test(all_else_stays_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
