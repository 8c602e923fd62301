/*
 * talk: the other end of a TCP connection, told on the command line what to
 * send, in which pieces, and what must come back.
 *
 *   talk [--dialect D] [--timeout MS] [--most N] [--address A] PORT WORD...
 *   talk [--dialect D] [--timeout MS] --listen PORT WORD...
 *
 * With --listen it plays the server: it prints `listening on 127.0.0.1:PORT`
 * (PORT 0: the system picks one) and a new connection is an accepted client.
 *
 * Status 0: all was as expected. 1: it was not, and stderr has a report of what
 * was sent, came back and was expected. 2: wrong use. Every wait has a deadline
 * (--timeout, default 5000 ms without progress). --most N: the other end takes
 * messages of N bytes at most; what is fat comes in as many as that needs.
 *
 * TEXT may hold escapes: \n \r \t \0 \\ \xNN, and \{N*c} for N times c. In a
 * repeat, %i is the counter from 1; after a flood, %n is how often it went out.
 *
 * Connections
 *   @NAME              go on with this connection (opened when it is new)
 *   open close rst     rst closes with a RST; any word opens what is not open
 *   half-close         shutdown(SHUT_WR): the other end reads EOF
 *   rcvbuf N           SO_RCVBUF of connections opened from here on
 *   reading on|off     read while sending? off is the client that never reads
 *   expect-refused     nobody listens
 * Sending
 *   send TEXT  send-hex HEX  fill N C            raw bytes
 *   frame TEXT  frame-of N C                     u32 length, then the body
 *   header N  header-be N                        only a length, little/big endian
 *   req [ TEXT... ]  req-count N [ TEXT... ]     a list of strings in a frame
 *   split A,B,...      send the next thing in pieces of A, B, ... bytes, then
 *                      the rest; "split 1*" is a byte at a time
 *   pace MS            pause between pieces (default 5)
 *   all-but N          keep back the last N bytes of the next thing; `rest` sends them
 *   join { WORD... }   collect what the words send; one write() for all of it
 *   each-request { WORD... }  as the server: does the words for every frame that
 *                      comes, until the client closes; shows a line `request TEXT`
 *                      for each, with the beginning of its body. The word `echo`
 *                      sends that frame back
 *   flood MAX MS { WORD... }  repeat until nothing moved for MS; MAX bytes sent
 *                      without getting stuck is a failure
 * Expecting, on the same connection
 *   expect TEXT  expect-hex HEX                  exactly these bytes next
 *   expect-frame TEXT  expect-frame-of N C
 *   begins                                       waits for the first byte, and leaves it
 *   skip N  drain                                N bytes, or all to the end, unseen
 *   expect-eof  expect-closed                    closed orderly; EOF or RST
 *   expect-silence MS                            no byte and no end for MS
 *   reply                                        one reply, whatever it says
 *   print                                        the same, shown on stdout
 *   clock  expect-within MS  elapsed             time since `clock`; elapsed shows it
 *   until MS           waits until MS after `clock`; meanwhile it reads from all
 *                      connections, and notes when one ends
 *   ends MS            waits until all have ended, at most until MS after `clock`;
 *                      shows a line `NAME END BYTES` for each: ms after `clock`
 *                      or `open`, and how many bytes came in all
 *   detect                                       prints the server's dialect
 * Key-value replies
 *   expect-status S TEXT                         ch07
 *   expect-nil  expect-str T  expect-int N  expect-dbl X  expect-int-between A B
 *   expect-error CODE  expect-err CODE TEXT      TEXT only where it is what is tested
 *   expect-arr [ nil str T int N dbl X err C T arr [ ... ] ... ]
 *   expect-set [ TEXT... ]                       an array of strings, any order
 *   expect-value T  expect-missing  expect-stored  expect-deleted 0|1|any
 *   expect-unknown                               an error with code 1
 * The same in every dialect (see dialect.h)
 *   ask TEXT  answer TEXT          a request that names TEXT, and its reply; a
 *                                  key-value stage answers with it after
 *   prepare TEXT                   (elsewhere this does nothing)
 *   ask-sized N  answer-sized N    a request whose body has exactly N bytes
 *   prepare-fat N  ask-fat N  answer-fat N    a reply that carries N bytes of z
 * Control
 *   repeat N { WORD... }  pause MS  timeout MS
 *   say TEXT           a line on stdout
 *   hold               prints "holding", waits until the file $TALK_GO.1 (then
 *                      .2 ...) exists
 */
