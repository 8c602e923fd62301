# long: make check runs this suite, make test does not
#
# The course kit grades: a class of submissions, most of them hostile, is graded once, and the tests
# look at what came of it. A hostile one serves well once it has failed at what it tried, so that
# full points say that it could not do it; had it succeeded, it would have given up.

# shellcheck disable=SC2016 # what is quoted is to be expanded later
# shellcheck disable=SC2030,SC2031 # run sets output

bats_require_minimum_version 1.5.0
load expect

course=$BATS_TEST_DIRNAME/course

# ---- a submission: ch03's server and client, with mischief() and SAYS ----

# submission NAME <C (functions, includes): with `static void mischief(void)` in it
submission() {
  mkdir -p "$CLASS/$1"
  cat >"$CLASS/$1/mischief.h"
  cat >"$CLASS/$1/server.c" <<'END'
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "mischief.h"
int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    mischief();
    a.sin_port = htons(atoi(getenv("PORT") ? getenv("PORT") : "1234"));
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(fd, (void *)&a, size) || listen(fd, 9) || getsockname(fd, (void *)&a, &size))
        return 1;
    printf("listening on 127.0.0.1:%d\n", ntohs(a.sin_port));
    fflush(stdout);
    for (;;) {
        char text[64] = "";
        int peer = accept(fd, NULL, NULL);
        if (read(peer, text, sizeof text - 1) > 0 && write(peer, "world", 5) == 5)
            fprintf(stderr, "client says: %s\n", text);
        close(peer);
    }
}
END
  cat >"$CLASS/$1/client.c" <<'END'
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#ifndef SAYS
#define SAYS "server says: "
#endif
int main(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET };
    char text[64] = "";
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    a.sin_port = htons(atoi(getenv("PORT") ? getenv("PORT") : "1234"));
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, (void *)&a, sizeof a) || write(fd, "hello", 5) != 5)
        return 1;
    if (read(fd, text, sizeof text - 1) <= 0)
        return 1;
    printf(SAYS "%s\n", text);
    return 0;
}
END
}

harmless() { echo 'static void mischief(void) {}' | submission "$1"; }

# says NAME C-STRING: its client says that in place of what it should
says() {
  harmless "$1"
  { echo "#define SAYS $2" && cat "$CLASS/$1/client.c"; } >"$CLASS/$1/new"
  mv "$CLASS/$1/new" "$CLASS/$1/client.c"
}

good_ones() {
  harmless right
  says almost '"server said: "'
  says 'odd "name" <b>&, =é' '"server said: "'
  harmless $'red \302\23331m'
  says bytes '"\377\376\033[31m \1 \302\205 \"]]></failure><x>&\\t'\''"'
}

no_servers() {
  harmless broken && echo 'int main(void) { return no_such_thing; }' >"$CLASS/broken/server.c"
  harmless endless-make && printf 'all:\n\tsleep 1000\n' >"$CLASS/endless-make/Makefile"
  echo 'static void mischief(void) { exit(0); }' | submission fake
  submission sleeper <<'END'
#define write(fd, text, n) (pause(), 0)
static void mischief(void) {}
END
  submission scorer <<'END'
static void mischief(void)
{
    for (int fd = 1; fd < 20; fd++) {
        dprintf(fd, "\nok 1 core: a client that says hello is told world\n"
                    "ok 2 core: the client prints exactly: server says: world\n100 points\n");
    }
    exit(0);
}
END
}

too_much() {
  submission gigabytes <<'END'
static void mischief(void)
{
    static char text[1 << 20];
    for (int i = 0; i < 100; i++) {
        fwrite(text, 1, sizeof text, stdout);
    }
}
END
  submission memory <<'END'
#include <string.h>
static void mischief(void)
{
    for (int i = 0; i < 200; i++) {
        memset(malloc(4 << 20), i, 4 << 20);
        usleep(2000);
    }
    usleep(500000);
}
END
  submission disk <<'END'
static void mischief(void)
{
    static char block[1 << 20], name[64];
    int mib = 0;
    for (int i = 0; i < 100; i++) {
        sprintf(name, i % 2 ? "fill%d" : "/tmp/fill%d", i);
        FILE *f = fopen(name, "w");
        mib += f && fwrite(block, sizeof block, 1, f) == 1 && fflush(f) == 0;
    }
    if (mib > 90) {
        exit(7);
    }
}
END
  submission bomb <<'END'
static void mischief(void)
{
    int n = 0;
    while (n < 300) {
        int pid = fork();
        if (pid == 0) {
            sleep(20);
            _exit(0);
        }
        if (pid < 0) {
            return;
        }
        n++;
    }
    exit(7);
}
END
  cp -R "$CLASS/bomb" "$CLASS/bomb-in-make"
  echo 'static void mischief(void) {}' >"$CLASS/bomb-in-make/mischief.h"
  {
    printf '#include <signal.h>\n#include <stdlib.h>\n#include <unistd.h>\n'
    cat "$CLASS/bomb/mischief.h"
    echo 'int main(void) { setpgid(0, 0); mischief(); signal(SIGTERM, SIG_IGN);'
    echo 'return kill(0, SIGTERM); }'
  } >"$CLASS/bomb-in-make/bomb.c"
  printf 'all:\n\tcc -o bomb bomb.c && ./bomb\n\tcc -o server server.c\n\tcc -o client client.c\n' \
    >"$CLASS/bomb-in-make/Makefile"
}

# Is there a wall between us and what a submission kills: namespaces, or another user?
confined() {
  bash -c '. "$0/grading.bash" && open_grading && { [ -z "$WALLS" ] || [ "$LODGER" ]; }' "$course" \
    >/dev/null 2>&1 3>&- 4>&-
}

killer() {
  submission killer <<'END'
#include <signal.h>
static void mischief(void)
{
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
    kill(-1, SIGKILL);
    if (getppid() > 0)
        kill(getppid(), SIGKILL);
    signal(SIGTERM, SIG_DFL);
}
END
}

writer() {
  submission writer <<END
#include <fcntl.h>
static void mischief(void)
{
    static const char *paths[] = { "/etc/new", "/usr/new", "/new", "$BATS_TEST_DIRNAME/new",
        "$HOME/new", "$OUTSIDE/file", "$OUTSIDE/new", "$CLASS/right/new", "/tmp/new-$DAEMON" };
    for (int i = 0; i < 9; i++) {
        int fd = open(paths[i], O_WRONLY | O_CREAT | O_TRUNC, 0666);
        if (fd >= 0 && i < 4) {
            exit(7);
        }
    }
}
END
  printf 'all:\n\techo new >%s; cc -o server server.c; cc -o client client.c\n' \
    "$OUTSIDE/by-make" >"$CLASS/writer/Makefile"
}

