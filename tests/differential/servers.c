/*
 * A server listens if it accepts a connection, which is closed again at once.
 */
#include "servers.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../tools/clock.h"
#include "../tools/die.h"

enum { LISTENS_MS = 10 * 1000, LOOK_MS = 20 };

void server_parse(struct address *server, const char *text)
{
    if (!address_parse(server, text)) {
        die("an address is HOST:PORT or the path of a socket");
    }
}

void server_await(const struct address *server)
{
    int64_t end_ms = now_ms() + LISTENS_MS;
    int fd;
    while ((fd = address_connect(server)) < 0) {
        if (now_ms() > end_ms) {
            die("a server does not listen");
        }
        pause_ms(LOOK_MS);
    }
    close(fd);
}

uint64_t servers_new_seed(void)
{
    return (uint64_t)time(NULL) % 1000000 * 1000 + (uint64_t)getpid() % 1000;
}

void servers_read(int argc, char **argv, const char *usage, uint64_t *seed, size_t *count,
                  struct address servers[2])
{
    int option;
    *seed = servers_new_seed();
    while ((option = getopt(argc, argv, "s:n:")) != -1) {
        if (option == 's') {
            *seed = strtoull(optarg, NULL, 10);
        } else if (option == 'n') {
            *count = strtoull(optarg, NULL, 10);
        } else {
            die("%s", usage);
        }
    }
    if (argc - optind != 2) {
        die("%s", usage);
    }
    for (int i = 0; i < 2; i++) {
        server_parse(&servers[i], argv[optind + i]);
        server_await(&servers[i]);
    }
}