#define _POSIX_C_SOURCE 200809L
#define _DARWIN_C_SOURCE
#define __BSD_VISIBLE 1
#include "lists.h"
#include "words_any.h"
#include "words_expect.h"
#include "words_send.h"
#include "words_time.h"

#include <signal.h>
#include <sys/resource.h>

/* ---- control ---- */

static void do_pause(struct talk *t, char **args)
{
    (void)t;
    pause_ms(word_to_number(args[0]));
}

static void do_timeout(struct talk *t, char **args)
{
    t->timeout = word_to_number(args[0]);
}

static void do_say(struct talk *t, char **args)
{
    (void)t;
    puts(args[0]);
    fflush(stdout);
}

static void do_hold(struct talk *t, char **args)
{
    const char *go = getenv("TALK_GO");
    char path[1024];
    (void)args;
    if (!go) {
        wrong("hold needs TALK_GO in the environment");
    }
    snprintf(path, sizeof path, "%s.%zu", go, ++t->holds);
    puts("holding");
    fflush(stdout);
    for (int64_t end = now_ms() + 60000; access(path, F_OK) != 0; pause_ms(5)) {
        if (now_ms() > end) {
            wrong("nobody made %s", path);
        }
    }
}

struct word {
    const char *name;
    int nargs;
    void (*act)(struct talk *t, char **args);
};

static const struct word words[] = {
    {"open", 0, do_open},
    {"close", 0, do_close},
    {"rst", 0, do_rst},
    {"half-close", 0, do_half_close},
    {"rcvbuf", 1, do_rcvbuf},
    {"reading", 1, do_reading},
    {"expect-refused", 0, do_expect_refused},
    {"send", 1, do_send},
    {"send-hex", 1, do_send_hex},
    {"fill", 2, do_fill},
    {"frame", 1, do_frame},
    {"frame-of", 2, do_frame_of},
    {"echo", 0, do_echo},
    {"header", 1, do_header},
    {"header-be", 1, do_header_be},
    {"split", 1, do_split},
    {"all-but", 1, do_all_but},
    {"rest", 0, do_rest},
    {"pace", 1, do_pace},
    {"expect", 1, do_expect},
    {"expect-hex", 1, do_expect_hex},
    {"expect-frame", 1, do_expect_frame},
    {"expect-frame-of", 2, do_expect_frame_of},
    {"begins", 0, do_begins},
    {"skip", 1, do_skip},
    {"drain", 0, do_drain},
    {"expect-eof", 0, do_expect_eof},
    {"expect-closed", 0, do_expect_closed},
    {"expect-silence", 1, do_expect_silence},
    {"reply", 0, do_reply},
    {"print", 0, do_print},
    {"detect", 0, do_detect},
    {"clock", 0, do_clock},
    {"expect-within", 1, do_expect_within},
    {"elapsed", 0, do_elapsed},
    {"until", 1, do_until},
    {"ends", 1, do_ends},
    {"expect-status", 2, do_expect_status},
    {"expect-nil", 0, do_expect_nil},
    {"expect-str", 1, do_expect_str},
    {"expect-int", 1, do_expect_int},
    {"expect-int-between", 2, do_expect_int_between},
    {"expect-dbl", 1, do_expect_dbl},
    {"expect-error", 1, do_expect_error},
    {"expect-err", 2, do_expect_err},
    {"expect-value", 1, do_expect_value},
    {"expect-missing", 0, do_expect_missing},
    {"expect-stored", 0, do_expect_stored},
    {"expect-deleted", 1, do_expect_deleted},
    {"expect-unknown", 0, do_expect_unknown},
    {"ask", 1, do_ask},
    {"answer", 1, do_answer},
    {"prepare", 1, do_prepare},
    {"ask-sized", 1, do_ask_sized},
    {"answer-sized", 1, do_answer_sized},
    {"prepare-fat", 1, do_prepare_fat},
    {"ask-fat", 1, do_ask_fat},
    {"answer-fat", 1, do_answer_fat},
    {"pause", 1, do_pause},
    {"timeout", 1, do_timeout},
    {"say", 1, do_say},
    {"hold", 0, do_hold},
};

