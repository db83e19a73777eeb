#include "cli/exit_status.h"

const struct word exit_words[EXIT_WORDS + 1] = {
    {"exit-0", "passed: every expectation held"},
    {"exit-1",
     "failed: an expectation did not hold, a defect was found, or (compare) something got worse"},
    {"exit-2", "usage: the command line or a scenario file is wrong; the message names the place"},
    {"exit-3", "inconclusive, or the run could not be carried out: the target did not start, the "
               "port was taken, the client hit its limits, a report could not be written"},
    {"exit-130", "interrupted by SIGINT, after everything that was started had been cleaned up"},
    {"exit-143", "interrupted by SIGTERM, after everything that was started had been cleaned up"},
    {0},
};

static const struct word of_compare[] = {
    {"exit-0", "nothing got worse"},
    {"exit-1", "something got worse"},
    {"exit-2",
     "usage: the command line is wrong, or a file is neither a journal nor a verdict; the "
     "message names the place"},
    {"exit-3", "nothing could be compared, or a report could not be written"},
    {0},
};

static const struct word of_storm[] = {
    {"exit-0", "no peak was over --peak-limit, or there was no limit"},
    {"exit-1", "a peak was over --peak-limit"},
    {"exit-2", "usage: the command line, or a policy on it, is wrong"},
    {"exit-3", "a report could not be written"},
    {0},
};

static const struct word of_skew[] = {
    {"exit-0", "every old file is there, with the bytes that it had"},
    {"exit-1", "an old file is gone, masked or changed"},
    {"exit-2", "usage: the command line is wrong"},
    {"exit-3", "nothing is proven: the page or a file was not answered, it names no files, the "
               "deploy failed or changed nothing; or a report could not be written"},
    {"exit-130", "interrupted by SIGINT"},
    {"exit-143", "interrupted by SIGTERM"},
    {0},
};

static const struct word of_demo[] = {
    {"exit-0", "ended by SIGINT or SIGTERM; nothing is left running"},
    {"exit-2", "usage: the command line is wrong, or this drainctl has no page or no database"},
    {"exit-3", "it could not begin: a port was taken, or the server did not start"},
    {"exit-130", "a second SIGINT did not wait for the server"},
    {0},
};

static const struct word of_print[] = {
    {"exit-0", "it was printed"},
    {"exit-2", "usage: the command line, or a file that it names, is wrong"},
    {"exit-3", "standard output, or a file, could not be written"},
    {0},
};

static const struct word of_init[] = {
    {"exit-0", "the scenario was written"},
    {"exit-2", "usage: the command line is wrong, or the file is there already"},
    {"exit-3", "the server could not be tried, or the file could not be written"},
    {"exit-130", "interrupted by SIGINT, after everything that was started had been cleaned up"},
    {"exit-143", "interrupted by SIGTERM, after everything that was started had been cleaned up"},
    {0},
};

static const struct word of_serve[] = {
    {"exit-0", "drained: every request was answered"},
    {"exit-1", "the drain timeout cut requests off, or a closing step failed or hung"},
    {"exit-2", "usage: the command line is wrong"},
    {"exit-3", "it could not listen: the address is taken, or is no address of this machine"},
    {"exit-130", "ended at once by a second SIGINT"},
    {0},
};

static const struct word of_stop[] = {
    {"exit-0", "it has stopped"},
    {"exit-2", "usage: the command line is wrong"},
    {"exit-3", "nothing runs there, or it still runs"},
    {0},
};

static const struct word of_notice[] = {
    {"exit-0", "it is planned, moved or called off; without any of these, it was printed"},
    {"exit-2", "usage: the command line is wrong, or the time is missing or in the past"},
    {"exit-3", "no server with a control port was found, or it drains already"},
    {0},
};

static const struct word of_watch[] = {
    {"exit-0", "the state of --until was seen; without it, the time was over"},
    {"exit-1", "the state of --until was not seen in time"},
    {"exit-2", "usage: the command line is wrong"},
    {"exit-3", "standard output could not be written"},
    {"exit-129", "ended by SIGHUP"},
    {"exit-130", "ended by SIGINT"},
    {"exit-143", "ended by SIGTERM"},
    {0},
};

const struct word *exits_of(const struct command *c)
{
    static const struct word *const sets[] = {
        [EXITS_RUN] = exit_words, [EXITS_PRINT] = of_print,     [EXITS_INIT] = of_init,
        [EXITS_SERVE] = of_serve, [EXITS_STOP] = of_stop,       [EXITS_NOTICE] = of_notice,
        [EXITS_WATCH] = of_watch, [EXITS_COMPARE] = of_compare, [EXITS_STORM] = of_storm,
        [EXITS_SKEW] = of_skew,   [EXITS_DEMO] = of_demo,
    };
    return sets[c->exits];
}
