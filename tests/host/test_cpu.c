/* SPDX-License-Identifier: MIT */
/*
 * tests/host/test_cpu.c - what the kernel makes of a probe of the CPU, with answers as real CPUs give them
 *
 *   probe (struct boot_cpu) --cpu_init()--> struct cpu_info, a line in the log
 *   tried (struct cpu_tried) --cpu_notes_from()--> notes
 *
 * Signatures and features are those of the data sheets and of Intel's AP-485; a Cyrix and a NexGen come out
 * of reset with CPUID switched off. What this host's own DIV and FDIV do is of no account.
 *
 * LINK: arch/i386/cpu.c arch/i386/cpu_notes.c
 */
#include <support.h>

#include <string.h>
#include <arch.h>
#include <cpu.h>
#include "../../arch/i386/bootinfo.h"
#include "../../arch/i386/cpu_notes.h"

#define FPU		CPUID_FPU
#define PENTIUM		(FPU | CPUID_VME | CPUID_DE | CPUID_PSE | CPUID_TSC | CPUID_MCE | CPUID_CX8)
#define PENTIUM_PRO	(PENTIUM | CPUID_PAE | CPUID_PGE | CPUID_CMOV)
#define PENTIUM_4	(PENTIUM_PRO | CPUID_CLFLUSH | CPUID_SSE2)

#define NOTE_DIV	"DIV leaves the flags alone: a Cyrix or NexGen"
#define NOTE_NO_CR4	"CPUID but no CR4: no large pages, no TSC"
#define NOTE_F00F	"F0 0F C7 C8"
#define NOTE_FDIV	"FDIV gives wrong results"

struct boot_info boot_info;

void bootinfo_report(void)
{
}

static int setup(void **state)
{
	memset(&cpu, 0, sizeof(cpu));
	host_log_clear();
	return 0;
}

/* Boot once more, as another CPU. */
static void probe(const struct boot_cpu *found)
{
	boot_info.cpu = *found;
	setup(NULL);
	cpu_init();
}

/* Without CPUID: @is_486 EFLAGS.AC can be changed. */
static void probe_old(u32 is_486, u32 has_fpu, u32 has_wp)
{
	probe(&(struct boot_cpu){ .is_486 = is_486, .has_fpu = has_fpu, .has_wp = has_wp });
}

static void probe_cpuid_and_wp(const char *vendor, u32 signature, u32 features, u32 has_wp)
{
	struct boot_cpu found = {
		.is_486 = 1, .has_cpuid = 1, .has_fpu = features & FPU, .has_wp = has_wp,
		.max_leaf = signature != 0, .signature = signature, .features_d = features,
	};

	memcpy(found.vendor, vendor, strlen(vendor));
	probe(&found);
}

static void probe_cpuid(const char *vendor, u32 signature, u32 features)
{
	probe_cpuid_and_wp(vendor, signature, features, 1);
}

static void expect_model(unsigned int family, unsigned int model, unsigned int stepping)
{
	assert_int_equal(cpu.family, family);
	assert_int_equal(cpu.model, model);
	assert_int_equal(cpu.stepping, stepping);
}

/* Of PSE, PGE and TSC there are @features and no others; CR4 with any of them. */
static void expect_uses(u32 features, bool has_cr4)
{
	assert_int_equal(cpu_has_pse(), !!(features & CPUID_PSE));
	assert_int_equal(cpu_has_pge(), !!(features & CPUID_PGE));
	assert_int_equal(cpu_has_tsc(), !!(features & CPUID_TSC));
	assert_int_equal(cpu_has_lfence(), !!(features & CPUID_SSE2));
	assert_int_equal(cpu_has(CPUID_ANY_CR4), has_cr4);
}

static char notes[1000];

static void take_note(const char *note)
{
	strcat(notes, note);
	strcat(notes, "\n");
}

/* Of all notes there are only those in @wanted, which ends with NULL. */
static void expect_notes(bool div_changes_flags, bool fdiv_is_wrong, const char *const *wanted)
{
	struct cpu_tried tried = { div_changes_flags, fdiv_is_wrong };
	unsigned int count = 0, lines = 0;

	notes[0] = '\0';
	cpu_notes_from(&tried, take_note);
	for (; wanted[count]; count++)
		if (!strstr(notes, wanted[count]))
			fail_msg("\"%s\" is not in: %s", wanted[count], notes);
	for (const char *at = notes; *at; at++)
		lines += *at == '\n';
	assert_int_equal(lines, count);
}

#define NOTES(...) ((const char *const []){ __VA_ARGS__ __VA_OPT__(,) NULL })

