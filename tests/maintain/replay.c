/*
 * replay: runs the ```console blocks of a README and compares what they print with what it shows.
 *
 *     replay README.md     run in a copy of its folder
 *
 * A block is one session in a fresh bash on a terminal of its own, as a reader would type it:
 * - `$ ` begins a command; `> ` continues a command that ends in `\`;
 * - every other line is output of the command before it, and must be the same.
 *
 * There are some exceptions from that:
 *
 * - `...` stands for any characters within a line, and alone on its line for any number of lines
 * - 1234, as a word, stands for a free port, which PORT names in the environment
 * - any other number after `127.0.0.1:` stands for any number
 * - messages of the shell about jobs (`[1] 4711`, `[1]+  Terminated ...`) are ignored on both sides
 *
 * A command that ends in `&` has a terminal of its own. Its output may mix with that of the
 * commands after it, as long as each keeps its order. The README's output is waited for.
 *
 * No job may be left running at the end of a block. A `make run &` ends when its server shuts down:
 * make sometimes complains if it is killed just as its child ends.
 *
 * Blocks that run the tests (`make test...`, `make check`, `make matrix`, `tests/run`) are skipped.
 * Without redis-cli, a block that calls it is skipped, too, and a line says so.
 *
 * Status: 0 as shown, 1 not as shown, 2 wrong use, 3 nothing to run.
 */
#define _DEFAULT_SOURCE /* these three: for posix_openpt() and TIOCSCTTY */
#define _XOPEN_SOURCE 700
#define _DARWIN_C_SOURCE
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
    COMMAND_MS = 180000, /* the limit for a command, such as make */
    OUTPUT_MS = 60000,   /* the limit for the output of a background job */
    QUIET_MS = 150,      /* after this long without output, no more will come */
};

#define PROMPT '\036' /* what the shell prints when it is ready, and nobody else */

static char port[8];

static void die(const char *what)
{
    fprintf(stderr, "replay: %s: %s\n", what, strerror(errno));
    exit(2);
}

static long long now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Finds a port for the sessions, below those that the system hands out by itself. */
static void choose_port(void)
{
    unsigned start = (unsigned)now_ms() + (unsigned)getpid() * 37;

    for (unsigned i = 0; i < 1000; i++) {
        struct sockaddr_in addr = {
            .sin_family = AF_INET,
            .sin_port = htons((uint16_t)(20000 + (start + i) % 10000)),
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        };
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0)
            die("socket");
        bool is_free = bind(fd, (struct sockaddr *)&addr, sizeof addr) == 0;
        close(fd);
        if (is_free) {
            snprintf(port, sizeof port, "%u", (unsigned)ntohs(addr.sin_port));
            return;
        }
    }
    die("no free port");
}

/* Text that grows; always ends in a NUL. */
struct text {
    char *s;
    size_t len, room;
};

static void text_add(struct text *t, const char *s, size_t n)
{
    if (t->len + n + 1 > t->room) {
        t->room = (t->len + n + 1) * 2;
        t->s = realloc(t->s, t->room);
        if (!t->s)
            die("realloc");
    }
    memcpy(t->s + t->len, s, n);
    t->len += n;
    t->s[t->len] = '\0';
}

/* Lines, each without its newline. */
struct lines {
    char **at;
    size_t n;
};

static void lines_add(struct lines *l, const char *s, size_t n)
{
    l->at = realloc(l->at, (l->n + 1) * sizeof *l->at);
    if (!l->at || !(l->at[l->n] = malloc(n + 1)))
        die("malloc");
    memcpy(l->at[l->n], s, n);
    l->at[l->n++][n] = '\0';
}

static void lines_free(struct lines *l)
{
    while (l->n > 0)
        free(l->at[--l->n]);
    free(l->at);
    l->at = NULL;
}

/* Adds s to t, with the word `from` replaced by `to`. */
static void text_replace(struct text *t, const char *s, const char *from, const char *to)
{
    size_t n = strlen(from);

    for (char before = ' '; *s; before = *s++) {
        if (strncmp(s, from, n) == 0 && !isalnum((unsigned char)before) &&
            !isalnum((unsigned char)s[n])) {
            text_add(t, to, strlen(to));
            s += n - 1;
        } else {
            text_add(t, s, 1);
        }
    }
}

