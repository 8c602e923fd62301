/*
 * places: see places.h.
 */
#include "places.h"

#include <stdlib.h>

static struct place *find(const struct places *places, struct str name)
{
    for (size_t i = 0; i < places->n; i++) {
        if (str_same(str_view(&places->at[i].name), name)) {
            return &places->at[i];
        }
    }
    return NULL;
}

void places_set(struct places *places, const struct step *step, const char *stage)
{
    for (size_t i = 0; i < step->n; i++) {
        struct place *place = find(places, step->files[i].name);
        if (!place) {
            places->at = one_more(places->at, places->n, sizeof *places->at);
            place = &places->at[places->n++];
            *place = (struct place){0};
            text_add(&place->name, step->files[i].name);
        }
        place->stage = step->files[i].change == GONE ? NULL : stage;
    }
}

void places_free(struct places *places)
{
    for (size_t i = 0; i < places->n; i++) {
        text_free(&places->at[i].name);
    }
    free(places->at);
    *places = (struct places){0};
}

const char *places_find(const struct places *places, struct str name)
{
    const struct place *place = find(places, name);
    return place ? place->stage : NULL;
}
