# SPDX-License-Identifier: MIT
"""
An 8086 in real mode, as far as a boot sector goes; as a 286 or 386 it differs by bits 12 to 15 of FLAGS
only. No emulator that Debian has is older than a 386.

    memory    1 MiB, addresses wrap        BIOS    interrupt(cpu, number), instead of vectors
    Past8086  an opcode or prefix that an 8086 has not, or that nobody needed yet

Sources: Intel, "8086 Family User's Manual", "Instruction Set Reference"; for FLAGS Intel SDM vol. 3B,
"Architecture Compatibility" (identifying the 8086 and the 286).
"""

AX, CX, DX, BX, SP, BP, SI, DI = range(8)
ES, CS, SS, DS = range(4)
CF, PF, AF, ZF, SF, IF, DF, OF = 0x001, 0x004, 0x010, 0x040, 0x080, 0x200, 0x400, 0x800
ALWAYS_ONE = 0x0002
CHANGEABLE = CF | PF | AF | ZF | SF | IF | DF | OF

# Bits 12 to 15 as read, and those of them that POPF can change
MODELS = {"8086": (0xF000, 0), "286": (0, 0), "386": (0, 0x7000)}


class Past8086(Exception):
    """The byte at CS:IP starts nothing that this CPU does."""


class Halted(Exception):
    """HLT: nothing here waits for an interrupt."""


