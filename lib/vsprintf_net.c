// SPDX-License-Identifier: MIT
/*
 * lib/vsprintf_net.c - addresses of networks and identifiers, from the bytes that a %p points to
 *
 *     %pM       00:0c:29:3e:5f:01     6 bytes; %pMF with '-', %pm without; R behind: backwards
 *     %pI4      10.0.0.1              4 bytes; %pi4 010.000.000.001; h or l behind: backwards
 *     %pI6      fe80:0000: ... :0001  16 bytes; %pi6 without ':'; %pI6c the short form, fe80::1
 *     %pUb      16 bytes as a UUID;   %pUl its first three numbers little-endian; B, L: capitals
 *
 * Each form is written into a buffer of the longest, and padded from there.
 *
 * Source: RFC 5952, "A Recommendation for Canonical Form" (the short form); RFC 9562, "UUID
 * Format".
 */
#include <lib/ctype.h>
#include <lib/hexdump.h>
#include <lib/vsprintf.h>

#include "format.h"

#define WORDS		8u		/* of an IPv6 address */
#define TEXT_MAX	40u		/* the longest is an IPv6 address: 39 characters */

static char *put_mac(char *out, const u8 *bytes, const char *form)
{
	for (unsigned int i = 0; i < 6; i++) {
		if (i && form[0] == 'M')
			*out++ = form[1] == 'F' ? '-' : ':';
		out = hex_byte_pack(out, bytes[form[1] == 'R' ? 5 - i : i]);
	}
	return out;
}

static char *put_ip4(char *out, const u8 *bytes, bool zeros, bool reversed)
{
	for (unsigned int i = 0; i < 4; i++)
		out += sprintf(out, zeros ? "%03u." : "%u.", bytes[reversed ? 3 - i : i]);
	return out - 1;			/* without the last dot */
}

/* The first of the longest runs of two zero words or more: its start, and its length in *@len. */
static unsigned int longest_zeros(const u8 *bytes, unsigned int *len)
{
	unsigned int at = WORDS, run = 0;

	*len = 1;
	for (unsigned int i = 0; i < WORDS; i++) {
		run = bytes[2 * i] | bytes[2 * i + 1] ? 0 : run + 1;
		if (run > *len) {
			*len = run;
			at = i + 1 - run;
		}
	}
	return at;
}

static char *put_ip6_short(char *out, const u8 *bytes)
{
	unsigned int len, zeros = longest_zeros(bytes, &len);
	bool mapped = zeros == 0 && len == 5 && bytes[10] == 0xff && bytes[11] == 0xff;

	for (unsigned int i = 0; i < WORDS; i++) {
		if (i == zeros) {
			i += len - 1;
			*out++ = ':';
			if (i == WORDS - 1)
				*out++ = ':';
			continue;
		}
		if (i)
			*out++ = ':';
		if (mapped && i == 6)
			return put_ip4(out, bytes + 12, false, false);
		out += sprintf(out, "%x", bytes[2 * i] << 8 | bytes[2 * i + 1]);
	}
	return out;
}

#define UUID_DASHES	(1u << 4 | 1u << 6 | 1u << 8 | 1u << 10)
#define UUID_FLIP	0x55FFu		/* two bits a byte: 3 2 1 0, 1 0, 1 0 */
#define IP6_COLONS	0x5554u		/* before each second byte, but not the first */

/* 16 bytes in hex, with @separator before those whose bit is set in @before; see UUID_FLIP. */
static char *put_bytes(char *out, const u8 *bytes, u32 before, char separator, u32 flip)
{
	for (unsigned int i = 0; i < 16; i++) {
		if (before >> i & 1)
			*out++ = separator;
		out = hex_byte_pack(out, bytes[i ^ (flip >> 2 * i & 3)]);
	}
	return out;
}

static char *put_uuid(char *out, const u8 *bytes, char form)
{
	char *end = put_bytes(out, bytes, UUID_DASHES, '-', tolower(form) == 'l' ? UUID_FLIP : 0);

	for (; isupper(form) && out < end; out++)
		*out = toupper(*out);
	return end;
}

bool format_net(struct sink *sink, const u8 *bytes, const char *form, const struct spec *spec)
{
	char text[TEXT_MAX], *end;

	if (tolower(form[0]) == 'm')
		end = put_mac(text, bytes, form);
	else if (form[0] == 'U')
		end = put_uuid(text, bytes, form[1]);
	else if (form[1] == '4')
		end = put_ip4(text, bytes, form[0] == 'i', form[2] == 'h' || form[2] == 'l');
	else if (form[1] == '6' && form[2] == 'c')
		end = put_ip6_short(text, bytes);
	else if (form[1] == '6')
		end = put_bytes(text, bytes, form[0] == 'I' ? IP6_COLONS : 0, ':', 0);
	else
		return false;
	format_text(sink, text, end - text, spec);
	return true;
}