/* ---- running a script ---- */

static void run(struct talk *t, size_t from, size_t to);

static size_t run_repeat(struct talk *t, size_t at)
{
    char *count = t->words[at + 1] ? expanded(t, t->words[at + 1]) : NULL;
    size_t times = word_to_number(count ? count : "");
    size_t end = closing(t, at + 2, "{", "}"), outer = t->counter;
    for (size_t i = 1; i <= times; i++) {
        t->counter = i;
        run(t, at + 3, end);
    }
    t->counter = outer;
    free(count);
    return end;
}

/* What the words of a block send, without sending it. Large data is prepared
 * before the connection is opened, because that may have a time limit. */
static struct bytes collected(struct talk *t, size_t from, size_t to)
{
    struct bytes all = {0};
    if (t->join) {
        wrong("join or flood inside of join or flood");
    }
    fresh_if_raw(t);
    struct peer *p = t->cur;
    t->join = &all;
    run(t, from, to);
    t->join = NULL;
    if (t->cur != p) {
        wrong("another connection inside of join or flood");
    }
    return all;
}

static size_t run_join(struct talk *t, size_t at)
{
    size_t end = closing(t, at + 1, "{", "}");
    struct bytes all = collected(t, at + 2, end);
    put_and_free(t, &all);
    return end;
}

/* flood; and press, for which the connection may take everything */
static size_t run_flood(struct talk *t, size_t at)
{
    bool must_stick = strcmp(t->words[at], "flood") == 0;
    size_t most = word_to_number(t->words[at + 1]), patience = word_to_number(t->words[at + 2]);
    size_t end = closing(t, at + 3, "{", "}"), sent = 0;
    struct bytes block = collected(t, at + 4, end);
    struct peer *p = current(t);
    t->flooded = 0;
    do {
        if (sent > most && !must_stick) {
            break;
        } else if (sent > most || p->end != OPEN) {
            fail(t, p->end != OPEN ? "the connection ended during the flood"
                                   : "%zu bytes went out and it still reads more", sent);
        }
        bytes_add(&p->out, block.at, block.len);
        sent += block.len;
        t->flooded++;
    } while (peer_flush(p, patience));
    bytes_free(&block);
    return end;
}

static size_t run_each_request(struct talk *t, size_t at)
{
    size_t end = closing(t, at + 1, "{", "}"), outer = t->counter;
    struct peer *p = current(t);
    for (t->counter = 1; peer_need(p, 1, t->timeout); t->counter++) {
        uint32_t len = await_frame(t);
        t->asked.len = 0;
        bytes_add(&t->asked, peer_data(p) + 4, len);
        peer_consume(p, 4 + (size_t)len);
        fputs("request ", stdout);
        print_text(stdout, t->asked.at, len < 20 ? len : 20);
        putchar('\n');
        run(t, at + 2, end);
    }
    if (p->end == OPEN) {
        fail(t, "the client neither sent a request nor closed for %zu ms", t->timeout);
    }
    t->counter = outer;
    return end;
}

/* Carries out the list or block word at `at`. Returns the index of its last
 * word, or 0 if this is another word. */
