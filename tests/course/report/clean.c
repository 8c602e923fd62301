/*
 * clean.c: what a submission printed may hold any bytes; a report may not.
 */
#define _POSIX_C_SOURCE 200809L
#include "report.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_A_CHARACTER = 0xFFFD };

/* The bytes that a UTF-8 sequence with this first byte has; 0: none has it. */
static int length_of(unsigned char first)
{
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xC2 && first < 0xE0) {
        return 2;
    }
    if (first >= 0xE0 && first < 0xF0) {
        return 3;
    }
    return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

/* Control characters, halves of UTF-16 pairs, and what is no character. */
static bool forbidden(unsigned code, int length)
{
    static const unsigned least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    return code < least[length] || code > 0x10FFFF ||
           (code < 0x20 && code != '\n' && code != '\t') ||
           (code >= 0x7F && code < 0xA0) ||
           (code >= 0xD800 && code < 0xE000) ||
           (code >= 0x202A && code <= 0x202E) || /* reorder what is shown */
           (code >= 0x2066 && code <= 0x2069) || (code & 0xFFFE) == 0xFFFE;
}

/* The next character of *text, which moves on; what it may not be is FFFD. */
static unsigned next_character(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    int length = length_of(*p);
    unsigned code = length > 1 ? *p & (0x7Fu >> length) : *p;
    for (int i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            length = 0;
            break;
        }
        code = code << 6 | (p[i] & 0x3F);
    }
    *text += length ? length : 1;
    return length == 0 || forbidden(code, length) ? NOT_A_CHARACTER : code;
}

static void put_utf8(FILE *out, unsigned code)
{
    if (code < 0x80) {
        fputc((int)code, out);
    } else if (code < 0x800) {
        fprintf(out, "%c%c", 0xC0 | code >> 6, 0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        fprintf(out, "%c%c%c", 0xE0 | code >> 12, 0x80 | (code >> 6 & 0x3F),
                0x80 | (code & 0x3F));
    } else {
        fprintf(out, "%c%c%c%c", 0xF0 | code >> 18, 0x80 | (code >> 12 & 0x3F),
                0x80 | (code >> 6 & 0x3F), 0x80 | (code & 0x3F));
    }
}

void put_text(FILE *out, const char *text)
{
    while (*text) {
        put_utf8(out, next_character(&text));
    }
}

void put_indented(FILE *out, const char *text, const char *before)
{
    bool fresh = true;
    while (*text) {
        unsigned code = next_character(&text);
        if (fresh && code != '\n') {
            fputs(before, out);
        }
        put_utf8(out, code);
        fresh = code == '\n';
    }
    if (!fresh) {
        fputc('\n', out);
    }
}

void put_json(FILE *out, const char *text)
{
    fputc('"', out);
    while (*text) {
        unsigned code = next_character(&text);
        switch (code) {
        case '"': fputs("\\\"", out); break;
        case '\\': fputs("\\\\", out); break;
        case '\n': fputs("\\n", out); break;
        case '\t': fputs("\\t", out); break;
        default: put_utf8(out, code);
        }
    }
    fputc('"', out);
}

void put_xml(FILE *out, const char *text)
{
    while (*text) {
        unsigned code = next_character(&text);
        switch (code) {
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '&': fputs("&amp;", out); break;
        case '"': fputs("&quot;", out); break;
        case '\n': fputs("&#10;", out); break;
        case '\t': fputs("&#9;", out); break;
        default: put_utf8(out, code);
        }
    }
}

/* A leading sign would make a formula of it in a spreadsheet. */
void put_csv(FILE *out, const char *text)
{
    fputs(*text && strchr("=+-@\t", *text) ? "\"'" : "\"", out);
    while (*text) {
        unsigned code = next_character(&text);
        if (code == '"') {
            fputc('"', out);
        }
        put_utf8(out, code == '\n' || code == '\t' ? ' ' : code);
    }
    fputc('"', out);
}

void copy_clean(FILE *out, FILE *in)
{
    char *line = NULL;
    size_t size = 0;
    while (getline(&line, &size, in) > 0) {
        put_text(out, line);
    }
    free(line);
}

void put_number(FILE *out, double number)
{
    char text[64];
    snprintf(text, sizeof text, "%.2f", number);
    size_t n = strlen(text);
    while (text[n - 1] == '0') {
        n--;
    }
    if (text[n - 1] == '.') {
        n--;
    }
    fwrite(text, 1, n, out);
}

FILE *open_text(char **text)
{
    static size_t size; /* nobody asks: text ends with a NUL */
    FILE *f = open_memstream(text, &size);
    if (!f) {
        perror("report");
        exit(1);
    }
    return f;
}
