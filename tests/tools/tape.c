/*
 * The tail moves: its last byte is always the last of the stream. Of a stream
 * that is shorter than head and tail together, some bytes are in both; only
 * those behind the head are shown from the tail.
 */
#include "tape.h"

#include <string.h>

enum { ROW = 16 };

void tape_add(struct tape *t, const char *data, size_t len)
{
    for (size_t i = 0; i < len && t->total + i < TAPE_HEAD; i++) {
        t->head[t->total + i] = data[i];
    }
    if (len >= TAPE_TAIL) {
        memcpy(t->tail, data + len - TAPE_TAIL, TAPE_TAIL);
    } else if (len) {
        memmove(t->tail, t->tail + len, TAPE_TAIL - len);
        memcpy(t->tail + TAPE_TAIL - len, data, len);
    }
    t->total += len;
}

/* One line: as hexadecimal, and as text. */
static void show_row(FILE *to, const char *data, size_t len)
{
    fputs("    ", to);
    for (size_t i = 0; i < ROW; i++) {
        if (i < len) {
            fprintf(to, "%02x ", (unsigned char)data[i]);
        } else {
            fputs("   ", to);
        }
    }
    fputs(" |", to);
    for (size_t i = 0; i < len; i++) {
        fputc(data[i] >= 32 && data[i] < 127 ? data[i] : '.', to);
    }
    fputs("|\n", to);
}

static void show_rows(FILE *to, const char *data, size_t len)
{
    for (size_t at = 0; at < len; at += ROW) {
        show_row(to, data + at, len - at < ROW ? len - at : ROW);
    }
}

void tape_show(FILE *to, const char *title, const struct tape *t)
{
    size_t head = t->total < TAPE_HEAD ? t->total : TAPE_HEAD;
    size_t rest = t->total - head;
    size_t tail = rest < TAPE_TAIL ? rest : TAPE_TAIL;

    fprintf(to, "  %s: %zu byte%s\n", title, t->total,
            t->total == 1 ? "" : "s");
    show_rows(to, t->head, head);
    if (rest > tail) {
        fprintf(to, "    ... %zu more ...\n", rest - tail);
    }
    show_rows(to, t->tail + TAPE_TAIL - tail, tail);
}

void tape_show_bytes(FILE *to, const char *title, const char *data, size_t len)
{
    struct tape t = {0};
    tape_add(&t, data, len);
    tape_show(to, title, &t);
}
