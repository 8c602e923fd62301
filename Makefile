# make, or make help for everything else that can be made here.

ALL_STAGES := $(patsubst %/Makefile,%,$(sort $(wildcard ch[0-9][0-9]_*/Makefile)) \
                                  $(wildcard final/Makefile))
LATEST := $(lastword $(ALL_STAGES))

# ch07_kv is also ch07
short = $(firstword $(subst _, ,$1))

# The scripts run makes of their own, which take variables from the environment, not these flags.
RUN := MAKEFLAGS= MFLAGS= MAKELEVEL=

# Not every shell opens up the ~ of DIR=~/my-redis.
define open_tilde
ifdef $1
override $1 := $(patsubst ~/%,$(HOME)/%,$($1))
export $1
endif
endef
$(foreach v,DIR OUT CSV EXTRA RUBRIC TESTS TUTOR,$(eval $(call open_tilde,$v)))

all: $(ALL_STAGES)

$(ALL_STAGES):
	@$(MAKE) --no-print-directory -s -C $@
	@echo "built $@/server and $@/client"

define shorthand
$(call short,$1): $1
.PHONY: $(call short,$1)
endef
$(foreach s,$(filter-out final,$(ALL_STAGES)),$(eval $(call shorthand,$s)))

# The steps from the last chapter to final: make f05 writes that program out and builds it.
STEPS := $(patsubst final/steps/%/step.diff,%,$(sort $(wildcard final/steps/f*/step.diff)))
define step
$(call short,$1) $1:
	@$$(RUN) tests/maintain/steps one $1 '$$(OUT)'
.PHONY: $(call short,$1) $1
endef
$(foreach s,$(STEPS),$(eval $(call step,$s)))

steps:
	@$(RUN) tests/maintain/steps write '$(OUT)'

steps-save:
	@$(RUN) tests/maintain/steps save

run: $(LATEST)
	@cd $(LATEST) && exec ./server

test:
	@$(RUN) tests/run

test-%:
	@$(RUN) tests/run $(call short,$*)

matrix:
	@$(RUN) tests/matrix

stages:
	@$(RUN) tests/maintain/stages

diff:
	@$(RUN) tests/maintain/diff $(A) $(B)

diff-%:
	@$(RUN) tests/maintain/diff $*

check:
	@$(RUN) tests/maintain/check

bench:
	@$(RUN) tests/bench/claims

bench-peers:
	@$(RUN) tests/bench/peers

carry:
	@$(RUN) tests/maintain/carry '$(FILE)'

gdb-%:
	@$(RUN) tests/tools/gdb/start $*

# The course kit: tests/LEARNERS.md and tests/INSTRUCTORS.md have its story.
book:
	@$(RUN) tests/book/make

starter-%:
	@$(RUN) tests/course/starter $(call short,$*)

grade-all:
	@$(RUN) tests/course/grade-all

grade-%:
	@$(RUN) tests/course/grade $(call short,$*)

gradescope-%:
	@$(RUN) tests/course/gradescope $(call short,$*)

progress:
	@$(RUN) tests/course/progress

watch-%:
	@$(RUN) tests/course/watch $(call short,$*)

judge-%:
	@$(RUN) tests/judge/judge $(call short,$*)

hunt-check:
	@$(RUN) tests/hunt/check

hunt-%:
	@$(RUN) tests/hunt/hunt $(call short,$*)

parsons-check:
	@$(RUN) tests/parsons/check

parsons-%:
	@$(RUN) tests/parsons/make $(call short,$*)

mutants:
	@$(RUN) tests/mutants/run

flaky:
	@$(RUN) tests/mutants/flaky

clean:
	@for s in $(ALL_STAGES); do $(MAKE) --no-print-directory -s -C $$s clean || exit; done
	@rm -rf tests/build

# make -j clean all: first the one, then the other
ifeq ($(firstword $(MAKECMDGOALS)),clean)
$(ALL_STAGES): clean
endif

