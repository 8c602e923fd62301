/*
 * The last colon is the one that counts: an IPv6 address has some of its own.
 */
#include "address.h"

#include <string.h>

#include "sockets.h"

bool address_parse(struct address *a, const char *text)
{
    const char *colon = strrchr(text, ':');
    *a = (struct address){.text = text};
    if (strchr(text, '/')) {
        return true;
    }
    if (!colon || (size_t)(colon - text) >= sizeof a->host ||
        strlen(colon + 1) >= sizeof a->port) {
        return false;
    }
    memcpy(a->host, text, (size_t)(colon - text));
    strcpy(a->port, colon + 1);
    return true;
}

int address_connect(const struct address *a)
{
    return a->host[0] ? connect_host(a->host, a->port) : connect_path(a->text);
}
