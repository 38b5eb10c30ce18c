/* SPDX-License-Identifier: MIT */
/*
 * tests/kernel/machine_lacks.c - the word lacks=NAME,NAME!,... of the command line
 */
#include <lib/errno.h>
#include <lib/init.h>
#include <lib/string.h>
#include "machine_lacks.h"

static const char *lacking = "";

static int set_lacks(const char *value)
{
	lacking = value;
	return *value ? 0 : -EINVAL;
}
early_param("lacks", set_lacks);

/* What stands behind @name in the list: ',', '!' or the end. NULL: it is not there. */
static const char *behind(const char *name)
{
	const char *at = strstr(lacking, name);

	return at && (at == lacking || at[-1] == ',') ? at + strlen(name) : NULL;
}

bool machine_lacks(const char *name)
{
	return behind(name);
}

bool machine_dies_of(const char *name)
{
	return behind(name) && *behind(name) == '!';
}
