/* SPDX-License-Identifier: MIT */
/*
 * arch/i386/cpu.c - what this CPU can do
 *
 * boot/paging.asm has asked the CPU; here the answers become struct cpu_info and one log line:
 *
 *   EFLAGS.AC fixed      -> a 386                       no WP, INVLPG, CR4
 *   AC changes, ID fixed -> a 486 without CPUID         WP and INVLPG, no CR4
 *                           (a CR0.WP that does nothing means that it is a 386 after all)
 *   ID changes           -> CPUID says
 *
 * Source: Intel Application Note AP-485, "Processor Identification and the CPUID Instruction".
 */
#include <arch.h>
#include <cpu.h>
#include <lib/printk.h>
#include <lib/string.h>
#include "bootinfo.h"
#include "cpu_notes.h"

struct cpu_info cpu;

#define FAMILY_486		4	/* brought INVLPG. Source: Intel SDM vol. 2A, "INVLPG" */

/* CPUID leaf 1, EAX: extended family and model count only where the plain fields are full. */
#define SIG_STEPPING(sig)	((sig) & 15)
#define SIG_MODEL(sig)		((sig) >> 4 & 15)
#define SIG_FAMILY(sig)		((sig) >> 8 & 15)
#define SIG_EXT_MODEL(sig)	((sig) >> 16 & 15)
#define SIG_EXT_FAMILY(sig)	((sig) >> 20 & 255)

static void __init take_signature(u32 signature)
{
	cpu.stepping = SIG_STEPPING(signature);
	cpu.model = SIG_MODEL(signature);
	cpu.family = SIG_FAMILY(signature);
	if (cpu.family == 6 || cpu.family == 15)
		cpu.model |= SIG_EXT_MODEL(signature) << 4;
	if (cpu.family == 15)
		cpu.family += SIG_EXT_FAMILY(signature);
}

static void __init report(void)
{
	static const struct { u32 bit; const char *name; } names[] __initconst = {
		{ CPUID_PSE, " pse" }, { CPUID_TSC, " tsc" }, { CPUID_PAE, " pae" },
		{ CPUID_CX8, " cx8" }, { CPUID_PGE, " pge" }, { CPUID_CMOV, " cmov" },
		{ CPUID_CLFLUSH, " clflush" },
	};
	char features[64] = "";

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (cpu_has(names[i].bit))
			strlcat(features, names[i].name, sizeof(features));
	pr_info("cpu: %s family %u model %u stepping %u%s;%s%s%s\n",
		cpu.has_cpuid ? cpu.vendor : "no CPUID,", cpu.family, cpu.model, cpu.stepping,
		cpu.has_fpu ? "" : ", no FPU", cpu.has_wp ? " wp" : " no wp",
		cpu_has_invlpg() ? " invlpg" : "", features);
}

void __init cpu_init(void)
{
	const struct boot_cpu *probe = &boot_info.cpu;

	bootinfo_report();
	memcpy(cpu.vendor, probe->vendor, sizeof(cpu.vendor) - 1);
	cpu.has_cpuid = probe->has_cpuid;
	cpu.has_fpu = probe->has_fpu;
	cpu.has_wp = probe->has_wp;
	cpu.features = probe->features_d;
	if (probe->signature)
		take_signature(probe->signature);
	else
		cpu.family = probe->is_486 && probe->has_wp ? 4 : 3;
	cpu.has_invlpg = cpu.family >= FAMILY_486;
	report();
	cpu_notes_log();
}