static size_t run_list_word(struct talk *t, size_t at)
{
    static const struct { const char *name; size_t args; } needs[] = {
        {"repeat", 2}, {"join", 1}, {"flood", 3}, {"press", 3}, {"each-request", 1},
        {"req", 1}, {"req-count", 2}, {"expect-arr", 1}, {"expect-set", 1},
    };
    const char *word = t->words[at];
    size_t end = 0;
    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++) {
        for (size_t k = 1; strcmp(word, needs[i].name) == 0 && k <= needs[i].args; k++) {
            if (!t->words[at + k]) {
                wrong("words are missing after %s", word);
            }
        }
    }
    if (strcmp(word, "repeat") == 0) {
        end = run_repeat(t, at);
    } else if (strcmp(word, "join") == 0) {
        end = run_join(t, at);
    } else if (strcmp(word, "flood") == 0 || strcmp(word, "press") == 0) {
        end = run_flood(t, at);
    } else if (strcmp(word, "each-request") == 0) {
        end = run_each_request(t, at);
    } else if (strcmp(word, "req") == 0) {
        end = t->step_end = closing(t, at + 1, "[", "]");
        put_list(t, at + 2, end, NULL);
    } else if (strcmp(word, "req-count") == 0) {
        end = t->step_end = closing(t, at + 2, "[", "]");
        put_list(t, at + 3, end, t->words[at + 1]);
    } else if (strcmp(word, "expect-arr") == 0) {
        struct bytes want = {0};
        end = t->step_end = closing(t, at + 1, "[", "]");
        put_array(t, &want, at + 1, end);
        expect_body(t, &want);
    } else if (strcmp(word, "expect-set") == 0) {
        end = t->step_end = closing(t, at + 1, "[", "]");
        expect_set(t, at + 1, end);
    }
    return end;
}

static void switch_to(struct talk *t, const char *name)
{
    char *full = expanded(t, name);
    struct peer *p = peer_named(t, full);
    if (p) {
        t->cur = p;
    } else {
        open_peer(t, full);
    }
    free(full);
}

/* Carries out the plain word at `at`. Returns the index of its last word. */
static size_t run_word(struct talk *t, size_t at)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const struct word *w = &words[i];
        if (strcmp(t->words[at], w->name) == 0) {
            char *args[2] = {NULL, NULL};
            for (int k = 0; k < w->nargs; k++) {
                if (!t->words[at + 1 + (size_t)k]) {
                    wrong("%s needs %d more words", w->name, w->nargs);
                }
                args[k] = expanded(t, t->words[at + 1 + (size_t)k]);
            }
            t->step_end = at + (size_t)w->nargs;
            w->act(t, args);
            free(args[0]);
            free(args[1]);
            return at + (size_t)w->nargs;
        }
    }
    wrong("unknown word: %s", t->words[at]);
    return 0;
}

static void run(struct talk *t, size_t from, size_t to)
{
    for (size_t at = from; at < to; at++) {
        t->step = t->step_end = at;
        if (t->words[at][0] == '@') {
            switch_to(t, t->words[at] + 1);
            continue;
        }
        size_t end = run_list_word(t, at);
        at = end ? end : run_word(t, at);
    }
}

static void many_descriptors(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max < 65536 ? r.rlim_max : 65536;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

int main(int argc, char **argv)
{
    struct talk t = {
        .dialect = WORLD, .address = "127.0.0.1", .listener = -1, .timeout = 5000, .pace = 5,
        .most = SIZE_MAX,
    };
    bool listening = false;
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--listen") == 0) {
            listening = true;
        } else if (strcmp(argv[i], "--dialect") == 0 && i + 1 < argc) {
            t.dialect = dialect_named(argv[++i]);
        } else if (strcmp(argv[i], "--timeout") == 0 && i + 1 < argc) {
            t.timeout = word_to_number(argv[++i]);
        } else if (strcmp(argv[i], "--most") == 0 && i + 1 < argc) {
            t.most = word_to_number(argv[++i]);
        } else if (strcmp(argv[i], "--address") == 0 && i + 1 < argc) {
            t.address = argv[++i];
        } else {
            wrong("unknown option %s", argv[i]);
        }
    }
    if (i >= argc) {
        wrong("talk [--dialect D] [--timeout MS] [--listen] PORT WORD...");
    }
    t.port = (uint16_t)word_to_number(argv[i++]);
    t.words = argv + i;
    signal(SIGPIPE, SIG_IGN);
    many_descriptors();
    if (listening) {
        t.listener = listen_at(&t.port);
        if (t.listener < 0) {
            fprintf(stderr, "talk: listening on port %u: %s\n", t.port, strerror(errno));
            return 1;
        }
        printf("listening on 127.0.0.1:%u\n", t.port);
        fflush(stdout);
    }
    run(&t, 0, (size_t)(argc - i));
    return 0;
}
