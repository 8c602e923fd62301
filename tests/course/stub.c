/*
 * stub FILE FUNCTION VALUE [FUNCTION VALUE]...
 * stub -a FILE [FUNCTION VALUE]...
 *
 * Writes a C file to stdout in which these functions (-a: all that others can
 * call) have lost their bodies. Such a function says once on stderr that it is
 * not written yet (not_written.h, beside the file), and returns VALUE; where
 * that is empty, what fits its type: NULL, false, 0, all zero. VALUE of a
 * void function is a statement.
 *
 * Static functions and variables that nobody uses then are left out, so that
 * the compiler has nothing to warn of. A static variable that only the lost
 * body used stays, and the stub mentions it.
 *
 * Exit status: 0; or 2, with a line on stderr, for a function that the file
 * does not have, or that nobody would call any more.
 */
#include <stdio.h>
#include <stdlib.h>

#include "items.h"

struct wish {
    const char *name;
    const char *value;
};

static struct items items;
static struct wish *wishes;
static size_t nwishes;
static bool all_exported;
static const char *file;

static void die(const char *what, const char *name)
{
    fprintf(stderr, "stub: %s: %s%s\n", file, name, what);
    exit(2);
}

static char *read_file(const char *name)
{
    FILE *f = fopen(name, "r");
    size_t cap = 1 << 20;
    char *text = calloc(1, cap + 1);

    if (!f || !text || fread(text, 1, cap, f) == cap)
        die("cannot be read, or is too long", "");
    fclose(f);
    return text;
}

static bool is_named(const struct item *it, const char *name)
{
    return it->name_len == strlen(name) &&
           strncmp(items.text + it->name, name, it->name_len) == 0;
}

static const struct wish *wish_for(const struct item *it)
{
    static const struct wish any = {"", ""};

    if (it->kind != FUNCTION)
        return NULL;
    for (size_t i = 0; i < nwishes; i++) {
        if (is_named(it, wishes[i].name))
            return &wishes[i];
    }
    return all_exported && !it->is_static ? &any : NULL;
}

/* ---- what is still used ---- */

static bool used[MOST_ITEMS];

/* A type, with fields that may have the name of a function. */
static bool is_type(const struct item *it)
{
    const char *t = items.text;

    return it->kind == DECLARATION && t[it->end - 2] == '}' &&
           !memchr(t + it->head, '=', it->end - it->head);
}

/* Does item a, as it will be written, use what item b defines? */
static bool uses(const struct item *a, const struct item *b)
{
    const struct wish *w = wish_for(a);
    const char *t = items.text;

    if (a == b || (a->kind == PROTOTYPE && a->is_static))
        return false;
    if (b->kind == FUNCTION && is_type(a))
        return false;
    if (!w)
        return mentions(t, a->head, a->end, t + b->name, b->name_len);
    if (!all_exported && b->kind == DECLARATION &&
        mentions(t, a->body, a->end, t + b->name, b->name_len))
        return true;
    return mentions(t, a->head, a->body, t + b->name, b->name_len) ||
           mentions(w->value, 0, strlen(w->value), t + b->name, b->name_len);
}

static bool can_go(const struct item *it)
{
    return it->is_static && it->kind != PREPROCESSOR && it->name_len > 0;
}

static void mark_used(size_t i)
{
    if (used[i])
        return;
    used[i] = true;
    for (size_t k = 0; k < items.n; k++) {
        if (can_go(&items.item[k]) && uses(&items.item[i], &items.item[k]))
            mark_used(k);
    }
}

static void find_used(void)
{
    bool is_header = strlen(file) > 2 && !strcmp(file + strlen(file) - 2, ".h");

    for (size_t i = 0; i < items.n; i++) {
        if (is_header || !can_go(&items.item[i]))
            mark_used(i);
    }
}

/* ---- writing ---- */

static void write_text(size_t begin, size_t end)
{
    fwrite(items.text + begin, 1, end - begin, stdout);
}

/* The name of a parameter: its last word, or the first in (*name)(...). */
static void write_param(size_t begin, size_t end, const char *value)
{
    const char *t = items.text;
    size_t name = 0;
    size_t len = 0;

    for (size_t i = begin; i < end && !(len && strchr("[)", t[i])); i++) {
        if (is_word(t[i]) && !is_word(t[i - 1]))
            name = i;
        if (is_word(t[i]))
            len = i + 1 - name;
    }
    if (len == 0 || (len == 4 && word_at(t, name, "void")))
        return;
    if (!mentions(value, 0, strlen(value), t + name, len))
        printf("    (void)%.*s;\n", (int)len, t + name);
}

