/* SPDX-License-Identifier: MIT */
/*
 * include/lib/module.h - what a source file says about itself
 *
 * Everything is linked into one image: there is nothing to load, to export to or to unload. So these
 * say something to the reader only; module_init() and module_param() are real (init.h,
 * moduleparam.h).
 */
#ifndef LIB_MODULE_H
#define LIB_MODULE_H

struct module;
#define THIS_MODULE			((struct module *)0)

#define MODULE_NOTE_(text)		_Static_assert(sizeof(text) > 0, "")
#define MODULE_LICENSE(text)		MODULE_NOTE_(text)
#define MODULE_AUTHOR(text)		MODULE_NOTE_(text)
#define MODULE_DESCRIPTION(text)	MODULE_NOTE_(text)
#define MODULE_VERSION(text)		MODULE_NOTE_(text)
#define MODULE_ALIAS(text)		MODULE_NOTE_(text)
#define MODULE_FIRMWARE(text)		MODULE_NOTE_(text)
#define MODULE_SUPPORTED_DEVICE(text)	MODULE_NOTE_(text)
#define MODULE_DEVICE_TABLE(bus, table)	_Static_assert(sizeof(table) > 0, "")
#define MODULE_PARM_DESC(name, text)	MODULE_NOTE_(text)

#define EXPORT_SYMBOL(name)		_Static_assert(sizeof(&(name)) > 0, "")
#define EXPORT_SYMBOL_GPL(name)		EXPORT_SYMBOL(name)

/* What a module says about files and users elsewhere, of which there are none. */
#define MODULE_INFO(tag, text)		MODULE_NOTE_(text)
#define MODULE_SOFTDEP(text)		MODULE_NOTE_(text)
#define MODULE_IMPORT_NS(name)		MODULE_NOTE_(#name)
#define try_module_get(module)		((void)(module), true)
#define __module_get(module)		((void)(module))
#define module_put(module)		((void)(module))
#define S_IRUSR				0400
#define S_IWUSR				0200
#define S_IRUGO				0444

#endif
