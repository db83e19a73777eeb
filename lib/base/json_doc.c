#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json_strict.h"
#include "base/jsonc.h"
#include "base/mem.h"
#include "base/utf8.h"

enum { MAX_DEPTH = 64, MAX_KEYS = 4096, MAX_FILE = 1024 * 1024 };

static void place(const char *text, size_t offset, int *line, int *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80) {
            ++*column; /* a column is a character, not a byte */
        }
    }
}

static int syntax_error(const struct json_doc *doc, size_t offset, struct error *err,
                        const char *what)
{
    int line, column;
    place(doc->text, offset, &line, &column);
    error_set(err, ERROR_USAGE, "%s:%d:%d: %s", doc->name, line, column, what);
    return -1;
}

static int check_tree(const struct json_doc *doc, const cJSON *node, struct error *err)
{
    /* each key is compared with those before it */
    if (cJSON_IsObject(node) && cJSON_GetArraySize(node) > MAX_KEYS)
        return json_error(doc, node, err, "more than %d keys in one object", MAX_KEYS);
    for (const cJSON *child = node->child; child; child = child->next) {
        if (cJSON_IsObject(node)) {
            for (const cJSON *other = node->child; other != child; other = other->next)
                if (strcmp(other->string, child->string) == 0)
                    return json_error(doc, child, err, "the key '%s' stands here twice",
                                      child->string);
        }
        if (check_tree(doc, child, err) < 0)
            return -1;
    }
    return 0;
}

/* cJSON recurses; bound the depth before it does. Returns the offset that is too deep, or len. */
static size_t too_deep(const char *text, size_t len)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        if (quoted && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            quoted = !quoted;
        else if (!quoted && (text[i] == '{' || text[i] == '[') && ++depth > MAX_DEPTH)
            return i;
        else if (!quoted && (text[i] == '}' || text[i] == ']'))
            depth--;
    }
    return len;
}

/* The offset of the first byte that is not UTF-8 (RFC 8259 section 8.1), or len. */
static size_t not_utf8(const char *text, size_t len)
{
    size_t i = 0;
    while (i < len) {
        size_t n = utf8_length(text + i, len - i);
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

/* The offset of an escaped NUL, at which cJSON would end the string, or len. */
static size_t escaped_nul(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '\\')
            continue;
        if (strncmp(text + i + 1, "u0000", 5) == 0)
            return i;
        i++; /* the escaped character may be a backslash */
    }
    return len;
}

static int parse_text(struct json_doc *doc, struct error *err)
{
    const char *nul = memchr(doc->text, '\0', doc->len);
    if (nul)
        return syntax_error(doc, (size_t)(nul - doc->text), err, "a NUL byte; this is not JSON");
    size_t wild = not_utf8(doc->text, doc->len);
    if (wild < doc->len)
        return syntax_error(doc, wild, err, "this is not UTF-8");
    size_t open_comment = jsonc_blank(doc->text, doc->len);
    if (open_comment != (size_t)-1)
        return syntax_error(doc, open_comment, err, "this comment is never closed");
    size_t nul_at = escaped_nul(doc->text, doc->len);
    if (nul_at < doc->len)
        return syntax_error(doc, nul_at, err, "a NUL has no place in a text");
    size_t deep = too_deep(doc->text, doc->len);
    if (deep < doc->len)
        return syntax_error(doc, deep, err, "nested too deeply, 64 levels are the most");
    if (doc->text[strspn(doc->text, " \t\r\n")] == '\0')
        return syntax_error(doc, 0, err, "the file is empty, expected a JSON object");
    size_t loose = json_strict_check(doc->text, doc->len);
    if (loose < doc->len)
        return syntax_error(doc, loose, err, "this is not JSON");
    const char *end = NULL;
    doc->root = cJSON_ParseWithLengthOpts(doc->text, doc->len + 1, &end, 1);
    if (!doc->root) {
        size_t at = end ? (size_t)(end - doc->text) : doc->len;
        syntax_error(doc, at > doc->len ? doc->len : at, err, "this is not JSON");
        return error_hint(err, "a missing comma, quote or bracket just before this place?");
    }
    return check_tree(doc, doc->root, err);
}

int json_doc_parse(struct json_doc *doc, const char *name, const char *text, size_t len,
                   struct error *err)
{
    *doc = (struct json_doc){.name = mem_strdup(name), .text = mem_strndup(text, len), .len = len};
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        memcpy(doc->text, "   ", 3); /* a byte order mark */
    if (parse_text(doc, err) == 0)
        return 0;
    json_doc_free(doc);
    return -1;
}

int json_doc_load(struct json_doc *doc, const char *path, struct error *err)
{
    struct buf b;
    *doc = (struct json_doc){0};
    buf_init(&b, MAX_FILE);
    int rc = file_read(path, &b, err);
    if (rc == 0)
        rc = json_doc_parse(doc, file_title(path), b.data ? b.data : "", b.len, err);
    buf_free(&b);
    return rc;
}

void json_doc_free(struct json_doc *doc)
{
    free(doc->name);
    free(doc->text);
    cJSON_Delete(doc->root);
    *doc = (struct json_doc){0};
}
