#include "cli/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"

const char *const color_words[] = {"auto", "always", "never", NULL};

static int color = COLOR_AUTO;
static bool progress_shown;

void messages_color(int choice)
{
    color = choice;
}

bool messages_may_color(int fd)
{
    if (color != COLOR_AUTO)
        return color == COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR"); /* no-color.org: set and not empty */
    const char *term = getenv("TERM");
    return isatty(fd) && !(no_color && *no_color) && !(term && strcmp(term, "dumb") == 0);
}

bool messages_have_terminal(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
}

static PRINTF(3, 0) void say(const char *sgr, const char *label, const char *fmt, va_list ap)
{
    message_progress("");
    bool colored = messages_may_color(STDERR_FILENO);
    fprintf(stderr, "drainctl: %s%s%s", colored ? sgr : "", label, colored ? "\033[0m" : "");
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
}

#define SAY(sgr, label)                                                                            \
    do {                                                                                           \
        va_list ap;                                                                                \
        va_start(ap, fmt);                                                                         \
        say(sgr, label, fmt, ap);                                                                  \
        va_end(ap);                                                                                \
    } while (0)

void message_error(const char *fmt, ...)
{
    SAY("\033[1;31m", "error: ");
}

void message_warning(const char *fmt, ...)
{
    SAY("\033[1;33m", "warning: ");
}

void message_note(const char *fmt, ...)
{
    SAY("\033[1m", "note: ");
}

void message_hint(const char *fmt, ...)
{
    SAY("\033[1;36m", "hint: ");
}

int command_fail(struct error *err)
{
    int status = err->kind == ERROR_USAGE ? EXIT_USAGE : EXIT_INCONCLUSIVE;
    message_error("%s", err->text);
    if (*err->hint)
        message_hint("%s", err->hint);
    err->kind = ERROR_NONE;
    return status;
}

/* How much of it fits into one line of the terminal: a line that wraps could not be erased. */
static size_t fitting(const char *line)
{
    struct winsize size;
    size_t len = strlen(line), columns = 80;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        columns = size.ws_col;
    if (len < columns)
        return len;
    for (len = columns - 1; len > 0 && ((unsigned char)line[len] & 0xc0) == 0x80;)
        len--; /* not in the middle of a character */
    return len;
}

void message_progress(const char *line)
{
    if (!*line && !progress_shown)
        return;
    fprintf(stderr, "\r\033[K%.*s", (int)fitting(line), line);
    fflush(stderr);
    progress_shown = *line != '\0';
}
