// SPDX-License-Identifier: MIT
/*
 * lib/vsprintf_pointer.c - %p and what the letters behind it ask for
 *
 *     %p                    hashed              %ph %*pb %pa %pV       what the pointer points to
 *     %px %pe               the value itself    %pS %ps %pB            the symbol it lies in
 *     %pM %pI %pU           vsprintf_net.c
 *
 * A pointer is hashed by mixing it with a key drawn when the first one is printed. Every step of
 * the mixing can be undone, so different pointers have different hashes; the key makes them
 * different from boot to boot. It keeps addresses out of logs; it is not a cipher.
 *
 * What is pointed to is read only after format_unreadable() found nothing against it: NULL, the
 * error values (the last page) and the first page are never mapped.
 */
#include <lib/bitmap.h>
#include <lib/ctype.h>
#include <lib/err.h>
#include <lib/init.h>
#include <lib/random.h>
#include <lib/string.h>
#include <lib/vsprintf.h>

#include "format.h"

#define FIRST_MAPPED	4096u		/* page 0 always faults (mm/layout.h) */
#define HEX_BYTES_MAX	64u		/* %ph prints no more than this */
#define POINTER_DIGITS	(2 * sizeof(void *))

bool no_hash_pointers;

static int set_no_hash_pointers(const char *value)
{
	no_hash_pointers = true;
	return 0;
}
early_param("no_hash_pointers", set_no_hash_pointers);

/* The kernel's symbol table, when there is one (declared in arch.h, which lib/ does not include). */
const char *ksym_name(unsigned long addr, unsigned long *offset) __weak;

const char *format_unreadable(const void *ptr)
{
	if (!ptr)
		return "(null)";
	if ((uintptr_t)ptr < FIRST_MAPPED || IS_ERR(ptr))
		return "(efault)";
	return NULL;
}

/* --- the value ------------------------------------------------------------------------------- */

/* Source of the constants: A. Appleby, MurmurHash3, 32-bit finalizer. */
static u32 mix(u32 n)
{
	n ^= n >> 16;
	n *= 0x85ebca6b;
	n ^= n >> 13;
	n *= 0xc2b2ae35;
	return n ^ n >> 16;
}

static u32 hash_pointer(u32 value)
{
	static u32 key[2];
	u32 hash;

	while (!key[0]) {
		key[1] = get_random_u32();
		key[0] = get_random_u32();
	}
	hash = mix(mix(value ^ key[0]) + key[1]);
	return hash != value ? hash : ~hash;
}

/* Eight hex digits unless a width asks for something else. */
static void format_address(struct sink *sink, u32 value, struct spec *spec)
{
	if (!spec->width) {
		spec->width = POINTER_DIGITS + (spec->flags & SPEC_ALTERNATE ? 2 : 0);
		spec->flags |= SPEC_ZERO;
	}
	format_number(sink, value, 0, 16, spec);
}

static void format_hashed(struct sink *sink, const void *ptr, struct spec *spec)
{
	u32 value = (uintptr_t)ptr;

	if (ptr && !IS_ERR(ptr) && !no_hash_pointers)
		value = hash_pointer(value);
	format_address(sink, value, spec);
}

static void format_error(struct sink *sink, const void *ptr, struct spec *spec)
{
	if (IS_ERR(ptr))
		format_number(sink, -PTR_ERR(ptr), '-', 10, spec);
	else
		format_hashed(sink, ptr, spec);
}

/* --- the symbol ------------------------------------------------------------------------------ */

/*
 * A return address may lie behind the last instruction of a function that does not return: for
 * 'B', the symbol is that of the byte before it.
 */
static void format_symbol(struct sink *sink, const void *ptr, char letter, struct spec *spec)
{
	unsigned long addr = (uintptr_t)ptr, back = letter == 'B', offset = 0;
	const char *name = ksym_name ? ksym_name(addr - back, &offset) : NULL;
	char text[128];

	if (!name)
		scnprintf(text, sizeof(text), "0x%08lx", addr);
	else if (letter == 's')
		strscpy(text, name, sizeof(text));
	else
		scnprintf(text, sizeof(text), "%s+0x%lx", name, offset + back);
	format_string(sink, text, spec);
}

/* --- what is pointed to ---------------------------------------------------------------------- */

static void format_hex_bytes(struct sink *sink, const u8 *bytes, char form, const struct spec *spec)
{
	static const char digit[] = "0123456789abcdef";
	size_t n = spec->width ? spec->width : 1;
	char separator = form == 'C' ? ':' : form == 'D' ? '-' : ' ';

	if (n > HEX_BYTES_MAX)
		n = HEX_BYTES_MAX;
	for (size_t i = 0; i < n; i++) {
		if (i && form != 'N')
			sink_char(sink, separator);
		sink_char(sink, digit[bytes[i] >> 4]);
		sink_char(sink, digit[bytes[i] & 15]);
	}
}

static void emit_to_sink(void *sink, const char *text, size_t n)
{
	sink_bytes(sink, text, n);
}

static void format_physical(struct sink *sink, const phys_addr_t *pa)
{
	struct spec spec = {
		.flags = SPEC_ZERO, .width = 2 * sizeof(*pa), .precision = -1,
	};

	sink_bytes(sink, "0x", 2);
	format_number(sink, *pa, 0, 16, &spec);
}

static void format_va_format(struct sink *sink, const struct va_format *inner)
{
	va_list args;

	va_copy(args, *inner->va);
	format_into(sink, inner->fmt, &args);
	va_end(args);
}

/* Forms that read what @ptr points to. A letter that is not known hashes the pointer. */
static void format_pointed(struct sink *sink, const void *ptr, const char *form, struct spec *spec)
{
	const char *instead = format_unreadable(ptr);

	if (instead) {
		format_text(sink, instead, strlen(instead), spec);
		return;
	}
	switch (form[0]) {
	case 'h':
		format_hex_bytes(sink, ptr, form[1], spec);
		break;
	case 'b':
		bitmap_text(ptr, spec->width, form[1] == 'l', emit_to_sink, sink);
		break;
	case 'a':
		format_physical(sink, ptr);
		break;
	case 'V':
		format_va_format(sink, ptr);
		break;
	case 'M': case 'm': case 'I': case 'i': case 'U':
		if (format_net(sink, ptr, form, spec))
			break;
		/* fall through */
	default:
		format_hashed(sink, ptr, spec);
	}
}

void format_pointer(struct sink *sink, const void *ptr, const char *form, struct spec *spec)
{
	switch (form[0]) {
	case 'x':
		format_address(sink, (uintptr_t)ptr, spec);
		break;
	case 'e':
		format_error(sink, ptr, spec);
		break;
	case 'S':
	case 's':
	case 'B':
		format_symbol(sink, ptr, form[0], spec);
		break;
	default:
		if (isalpha((u8)form[0]))
			format_pointed(sink, ptr, form, spec);
		else
			format_hashed(sink, ptr, spec);
	}
}
