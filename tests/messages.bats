# long: make check runs this suite, make test does not
#
# What a failing test tells a learner: small servers with one fault each, and the first lines that
# the suites say of them.

# shellcheck disable=SC2030,SC2031 # each test has an output of its own

bats_require_minimum_version 1.5.0
load expect

# server NAME <C: it is given a connection and what came on it, and answers. Listens on PORT, or
# whatever LISTEN says.
server() {
  mkdir "$SERVERS/$1"
  echo 'int main(void) { return 1; }' >"$SERVERS/$1/client.c"
  cat >"$SERVERS/$1/answer.h"
  cat >"$SERVERS/$1/server.c" <<'C'
#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "answer.h"
int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    a.sin_port = htons(LISTEN);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (void *)&a, size) || listen(fd, 9) || getsockname(fd, (void *)&a, &size)) {
        perror("server: bind");
        return 1;
    }
    printf(SAYS "%d\n", ntohs(a.sin_port));
    fflush(stdout);
    for (;;) {
        char text[64] = "";
        int peer = accept(fd, NULL, NULL);
        if (read(peer, text, sizeof text - 1) > 0) {
            fprintf(stderr, "client says: %s\n", text);
            answer(peer, text);
        }
        close(peer);
    }
}
C
  cat >>"$SERVERS/$1/answer.h" <<'C'
#ifndef LISTEN
#define LISTEN (getenv("PORT") ? atoi(getenv("PORT")) : 1234)
#endif
#ifndef SAYS
#define SAYS "listening on 127.0.0.1:"
#endif
C
}

