// SPDX-License-Identifier: MIT
/*
 * kernel/module.c - running what was linked in with module_init()
 *
 *   .init.calls   { "ring.c", "ring_init", ring_init } { "pool.c", ... } ...     in link order
 *                              ^ running: what panic() names while this function has not returned
 *
 * Everything works by now but the prompt, and .init memory is still there, for that is where modules
 * have their __init functions. A module that fails stays linked in; the others run all the same.
 */
#include <kernel/module.h>
#include <kernel/time.h>
#include <lib/printk.h>
#include <lib/string.h>

extern const struct initcall __initcall_start[], __initcall_end[];

static const struct initcall *running;

const struct initcall *module_running(void)
{
	return running;
}

const char *module_name(const struct initcall *module)
{
	static char name[32];
	const char *slash = strrchr(module->file, '/');

	strscpy(name, slash ? slash + 1 : module->file, sizeof(name));
	name[strcspn(name, ".")] = '\0';
	return name;
}

static void module_run(const struct initcall *module)
{
	ktime_t start = ktime_get();
	int result;

	running = module;
	result = module->fn();
	running = NULL;
	printk("%smodule: %s: %s() returned %d after %lld us\n", result ? KERN_ERR : KERN_INFO,
	       module_name(module), module->name, result, ktime_us_delta(ktime_get(), start));
}

unsigned int modules_run(void)
{
	const struct initcall *module;

	for (module = __initcall_start; module < __initcall_end; module++)
		module_run(module);
	return module - __initcall_start;
}
