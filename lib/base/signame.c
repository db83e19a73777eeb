#include "base/signame.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/attr.h"
#include "base/whole.h"
#include "base/words.h"

static const struct {
    const char *name;
    int number;
} signals[] = {
    {"SIGTERM", SIGTERM}, {"SIGINT", SIGINT},   {"SIGQUIT", SIGQUIT},   {"SIGHUP", SIGHUP},
    {"SIGUSR1", SIGUSR1}, {"SIGUSR2", SIGUSR2}, {"SIGWINCH", SIGWINCH}, {"SIGKILL", SIGKILL},
    {"SIGSTOP", SIGSTOP}, {"SIGCONT", SIGCONT}, {"SIGTSTP", SIGTSTP},   {"SIGABRT", SIGABRT},
    {"SIGALRM", SIGALRM}, {"SIGBUS", SIGBUS},   {"SIGCHLD", SIGCHLD},   {"SIGFPE", SIGFPE},
    {"SIGILL", SIGILL},   {"SIGIO", SIGIO},     {"SIGPIPE", SIGPIPE},   {"SIGPROF", SIGPROF},
    {"SIGPWR", SIGPWR},   {"SIGSEGV", SIGSEGV}, {"SIGSYS", SIGSYS},     {"SIGTRAP", SIGTRAP},
    {"SIGTTIN", SIGTTIN}, {"SIGTTOU", SIGTTOU}, {"SIGURG", SIGURG},     {"SIGVTALRM", SIGVTALRM},
    {"SIGXCPU", SIGXCPU}, {"SIGXFSZ", SIGXFSZ},
};

int signame_number(const char *name)
{
    if (isdigit((unsigned char)name[0])) {
        int64_t n = 0;
        whole_parse(name, 1, NSIG - 1, &n);
        return (int)n;
    }
    const char *bare = strncasecmp(name, "SIG", 3) == 0 ? name + 3 : name;
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        if (strcasecmp(bare, signals[i].name + 3) == 0)
            return signals[i].number;
    return 0;
}

const char *signame_name(int number)
{
    static char other[16];
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        if (signals[i].number == number)
            return signals[i].name;
    snprintf(other, sizeof other, "SIG%d", number);
    return other;
}

int signame_hint(const char *name, struct error *err)
{
    const char *words[ARRAY_LEN(signals) + 1] = {0};
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        words[i] = signals[i].name;
    return words_hint(name, words, "a name such as SIGTERM, SIGINT, SIGQUIT or SIGUSR1", err);
}

enum signame_default signame_default(int number)
{
    static const int nothing[] = {SIGCHLD, SIGCONT, SIGURG, SIGWINCH};
    static const int stops[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
        if (number == nothing[i])
            return SIGNAME_IGNORED;
    for (size_t i = 0; i < ARRAY_LEN(stops); i++)
        if (number == stops[i])
            return SIGNAME_STOPS;
    return SIGNAME_TERMINATES;
}
