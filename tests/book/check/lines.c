/*
 * lines PAGE: the lines of code that a page of the book shows, as plain text, in order:
 *
 *   = server.c edited         a file
 *    12:the code              a line that stays; its number is the one it has now
 *   +12:the code
 *   -12:the code              a removed line, with the number that it had
 *
 * Status 0. 1: the page is not well-formed. 2: wrong use.
 */
#include <stdio.h>
#include <string.h>

#include "tags.h"

enum { MAX_CELLS = 6 };

struct row {
    const char *class;
    struct text cell[MAX_CELLS], number;
    size_t n;
};

/* A cell of code, "+" or a minus. Words and the class of the row both tell the sign. */
static void print_row(const struct row *row)
{
    bool stays = row->class == NULL;
    size_t code = stays ? row->n - 2 : row->n - 1; /* the last is for the view side by side */
    char sign = stays ? ' ' : row->class[0] == 'a' ? '+' : '-';
    const char *shown = stays ? "" : sign == '+' ? "+" : "\xE2\x88\x92";
    if (row->n < 2 || !str_is(str_view(&row->cell[code - 1]), shown)) {
        printf("a row without its sign\n");
    }
    if (stays && !str_same(str_view(&row->cell[code]), str_view(&row->cell[code + 1]))) {
        printf("a line that is not the same side by side\n");
    }
    printf("%c%s:%s\n", sign, row->number.at, row->cell[code].at ? row->cell[code].at : "");
}

static void end_row(struct row *row)
{
    if (row->number.len) {
        print_row(row);
    }
    for (size_t i = 0; i < MAX_CELLS; i++) {
        text_free(&row->cell[i]);
    }
    text_free(&row->number);
    *row = (struct row){0};
}

static bool is_heading(struct str name)
{
    return str_is(name, "h3") || str_is(name, "h4");
}

/* Where the text after a tag belongs; NULL: we do not need it. */
static struct text *place_of(const struct token *t, struct row *row, struct text *heading)
{
    const struct str *id = tags_attribute(t, "id");
    if (is_heading(t->name) && id && str_starts(*id, "file:")) {
        return heading;
    }
    if (str_is(t->name, "th") && id) {
        return &row->number;
    }
    return str_is(t->name, "td") && row->n < MAX_CELLS ? &row->cell[row->n++] : NULL;
}

static bool is_end(struct str name)
{
    return str_is(name, "td") || str_is(name, "th") || is_heading(name);
}

static void end_heading(struct text *heading)
{
    char name[256], kind[32];
    if (heading->len && sscanf(heading->at, "%255s %31s", name, kind) == 2) {
        printf("= %s %s\n", name, kind);
    }
    heading->len = 0;
}

int main(int argc, char **argv)
{
    struct text page = {0}, heading = {0}, *place = NULL;
    struct row row = {0};
    struct token t;
    if (argc != 2 || !file_read(argv[1], &page)) {
        fprintf(stderr, "usage: lines PAGE (one that can be read)\n");
        return 2;
    }
    struct str whole = str_view(&page), rest = str_skip(whole, str_find(whole, "class=\"files\""));
    rest = str_skip(rest, str_find(rest, ">") + 1);
    while (rest.len) {
        if (tags_next(&rest, &t)) {
            return 1;
        }
        if (t.type == TEXT && place) {
            tags_plain(place, t.name);
        } else if (t.type == OPEN && str_is(t.name, "tr")) {
            row.class = tags_has(&t, "class", "a") ? "a" : tags_has(&t, "class", "d") ? "d" : NULL;
        } else if (t.type == OPEN) {
            struct text *next = place_of(&t, &row, &heading);
            place = next ? next : place;
        } else if (t.type == CLOSE && str_is(t.name, "tr")) {
            end_row(&row);
        } else if (t.type == CLOSE && is_heading(t.name)) {
            end_heading(&heading);
        }
        if (t.type == CLOSE && is_end(t.name)) {
            place = NULL;
        }
    }
    text_free(&page);
    text_free(&heading);
    return 0;
}
