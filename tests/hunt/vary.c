/*
 * vary SEED FILE [HEADER]...
 *     Writes a C file to stdout that does the same and looks different.
 * vary -d OLD NEW
 *     Names the functions that differ, a line each. What differs beside them is
 *     one line, "(beside functions)".
 *
 * What varies: functions change places, and get prototypes where they need
 * them; comments inside functions go, and some of those above; many parameters
 * and local variables have other names. The HEADERs are those of the program:
 * no new name is one of theirs.
 *
 * Every choice depends on the seed and on the names of a function and a
 * variable, and on nothing else. So two versions of a file that differ in one
 * function still differ only there when both are varied.
 *
 * This is no compiler. It relies on code that is written as ours is: see
 * items.h. What it writes must be built and tested, and hunt.bats does that.
 *
 * Exit status: 0; 1 with -d if nothing differs; 2 for wrong use.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "../course/items.h"

/* A name, and two that say as much. "*n" is n where it is a pointer, "conn*c" c
 * where it points at a struct conn. */
static const char *const synonyms[][3] = {
    {"addr", "address", "sa"},
    {"*arg", "context", "ctx"},
    {"at", "where", "spot"},
    {"avl_tree*t", "tree", "self"},
    {"bits", "raw", "pattern"},
    {"body", "payload", "msg"},
    {"buf*b", "bf", "buffer"},
    {"call*call", "query", "ask"},
    {"chunk", "piece", "part"},
    {"command*cmd", "command", "row"},
    {"conn*c", "cn", "peer"},
    {"copy", "dup", "twin"},
    {"cursor*cur", "in", "reader"},
    {"*data", "bytes", "mem"},
    {"done", "so_far", "ndone"},
    {"end", "stop_at", "tail"},
    {"entry*e", "ent", "record"},
    {"fd", "sock", "desc"},
    {"found", "hit", "match"},
    {"*from", "link", "src"},
    {"got", "result", "had"},
    {"heap*h", "hp", "self"},
    {"hmap*m", "mp", "self"},
    {"htab*t", "tab", "self"},
    {"i", "k", "idx"},
    {"item", "elem", "it"},
    {"job*job", "work", "task"},
    {"*key", "wanted", "sought"},
    {"keyspace*ks", "space", "keys"},
    {"left", "remaining", "todo"},
    {"len", "length", "nbytes"},
    {"limit", "most", "max"},
    {"line", "row", "ln"},
    {"lookup*l", "lk", "look"},
    {"*n", "nd", "here"},
    {"n", "num", "nr"},
    {"name", "label", "title"},
    {"*next", "succ", "after"},
    {"*node", "nd", "member"},
    {"*o", "opt", "options"},
    {"offset", "shift", "delta"},
    {"old", "prev", "former"},
    {"*p", "ptr", "self"},
    {"port", "portno", "pn"},
    {"put", "wrote", "sent"},
    {"reply*r", "re", "reply"},
    {"request*r", "rq", "req"},
    {"rest", "extra", "beyond"},
    {"score", "points", "sc"},
    {"server*s", "srv", "sv"},
    {"side", "dir", "way"},
    {"size", "extent", "nbytes"},
    {"status", "outcome", "rc"},
    {"*text", "txt", "string"},
    {"to", "target", "dest"},
    {"used", "eaten", "consumed"},
    {"val", "value", "content"},
    {"value", "val", "content"},
    {"*w", "wt", "self"},
    {"what", "reason", "topic"},
    {"yes", "on", "one"},
    {"zset*z", "zs", "set"},
};

enum {
    NSYNONYMS = sizeof synonyms / sizeof synonyms[0],
    MOST_RENAMED = 40,
    MOST_HEADERS = 200
};

struct renaming {
    const char *old;
    const char *new;
};

static struct items items;
static struct items headers[MOST_HEADERS];
static size_t nheaders;
static uint64_t seed;

static void die(const char *what, const char *name)
{
    fprintf(stderr, "vary: %s%s\n", name, what);
    exit(2);
}

static char *read_file(const char *name)
{
    FILE *f = fopen(name, "r");
    size_t cap = 1 << 20;
    char *text = calloc(1, cap + 1);

    if (!f || !text || fread(text, 1, cap, f) == cap)
        die(" cannot be read, or is too long", name);
    fclose(f);
    return text;
}

/* ---- choices ---- */

/* A number that depends on the seed and on both words. */
static uint64_t draw(const char *a, size_t len, const char *b)
{
    uint64_t x = 14695981039346656037u ^ seed * 0x9e3779b97f4a7c15u;

    for (size_t i = 0; i < len; i++)
        x = (x ^ (unsigned char)a[i]) * 1099511628211u;
    for (; *b; b++)
        x = (x ^ (unsigned char)*b) * 1099511628211u;
    x = (x ^ x >> 33) * 0xff51afd7ed558ccdu;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53u;
    return x ^ x >> 33;
}

