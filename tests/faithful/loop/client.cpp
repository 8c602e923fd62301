// Chapter 6: five frames sent at once, then five replies. From chapter 7 on:
// one command from the arguments, and a limit of 4096 bytes that is kept in
// silence. From chapter 8 on: replies are typed values.
#include "common.h"

#include <string>
#include <vector>

#if CHAPTER == 6
const size_t k_max_msg = 32 << 20;
#else
const size_t k_max_msg = 4096;
#endif

static int send_frame(int fd, const std::string &body)
{
    uint32_t len = (uint32_t)body.size();
    if (len > k_max_msg)
        return -1;
    std::string frame((const char *)&len, 4);
    frame += body;
    return write_all(fd, frame.data(), frame.size());
}

static int receive_frame(int fd, std::string &body)
{
    uint32_t len = 0;
    errno = 0;
    if (read_full(fd, &len, 4))
        return report_read(), -1;
    if (len > k_max_msg)
        return fprintf(stderr, "too long\n"), -1;
    body.resize(len);
    if (read_full(fd, &body[0], len))
        return fprintf(stderr, "read() error\n"), -1;
    return 0;
}

#if CHAPTER == 6

int main()
{
    int fd = connected_socket();
    std::vector<std::string> bodies = {
        "hello1", "hello2", "hello3", std::string(k_max_msg, 'z'), "hello5",
    };
    for (const std::string &body : bodies) {
        if (send_frame(fd, body))
            return 0;
    }
    for (size_t i = 0; i < bodies.size(); i++) {
        std::string body;
        if (receive_frame(fd, body))
            break;
        printf("len:%zu data:%.100s\n", body.size(), body.c_str());
    }
    close(fd);
}

#else

static void append_u32(std::string &out, size_t n)
{
    uint32_t word = (uint32_t)n;
    out.append((const char *)&word, 4);
}

#if CHAPTER == 7

static void print_reply(const std::string &body)
{
    uint32_t status = 0;
    if (body.size() < 4) {
        fprintf(stderr, "bad response\n");
        return;
    }
    memcpy(&status, body.data(), 4);
    printf("server says: [%u] %.*s\n", status, (int)(body.size() - 4),
           body.data() + 4);
}

#else

// The value at the front, on stdout. Returns its size, or -1 when it is cut
// short or of no known kind.
static long print_value(const uint8_t *data, size_t size)
{
    static const size_t fixed[] = {1, 9, 5, 9, 9, 5};
    if (size < 1 || data[0] > 5 || size < fixed[data[0]])
        return fprintf(stderr, "bad response\n"), -1;
    size_t used = fixed[data[0]];
    uint32_t code = 0, len = 0;
    int64_t n = 0;
    double d = 0;
    switch (data[0]) {
    case 0:
        printf("(nil)\n");
        return 1;
    case 1:
    case 2:
        memcpy(&code, data + 1, 4);
        memcpy(&len, data + used - 4, 4);
        if (size - used < len)
            return fprintf(stderr, "bad response\n"), -1;
        if (data[0] == 1)
            printf("(err) %d %.*s\n", code, (int)len, data + used);
        else
            printf("(str) %.*s\n", (int)len, data + used);
        return (long)(used + len);
    case 3:
        memcpy(&n, data + 1, 8);
        printf("(int) %ld\n", (long)n);
        return 9;
    case 4:
        memcpy(&d, data + 1, 8);
        printf("(dbl) %g\n", d);
        return 9;
    }
    memcpy(&len, data + 1, 4);
    printf("(arr) len=%u\n", len);
    for (uint32_t i = 0; i < len; i++) {
        long more = print_value(data + used, size - used);
        if (more < 0)
            return more;
        used += (size_t)more;
    }
    printf("(arr) end\n");
    return (long)used;
}

static void print_reply(const std::string &body)
{
    long used = print_value((const uint8_t *)body.data(), body.size());
    if (used > 0 && (size_t)used != body.size())
        fprintf(stderr, "bad response\n");
}

#endif

int main(int argc, char **argv)
{
    int fd = connected_socket();
    std::string body;
    append_u32(body, (size_t)argc - 1);
    for (int i = 1; i < argc; i++) {
        append_u32(body, strlen(argv[i]));
        body += argv[i];
    }
    if (send_frame(fd, body) == 0 && receive_frame(fd, body) == 0)
        print_reply(body);
    close(fd);
}

#endif
