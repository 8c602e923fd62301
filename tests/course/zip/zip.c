/*
 * zip: writes a zip archive of files as they are (stored, not compressed),
 * with their permissions, and all with the same date, so that the same files
 * make the same archive.
 *
 *   zip ARCHIVE <NAMES      a file's name a line, as it is to be in there
 *
 * An archive is, for each file, a local header and its bytes; then the
 * directory, a record a file; then a record that tells where that begins.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    LOCAL = 0x04034b50,
    CENTRAL = 0x02014b50,
    END = 0x06054b50,
    VERSION = 20,
    UNIX = 3 << 8,      /* permissions are as Unix has them */
    UTF8 = 1 << 11,     /* and so are names */
    DATE = 1 << 5 | 1,  /* the first of January, 1980: the earliest */
    MAX_FILES = 65535
};

struct entry {
    char *name;
    uint32_t crc, size, offset;
    uint32_t mode;
};

static void fail(const char *what)
{
    fprintf(stderr, "zip: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void put16(FILE *out, unsigned n)
{
    fputc((int)(n & 255), out);
    fputc((int)(n >> 8 & 255), out);
}

static void put32(FILE *out, uint32_t n)
{
    put16(out, n & 65535);
    put16(out, n >> 16);
}

/* The CRC-32 of bytes that follow those of crc. */
static uint32_t checksum(uint32_t crc, const unsigned char *p, size_t n)
{
    crc = ~crc;
    while (n-- > 0) {
        crc ^= *p++;
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
        }
    }
    return ~crc;
}

static unsigned char *read_file(struct entry *e)
{
    struct stat st;
    FILE *f = fopen(e->name, "rb");
    if (!f || fstat(fileno(f), &st) != 0) {
        fail(e->name);
    }
    if (!S_ISREG(st.st_mode) || st.st_size > 1 << 30) {
        errno = EINVAL;
        fail(e->name);
    }
    unsigned char *bytes = malloc((size_t)st.st_size + 1);
    if (!bytes || fread(bytes, (size_t)st.st_size, 1, f) != (st.st_size > 0)) {
        fail(e->name);
    }
    fclose(f);
    e->size = (uint32_t)st.st_size;
    e->crc = checksum(0, bytes, e->size);
    e->mode = st.st_mode & 0111 ? 0100755 : 0100644;
    return bytes;
}

/* What a local header and the directory have in common. */
static void put_common(FILE *out, const struct entry *e)
{
    put16(out, VERSION);
    put16(out, UTF8);
    put16(out, 0); /* stored */
    put16(out, 0); /* midnight */
    put16(out, DATE);
    put32(out, e->crc);
    put32(out, e->size);
    put32(out, e->size);
    put16(out, (unsigned)strlen(e->name));
    put16(out, 0); /* nothing extra */
}

static void put_file(FILE *out, struct entry *e)
{
    unsigned char *bytes = read_file(e);
    e->offset = (uint32_t)ftell(out);
    put32(out, LOCAL);
    put_common(out, e);
    fputs(e->name, out);
    fwrite(bytes, 1, e->size, out);
    free(bytes);
}

static void put_directory(FILE *out, const struct entry *all, unsigned n)
{
    uint32_t begin = (uint32_t)ftell(out);
    for (unsigned i = 0; i < n; i++) {
        put32(out, CENTRAL);
        put16(out, UNIX | VERSION);
        put_common(out, &all[i]);
        put16(out, 0); /* no comment */
        put16(out, 0); /* on the first disk */
        put16(out, 0);
        put32(out, all[i].mode << 16);
        put32(out, all[i].offset);
        fputs(all[i].name, out);
    }
    uint32_t size = (uint32_t)ftell(out) - begin;
    put32(out, END);
    put32(out, 0);
    put16(out, n);
    put16(out, n);
    put32(out, size);
    put32(out, begin);
    put16(out, 0);
}

int main(int argc, char **argv)
{
    static struct entry all[MAX_FILES];
    char *line = NULL;
    size_t size = 0;
    unsigned n = 0;
    FILE *out = argc == 2 ? fopen(argv[1], "wb") : NULL;
    if (!out) {
        fail(argc == 2 ? argv[1] : "usage: zip ARCHIVE <NAMES");
    }
    while (n < MAX_FILES && getline(&line, &size, stdin) > 0) {
        line[strcspn(line, "\n")] = '\0';
        all[n].name = strdup(line);
        put_file(out, &all[n++]);
    }
    put_directory(out, all, n);
    if (fflush(out) != 0 || ferror(out) || fclose(out) != 0) {
        fail(argv[1]);
    }
    return 0;
}
