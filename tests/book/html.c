/*
 * html: see html.h.
 */
#include "html.h"

#include <ctype.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD"

/* The length of the UTF-8 character at the start of s; 0: it is not valid. */
static size_t utf8_length(struct str s)
{
    const unsigned char *b = (const unsigned char *)s.at;
    size_t len = b[0] < 0x80 ? 1 : b[0] < 0xC2 ? 0 : b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3
                                                 : b[0] < 0xF5 ? 4 : 0;
    if (len > s.len) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if ((b[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    if (len < 3) {
        return len;
    }
    /* longer than needed, one half of a pair, or above the last number in Unicode */
    bool wrong = (b[0] == 0xE0 && b[1] < 0xA0) || (b[0] == 0xED && b[1] > 0x9F) ||
                 (b[0] == 0xF0 && b[1] < 0x90) || (b[0] == 0xF4 && b[1] > 0x8F);
    return wrong ? 0 : len;
}

static void ascii(struct text *out, char c)
{
    switch (c) {
    case '&': text_say(out, "&amp;"); break;
    case '<': text_say(out, "&lt;"); break;
    case '>': text_say(out, "&gt;"); break;
    case '"': text_say(out, "&quot;"); break;
    case '\'': text_say(out, "&#39;"); break;
    case '\t':
    case '\n': text_char(out, c); break;
    case 0x7F: text_say(out, "\xE2\x90\xA1"); break;
    default:
        if ((unsigned char)c < 0x20) { /* U+2400 and the following picture them */
            text_print(out, "\xE2\x90%c", 0x80 + c);
        } else {
            text_char(out, c);
        }
    }
}

void html_text(struct text *out, struct str s)
{
    while (s.len) {
        size_t len = utf8_length(s);
        if (len == 1) {
            ascii(out, s.at[0]);
        } else if (len) {
            text_add(out, (struct str){s.at, len});
        } else {
            text_say(out, REPLACEMENT);
        }
        s = str_skip(s, len ? len : 1);
    }
}

void html_say(struct text *out, const char *s)
{
    html_text(out, str_of(s));
}

void html_id(struct text *out, struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if (isalnum(c) || (c && strchr(".:/-", c))) {
            text_char(out, (char)c);
        } else if (c == '_') {
            text_say(out, "__");
        } else {
            text_print(out, "_%02x", c);
        }
    }
}
