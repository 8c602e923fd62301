#include "reply_redis.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reply_resp.h"

void reply_ok(struct reply *r)
{
    if (r->proto == PROTO_BINARY)
        reply_nil(r);
    else
        reply_status(r, "OK");
}

void reply_status(struct reply *r, const char *text)
{
    if (r->proto == PROTO_BINARY)
        reply_cstr(r, text);
    else
        resp_line(r, '+', text);
}

void reply_null_arr(struct reply *r)
{
    if (r->proto == PROTO_RESP2)
        resp_number(r, '*', -1);
    else
        reply_nil(r);
}

void reply_map(struct reply *r, size_t npairs)
{
    if (r->proto == PROTO_RESP3)
        resp_number(r, '%', (int64_t)npairs);
    else
        reply_arr(r, npairs * 2);
}

void reply_text(struct reply *r, struct slice text)
{
    if (r->proto == PROTO_RESP3)
        resp_verbatim(r, text);
    else
        reply_str(r, text);
}

void reply_cstr(struct reply *r, const char *str)
{
    reply_str(r, slice_of(str));
}

void reply_error(struct reply *r, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    reply_err(r, strncmp(text, "WRONGTYPE", 9) ? ERR_BAD_ARG : ERR_BAD_TYP,
              text);
}

void reply_wrong_type(struct reply *r)
{
    reply_error(r, "WRONGTYPE Operation against a key holding the wrong kind "
                   "of value");
}

void reply_not_int(struct reply *r)
{
    reply_error(r, "ERR value is not an integer or out of range");
}

void reply_not_float(struct reply *r)
{
    reply_error(r, "ERR value is not a valid float");
}

void reply_syntax_error(struct reply *r)
{
    reply_error(r, "ERR syntax error");
}
