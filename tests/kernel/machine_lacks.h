/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/machine_lacks.h - what an emulated CPU does not do as a CPU does
 *
 * Whoever starts the machine says it with lacks=NAME,... : only then a test may be skipped, and one that
 * finds the named thing working after all fails. "NAME!" is not even tried: the emulator would end.
 *
 *   names    "debug" TF and its exception     "bound" BOUND     "fpu-ts" CR0.TS makes FPU instructions fault
 *            "idt-error" an interrupt without a gate says which    "tlb" translations are remembered
 */
#ifndef TESTS_MACHINE_LACKS_H
#define TESTS_MACHINE_LACKS_H

#include <lib/types.h>

bool machine_lacks(const char *name);
bool machine_dies_of(const char *name);

#endif
