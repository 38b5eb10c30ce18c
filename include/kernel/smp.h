/* SPDX-License-Identifier: MIT */
/*
 * include/kernel/smp.h - one CPU, one thread: what code written for more of both asks
 *
 * Nothing interrupts the one thread but interrupt handlers, which run to their end. So preemption
 * cannot be had, and switching it off costs nothing; whoever wants interrupts out says so with a
 * spinlock (spinlock.h).
 */
#ifndef KERNEL_SMP_H
#define KERNEL_SMP_H

#include <lib/compiler.h>
#include <lib/types.h>

#define NR_CPUS			1
#define nr_cpu_ids		1u

#define num_online_cpus()	1u
#define num_possible_cpus()	1u
#define num_present_cpus()	1u
#define num_active_cpus()	1u
#define cpu_online(cpu)		((cpu) == 0)
#define cpu_possible(cpu)	((cpu) == 0)

#define smp_processor_id()	0
#define raw_smp_processor_id()	0
#define get_cpu()		({ preempt_disable(); 0; })
#define put_cpu()		preempt_enable()

#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < 1; (cpu)++)
#define for_each_online_cpu(cpu)	for_each_possible_cpu(cpu)
#define for_each_present_cpu(cpu)	for_each_possible_cpu(cpu)

/* Memory accesses stay on their side of these; that is all there is to do. */
#define preempt_disable()	barrier()
#define preempt_enable()	barrier()
#define migrate_disable()	barrier()
#define migrate_enable()	barrier()

/* Nobody else waits for the CPU. */
static inline int cond_resched(void)
{
	return 0;
}

#define might_sleep()		barrier()
#define cpu_relax()		barrier()

/* Does an interrupt handler run now? Context: any. */
bool in_interrupt(void);
#define in_irq()		in_interrupt()
#define in_hardirq()		in_interrupt()
#define in_task()		(!in_interrupt())

#endif
