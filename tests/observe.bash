# shellcheck shell=bash disable=SC2034
# observe.bash: for what takes seconds to watch. A suite loads it after helpers.bash, sets
#     OBSERVATIONS="calm storm"
# and defines a function for each, observe_calm and observe_storm. Such a function starts a server,
# does what is to be watched, and writes down what it sees; many tests then look into that:
#     note NAME TEXT...      a line of notes (also: >>"$NOTES.now")
#     seen calm              waits until that observation is over
#     noted NAME             the TEXT that was noted
#     healthy calm           fails, and says why, if the server did not answer afterwards, or did
#                            not end as it should; one test should call it, before any calls seen
# An observation is made once, when the first test calls seen, healthy or start_observing. All are
# made at the same time; if only one server can run, each is made when a test asks for it.

note() { echo "$*" >>"$NOTES.now"; }

noted() { sed -n "s/^$1 //p" "$NOTES"; }

observe() {
  local fine=1
  WHY_TEXT='' DEATH='' MUTE='' # those of the first test; they are not what failed
  OBSERVING=1
  NOTES=$BATS_FILE_TMPDIR/$1
  BATS_TEST_TMPDIR=$NOTES.tmp
  mkdir "$BATS_TEST_TMPDIR" && : >"$NOTES.now"
  open_shared # that of the first test goes with it
  if observe_"$1"; then note over yes; fi
  last_question || fine=
  stop_server || fine=
  if [ "$fine" ]; then
    note healthy yes
  else
    explain
    [ -z "$DEATH" ] || note died "$DEATH"
    [ -z "$MUTE" ] || note mute yes
  fi
  close_shared
  mv "$NOTES.now" "$NOTES"
}

observe_all() {
  local name
  mkdir "$BATS_FILE_TMPDIR/observing" 2>/dev/null || return 0
  for name in $OBSERVATIONS; do
    observe "$name" >"$BATS_FILE_TMPDIR/$name.log" 2>&1 &
  done
  wait
}

start_observing() {
  [ "$PORT_MODE" = fixed ] || (observe_all) >/dev/null 2>&1 </dev/null 3>&- 4>&- &
}

# await NAME: waits until that observation is over
await() {
  NOTES=$BATS_FILE_TMPDIR/$1
  start_observing
  if [ "$PORT_MODE" = fixed ] && [ ! -f "$NOTES" ]; then
    (observe "$1") >"$NOTES.log" 2>&1 </dev/null 3>&- 4>&-
  fi
  eventually 90 test -f "$NOTES"
}

seen() {
  [ -z "${UNREACHABLE:-}" ] || needs_basic || return
  await "$1"
  if [ "$(noted over)$(noted healthy)" != yesyes ]; then
    DEATH=$(noted died)
    [ -z "$DEATH" ] || OBSERVED=$NOTES
    WHY_TEXT="the server did not survive what was done to it; the test about that tells more"
  fi
  [ -z "$(noted over)" ] || return 0
  needs_basic || return
  if [ -n "$DEATH" ]; then
    fail "so the observation '$1' could not be finished"
  elif mkdir "$NOTES.told" 2>/dev/null; then
    fail "the observation '$1' could not be finished:" "$(cat "$NOTES.log")"
  else
    fail "needs the observation '$1', which could not be finished"
  fi
}

# A test that fails after it has seen a server that died says so first; one of them tells all of it.
tell_observed() {
  if mkdir "$OBSERVED.told" 2>/dev/null; then
    cat "$OBSERVED.log"
  else
    echo "$DEATH"
  fi
  OBSERVED=
}

healthy() {
  [ -z "${UNREACHABLE:-}" ] || needs_basic || return
  await "$1"
  [ "$(noted over)$(noted healthy)" != yesyes ] || return 0
  needs_basic || return
  DEATH=$(noted died) MUTE=$(noted mute)
  [ -n "$DEATH" ] || fail "the server did not survive this in good health:" "$(cat "$NOTES.log")" || return
  fail "$(cat "$NOTES.log")"
}

# closed_at NAME MS: talk's word `ends` noted that this connection was closed when MS ms had passed,
# or a little later.
closed_at() {
  local end
  end=$(noted "$1")
  end=${end%% *}
  [ "$end" != open ] || fail "connection '$1' was not closed; it was to be after $2 ms" || return
  [ "$end" -ge $(($2 - 200)) ] ||
    fail "connection '$1' was closed too early: after $end ms, not $2" || return
  [ "$end" -le $(($2 + 2000)) ] ||
    fail "connection '$1' was closed too late: after $end ms, not $2"
}