attackers() {
  ! confined || { killer && writer; }
  submission spy <<END
#include <fcntl.h>
static void mischief(void)
{
    static const char *paths[] = { "$BATS_TEST_DIRNAME/helpers.bash", "$HIDDEN/secret.bats",
        "$CLASS/right/server.c", "$OUTSIDE/file", "/proc/1/environ", "/proc/1/root/etc/passwd" };
    for (int i = 0; i < 6; i++) {
        if (open(paths[i], O_RDONLY) >= 0) {
            exit(7);
        }
    }
}
END
  submission caller <<END
static void mischief(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons($LISTENS) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&a, sizeof a) == 0)
        exit(7);
}
END
  submission daemon <<END
#include <sys/prctl.h>
static void mischief(void)
{
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            prctl(PR_SET_NAME, "left-$DAEMON");
            sleep(60);
        }
        _exit(0);
    }
}
END
  mkdir "$CLASS/links" && ln -s "$OUTSIDE" "$CLASS/links/ch03"
  ln -s "$OUTSIDE/file" "$CLASS/links/server.c"
}

# ---- and two that look into the directory which a test shares with them ----

# Reads $NOTE, and leaves a file and a socket. Its client shows what $NOTE is, seen from where it starts.
reader() {
  submission reader <<'END'
#include <string.h>
#include <sys/un.h>
static void mischief(void)
{
    const char *note = getenv("NOTE");
    char text[64] = "";
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    FILE *f = note ? fopen(note, "r") : NULL;
    if (!f || !fgets(text, sizeof text, f))
        return;
    snprintf(a.sun_path, sizeof a.sun_path, "%s.sock", note);
    if (bind(s, (void *)&a, sizeof a) != 0 || listen(s, 1) != 0)
        exit(7);
    strcat(strcpy(a.sun_path, note), ".log");
    if (!freopen(a.sun_path, "w", stderr))
        exit(7);
    fprintf(stderr, "it says %s", text);
    fflush(stderr);
}
END
  cat >"$CLASS/reader/client.c" <<'END'
#include <stdio.h>
#include <stdlib.h>
int main(void)
{
    char text[64] = "";
    FILE *f = fopen(getenv("NOTE"), "r");
    return f && fgets(text, sizeof text, f) && fputs(text, stdout) >= 0 ? 0 : 1;
}
END
}

