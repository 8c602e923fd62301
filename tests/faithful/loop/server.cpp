// The event loop of chapter 6 and what the later chapters add to it, chosen by
// -DCHAPTER=n. One poll array rebuilt each turn, one accept a turn, one read of
// 64 KiB a connection and turn, every request of that read answered into
// memory, however large that grows.
#include "common.h"
#if CHAPTER >= 12
#include "list.h"
#endif

#include <fcntl.h>
#include <map>
#include <poll.h>
#include <string>
#include <vector>

typedef std::vector<uint8_t> Buffer;

const size_t k_max_msg = 32 << 20;

struct Conn {
    int fd = -1;
    bool want_read = true;
    bool want_write = false;
    bool want_close = false;
    Buffer incoming;
    Buffer outgoing;
#if CHAPTER >= 12
    uint64_t last_active_ms = 0;
    DList idle_node;
#endif
};

static void buf_append(Buffer &buf, const void *data, size_t n)
{
    const uint8_t *bytes = (const uint8_t *)data;
    buf.insert(buf.end(), bytes, bytes + n);
}

static void buf_consume(Buffer &buf, size_t n)
{
    buf.erase(buf.begin(), buf.begin() + (long)n);
}

static void report(const char *what)
{
    fprintf(stderr, "[errno:%d] %s\n", errno, what);
}

static void set_nonblocking(int fd)
{
    errno = 0;
    int flags = fcntl(fd, F_GETFL, 0);
    if (errno)
        die("fcntl error");
    errno = 0;
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    if (errno)
        die("fcntl error");
}

#if CHAPTER == 6

// The reply is the request. Everything is a request.
static bool answer(const uint8_t *body, uint32_t len, Buffer &out)
{
    printf("client says: len:%u data:%.*s\n", len, (int)(len < 100 ? len : 100),
           body);
    buf_append(out, &len, 4);
    buf_append(out, body, len);
    return true;
}

#else

const size_t k_max_args = 200 * 1000;

static bool read_u32(const uint8_t *&cur, const uint8_t *end, uint32_t &out)
{
    if (cur + 4 > end)
        return false;
    memcpy(&out, cur, 4);
    cur += 4;
    return true;
}

static bool parse(const uint8_t *cur, size_t size,
                  std::vector<std::string> &cmd)
{
    const uint8_t *end = cur + size;
    uint32_t nstr = 0;
    if (!read_u32(cur, end, nstr) || nstr > k_max_args)
        return false;
    while (cmd.size() < nstr) {
        uint32_t len = 0;
        if (!read_u32(cur, end, len) || cur + len > end)
            return false;
        cmd.push_back(std::string(cur, cur + len));
        cur += len;
    }
    return cur == end;
}

#if CHAPTER == 7

enum { RES_OK = 0, RES_ERR = 1, RES_NX = 2 };

static std::map<std::string, std::string> store;

static uint32_t execute(std::vector<std::string> &cmd, std::string &data)
{
    if (cmd.size() == 2 && cmd[0] == "get") {
        auto it = store.find(cmd[1]);
        if (it == store.end())
            return RES_NX;
        data = it->second;
    } else if (cmd.size() == 3 && cmd[0] == "set") {
        store[cmd[1]].swap(cmd[2]);
    } else if (cmd.size() == 2 && cmd[0] == "del") {
        store.erase(cmd[1]);
    } else {
        return RES_ERR;
    }
    return RES_OK;
}

// A status word, and data to the end of the frame.
static void respond(std::vector<std::string> &cmd, Buffer &out)
{
    std::string data;
    uint32_t status = execute(cmd, data);
    uint32_t reply_len = 4 + (uint32_t)data.size();
    buf_append(out, &reply_len, 4);
    buf_append(out, &status, 4);
    buf_append(out, data.data(), data.size());
}

#else
#include "commands.h"
#endif

// False when the body is no list of strings.
static bool answer(const uint8_t *body, uint32_t len, Buffer &out)
{
    std::vector<std::string> cmd;
    if (!parse(body, len, cmd)) {
        fprintf(stderr, "bad request\n");
        return false;
    }
    respond(cmd, out);
    return true;
}

#endif

// False when there is no whole request left to answer.
static bool try_one_request(Conn *conn)
{
    if (conn->incoming.size() < 4)
        return false;
    uint32_t len = 0;
    memcpy(&len, conn->incoming.data(), 4);
    if (len > k_max_msg) {
        fprintf(stderr, "too long\n");
        conn->want_close = true;
        return false;
    }
    if (4 + len > conn->incoming.size())
        return false;
    if (!answer(conn->incoming.data() + 4, len, conn->outgoing)) {
        conn->want_close = true;
        return false;
    }
    buf_consume(conn->incoming, 4 + len);
    return true;
}

static void handle_write(Conn *conn)
{
    assert(!conn->outgoing.empty());
    ssize_t put = write(conn->fd, conn->outgoing.data(), conn->outgoing.size());
    if (put < 0 && errno == EAGAIN)
        return;
    if (put < 0) {
        report("write() error");
        conn->want_close = true;
        return;
    }
    buf_consume(conn->outgoing, (size_t)put);
    if (conn->outgoing.empty()) {
        conn->want_read = true;
        conn->want_write = false;
    }
}

