/* SPDX-License-Identifier: MIT */
/*
 * include/lib/host_names.h - our own names for what the host's C library has too
 *
 * A host test runs our strlen() in a process whose libc, loader and sanitizers have theirs. There,
 * and only there, ours are called flagstone_strlen and so on, so that a test can hold one against
 * the other and the sanitizers keep watching. In the kernel this file is empty.
 *
 * A test includes libc's headers first, wraps the functions it wants to compare with, and then
 * includes ours.
 */
#ifndef LIB_HOST_NAMES_H
#define LIB_HOST_NAMES_H

#ifdef FLAGSTONE_HOST

#undef memcmp
#undef memcpy
#undef memmove
#undef memset
#undef strcmp
#undef strncmp
#undef strstr

#define memchr		flagstone_memchr
#define memcmp		flagstone_memcmp
#define memcpy		flagstone_memcpy
#define memmove		flagstone_memmove
#define memset		flagstone_memset
#define stpcpy		flagstone_stpcpy
#define strcasecmp	flagstone_strcasecmp
#define strcat		flagstone_strcat
#define strchr		flagstone_strchr
#define strchrnul	flagstone_strchrnul
#define strcmp		flagstone_strcmp
#define strcpy		flagstone_strcpy
#define strcspn		flagstone_strcspn
#define strlcat		flagstone_strlcat
#define strlcpy		flagstone_strlcpy
#define strlen		flagstone_strlen
#define strncasecmp	flagstone_strncasecmp
#define strncat		flagstone_strncat
#define strncmp		flagstone_strncmp
#define strncpy		flagstone_strncpy
#define strnlen		flagstone_strnlen
#define strpbrk		flagstone_strpbrk
#define strrchr		flagstone_strrchr
#define strsep		flagstone_strsep
#define strspn		flagstone_strspn
#define strstr		flagstone_strstr

#undef isalnum
#undef isalpha
#undef iscntrl
#undef isdigit
#undef isgraph
#undef islower
#undef isprint
#undef ispunct
#undef isspace
#undef isupper
#undef isxdigit
#undef isascii
#undef toascii
#undef tolower
#undef toupper

#define isalnum		flagstone_isalnum
#define isalpha		flagstone_isalpha
#define iscntrl		flagstone_iscntrl
#define isdigit		flagstone_isdigit
#define isgraph		flagstone_isgraph
#define islower		flagstone_islower
#define isprint		flagstone_isprint
#define ispunct		flagstone_ispunct
#define isspace		flagstone_isspace
#define isupper		flagstone_isupper
#define isxdigit	flagstone_isxdigit
#define isascii		flagstone_isascii
#define toascii		flagstone_toascii
#define tolower		flagstone_tolower
#define toupper		flagstone_toupper

#define snprintf	flagstone_snprintf
#define sprintf		flagstone_sprintf
#define sscanf		flagstone_sscanf
#define vsnprintf	flagstone_vsnprintf
#define vsprintf	flagstone_vsprintf
#define vsscanf		flagstone_vsscanf

#endif
#endif
