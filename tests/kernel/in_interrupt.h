/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/in_interrupt.h - run a function as an interrupt handler does
 */
#ifndef TESTS_IN_INTERRUPT_H
#define TESTS_IN_INTERRUPT_H

/* Raise an interrupt on a line that no driver has, whose handler calls @what; back when it is done. */
void test_in_interrupt(void (*what)(void));

#endif