/* ---- comparing ---- */

/* Is this the shell's remark about a job, as "[1] 4711" or "[2]-  Done   ./client"? */
static bool is_job_line(const char *s)
{
    static const char *const states[] = {"Done", "Terminated", "Killed", "Interrupt", "Running"};
    int n = 0;

    if (sscanf(s, "[%*[0-9]]%n", &n) != 0 || n == 0)
        return false;
    s += n;
    if (*s == '+' || *s == '-') {
        s++;
    } else if (*s == ' ' && s[1 + strspn(s + 1, "0123456789")] == '\0') {
        return true;
    }
    s += strspn(s, " ");
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        if (strncmp(s, states[i], strlen(states[i])) == 0)
            return true;
    }
    return false;
}

static bool line_matches(const char *shown, const char *got)
{
    static const char address[] = "127.0.0.1:";
    const size_t n = sizeof address - 1;

    for (; *shown; shown++, got++) {
        if (strncmp(shown, "...", 3) == 0) {
            do {
                if (line_matches(shown + 3, got))
                    return true;
            } while (*got++);
            return false;
        }
        if (strncmp(shown, address, n) == 0 && strncmp(got, address, n) == 0) {
            size_t a = strspn(shown + n, "0123456789"), b = strspn(got + n, "0123456789");
            bool is_port = a == strlen(port) && strncmp(shown + n, port, a) == 0;
            if (a > 0 && b > 0 && !is_port) {
                shown += n + a - 1;
                got += n + b - 1;
                continue;
            }
        }
        if (*shown != *got)
            return false;
    }
    return *got == '\0';
}

/* Do the lines that were got from the command and from the background, mixed in some way that
 * keeps the order of each, make what is shown? */
static bool lines_match(const struct lines *shown, const struct lines *fg, const struct lines *bg)
{
    const size_t rows = fg->n + 1, columns = bg->n + 1;
    /* reached[f * columns + b]: the shown lines so far can be made of the first f and b. */
    bool *reached = calloc(rows * columns, 1), *next = calloc(rows * columns, 1), *swap;
    bool whole;

    if (!reached || !next)
        die("calloc");
    reached[0] = true;
    for (size_t i = 0; i < shown->n; i++) {
        bool any = strcmp(shown->at[i], "...") == 0;
        memset(next, 0, rows * columns);
        for (size_t f = 0; f < rows; f++) {
            for (size_t b = 0; b < columns; b++) {
                size_t at = f * columns + b;
                if (any)
                    next[at] = reached[at] || (f > 0 && next[at - columns]) ||
                               (b > 0 && next[at - 1]);
                else
                    next[at] = (f > 0 && reached[at - columns] &&
                                line_matches(shown->at[i], fg->at[f - 1])) ||
                               (b > 0 && reached[at - 1] &&
                                line_matches(shown->at[i], bg->at[b - 1]));
            }
        }
        swap = reached, reached = next, next = swap;
    }
    whole = reached[rows * columns - 1];
    free(reached);
    free(next);
    return whole;
}

/* ---- the session ---- */

struct terminal {
    int fd;         /* our side */
    int other;      /* the shell's side, kept open so that reading never ends */
    char name[128]; /* of the shell's side */
    struct text out;
    size_t taken; /* of out: belongs to earlier commands */
};

struct session {
    pid_t shell;
    struct terminal fg, bg;
    bool background; /* is or was there a job in it? */
};

static void terminal_open(struct terminal *t)
{
    struct termios mode;

    memset(t, 0, sizeof *t);
    t->fd = posix_openpt(O_RDWR | O_NOCTTY);
    if (t->fd < 0 || grantpt(t->fd) < 0 || unlockpt(t->fd) < 0)
        die("posix_openpt");
    snprintf(t->name, sizeof t->name, "%s", ptsname(t->fd));
    t->other = open(t->name, O_RDWR | O_NOCTTY);
    if (t->other < 0 || tcgetattr(t->other, &mode) < 0)
        die(t->name);
    mode.c_lflag &= ~(tcflag_t)ECHO;
    mode.c_oflag &= ~(tcflag_t)OPOST;
    if (tcsetattr(t->other, TCSANOW, &mode) < 0)
        die("tcsetattr");
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    fcntl(t->other, F_SETFD, FD_CLOEXEC);
    text_add(&t->out, "", 0);
}

