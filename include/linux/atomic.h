/* SPDX-License-Identifier: MIT */
#ifndef LINUX_ATOMIC_H
#define LINUX_ATOMIC_H

#include <lib/atomic_forms.h>

#endif
