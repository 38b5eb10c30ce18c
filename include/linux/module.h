/* SPDX-License-Identifier: MIT */
#ifndef LINUX_MODULE_H
#define LINUX_MODULE_H

#include <linux/kernel.h>
#include <lib/err.h>
#include <lib/init.h>
#include <lib/list.h>
#include <lib/module.h>
#include <lib/moduleparam.h>

#endif
