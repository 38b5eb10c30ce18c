# SPDX-License-Identifier: MIT
#
# Flagstone's one Makefile. `make help` lists the targets; `make run` and `make test` fetch what they
# need by themselves (tools/setup).
#
#   sources (by wildcard)  ->  build/**/*.o  ->  build/flagstone.elf  ->  build/flagstone.iso
#
# A source file that appears in one of the source directories is compiled and linked; nothing is
# listed twice. Words that may be set on the command line:
#
#   OPT=-O2                  optimisation; -O0 is tested too
#   CC=clang                 another compiler
#   O=build                  where everything made goes; a second build lives beside the first
#   EXTRA_OBJS="a.o b.o"     more objects to link into the kernel
#   MODULE=path/file.c       a source to compile and link in; the image goes to build/with/file/
#   RAM=128 CPU=max MACHINE=pc APPEND="words"     the machine of `make run` and `make debug`
#   T="words"                the tests of `make test`, the program of `make host`, of `make fuzz`
#   TRACE="file..."          more traces for `make compare`

.DEFAULT_GOAL := all
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:

O   ?= build
OPT ?= -O2

# --- tools ------------------------------------------------------------------------------------
# A cross compiler where there is one, else the machine's own gcc with -m32.
CROSS := $(firstword $(foreach p,i686-elf- i686-linux-gnu-,$(if $(shell command -v $(p)gcc),$(p))))
ifeq ($(origin CC),default)
CC := $(CROSS)gcc
endif
ifeq ($(origin LD),default)
LD := $(CROSS)ld
endif
NM      ?= $(CROSS)nm
export OBJCOPY ?= $(CROSS)objcopy
NASM    ?= nasm
HOSTCC  ?= gcc
HOSTAR  ?= ar
PYTHON  ?= python3

