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
 * (--timeout, default 5000 ms without progress; for a reply, 100 ms more for
 * each MB sent). --most N: the other end takes messages of N bytes at most; what
 * is fat comes in as many as that needs.
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
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "die.h"
#include "escapes.h"
#include "run.h"
#include "script.h"
#include "sockets.h"

const char program_name[] = "talk";

static void many_descriptors(void)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
        r.rlim_cur = r.rlim_max < 65536 ? r.rlim_max : 65536;
        setrlimit(RLIMIT_NOFILE, &r);
    }
}

/* Reads the options into t. Returns the index of the first other argument. */
static int read_options(int argc, char **argv, struct talk *t, bool *listening)
{
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--listen") == 0) {
            *listening = true;
        } else if (strcmp(argv[i], "--dialect") == 0 && i + 1 < argc) {
            t->dialect = dialect_named(argv[++i]);
        } else if (strcmp(argv[i], "--timeout") == 0 && i + 1 < argc) {
            t->timeout = word_to_number(argv[++i]);
        } else if (strcmp(argv[i], "--most") == 0 && i + 1 < argc) {
            t->most = word_to_number(argv[++i]);
        } else if (strcmp(argv[i], "--address") == 0 && i + 1 < argc) {
            t->address = argv[++i];
        } else {
            wrong("unknown option %s", argv[i]);
        }
    }
    if (i >= argc) {
        wrong("talk [--dialect D] [--timeout MS] [--listen] PORT WORD...");
    }
    return i;
}

static void start_listening(struct talk *t)
{
    t->listener = listen_at(&t->port);
    if (t->listener < 0) {
        complain("listening on port %u: %s", t->port, strerror(errno));
        exit(1);
    }
    printf("listening on 127.0.0.1:%u\n", t->port);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    struct talk t = {
        .dialect = WORLD,
        .address = "127.0.0.1",
        .listener = -1,
        .timeout = 5000,
        .pace = 5,
        .most = SIZE_MAX,
    };
    bool listening = false;
    int i = read_options(argc, argv, &t, &listening);
    t.port = (uint16_t)word_to_number(argv[i++]);
    t.words = argv + i;
    signal(SIGPIPE, SIG_IGN);
    many_descriptors();
    if (listening) {
        start_listening(&t);
    }
    run(&t, 0, (size_t)(argc - i));
    return 0;
}
