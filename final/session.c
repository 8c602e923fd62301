/*
 * A session's end: each owner of something in it lets go.
 */
#include "session.h"

#include <stdlib.h>

#include "blocking.h"
#include "multi.h"

void session_end(struct session *s)
{
    wait_free(s);
    multi_free(s);
    free(s->name);
    free(s->lib_name);
    free(s->lib_ver);
    free(s->addr);
    free(s->laddr);
}
