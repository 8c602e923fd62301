/*
 * links: see links.h.
 */
#include "links.h"

#include <string.h>

#include "html.h"

static const char steps_dir[] = "final/steps/";

static const char *stage_named(struct str path, const struct links *links, struct str *within)
{
    for (size_t i = 0; links->stages[i]; i++) {
        size_t len = strlen(links->stages[i]);
        if (str_starts(path, links->stages[i]) && (path.len == len || path.at[len] == '/')) {
            *within = str_skip(path, len + 1);
            return links->stages[i];
        }
    }
    return NULL;
}

/* The stage that a path of the project is in, or NULL. *within: the path inside that stage. */
static const char *stage_of(struct str path, const struct links *links, struct str *within)
{
    const char *step = str_starts(path, steps_dir)
                           ? stage_named(str_skip(path, strlen(steps_dir)), links, within)
                           : NULL;
    return step ? step : stage_named(path, links, within);
}

/* Follows a link from a directory, which is empty or ends with /. false: it leaves the project. */
static bool walk(struct text *path, struct str way)
{
    struct str name;
    while (str_cut(&way, '/', &name)) {
        if (str_is(name, "..")) {
            size_t len = path->len;
            while (len > 1 && path->at[len - 2] != '/') {
                len--;
            }
            if (!path->len) {
                return false;
            }
            path->len = len - 1;
        } else if (name.len && !str_is(name, ".")) {
            text_add(path, name);
            text_say(path, way.len ? "/" : "");
        }
    }
    return true;
}

static void fragment(struct text *out, struct str url)
{
    struct str after = str_skip(url, str_find(url, "#") + 1);
    if (after.len) {
        text_char(out, '#');
        html_id(out, after);
    }
}

/* The place of a file of this stage, here or on an earlier page; nothing if it has no such file. */
static bool file_target(struct text *out, struct str name, const struct links *links)
{
    const char *page = links->places ? places_find(links->places, name) : NULL;
    bool here = links->step && diff_find(links->step, name);
    if (!here && !page) {
        return false;
    }
    if (!here) {
        html_say(out, page);
        text_say(out, ".html");
    }
    text_say(out, "#file:");
    html_id(out, name);
    return true;
}

/* The README of a step is two levels below final, and may link to final's files as its own. */
static bool has_our_files(const char *stage, const struct links *links)
{
    return strcmp(stage, links->stage) == 0 ||
           (strcmp(stage, "final") == 0 && str_starts(str_of(links->dir), steps_dir));
}

/* Writes where a path of the project is in the book. */
static void path_target(struct text *out, struct str path, struct str url,
                        const struct links *links)
{
    struct str within = {"", 0};
    const char *stage = stage_of(path, links, &within);
    bool own = stage && strcmp(stage, links->stage) == 0, readme = str_is(within, "README.md");
    if (!stage) {
        text_say(out, str_is(path, "README.md") ? "index.html" : "");
    } else if (own && (readme || !within.len)) {
        text_say(out, "#page:main");
    } else if (!(has_our_files(stage, links) && file_target(out, within, links)) && !own) {
        html_say(out, stage);
        text_say(out, ".html");
        fragment(out, readme ? url : (struct str){"", 0});
    }
}

void link_target(struct text *out, struct str url, const struct links *links)
{
    struct text path = {0};
    text_say(&path, links->dir);
    if (str_starts(url, "http://") || str_starts(url, "https://")) {
        html_text(out, url);
    } else if (str_starts(url, "#")) {
        fragment(out, url);
    } else if (walk(&path, (struct str){url.at, str_find(url, "#")})) {
        path_target(out, str_view(&path), url, links);
    }
    text_free(&path);
}
