/*
 * f20 plan: records how batch.c shares a turn between its clients. `record` writes out the program
 * of step f20, and puts it in the place of final.
 * The clients have no sockets: their requests are put into `in`, and the replies stay in `out`.
 * The clock is in this program, too. It moves on whenever batch.c looks at it.
 *
 * Without: clock.c client_line.c client_options.c client_resp.c
 */
#define WATCHED
#include "recorder.h"

#include "../../../final/batch.c"

enum { CLIENTS = 3 };

static const char incr[] = "*2\r\n$4\r\nincr\r\n$1\r\nn\r\n"; /* replies 1, 2, 3 ... */

static struct server server;
static struct conn *clients[CLIENTS];
static uint64_t clock_us, us_per_look;

uint64_t clock_now_us(void)
{
    return clock_us += us_per_look;
}

uint64_t clock_now_ms(void)
{
    return clock_us / 1000;
}

int64_t clock_wall_offset_ms(void)
{
    return 0;
}

static char name_of(const struct conn *c)
{
    size_t i = 0;
    while (i < CLIENTS && clients[i] != c) {
        i++;
    }
    return (char)('A' + (int)i);
}

static void show_list(const char *name, const struct list *list)
{
    printf("    ring %s:", name);
    for (const struct list *l = list->next; l != list; l = l->next) {
        printf(" %c", name_of(container_of(l, struct conn, turn_node)));
    }
    printf("\n");
}

/* Of each client with planned requests, in their order: how many. */
static void show_plan(void)
{
    const struct conn *before = NULL;
    printf("    set plan:");
    for (size_t i = 0; i < server.batch->size; i++) {
        const struct conn *c = server.batch->plan[i].conn;
        if (c != before && c->nplanned > 0) {
            printf(" %c=%d", name_of(c), c->nplanned);
        }
        before = c;
    }
    printf("\n");
}

/* How many requests wait, and the last reply: a line such as ":65". */
static void show_client(const struct conn *c)
{
    size_t requests = buf_size(&c->in) / (sizeof incr - 1), end = buf_size(&c->out), from;
    const uint8_t *out = buf_data(&c->out);
    line("fact %c in: %zu request%s", name_of(c), requests, requests == 1 ? "" : "s");
    if (end < 2) {
        line("fact %c last reply: none", name_of(c));
        return;
    }
    for (from = end - 2; from > 0 && out[from - 1] != '\n'; from--) {
    }
    line("fact %c last reply: %.*s", name_of(c), (int)(end - 2 - from), (const char *)out + from);
}

static void show(const char *label)
{
    state("%s", label);
    show_list("turn", &server.turn);
    show_plan();
    for (size_t i = 0; i < CLIENTS; i++) {
        show_client(clients[i]);
    }
}

static void watch(uintptr_t function, bool entered)
{
    static int rounds;
    char label[40];
    if (entered || server.batch->size == 0) {
        return;
    }
    if (function == ADDRESS(gather)) {
        snprintf(label, sizeof label, "round %d: gather()", ++rounds);
        show(label);
    } else if (function == ADDRESS(run)) {
        snprintf(label, sizeof label, "round %d: run()", rounds);
        show(label);
    }
}

static void send_requests(size_t client, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_append(&clients[client]->in, incr, sizeof incr - 1);
    }
    list_detach(&clients[client]->turn_node);
    list_append(&server.turn, &clients[client]->turn_node);
}

static void answer(uint64_t us)
{
    us_per_look = us;
    watching = true;
    batch_answer(&server);
    watching = false;
}

int main(void)
{
    static char none[] = "";
    server.config.requirepass = none;
    server.config.max_request = 1 << 20;
    server.config.max_output = 1 << 20;
    list_init(&server.turn);
    list_init(&server.done);
    list_init(&server.idle);
    list_init(&server.io);
    list_init(&server.came);
    server.batch = batch_new();
    for (size_t i = 0; i < CLIENTS; i++) {
        clients[i] = conn_new(-1);
    }
    send_requests(0, 100);
    send_requests(1, 1);
    send_requests(2, 2);
    show("the turn begins");
    answer(1);
    send_requests(0, 100);
    send_requests(1, 1);
    answer(600);
    return 0;
}
