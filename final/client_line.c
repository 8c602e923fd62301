#include "client_line.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { MAX_HISTORY = 100, MAX_LINE = 4096 };

enum key { KEY_UP = 256, KEY_DOWN, KEY_LEFT, KEY_RIGHT, KEY_END_OF_INPUT };

#define CONTROL(letter) ((letter)&0x1f)

struct editor {
    const char *prompt;
    char *line;
    size_t size;
    size_t len;
    size_t at; /* where the cursor is */
};

static char history[MAX_HISTORY][MAX_LINE];
static size_t nhistory;

static void remember(const char *line)
{
    if (line[0] == '\0' ||
        (nhistory > 0 && strcmp(history[nhistory - 1], line) == 0))
        return;
    if (nhistory == MAX_HISTORY)
        memmove(history[0], history[1], sizeof history[0] * --nhistory);
    snprintf(history[nhistory++], MAX_LINE, "%s", line);
}

/* Keys that are no letters arrive as ESC [ A and the like. */
static int read_key(void)
{
    static const char letters[] = "ABDC";
    char c[2];

    if (read(STDIN_FILENO, c, 1) != 1)
        return KEY_END_OF_INPUT;
    if (c[0] != '\x1b')
        return (unsigned char)c[0];
    if (read(STDIN_FILENO, c, 1) != 1 || read(STDIN_FILENO, c + 1, 1) != 1)
        return KEY_END_OF_INPUT;
    const char *found = strchr(letters, c[1]);
    return c[0] == '[' && found ? KEY_UP + (int)(found - letters) : 0;
}

static void draw(const struct editor *e)
{
    printf("\r\x1b[K%s%s\r", e->prompt, e->line);
    printf("\x1b[%zuC", strlen(e->prompt) + e->at);
    fflush(stdout);
}

static void show(struct editor *e, const char *text)
{
    snprintf(e->line, e->size, "%s", text);
    e->len = e->at = strlen(e->line);
}

static void insert(struct editor *e, char c)
{
    if (e->len + 1 == e->size)
        return;
    memmove(e->line + e->at + 1, e->line + e->at, e->len - e->at + 1);
    e->line[e->at++] = c;
    e->len++;
}

static void erase(struct editor *e)
{
    if (e->at == 0)
        return;
    memmove(e->line + e->at - 1, e->line + e->at, e->len - e->at + 1);
    e->at--;
    e->len--;
}

static void edit(struct editor *e, int key, size_t *shown)
{
    if (key == KEY_UP && *shown > 0)
        show(e, history[--*shown]);
    else if (key == KEY_DOWN && *shown < nhistory)
        show(e, ++*shown < nhistory ? history[*shown] : "");
    else if (key == KEY_LEFT && e->at > 0)
        e->at--;
    else if (key == KEY_RIGHT && e->at < e->len)
        e->at++;
    else if (key == CONTROL('a'))
        e->at = 0;
    else if (key == CONTROL('e'))
        e->at = e->len;
    else if (key == CONTROL('u') || key == CONTROL('c'))
        show(e, "");
    else if (key == 127 || key == CONTROL('h'))
        erase(e);
    else if (key >= ' ' && key < KEY_UP)
        insert(e, (char)key);
}

static ssize_t edit_line(struct editor *e)
{
    size_t shown = nhistory;

    for (;;) {
        draw(e);
        int key = read_key();
        if (key == '\r' || key == '\n')
            return (ssize_t)e->len;
        if (key == KEY_END_OF_INPUT || (key == CONTROL('d') && e->len == 0))
            return -1;
        edit(e, key, &shown);
    }
}

ssize_t line_read(const char *prompt, char *line, size_t size)
{
    struct editor e = {.prompt = prompt, .line = line, .size = size};
    struct termios old;
    struct termios raw;

    line[0] = '\0';
    if (tcgetattr(STDIN_FILENO, &old) < 0)
        return -1;
    raw = old;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG); /* keys, not lines */
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    ssize_t len = edit_line(&e);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
    printf("\n");
    remember(line);
    return len;
}