# --- sources ----------------------------------------------------------------------------------
ASM_SRC := $(sort $(wildcard boot/*.asm arch/i386/*.asm))
C_SRC   := $(sort $(filter-out arch/i386/asm_offsets.c, \
             $(wildcard arch/i386/*.c kernel/*.c mm/*.c lib/*.c tests/kernel/*.c)))
LDSCRIPT := arch/i386/flagstone.ld

# With a module, the image lies in a folder of its own ($(I)): the kernel without it stays as it is.
I := $(O)$(if $(MODULE),/with/$(notdir $(basename $(firstword $(MODULE)))))
# Said here, for make itself would say less: which file is wrong, and why.
ifneq ($(filter-out clean help doctor check,$(or $(MAKECMDGOALS),all)),)
$(foreach m,$(MODULE),$(if $(filter-out %.c,$(m))$(findstring ',$(m)), \
   $(error MODULE: $(m) is no C file: its name ends in .c, without spaces and quotes)))
$(foreach f,$(MODULE) $(EXTRA_OBJS),$(if $(wildcard $(f)),,$(error MODULE or EXTRA_OBJS: there is no file $(f))))
endif
MODULE_OBJS := $(foreach m,$(MODULE),$(I)/$(notdir $(basename $(m))).module.o)

OBJS := $(ASM_SRC:%.asm=$(O)/%.asm.o) $(C_SRC:%.c=$(O)/%.o)
MORE_OBJS := $(MODULE_OBJS) $(EXTRA_OBJS)
KERNEL := $(I)/flagstone.elf
ISO    := $(I)/flagstone.iso

# --- flags ------------------------------------------------------------------------------------
# -nostdinc keeps the host's libc out; the compiler's own stdint.h and stdarg.h are let back in.
CC_INCLUDE := $(shell $(CC) -print-file-name=include 2>/dev/null)
# The stack is kept at multiples of 4, for nothing here needs more: no SSE. clang has its own word.
STACK_ALIGN := $(if $(findstring clang,$(CC)),-mstack-alignment=4,-mpreferred-stack-boundary=2)
WARN   := -Wall -Wextra -Wundef -Wstrict-prototypes -Wold-style-definition -Wmissing-prototypes \
          -Wpointer-arith -Wwrite-strings -Wvla -Wno-unused-parameter
CFLAGS_KERNEL = -m32 -march=i386 -std=gnu11 $(OPT) -g -ffreestanding -nostdinc -isystem $(CC_INCLUDE) \
          -Iinclude -Iarch/i386/include -D__KERNEL__ -fno-pic -fno-pie -fno-stack-protector \
          -fno-asynchronous-unwind-tables -fno-strict-aliasing -fno-common -fno-omit-frame-pointer \
          -ffunction-sections -mno-mmx -mno-sse -msoft-float $(STACK_ALIGN) -ffile-prefix-map=$(CURDIR)=. $(WARN) $(WERROR) $(CFLAGS)
NASMFLAGS = -f elf32 -g -F dwarf -Iboot/ -I$(O)/ $(NASM_WERROR)
# A function that nothing in the image calls is not linked in; a module that calls it gets it.
# The segment that runs before paging has code and data in one; newer linkers warn of that.
LD_QUIET := $(shell $(LD) --help 2>/dev/null | sed -n 's/.*\(--no-warn-rwx-segments\).*/\1/p')
LDFLAGS_KERNEL = -m elf_i386 $(LD_QUIET) -nostdlib --build-id=none -z noexecstack -z max-page-size=0x1000 \
          --orphan-handling=$(if $(WERROR),error,warn) --gc-sections -T $(LDSCRIPT)

.PHONY: all iso images run debug bochs bochs-tour test bench bench-scale footprint compare check doctor clean help
all: $(KERNEL) $(O)/stops.ok	## the kernel, build/flagstone.elf
iso:				## the CD image with GRUB, build/flagstone.iso
	@tools/setup build iso
	@$(MAKE) $(ISO) $(O)/stops.ok

# Changed flags or tools mean a new build: every object depends on a record of them. In the same way
# the links depend on a record of the objects, since a source that is gone has no date.
# record FILE,TEXT: write TEXT to FILE when it says something else
record = $(if $(filter-out $(subst $() ,^,$(file <$(1))),$(subst $() ,^,$(2))), \
           $(shell mkdir -p $(dir $(1)))$(file >$(1),$(2)))
FLAGS_NOW := $(CC) $(CFLAGS_KERNEL) | $(NASM) $(NASMFLAGS) | $(LD) $(LDFLAGS_KERNEL)
# Targets that first see to their tools start make again, and that one makes the records.
FETCHING := iso images run debug bochs bochs-tour test screenshots bench bench-scale footprint compare \
          coverage fuzz check
ifneq ($(filter-out clean help doctor matrix $(FETCHING),$(or $(MAKECMDGOALS),all)),)
$(foreach t,$(firstword $(CC)) $(NASM),$(if $(shell command -v $(t)),,$(error \
  $(t) is missing. `make run` fetches what it needs; `make doctor` names all that is missing)))
$(call record,$(O)/flags,$(FLAGS_NOW))
$(call record,$(I)/objects,$(OBJS) $(MORE_OBJS))
$(call record,$(O)/append,APPEND=$(value APPEND))
endif
# The rules themselves are part of the record; after `make clean all` all are made here.
$(O)/flags: Makefile
	@mkdir -p $(@D)
	@echo '$(FLAGS_NOW)' > $@
$(I)/objects: | $(O)/flags
	@mkdir -p $(@D)
	@echo '$(OBJS) $(MORE_OBJS)' > $@
$(O)/append: | $(O)/flags
	@printf 'APPEND=%s\n' '$(value APPEND)' > $@

# --- compile ----------------------------------------------------------------------------------
$(O)/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	@echo "  CC      $<"
	@$(CC) $(CFLAGS_KERNEL) -MMD -MP -c $< -o $@

# What runs once, at the prompt or in tests is compiled for size; what the benchmark measures, and what
# works on every frame at boot, for speed. `make bench` and `make footprint` say what that does.
FAST_SRC := $(wildcard mm/*.c kernel/bench*.c) $(addprefix lib/,string.c find.c rbtree.c bitmap.c \
             list_sort.c sort.c random.c) $(addprefix arch/i386/,paging.c tlb.c bench.c restart.c time.c)
SMALL_MM := $(wildcard mm/boottrace*.c mm/boot_*.c mm/memblock_*.c) $(addprefix mm/,e820.c \
             explain.c fault_inject.c layout.c ledger.c mempool.c meminfo.c overhead.c percpu.c slab_check.c \
             slab_debug.c slab_report.c util.c) kernel/bench_scale.c
SMALL_SRC := $(filter-out $(filter-out $(SMALL_MM),$(FAST_SRC)),$(C_SRC))
ifeq ($(OPT),-O2)
$(SMALL_SRC:%.c=$(O)/%.o): override CFLAGS += -Os
endif

# Leaves that jump to their slow halves: without a frame of its own each costs three instructions less,
# and the slow half's backtrace is whole (see the files). Tuned for a Pentium Pro, slab_fast.c works out
# the address of a struct page in fewer instructions; they are a 386's all the same.
$(addprefix $(O)/mm/,slab_fast.o fixmap.o highmem.o): override CFLAGS += -O2 -fomit-frame-pointer
$(O)/mm/slab_fast.o: override CFLAGS += -mtune=pentiumpro
$(O)/mm/slab_batch.o: override CFLAGS += -O2 -fomit-frame-pointer -mtune=generic

# Modules come from anywhere, so the rule names each.
define module_rule
$(I)/$(notdir $(basename $(1))).module.o: $(1) $(O)/flags
	@mkdir -p $$(@D)
	@echo "  CC      $$<"
	@$$(CC) $$(CFLAGS_KERNEL) -DKBUILD_MODNAME='"$(notdir $(basename $(1)))"' -MMD -MP -c $$< -o $$@
endef
$(foreach m,$(MODULE),$(eval $(call module_rule,$(m))))

# NASM 2.16's own list of what a file includes lacks most of it.
$(O)/%.asm.o: %.asm $(wildcard boot/*.inc) $(O)/asm_offsets.inc $(O)/flags
	@mkdir -p $(@D)
	@echo "  NASM    $<"
	@$(NASM) $(NASMFLAGS) $< -o $@

# Constants that C and NASM share: arch/i386/asm_offsets.c is compiled to text, in which each line
# that holds "@define NAME VALUE" becomes "%define NAME VALUE".
$(O)/asm_offsets.inc: arch/i386/asm_offsets.c $(O)/flags
	@echo "  GEN     $@"
	@$(CC) $(CFLAGS_KERNEL) -MMD -MT $@ -MF $(O)/asm_offsets.d -S $< -o $(O)/asm_offsets.s
	@sed -n 's/^.*@define \([A-Za-z0-9_]*\) \(-*[0-9]*\)".*$$/%define \1 \2/p' \
	  $(O)/asm_offsets.s > $@

-include $(OBJS:.o=.d) $(MODULE_OBJS:.o=.d) $(O)/asm_offsets.d

# --- link -------------------------------------------------------------------------------------
# The kernel prints names in backtraces, so it carries its own symbol table: link once with an empty
# table, make the table from that image, link again. The table lies behind all text, which
# therefore does not move; the last step makes sure of it.
$(I)/ksyms0.asm: tools/ksyms $(O)/flags
	@mkdir -p $(@D)
	@tools/ksyms < /dev/null > $@
$(I)/ksyms.asm: $(I)/pass1.elf tools/ksyms
	@echo "  KSYMS   $@"
	@$(NM) -n $< | tools/ksyms > $@
$(I)/ksyms0.o $(I)/ksyms.o: $(I)/%.o: $(I)/%.asm
	@cd $(I) && $(NASM) -f elf32 $*.asm -o $*.o
$(I)/pass1.elf: $(OBJS) $(MORE_OBJS) $(I)/ksyms0.o $(I)/objects $(LDSCRIPT)
	@echo "  LD      $@"
	@$(LD) $(LDFLAGS_KERNEL) -o $@ $(OBJS) $(MORE_OBJS) $(I)/ksyms0.o
$(KERNEL): $(I)/ksyms.o $(I)/pass1.elf
	@echo "  LD      $@"
	@$(LD) $(LDFLAGS_KERNEL) -Map=$(@:.elf=.map) -o $@ $(OBJS) $(MORE_OBJS) $(I)/ksyms.o
	@$(NM) -n $@ | tools/ksyms | cmp -s - $(I)/ksyms.asm || \
	  { echo "$@: text moved when the symbol table was filled in" >&2; rm -f $@; exit 1; }

# The stops of a walk through boot are labels of the source: one that is gone fails the build.
$(O)/stops.ok: $(KERNEL) boot/stops.txt kernel/main.c tools/check_stops
	@$(NM) $(KERNEL) | tools/check_stops boot/stops.txt kernel/main.c
	@touch $@

$(ISO): $(KERNEL) grub.cfg tools/mkiso
	@echo "  ISO     $@"
	@tools/mkiso $@ $(KERNEL) grub.cfg

# --- host tests: lib/ and mm/ as ordinary programs, under sanitizers --------------------------
# tests/host/test_NAME.c says in a comment "LINK: lib/x.c mm/y.c" which sources it tests.
HOST_TESTS := $(patsubst tests/host/%.c,$(O)/host/%,$(sort $(wildcard tests/host/test_*.c)))
# include/ comes last, for the host's own headers want the host's <linux/...>. To gcc that makes its
# headers the system's, which -MMD would leave out of the dependencies: hence -MD below.
CFLAGS_HOST = -m32 -std=gnu11 -O1 -g -DFLAGSTONE_HOST -D_GNU_SOURCE -fsanitize=address,undefined \
          -fno-sanitize-recover=undefined -fno-omit-frame-pointer -fno-builtin -fno-common \
          -fno-strict-aliasing -Wall -Wextra -Wno-unused-parameter -Itests/host/include \
          -idirafter include -idirafter arch/i386/include -include host_first.h $(HOST_WERROR) \
          $(HOST_CFLAGS)
host_sources = $(shell sed -n 's,^.*LINK: *\([^*]*\).*$$,\1,p' $(1))

.PHONY: host-tests host
host-tests: $(HOST_TESTS)

$(O)/host/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  HOSTCC  $<"
	@$(HOSTCC) $(CFLAGS_HOST) -MD -MP -c $< -o $@

# What the named sources use of lib/ besides comes out of an archive, as far as it is needed. The
# 64-bit divisions stay out: their names are libgcc's, and the sanitizers' start-up code uses those.
$(O)/host/lib.a: $(patsubst %.c,$(O)/host/obj/%.o, \
                   $(sort $(filter-out lib/div64.c,$(wildcard lib/*.c))))
	@rm -f $@
	@$(HOSTAR) rc $@ $^

define host_test_rule
$(O)/host/$(1): $(patsubst %.c,$(O)/host/obj/%.o,tests/host/$(1).c tests/host/support.c \
                $(call host_sources,tests/host/$(1).c)) $(O)/host/lib.a
	@echo "  HOSTLD  $$@"
	@$$(HOSTCC) $$(CFLAGS_HOST) $$^ -o $$@ -lcmocka
-include $(O)/host/obj/tests/host/$(1).d
endef
$(foreach t,$(notdir $(HOST_TESTS)),$(eval $(call host_test_rule,$(t))))
-include $(wildcard $(O)/host/obj/lib/*.d $(O)/host/obj/mm/*.d $(O)/host/obj/arch/i386/*.d \
                   $(O)/host/obj/tests/host/*.d)

host: $(or $(T:%=$(O)/host/%),$(HOST_TESTS))	## build and run the host tests, or T=test_rbtree
	@for t in $^; do $$t || exit 1; done

# --- fuzzing: any bytes into what reads text and maps --------------------------------------------
# tests/fuzz/fuzz_NAME.c names its sources as host tests do. `make fuzz` runs each for SECONDS; what
# it finds is build/fuzz/NAME-crash-*, and `build/fuzz/NAME FILE` shows it again.
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZCC  ?= clang
SECONDS ?= 120
CFLAGS_FUZZ = -m32 -std=gnu11 -O1 -g -DFLAGSTONE_HOST -D_GNU_SOURCE -fno-builtin -fno-common \
          -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
          -fno-strict-aliasing -Wall -Wno-unused-parameter -Itests/host/include -idirafter include \
          -include host_first.h

.PHONY: fuzz fuzzers
fuzzers: $(FUZZERS:%=$(O)/fuzz/%)
define fuzz_rule
$(O)/fuzz/$(1): tests/fuzz/fuzz_$(1).c $(call host_sources,tests/fuzz/fuzz_$(1).c) Makefile
	@mkdir -p $$(@D)
	@echo "  FUZZCC  $$<"
	@$$(FUZZCC) $$(CFLAGS_FUZZ) -MD -MP -MF $$@.d $$(filter %.c,$$^) -o $$@
-include $(O)/fuzz/$(1).d
endef
$(foreach f,$(FUZZERS),$(eval $(call fuzz_rule,$(f))))

fuzz:				## each fuzz target for SECONDS=120; T="name" picks some
	@tools/setup fuzz
	@$(MAKE) fuzzers
	@for f in $(or $(T),$(FUZZERS)); do \
	  mkdir -p $(O)/fuzz/corpus/$$f; echo "== $$f"; \
	  $(O)/fuzz/$$f -max_total_time=$(SECONDS) -timeout=10 -print_final_stats=1 \
	    -artifact_prefix=$(O)/fuzz/$$f- $(O)/fuzz/corpus/$$f || exit 1; done

# --- coverage: which lines of lib/ and mm/ the host tests run --------------------------------------
# The host tests once more, counted by gcov; tools/coverage adds up what they say of each line.
.PHONY: coverage
coverage:			## lines of lib/ and mm/ that the host tests run: build/coverage.txt
	@tools/setup build run host
	@tools/coverage

# --- the two boot allocators, compared on this machine -----------------------------------------
# Sources of the kernel as an ordinary program, optimised and without sanitizers. TRACE="FILE..."
# runs more traces (format: include/mm/boottrace.h).
COMPARE_SRC := tools/compare/main.c mm/boottrace.c mm/boottrace_run.c mm/bootmem.c mm/memblock.c \
          mm/memblock_arena.c $(addprefix lib/,bitmap.c cmdline.c find.c kstrtox.c random.c \
          string.c string_kernel.c)
CFLAGS_COMPARE = -m32 -std=gnu11 -O2 -g -DFLAGSTONE_HOST -D_GNU_SOURCE -fno-builtin -fno-common \
          -fno-strict-aliasing -ffunction-sections -fdata-sections -Wall -Wextra \
          -Wno-unused-parameter -Itests/host/include -idirafter include -include host_first.h \
          $(HOST_WERROR)

$(O)/compare/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@echo "  HOSTCC  $<"
	@$(HOSTCC) $(CFLAGS_COMPARE) -MMD -MP -c $< -o $@

$(O)/compare/compare: $(COMPARE_SRC:%.c=$(O)/compare/obj/%.o)
	@echo "  HOSTLD  $@"
	@$(HOSTCC) -m32 -Wl,--gc-sections $^ -o $@
-include $(wildcard $(COMPARE_SRC:%.c=$(O)/compare/obj/%.d))

compare:			## bootmem against memblock: build/compare.csv, build/compare.svg
	@tools/setup host
	@$(MAKE) $(O)/compare/compare
	@$(O)/compare/compare $(O)/compare.csv boot=tools/compare/boot.trace $(TRACE)
	@tools/compare/plot $(O)/compare.csv $(O)/compare.svg
	@echo "Written: $(O)/compare.csv $(O)/compare.svg"

# --- machines to run it on --------------------------------------------------------------------
# Each target first sees to the tools it needs, then starts make again, which finds them.
QEMU    ?= qemu-system-i386
RAM     ?= 128
CPU     ?= max
MACHINE ?= pc
QEMU_MACHINE = $(QEMU) -M $(MACHINE) -cpu $(CPU) -m $(RAM)

# MODULE="path/file.c" links that in. Words for the kernel make another image, whose GRUB has no menu.
# They are passed on as they were typed: in memmap=1M$20M neither make nor GRUB may see a variable.
$(I)/append.iso: $(KERNEL) tools/mkiso FORCE
	@printf 'set timeout=0\nmultiboot /boot/flagstone.elf %s\nboot\n' '$(subst $$,\$$,$(value APPEND))' > $(I)/append.cfg
	@tools/mkiso $@ $(KERNEL) $(I)/append.cfg
RUN_ISO = $(if $(APPEND),$(I)/append.iso,$(ISO))
.PHONY: FORCE

run:				## build, and boot in QEMU in this terminal
	@tools/setup build iso run
	@$(MAKE) $(RUN_ISO)
	@echo "Starting QEMU. Ctrl-A X leaves it, Ctrl-A H shows its other keys."
	@$(QEMU_MACHINE) -cdrom $(RUN_ISO) -display none -serial mon:stdio

debug:				## boot in QEMU, stopped at the kernel's entry, with gdb attached
	@tools/setup build iso run debug
	@$(MAKE) $(RUN_ISO)
	@tools/debug $(KERNEL) $(O)/debug.log $(QEMU_MACHINE) -cdrom $(RUN_ISO)

bochs:				## boot in Bochs's debugger, stopped at the kernel's first instruction
	@tools/setup build iso bochs tools
	@$(MAKE) $(RUN_ISO)
	@tools/bochs $(RUN_ISO) $(KERNEL)

bochs-tour:			## walk through boot in Bochs, stop by stop, with explanations
	@tools/setup build iso bochs tools
	@$(MAKE) $(RUN_ISO) $(O)/stops.ok
	@$(PYTHON) tools/bochs_tour $(RUN_ISO) $(KERNEL)

screenshots:			## pictures of the screen for docs/, from a real boot
	@tools/setup build run tools
	@$(MAKE) $(KERNEL)
	@$(PYTHON) tools/screenshots $(KERNEL) docs/img
.PHONY: screenshots

# --- proof ------------------------------------------------------------------------------------
# T="words" picks the tests whose names contain one of the words; see tests/run --help.
test:				## every test; ends with a line "N passed, N failed"
	@tools/setup build iso run debug bochs test
	@$(PYTHON) tests/run $(T)

# Every medium. The floppy and the disk have a loader of their own (boot/disk); APPEND goes into both,
# and other words make them anew.
IMAGES := $(ISO) $(O)/flagstone-disk.img $(O)/flagstone-floppy.img
.PHONY: matrix
matrix:				## write the last test run's table of machines into docs/11-old-hardware.md
	@tools/matrix $(O)/test/matrix.md docs/11-old-hardware.md

images:				## every medium: CD, hard disk or USB stick, floppy; in build/
	@tools/setup build iso tools
	@$(MAKE) $(IMAGES)
	@ls -l $(IMAGES) | awk '{ printf "  %9d bytes  %s\n", $$5, $$9 }'
$(O)/flagstone-disk.img $(O)/flagstone-floppy.img: $(O)/flagstone-%.img: $(KERNEL) tools/mkdisk \
                $(wildcard boot/disk/*) boot/a20.inc $(O)/append
	@echo "  DISK    $@"
	@$(PYTHON) tools/mkdisk $* $@ $(KERNEL) '$(value APPEND)'

bench:				## count the instructions of every operation; build/bench.tsv, bench.svg
	@tools/setup build iso run bochs tools
	@$(MAKE) $(KERNEL)
	@$(PYTHON) tools/bench $(KERNEL)

bench-scale:			## how costs grow with RAM, holes and what is live; build/scale.tsv, scale.svg
	@tools/setup build run tools
	@$(MAKE) $(KERNEL)
	@$(PYTHON) tools/scale

footprint:			## the image by section and file, and what boot keeps by size of RAM
	@tools/setup build run tools
	@$(MAKE) $(KERNEL)
	@$(PYTHON) tools/footprint.py

check:				## warnings as errors, two compilers, layers, static analysis
	@tools/setup build run check
	@tools/check

doctor:				## say which tools are there and which are missing
	@tools/setup --doctor

clean:				## remove everything made
	rm -rf $(O) tools/__pycache__ tests/harness/__pycache__

help:				## this list
	@awk -F ':.*## *' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@sed -n 's/^#   \([A-Z_]*=.*\)/  \1/p' Makefile
