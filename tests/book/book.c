/*
 * book DATA PROJECT OUT: writes the book of steps into the directory OUT: index.html, and a page
 * for each stage. book.h tells what must be in DATA and PROJECT; tests/book/make puts it there.
 *
 * Status 0: all pages are written. 1: one could not be. 2: wrong use.
 */
#include "book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy_of(struct str s)
{
    struct text t = {0};
    text_add(&t, s);
    return t.at;
}

static void read_stages(struct book *book)
{
    struct str line, rest = str_view(&book->table);
    while (str_cut(&rest, '\n', &line)) {
        struct stage stage = {0};
        for (size_t c = 0; c < COLUMNS; c++) {
            stage.column[c] = (struct str){"", 0};
            str_cut(&line, '\t', &stage.column[c]);
        }
        stage.name = copy_of(stage.column[0]);
        bool is_step = str_starts(str_of(stage.name), "f") && strcmp(stage.name, "final") != 0;
        text_print(&stage.dir, "%s%s/", is_step ? "final/steps/" : "", stage.name);
        struct text theme = read_part(book->data, stage.name, ".theme");
        struct str first = {"", 0}, all = str_view(&theme);
        str_cut(&all, '\n', &first);
        text_add(&stage.theme, first);
        text_free(&theme);
        book->stages = one_more(book->stages, book->n, sizeof stage);
        book->stages[book->n++] = stage;
    }
    book->names = new_array(book->n, sizeof *book->names);
    for (size_t i = 0; i < book->n; i++) {
        book->names[i] = book->stages[i].name;
        book->stages[i].before = i ? book->stages[i - 1].name : "";
        book->stages[i].after = i + 1 < book->n ? book->stages[i + 1].name : "";
    }
}

static void read_license(struct book *book)
{
    static const char heading[] = "\n## License\n\n";
    struct text readme = read_part(book->project, "README.md", "");
    struct str all = str_view(&readme), first = str_skip(all, str_find(all, heading));
    first = str_skip(first, strlen(heading));
    first.len = str_find(first, "\n\n");
    text_add(&book->license, str_trim(first));
    text_free(&readme);
}

/* Ends the program if a picture is wrong: a page that lies is worse than no page. */
static void read_pictures(struct book *book)
{
    static const char dir[] = "/tests/book/pictures/";
    struct str line, rest = str_view(&book->picture_names), where = {"", 0};
    while (str_cut(&rest, '\n', &line)) {
        struct text path = {0};
        struct picture picture;
        char *name = copy_of(line);
        text_print(&path, "%s%s", book->project, dir);
        struct text ask = read_part(path.at, name, ".ask");
        const char *wrong = picture_read(&picture, name, ask, read_part(path.at, name, ".rec"),
                                         &where);
        if (wrong) {
            fprintf(stderr, "book: picture %s: %s: %.*s\n", name, wrong, (int)where.len, where.at);
            exit(1);
        }
        book->pictures = one_more(book->pictures, book->n_pictures, sizeof picture);
        book->pictures[book->n_pictures++] = picture;
        text_free(&path);
    }
}

static void free_book(struct book *book)
{
    for (size_t i = 0; i < book->n; i++) {
        free(book->stages[i].name);
        text_free(&book->stages[i].dir);
        text_free(&book->stages[i].theme);
    }
    free(book->stages);
    free(book->names);
    for (size_t i = 0; i < book->n_pictures; i++) {
        free((char *)book->pictures[i].name);
        picture_free(&book->pictures[i]);
    }
    free(book->pictures);
    text_free(&book->picture_names);
    text_free(&book->picture_style);
    text_free(&book->picture_script);
    places_free(&book->places);
    text_free(&book->table);
    text_free(&book->style);
    text_free(&book->license);
    text_free(&book->script);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: book DATA PROJECT OUT\n");
        return 2;
    }
    struct book book = {.data = argv[1], .project = argv[2], .out = argv[3]};
    book.table = read_part(book.data, "stages", "");
    book.style = read_part(book.data, "style.css", "");
    book.script = read_part(book.data, "keys.js", "");
    book.picture_names = read_part(book.data, "pictures", "");
    book.picture_style = read_part(book.data, "pictures.css", "");
    book.picture_script = read_part(book.data, "ask.js", "");
    read_license(&book);
    read_stages(&book);
    if (!book.n) {
        fprintf(stderr, "book: no stages in %s/stages\n", book.data);
        return 2;
    }
    read_pictures(&book);
    for (size_t i = 0; i < book.n; i++) {
        write_step(&book, &book.stages[i]);
    }
    for (size_t i = 0; i < book.n_pictures; i++) {
        write_picture(&book, i);
    }
    write_index(&book);
    free_book(&book);
    return 0;
}
