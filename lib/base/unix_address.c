#include "base/unix_address.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static const char plain[] = "unix:", escaped[] = "http+unix://";

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

bool unix_address_is(const char *url)
{
    return begins(url, plain) || begins(url, escaped);
}

const char *unix_address_parts(const char *url)
{
    return begins(url, plain) && !strstr(url + strlen(plain), ":/") ? ":" : "";
}

/* One byte of a path, percent-decoded (RFC 3986 section 2.1); `*at` moves on. */
static int decoded(const char **at, const char *end)
{
    unsigned byte;
    if (**at == '%' && end - *at >= 3 && sscanf(*at + 1, "%2x", &byte) == 1) {
        *at += 3;
        return (int)byte;
    }
    return (unsigned char)*(*at)++;
}

/* `unix:` takes a path as it is, up to ":/". */
static const char *take_plain(const char *at, const char **end, const char **rest)
{
    const char *colon = strstr(at, ":/");
    *end = colon ? colon : at + strlen(at);
    *rest = colon ? colon + 1 : *end;
    while (begins(at, "//")) /* unix:///run/app.sock is common, too */
        at++;
    return at;
}

static const char *take_escaped(const char *at, const char **end, const char **rest)
{
    *end = *rest = at + strcspn(at, "/?#");
    return at;
}

const char *unix_address_read(const char *url, struct unix_address *out)
{
    const char *end;
    bool is_plain = begins(url, plain);
    const char *at = is_plain ? take_plain(url + strlen(plain), &end, &out->rest)
                              : take_escaped(url + strlen(escaped), &end, &out->rest);
    size_t len = 0;
    out->base_len = (size_t)(end - url);
    if (at == end)
        return "has no path of a socket";
    while (at < end) {
        int byte = is_plain ? (unsigned char)*at++ : decoded(&at, end);
        if (byte == 0)
            return "holds a zero byte in the path of its socket";
        if (len + 1 >= sizeof out->path)
            return "names a socket by more than 107 bytes, which is all that the kernel takes";
        out->path[len++] = (char)byte;
    }
    out->path[len] = '\0';
    return NULL;
}

char *unix_address_url(const struct unix_address *a)
{
    static const char unreserved[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    struct buf b;
    buf_init(&b, 4096);
    buf_adds(&b, escaped);
    for (const char *c = a->path; *c; c++)
        if (strchr(unreserved, *c))
            buf_addc(&b, *c);
        else
            buf_addf(&b, "%%%02X", (unsigned char)*c);
    buf_adds(&b, a->rest);
    return buf_take(&b);
}

void unix_address_resolve(const struct unix_address *a, struct resolved *out)
{
    struct sockaddr_un *un = (void *)&out->at;
    memset(out, 0, sizeof *out);
    un->sun_family = AF_UNIX;
    snprintf(un->sun_path, sizeof un->sun_path, "%s", a->path);
    out->len = sizeof *un;
}

const char *unix_address_path(const struct sockaddr *at)
{
    return ((const struct sockaddr_un *)(const void *)at)->sun_path;
}
