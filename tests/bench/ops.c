/*
 * A table. Binary requests with two blanks in a row have an empty word there.
 */
#include "ops.h"

#include <stdio.h>
#include <string.h>

#include "answer.h"

static const struct op ops[] = {
    {"ping", "PING", NULL, KIND_OK, 0, 0},
    {"echo", NULL, "%v", 0, KIND_TEXT, 0},
    {"get", "GET %k", "get %k", KIND_TEXT | KIND_NIL, KIND_TEXT | KIND_NIL,
     OP_MAY_MISS},
    {"set", "SET %k %v", "set %k %v", KIND_OK, KIND_OK | KIND_NIL, 0},
    {"fill", "SET %k %v", "set %k %v", KIND_OK, KIND_OK | KIND_NIL,
     OP_IN_ORDER},
    {"del", "DEL %k", "del %k", KIND_INT, KIND_INT | KIND_OK | KIND_NIL, 0},
    {"incr", "INCR %c", NULL, KIND_INT, 0, 0},
    {"expire", "PEXPIREAT %k %T", "pexpire %k %t", KIND_INT, KIND_INT,
     OP_IN_ORDER},
    {"zadd", "ZADD zset %s %m", "zadd zset %s %m", KIND_INT, KIND_INT, 0},
    {"zrange", "ZRANGEBYSCORE zset %s +inf LIMIT 0 10",
     "zquery zset %s  0 20", KIND_LIST, KIND_LIST, 0},
    {"zrank", NULL, "zquery zset -inf  %r 20", 0, KIND_LIST, 0},
    {"zgroup", "ZADD %g %s %m", "zadd %g %s %m", KIND_INT, KIND_INT,
     OP_IN_ORDER},
    {"zexpire", "PEXPIREAT %G %T", "pexpire %G %t", KIND_INT, KIND_INT,
     OP_IN_ORDER},
};

enum { NOPS = sizeof(ops) / sizeof(ops[0]) };

const struct op *op_find(const char *name, size_t len)
{
    for (int i = 0; i < NOPS; i++)
        if (strlen(ops[i].name) == len && memcmp(ops[i].name, name, len) == 0)
            return &ops[i];
    return NULL;
}

void op_print_names(void)
{
    for (int i = 0; i < NOPS; i++)
        fprintf(stderr, "%s%s", i ? " " : "", ops[i].name);
}
