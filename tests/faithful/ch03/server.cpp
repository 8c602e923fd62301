// One read, one write, one connection at a time; nothing is checked that need
// not be.
#include "common.h"

static void serve(int fd)
{
    char text[64] = {};
    if (read(fd, text, sizeof text - 1) < 0) {
        fprintf(stderr, "read() error\n");
        return;
    }
    fprintf(stderr, "client says: %s\n", text);
    if (write(fd, "world", 5) < 0)
        return;
}

int main()
{
    int fd = listen_socket();
    while (true) {
        int conn = accept(fd, nullptr, nullptr);
        if (conn < 0)
            continue;
        serve(conn);
        close(conn);
    }
}
