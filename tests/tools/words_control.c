/*
 * What they print goes out at once, because a test waits for it.
 */
#include "words_control.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "die.h"
#include "escapes.h"

enum { HOLD_MS = 60 * 1000, LOOK_MS = 5 };

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
    struct bytes path = {0};
    (void)args;
    if (!go) {
        wrong("hold needs TALK_GO in the environment");
    }
    bytes_print(&path, "%s.%zu", go, ++t->holds);
    puts("holding");
    fflush(stdout);
    for (int64_t end = now_ms() + HOLD_MS; access(path.at, F_OK) != 0;) {
        if (now_ms() > end) {
            wrong("nobody made %s", path.at);
        }
        pause_ms(LOOK_MS);
    }
    bytes_free(&path);
}

const struct word words_control[] = {
    {"pause", 1, do_pause}, {"timeout", 1, do_timeout},
    {"say", 1, do_say},     {"hold", 0, do_hold},
    {NULL, 0, NULL},
};
