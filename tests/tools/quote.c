/*
 * What is printed in quotes is made in memory first, so there is one place that
 * knows the escapes.
 */
#include "quote.h"

static void add_escaped(struct bytes *to, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c == '\r' || c == '\n') {
            bytes_add_text(to, c == '\r' ? "\\r" : "\\n");
        } else if (c == '"' || c == '\\') {
            bytes_print(to, "\\%c", c);
        } else if (c < ' ' || c > '~') {
            bytes_print(to, "\\x%02x", c);
        } else {
            bytes_add(to, &data[i], 1);
        }
    }
}

void quote_add(struct bytes *to, const char *data, size_t len)
{
    bytes_add(to, "\"", 1);
    add_escaped(to, data, len);
    bytes_add(to, "\"", 1);
}

void quote_print(FILE *to, const char *data, size_t len, size_t most)
{
    struct bytes text = {0};
    quote_add(&text, data, len < most ? len : most);
    fwrite(text.at, 1, text.len, to);
    bytes_free(&text);
    if (len > most) {
        fprintf(to, " ... %zu bytes", len);
    }
}

void quote_print_word(FILE *to, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '\\') {
            quote_print(to, data, len, len);
            return;
        }
    }
    if (len == 0) {
        fputs("\"\"", to);
    }
    fwrite(data, 1, len, to);
}

void quote_print_plain(FILE *to, const char *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c < ' ' || c > '~' || c == '\\') {
            fprintf(to, "\\x%02x", c);
        } else {
            fputc(c, to);
        }
    }
}
