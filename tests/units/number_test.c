/*
 * number.h of the directory under test. Each text ends at the end of a page,
 * and the next page cannot be read: a slice has no NUL behind it.
 */
#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
#include "number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "passed.h"

static uint8_t *fence; /* the first byte that cannot be read */
static int failures;

static struct slice at_fence(const char *text, size_t len)
{
    memcpy(fence - len, text, len);
    return (struct slice){.data = fence - len, .len = len};
}

static void complain(const char *function, struct slice text, const char *what)
{
    printf("%s(\"", function);
    for (size_t i = 0; i < text.len && i < 60; i++)
        printf(text.data[i] ? "%c" : "\\0", text.data[i]);
    printf("\"): %s\n", what);
    failures++;
}

static void is_int(const char *text, int64_t want)
{
    struct slice slice = at_fence(text, strlen(text));
    int64_t value = -77;

    if (!number_int(slice, &value))
        complain("number_int", slice, "refused, but it is one");
    else if (value != want)
        complain("number_int", slice, "is another number");
}

static void no_int_of(const char *text, size_t len)
{
    struct slice slice = at_fence(text, len);
    int64_t value;

    if (number_int(slice, &value))
        complain("number_int", slice, "accepted");
}

static void no_int(const char *text)
{
    no_int_of(text, strlen(text));
}

static void is_double(const char *text, double want)
{
    struct slice slice = at_fence(text, strlen(text));
    double value = -77;

    if (!number_double(slice, &value))
        complain("number_double", slice, "refused, but it is one");
    else if (memcmp(&value, &want, sizeof value) != 0)
        complain("number_double", slice, "is another number");
}

static void no_double_of(const char *text, size_t len)
{
    struct slice slice = at_fence(text, len);
    double value;

    if (number_double(slice, &value))
        complain("number_double", slice, "accepted");
}

static void no_double(const char *text)
{
    no_double_of(text, strlen(text));
}

static void test_ints(void)
{
    is_int("0", 0);
    is_int("7", 7);
    is_int("-7", -7);
    is_int("+7", 7);
    is_int("-0", 0);
    is_int("010", 10);
    is_int("9223372036854775807", INT64_MAX);
    is_int("-9223372036854775808", INT64_MIN);
    no_int("9223372036854775808");
    no_int("-9223372036854775809");
    no_int("99999999999999999999999999");
    no_int("");
    no_int("-");
    no_int("+");
    no_int("--1");
    no_int("1 ");
    no_int(" 1");
    no_int("\t-1");
    no_int("\n+1");
    no_int(" ");
    no_int("1x");
    no_int("x1");
    no_int("0x10");
    no_int("1.0");
    no_int("1e3");
    no_int_of("1\0", 2);
    no_int_of("1\0002", 3);
    no_int_of("\0", 1);
}

static void test_doubles(void)
{
    const double infinite = HUGE_VAL;

    is_double("0", 0.0);
    is_double("-0", -0.0);
    is_double("1.5", 1.5);
    is_double("+1.5", 1.5);
    is_double("-.5", -.5);
    is_double("1e9", 1e9);
    is_double("1E-9", 1e-9);
    is_double("0x10", 16);
    is_double("0x1p-3", 0.125);
    is_double("0.1", 0.1);
    is_double("1.7976931348623157e308", 1.7976931348623157e308);
    is_double("5e-324", 5e-324);
    is_double("inf", infinite);
    is_double("-inf", -infinite);
    is_double("INFINITY", infinite);
    no_double("");
    no_double("nan");
    no_double("-nan");
    no_double("NaN");
    no_double("nan(1)");
    no_double("NAN(abc)");
    no_double("-");
    no_double(".");
    no_double("1.5 ");
    no_double(" 1.5");
    no_double("\r\n-1.5");
    no_double("\vinf");
    no_double("1.5x");
    no_double("x");
    no_double("1,5");
    no_double("1e");
    no_double("--1");
    no_double("infinit");
    no_double_of("1\0", 2);
    no_double_of("1\0002", 3);
    no_double_of("\0", 1);
}

/* The smallest double but one bit, written out, has over a thousand digits;
 * and a text may be as long as a message. */
static void test_long(size_t page)
{
    static char text[4096];

    for (size_t len = 1; len < page && len < sizeof text;
         len += len < 9 ? 1 : 97) {
        memset(text, '1', len);
        double value;
        int64_t number;
        struct slice slice = at_fence(text, len);
        if (number_double(slice, &value) && !(value >= 1))
            complain("number_double", slice, "is another number");
        if (number_int(slice, &number) && len > 19)
            complain("number_int", slice, "accepted");
    }
    memset(text, '0', 600);
    text[1] = '.';
    text[599] = '1';
    text[600] = '\0';
    is_double(text, 0.0);
}

int main(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANON, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0) {
        perror("mmap");
        return 1;
    }
    fence = pages + page;
    test_ints();
    test_doubles();
    test_long(page);
    if (failures) {
        puts("numbers are misread");
        return 1;
    }
    return passed();
}