help:
	@echo 'make                     build every stage: a server and a client in each folder'
	@echo 'make run                 build and start the server of $(LATEST), on PORT or 1234'
	@echo 'make ch07                build one stage (ch07 or its full name)'
	@echo 'make test                run all tests'
	@echo 'make test-ch07           run the tests of one chapter on its stage, or on your own code:'
	@echo '                           DIR=~/my-redis  a directory that builds a server and a client'
	@echo '                           PORT=1234       for a server that listens only there'
	@echo '                           SERVER=host:port  one that runs there already (f04 and on)'
	@echo '                           GROUP=core      only what the book promises (hardening, extra)'
	@echo '                           FILTER=regex    only the tests with such a name'
	@echo '                           SAN=address,undefined, SAN=thread, CC=clang'
	@echo 'make stages              the table of stages: chapters, size, and what each step costs'
	@echo 'make diff-ch07           read what a stage adds to the one before (STAT=1: a summary)'
	@echo 'make diff A=ch07 B=ch10  the same for any two stages'
	@echo 'make diff-final          the steps f01, f02 ... from the last chapter to final'
	@echo 'make f05                 write out the program of that step, and build it (OUT=dir)'
	@echo 'make diff-f05            read what that step adds, part by part (PART=2: one part)'
	@echo 'make gdb-ch10            start gdb on a stage, with commands that print its tables and trees'
	@echo 'make book                the same steps as HTML pages, with the READMEs (OUT=dir)'
	@echo
	@echo 'For courses (more in tests/LEARNERS.md and tests/INSTRUCTORS.md):'
	@echo 'make progress DIR=~/my-redis'
	@echo '                         how far your own server is, and what to do next (HINT=1..3)'
	@echo 'make watch-ch07 DIR=d    run the tests again whenever a file is saved'
	@echo 'make starter-ch07 OUT=d  a directory to hand out, with functions still to be written'
	@echo '                           LEVEL=function (some are empty), module, step (what came before)'
	@echo 'make judge-ch07 TESTS=d  tests that you wrote: which mistakes do they catch? (ALL=1)'
	@echo 'make hunt-ch08           a program with one secret mistake (SEED=7 OUT=dir); when it is mended:'
	@echo '                           make hunt-check DIR=dir'
	@echo 'make parsons-ch10        lines of a function, mixed: put them in order (OUT=dir); then'
	@echo '                           make parsons-check DIR=dir'
	@echo 'make grade-ch07 DIR=d    points and reasons; DIR is not trusted and runs confined'
	@echo '                           FORMAT=text|json|junit|gradescope|classroom  OUT=file  UPTO=1'
	@echo '                           RUBRIC=file  EXTRA=dir'
	@echo 'make grade-all DIR=submissions CHAPTER=ch07 CSV=out.csv'
	@echo 'make gradescope-ch07     an autograder for Gradescope (OUT=autograder.zip)'
	@echo
	@echo 'For maintainers (more in tests/MAINTAINERS.md):'
	@echo 'make matrix              every suite on every stage: who passes what'
	@echo 'make mutants             every suite finds the mistakes it is there for (CHAPTER=ch07)'
	@echo '                           GENERATED=1 SEED=1 COUNT=20: mistakes made by a program'
	@echo 'make flaky               repeat the suites under load: does any test differ? (N=50 SUITE=ch07)'
	@echo 'make check               everything a maintainer checks: compilers, sanitizers, READMEs...'
	@echo 'make bench               what the chapters claim about cost, measured (ONLY=table, ONLY=ch08)'
	@echo 'make bench-peers         final beside redis-server: speed, stalls, memory (ONLY=get16,fill,'
	@echo "                           BEFORE=dir, PEERS='name=command {PORT}')"
	@echo 'make carry FILE=ch04_protocol/wire.c'
	@echo '                         carry a fix just made there into all later stages (DRY=1: show)'
	@echo 'make steps               write out all steps, to edit them: tests/build/steps'
	@echo '                           make carry FILE=f06_rows/command.c then carries the edit on'
	@echo 'make steps-save          make the series of what stands there'
	@echo 'make clean               remove what was built'

.PHONY: all run test matrix stages steps steps-save diff check bench bench-peers carry book \
        grade-all progress hunt-check parsons-check mutants flaky clean help $(ALL_STAGES)