static uint64_t draw_for(const struct item *it, const char *what)
{
    return draw(items.text + it->name, it->name_len, what);
}

/* ---- other names for local variables ---- */

/* The word in front of i, behind stars and blanks: where it begins; its length,
 * 0 without one. */
static size_t word_before(const char *t, size_t i, size_t *len, bool *star)
{
    *star = false;
    while (i > 0 && (t[i - 1] == ' ' || t[i - 1] == '*' || t[i - 1] == '\n')) {
        *star |= t[i - 1] == '*';
        i--;
    }
    size_t end = i;
    while (i > 0 && is_word(t[i - 1]))
        i--;
    *len = end - i;
    return i;
}

static bool is_statement(const char *t, size_t i)
{
    static const char *const words[] = {"return", "else", "case",
                                        "sizeof", "do",   "goto"};

    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
        if (word_at(t, i, words[k]))
            return true;
    }
    return false;
}

/* A name of the table: what it must point at, if that is said; whether it must
 * be a pointer; the name itself. */
struct pattern {
    const char *type;
    size_t type_len;
    bool pointer;
    const char *name;
};

static struct pattern pattern_of(const char *synonym)
{
    const char *star = strchr(synonym, '*');

    return (struct pattern){
        .type = synonym,
        .type_len = star ? (size_t)(star - synonym) : 0,
        .pointer = star != NULL,
        .name = star ? star + 1 : synonym,
    };
}

enum declared { NOT_DECLARED, DECLARED, DECLARED_OTHERWISE };

/* Is the word at i declared there, as the pattern wants it? Then the word in
 * front of it can be its type. */
static enum declared declared_at(const char *t, size_t i,
                                 const struct pattern *p)
{
    bool star;
    size_t len;
    size_t type = word_before(t, i, &len, &star);

    if (len == 0 || isdigit((unsigned char)t[type]) || is_statement(t, type))
        return NOT_DECLARED;
    if (star != p->pointer ||
        (p->type_len > 0 &&
         (p->type_len != len || strncmp(t + type, p->type, len) != 0)))
        return DECLARED_OTHERWISE;
    return DECLARED;
}

/* The member in container_of(pointer, struct type, member). */
static bool is_member(const char *t, size_t i)
{
    if (i < 3 || strncmp(t + i - 2, ", ", 2) != 0)
        return false;
    i -= 2;
    while (i > 0 && is_word(t[i - 1]))
        i--;
    return i >= 7 && strncmp(t + i - 7, "struct ", 7) == 0;
}

static bool is_variable(const char *t, size_t i)
{
    return !is_field(t, i) && !is_tag(t, i) && !is_member(t, i);
}

/* The next word from i on that is in no comment and no string, or end. */
static size_t next_word(const char *t, size_t i, size_t end, size_t *len)
{
    while (i < end) {
        size_t next = skip_opaque(t, i);
        if (next > i) {
            i = next;
        } else if (is_word(t[i])) {
            *len = 0;
            while (is_word(t[i + *len]))
                ++*len;
            return i;
        } else {
            i++;
        }
    }
    return end;
}

static bool is_same(const char *t, size_t i, size_t len, const char *word)
{
    return strlen(word) == len && strncmp(t + i, word, len) == 0;
}

/* Is it a variable of this function, everywhere as the pattern wants it? */
static bool is_local(const struct item *it, const struct pattern *p)
{
    const char *t = items.text;
    enum declared all = NOT_DECLARED;
    size_t len;

    for (size_t i = next_word(t, it->params, it->end, &len); i < it->end;
         i = next_word(t, i + len, it->end, &len)) {
        if (!is_same(t, i, len, p->name) || !is_variable(t, i))
            continue;
        enum declared one = declared_at(t, i, p);
        if (one > all)
            all = one;
    }
    return all == DECLARED;
}

static bool defines(const struct items *all, const char *word)
{
    for (size_t i = 0; i < all->n; i++) {
        if (is_same(all->text, all->item[i].name, all->item[i].name_len, word))
            return true;
    }
    return false;
}

static bool is_taken(const struct item *it, const char *word,
                     const struct renaming *r, size_t n)
{
    const char *t = items.text;
    size_t len;

    for (size_t i = next_word(t, it->head, it->end, &len); i < it->end;
         i = next_word(t, i + len, it->end, &len)) {
        if (is_same(t, i, len, word))
            return true;
    }
    for (size_t k = 0; k < n; k++) {
        if (strcmp(r[k].new, word) == 0)
            return true;
    }
    for (size_t k = 0; k < nheaders; k++) {
        if (defines(&headers[k], word))
            return true;
    }
    return defines(&items, word);
}

/* A structure that is declared within a function: its fields look like
 * variables. */
