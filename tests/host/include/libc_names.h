/* SPDX-License-Identifier: MIT */
/*
 * tests/host/include/libc_names.h - keep our C library and the host's apart
 *
 * Included before everything else in every host test build (-include). lib/ defines memcpy, snprintf
 * and friends under their C names. In a host program these would replace the host's own, and with
 * them what AddressSanitizer hangs on them. So the host's headers are read first, and from there on
 * each such name means ours, with "fs_" in front of it for the linker:
 *
 *	memcpy(a, b, n)		in lib/, mm/ and the tests: ours
 *	(printf, malloc, ...)	what is not listed here stays the host's
 */
#ifndef HOST_LIBC_NAMES_H
#define HOST_LIBC_NAMES_H

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/types.h>

/* The host defines these as macros; ours are defined by lib/. */
#undef __always_inline
#undef static_assert
#undef isalnum
#undef isalpha
#undef isascii
#undef iscntrl
#undef isdigit
#undef isgraph
#undef islower
#undef isprint
#undef ispunct
#undef isspace
#undef isupper
#undef isxdigit
#undef toascii
#undef tolower
#undef toupper

#define ffs		fs_ffs
#define ffsl		fs_ffsl
#define ffsll		fs_ffsll
#define isalnum		fs_isalnum
#define isalpha		fs_isalpha
#define isascii		fs_isascii
#define iscntrl		fs_iscntrl
#define isdigit		fs_isdigit
#define isgraph		fs_isgraph
#define islower		fs_islower
#define isprint		fs_isprint
#define ispunct		fs_ispunct
#define isspace		fs_isspace
#define isupper		fs_isupper
#define isxdigit	fs_isxdigit
#define memchr		fs_memchr
#define memcmp		fs_memcmp
#define memcpy		fs_memcpy
#define memmove		fs_memmove
#define memset		fs_memset
#define bcmp		fs_bcmp
#define snprintf	fs_snprintf
#define sprintf		fs_sprintf
#define sscanf		fs_sscanf
#define stpcpy		fs_stpcpy
#define strcasecmp	fs_strcasecmp
#define strcat		fs_strcat
#define strchr		fs_strchr
#define strchrnul	fs_strchrnul
#define strcmp		fs_strcmp
#define strcpy		fs_strcpy
#define strcspn		fs_strcspn
#define strlcat		fs_strlcat
#define strlcpy		fs_strlcpy
#define strlen		fs_strlen
#define strncasecmp	fs_strncasecmp
#define strncat		fs_strncat
#define strncmp		fs_strncmp
#define strncpy		fs_strncpy
#define strnlen		fs_strnlen
#define strpbrk		fs_strpbrk
#define strrchr		fs_strrchr
#define strsep		fs_strsep
#define strspn		fs_strspn
#define strstr		fs_strstr
#define toascii		fs_toascii
#define tolower		fs_tolower
#define toupper		fs_toupper
#define vsnprintf	fs_vsnprintf
#define vsprintf	fs_vsprintf
#define vsscanf		fs_vsscanf

/*
 * Physical memory is an arena of the process (see support.h), so an address is translated by the
 * arena's place. mm/layout.h leaves these two alone when they exist.
 */
extern unsigned char *host_ram;
#define __pa(va)	((phys_addr_t)((unsigned long)(va) - (unsigned long)host_ram))
#define __va(pa)	((void *)(host_ram + (pa)))

#endif
