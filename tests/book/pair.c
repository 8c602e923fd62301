/*
 * pair: see pair.h. Both lines in a block and words in a line are paired by their longest common
 * subsequence, with the table from the textbooks: there are few of either.
 */
#include "pair.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_WORDS = 400, MAX_CELLS = 2500 };

struct words {
    struct str at[MAX_WORDS];
    size_t n;
};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

/* Words, runs of blanks, and other characters one by one. The last has all the rest. */
static void split(struct str s, struct words *words)
{
    words->n = 0;
    while (s.len) {
        size_t len = 1;
        while (len < s.len && ((is_word(s.at[0]) && is_word(s.at[len])) ||
                               (s.at[0] == ' ' && s.at[len] == ' '))) {
            len++;
        }
        len = words->n == MAX_WORDS - 1 ? s.len : len;
        words->at[words->n++] = (struct str){s.at, len};
        s = str_skip(s, len);
    }
}

/* What a common word is worth: its bytes, none for blanks. */
static size_t worth(struct str word)
{
    return isspace((unsigned char)word.at[0]) ? 0 : word.len;
}

/* One cell of the table: best[i][j] of what begins with a's i-th word and b's j-th. */
#define BEST(i, j) best[(i) * (b->n + 1) + (j)]

/* A blank is worth a little, so that of two equal ways the one that keeps it wins. */
static size_t *best_table(const struct words *a, const struct words *b)
{
    size_t *best = new_array((a->n + 1) * (b->n + 1), sizeof *best);
    for (size_t i = a->n; i-- > 0;) {
        for (size_t j = b->n; j-- > 0;) {
            size_t skip = BEST(i + 1, j) > BEST(i, j + 1) ? BEST(i + 1, j) : BEST(i, j + 1);
            size_t take = BEST(i + 1, j + 1) + 16 * worth(a->at[i]) + 1;
            BEST(i, j) = str_same(a->at[i], b->at[j]) && take > skip ? take : skip;
        }
    }
    return best;
}

void pair_marks(struct str s, struct str t, char *marks_s, char *marks_t)
{
    static struct words wa, wb;
    const struct words *a = &wa, *b = &wb;
    split(s, &wa);
    split(t, &wb);
    size_t *best = best_table(a, b), i = 0, j = 0;
    memset(marks_s, 1, s.len);
    memset(marks_t, 1, t.len);
    while (i < a->n && j < b->n) {
        if (str_same(a->at[i], b->at[j]) && BEST(i, j) > BEST(i + 1, j) &&
            BEST(i, j) > BEST(i, j + 1)) {
            memset(marks_s + (a->at[i].at - s.at), 0, a->at[i].len);
            memset(marks_t + (b->at[j].at - t.at), 0, b->at[j].len);
            i++;
            j++;
        } else if (BEST(i + 1, j) >= BEST(i, j + 1)) {
            i++;
        } else {
            j++;
        }
    }
    free(best);
}

/* How much of two lines is the same, in hundredths; 0 where that is too little for a pair. */
static size_t likeness(struct str s, struct str t)
{
    static struct words a, b;
    size_t all = 0;
    split(s, &a);
    split(t, &b);
    for (size_t i = 0; i < a.n; i++) {
        all += worth(a.at[i]);
    }
    for (size_t i = 0; i < b.n; i++) {
        all += worth(b.at[i]);
    }
    size_t *best = best_table(&a, &b);
    size_t same = all ? 100 * 2 * (best[0] / 16) / all : 0;
    free(best);
    return same >= 55 ? same : 0;
}

void pair_lines(const struct line *removed, size_t n_removed, const struct line *added,
                size_t n_added, size_t *pair)
{
    size_t width = n_added + 1;
    for (size_t i = 0; i < n_removed; i++) {
        pair[i] = UNPAIRED;
    }
    if (n_removed * n_added > MAX_CELLS) {
        return; /* a whole passage was replaced: no line became another */
    }
    size_t *like = new_array((n_removed + 1) * width, sizeof *like);
    size_t *sum = new_array((n_removed + 1) * width, sizeof *sum);
    for (size_t i = n_removed; i-- > 0;) {
        for (size_t j = n_added; j-- > 0;) {
            size_t *cell = &sum[i * width + j];
            like[i * width + j] = likeness(removed[i].text, added[j].text);
            *cell = cell[1] > cell[width] ? cell[1] : cell[width];
            if (like[i * width + j] && cell[width + 1] + like[i * width + j] > *cell) {
                *cell = cell[width + 1] + like[i * width + j];
            }
        }
    }
    for (size_t i = 0, j = 0; i < n_removed && j < n_added;) {
        size_t *cell = &sum[i * width + j];
        if (*cell > cell[1] && *cell > cell[width]) {
            pair[i++] = j++;
        } else if (cell[width] >= cell[1]) {
            i++;
        } else {
            j++;
        }
    }
    free(like);
    free(sum);
}
