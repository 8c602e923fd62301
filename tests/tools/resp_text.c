/*
 * The reply is known to be complete and right before anything is shown of it;
 * see resp.h.
 */
#include "resp_text.h"

#include <string.h>

#include "quote.h"
#include "resp.h"

static void add_value(struct bytes *to, const char *data);

static void add_values(struct bytes *to, const struct value *v)
{
    const char *at = v->inside;
    if (v->mark != '*' && v->mark != '%') {
        bytes_add(to, &v->mark, 1);
    }
    bytes_add_text(to, v->mark == '%' ? "{" : "[");
    for (size_t i = 0; i < v->count; i++) {
        if (i > 0) {
            bytes_add_text(to, " ");
        }
        add_value(to, at);
        at += resp_value(at).size;
    }
    bytes_add_text(to, v->mark == '%' ? "}" : "]");
}

static void add_value(struct bytes *to, const char *data)
{
    struct value v = resp_value(data);
    if (v.null && v.mark != '_') {
        bytes_add_text(to, v.mark == '*' ? "nil[]" : "nil");
    } else if (resp_is_array(&v)) {
        add_values(to, &v);
    } else if (v.mark == '$') {
        quote_add(to, v.text, v.len);
    } else {
        if (v.mark != '+' && v.mark != ':') {
            bytes_add(to, &v.mark, 1);
        }
        bytes_add(to, v.text, v.len);
    }
}

size_t resp_text_add(struct bytes *to, const char *data, size_t size)
{
    ssize_t n = resp_size(data, size);
    if (n > 0) {
        add_value(to, data);
    } else if (n < 0) {
        const char *end = memchr(data, '\n', size);
        n = end - data + 1;
        bytes_add(to, data, (size_t)(end - data - (n > 1 && end[-1] == '\r')));
    }
    return (size_t)n;
}
