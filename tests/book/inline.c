/*
 * inline: see inline.h.
 */
#include "inline.h"

#include <ctype.h>
#include <string.h>

#include "html.h"

static const struct str none = {"", 0};

/* ---- links ---- */

static void link_html(struct text *out, struct str label, struct str url,
                      const struct links *links)
{
    struct text to = {0};
    if (links) {
        link_target(&to, url, links);
    }
    if (to.len) {
        text_say(out, "<a href=\"");
        text_add(out, str_view(&to));
        text_say(out, "\">");
    }
    inline_html(out, label, NULL);
    text_say(out, to.len ? "</a>" : "");
    text_free(&to);
}

/* ---- spans: each takes the span at the start of s, and returns its length, or 0 ---- */

static size_t run_of(struct str s, char c)
{
    size_t n = 0;
    while (n < s.len && s.at[n] == c) {
        n++;
    }
    return n;
}

/* `code`, between as many ` as it begins with. */
static size_t take_code(struct str s, struct str *inner)
{
    size_t ticks = run_of(s, '`');
    for (size_t i = ticks; ticks && i < s.len; i++) {
        size_t n = run_of(str_skip(s, i), '`');
        if (n == ticks) {
            *inner = (struct str){s.at + ticks, i - ticks};
            if (inner->len > 2 && inner->at[0] == ' ' && inner->at[inner->len - 1] == ' ') {
                *inner = (struct str){inner->at + 1, inner->len - 2};
            }
            return i + n;
        }
        i += n ? n - 1 : 0;
    }
    return 0;
}

/* The offset of `close` in s, from i on, but not within `code` or after \; s.len if not there. */
static size_t find_close(struct str s, size_t i, const char *close)
{
    while (i < s.len) {
        struct str code, rest = str_skip(s, i);
        size_t len = take_code(rest, &code);
        if (len) {
            i += len;
        } else if (rest.at[0] == '\\') {
            i += 2;
        } else if (str_starts(rest, close)) {
            return i;
        } else {
            i++;
        }
    }
    return s.len;
}

static size_t take_emphasis(struct str s, const char *mark, struct str *inner)
{
    size_t len = strlen(mark);
    if (!str_starts(s, mark) || s.len <= len || strchr(" \n*", s.at[len])) {
        return 0;
    }
    size_t end = find_close(s, len, mark);
    if (end == s.len || isspace((unsigned char)s.at[end - 1])) {
        return 0;
    }
    *inner = (struct str){s.at + len, end - len};
    return end + len;
}

static size_t take_link(struct str s, struct str *label, struct str *url)
{
    size_t middle = s.at[0] == '[' ? find_close(s, 1, "](") : s.len;
    size_t end = middle + str_find(str_skip(s, middle), ")");
    if (middle == s.len || end == s.len) {
        return 0;
    }
    *label = (struct str){s.at + 1, middle - 1};
    *url = str_trim((struct str){s.at + middle + 2, end - middle - 2});
    return end + 1;
}

/* ---- all of them ---- */

/* The name of a file of this step leads to it. */
static void code_html(struct text *out, struct str code, const struct links *links)
{
    const struct file *f = links && links->step ? diff_find(links->step, code) : NULL;
    if (f) {
        text_say(out, "<a href=\"#file:");
        html_id(out, code);
        text_say(out, "\">");
    }
    text_say(out, "<code>");
    html_text(out, code);
    text_say(out, f ? "</code></a>" : "</code>");
}

static void element(struct text *out, const char *name, struct str s, const struct links *links)
{
    text_print(out, "<%s>", name);
    inline_html(out, s, links);
    text_print(out, "</%s>", name);
}

void inline_html(struct text *out, struct str s, const struct links *links)
{
    while (s.len) {
        struct str inner = none, url = none;
        size_t len;
        if ((len = take_code(s, &inner))) {
            code_html(out, inner, links);
        } else if ((len = take_emphasis(s, "**", &inner))) {
            element(out, "strong", inner, links);
        } else if ((len = take_emphasis(s, "*", &inner))) {
            element(out, "em", inner, links);
        } else if ((len = take_link(s, &inner, &url))) {
            link_html(out, inner, url, links);
        } else if (s.at[0] == '\\' && s.len > 1 && ispunct((unsigned char)s.at[1])) {
            html_text(out, (struct str){s.at + 1, 1});
            len = 2;
        } else {
            len = run_of(s, '`');
            for (len = len ? len : 1; len < s.len && !strchr("`*[\\", s.at[len]); len++) {
            }
            html_text(out, (struct str){s.at, len});
        }
        s = str_skip(s, len);
    }
}

void inline_plain(struct text *out, struct str s)
{
    while (s.len) {
        struct str inner = none, url = none;
        size_t len;
        if ((len = take_code(s, &inner))) {
            text_add(out, inner);
        } else if ((len = take_emphasis(s, "**", &inner)) ||
                   (len = take_emphasis(s, "*", &inner)) || (len = take_link(s, &inner, &url))) {
            inline_plain(out, inner);
        } else {
            len = 1;
            text_char(out, s.at[0]);
        }
        s = str_skip(s, len);
    }
}

void inline_slug(struct text *out, struct str heading)
{
    struct text plain = {0};
    inline_plain(&plain, heading);
    for (size_t i = 0; i < plain.len; i++) {
        unsigned char c = (unsigned char)plain.at[i];
        if (c == ' ') {
            text_char(out, '-');
        } else if (isalnum(c) || c == '-' || c == '_' || c >= 0x80) {
            text_char(out, (char)tolower(c));
        }
    }
    text_free(&plain);
}
