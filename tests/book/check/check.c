/*
 * check PAGE...: are these pages a book? One line on stderr per fault, at most 20 per page.
 *
 * - every tag that is opened is closed, in order. There are only the tags and attributes of the
 *   book; none loads anything, or runs a script of its own.
 * - text is escaped, ids are unique, and every th has a scope
 * - every link goes to one of these pages, and to an id that exists there; or to http(s)
 *
 * Status 0: yes. 1: no. 2: wrong use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tags.h"

enum { MAX_DEPTH = 100, MAX_FAULTS = 20 };

struct page {
    const char *path, *name;
    struct text text;
    struct str *ids, *links;
    size_t n_ids, n_links;
    int faults;
};

static const char tags[] = " html head meta title style body a header nav main h1 h2 h3 h4 h5 h6 p "
                           "ul ol li pre code b i span ins del strong em details summary table "
                           "caption thead tbody tfoot tr th td div article section input label "
                           "small footer script figure figcaption svg rect circle path text ";
static const char voids[] = " meta input ";
static const char attributes[] = " aria-hidden aria-label aria-labelledby accesskey charset "
                                 "checked class colspan content for href http-equiv id lang name "
                                 "rel role scope start style tabindex type "
                                 "viewBox width height x y rx cx cy r d ";

static void fault(struct page *page, const char *what, struct str where)
{
    if (page->faults++ < MAX_FAULTS) {
        fprintf(stderr, "%s: %s: %.*s\n", page->name, what,
                (int)(where.len < 60 ? where.len : 60), where.at);
    }
}

static bool is_among(const char *list, struct str name)
{
    struct text word = {0};
    text_char(&word, ' ');
    text_add(&word, name);
    text_char(&word, ' ');
    bool found = strstr(list, word.at) != NULL;
    text_free(&word);
    return found;
}

static void remember(struct str **list, size_t *n, struct str s)
{
    *list = one_more(*list, *n, sizeof s);
    (*list)[(*n)++] = s;
}

/* ---- a page by itself ---- */

static void check_opened(struct page *page, const struct token *t)
{
    const struct str *id = tags_attribute(t, "id"), *href = tags_attribute(t, "href");
    if (!is_among(tags, t->name)) {
        fault(page, "not a tag of the book", t->name);
    }
    for (size_t i = 0; i < t->n; i++) {
        if (!is_among(attributes, t->attribute[i].name)) {
            fault(page, "not an attribute of the book", t->attribute[i].name);
        }
    }
    if (str_is(t->name, "th") && !tags_attribute(t, "scope")) {
        fault(page, "a th without a scope", str_view(&page->text));
    }
    if (id) {
        remember(&page->ids, &page->n_ids, *id);
    }
    if (href) {
        remember(&page->links, &page->n_links, *href);
    }
}

static void check_tags(struct page *page)
{
    struct str open[MAX_DEPTH] = {{0}}, rest = str_view(&page->text);
    size_t depth = 0;
    struct token t;
    rest = str_skip(rest, str_starts(rest, "<!DOCTYPE html>") ? 15 : 0);
    while (rest.len) {
        const char *from = rest.at, *wrong = tags_next(&rest, &t);
        struct str here = {from, (size_t)(rest.at + rest.len - from)};
        if (wrong) {
            fault(page, wrong, here);
        } else if (t.type == OPEN) {
            check_opened(page, &t);
            if (!is_among(voids, t.name) && depth < MAX_DEPTH) {
                open[depth++] = t.name;
            }
        } else if (t.type == CLOSE && (!depth || !str_same(open[--depth], t.name))) {
            fault(page, "closed, but not open", here);
        } else if (t.type == TEXT && depth && str_is(open[depth - 1], "style") &&
                   (str_find(t.name, "url(") < t.name.len || str_find(t.name, "@i") < t.name.len)) {
            fault(page, "a style that loads something", here);
        }
    }
    while (depth) {
        fault(page, "not closed", open[--depth]);
    }
}

static int by_bytes(const void *a, const void *b)
{
    const struct str *s = a, *t = b;
    size_t len = s->len < t->len ? s->len : t->len;
    int order = memcmp(s->at, t->at, len);
    return order ? order : (s->len > t->len) - (s->len < t->len);
}

static void check_ids(struct page *page)
{
    if (page->n_ids) {
        qsort(page->ids, page->n_ids, sizeof *page->ids, by_bytes);
    }
    for (size_t i = 1; i < page->n_ids; i++) {
        if (str_same(page->ids[i - 1], page->ids[i])) {
            fault(page, "the same id twice", page->ids[i]);
        }
    }
}

/* ---- links, which may lead to other pages ---- */

static const struct page *find_page(const struct page *pages, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_is(name, pages[i].name)) {
            return &pages[i];
        }
    }
    return NULL;
}

static void check_links(struct page *page, const struct page *pages, size_t n)
{
    for (size_t i = 0; i < page->n_links; i++) {
        struct str link = page->links[i], id, name = {link.at, str_find(link, "#")};
        if (str_starts(link, "http://") || str_starts(link, "https://")) {
            continue;
        }
        const struct page *to = name.len ? find_page(pages, n, name) : page;
        id = str_skip(link, name.len + 1);
        if (!to) {
            fault(page, "a link to no page", link);
        } else if (name.len < link.len &&
                   (!to->n_ids || !bsearch(&id, to->ids, to->n_ids, sizeof id, by_bytes))) {
            fault(page, "a link to no place", link);
        }
    }
}

int main(int argc, char **argv)
{
    size_t n = argc > 1 ? (size_t)argc - 1 : 0;
    struct page *pages = new_array(n, sizeof *pages);
    int faults = n == 0;
    for (size_t i = 0; i < n; i++) {
        const char *slash = strrchr(argv[i + 1], '/');
        pages[i].path = argv[i + 1];
        pages[i].name = slash ? slash + 1 : argv[i + 1];
        if (!file_read(pages[i].path, &pages[i].text)) {
            perror(pages[i].path);
            return 2;
        }
        check_tags(&pages[i]);
        check_ids(&pages[i]);
    }
    for (size_t i = 0; i < n; i++) {
        check_links(&pages[i], pages, n);
        faults += pages[i].faults;
    }
    for (size_t i = 0; i < n; i++) {
        free(pages[i].ids);
        free(pages[i].links);
        text_free(&pages[i].text);
    }
    free(pages);
    return faults ? 1 : 0;
}