static bool has_structure(const struct item *it)
{
    for (size_t i = it->body; i < it->end; i++) {
        if (word_at(items.text, i, "struct") ||
            word_at(items.text, i, "union")) {
            i += strcspn(items.text + i, " ") + 1;
            while (is_word(items.text[i]) || items.text[i] == ' ')
                i++;
            if (items.text[i] == '{')
                return true;
        }
    }
    return false;
}

/* Fills in what is renamed in a function. Returns how many. */
static size_t choose_names(const struct item *it, struct renaming *r)
{
    size_t n = 0;

    if (has_structure(it))
        return 0;
    for (size_t k = 0; k < NSYNONYMS && n < MOST_RENAMED; k++) {
        struct pattern p = pattern_of(synonyms[k][0]);
        uint64_t chance = draw_for(it, p.name);
        if (chance % 8 == 0 || defines(&items, p.name) || !is_local(it, &p))
            continue;
        size_t choice = 1 + chance / 8 % 2;
        if (is_taken(it, synonyms[k][choice], r, n))
            choice = 3 - choice;
        if (!is_taken(it, synonyms[k][choice], r, n))
            r[n++] = (struct renaming){p.name, synonyms[k][choice]};
    }
    return n;
}

/* ---- writing ---- */

struct out {
    char *text;
    size_t len;
};

static struct out out;

static void write_out(const char *text, size_t len)
{
    memcpy(out.text + out.len, text, len);
    out.len += len;
}

static void write_line(const char *text)
{
    write_out(text, strlen(text));
}

static void drop_blanks(void)
{
    while (out.len > 0 && out.text[out.len - 1] == ' ')
        out.len--;
}

/* Leaves a comment out, with its line if there is nothing else. Returns where
 * the text goes on. */
static size_t leave_out(const char *t, size_t end)
{
    drop_blanks();
    bool alone = out.len == 0 || out.text[out.len - 1] == '\n';
    if (t[end] == '\n')
        return alone ? end + 1 : end;
    if (!alone)
        write_line(" ");
    return t[end] == ' ' ? end + 1 : end;
}

/* A compiler wants this one. */
static bool is_needed(const char *t, size_t i, size_t end)
{
    for (; i + 4 <= end; i++) {
        if (strncmp(t + i, "fall", 4) == 0)
            return true;
    }
    return false;
}

static void write_word(const char *t, size_t i, size_t len,
                       const struct renaming *r, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        if (is_same(t, i, len, r[k].old) && is_variable(t, i)) {
            write_line(r[k].new);
            return;
        }
    }
    write_out(t + i, len);
}

/* Writes code without its comments, and with other names. */
static void write_code(size_t begin, size_t end, const struct renaming *r,
                       size_t n)
{
    const char *t = items.text;

    for (size_t i = begin; i < end;) {
        size_t next = skip_opaque(t, i);
        if (next > i && t[i] == '/' && !is_needed(t, i, next)) {
            i = leave_out(t, next);
        } else if (next > i) {
            write_out(t + i, next - i);
            i = next;
        } else if (is_word(t[i])) {
            size_t from = i;
            while (is_word(t[i]))
                i++;
            write_word(t, from, i - from, r, n);
        } else {
            write_out(t + i++, 1);
        }
    }
}

static void write_function(const struct item *it)
{
    struct renaming names[MOST_RENAMED];
    size_t n = choose_names(it, names);

    if (draw_for(it, "/*") % 2 == 0)
        write_out(items.text + it->begin, it->head - it->begin);
    write_code(it->head, it->end, names, n);
}

static void write_prototype(const struct item *it)
{
    write_code(it->head, it->body, NULL, 0);
    while (isspace((unsigned char)out.text[out.len - 1]))
        out.len--;
    write_line(";\n");
}

/* ---- the order ---- */

static int by_chance(const void *a, const void *b)
{
    uint64_t x = draw_for(*(const struct item *const *)a, "order");
    uint64_t y = draw_for(*(const struct item *const *)b, "order");

    return x < y ? -1 : x > y;
}

static bool has_prototype(const struct item *it)
{
    for (const struct item *p = items.item; p < it; p++) {
        if (p->kind == PROTOTYPE && p->name_len == it->name_len &&
            strncmp(items.text + p->name, items.text + it->name,
                    it->name_len) == 0)
            return true;
    }
    return false;
}

/* Is it used by one of those that are now in front of it? */
static bool is_used_early(struct item *const *order, size_t at)
{
    const char *t = items.text;

    for (size_t i = 0; i < at; i++) {
        if (mentions(t, order[i]->head, order[i]->end, t + order[at]->name,
                     order[at]->name_len))
            return true;
    }
    return false;
}

/* A comment of several lines that stands alone between functions: it is about
 * all of them. */
