#include "listing.h"

#include <string.h>
#include <strings.h>

#include "container_of.h"
#include "glob.h"

const char *listing_type(const struct entry *e)
{
    if (!e)
        return "none";
    return e->type == ENTRY_STR ? "string" : "zset";
}

bool listing_visit(struct hnode *node, void *arg)
{
    const struct entry *e = container_of(node, struct entry, node);
    struct listing *l = arg;

    if (keyspace_is_due(l->ks, e) ||
        (l->pattern && !glob_match(*l->pattern, entry_key(e))))
        return true;
    if (l->type && (l->type->len != strlen(listing_type(e)) ||
                    strncasecmp(listing_type(e), (const char *)l->type->data,
                                l->type->len) != 0))
        return true;
    reply_str(l->reply, entry_key(e));
    l->n++;
    return !l->reply->too_big;
}
