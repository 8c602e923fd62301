/*
 * tags: see tags.h.
 */
#include "tags.h"

#include <ctype.h>
#include <string.h>

static const struct {
    const char *entity;
    char c;
} entities[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''},
};

static size_t entity_length(struct str s, char *c)
{
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        if (str_starts(s, entities[i].entity)) {
            *c = entities[i].c;
            return strlen(entities[i].entity);
        }
    }
    return 0;
}

static const char *check_text(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (c == '<' || c == '>') {
            return "a raw < or >";
        }
        if (c == '&' && !entity_length(str_skip(s, i), &c)) {
            return "a raw &";
        }
        if ((unsigned char)c < 0x20 && c != '\n' && c != '\t') {
            return "a control character";
        }
    }
    return NULL;
}

void tags_plain(struct text *out, struct str s)
{
    while (s.len) {
        char c = s.at[0];
        size_t len = c == '&' ? entity_length(s, &c) : 1;
        text_char(out, c);
        s = str_skip(s, len ? len : 1);
    }
}

static struct str take_name(struct str *s)
{
    size_t n = 0;
    while (n < s->len && (isalnum((unsigned char)s->at[n]) || s->at[n] == '-')) {
        n++;
    }
    struct str name = {s->at, n};
    *s = str_skip(*s, n);
    return name;
}

/* The next attribute of a tag; its name has len 0 after the last. */
static const char *take_attribute(struct str *s, struct str *name, struct str *value)
{
    while (s->len && isspace((unsigned char)s->at[0])) {
        *s = str_skip(*s, 1);
    }
    *name = take_name(s);
    *value = (struct str){"", 0};
    if (!str_starts(*s, "=")) {
        return NULL;
    }
    *s = str_skip(*s, 1);
    size_t end = s->len ? str_find(str_skip(*s, 1), "\"") : 0;
    if (!name->len || !str_starts(*s, "\"") || end + 1 >= s->len) {
        return "an attribute without quotes";
    }
    *value = (struct str){s->at + 1, end};
    *s = str_skip(*s, end + 2);
    return check_text(*value);
}

static const char *take_tag(struct str *s, struct token *t)
{
    const char *wrong;
    struct str name, value;
    t->type = str_starts(*s, "</") ? CLOSE : OPEN;
    *s = str_skip(*s, t->type == CLOSE ? 2 : 1);
    t->name = take_name(s);
    while (!(wrong = take_attribute(s, &name, &value)) && name.len) {
        if (t->n == MAX_ATTRIBUTES || t->type == CLOSE) {
            return "too many attributes";
        }
        t->attribute[t->n].name = name;
        t->attribute[t->n++].value = value;
    }
    if (!wrong && (!t->name.len || !str_starts(*s, ">"))) {
        wrong = "a tag that is none";
    }
    *s = str_skip(*s, 1);
    return wrong;
}

const char *tags_next(struct str *rest, struct token *t)
{
    static const char *raw; /* the closing tag of the script or style that we are in */
    *t = (struct token){0};
    if (!raw && str_starts(*rest, "<")) {
        const char *wrong = take_tag(rest, t);
        if (t->type == OPEN) {
            raw = str_is(t->name, "script") ? "</script>" : str_is(t->name, "style") ? "</style>"
                                                                                      : NULL;
        }
        return wrong;
    }
    t->name = (struct str){rest->at, str_find(*rest, raw ? raw : "<")};
    *rest = str_skip(*rest, t->name.len);
    if (raw) {
        raw = NULL;
        return NULL;
    }
    return check_text(t->name);
}

const struct str *tags_attribute(const struct token *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++) {
        if (str_is(t->attribute[i].name, name)) {
            return &t->attribute[i].value;
        }
    }
    return NULL;
}

bool tags_has(const struct token *t, const char *name, const char *value)
{
    const struct str *found = tags_attribute(t, name);
    return found && str_is(*found, value);
}
