/*
 * probe: how long may a client have to wait, while others keep a server busy?
 *
 *   probe [-p PROTOCOL] [-t SECONDS] [-s MS] [-v N] [-q] PORT PID [COMMAND...]
 *   probe -a [-p PROTOCOL] [-s MS] [-v N] [-q] PORT PID REQUEST...
 *
 * Every millisecond it sends a PING on one connection, and a SET on another.
 * The value is large enough to need an allocation (-v, 2048 bytes). It does so
 * while COMMAND runs and for MS (300) longer; without a COMMAND, for SECONDS
 * (1). With -a it sends a REQUEST to the server itself, and the first PING and
 * SET right behind it, so these wait while the server carries it out.
 *
 * For each it prints the longest wait and the 99.9th percentile: once without
 * the delays that the server did not cause (see prober.c), and once with them
 * ("raw"). While the prober itself has no CPU, it asks nothing; the longest
 * time without a question is printed as "unseen".
 *
 * Status: that of COMMAND; 1 if REQUEST is answered with an error, or if the
 * server hangs up or says nothing for a minute; 2 for wrong use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common.h"
#include "prober.h"

static double ms(uint64_t ns)
{
    return (double)ns / 1e6;
}

static void print_for_people(const struct probe *p)
{
    printf("%-5s %6llu times, longest wait %.2f ms (raw %.2f; the server "
           "computed for %.2f), 99.9%% %.2f ms; raw half %.3f ms\n",
           p->q.name, (unsigned long long)p->waits.count, ms(p->waits.longest),
           ms(p->raw.longest), ms(p->busy_ns),
           ms(histogram_at(&p->waits, 0.999)),
           ms(histogram_at(&p->raw, 0.5)));
}

static void print_for_programs(const struct probe *p)
{
    printf(" %s=%llu %s_max_ms=%.3f %s_p999_ms=%.3f %s_p50_ms=%.3f "
           "%s_raw_ms=%.3f %s_busy_ms=%.3f",
           p->q.name, (unsigned long long)p->waits.count, p->q.name,
           ms(p->waits.longest), p->q.name, ms(histogram_at(&p->waits, 0.999)),
           p->q.name, ms(histogram_at(&p->raw, 0.5)), p->q.name,
           ms(p->raw.longest), p->q.name, ms(p->busy_ns));
}

static void print_all(const struct prober *p, int quiet)
{
    if (!quiet) {
        print_for_people(&p->ping);
        print_for_people(&p->set);
        printf("unseen: nothing was asked for up to %.2f ms\n",
               ms(p->unseen_ns));
    }
    printf("probe");
    print_for_programs(&p->ping);
    print_for_programs(&p->set);
    printf(" unseen_ms=%.3f\n", ms(p->unseen_ns));
}

static void wrong_use(void)
{
    fprintf(stderr, "usage: probe [-p resp|tlv|status] [-t SECONDS] [-s MS] "
                    "[-v N] [-q] PORT PID [COMMAND...]\n"
                    "       probe -a [-p resp|tlv|status] [-s MS] [-v N] "
                    "[-q] PORT PID REQUEST...\n");
    exit(2);
}

static struct probe_plan read_options(int argc, char **argv, int *quiet)
{
    struct probe_plan plan = {.seconds = 1, .settle_ms = 300,
                              .value_size = 2048};
    int letter, protocol = PROTOCOL_RESP;

    while ((letter = getopt(argc, argv, "+ap:t:s:v:q")) != -1) {
        if (letter == 'p')
            protocol = protocol_find(optarg);
        else if (letter == 't')
            plan.seconds = number_of("-t", optarg, 1, 100000);
        else if (letter == 's')
            plan.settle_ms = number_of("-s", optarg, 0, 100000);
        else if (letter == 'v')
            plan.value_size = number_of("-v", optarg, 1, 1 << 20);
        else if (letter == 'a')
            plan.is_request = 1;
        else if (letter == 'q')
            *quiet = 1;
        else
            wrong_use();
    }
    if (argc - optind < 2 + plan.is_request || protocol < 0 ||
        protocol == PROTOCOL_ECHO)
        wrong_use();
    plan.protocol = (enum protocol)protocol;
    plan.port = (int)number_of("PORT", argv[optind], 1, 65535);
    plan.pid = (pid_t)number_of("PID", argv[optind + 1], 1, 1 << 28);
    plan.words = argv + optind + 2;
    plan.nwords = argc - optind - 2;
    return plan;
}

int main(int argc, char **argv)
{
    static struct prober prober; /* too large for the stack */
    struct probe_plan plan;
    int quiet = 0;

    set_program("probe");
    plan = read_options(argc, argv, &quiet);
    prober_run(&prober, &plan);
    print_all(&prober, quiet);
    return prober.status;
}