class CPU:
    """Registers by number, as instructions name them."""

    def __init__(self, model, interrupt):
        self.ones, self.free = MODELS[model]
        self.interrupt = interrupt
        self.memory = bytearray(1 << 20)
        self.r, self.s, self.ip, self.flags = [0] * 8, [0] * 4, 0, 0
        self.segment = None             # by a prefix

    # --- registers and memory ---------------------------------------------------------------------

    def byte_reg(self, n):
        return self.r[n & 3] >> (8 if n & 4 else 0) & 0xFF

    def set_byte_reg(self, n, value):
        shift = 8 if n & 4 else 0
        self.r[n & 3] = self.r[n & 3] & ~(0xFF << shift) | (value & 0xFF) << shift

    def reg(self, n, wide):
        return self.r[n] if wide else self.byte_reg(n)

    def set_reg(self, n, wide, value):
        if wide:
            self.r[n] = value & 0xFFFF
        else:
            self.set_byte_reg(n, value)

    def load(self, segment, offset, wide=True):
        base = self.s[segment] << 4
        low = self.memory[base + (offset & 0xFFFF) & 0xFFFFF]
        return low | self.memory[base + (offset + 1 & 0xFFFF) & 0xFFFFF] << 8 if wide else low

    def store(self, segment, offset, value, wide=True):
        base = self.s[segment] << 4
        self.memory[base + (offset & 0xFFFF) & 0xFFFFF] = value & 0xFF
        if wide:
            self.memory[base + (offset + 1 & 0xFFFF) & 0xFFFFF] = value >> 8 & 0xFF

    def fetch(self, wide=False):
        value = self.load(CS, self.ip, wide)
        self.ip = self.ip + 1 + wide & 0xFFFF
        return value

    def fetch_signed(self):
        return (self.fetch() ^ 0x80) - 0x80

    def push(self, value):
        self.r[SP] = self.r[SP] - 2 & 0xFFFF
        self.store(SS, self.r[SP], value)

    def pop(self):
        value = self.load(SS, self.r[SP])
        self.r[SP] = self.r[SP] + 2 & 0xFFFF
        return value

    def flags_word(self):
        return self.flags & (CHANGEABLE | self.free) | self.ones | ALWAYS_ONE

    # --- operands ---------------------------------------------------------------------------------

    def modrm(self):
        """(reg field, operand): the operand is a register's number or (segment, offset)."""
        byte = self.fetch()
        mod, reg, rm = byte >> 6, byte >> 3 & 7, byte & 7
        if mod == 3:
            return reg, rm
        r = self.r
        offset = (r[BX] + r[SI], r[BX] + r[DI], r[BP] + r[SI], r[BP] + r[DI],
                  r[SI], r[DI], r[BP], r[BX])[rm]
        segment = SS if rm in (2, 3, 6) else DS
        if mod == 0 and rm == 6:
            segment, offset = DS, self.fetch(True)
        elif mod:
            offset += self.fetch(True) if mod == 2 else self.fetch_signed()
        return reg, (segment if self.segment is None else self.segment, offset & 0xFFFF)

    def get(self, operand, wide):
        return self.load(*operand, wide) if isinstance(operand, tuple) else self.reg(operand, wide)

    def put(self, operand, wide, value):
        if isinstance(operand, tuple):
            self.store(*operand, value, wide)
        else:
            self.set_reg(operand, wide, value)

    # --- arithmetic -------------------------------------------------------------------------------

    def set_flag(self, flag, on):
        self.flags = self.flags | flag if on else self.flags & ~flag

    def result(self, value, wide):
        """Set SF, ZF and PF by a result, and give it cut to size."""
        value &= 0xFFFF if wide else 0xFF
        self.set_flag(ZF, value == 0)
        self.set_flag(SF, value >> (15 if wide else 7))
        self.set_flag(PF, bin(value & 0xFF).count("1") % 2 == 0)
        return value

    def alu(self, kind, a, b, wide):
        """ADD OR ADC SBB AND SUB XOR CMP, as opcodes count them. None: nothing is written."""
        top = 0x8000 if wide else 0x80
        if kind in (1, 4, 6):
            self.set_flag(CF | OF, False)
            return self.result({1: a | b, 4: a & b, 6: a ^ b}[kind], wide)
        carry = self.flags & CF if kind in (2, 3) else 0
        if kind in (0, 2):
            total = a + b + carry
            self.set_flag(OF, (a ^ total) & (b ^ total) & top)
        else:
            total = a - b - carry
            self.set_flag(OF, (a ^ b) & (a ^ total) & top)
        self.set_flag(CF, total < 0 or total >= top * 2)
        self.set_flag(AF, (a ^ b ^ total) & 0x10)
        total = self.result(total, wide)
        return None if kind == 7 else total

    def shift(self, kind, value, count, wide):
        """ROL ROR - - SHL SHR: those with carry and SAR nobody needed yet."""
        bits = 16 if wide else 8
        for _ in range(count):
            if kind in (0, 4):
                carry, value = value >> bits - 1, value << 1
                value = value & (1 << bits) - 1 | (carry if kind == 0 else 0)
            elif kind in (1, 5):
                carry, value = value & 1, value >> 1
                value |= carry << bits - 1 if kind == 1 else 0
            else:
                raise Past8086(f"shift {kind}")
            self.set_flag(CF, carry)
        if kind > 3 and count:
            self.result(value, wide)
        return value

    def daa(self):
        al, carry = self.byte_reg(AX), self.flags & CF
        adjusted = al
        if al & 15 > 9 or self.flags & AF:
            adjusted += 6
            self.set_flag(AF, True)
        if al > 0x99 or carry:
            adjusted += 0x60
        self.set_flag(CF, al > 0x99 or carry)
        self.set_byte_reg(AX, self.result(adjusted, False))

    def unary(self, wide):
        """F6 and F7: TEST NOT NEG - DIV, of which DIV by 0 is a broken program."""
        kind, operand = self.modrm()
        value = self.get(operand, wide)
        if kind == 0:
            self.alu(4, value, self.fetch(wide), wide)
        elif kind == 2:
            self.put(operand, wide, ~value)
        elif kind == 3:
            self.put(operand, wide, self.alu(5, 0, value, wide))
        elif kind == 6 and wide:
            self.r[AX], self.r[DX] = divmod(self.r[DX] << 16 | self.r[AX], value)
        else:
            raise Past8086(f"F6/F7 /{kind}")

    # --- one instruction --------------------------------------------------------------------------

    def condition(self, code):
        f = self.flags
        less = bool(f & SF) != bool(f & OF)
        truth = (f & OF, f & CF, f & ZF, f & (CF | ZF), f & SF, f & PF, less, less or f & ZF)[code >> 1]
        return bool(truth) != bool(code & 1)

    def jump_if(self, taken):
        distance = self.fetch_signed()
        if taken:
            self.ip = self.ip + distance & 0xFFFF

    def string(self, op, repeat):
        """MOVS STOS LODS, repeated CX times under REP."""
        wide, source = op & 1, DS if self.segment is None else self.segment
        step = (1 + wide) * (-1 if self.flags & DF else 1)
        while not repeat or self.r[CX]:
            value = self.reg(AX, wide) if op & ~1 == 0xAA else self.load(source, self.r[SI], wide)
            if op & ~1 == 0xAC:
                self.set_reg(AX, wide, value)
            else:
                self.store(ES, self.r[DI], value, wide)
                self.r[DI] = self.r[DI] + step & 0xFFFF
            if op & ~1 != 0xAA:
                self.r[SI] = self.r[SI] + step & 0xFFFF
            if not repeat:
                break
            self.r[CX] -= 1

    def step(self):
        self.segment, repeat, at = None, False, (self.s[CS], self.ip)
        op = self.fetch()
        while op & 0xE7 == 0x26 or op == 0xF3:
            if op == 0xF3:
                repeat = True
            else:
                self.segment = op >> 3 & 3
            op = self.fetch()
        if not (self.moves(op) or self.computes(op) or self.flows(op, repeat)):
            raise Past8086(f"opcode {op:02X} at {at[0]:04X}:{at[1]:04X}")

    def moves(self, op):
        wide = op & 1
        if op & 0xE6 == 0x06 and op != 0x0F:        # PUSH and POP of a segment register
            if wide:
                self.s[op >> 3] = self.pop()
            else:
                self.push(self.s[op >> 3])
        elif op & 0xF0 == 0x50:
            if op & 8:
                self.r[op & 7] = self.pop()
            else:
                self.push(self.r[op & 7])
        elif 0x86 <= op <= 0x8B:                    # XCHG, MOV
            reg, operand = self.modrm()
            there, here = self.get(operand, wide), self.reg(reg, wide)
            if op < 0x8A:
                self.put(operand, wide, here)
            if op < 0x88 or op > 0x89:
                self.set_reg(reg, wide, there)
        elif op in (0x8C, 0x8E):
            reg, operand = self.modrm()
            if op == 0x8C:
                self.put(operand, 1, self.s[reg & 3])
            else:
                self.s[reg & 3] = self.get(operand, 1)
        elif op & 0xF8 == 0x90:
            self.r[AX], self.r[op & 7] = self.r[op & 7], self.r[AX]
        elif op & 0xFC == 0xA0:
            address = (DS if self.segment is None else self.segment, self.fetch(True))
            if op & 2:
                self.store(*address, self.reg(AX, wide), wide)
            else:
                self.set_reg(AX, wide, self.load(*address, wide))
        elif op & 0xF0 == 0xB0:
            self.set_reg(op & 7, op & 8, self.fetch(op >> 3 & 1))
        elif op & 0xFE == 0xC6:
            _, operand = self.modrm()
            self.put(operand, wide, self.fetch(wide))
        elif op == 0x9C:
            self.push(self.flags_word())
        elif op == 0x9D:
            self.flags = self.pop()
        else:
            return False
        return True

    def computes(self, op):
        wide = op & 1
        if op < 0x40 and op & 7 < 4:
            reg, operand = self.modrm()
            a, b = self.get(operand, wide), self.reg(reg, wide)
            value = self.alu(op >> 3, b, a, wide) if op & 2 else self.alu(op >> 3, a, b, wide)
            if value is not None:
                self.put(reg if op & 2 else operand, wide, value)
        elif op < 0x40 and op & 7 < 6:
            value = self.alu(op >> 3, self.reg(AX, wide), self.fetch(wide), wide)
            if value is not None:
                self.set_reg(AX, wide, value)
        elif op == 0x27:
            self.daa()
        elif op & 0xF0 == 0x40:
            self.step_by_one(op & 7, 1, op & 8)
        elif op & 0xFC == 0x80:
            kind, operand = self.modrm()
            b = self.fetch_signed() & 0xFFFF if op == 0x83 else self.fetch(wide)
            value = self.alu(kind, self.get(operand, wide), b, wide)
            if value is not None:
                self.put(operand, wide, value)
        elif op & 0xFE == 0x84:
            reg, operand = self.modrm()
            self.alu(4, self.get(operand, wide), self.reg(reg, wide), wide)
        elif op & 0xFE == 0xA8:
            self.alu(4, self.reg(AX, wide), self.fetch(wide), wide)
        elif op & 0xFC == 0xD0:
            kind, operand = self.modrm()
            count = self.byte_reg(CX) if op & 2 else 1
            self.put(operand, wide, self.shift(kind, self.get(operand, wide), count, wide))
        elif op & 0xFE == 0xF6:
            self.unary(wide)
        elif op & 0xFE == 0xFE and self.load(CS, self.ip, 0) >> 3 & 7 < 2:
            kind, operand = self.modrm()
            self.step_by_one(operand, wide, kind)
        elif op == 0x98:
            self.r[AX] = (self.byte_reg(AX) ^ 0x80) - 0x80 & 0xFFFF
        else:
            return False
        return True

    def step_by_one(self, operand, wide, down):
        """INC and DEC, which leave CF alone."""
        carry = self.flags & CF
        self.put(operand, wide, self.alu(5 if down else 0, self.get(operand, wide), 1, wide))
        self.set_flag(CF, carry)

    def flows(self, op, repeat):
        if op & 0xF0 == 0x70:
            self.jump_if(self.condition(op & 15))
        elif op in (0xA4, 0xA5, 0xAA, 0xAB, 0xAC, 0xAD):
            self.string(op, repeat)
        elif op == 0xC3:
            self.ip = self.pop()
        elif op == 0xCD:
            self.interrupt(self, self.fetch())
        elif op == 0xE2:
            self.r[CX] = self.r[CX] - 1 & 0xFFFF
            self.jump_if(self.r[CX])
        elif op in (0xE8, 0xE9):
            target = self.fetch(True) + self.ip
            if op == 0xE8:
                self.push(self.ip)
            self.ip = target & 0xFFFF
        elif op == 0xEA:
            self.ip, self.s[CS] = self.fetch(True), self.fetch(True)
        elif op == 0xEB:
            self.jump_if(True)
        elif op == 0xF4:
            raise Halted
        elif op in (0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD):
            self.set_flag((CF, IF, DF)[op - 0xF8 >> 1], op & 1)
        else:
            return False
        return True