static void a_386_has_nothing(void **state)
{
	probe_old(0, 0, 0);
	expect_model(3, 0, 0);
	assert_false(cpu.has_cpuid || cpu.has_fpu || cpu.has_wp);
	assert_false(cpu_has_invlpg() || cpu_has_cache_control());
	assert_string_equal(cpu.vendor, "");
	expect_uses(0, false);
	assert_true(host_log_says("cpu: no CPUID, family 3 model 0 stepping 0, no FPU; no wp\n"));
	expect_notes(true, false, NOTES());
}

static void a_386_with_a_387_says_so_by_saying_nothing(void **state)
{
	probe_old(0, 1, 0);
	assert_true(cpu.has_fpu);
	assert_true(host_log_says("cpu: no CPUID, family 3 model 0 stepping 0; no wp\n"));
}

static void a_486_without_cpuid_has_wp_and_invlpg(void **state)
{
	probe_old(1, 1, 1);
	expect_model(4, 0, 0);
	assert_false(cpu.has_cpuid);
	assert_true(cpu.has_wp && cpu_has_invlpg() && cpu_has_cache_control());
	expect_uses(0, false);
	assert_true(host_log_says("cpu: no CPUID, family 4 model 0 stepping 0; wp invlpg\n"));
	expect_notes(true, false, NOTES());
}

static void a_486_whose_wp_does_nothing_is_taken_for_a_386(void **state)
{
	probe_old(1, 1, 0);
	expect_model(3, 0, 0);
	assert_false(cpu.has_wp || cpu_has_invlpg() || cpu_has_cache_control());
}

static void a_cyrix_486_out_of_reset_is_known_by_its_div(void **state)
{
	probe_old(1, 0, 1);
	expect_model(4, 0, 0);
	assert_true(cpu.has_wp && cpu_has_invlpg());
	expect_notes(false, false, NOTES(NOTE_DIV));
}

static void a_nexgen_586_out_of_reset_is_a_386_known_by_its_div(void **state)
{
	probe_old(0, 0, 0);
	expect_model(3, 0, 0);
	assert_false(cpu_has_invlpg());
	expect_notes(false, false, NOTES(NOTE_DIV));
}

static void with_cpuid_div_is_of_no_account(void **state)
{
	probe_cpuid("CyrixInstead", 0x520, FPU | CPUID_CX8);	/* 6x86, CPUID switched on by its BIOS */
	expect_model(5, 2, 0);
	expect_notes(false, false, NOTES(NOTE_NO_CR4));
	probe_cpuid("NexGenDriven", 0x500, 0);
	expect_notes(false, false, NOTES(NOTE_NO_CR4));
}

static void a_late_486_has_cpuid_and_no_cr4(void **state)
{
	probe_cpuid("GenuineIntel", 0x435, FPU);		/* i486 DX2 */
	expect_model(4, 3, 5);
	assert_true(cpu.has_cpuid && cpu.has_wp && cpu_has_invlpg());
	expect_uses(0, false);
	assert_true(host_log_says("cpu: GenuineIntel family 4 model 3 stepping 5; wp invlpg\n"));
	expect_notes(true, false, NOTES(NOTE_NO_CR4));
}

static void a_486_with_vme_has_cr4(void **state)
{
	probe_cpuid("GenuineIntel", 0x480, FPU | CPUID_VME);	/* i486 DX4 */
	expect_uses(0, true);
	expect_notes(true, false, NOTES());
}

static void each_feature_in_cr4_means_that_there_is_a_cr4(void **state)
{
	static const u32 in_cr4[] = { CPUID_VME, CPUID_DE, CPUID_PSE, CPUID_TSC, CPUID_PAE, CPUID_MCE,
				      CPUID_PGE };
	u32 seen = 0;

	for (unsigned int i = 0; i < sizeof(in_cr4) / sizeof(in_cr4[0]); i++) {
		probe_cpuid("GenuineIntel", 0x480, in_cr4[i]);
		expect_uses(in_cr4[i], true);
		seen |= in_cr4[i];
	}
	probe_cpuid("GenuineIntel", 0x480, ~seen);
	assert_false(cpu_has(CPUID_ANY_CR4));
}

static void cpuid_with_leaf_0_only_leaves_what_was_tried(void **state)
{
	probe_cpuid("GenuineIntel", 0, 0);
	expect_model(4, 0, 0);
	assert_true(cpu_has_invlpg());
	assert_string_equal(cpu.vendor, "GenuineIntel");
	probe_cpuid_and_wp("GenuineIntel", 0, 0, 0);
	expect_model(3, 0, 0);
	assert_false(cpu_has_invlpg());
}

