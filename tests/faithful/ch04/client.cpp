// Three questions, each answered before the next is put.
#include "common.h"

const uint32_t k_max_msg = 4096;

static int query(int fd, const char *text)
{
    uint32_t len = (uint32_t)strlen(text);
    if (len > k_max_msg)
        return -1;
    char frame[4 + k_max_msg];
    memcpy(frame, &len, 4);
    memcpy(frame + 4, text, len);
    if (write_all(fd, frame, 4 + len))
        return -1;

    errno = 0;
    if (read_full(fd, &len, 4))
        return report_read(), -1;
    if (len > k_max_msg)
        return fprintf(stderr, "too long\n"), -1;
    if (read_full(fd, frame, len))
        return fprintf(stderr, "read() error\n"), -1;
    printf("server says: %.*s\n", (int)len, frame);
    return 0;
}

int main()
{
    int fd = connected_socket();
    const char *texts[] = {"hello1", "hello2", "hello3"};
    for (const char *text : texts) {
        if (query(fd, text))
            break;
    }
    close(fd);
}