setup_file() {
  export SERVERS=$BATS_FILE_TMPDIR/servers OUTER_PATH=${PATH#"$BATS_LIBEXEC:"}
  unset DIR PORT SAN GROUP FILTER
  mkdir "$SERVERS"
}

# on NAME SUITE REGEX: into output, what the suite says of that server in tests with such a name
on() {
  local tests=$BATS_TEST_DIRNAME
  SCRATCH=$(mktemp -d "$BATS_TEST_TMPDIR/on.XXXXXX")
  output=$(
    unset "${!BATS_@}"
    export PATH=$OUTER_PATH TALK_TIMEOUT=1000 FILTER=$3
    # shellcheck source=tests/runner.bash
    . "$tests/runner.bash"
    BATS=$("$TESTS/get-bats") && mkdir "$SCRATCH/built" || exit
    build_dir "$SERVERS/$1" || { cat "$BUILT.log" && exit; }
    run_suite "$(suite_file "$2")" "$BUILT" "$1" "$SCRATCH/results" 2>&1 3>&- 4>&-
  )
}

# first LINE: what stands right below the first FAIL
first() {
  local line
  line=$(sed -n '/^  FAIL/{n;s/^ *//;p;q;}' <<<"$output")
  [ "$line" = "$1" ] || { printf 'expected first: %s\ngot: %s\n' "$1" "$output" && return 1; }
}

# count N TEXT: so many lines have it
count() { [ "$(grep -cF -- "$2" <<<"$output")" = "$1" ] || { echo "not $1 times '$2': $output" && false; }; }

# Each test needs its own word, that the suite sends there and nowhere else: what is in a server's
# answer() about it makes it die there and nowhere else.

@test "extra: a server that crashed is told first, with its signal, and no cause of something else" {
  server wild <<'END'
static void answer(int fd, char *text)
{
    if (strlen(text) == 63)
        *(volatile int *)8 = 1;
    assert(write(fd, "world", 5) == 5);
}
END
  on wild ch03 'logs what the client says'
  first "the server crashed (SIGSEGV: a wild pointer or index?)"
  has "its last line on stderr:"
  count 1 "client says: xxxxxxxx"
  has "its lines on stderr before the last one:
              client says: hello"
  has "run it again with SAN=address,undefined, which names the line"
  has_not "likely cause"
  has_not "egmentation fault"
  has_not "JAIL_TELLS"
  on wild ch03 'says more than fits does not end the server'
  first "the server crashed (SIGSEGV: a wild pointer or index?)"
  has "likely cause: read() is allowed more bytes than the buffer has"
}

@test "extra: of a server that aborted, its assertion is told" {
  server asserts <<'END'
static void answer(int fd, char *text)
{
    assert(strlen(text) < 63);
    assert(write(fd, "world", 5) == 5);
}
END
  on asserts ch03 'logs what the client says'
  first "the server aborted (SIGABRT: assert(), abort() or a corrupted heap)"
  has "Assertion \`strlen(text) < 63' failed"
}

@test "extra: a server that crashes when it is asked to end is told so, and no cause of something else" {
  server ends-badly <<'END'
#include <signal.h>
static void crash(int signum)
{
    *(volatile int *)8 = signum;
}
static void answer(int fd, char *text)
{
    signal(SIGTERM, crash);
    assert(*text && write(fd, "world", 5) == 5);
}
END
  on ends-badly ch03 'logs what the client says'
  first "asked to end by SIGTERM, the server crashed (SIGSEGV: a wild pointer or index?)"
  has "run it again with SAN=address,undefined, which names the line"
  has_not "likely cause"
}

@test "extra: that a server is mute after a test is a failure of its own" {
  server mute <<'END'
static void answer(int fd, char *text)
{
    if (strncmp(text, "last", 4) == 0)
        pause();
    assert(write(fd, "world", 5) == 5);
}
END
  on mute ch03 'one after another'
  first "this test came to its end, but after it the server no longer answers; it sleeps: it waits for something that does not come"
  has_not "likely cause"
}

@test "extra: where the basic exchange fails, one test tells how, and the others that they need it" {
  server wrong <<'END'
static void answer(int fd, char *text)
{
    assert(write(fd, "word\n", 5) == 5);
}
END
  on wrong ch03 'core: (a client that|clients|the client.s exit status is not)'
  first "the basic exchange fails, and with it all that needs it"
  has "word"
  count 1 "likely cause: the order is accept(), read(), write()"
  count 1 "likely cause"
  count 5 "needs the basic exchange"
  has "1 passed, 6 failed"
  on wrong ch07 'core: (get of a missing key|a count that is larger than the list)'
  first "the basic exchange fails, and with it all that needs it"
  count 1 "needs the basic exchange"
  has_not "malformed"
}

@test "extra: a server that crashes in the basic exchange is told once" {
  server crashes <<'END'
static void answer(int fd, char *text)
{
    assert(fd < 0);
}
END
  on crashes ch03 'core: (a client that|clients|the client.s exit status is not)'
  first "the server aborted (SIGABRT: assert(), abort() or a corrupted heap)"
  count 1 "the basic exchange fails, and with it all that needs it"
  count 1 "the server aborted"
  count 1 "Assertion"
  count 0 "likely cause"
  has_not "Connection refused"
  [ -r /proc/net/tcp ] || return 0
  # It cannot be started anew: the port is in TIME_WAIT.
  PORT=$("$TOOLS/talk" --listen 0 | sed 's/.*://') on crashes ch03 'core: clients are'
  first "the server aborted (SIGABRT: assert(), abort() or a corrupted heap)"
  has "its last line on stderr:
              server: answer.h:3"
}

@test "extra: a server that answers nothing is not told of a wrong length" {
  server never-reads <<'END'
#include <sys/socket.h>
#define read(fd, to, size) recv(fd, to, size, pause()) /* it never gets there */
static void answer(int fd, char *text)
{
    assert(*text && write(fd, "world", 5) == 5);
}
END
  on never-reads ch04 'core: the length in the header is'
  first "the basic exchange fails, and with it all that needs it"
  has "talk: no reply came"
  has "likely cause: the server does not accept() or read()"
  has_not "big-endian"
  on never-reads ch03 'core: clients are served one'
  has "likely cause: the server does not accept() or read()"
}

@test "extra: of a server that listens elsewhere, the port is told; of one that ended, that" {
  server elsewhere <<'END'
#define LISTEN 0
#define SAYS "Listening on port "
static void answer(int fd, char *text)
{
    assert(write(fd, "world", 5) == 5);
}
END
  on elsewhere ch03 'core: clients'
  first "the server cannot be reached: started with PORT=0 it printed no line"
  [[ $output =~ it\ listens\ on\ port\ [0-9]+ ]] || has "it listens on port N"
  mkdir "$SERVERS/nowhere"
  printf 'int main(void) { return 3; }\n' >"$SERVERS/nowhere/server.c"
  on nowhere ch03 'core: clients'
  first "the server ended by itself with status 3"
  has_not "printed no line"
}

@test "extra: a server that crashes at its start is told so first, whatever its port" {
  mkdir "$SERVERS/stillborn"
  cat >"$SERVERS/stillborn/server.c" <<'END'
#include <stdio.h>
int main(void)
{
    fprintf(stderr, "reading the settings\n");
    *(volatile int *)8 = 1;
}
END
  local port
  for port in '' 1234; do
    PORT=$port on stillborn ch03 'core: clients are served one|core: the client prints'
    first "the server crashed (SIGSEGV: a wild pointer or index?)"
    has "its last line on stderr:
              reading the settings"
    has "run it again with SAN=address,undefined, which names the line"
    has_not "printed no line"
    has_not "likely cause"
    count 1 "crashed"
    count 2 "needs the basic exchange"
  done
}

@test "extra: a server with another port is told which, and where to test it" {
  [ -r "/proc/$$/net/tcp" ] || skip "the system does not tell"
  local port
  port=$("$TOOLS/talk" --listen 0 | sed 's/.*://')
  server other-port <<END
#define LISTEN (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)), $port)
#define SAYS "port "
static void answer(int fd, char *text)
{
    assert(*text && write(fd, "world", 5) == 5);
}
END
  on other-port ch03 'core: clients are served one'
  first "the server listens on port $port, not 1234 (PORT=$port tests it there)"
  has_not "likely cause"
  PORT=1234 on other-port ch03 'core: clients are served one'
  first "the server listens on port $port, not 1234 (PORT=$port tests it there)"
  PORT=$port on other-port ch03 'core: clients are served one'
  has "1 passed, 0 failed"
}

@test "extra: a server that listens on ::1 only is told so" {
  [ -r /proc/net/if_inet6 ] || skip "there is no IPv6 here"
  mkdir "$SERVERS/six"
  cat >"$SERVERS/six/server.c" <<'END'
#include <netinet/in.h>
#include <unistd.h>
int main(void)
{
    struct sockaddr_in6 a = { .sin6_family = AF_INET6, .sin6_port = htons(1234) };
    int fd = socket(AF_INET6, SOCK_STREAM, 0), yes = 1;
    a.sin6_addr = in6addr_loopback;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, (void *)&a, sizeof a) || listen(fd, 9))
        return 1;
    pause();
}
END
  on six ch03 'core: clients are served one'
  first "the server listens on port 1234 of ::1, not of 127.0.0.1"
  has_not "likely cause"
}

