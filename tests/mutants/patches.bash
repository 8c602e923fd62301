# shellcheck shell=bash
# patches.bash: the heads of seeded mistakes. Sourced by run, and by tests/judge.

# head_of PATCH WORD: the text after `WORD: ` in its head
head_of() { sed -n "/^--- /q; s/^$2: *//p" "$1"; }

san_of() { head_of "$1" with | sed 's/^SAN=//'; }
