/* What is secret, and how it is blanked out wherever something is written down: logs, journals (and
 * so every report), messages. Passwords, tokens, cookies, sessions, keys that open something. Not
 * secret are keys that only tell one request from another (Idempotency-Key), ids and traces. */
#ifndef BASE_MASK_H
#define BASE_MASK_H

#include <stdbool.h>
#include <stddef.h>

/* Does the name of a field, a parameter, an option or a variable say that its value is secret? */
bool mask_is_secret(const char *name, size_t len);

/* Blank out in place what is secret in a text: the password of a URL (RFC 3986 section 3.2.1), and
 * the values behind such names: "name=value", "name: value", "--name value", "\"name\": \"value\"".
 * A value becomes three stars (fewer if it is shorter). Masking twice is masking once. */
void mask_text(char *text);
/* The same of a copy, for the caller to free; NULL: there is nothing secret in it. */
char *mask_copy(const char *text);
/* A fresh copy of what should be a URL and may be written wrongly, for a message: a password that
 * holds a '/' or a quote, which would end it in a text, is blanked out as well. */
char *mask_url(const char *url);
/* JSON: as above in its strings, but for names, regular expressions and what refers to others by
 * name; and whole values in "headers" and "env", and behind an option in a list of arguments. A
 * fresh text, or NULL: nothing was secret, or it is no JSON. */
char *mask_json(const char *json);

#endif