static void handle_read(Conn *conn)
{
    uint8_t chunk[64 * 1024];
    ssize_t got = read(conn->fd, chunk, sizeof chunk);
    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        if (got < 0)
            report("read() error");
        else
            fprintf(stderr, conn->incoming.empty() ? "client closed\n"
                                                   : "unexpected EOF\n");
        conn->want_close = true;
        return;
    }
    buf_append(conn->incoming, chunk, (size_t)got);
    while (try_one_request(conn)) {
    }
    if (!conn->outgoing.empty()) {
        conn->want_read = false;
        conn->want_write = true;
        handle_write(conn);
    }
}

static Conn *handle_accept(int fd)
{
    struct sockaddr_in peer = {};
    socklen_t len = sizeof peer;
    int conn_fd = accept(fd, (struct sockaddr *)&peer, &len);
    if (conn_fd < 0) {
        report("accept() error");
        return nullptr;
    }
    uint32_t ip = ntohl(peer.sin_addr.s_addr);
    fprintf(stderr, "new client from %u.%u.%u.%u:%u\n", ip >> 24,
            ip >> 16 & 255, ip >> 8 & 255, ip & 255, ntohs(peer.sin_port));
    set_nonblocking(conn_fd);
    Conn *conn = new Conn();
    conn->fd = conn_fd;
    return conn;
}

#if CHAPTER >= 12

const uint64_t k_idle_timeout_ms = 5 * 1000;

static DList idle_list;

static void touch(Conn *conn)
{
    conn->last_active_ms = get_monotonic_msec();
    dlist_insert_before(&idle_list, &conn->idle_node);
}

// The time left is cut to 32 bits: a flaw.
static int next_timer_ms()
{
    uint64_t now = get_monotonic_msec();
    uint64_t next = (uint64_t)-1;
    if (!dlist_empty(&idle_list))
        next = container_of(idle_list.next, Conn, idle_node)->last_active_ms +
               k_idle_timeout_ms;
#if CHAPTER >= 13
    if (!heap.empty() && heap[0].val < next)
        next = heap[0].val;
#endif
    if (next == (uint64_t)-1)
        return -1;
    return next <= now ? 0 : (int32_t)(next - now);
}

static void conn_destroy(std::vector<Conn *> &fd2conn, Conn *conn)
{
    close(conn->fd);
    fd2conn[(size_t)conn->fd] = nullptr;
    dlist_detach(&conn->idle_node);
    delete conn;
}

static void process_timers(std::vector<Conn *> &fd2conn)
{
    uint64_t now = get_monotonic_msec();
    while (!dlist_empty(&idle_list)) {
        Conn *conn = container_of(idle_list.next, Conn, idle_node);
        if (conn->last_active_ms + k_idle_timeout_ms >= now)
            break;
        fprintf(stderr, "removing idle connection: %d\n", conn->fd);
        conn_destroy(fd2conn, conn);
    }
#if CHAPTER >= 13
    process_expiries(now);
#endif
}

#endif

int main()
{
#if CHAPTER >= 12
    dlist_init(&idle_list);
#endif
#if CHAPTER >= 14
    thread_pool_init(&thread_pool, 4);
#endif
    int fd = listen_socket();
    set_nonblocking(fd);
    std::vector<Conn *> fd2conn;
    std::vector<struct pollfd> polled;
    while (true) {
        polled.assign(1, {fd, POLLIN, 0});
        for (Conn *conn : fd2conn) {
            if (!conn)
                continue;
            int events = POLLERR | (conn->want_read ? POLLIN : 0) |
                         (conn->want_write ? POLLOUT : 0);
            polled.push_back({conn->fd, (short)events, 0});
        }
#if CHAPTER >= 12
        int timeout_ms = next_timer_ms();
#else
        int timeout_ms = -1;
#endif
        int ready = poll(polled.data(), (nfds_t)polled.size(), timeout_ms);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready < 0)
            die("poll");

        Conn *fresh = polled[0].revents ? handle_accept(fd) : nullptr;
        if (fresh) {
            if (fd2conn.size() <= (size_t)fresh->fd)
                fd2conn.resize((size_t)fresh->fd + 1);
            assert(!fd2conn[(size_t)fresh->fd]);
            fd2conn[(size_t)fresh->fd] = fresh;
#if CHAPTER >= 12
            touch(fresh);
#endif
        }
        for (size_t i = 1; i < polled.size(); i++) {
            Conn *conn = fd2conn[(size_t)polled[i].fd];
#if CHAPTER >= 12
            if (polled[i].revents) {
                dlist_detach(&conn->idle_node);
                touch(conn);
            }
#endif
            if (polled[i].revents & POLLIN) {
                assert(conn->want_read);
                handle_read(conn);
            }
            if (polled[i].revents & POLLOUT) {
                assert(conn->want_write);
                handle_write(conn);
            }
            if (polled[i].revents & POLLERR || conn->want_close) {
#if CHAPTER >= 12
                conn_destroy(fd2conn, conn);
#else
                close(conn->fd);
                fd2conn[(size_t)conn->fd] = nullptr;
                delete conn;
#endif
            }
        }
#if CHAPTER >= 12
        process_timers(fd2conn);
#endif
    }
}