@test "extra: a port in TIME_WAIT is told as what it is: a missing SO_REUSEADDR" {
  [ -r /proc/net/tcp ] || skip "the system does not tell"
  server again <<'END'
static void answer(int fd, char *text)
{
    assert(write(fd, "world", 5) == 5);
}
END
  PORT=$("$TOOLS/talk" --listen 0 | sed 's/.*://') on again ch03 'core: (clients|.*started again)'
  has "1 passed, 1 failed"
  has "server: bind: Address already in use"
  has "before
          bind() the server must set SO_REUSEADDR"
}

@test "extra: a port that somebody else has is not called one in TIME_WAIT" {
  local port listens=$BATS_TEST_TMPDIR/listens
  # shellcheck disable=SC2046 # each is a word
  "$TOOLS/launch" -t 300 "$TOOLS/talk" --timeout 240000 --listen 0 @a skip 1 close \
    $(printf '@%s expect-eof ' {b..k}) >"$listens" 2>&1 3>&- 4>&- &
  until port=$(sed -n 's/^listening on .*://p' "$listens") && [ -n "$port" ]; do sleep 0.05; done
  "$TOOLS/talk" "$port" send x expect-closed # it is the listener that closes
  PORT=$port on again ch03 'core: clients'
  kill $!
  has "0 passed, 1 failed"
  count 0 "TIME_WAIT"
}

# client NAME <C: the client of the server NAME, which is right
client() {
  server "$1" <<'END'
static void answer(int fd, char *text)
{
    assert(*text && write(fd, "world", 5) == 5);
}
END
  cat >"$SERVERS/$1/client.c"
}

@test "extra: a client that crashed or hung is told first, and no cause of something else" {
  client wild-client <<'END'
#include <stdio.h>
int main(void)
{
    fprintf(stderr, "on the way\n");
    *(volatile int *)8 = 1;
}
END
  on wild-client ch03 'core: the client.s exit status is'
  first "the client crashed (SIGSEGV: a wild pointer or index?)"
  has "its last line on stderr:
              on the way
          run it again with SAN=address,undefined, which names the line
          the client's status"
  has_not "likely cause"
  has "  ok    core: the client's exit status is not 0 without a server"
  client hanging <<'END'
#include <unistd.h>
int main(void)
{
    pause();
}
END
  CLIENT_SECONDS=2 on hanging ch03 'core: the client.s exit status is 0'
  first "the client had not ended after 2 s"
  has_not "likely cause"
  has_not "launch:"
  has "the client's status (stderr: ) is not as expected"
}

@test "extra: of a server without a log it is said that it printed nothing" {
  server silent <<'END'
#define printf(...) ((void)0)
#define fprintf(...) ((void)0)
static void answer(int fd, char *text)
{
    assert(*text && write(fd, "world", 5) == 5);
}
END
  on silent ch03 'logs what the client says'
  first "the server's log, stdout and stderr, has no line that matches /hello/; the server has printed nothing"
  has "likely cause"
}

@test "extra: a server that dies at the question after a test is told to have died" {
  server leaves-last <<'END'
static void answer(int fd, char *text)
{
    assert(strncmp(text, "last", 4) != 0);
    assert(write(fd, "world", 5) == 5);
}
END
  on leaves-last ch03 'one after another'
  first "the server aborted (SIGABRT: assert(), abort() or a corrupted heap)"
  has "the server died at the question that follows every test"
  has_not "no longer answers"
  has_not "likely cause"
  count 1 "Assertion"
}

@test "extra: a server that dies while it is watched is told to have crashed, and no cause of something else" {
  cp -R "$BATS_TEST_DIRNAME/../ch12_timer" "$SERVERS/watched"
  local crash='*(volatile int *)8 = 1;'
  sed -i.old "/read() error/s/\$/ $crash/" "$SERVERS/watched/conn.c"
  sed -i.old "/removing idle connection/s/\$/ $crash/" "$SERVERS/watched/loop.c"
  on watched ch12 'core: (connections that end in another|a client that is accepted later|a request starts)'
  first "the server crashed (SIGSEGV: a wild pointer or index?)"
  count 3 "the server crashed (SIGSEGV: a wild pointer or index?)"
  count 2 "its last line on stderr:"
  has "read() error"
  has "removing idle connection"
  has "connection 'late' was closed too early"
  has "0 passed, 3 failed"
  has_not "good health"
  has_not "likely cause"
}
