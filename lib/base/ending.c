#include "base/ending.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/wait.h>

#include "base/signame.h"

const char *ending_say(char *out, size_t size, int64_t code, int signo)
{
    if (signo)
        snprintf(out, size, "died of %s", signame_name(signo));
    else if (code >= 0)
        snprintf(out, size, "exited with code %" PRId64, code);
    else
        snprintf(out, size, "exited");
    return out;
}

const char *ending_say_status(char *out, size_t size, int status)
{
    return ending_say(out, size, WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                      WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}
