/*
 * how: tells a function that serves several commands which of them a row means.
 * Bits that may be combined, or one of a few values.
 */
#ifndef HOW_H
#define HOW_H

/* msetnx, renamenx: only if there is no such key yet */
enum { IF_NEW = 1 };

/* expire, ttl and their relatives: in which unit, and since when */
enum { SECONDS = 1, SINCE_1970 = 2 };

/* zincrby: zadd with an option that cannot be left out */
enum { INCR = 32 };

/* zrange and its relatives */
enum {
    BY_RANK = 0,
    BY_SCORE = 1,
    BY_LEX = 2,
    ORDERS = 3,     /* the bits of these */
    REVERSE = 4,    /* from the last to the first */
    WORDS_TELL = 8, /* it has words for all that: BYSCORE, BYLEX, REV */
    STORE = 16,     /* the result becomes the value of args[1] */
    REMOVE = 32,    /* the members in the range are removed */
};

/* zunion and its relatives; STORE as above */
enum { UNION = 0, INTER = 1, DIFF = 2, OPERATIONS = 3, COUNT = 4 };

/* zpopmin and its relatives */
enum { POP_MIN = 0, POP_MAX = 1, MAY_WAIT = 2 };

/* flushall: not only the database that is selected */
enum { ALL = 1 };

#endif