# Leaves links in $PLANT that lead to $TARGET, in place of what is there, looks for others' directories
# beside it, and with $FILL fills it.
planter() {
  submission planter <<'END'
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
static const char *dir, *target;
static void plant(const char *name, const char *behind)
{
    char path[4096], where[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    snprintf(where, sizeof where, "%s%s", target, behind);
    unlink(path);
    if (symlink(where, path) != 0)
        exit(7);
}
static void look_beside(void)
{
    char path[4096];
    struct dirent *e;
    snprintf(path, sizeof path, "%s/..", dir);
    DIR *d = opendir(path);
    while (d && (e = readdir(d)) != NULL)
        if (e->d_name[0] != '.' && strcmp(e->d_name, strrchr(dir, '/') + 1) != 0)
            exit(7);
    strcat(path, "/left");
    if (open(path, O_WRONLY | O_CREAT, 0666) >= 0)
        exit(7);
    snprintf(path, sizeof path, "%s/left", getenv("NEIGHBOR"));
    if (open(path, O_WRONLY | O_CREAT, 0666) >= 0)
        exit(7);
}
static void fill(void)
{
    static char block[1 << 20], name[4096];
    int mib = 0;
    for (int i = 0; i < 64; i++) {
        snprintf(name, sizeof name, "%s/%d", dir, i);
        FILE *f = fopen(name, "w");
        mib += f && fwrite(block, sizeof block, 1, f) == 1 && fflush(f) == 0;
    }
    if (mib > 32) {
        sleep(2); /* where it has no disk of its own, somebody looks once a second */
        exit(7);
    }
}
static void mischief(void)
{
    if (!(dir = getenv("PLANT")) || !(target = getenv("TARGET")))
        return;
    plant("file", "/file");
    plant("new", "/new");
    plant("taken", "/file");
    plant("dir", "");
    plant("other", "/file");
    look_beside();
    if (getenv("FILL"))
        fill();
}
END
}

# ---- the class is graded once ----

# kit SCRIPT ARGUMENT...
kit() { PATH=$OUTER_PATH "$course/$1" "${@:2}"; }

setup_file() {
  unset DIR FORMAT OUT UPTO EXTRA RUBRIC REQUIREMENT CSV CHAPTER PORT SAN GROUP FILTER NO_NAMESPACES
  export CLASS=$BATS_FILE_TMPDIR/class HIDDEN=$BATS_FILE_TMPDIR/hidden
  export OUTSIDE=$BATS_FILE_TMPDIR/outside CSV=$BATS_FILE_TMPDIR/class.csv DAEMON=$$
  export RUBRIC=$BATS_FILE_TMPDIR/rubric COURSE_TOOLS=$BATS_FILE_TMPDIR/tools
  export TALK_TIMEOUT=3000 BUILD_SECONDS=10 GRADE_SECONDS=60 FILE_MB=4 DISK_MB=16 TMP_MB=8
  export PROCESSES=40 MEMORY_MB=200
  mkdir "$CLASS" "$HIDDEN" "$OUTSIDE"
  chmod 711 "$BATS_FILE_TMPDIR"
  cp -R "$TOOLS" "$COURSE_TOOLS"
  echo precious >"$OUTSIDE/file"
  cp "$OUTSIDE/file" "$OUTSIDE/server"
  cat >"$RUBRIC" <<'END'
requirement: serve
title: The server says world
points: 60
invariant: 1
test: core: a client that says hello is told world

requirement: client
title: The client prints it
points: 40
test: core: the client prints exactly: server says: world
END
  printf 'load helpers\naccepts raw\n@%s {\nstart_server\ntalk ask hello answer hello\n}\n' \
    'test "core: a hidden test"' >"$HIDDEN/secret.bats"
  "$TOOLS/launch" -t 600 "$TOOLS/talk" --timeout 600000 --listen 0 expect nothing \
    >"$BATS_FILE_TMPDIR/listens" 2>/dev/null 3>&- 4>&- &
  LISTENER=$!
  until grep -q listening "$BATS_FILE_TMPDIR/listens"; do sleep 0.02; done
  LISTENS=$(sed -n '1s/.*://p' "$BATS_FILE_TMPDIR/listens")
  good_ones && no_servers && too_much && attackers && reader && planter
  echo >"$CLASS/"$'notes \033[31m'
  # bats puts its own innards first in PATH, and a bats among them that is not to be called
  export OUTER_PATH=${PATH#"$BATS_LIBEXEC:"}
  DIR=$CLASS CHAPTER=ch03 JOBS=3 kit grade-all >"$BATS_FILE_TMPDIR/progress" 2>&1 3>&- 4>&-
  # it ends when somebody calls
  ! kill "$LISTENER" 2>/dev/null || : >"$BATS_FILE_TMPDIR/nobody-called"
}

# ---- looking at it ----

report_of() { cat "${CSV%.csv}-reports/$1.txt"; }

# earns POINTS NAME: with its report, if it does not
earns() {
  local points
  points=$(report_of "$2" | sed -n 's/^total \(.*\) of 100 points$/\1/p')
  [ "$points" = "$1" ] && return
  echo "$2 has $points points, not $1:"
  report_of "$2"
  return 1
}

needs_namespaces() {
  ! report_of right | grep -q 'not confined: ' || skip "the grader has no namespaces here"
}

@test "extra: a right submission gets full points, an almost right one all but what it lost" {
  earns 100 right
  earns 60 almost
  has "server said: world" "$(report_of almost)"
  has "see ch03_hello/README.md, invariant" "$(report_of almost)"
}

@test "extra: the same submission gets the same points, whatever its name is" {
  earns 60 'odd "name" <b>&, =é'
  grep '^"almost"' "$CSV" | cut -d , -f 2-5 >"$BATS_TEST_TMPDIR/one"
  grep '^"odd' "$CSV" | sed 's/.*=é"//' | cut -d , -f 2-5 | cmp - "$BATS_TEST_TMPDIR/one"
}

@test "extra: what does not build, or builds without end, gets nothing, and its report says why" {
  earns 0 broken
  has "no_such_thing" "$(report_of broken)"
  earns 0 endless-make
  has "it still ran after 10 s" "$(report_of endless-make)"
}

@test "extra: a fake server gets nothing: it exits 0, sleeps, or prints its own score" {
  earns 0 fake
  earns 0 sleeper
  earns 0 scorer
}

@test "extra: a server that prints without end gets nothing, and a report of a few lines" {
  earns 0 gigabytes
  [ "$(report_of gigabytes | wc -c)" -lt 10000 ]
}

@test "extra: a server that takes more memory than it may is killed" {
  [ -r /proc/self/statm ] || skip "memory is not watched here"
  earns 0 memory
  has "used more memory" "$(report_of memory)"
}

@test "extra: who forks without end, in make or as a server, comes to its limit" {
  needs_namespaces
  earns 100 bomb
  earns 100 bomb-in-make
}

@test "extra: who fills the disk comes to its limit" {
  needs_namespaces
  earns 100 disk
}

@test "extra: who kills its group, its parent and everybody hits only itself" {
  [ -d "$CLASS/killer" ] || skip "here it could hit us"
  needs_namespaces
  earns 100 killer
}

@test "extra: a submission cannot read the tests, the hidden ones, or another submission" {
  needs_namespaces
  earns 100 spy
}

@test "extra: a submission can write nothing but its copy, neither in make nor as a server" {
  needs_namespaces
  earns 100 writer
  [ "$(cd "$OUTSIDE" && echo *)" = "file server" ]
  [ "$(cat "$OUTSIDE/file")" = precious ]
  [ ! -e "$CLASS/writer/server" ] && [ ! -e "$CLASS/right/new" ]
  [ ! -e "$HOME/new" ] && [ ! -e "/tmp/new-$DAEMON" ]
}

@test "extra: a folder that is a link leads nowhere" {
  earns 0 links
  [ "$(cat "$OUTSIDE/server")" = precious ]
  report_of right | grep -q 'not confined: ' ||
    run ! grep -q precious "${CSV%.csv}-reports/links.txt"
}

# Whatever its build leaves in place of what the grader reads itself, outside the jail
@test "extra: a link that the build leaves leads the grader nowhere" {
  local mine=$BATS_TEST_TMPDIR/mine secrets=$BATS_TEST_TMPDIR/secrets all mode
  all=$(mktemp -d /tmp/course.XXXXXX) && chmod 755 "$all"
  mkdir "$mine" "$secrets" && cp -R "$CLASS/right" "$mine/ch03"
  echo precious | tee "$secrets/.no-client" "$secrets/server" >/dev/null
  chmod 700 "$secrets/server" && chmod 600 "$secrets/.no-client"
  for mode in '' 1; do
    printf 'all:\n\tcc -o server server.c; mkdir client; ln -s %s/.no-client .no-client\n' "$secrets" \
      >"$mine/ch03/Makefile"
    grade DIR="$mine" NO_NAMESPACES=$mode TMPDIR="$all" ALL=1
    has "total 60 of 100 points" "$output"
    has "there is no ./client after the build" "$output"
    [[ $output != *precious* ]]
    printf 'all:\n\trm -rf ../ch03; ln -s %s ../ch03\n' "$secrets" >"$mine/ch03/Makefile"
    grade DIR="$mine" NO_NAMESPACES=$mode TMPDIR="$all" ALL=1
    has "total 0 of 100 points" "$output"
    [[ $output != *precious* ]]
  done
  rm -rf "$all"
}

@test "extra: a submission has a network of its own" {
  needs_namespaces
  earns 100 caller
  [ -f "$BATS_FILE_TMPDIR/nobody-called" ]
}

@test "extra: nothing of a submission is left running" {
  earns 100 daemon
  run ! grep -qs "left-$DAEMON" /proc/[0-9]*/comm
}

@test "extra: a class has a row for each in the table, a report for each, and a line as it is done" {
  local submissions=("$CLASS"/*/) reports=("${CSV%.csv}-reports"/*.txt)
  local all=${#submissions[@]}
  [ "$(wc -l <"$CSV")" -eq $((all + 1)) ]
  [ "${#reports[@]}" -eq "$all" ]
  grep -q "^\\[$all/$all\\] " "$BATS_FILE_TMPDIR/progress"
  cat "$CSV"
  [ "$(head -n 1 "$CSV")" = \
    '"submission","core","total","of","core serve (60)","core client (40)","remark"' ]
  grep -q '^"right",100,100,100,60,40,"full marks' "$CSV"
  grep -q '^"almost",60,60,100,60,0,"lost: client' "$CSV"
  grep -q '^"broken",0,0,100,0,0,"does not build' "$CSV"
}

# grade VAR=VALUE...: one submission on ch03
grade() { run env PATH="$OUTER_PATH" "$@" "$course/grade" ch03; }

@test "extra: every form is well-formed, whatever bytes a submission prints" {
  local python form
  python=$(command -v python3) && "$python" -c 'import json, csv, xml.dom.minidom' 2>/dev/null ||
    skip "there is no python3 that can read them"
  grade DIR="$CLASS/bytes" FORMAT=data OUT="$BATS_TEST_TMPDIR/data" EXTRA="$HIDDEN"
  for form in json gradescope classroom junit text csv autolab; do
    "$COURSE_TOOLS/report" $form <"$BATS_TEST_TMPDIR/data" >"$BATS_TEST_TMPDIR/$form"
  done
  "$python" - "$BATS_TEST_TMPDIR" <<'END'
import csv, json, sys, xml.dom.minidom
def read(name): return open(sys.argv[1] + '/' + name, encoding='utf-8').read()
ours = json.loads(read('json'))
assert ours['score'] == 60 and ours['chapters'][0]['groups']['core']['points'] == 100
scope = json.loads(read('gradescope'))
assert scope['score'] == 60 == sum(t['score'] for t in scope['tests'])
assert [t['visibility'] for t in scope['tests']] == ['visible', 'visible', 'after_published']
assert ']]></failure>' in scope['tests'][1]['output'] and '&\\t\'' in scope['tests'][1]['output']
room = json.loads(read('classroom'))
assert room['version'] == 1 and room['status'] == 'fail' and room['max_score'] == 100
assert {'name', 'status', 'score', 'message', 'test_code', 'filename', 'line_no',
        'execution_time'} == set(room['tests'][0])
assert [t['status'] for t in room['tests']] == ['pass', 'fail', 'pass']
cases = xml.dom.minidom.parseString(read('junit')).getElementsByTagName('testcase')
assert [len(c.getElementsByTagName('failure')) for c in cases] == [0, 1, 0]
assert '\x1b' not in read('text') and '\x1b' not in read('csv')
assert json.loads(read('autolab').splitlines()[-1])['scoreboard'] == [60]
assert len(next(csv.reader([read('csv')]))) == 8
END
}

@test "extra: for Autolab the last line of the report is its scores" {
  local python
  python=$(command -v python3) && "$python" -c 'import json' 2>/dev/null || skip "there is no python3 with json"
  grade DIR="$CLASS/almost" FORMAT=autolab
  has "server said: world" "$output"
  [ "${lines[${#lines[@]} - 1]}" = '{"scores": {"serve": 60, "client": 0}, "scoreboard": [60]}' ]
  "$python" -c 'import json, sys; assert sum(json.loads(sys.argv[1])["scores"].values()) == 60' \
    "${lines[${#lines[@]} - 1]}"
}

@test "extra: names in a class are shown without what a terminal would obey" {
  run ! grep -q $'\033\|\302\233' "$BATS_FILE_TMPDIR/progress"
  grep -q '^grade-all: notes .*31m is no folder: left out' "$BATS_FILE_TMPDIR/progress"
  grep -q '^\[[0-9]*/[0-9]*\] red .*31m: total 100 of 100' "$BATS_FILE_TMPDIR/progress"
}

@test "extra: hand-ins with the same code are listed, and those with ours" {
  local mine=$BATS_TEST_TMPDIR/mine
  mkdir "$mine" && cp -R "$course/../../ch03_hello" "$mine/anna" && cp -R "$CLASS/fake" "$mine/ben"
  mkdir "$mine/chris" && cp -R "$CLASS/fake" "$mine/chris/ch03" && echo '/* my own */' >>"$mine/chris/ch03/server.c"
  mkdir "$mine/dora"
  run -0 env PATH="$OUTER_PATH" DIR="$mine" CHAPTER=ch03 CSV="$mine.csv" "$course/grade-all"
  has "comments and blanks: our ch03_hello, anna" "$output"
  has "comments and blanks: ben, chris" "$output"
  [[ $output != *dora,* && $output != *", dora"* ]]
}

@test "extra: code that is slow to compare, and hand-ins that were not looked at, are not compared" {
  local mine=$BATS_TEST_TMPDIR/mine name
  mkdir "$mine"
  for name in anna ben chris dora emil; do
    mkdir "$mine/$name" && echo 'int no_server' >"$mine/$name/server.c"
  done
  comments() { awk -v n="$1" 'BEGIN { while (n--) printf "/**/"; print "" }'; }
  dd if=/dev/null of="$mine/ben/sparse" bs=1024 seek=9000 2>/dev/null
  comments 60000 | tee "$mine/chris/"{1,2,3,4}.c "$mine/dora/"{1,2,3,4}.c >/dev/null
  comments 500000 >"$mine/emil/long.c"
  SECONDS=0
  run -0 env PATH="$OUTER_PATH" DIR="$mine" CHAPTER=ch03 CSV="$mine.csv" PRINT_SECONDS=1 "$course/grade-all"
  [ "$SECONDS" -lt 60 ]
  has "the same code but for comments and blanks: anna, emil" "$output"
  [ "$(grep -c '^the same code' <<<"$output")" = 1 ]
}

@test "extra: what was lost and is worth nothing is one line, unless asked for" {
  printf '%s\n' $'submission\tmine' $'chapter\tch03\tch03_hello' $'build\tok\t' \
    $'requirement\tserve\tcore\t100\t1\tServe' $'test\tcore: one\tpassed\t1\t\t\t' \
    $'requirement\tgone\thardening\t0\t1\tGone' $'test\thardening: two\tfailed\t1\tlong\\nlist\t\t' \
    >"$BATS_TEST_TMPDIR/data"
  run -0 "$COURSE_TOOLS/report" text <"$BATS_TEST_TMPDIR/data"
  has "hardening      no points; 0 of 1 tests passed (ALL=1 lists the others)" "$output"
  [[ $output != *list$'\n'* ]]
  run -0 "$COURSE_TOOLS/report" gradescope <"$BATS_TEST_TMPDIR/data"
  [[ $output != *two* ]]
  printf 'test\tcore: %s\tfailed\t1\tneeds the %s\t\t\n' 3 client 4 'basic exchange' 5 client >>"$BATS_TEST_TMPDIR/data"
  sed -i.bak 's/hardening/core/' "$BATS_TEST_TMPDIR/data"
  run -0 "$COURSE_TOOLS/report" text <"$BATS_TEST_TMPDIR/data"
  has "2 tests need the client" "$output"
  has "1 test needs the basic exchange" "$output"
  mv "$BATS_TEST_TMPDIR/data.bak" "$BATS_TEST_TMPDIR/data"
  run -0 "$COURSE_TOOLS/report" text all <"$BATS_TEST_TMPDIR/data"
  has "FAIL  hardening: two" "$output"
}

@test "extra: hidden suites are shown apart, and give points by the rubric beside them" {
  grade DIR="$CLASS/right" EXTRA="$HIDDEN"
  has "hidden         no points; 1 of 1 tests passed" "$output"
  has "total 100 of 100 points" "$output"
  cp -R "$HIDDEN" "$BATS_TEST_TMPDIR/hidden"
  printf 'requirement: more\ntitle: More\npoints: 5\ntest: core: a hidden test\n' \
    >"$BATS_TEST_TMPDIR/hidden/rubric"
  grade DIR="$CLASS/fake" EXTRA="$BATS_TEST_TMPDIR/hidden"
  has "hidden         0 of 5 points" "$output"
  has "total 0 of 105 points" "$output"
}

@test "extra: a hidden suite that fails on our own stage is refused, and nobody is judged by it" {
  local wrong=$BATS_TEST_TMPDIR/wrong
  mkdir "$wrong" && sed 's/a hidden test/a wrong one/; s/answer hello/answer hello expect-silence 100/' \
    "$HIDDEN/secret.bats" >"$wrong/wrong.bats"
  grade DIR="$CLASS/right" EXTRA="$wrong"
  [ "$status" = 2 ]
  has "EXTRA: wrong.bats fails on our own ch03_hello, so nobody is judged by it:" "${lines[0]}"
  has "FAIL  core: a wrong one" "$output"
  echo '}' >>"$wrong/wrong.bats"
  grade DIR="$CLASS/right" EXTRA="$wrong"
  [ "$status" = 2 ]
  run -2 env PATH="$OUTER_PATH" DIR="$CLASS" CHAPTER=ch03 CSV="$BATS_TEST_TMPDIR/a.csv" EXTRA="$wrong" "$course/grade-all"
  has "EXTRA: wrong.bats fails" "$output"
  run -2 env PATH="$OUTER_PATH" OUT="$BATS_TEST_TMPDIR/a.zip" EXTRA="$wrong" "$course/gradescope" ch03
  [ ! -e "$BATS_TEST_TMPDIR/a.csv" ] && [ ! -e "$BATS_TEST_TMPDIR/a.zip" ]
}

@test "extra: a submission that ends a unit test with status 0 has not passed it" {
  local mine=$BATS_TEST_TMPDIR/mine rubric=$BATS_TEST_TMPDIR/rubric
  cp -R "$CLASS/right" "$mine"
  printf 'all:\n\tcc -o server server.c && cc -o client client.c\n' >"$mine/Makefile"
  printf '#include <stdint.h>\nuint64_t clock_now_ms(void);\n' >"$mine/clock.h"
  cat >"$mine/clock.c" <<'END'
#include <unistd.h>
#include "clock.h"
uint64_t clock_now_ms(void) { return 0; }
__attribute__((constructor)) static void leave(void)
{
    if (write(1, "ok\npassed\n", 10) == 10)
        _exit(0);
}
END
  printf 'requirement: clock\ntitle: Clock\npoints: 100\n%s\n' \
    "$(grep '^test: extra: .*clock' "$course/ch12/rubric" | head -n 1)" >"$rubric"
  run env PATH="$OUTER_PATH" DIR="$mine" RUBRIC="$rubric" "$course/grade" ch12
  has "total 0 of 100 points" "$output"
  has "the unit test ended before it was through" "$output"
  cat >"$mine/clock.c" <<'END'
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "clock.h"
extern char **environ;
uint64_t clock_now_ms(void) { return 0; }
__attribute__((constructor)) static void look_for_the_word(void)
{
    for (char **v = environ; *v; v++)
        if (strncmp(*v, "UNIT_", 5) == 0) {
            printf("passed %s\n", strchr(*v, '=') + 1);
            fflush(stdout);
            _exit(0);
        }
    _exit(0);
}
END
  run env PATH="$OUTER_PATH" DIR="$mine" RUBRIC="$rubric" "$course/grade" ch12
  has "total 0 of 100 points" "$output"
  cp "$BATS_TEST_DIRNAME"/../ch12_timer/clock.[ch] "$mine"
  run env PATH="$OUTER_PATH" DIR="$mine" RUBRIC="$rubric" "$course/grade" ch12
  has "total 100 of 100 points" "$output"
}

@test "extra: when the time is over, what was earned so far counts, and the report says so" {
  grade DIR="$CLASS/sleeper" GRADE_SECONDS=6 TALK_TIMEOUT=20000
  has "the time (6 s a chapter) was over" "$output"
  has "LATE  core: the client prints exactly: server says: world" "$output"
  has "total 0 of 100 points" "$output"
}

@test "extra: a line of megabytes, in a build or a test, does not hold up the report" {
  local mine=$BATS_TEST_TMPDIR/mine
  mkdir "$mine" && cat >"$mine/Makefile" <<'END'
all:
	@awk -v dir="$(CURDIR)/" 'BEGIN { for (n = 12000000 / length(dir); n > 0; n--) printf "%s", dir; print "end" }'
	@echo it fails; false
END
  SECONDS=0
  grade DIR="$mine" FILE_MB=14
  has "it does not build" "$output"
  has "it fails" "$output"
  [ "$SECONDS" -lt 40 ]
  cd "$BATS_TEST_TMPDIR"
  printf 'one\tcore\t5\t\tOne\n' >requirements
  printf 'one\tcore: a\n' >tests
  awk 'BEGIN { print "not ok 1 core: a"; printf "# "
    for (n = 0; n < 400000; n++) printf "/scratch/"; print "end\n# last" }' >tap
  SECONDS=0
  run -0 "$TOOLS/launch" -t 20 awk -v scratch=/scratch/ -f "$course/collect.awk" \
    is=requirements requirements is=tests tests is=tap tap
  has '\nlast' "$output"
}

@test "extra: a grader that hangs is killed, and the class goes on" {
  local mine=$BATS_TEST_TMPDIR/mine bin=$BATS_TEST_TMPDIR/bin tmp=$BATS_TEST_TMPDIR/tmp
  mkdir "$mine" "$bin" "$tmp" && cp -R "$CLASS/right" "$mine/anna" && mkdir "$mine/ben"
  echo 'int no_server' >"$mine/ben/server.c" # so its report has the last lines of the build
  printf '#!/bin/sh\n[ "$2" != 25 ] || sleep 1000\nexec %s "$@"\n' "$(command -v tail)" >"$bin/tail"
  chmod +x "$bin/tail"
  run -1 env PATH="$bin:$OUTER_PATH" DIR="$mine" CHAPTER=ch03 CSV="$mine.csv" GRADE_SECONDS=20 SPARE_SECONDS=5 \
    TMPDIR="$tmp" "$course/grade-all"
  has "anna: total 100 of 100 points" "$output"
  has "ben: could not be graded" "$output"
  has "it still ran after 25 s" "$(cat "$mine-reports/ben.txt")"
  [ -z "$(cd "$tmp" && ls -d server-tests.* 2>/dev/null)" ]
}

@test "extra: a grader that is told to end leaves nothing behind" {
  local grader status program dir
  mkdir "$BATS_TEST_TMPDIR/class" && cp -R "$CLASS/endless-make" "$BATS_TEST_TMPDIR/class"
  builds() { cat "$BATS_TEST_TMPDIR"/server-tests.*/results/..log | grep -q sleep; }
  for program in grade grade-all; do
    status=0 dir=$CLASS/endless-make
    [ "$program" = grade ] || dir=$BATS_TEST_TMPDIR/class
    env PATH="$OUTER_PATH" TMPDIR="$BATS_TEST_TMPDIR" DIR="$dir" CSV="$BATS_TEST_TMPDIR/csv" BUILD_SECONDS=60 \
      "$course/$program" ch03 >/dev/null 2>&1 3>&- 4>&- &
    grader=$!
    until builds 2>/dev/null; do
      kill -0 "$grader" || { echo "the grader ended before it was told to" && return 1; }
      sleep 0.05
    done
    kill -TERM "$grader"
    wait "$grader" || status=$?
    [ "$status" = 143 ]
    [ -z "$(cd "$BATS_TEST_TMPDIR" && ls -d server-tests.* 2>/dev/null)" ]
  done
}

@test "extra: without namespaces a submission is still limited and ended, and the report says so" {
  local all # a directory that other users can search
  all=$(mktemp -d /tmp/course.XXXXXX) && chmod 755 "$all"
  grade DIR="$CLASS/daemon" NO_NAMESPACES=1 TMPDIR="$all"
  has "total 100 of 100 points" "$output"
  has "not confined: this system has no namespaces" "$output"
  run ! grep -qs "left-$DAEMON" /proc/[0-9]*/comm
  grade DIR="$CLASS/endless-make" NO_NAMESPACES=1 BUILD_SECONDS=1 TMPDIR="$all"
  has "it still ran after 1 s" "$output"
  rmdir "$all"/* "$all"
}

@test "extra: without namespaces files are counted with their holes, handed in or written" {
  local mine=$BATS_TEST_TMPDIR/mine all
  all=$(mktemp -d /tmp/course.XXXXXX) && chmod 755 "$all"
  cp -R "$CLASS/right" "$mine"
  dd if=/dev/null of="$mine/sparse" bs=1024 seek=9000 2>/dev/null
  [ "$(du -sk "$mine" | cut -f 1)" -lt 1000 ]
  grade DIR="$mine" NO_NAMESPACES=1 TMPDIR="$all"
  has "the submission is larger than 8 MiB: it was not looked at" "$output"
  rm "$mine/sparse"
  printf 'all:\n\tfor i in 1 2 3 4 5 6 7 8 9; do dd if=/dev/null of=$$i bs=1024 seek=3000; done; sleep 100\n' \
    >"$mine/Makefile"
  grade DIR="$mine" NO_NAMESPACES=1 TMPDIR="$all"
  has "it wrote more than it may, and was killed" "$output"
  rmdir "$all"/* "$all"
}

@test "extra: without namespaces what a submission writes to common directories is bounded and removed" {
  local mine=$BATS_TEST_TMPDIR/mine all left own=/tmp/hog-$DAEMON-ours
  [ "$(id -u)" = 0 ] && confined || skip "only root can tell its files from others'"
  all=$(mktemp -d /tmp/course.XXXXXX) && chmod 755 "$all"
  cp -R "$CLASS/right" "$mine"
  cat >"$mine/Makefile" <<END
all:
	for dir in /tmp/hog-$DAEMON-1 /tmp/hog-$DAEMON-2 /var/tmp/hog-$DAEMON /dev/shm/hog-$DAEMON; do \\
	  mkdir \$\$dir; for i in 1 2 3; do dd if=/dev/zero of=\$\$dir/\$\$i bs=1024 count=1024; done; done
	cc -o server server.c && cc -o client client.c; sleep 2
END
  touch "$own"
  grade DIR="$mine" NO_NAMESPACES=1 TMPDIR="$all"
  left=$(ls -d /tmp/hog-"$DAEMON"* /var/tmp/hog-"$DAEMON"* /dev/shm/hog-"$DAEMON"* 2>/dev/null) || true
  rm -rf "$all" /tmp/hog-"$DAEMON"* /var/tmp/hog-"$DAEMON"* /dev/shm/hog-"$DAEMON"*
  has "it wrote more than it may, and was killed" "$output"
  has "write about 8 MiB to /tmp, /var/tmp and /dev/shm" "$output"
  equal_lines "$left" "$own"
}

@test "extra: a lock that a submission has left costs the next one nothing" {
  local all
  all=$(mktemp -d /tmp/course.XXXXXX) && chmod 755 "$all"
  mkdir "$all/server-tests-port-1234.lock" && echo 1 >"$all/server-tests-port-1234.lock/pid"
  grade DIR="$CLASS/right" NO_NAMESPACES=1 TMPDIR="$all" GRADE_SECONDS=30
  has "total 100 of 100 points" "$output"
  rm -rf "$all"
}

# grade_with SUITE NAME VAR=VALUE...: that submission, with a hidden suite, of which it must pass each test
grade_with() {
  local all tests extra=$BATS_TEST_TMPDIR/extra
  all=$(mktemp -d /tmp/course.XXXXXX) && chmod 755 "$all"
  mkdir -p "$extra" && cp "$1" "$extra/shares.bats"
  grade DIR="$CLASS/$2" EXTRA="$extra" EXTRA_TRIED=1 ALL=1 TMPDIR="$all" GRADE_SECONDS=30 "${@:3}"
  rm -rf "$all"
  tests=$(grep -c '^@test' "$1")
  has "hidden         no points; $tests of $tests tests passed" "$output"
}

# suite NAME <TEXT: a hidden one for ch03, into $SUITE; its tests begin with `%test`
suite() {
  SUITE=$BATS_TEST_TMPDIR/$1
  { printf 'load helpers\naccepts raw\n' && sed 's/^%test/@test/'; } >"$SUITE"
}

@test "extra: a test and a submission see each other's files in the directory that they share" {
  suite seen.bats <<'END'
%test "core: shares a file, a log and a socket" {
  echo hello | share note
  start_server NOTE="$SHARED/note"
  [ -S "$SHARED/note.sock" ] || fail "there is no socket"
  equal "the log" "it says hello" "$(shared note.log)"
  (cd "$SHARED" && CLIENT_ENV=NOTE=note client && equal "what the client reads" hello "$output")
  CLIENT_ENV=NOTE=note client
  equal "the status of a client that starts elsewhere" 1 "$status"
  stop_server
  CLIENT_ENV=NOTE=$SHARED/note client
  equal "what the client reads" hello "$output"
  echo "more" | share note
  equal "the changed file" more "$(shared note)"
}
%test "core: shares nothing with the test before" {
  equal "what is there" "" "$(ls -A "$SHARED")"
}
%test "core: shares nothing of a umask that shuts others out" {
  umask 077
  echo hello | share note
  start_server NOTE="$SHARED/note"
  talk ask hello answer hello
  equal "the log" "it says hello" "$(shared note.log)"
}
END
  grade_with "$SUITE" reader
  grade_with "$SUITE" reader NO_NAMESPACES=1
}

# hostile_suite BARE MODE: where BARE is yes, what is left there leads nowhere, whatever a test reads it
# with; MODE is that of a directory beside it
hostile_suite() {
  suite hostile.bats <<END
%test "core: shares what leads nowhere" {
  local name
  echo mine | share taken
  mkdir -m $2 "\$ALL_SHARED/neighbor"
  start_server PLANT="\$SHARED" TARGET="$SECRETS" NEIGHBOR="\$ALL_SHARED/neighbor"
  talk ask hello answer hello
  for name in file new taken dir; do
    [ -h "\$SHARED/\$name" ] || fail "\$name was not planted: this test is wrong"
    ! shared "\$name" >"\$BATS_TEST_TMPDIR/read" || fail "\$name is no file of the server's"
    equal "what is read" "" "\$(cat "\$BATS_TEST_TMPDIR/read")"
    echo mine | share "\$name"
    equal "what is written" mine "\$(shared "\$name")"
  done
  [ $1 = no ] || ! cat "\$SHARED/other" || fail "a link was followed"
}
%test "core: shares nothing with the test before" {
  equal "what is there" "" "\$(ls -A "\$SHARED")"
  if [ $1 = yes ]; then
    start_server PLANT="\$SHARED" TARGET="$SECRETS" FILL=1 NEIGHBOR=/nowhere
    talk ask hello answer hello
  else
    run_server PLANT="\$SHARED" TARGET="$SECRETS" FILL=1 NEIGHBOR=/nowhere
    contains "stderr" "it wrote more than it may" "\$errors"
  fi
}
%test "core: shares a disk that is not full" {
  head -c 2000000 /dev/zero | share large
  equal "its size" 2000000 "\$(shared large | wc -c | tr -d ' ')"
}
END
}

@test "extra: what a submission plants in the directory that it shares with a test gains it nothing" {
  SECRETS=$BATS_TEST_TMPDIR/secrets
  mkdir "$SECRETS" && echo precious >"$SECRETS/file" && chmod 600 "$SECRETS/file"
  if ! report_of right | grep -q 'not confined: '; then
    hostile_suite yes 777
    grade_with "$SUITE" planter
    [[ $output != *precious* ]]
  fi
  if [ "$(id -u)" = 0 ] && confined; then # else it is one user with us, and may do all of that
    hostile_suite no 700
    grade_with "$SUITE" planter NO_NAMESPACES=1
    [[ $output != *precious* ]]
  fi
  equal_lines "$(cd "$SECRETS" && echo *)" file
  equal_lines "$(cat "$SECRETS/file")" precious
}

equal_lines() { [ "$1" = "$2" ] || { echo "expected: $2, got: $1" && false; }; }

# What a suite of ours gives the server by name must be where its jail sees it; and what is there is
# written with share and read with shared.
@test "extra: suites share files with the server in SHARED, and nowhere else" {
  cd "$BATS_TEST_DIRNAME"
  run ! grep -nE '(SERVER_ARGS=|final_server|will_not_start|--unixsocket|client .*-s) .*BATS_TEST_TMPDIR' \
    ch*.bats f[0-9]*.bats
  run ! grep -nE '(>|<|cat|grep .*) *"\$SHARED/' ch*.bats f[0-9]*.bats final.bash
}

@test "extra: every invariant that a suite or a rubric names is one of the page that explains" {
  local suite faults='' names=0
  # shellcheck source=tests/course/grading.bash
  . "$course/grading.bash"
  for suite in "$BATS_TEST_DIRNAME"/{ch,f}[0-9]*.bats "$BATS_TEST_DIRNAME"/final_*.bats; do
    suite=$(basename "$suite" .bats)
    faults="$faults$(invariant_faults "$suite")"
    names=$((names + $(named_invariants "$suite" | wc -l)))
  done
  [ -z "$faults" ] || { echo "$faults" && false; }
  [ "$names" -gt 400 ]
  cd "$BATS_TEST_TMPDIR" && mkdir -p own/tests/course/f01 own/final/steps/{f01_one,f02_two} && cd own
  PROJECT=$PWD
  printf '## Invariants\n\n1. **One.**\n2. Two\n\n## Limits\n\n3. Three\n' | tee final/steps/f0{1_one,2_two}/README.md
  printf '  why %s "so"\n' 1 2 3 - 12 'f02_two 2' 'f02_two 4' >tests/f01_one.bats
  printf 'requirement: a\ntitle: A\npoints: 5\ninvariant: 9\ntest: core: a\n' >tests/course/f01/rubric
  run invariant_faults f01_one
  [ "${#lines[@]}" = 4 ]
  has "tests/course/f01/rubric: invariant: 9, but final/steps/f01_one/README.md has no such invariant" "$output"
  has "tests/f01_one.bats: why 4, but final/steps/f02_two/README.md has no" "$output"
  has "tests/f01_one.bats: why 12, but final/steps/f01_one/README.md has no" "$output"
}

@test "extra: a step's suite and its hints lead to the step's lesson, whatever it runs on" {
  local dir
  dir=$(bash -c '. "$0/course.bash" && absolute "$PROJECT/$(stage_of f01)"' "$course")
  run env PATH="$OUTER_PATH" DIR="$dir" FILTER='wrong use is one line' "$BATS_TEST_DIRNAME/run" f05
  has "see final/steps/f05_client/README.md, invariant 1" "$output"
  run env PATH="$OUTER_PATH" DIR="$dir" FILTER='where nothing is due|a poller that is not here' "$course/progress"
  has "Next, in f02: A poller that is not here stops the start" "$output"
  has "read:    final/steps/f02_pollers/README.md" "$output"
}

@test "extra: a report names the page, and files without the grader's own directories" {
  cd "$BATS_TEST_TMPDIR"
  printf 'one\tcore\t5\t\tOne\n' >requirements
  printf 'one\tcore: a\n' >tests
  printf '%s\n' 'not ok 1 core: a' '# stderr: /tmp/x.AbC/disk/shared/a1B2c3/my.conf:2: no' \
    '# and /tmp/x/bats-run-1/test/3/out' '# see final/steps/f03_settings/README.md, invariant 2' >tap
  run -0 awk -f "$course/collect.awk" is=requirements requirements is=tests tests is=tap tap
  has $'\tstderr: my.conf:2: no\\nand out\tfinal/steps/f03_settings/README.md, invariant 2\t' "$output"
}

@test "extra: the command in a report runs just the test that was lost" {
  local again
  again=$(report_of almost | sed -n "s/^ *again: make test-ch03 DIR=.*FILTER='\(.*\)\$\$'/\1\$/p")
  [ "$(grep '^@test' "$BATS_TEST_DIRNAME/ch03_hello.bats" | cut -d '"' -f 2 | grep -cE "$again")" = 1 ]
  eval "set -- $(report_of 'odd "name" <b>&, =é' | sed -n 's/^ *again: //p')"
  [ "$3" = "DIR=$CLASS/odd \"name\" <b>&, =é" ]
}

@test "extra: a chapter's folder is found by any of its names; else the directory is meant" {
  local pair
  cd "$BATS_TEST_TMPDIR"
  mkdir -p one/ch03 two/ch03_hello three/03 four/chapter3 five/ch03-mine six/src seven/ch04 eight/3_hello
  # shellcheck source=tests/course/grading.bash
  . "$course/grading.bash"
  for pair in one:ch03 two:ch03_hello three:03 four:chapter3 five:ch03-mine six:. seven: eight:3_hello; do
    [ "$(chapter_folder "$BATS_TEST_TMPDIR/${pair%:*}" ch03)" = "${pair#*:}" ] || has "$pair" ""
  done
}

@test "extra: of many folders for a chapter the first fifty are looked at" {
  mkdir -p "$BATS_TEST_TMPDIR/many/ch03-"{1..60}
  # shellcheck source=tests/course/grading.bash
  . "$course/grading.bash"
  [ "$(folders_for "$BATS_TEST_TMPDIR/many" 03 | wc -l)" -eq 50 ]
}

@test "extra: of the book's two chapters the later one's folder is graded, if it has a program" {
  cd "$BATS_TEST_TMPDIR"
  mkdir -p mine/08 mine/09 mine/10 mine/ch11 empty/08 empty/9 ours/ch08_hashtable ours/ch09
  touch mine/08/server.c mine/09/09_server.cpp mine/10/avl.c mine/ch11/Makefile empty/08/server.c ours/ch09/server.c
  # shellcheck source=tests/course/grading.bash
  . "$course/grading.bash"
  [ "$(chapter_folder "$BATS_TEST_TMPDIR/mine" ch08)" = 09 ]
  [ "$(chapter_folder "$BATS_TEST_TMPDIR/mine" ch10)" = ch11 ]
  [ "$(chapter_folder "$BATS_TEST_TMPDIR/empty" ch08)" = 08 ]
  [ "$(chapter_folder "$BATS_TEST_TMPDIR/ours" ch08)" = ch08_hashtable ]
  [ "$(chapter_named 9) $(chapter_named ch11) $(chapter_named 08)" = "ch08 ch10 ch08" ]
}

@test "extra: a submission whose name is too long for a report's has a report all the same" {
  local mine=$BATS_TEST_TMPDIR/mine long
  long=$(printf 'n%.0s' {1..253})
  mkdir "$mine" && mkdir "$mine/1" "$mine/$long" || skip "no folder can have such a name here"
  cp -R "$CLASS/right/." "$mine/$long"
  run -0 env PATH="$OUTER_PATH" DIR="$mine" CHAPTER=ch03 CSV="$mine.csv" "$course/grade-all"
  [[ $output != *"too long"* ]]
  [ "$(cd "$mine-reports" && echo *)" = "1.txt 2.txt" ]
  has "total 100 of 100 points" "$(cat "$mine-reports/2.txt")"
  has "full marks; its report is 2.txt" "$(grep "$long" "$mine.csv")"
}

@test "extra: the report says which folder was graded" {
  local both=$BATS_TEST_TMPDIR/both
  mkdir "$both" && cp -R "$CLASS/fake" "$both/02" && cp -R "$CLASS/right" "$both/03"
  grade DIR="$both"
  has "note: ch03: the folder 03 was graded" "$output"
  has "total 100 of 100 points" "$output"
}

@test "extra: wrong use is one clear line and status 2" {
  local say
  refused() {
    say=$1
    shift
    run -2 env PATH="$OUTER_PATH" "$@"
    has "$say" "$output"
    [ "$(printf '%s\n' "$output" | wc -l)" = 1 ]
  }
  cp "$RUBRIC" "$BATS_TEST_TMPDIR/there"
  refused "which submission?" "$course/grade" ch03
  refused "is not a directory" DIR=/nowhere "$course/grade" ch03
  refused "no chapter is called 'ch99'" DIR="$CLASS/right" "$course/grade" ch99
  refused "FORMAT is text" DIR="$CLASS/right" FORMAT=html "$course/grade" ch03
  refused "is there already" DIR="$CLASS/right" OUT="$BATS_TEST_TMPDIR/there" "$course/grade" ch03
  refused "is a number from 1 on" DIR="$CLASS/right" BUILD_SECONDS=x "$course/grade" ch03
  refused "there is no requirement 'x'" DIR="$CLASS/right" REQUIREMENT=x "$course/grade" ch03
  refused "is there already" DIR="$CLASS" CHAPTER=ch03 "$course/grade-all"
  refused "is there already" OUT="$BATS_TEST_TMPDIR/there" "$course/gradescope" ch03
  cmp "$RUBRIC" "$BATS_TEST_TMPDIR/there"
}

@test "extra: the autograder for Gradescope is a zip with its programs, and without our stages" {
  command -v unzip >/dev/null || skip "there is no unzip"
  OUT=$BATS_TEST_TMPDIR/a.zip EXTRA=$HIDDEN kit gradescope ch03
  mkdir "$BATS_TEST_TMPDIR/zip" && cd "$BATS_TEST_TMPDIR/zip"
  unzip -q ../a.zip
  [ -x setup.sh ] && [ -x run_autograder ] && [ -x project/tests/course/grade ]
  cmp hidden/secret.bats "$HIDDEN/secret.bats"
  cmp rubric "$RUBRIC"
  [ -z "$(find project/ch* project/final -name '*.c')" ]
  run env PATH="$OUTER_PATH" DIR="$CLASS/right" EXTRA="$PWD/hidden" project/tests/course/grade ch03
  has "total 100 of 100 points" "$output"
}
