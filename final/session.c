/*
 * Most clients give no names, so there is no memory for them until a command is
 * about to set one.
 * At the end, each module that keeps something in a session frees it.
 */
#include "session.h"

#include <stdlib.h>

#include "blocking.h"
#include "mem.h"
#include "multi.h"

struct names *session_names(struct session *s)
{
    if (!s->names)
        s->names = mem_zalloc(1, sizeof *s->names);
    return s->names;
}

static void drop_names(struct session *s)
{
    if (!s->names)
        return;
    free(s->names->client);
    free(s->names->lib);
    free(s->names->lib_version);
    free(s->names);
}

void session_drop_list(struct session *s)
{
    if (!s->list)
        return;
    buf_free(&s->list->text);
    free(s->list);
    s->list = NULL;
}

void session_end(struct session *s)
{
    wait_free(s);
    multi_free(s);
    session_drop_list(s);
    drop_names(s);
    free(s->addr);
}