static void write_params(const struct item *it, const char *value)
{
    const char *t = items.text;
    size_t end = skip_brackets(t, it->params) - 1;
    size_t begin = it->params + 1;
    int depth = 0;

    for (size_t i = begin; i <= end; i++) {
        if (i == end || (t[i] == ',' && depth == 0)) {
            write_param(begin, i, value);
            begin = i + 1;
        } else if (t[i] == '(') {
            depth++;
        } else if (t[i] == ')') {
            depth--;
        }
    }
}

/* The type that a function returns, without static and the like. */
static const char *type_of(const struct item *it)
{
    static char type[200];
    size_t from = it->head;
    size_t len;

    while (word_at(items.text, from, "static") ||
           word_at(items.text, from, "inline") ||
           word_at(items.text, from, "const")) {
        from += strcspn(items.text + from, " ");
        from += strspn(items.text + from, " ");
    }
    len = it->name - from;
    if (len >= sizeof type)
        die("() has a type that is too long", "");
    memcpy(type, items.text + from, len);
    while (len > 0 && isspace((unsigned char)type[len - 1]))
        len--;
    type[len] = '\0';
    return type;
}

static void write_return(const struct item *it, const char *value)
{
    const char *type = type_of(it);

    if (strcmp(type, "void") == 0) {
        if (*value)
            printf("    %s;\n", value);
    } else if (*value) {
        printf("    return %s;\n", value);
    } else if (strchr(type, '*')) {
        printf("    return NULL;\n");
    } else if (strncmp(type, "struct ", 7) == 0) {
        printf("    return (%s){0};\n", type);
    } else {
        printf("    return %s;\n", strcmp(type, "bool") == 0 ? "false" : "0");
    }
}

static void write_stub(const struct item *it, const char *value)
{
    write_text(it->begin, it->body);
    printf("{\n");
    write_params(it, value);
    for (size_t i = 0; i < items.n; i++) {
        const struct item *var = &items.item[i];
        if (!all_exported && var->kind == DECLARATION && can_go(var) &&
            mentions(items.text, it->body, it->end, items.text + var->name,
                     var->name_len))
            printf("    (void)%.*s;\n", (int)var->name_len,
                   items.text + var->name);
    }
    printf("    NOT_WRITTEN();\n");
    write_return(it, value);
    printf("}");
}

static bool begins(const struct item *it, const char *word)
{
    return strncmp(items.text + it->head, word, strlen(word)) == 0;
}

static void write_all(void)
{
    size_t last_include = 0;
    size_t at = 0;
    int depth = 0; /* of #if: an #include within one may not count */

    for (size_t i = 0; i < items.n; i++) {
        depth += begins(&items.item[i], "#if");
        depth -= begins(&items.item[i], "#endif");
        if (depth == 0 && begins(&items.item[i], "#include"))
            last_include = i;
    }
    for (size_t i = 0; i < items.n; i++) {
        const struct item *it = &items.item[i];
        const struct wish *w = wish_for(it);
        if (!used[i]) {
            at = it->end; /* and the blank lines before it */
            continue;
        }
        write_text(at, it->begin);
        if (w)
            write_stub(it, w->value);
        else
            write_text(it->begin, it->end);
        if (i == last_include)
            printf("\n#include \"not_written.h\"");
        at = it->end;
    }
    write_text(at, strlen(items.text));
}

static void check_wishes(void)
{
    for (size_t w = 0; w < nwishes; w++) {
        size_t i = 0;
        while (i < items.n && !(items.item[i].kind == FUNCTION &&
                                is_named(&items.item[i], wishes[w].name)))
            i++;
        if (i == items.n)
            die("() is not defined there", wishes[w].name);
        if (!used[i])
            die("() would have no caller left, they are emptied, too",
                wishes[w].name);
    }
}

int main(int argc, char **argv)
{
    all_exported = argc > 1 && strcmp(argv[1], "-a") == 0;
    argc -= all_exported;
    argv += all_exported;
    if (argc < 2 || argc % 2 != 0 || (argc < 4 && !all_exported)) {
        fprintf(stderr, "usage: stub [-a] FILE [FUNCTION VALUE]...\n");
        return 2;
    }
    file = argv[1];
    nwishes = (size_t)(argc - 2) / 2;
    wishes = calloc(nwishes + 1, sizeof wishes[0]);
    for (size_t i = 0; i < nwishes; i++)
        wishes[i] = (struct wish){argv[2 + 2 * i], argv[3 + 2 * i]};

    if (!read_items(&items, read_file(file)))
        die("has too many items", "");
    find_used();
    check_wishes();
    write_all();
    return 0;
}
