#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *e, enum error_kind kind, const char *fmt, ...)
{
    if (!e)
        return -1;
    e->kind = kind;
    e->hint[0] = '\0';
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    return -1;
}

int error_set_errno(struct error *e, enum error_kind kind, int errnum, const char *fmt, ...)
{
    if (!e)
        return -1;
    e->kind = kind;
    e->hint[0] = '\0';
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    size_t len = strlen(e->text);
    snprintf(e->text + len, sizeof e->text - len, ": %s", strerror(errnum));
    return -1;
}

int error_hint(struct error *e, const char *fmt, ...)
{
    if (!e)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->hint, sizeof e->hint, fmt, ap);
    va_end(ap);
    return -1;
}

int error_prefix(struct error *e, const char *fmt, ...)
{
    if (!e)
        return -1;
    char old[sizeof e->text];
    memcpy(old, e->text, sizeof old);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    size_t len = strlen(e->text);
    snprintf(e->text + len, sizeof e->text - len, ": %s", old);
    return -1;
}