static void terminal_close(struct terminal *t)
{
    close(t->fd);
    close(t->other);
    free(t->out.s);
}

static void terminal_read(struct terminal *t)
{
    char bytes[4096];
    ssize_t n = read(t->fd, bytes, sizeof bytes);

    for (ssize_t i = 0; i < n; i++) {
        if (bytes[i] != '\r' && bytes[i] != '\0')
            text_add(&t->out, &bytes[i], 1);
    }
}

/* Takes in what was printed, for at most ms. Returns false if there was nothing. */
static bool session_read(struct session *s, long long ms)
{
    struct pollfd p[2] = {{s->fg.fd, POLLIN, 0}, {s->bg.fd, POLLIN, 0}};

    if (ms < 0 || poll(p, 2, (int)ms) <= 0)
        return false;
    if (p[0].revents)
        terminal_read(&s->fg);
    if (p[1].revents)
        terminal_read(&s->bg);
    return true;
}

/* Reads until the shell is ready for a command. Returns false if it is not in time. */
static bool session_ready(struct session *s, long long ms)
{
    long long end = now_ms() + ms;

    while (!strchr(s->fg.out.s + s->fg.taken, PROMPT)) {
        if (now_ms() >= end)
            return false;
        session_read(s, end - now_ms());
    }
    return true;
}

static void session_send(struct session *s, const char *text)
{
    size_t n = strlen(text);

    while (n > 0) {
        ssize_t w = write(s->fg.fd, text, n);
        if (w < 0)
            die("write to the shell");
        text += w;
        n -= (size_t)w;
    }
}

static void session_start(struct session *s)
{
    terminal_open(&s->fg);
    terminal_open(&s->bg);
    s->shell = fork();
    s->background = false;
    if (s->shell < 0)
        die("fork");
    if (s->shell == 0) {
        char prompt[] = {PROMPT, '\0'};
        setsid();
        int fd = open(s->fg.name, O_RDWR);
        if (fd < 0)
            die(s->fg.name);
#ifdef TIOCSCTTY
        ioctl(fd, TIOCSCTTY, 0);
#endif
        dup2(fd, 0);
        dup2(fd, 1);
        dup2(fd, 2);
        if (fd > 2)
            close(fd);
        setenv("PS1", prompt, 1);
        setenv("PS2", "", 1);
        setenv("PORT", port, 1);
        setenv("TERM", "dumb", 1);
        setenv("LC_ALL", "C", 1);
        setenv("PAGER", "cat", 1);
        setenv("GIT_PAGER", "cat", 1);
        setenv("BASH_SILENCE_DEPRECATION_WARNING", "1", 1);
        unsetenv("PROMPT_COMMAND");
        unsetenv("HISTFILE");
        unsetenv("ENV");
        execlp("bash", "bash", "--noprofile", "--norc", "--noediting", "-i", (char *)NULL);
        die("bash");
    }
    if (!session_ready(s, 10000)) {
        fprintf(stderr, "replay: bash does not start: %s\n", s->fg.out.s);
        exit(2);
    }
    s->fg.taken = s->fg.out.len;
}

/* Ends the shell and what it left. */
static void session_end(struct session *s)
{
    session_send(s, "kill -9 $(jobs -p) 2>/dev/null; exit\n");
    for (long long end = now_ms() + 2000; waitpid(s->shell, NULL, WNOHANG) == 0;) {
        if (now_ms() > end) {
            kill(s->shell, SIGHUP); /* hands it on to its jobs */
            kill(tcgetpgrp(s->fg.other), SIGKILL);
            kill(s->shell, SIGKILL);
            waitpid(s->shell, NULL, 0);
            break;
        }
        session_read(s, 10);
    }
    terminal_close(&s->fg);
    terminal_close(&s->bg);
}

/* What came since the last command, from here to there, as lines without the shell's remarks. */
static struct lines lines_between(const char *from, const char *to)
{
    struct lines l = {NULL, 0};

