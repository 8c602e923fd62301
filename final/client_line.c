/*
 * While a line is read, the terminal passes on each key, and shows none. Each
 * key changes the line, and then the prompt and all of the line are printed
 * again, over the old ones. Earlier lines are in an array, the latest one last.
 */
#include "client_line.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { MAX_HISTORY = 100, MAX_LINE = 4096 };

enum key { KEY_UP = 256, KEY_DOWN, KEY_OTHER, KEY_END_OF_INPUT };

#define CONTROL(letter) ((letter)&0x1f)

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

/* Arrow keys arrive as three bytes: ESC, [ and a letter. */
static int read_key(void)
{
    char c[3];

    if (read(STDIN_FILENO, c, 1) != 1)
        return KEY_END_OF_INPUT;
    if (c[0] != '\x1b')
        return (unsigned char)c[0];
    if (read(STDIN_FILENO, c + 1, 1) != 1 || read(STDIN_FILENO, c + 2, 1) != 1)
        return KEY_END_OF_INPUT;
    if (c[1] != '[' || (c[2] != 'A' && c[2] != 'B'))
        return KEY_OTHER;
    return c[2] == 'A' ? KEY_UP : KEY_DOWN;
}

/* Does what the key says. *shown is the line of the history in the line. */
static void edit(char *line, size_t size, int key, size_t *shown)
{
    size_t len = strlen(line);

    if (key == KEY_UP && *shown > 0)
        snprintf(line, size, "%s", history[--*shown]);
    else if (key == KEY_DOWN && *shown < nhistory)
        snprintf(line, size, "%s", ++*shown < nhistory ? history[*shown] : "");
    else if (key == CONTROL('u') || key == CONTROL('c'))
        line[0] = '\0';
    else if ((key == 127 || key == CONTROL('h')) && len > 0)
        line[len - 1] = '\0';
    else if (key >= ' ' && key < KEY_UP && key != 127 && len + 1 < size)
        memcpy(line + len, (char[]){(char)key, '\0'}, 2);
}

/* Returns false at the end of the input. */
static bool edit_line(const char *prompt, char *line, size_t size)
{
    size_t shown = nhistory;

    for (;;) {
        printf("\r\x1b[K%s%s", prompt, line);
        fflush(stdout);
        int key = read_key();
        if (key == '\r' || key == '\n')
            return true;
        if (key == KEY_END_OF_INPUT || (key == CONTROL('d') && line[0] == '\0'))
            return false;
        edit(line, size, key, &shown);
    }
}

bool line_read(const char *prompt, char *line, size_t size)
{
    struct termios old;

    line[0] = '\0';
    if (tcgetattr(STDIN_FILENO, &old) < 0)
        return false;
    struct termios raw = old;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG); /* keys, not lines */
    tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    bool got = edit_line(prompt, line, size);
    tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
    printf("\n");
    remember(line);
    return got;
}
