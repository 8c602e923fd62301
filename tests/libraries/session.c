/*
 * session PORT: what programs do with hiredis. Each step says what must come
 * back; the first that does not ends the program with status 1.
 */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static redisContext *context;

static void fail(const char *what, const redisReply *got)
{
    fprintf(stderr, "hiredis: %s\n  got: type %d, integer %lld, string '%s'\n  error: '%s'\n", what,
            got ? got->type : -1, got ? got->integer : 0, got && got->str ? got->str : "",
            context->errstr);
    exit(1);
}

/* The reply, to be of that type, and of that text if there is one. */
static redisReply *check(const char *what, redisReply *got, int type, const char *text)
{
    if (!got || got->type != type || (text && strcmp(got->str, text) != 0)) {
        fail(what, got);
    }
    return got;
}

static void expect(const char *what, redisReply *got, int type, const char *text)
{
    freeReplyObject(check(what, got, type, text));
}

static void expect_number(const char *what, redisReply *got, long long number)
{
    if (check(what, got, REDIS_REPLY_INTEGER, NULL)->integer != number) {
        fail(what, got);
    }
    freeReplyObject(got);
}

static void ask(void)
{
    redisReply *r = redisCommand(context, "PING");
    expect("PING", r, REDIS_REPLY_STATUS, "PONG");
    r = redisCommand(context, "SET %s %b", "bytes", "a\0b", (size_t)3);
    expect("SET", r, REDIS_REPLY_STATUS, "OK");
    r = check("GET of bytes", redisCommand(context, "GET bytes"), REDIS_REPLY_STRING, NULL);
    if (r->len != 3 || memcmp(r->str, "a\0b", 3) != 0) {
        fail("GET of bytes", r);
    }
    freeReplyObject(r);
    expect("GET of nothing", redisCommand(context, "GET none"), REDIS_REPLY_NIL, NULL);
    expect("an error", redisCommand(context, "INCR bytes"), REDIS_REPLY_ERROR,
           "ERR value is not an integer or out of range");
    expect_number("ZADD", redisCommand(context, "ZADD z 1 a 2 b"), 2);
    r = check("ZRANGE", redisCommand(context, "ZRANGE z 0 -1 WITHSCORES"), REDIS_REPLY_ARRAY, NULL);
    if (r->elements != 4 || strcmp(r->element[3]->str, "2") != 0) {
        fail("ZRANGE", r);
    }
    freeReplyObject(r);
}

static void ask_in_one_piece(void)
{
    void *reply;
    for (int i = 0; i < 1000; i++) {
        redisAppendCommand(context, "INCR n");
    }
    for (int i = 1; i <= 1000; i++) {
        if (redisGetReply(context, &reply) != REDIS_OK) {
            fail("a pipeline", NULL);
        }
        expect_number("a pipeline", reply, i);
    }
}

static void ask_in_a_transaction(void)
{
    expect("MULTI", redisCommand(context, "MULTI"), REDIS_REPLY_STATUS, "OK");
    expect("INCR", redisCommand(context, "INCR n"), REDIS_REPLY_STATUS, "QUEUED");
    redisReply *r = check("EXEC", redisCommand(context, "EXEC"), REDIS_REPLY_ARRAY, NULL);
    if (r->elements != 1 || r->element[0]->integer != 1001) {
        fail("EXEC", r);
    }
    freeReplyObject(r);
}

static void ask_in_resp3(void)
{
#if HIREDIS_MAJOR >= 1
    expect("HELLO 3", redisCommand(context, "HELLO 3"), REDIS_REPLY_MAP, NULL);
    expect("ZSCORE", redisCommand(context, "ZSCORE z b"), REDIS_REPLY_DOUBLE, "2");
    expect("GET of nothing", redisCommand(context, "GET none"), REDIS_REPLY_NIL, NULL);
    expect("INFO", redisCommand(context, "INFO"), REDIS_REPLY_VERB, NULL);
#endif
}

int main(int argc, char **argv)
{
    context = redisConnect("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0);
    if (!context || context->err) {
        fprintf(stderr, "hiredis: cannot connect\n");
        return 1;
    }
    ask();
    ask_in_one_piece();
    ask_in_a_transaction();
    ask_in_resp3();
    redisFree(context);
    return 0;
}