static void invlpg_follows_the_family_and_wp_what_was_tried(void **state)
{
	probe_cpuid_and_wp("GenuineIntel", 0x402, FPU, 0);	/* DOSBox's 486 */
	assert_true(cpu_has_invlpg());
	assert_false(cpu.has_wp);
	assert_true(host_log_says("no wp invlpg\n"));
}

static void a_pentium_is_noted_for_f00f(void **state)
{
	probe_cpuid("GenuineIntel", 0x525, PENTIUM);
	expect_model(5, 2, 5);
	expect_uses(CPUID_PSE | CPUID_TSC, true);
	assert_true(host_log_says("family 5 model 2 stepping 5; wp invlpg pse tsc cx8\n"));
	expect_notes(true, false, NOTES(NOTE_F00F));
	expect_notes(true, true, NOTES(NOTE_F00F, NOTE_FDIV));
}

static void others_of_family_5_and_later_intels_are_not_noted_for_f00f(void **state)
{
	probe_cpuid("AuthenticAMD", 0x562, PENTIUM);		/* K6 */
	expect_notes(false, false, NOTES());
	probe_cpuid("GenuineIntel", 0x619, PENTIUM_PRO);
	expect_notes(true, false, NOTES());
	probe_cpuid("GenuineIntel", 0x480, FPU | CPUID_VME);
	expect_notes(true, false, NOTES());
}

static void without_an_fpu_there_is_no_fdiv(void **state)
{
	probe_cpuid("GenuineIntel", 0x525, PENTIUM & ~FPU);
	expect_notes(true, true, NOTES(NOTE_F00F));
	assert_true(host_log_says(", no FPU;"));
}

static void a_pentium_pro_has_global_pages_pae_and_cmov(void **state)
{
	probe_cpuid("GenuineIntel", 0x619, PENTIUM_PRO);
	expect_uses(CPUID_PSE | CPUID_PGE | CPUID_TSC, true);
	assert_true(cpu_has(CPUID_PAE) && cpu_has(CPUID_CMOV) && !cpu_has(CPUID_CLFLUSH));
	assert_true(host_log_says("; wp invlpg pse tsc pae cx8 pge cmov\n"));
}

static void a_pentium_4_has_clflush_and_lfence(void **state)
{
	probe_cpuid("GenuineIntel", 0xf12, PENTIUM_4);
	expect_model(15, 1, 2);
	expect_uses(CPUID_PSE | CPUID_PGE | CPUID_TSC | CPUID_SSE2, true);
	assert_true(cpu_has(CPUID_CLFLUSH));
	assert_true(host_log_says("; wp invlpg pse tsc pae cx8 pge cmov clflush\n"));
}

static void extended_model_and_family_count_where_the_plain_ones_are_full(void **state)
{
	probe_cpuid("GenuineIntel", 0x906ea, PENTIUM_4);	/* Core i7 */
	expect_model(6, 0x9e, 10);
	probe_cpuid("AuthenticAMD", 0x100f42, PENTIUM_4);	/* Phenom II */
	expect_model(16, 4, 2);
	probe_cpuid("AuthenticAMD", 0x20fb1, PENTIUM_4);	/* Athlon 64 X2 */
	expect_model(15, 0x2b, 1);
	probe_cpuid("GenuineIntel", 0x10525, PENTIUM);		/* not in family 5 */
	expect_model(5, 2, 5);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_386_has_nothing),
		TEST(a_386_with_a_387_says_so_by_saying_nothing),
		TEST(a_486_without_cpuid_has_wp_and_invlpg),
		TEST(a_486_whose_wp_does_nothing_is_taken_for_a_386),
		TEST(a_cyrix_486_out_of_reset_is_known_by_its_div),
		TEST(a_nexgen_586_out_of_reset_is_a_386_known_by_its_div),
		TEST(with_cpuid_div_is_of_no_account),
		TEST(a_late_486_has_cpuid_and_no_cr4),
		TEST(a_486_with_vme_has_cr4),
		TEST(each_feature_in_cr4_means_that_there_is_a_cr4),
		TEST(cpuid_with_leaf_0_only_leaves_what_was_tried),
		TEST(invlpg_follows_the_family_and_wp_what_was_tried),
		TEST(a_pentium_is_noted_for_f00f),
		TEST(others_of_family_5_and_later_intels_are_not_noted_for_f00f),
		TEST(without_an_fpu_there_is_no_fdiv),
		TEST(a_pentium_pro_has_global_pages_pae_and_cmov),
		TEST(a_pentium_4_has_clflush_and_lfence),
		TEST(extended_model_and_family_count_where_the_plain_ones_are_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
