/*
 * score.c: points. A requirement gives points * passed / (passed + failed),
 * rounded to two decimals: skipped tests do not count. When all were skipped,
 * the core's and the hardening's points are given, since then this machine
 * or a later chapter's dialect has nothing to test; those of extra are not,
 * since then the feature is not there.
 */
#include "report.h"

#include <string.h>

const char *const groups[] = { "core", "hardening", "extra", "hidden", NULL };

static double rounded(double points)
{
    return (double)(long)(points * 100 + 0.5) / 100;
}

static void count_score(struct requirement *q)
{
    q->passed = q->failed = q->skipped = 0;
    for (size_t i = 0; i < q->count; i++) {
        switch (q->tests[i].state) {
        case PASSED: q->passed++; break;
        case SKIPPED: q->skipped++; break;
        case FAILED:
        case LATE: q->failed++; break;
        }
    }
    if (q->passed + q->failed > 0) {
        q->score = rounded(q->points * (double)q->passed /
                           (double)(q->passed + q->failed));
    } else {
        q->score = strcmp(q->group, "extra") == 0 ? 0 : q->points;
    }
}

void count_scores(struct report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        for (size_t k = 0; k < r->chapters[i].count; k++) {
            count_score(&r->chapters[i].requirements[k]);
        }
    }
}

static bool is_in(const struct requirement *q, const char *group)
{
    return !group || strcmp(q->group, group) == 0;
}

double points_of(const struct chapter *c, const char *group)
{
    double sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct requirement *q = &c->requirements[i];
        sum += is_in(q, group) ? q->points : 0;
    }
    return sum;
}

double score_of(const struct chapter *c, const char *group)
{
    double sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        sum += is_in(&c->requirements[i], group) ? c->requirements[i].score : 0;
    }
    return rounded(sum);
}

double points_in_all(const struct report *r)
{
    double sum = 0;
    for (size_t i = 0; i < r->count; i++) {
        sum += points_of(&r->chapters[i], NULL);
    }
    return sum;
}

double score_in_all(const struct report *r)
{
    double sum = 0;
    for (size_t i = 0; i < r->count; i++) {
        sum += score_of(&r->chapters[i], NULL);
    }
    return rounded(sum);
}

size_t tests_of(const struct chapter *c, const char *group, enum state state)
{
    size_t n = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct requirement *q = &c->requirements[i];
        for (size_t k = 0; is_in(q, group) && k < q->count; k++) {
            n += q->tests[k].state == state;
        }
    }
    return n;
}

long ms_of(const struct chapter *c)
{
    long sum = 0;
    for (size_t i = 0; i < c->count; i++) {
        for (size_t k = 0; k < c->requirements[i].count; k++) {
            sum += c->requirements[i].tests[k].ms;
        }
    }
    return sum;
}

bool is_full(const struct report *r)
{
    for (size_t i = 0; i < r->count; i++) {
        for (size_t k = 0; k < r->chapters[i].count; k++) {
            if (r->chapters[i].requirements[k].failed > 0) {
                return false;
            }
        }
    }
    return r->count > 0;
}

/*
 * Is it told test by test what was lost in this group? Not in those that every
 * suite has and that are worth nothing, unless somebody asked for all.
 */
bool is_told(const struct report *r, const struct chapter *c, const char *group)
{
    bool ours =
        strcmp(group, "hardening") == 0 || strcmp(group, "extra") == 0;
    return r->all || !ours || points_of(c, group) > 0 ||
           points_of(c, NULL) <= 0;
}

const char *state_name(enum state state)
{
    static const char *names[] = { "passed", "failed", "skipped", "late" };
    return names[state];
}
