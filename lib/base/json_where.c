/* From a cJSON node back to its place in the text. cJSON keeps no positions, but it keeps order:
 * the n-th value of the tree, in document order, is the n-th value of the text. */
#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* Count values in document order until `wanted`; true when found, with its number in *n. */
static bool find_ordinal(const cJSON *node, const cJSON *wanted, size_t *n)
{
    if (node == wanted)
        return true;
    for (const cJSON *child = node->child; child; child = child->next) {
        ++*n;
        if (find_ordinal(child, wanted, n))
            return true;
    }
    return false;
}

static size_t string_end(const char *text, size_t i)
{
    for (i++; text[i] && text[i] != '"'; i++)
        if (text[i] == '\\' && text[i + 1])
            i++;
    return text[i] ? i + 1 : i;
}

static bool is_key(const char *text, size_t behind_string)
{
    return text[behind_string + strspn(text + behind_string, " \t\r\n")] == ':';
}

/* The offset at which value number `ordinal` (from 0) starts. The text is known to be valid. */
static size_t value_offset(const char *text, size_t ordinal)
{
    size_t seen = 0;
    for (size_t i = 0; text[i];) {
        size_t skip = strspn(text + i, " \t\r\n,:]}");
        if (skip) {
            i += skip;
            continue;
        }
        size_t end = text[i] == '"'                     ? string_end(text, i)
                     : text[i] == '{' || text[i] == '[' ? i + 1
                                                        : i + strcspn(text + i, " \t\r\n,:]}");
        if (!(text[i] == '"' && is_key(text, end)) && seen++ == ordinal)
            return i;
        i = end > i ? end : i + 1;
    }
    return 0;
}

void json_where(const struct json_doc *doc, const cJSON *node, int *line, int *column)
{
    size_t ordinal = 0;
    *line = *column = 0;
    if (!doc->root || !find_ordinal(doc->root, node, &ordinal))
        return;
    size_t offset = value_offset(doc->text, ordinal);
    *line = *column = 1;
    for (size_t i = 0; i < offset; i++) {
        if (doc->text[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)doc->text[i] & 0xc0) != 0x80) {
            ++*column;
        }
    }
}

static bool add_path(struct buf *b, const cJSON *node, const cJSON *wanted)
{
    if (node == wanted)
        return true;
    size_t len = b->len;
    int index = 0;
    for (const cJSON *child = node->child; child; child = child->next, index++) {
        if (cJSON_IsArray(node))
            buf_addf(b, "[%d]", index);
        else
            buf_addf(b, ".%s", child->string);
        if (add_path(b, child, wanted))
            return true;
        b->len = len;
        b->data[len] = '\0';
    }
    return false;
}

char *json_path(const struct json_doc *doc, const cJSON *node)
{
    struct buf b;
    buf_init(&b, 4096);
    buf_adds(&b, "$");
    if (doc->root)
        add_path(&b, doc->root, node);
    return buf_take(&b);
}

int json_error(const struct json_doc *doc, const cJSON *node, struct error *err, const char *fmt,
               ...)
{
    char what[512];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    int line, column;
    json_where(doc, node, &line, &column);
    char *path = json_path(doc, node);
    error_set(err, ERROR_USAGE, "%s:%d:%d: %s: %s", doc->name, line, column, path, what);
    free(path);
    return -1;
}