    while (from < to) {
        const char *end = memchr(from, '\n', (size_t)(to - from));
        size_t n = (size_t)((end ? end : to) - from);
        lines_add(&l, from, n);
        if (is_job_line(l.at[l.n - 1]))
            free(l.at[--l.n]);
        from += n + 1;
    }
    return l;
}

/* ---- the README ---- */

static const char *readme;
static int failures;

static void say(int line, const char *fmt, ...)
{
    va_list ap;

    printf("%s:%d: ", readme, line);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n");
    failures++;
}

static void print_lines(const char *title, const struct lines *l)
{
    printf("  %s:%s\n", title, l->n == 0 ? " nothing" : "");
    for (size_t i = 0; i < l->n; i++) {
        struct text t = {NULL, 0, 0};
        text_add(&t, "", 0);
        text_replace(&t, l->at[i], port, "1234");
        printf("    %s\n", t.s);
        free(t.s);
    }
}

/* Sends a command. One that ends in & prints to the background's terminal. */
static void send_command(struct session *s, const char *command)
{
    size_t n = strlen(command);
    struct text t = {NULL, 0, 0};

    while (n > 0 && command[n - 1] == ' ')
        n--;
    if (n > 1 && command[n - 1] == '&' && command[n - 2] != '&') {
        char extra[400];
        s->background = true;
        snprintf(extra, sizeof extra, "exec >%s 2>&1; ", s->bg.name);
        text_add(&t, extra, strlen(extra));
        text_add(&t, command, n);
        snprintf(extra, sizeof extra, " exec >%s 2>&1", s->fg.name);
        text_add(&t, extra, strlen(extra));
    } else {
        text_add(&t, command, n);
    }
    text_add(&t, "\n", 1);
    session_send(s, t.s);
    free(t.s);
}

/* Runs a command and waits until it has printed what is shown. Returns false if it does not. */
static bool run_command(struct session *s, int line, const char *command,
                        const struct lines *shown)
{
    struct lines fg, bg;
    bool ready, same, any = false;
    long long end;

    for (size_t i = 0; i < shown->n; i++)
        any = any || strcmp(shown->at[i], "...") == 0;
    send_command(s, command);
    ready = session_ready(s, COMMAND_MS);
    end = now_ms() + (ready && s->background ? OUTPUT_MS : 0);
    for (;;) {
        /* Anything may follow a `...`: take it all in before the next command. */
        while (any && ready && session_read(s, QUIET_MS) && now_ms() < end)
            ;
        const char *from = s->fg.out.s + s->fg.taken, *prompt = strchr(from, PROMPT);
        fg = lines_between(from, prompt ? prompt : from + strlen(from));
        const char *bg_from = s->bg.out.s + s->bg.taken;
        const char *newline = strrchr(bg_from, '\n');
        bg = lines_between(bg_from, newline ? newline : bg_from);
        same = ready && lines_match(shown, &fg, &bg);
        if (same || now_ms() >= end) {
            s->fg.taken = prompt ? (size_t)(prompt + 1 - s->fg.out.s) : s->fg.out.len;
            s->bg.taken = newline ? (size_t)(newline + 1 - s->bg.out.s) : s->bg.taken;
            break;
        }
        lines_free(&fg);
        lines_free(&bg);
        session_read(s, end - now_ms());
    }
    if (!same) {
        struct text t = {NULL, 0, 0};
        text_replace(&t, command, port, "1234");
        say(line, "$ %s", t.s);
        free(t.s);
        if (!ready)
            printf("  did not end in %d s; a server that is to go on needs an &\n",
                   COMMAND_MS / 1000);
        print_lines("the README shows", shown);
        print_lines("the command printed", &fg);
        if (bg.n > 0)
            print_lines("in the background was printed", &bg);
    }
    lines_free(&fg);
    lines_free(&bg);
    return same;
}

