/* drainctl demo: see it before you believe it. */
#include <stdio.h>

#include "base/clock.h"
#include "cli/command.h"
#include "demo/demo.h"

static int64_t port, page_port;
static int64_t order_time_ns = 1500 * NS_PER_MS, notice_ns = 70 * NS_PER_S;
static int64_t drain_delay_ns = 1500 * NS_PER_MS;

static const struct option options[] = {
    OPT_INT('p', "port", &port, 0, 65535, "N", "the demo's own port; 0 picks a free one"),
    OPT_INT(0, "page-port", &page_port, 0, 65535, "N",
            "the port of the server with the page; 0 picks a free one"),
    OPT_DURATION(0, "order-time", &order_time_ns,
                 "how long an order takes, so that one can be under way at the signal (1.5s)"),
    OPT_DURATION(
        0, "notice", &notice_ns,
        "from the notice to the shutdown (70s); the page takes no order in the last minute"),
    OPT_DURATION(0, "drain-delay", &drain_delay_ns,
                 "from the signal to the closing of the listener (1.5s)"),
    {0},
};

static int check_options(struct error *err)
{
    if (port != 0 && port == page_port)
        return error_set(err, ERROR_USAGE, "--port and --page-port are the same, %d", (int)port);
    if (notice_ns < NS_PER_S)
        return error_set(err, ERROR_USAGE, "--notice must be at least 1s");
    return 0;
}

static int run(int argc, char **argv, struct error *err)
{
    struct demo_options o = {.program = "/proc/self/exe",
                             .port = (int)port,
                             .page_port = (int)page_port,
                             .order_time_ns = order_time_ns,
                             .notice_ns = notice_ns,
                             .drain_delay_ns = drain_delay_ns,
                             .out = stdout};
    (void)argc;
    (void)argv;
    int status = check_options(err) < 0 ? -1 : demo_run(&o, err);
    if (status < 0)
        return err->kind == ERROR_USAGE ? EXIT_USAGE : EXIT_INCONCLUSIVE;
    return status;
}

extern const struct command cmd_demo;
const struct command cmd_demo = {
    .name = "demo",
    .args = "[OPTIONS]",
    .summary = "a page, its server, and buttons to take it away",
    .about =
        "Starts the reference server with its page (serve --web) and prints the address of a page "
        "of its own: beside the shop stands a panel that shows each request as a bar, the orders "
        "in the database, and the drain step by step. Its buttons announce a shutdown, drain the "
        "server, kill it, start it again, or deploy a new build of the page under the open one. "
        "The page can be the careful one, or a naive one that does what most pages do.\n"
        "\n"
        "It needs a browser on this machine, and nothing else. Ctrl-C ends both servers and "
        "removes the orders.",
    .examples = "  drainctl demo\n"
                "  drainctl demo --port 8080\n"
                "  drainctl demo --notice 5m --order-time 0s\n",
    .options = options,
    .exits = EXITS_DEMO,
    .run = run,
};
