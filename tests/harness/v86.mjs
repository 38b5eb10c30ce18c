// SPDX-License-Identifier: MIT
//
// node v86.mjs floppy|disk|iso IMAGE MIB WORD - boot IMAGE in v86, print COM1 up to the line with WORD
//
// v86 is a PC of its own making (a JIT to WebAssembly), which no other emulator here shares code with.
// tools/setup installs it in build/v86; its BIOS is SeaBIOS, from QEMU's packages.
import fs from "node:fs";

const [kind, image, mib, word] = process.argv.slice(2);
const { V86 } = await import(process.cwd() + "/build/v86/node_modules/v86/build/libv86.mjs");

function buffer(path) {
	const bytes = fs.readFileSync(path);
	return { buffer: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) };
}

const MEDIA = { floppy: ["fda", 0x321], disk: ["hda", 0x312], iso: ["cdrom", 0x123] };
const [drive, order] = MEDIA[kind];
const machine = new V86({
	wasm_path: "build/v86/node_modules/v86/build/v86.wasm",
	bios: buffer("/usr/share/seabios/bios.bin"),
	vga_bios: buffer("/usr/share/seabios/vgabios-stdvga.bin"),
	memory_size: Number(mib) << 20,
	autostart: true,
	disable_speaker: true,
	boot_order: order,
	[drive]: buffer(image),
});

let line = "";
machine.add_listener("serial0-output-byte", byte => {
	const c = String.fromCharCode(byte);
	line += c;
	if (c !== "\n")
		return;
	const last = line.includes(word);
	process.stdout.write(line, () => last && process.exit(0));
	line = "";
});
