// Sends hello, takes one read for the whole answer.
#include "common.h"

int main()
{
    int fd = connected_socket();
    if (write(fd, "hello", 5) < 0)
        return 0;
    char text[64] = {};
    if (read(fd, text, sizeof text - 1) < 0)
        die("read");
    printf("server says: %s\n", text);
    close(fd);
}
