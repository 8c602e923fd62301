/*
 * colour: see colour.h.
 */
#include "colour.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* What goes on at the end of a line. */
enum { IN_COMMENT = 1, IN_DIRECTIVE = 2, IN_STRING = 4, IN_COMMAND = 8 };

static const char *const keywords[] = {
    "alignas", "alignof", "auto", "bool", "break", "case", "char", "const", "continue", "default",
    "do", "double", "else", "enum", "extern", "false", "float", "for", "goto", "if", "inline",
    "int", "int64_t", "long", "NULL", "register", "restrict", "return", "short", "signed", "size_t",
    "sizeof", "ssize_t", "static", "struct", "switch", "true", "typedef", "uint16_t", "uint32_t",
    "uint64_t", "uint8_t", "union", "unsigned", "void", "volatile", "while", "_Noreturn",
    "_Static_assert", "_Thread_local", NULL,
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_keyword(struct str word)
{
    for (size_t i = 0; keywords[i]; i++) {
        if (str_is(word, keywords[i])) {
            return true;
        }
    }
    return false;
}

static void paint(char *kinds, size_t from, size_t to, char kind)
{
    memset(kinds + from, kind, to - from);
}

/* The end of a string that begins at i; its quote is `quote`. */
static size_t string_end(struct str line, size_t i, char quote)
{
    while (i < line.len && line.at[i] != quote) {
        i += line.at[i] == '\\' && i + 1 < line.len ? 2 : 1;
    }
    return i < line.len ? i + 1 : line.len;
}

static size_t word_end(struct str line, size_t i)
{
    while (i < line.len && is_word(line.at[i])) {
        i++;
    }
    return i;
}

/* Where the comment ends that line[i] is in; *state says whether it does. */
static size_t comment_end(struct str line, size_t i, int *state)
{
    struct str rest = str_skip(line, i);
    size_t end = str_find(rest, "*/");
    *state = end < rest.len ? *state & ~IN_COMMENT : *state | IN_COMMENT;
    return end < rest.len ? i + end + 2 : line.len;
}

static int c_line(int state, struct str line, char *kinds)
{
    size_t i = 0, end;
    struct str first = str_trim(line);
    if (!(state & IN_COMMENT) && first.len && first.at[0] == '#') {
        state |= IN_DIRECTIVE;
    }
    if (state & IN_COMMENT) {
        i = comment_end(line, 0, &state);
        paint(kinds, 0, i, COMMENT);
    }
    for (; i < line.len; i = end) {
        struct str rest = str_skip(line, i);
        char kind = state & IN_DIRECTIVE ? DIRECTIVE : 0;
        end = i + 1;
        if (str_starts(rest, "//")) {
            end = line.len;
            kind = COMMENT;
        } else if (str_starts(rest, "/*")) {
            end = comment_end(line, i + 2, &state);
            kind = COMMENT;
        } else if (line.at[i] == '"' || line.at[i] == '\'') {
            end = string_end(line, i + 1, line.at[i]);
            kind = STRING;
        } else if (is_word(line.at[i])) {
            end = word_end(line, i);
            if (!kind && is_keyword((struct str){line.at + i, end - i})) {
                kind = KEYWORD;
            }
        }
        paint(kinds, i, end, kind);
    }
    if (!line.len || line.at[line.len - 1] != '\\') {
        state &= ~IN_DIRECTIVE;
    }
    return state;
}

/* Comments and strings of a shell; a string may go on in the next line. */
static int shell_line(int state, struct str line, char *kinds)
{
    size_t i = 0, end;
    if (state & IN_STRING) {
        i = string_end(line, 0, '\'');
        paint(kinds, 0, i, STRING);
        state = i == line.len && (!i || line.at[i - 1] != '\'') ? state : state & ~IN_STRING;
    }
    for (; i < line.len; i = end) {
        end = i + 1;
        if (line.at[i] == '#' && (!i || line.at[i - 1] == ' ')) {
            end = line.len;
            paint(kinds, i, end, COMMENT);
        } else if (line.at[i] == '"' || line.at[i] == '\'') {
            end = string_end(line, i + 1, line.at[i]);
            paint(kinds, i, end, STRING);
            if (line.at[i] == '\'' && (end == i + 1 || line.at[end - 1] != '\'')) {
                state |= IN_STRING;
            }
        } else if (line.at[i] == '\\' && end < line.len) {
            end++;
        }
    }
    return state;
}

/* Commands come after "$ ", or after "> " where they go on; the rest is output. */
static int console_line(int state, struct str line, char *kinds)
{
    bool typed = str_starts(line, "$ ");
    bool on = (state & IN_COMMAND) && str_starts(line, "> ");
    if (!typed && !on) {
        return 0;
    }
    paint(kinds, 0, line.len, KEYWORD);
    return IN_COMMAND;
}

static void make_line(struct str line, char *kinds)
{
    size_t colon = str_find(line, ":"), comment = str_find(line, "#");
    static const char *const directives[] = {"ifeq", "ifdef", "ifneq", "ifndef", "else", "endif",
                                             "include", "-include", "define", "endef", NULL};
    if (line.len && line.at[0] != '\t' && line.at[0] != ' ') {
        struct str rest = line, word = line;
        str_cut(&rest, ' ', &word);
        for (size_t i = 0; directives[i]; i++) {
            if (str_is(word, directives[i])) {
                paint(kinds, 0, word.len, DIRECTIVE);
            }
        }
        if (colon < line.len && !memchr(line.at, '=', line.len)) {
            paint(kinds, 0, colon, KEYWORD);
        }
    }
    if (comment < line.len && (!comment || line.at[comment - 1] == ' ')) {
        paint(kinds, comment, line.len, COMMENT);
    }
}

int colour_line(enum language language, int state, struct str line, char *kinds)
{
    memset(kinds, 0, line.len);
    switch (language) {
    case C: return c_line(state, line, kinds);
    case SHELL: return shell_line(state, line, kinds);
    case CONSOLE: return console_line(state, line, kinds);
    case MAKE: make_line(line, kinds); return 0;
    case PLAIN: break;
    }
    return 0;
}

enum language colour_language(struct str name)
{
    bool source = name.len > 2 && name.at[name.len - 2] == '.' &&
                  (name.at[name.len - 1] == 'c' || name.at[name.len - 1] == 'h');
    size_t last = name.len > 8 ? name.len - 8 : 0;
    if (source || str_is(name, "c")) {
        return C;
    }
    if (str_is(str_skip(name, last), "Makefile") || str_is(name, "make")) {
        return MAKE;
    }
    return str_is(name, "sh") ? SHELL : str_is(name, "console") ? CONSOLE : PLAIN;
}

unsigned char *colour_states(enum language language, struct str text, size_t *lines)
{
    struct str rest = text, line;
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        count += text.at[i] == '\n';
    }
    unsigned char *states = new_array(count + 2, 1);
    char *kinds = new_array(text.len, 1);
    *lines = 0;
    while (str_cut(&rest, '\n', &line)) {
        int state = colour_line(language, states[*lines], line, kinds);
        states[++*lines] = (unsigned char)state;
    }
    free(kinds);
    return states;
}
