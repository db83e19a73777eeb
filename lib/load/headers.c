/* The head of an answer, line by line. */
#include "load/headers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void answer_init(struct answer *a)
{
    *a = (struct answer){.length = -1};
}

static void status_line(struct answer *a, const char *line, size_t len)
{
    /* HTTP/1.1 200 OK */
    const char *space = memchr(line, ' ', len);
    int status = 0;
    for (const char *p = space ? space + 1 : line + len; p < line + len && isdigit(*p); p++)
        if (status < 1000)
            status = status * 10 + (*p - '0');
    a->begun = status / 100 != 1;
    if (!a->begun)
        return;
    a->status = status;
    a->header_bytes = 0;
    a->close = len >= 8 && memcmp(line, "HTTP/1.0", 8) == 0;
}

bool answer_has_token(const char *value, size_t len, const char *token)
{
    size_t want = strlen(token);
    for (size_t i = 0; i < len;) {
        while (i < len && (value[i] == ',' || isspace((unsigned char)value[i])))
            i++;
        size_t start = i;
        while (i < len && value[i] != ',')
            i++;
        size_t end = i;
        while (end > start && isspace((unsigned char)value[end - 1]))
            end--;
        if (end - start == want && strncasecmp(value + start, token, want) == 0)
            return true;
    }
    return false;
}

static void content_length(struct answer *a, const char *value, size_t len)
{
    char digits[24];
    size_t n = 0;
    for (size_t i = 0; i < len && n < sizeof digits - 1; i++)
        if (isdigit((unsigned char)value[i]))
            digits[n++] = value[i];
        else if (n)
            break;
    digits[n] = '\0';
    if (n)
        a->length = strtoll(digits, NULL, 10);
}

static void transfer_encoding(struct answer *a, const char *value, size_t len)
{
    a->chunked = a->chunked || answer_has_token(value, len, "chunked");
}

static void connection(struct answer *a, const char *value, size_t len)
{
    if (answer_has_token(value, len, "keep-alive"))
        a->close = false;
    if (answer_has_token(value, len, "close"))
        a->close = true;
}

static const struct {
    const char *name;
    void (*take)(struct answer *a, const char *value, size_t len);
} fields[] = {
    {"content-length", content_length},
    {"transfer-encoding", transfer_encoding},
    {"connection", connection},
};

static void field_line(struct answer *a, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    if (!colon)
        return;
    size_t name = (size_t)(colon - line);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strlen(fields[i].name) == name && strncasecmp(fields[i].name, line, name) == 0)
            fields[i].take(a, colon + 1, len - name - 1);
}

void answer_line(struct answer *a, const char *line, size_t len)
{
    if (a->header_done)
        return; /* a trailer */
    size_t text = len;
    while (text > 0 && (line[text - 1] == '\n' || line[text - 1] == '\r'))
        text--;
    if (text >= 5 && memcmp(line, "HTTP/", 5) == 0)
        status_line(a, line, text);
    else if (a->begun && text == 0)
        a->header_done = true;
    else if (a->begun)
        field_line(a, line, text);
    if (a->begun)
        a->header_bytes += (int64_t)len;
    else
        a->interim_bytes += (int64_t)len;
}

enum framing answer_framing(const struct answer *a, bool head)
{
    if (!a->header_done)
        return FRAMING_UNKNOWN;
    if (head || a->status == 204 || a->status == 304)
        return FRAMING_EMPTY;
    if (a->chunked)
        return FRAMING_CHUNKED;
    return a->length >= 0 ? FRAMING_LENGTH : FRAMING_CLOSE;
}
