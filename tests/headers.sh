#!/bin/sh
# SPDX-License-Identifier: MIT
#
# tests/headers.sh - the headers that code from elsewhere includes: <linux/*.h> and <asm/*.h>
#
#   each alone        in C11 and in gnu89, and a second time in the same file
#   all in one file   in alphabetical and in reverse order, in both languages, at -O0 and -O2
#   folds.c           what the compiler must work out by itself at -O2
#   tests/api/store.c a driver of old, in both languages
#   refused/*.c       mistakes that must not compile
#
# Each header only forwards: one that has a declaration of its own fails. The last line is
# "N passed, N failed"; the exit status is 0 only if nothing failed.

cd "$(dirname "$0")/.." || exit 2
CC=${CC:-gcc}
scratch=$(mktemp -d) || exit 2
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0

headers=$(cd include && ls linux/*.h asm/*.h) || exit 2
flags="-m32 -march=i386 -ffreestanding -nostdinc -isystem $($CC -print-file-name=include)
       -Iinclude -D__KERNEL__ -Wall -Wextra -Wundef -Wno-unused-parameter
       -Werror -fno-pie"

# $1: name, $2: 0 when the test passed; what went wrong is in $scratch/log
report() {
	if [ "$2" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "not ok $1"
		sed 's/^/# /' "$scratch/log" | head -n 20
	fi
}

# $1: source, the rest: more flags
compile() {
	source=$1
	shift
	# shellcheck disable=SC2086	# the flags are words
	$CC $flags "$@" -c "$source" -o "$scratch/out.o" > "$scratch/log" 2>&1
}

# Lines of C without comments, #include, include guards and other # lines.
own_lines() {
	$CC -fpreprocessed -dD -E -P "$1" 2> /dev/null | grep -v '^ *#' | grep -v '^ *$'
}

for header in $headers; do
	printf '#include <%s>\n#include <%s>\n' "$header" "$header" > "$scratch/alone.c"
	for std in gnu11 gnu89; do
		compile "$scratch/alone.c" -std=$std -O2
		report "$header alone in $std" $?
	done
	own_lines "include/$header" > "$scratch/log"
	[ ! -s "$scratch/log" ]
	report "$header only forwards" $?
done

for order in sort 'sort -r'; do
	for header in $headers; do
		echo "#include <$header>"
	done | $order > "$scratch/all.c"
	for std in gnu11 gnu89; do
		for opt in -O0 -O2; do
			compile "$scratch/all.c" -std=$std $opt
			report "all together ($order) in $std $opt" $?
		done
	done
done

compile tests/headers/folds.c -std=gnu11 -O2
report "constants fold" $?

for std in gnu11 gnu89; do
	compile tests/api/store.c -std=$std -O2
	report "a driver in $std" $?
done

for mistake in tests/headers/refused/*.c; do
	! compile "$mistake" -std=gnu11 -O2 && grep -q 'error' "$scratch/log"
	report "$mistake is refused" $?
done

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
