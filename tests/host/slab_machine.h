/* SPDX-License-Identifier: MIT */
/*
 * tests/host/slab_machine.h - 64 MiB, 48 of them lowmem, with buddy lists and the slab allocator
 *
 * Include this in one source of a test program. slab_machine() boots once; slab_is_whole() is for the
 * end of a test: rules S1 to S5, the ledger, and no object of the tests' own left over.
 */
#ifndef HOST_SLAB_MACHINE_H
#define HOST_SLAB_MACHINE_H

#include "fake_boot.h"

#include <arch.h>
#include <lib/list.h>
#include <lib/string.h>
#include <mm/slab.h>
#include <mm/slabinfo.h>

#include "../../mm/slab_internal.h"

#define MACHINE_FRAMES	16384
#define LOWMEM_FRAMES	12288

static void slab_machine(void)
{
	if (slab_is_available())
		return;
	host_ram_init(MACHINE_FRAMES << PAGE_SHIFT);
	machine_begin(MACHINE_FRAMES, LOWMEM_FRAMES);
	machine_hole(0xA0, 0x100);
	machine_reserve(0, 1);
	machine_reserve(0x100, 0x140);
	machine_boot();
	slab_init();
	host_log_clear();
}

static int setup_machine(void **state)
{
	slab_machine();
	host_log_clear();
	memset(slab_fault_count, 0, sizeof(slab_fault_count));
	return 0;
}

static unsigned int __maybe_unused faults_seen(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < NR_SLAB_FAULTS; i++)
		n += slab_fault_count[i];
	return n;
}

static int slab_is_whole(void **state)
{
	assert_int_equal(slab_check(), 0);
	assert_int_equal(verify_ledger(false), 0);
	assert_false(host_irqs_off);
	return 0;
}

#define slab_test(name)	cmocka_unit_test_setup_teardown(name, setup_machine, slab_is_whole)

#endif