static void write_between(size_t begin, size_t end)
{
    const char *t = items.text;

    while (begin < end && isspace((unsigned char)t[begin]))
        begin++;
    while (end > begin && isspace((unsigned char)t[end - 1]))
        end--;
    if (memchr(t + begin, '\n', end - begin)) {
        write_out(t + begin, end - begin);
        write_line("\n\n");
    }
}

/* Functions that stand side by side, from items.item[first] on, in another
 * order. */
static void write_functions(size_t first, size_t n)
{
    struct item *order[MOST_ITEMS];
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        order[i] = &items.item[first + i];
        write_between(first + i > 0 ? order[i][-1].end : 0, order[i]->begin);
    }
    qsort(order, n, sizeof order[0], by_chance);
    for (size_t i = 0; i < n; i++) {
        if (order[i]->is_static && !has_prototype(order[i]) &&
            is_used_early(order, i)) {
            write_prototype(order[i]);
            any = true;
        }
    }
    if (any)
        write_line("\n");
    for (size_t i = 0; i < n; i++) {
        write_function(order[i]);
        write_line("\n\n");
    }
}

/* Writes all pieces; those that are not functions keep their places. */
static void write_all(void)
{
    const char *t = items.text;
    size_t at = 0;

    for (size_t i = 0; i < items.n;) {
        size_t n = 0;
        while (i + n < items.n && items.item[i + n].kind == FUNCTION)
            n++;
        if (n > 0) {
            drop_blanks();
            while (out.len > 1 && out.text[out.len - 1] == '\n')
                out.len--;
            write_line(out.len > 0 ? "\n\n" : "");
            write_functions(i, n);
            i += n;
            at = items.item[i - 1].end;
            at += strspn(t + at, " \n");
        } else {
            write_out(t + at, items.item[i].end - at);
            at = items.item[i++].end;
        }
    }
    while (out.len > 0 && isspace((unsigned char)out.text[out.len - 1]))
        out.len--;
    write_line("\n");
}

/* ---- what differs ---- */

static const struct item *find_function(const struct items *all,
                                        const char *name, size_t len)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct item *it = &all->item[i];
        if (it->kind == FUNCTION && it->name_len == len &&
            strncmp(all->text + it->name, name, len) == 0)
            return it;
    }
    return NULL;
}

static bool same_text(const struct items *a, const struct item *x,
                      const struct items *b, const struct item *y)
{
    return x->end - x->head == y->end - y->head &&
           strncmp(a->text + x->head, b->text + y->head, x->end - x->head) == 0;
}

/* Names those of a that b does not have just so. Those that b does not have at
 * all, too. */
static size_t tell_functions(const struct items *a, const struct items *b)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++) {
        const struct item *x = &a->item[i];
        if (x->kind != FUNCTION)
            continue;
        const struct item *y = find_function(b, a->text + x->name, x->name_len);
        if (!y || !same_text(a, x, b, y)) {
            printf("%.*s\n", (int)x->name_len, a->text + x->name);
            n++;
        }
    }
    return n;
}

static bool same_rest(const struct items *a, const struct items *b)
{
    size_t i = 0;
    size_t k = 0;

    for (;;) {
        while (i < a->n && a->item[i].kind == FUNCTION)
            i++;
        while (k < b->n && b->item[k].kind == FUNCTION)
            k++;
        if (i == a->n || k == b->n)
            return i == a->n && k == b->n;
        if (!same_text(a, &a->item[i++], b, &b->item[k++]))
            return false;
    }
}

static void read_items_of(struct items *all, const char *name)
{
    if (!read_items(all, read_file(name)))
        die(" has too many items", name);
}

static int tell_differences(const char *old, const char *new)
{
    static struct items a;
    static struct items b;

    read_items_of(&a, old);
    read_items_of(&b, new);
    size_t n = tell_functions(&a, &b);
    if (!same_rest(&a, &b)) {
        printf("(beside functions)\n");
        n++;
    }
    return n > 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    char *end = NULL;

    if (argc == 4 && strcmp(argv[1], "-d") == 0)
        return tell_differences(argv[2], argv[3]);
    if (argc > 2)
        seed = strtoull(argv[1], &end, 10);
    if (argc < 3 || end == argv[1] || *end != '\0' || argc - 3 > MOST_HEADERS) {
        fprintf(stderr,
                "usage: vary SEED FILE [HEADER]... or vary -d OLD NEW\n");
        return 2;
    }
    read_items_of(&items, argv[2]);
    for (int i = 3; i < argc; i++)
        read_items_of(&headers[nheaders++], argv[i]);
    /* Names grow by less than four times, and each function gets a prototype at
     * most. */
    out.text = calloc(8, strlen(items.text) + 4096);
    if (!out.text)
        die(" does not fit into memory", argv[2]);
    write_all();
    fwrite(out.text, 1, out.len, stdout);
    return 0;
}