/* After the last command: nothing more may come, and no job may be left. */
static void check_end(struct session *s, int line)
{
    struct lines none = {NULL, 0}, more;
    bool left = true;

    while (session_read(s, QUIET_MS))
        ;
    more = lines_between(s->bg.out.s + s->bg.taken, s->bg.out.s + s->bg.out.len);
    if (!lines_match(&none, &none, &more)) {
        say(line, "this block");
        print_lines("printed more, in the background", &more);
    }
    lines_free(&more);
    for (long long end = now_ms() + 2000; left && now_ms() < end; session_read(s, 20)) {
        s->fg.taken = s->fg.out.len;
        session_send(s, "jobs -rp\n");
        if (!session_ready(s, 2000))
            break;
        more = lines_between(s->fg.out.s + s->fg.taken,
                             strchr(s->fg.out.s + s->fg.taken, PROMPT));
        left = more.n > 0;
        lines_free(&more);
    }
    if (left)
        say(line, "this block leaves a job running; end it with: kill %%1");
}

/* Does a command of this block have the words in it? */
static bool calls(const struct lines *block, const char *words)
{
    for (size_t i = 0; i < block->n; i++) {
        if (block->at[i][0] == '$' && strstr(block->at[i], words))
            return true;
    }
    return false;
}

/* Would this block run the suite that runs this program? */
static bool runs_tests(const struct lines *block)
{
    return calls(block, "make test") || calls(block, "make check") ||
           calls(block, "make matrix") || calls(block, "tests/run");
}

static bool lacks_redis_cli(const struct lines *block)
{
    static int status = -1; /* of the search, once it has been made */

    if (!calls(block, "redis-cli"))
        return false;
    if (status < 0)
        status = system("command -v redis-cli >/dev/null");
    return status != 0;
}

/* Runs the block whose lines are these; the first has this number. Returns how many commands. */
static int run_block(const struct lines *block, int line)
{
    struct session s;
    struct text command = {NULL, 0, 0};
    struct lines shown = {NULL, 0};
    int commands = 0;
    bool good = true;

    session_start(&s);
    for (size_t i = 0; i < block->n && good;) {
        int at = line + (int)i;
        if (strncmp(block->at[i], "$ ", 2) != 0) {
            say(at, "a line of output with no command before it: a command begins with `$ `");
            good = false;
            break;
        }
        command.len = 0;
        text_replace(&command, block->at[i++] + 2, "1234", port);
        while (i < block->n && strncmp(block->at[i], "> ", 2) == 0 && command.len > 0 &&
               command.s[command.len - 1] == '\\') {
            text_add(&command, "\n", 1);
            text_replace(&command, block->at[i++] + 2, "1234", port);
        }
        for (; i < block->n && strncmp(block->at[i], "$ ", 2) != 0; i++) {
            struct text t = {NULL, 0, 0};
            text_add(&t, "", 0);
            text_replace(&t, block->at[i], "1234", port);
            if (!is_job_line(t.s))
                lines_add(&shown, t.s, t.len);
            free(t.s);
        }
        good = run_command(&s, at, command.s, &shown);
        lines_free(&shown);
        commands++;
    }
    if (good)
        check_end(&s, line);
    session_end(&s);
    free(command.s);
    return commands;
}

int main(int argc, char **argv)
{
    struct lines block = {NULL, 0};
    char row[4096];
    int number = 0, first = 0, blocks = 0, left_out = 0, commands = 0;
    bool inside = false;

    if (argc != 2) {
        fprintf(stderr, "usage: replay README.md\n");
        return 2;
    }
    readme = argv[1];
    choose_port();
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    FILE *f = fopen(readme, "r");
    if (!f)
        die(readme);
    while (fgets(row, sizeof row, f)) {
        number++;
        row[strcspn(row, "\n")] = '\0';
        if (!inside && strcmp(row, "```console") == 0) {
            inside = true;
            first = number + 1;
        } else if (inside && strcmp(row, "```") == 0) {
            inside = false;
            if (lacks_redis_cli(&block)) {
                printf("%s:%d: left out: redis-cli is not installed\n", readme, first);
                left_out++;
            } else if (!runs_tests(&block)) {
                blocks++;
                commands += run_block(&block, first);
            }
            lines_free(&block);
        } else if (inside) {
            lines_add(&block, row, strlen(row));
        }
    }
    fclose(f);
    if (inside)
        say(first, "this block has no end");
    if (blocks + left_out == 0) {
        printf("%s: has no ```console block to run\n", readme);
        return 3;
    }
    if (failures == 0)
        printf("%s: %d commands in %d block%s, all as shown\n", readme, commands, blocks,
               blocks == 1 ? "" : "s");
    return failures ? 1 : 0;
}
