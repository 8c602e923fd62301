// Frames of at most 4096 bytes, many a connection, but still one connection at
// a time.
#include "common.h"

const uint32_t k_max_msg = 4096;

// 0 when the connection may go on.
static int one_request(int fd)
{
    char body[k_max_msg];
    uint32_t len = 0;
    errno = 0;
    if (read_full(fd, &len, 4))
        return report_read(), -1;
    if (len > k_max_msg)
        return fprintf(stderr, "too long\n"), -1;
    if (read_full(fd, body, len))
        return fprintf(stderr, "read() error\n"), -1;
    fprintf(stderr, "client says: %.*s\n", (int)len, body);
    return write_all(fd, "\5\0\0\0world", 9);
}

int main()
{
    int fd = listen_socket();
    while (true) {
        int conn = accept(fd, nullptr, nullptr);
        if (conn < 0)
            continue;
        while (one_request(conn) == 0) {
        }
        close(conn);
    }
}
