#include "session/interrupts.h"

#include <signal.h>
#include <stddef.h>

#include "base/attr.h"

static volatile sig_atomic_t remembered;

static void remember(int signo)
{
    remembered = signo;
}

void interrupts_remember(void)
{
    static const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART | (int)SA_RESETHAND};
    struct sigaction before;
    for (size_t i = 0; i < ARRAY_LEN(interrupts); i++)
        if (sigaction(interrupts[i], NULL, &before) == 0 && before.sa_handler == SIG_DFL)
            sigaction(interrupts[i], &action, NULL);
}

int interrupts_remembered(void)
{
    return remembered;
}
