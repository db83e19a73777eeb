/* Values of a scenario that have rules of their own: paths, patterns, names, words. */
#include "plan/parse.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "base/signame.h"
#include "base/words.h"

enum { MAX_PAIRS = 1000, MAX_KNOWN = 1000 };

bool json_has(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key) != NULL;
}

static bool has_control(const char *s)
{
    for (; *s; s++)
        if (iscntrl((unsigned char)*s))
            return true;
    return false;
}

static int store(char **out, const char *s)
{
    free(*out);
    *out = mem_strdup(s);
    return 0;
}

int read_text(const struct json_doc *doc, const cJSON *node, char **out, struct error *err)
{
    const char *s;
    if (json_get_string(doc, node, &s, err) < 0)
        return -1;
    if (!*s)
        return json_error(doc, node, err, "expected a string that is not empty");
    if (has_control(s))
        return json_error(doc, node, err, "a control character is not allowed here");
    return store(out, s);
}

int read_path(const struct json_doc *doc, const cJSON *node, char **out, struct error *err)
{
    const char *s;
    if (json_get_string(doc, node, &s, err) < 0)
        return -1;
    if (s[0] != '/')
        return json_error(doc, node, err, "expected a path that begins with '/', not '%.60s'", s);
    if (has_control(s) || strpbrk(s, " #"))
        return json_error(doc, node, err,
                          "a path holds no blanks, '#' or control characters (RFC 9112)");
    return store(out, s);
}

int read_regex(const struct json_doc *doc, const cJSON *node, char **out, struct error *err)
{
    if (read_text(doc, node, out, err) < 0)
        return -1;
    regex_t compiled;
    int rc = regcomp(&compiled, *out, REG_EXTENDED | REG_NOSUB);
    if (rc == 0) {
        regfree(&compiled);
        return 0;
    }
    char why[128];
    regerror(rc, NULL, why, sizeof why);
    json_error(doc, node, err, "'%.60s' is not a POSIX extended regular expression: %s", *out, why);
    return error_hint(err, "see regex(7); a '(', '[' or '{' that means itself needs a backslash");
}

int read_signo(const struct json_doc *doc, const cJSON *node, int *signo, struct error *err)
{
    const char *s;
    if (json_get_string(doc, node, &s, err) < 0)
        return -1;
    *signo = signame_number(s);
    if (*signo)
        return 0;
    json_error(doc, node, err, "there is no signal '%.60s'", s);
    return signame_hint(s, err);
}

int read_status(const struct json_doc *doc, const cJSON *node, int *status, struct error *err)
{
    int64_t n;
    if (json_get_int(doc, node, 100, 599, &n, err) < 0)
        return -1;
    *status = (int)n;
    return 0;
}

int read_span(const struct json_doc *doc, const cJSON *node, int64_t *ns, struct error *err)
{
    if (json_get_duration(doc, node, ns, err) < 0)
        return -1;
    return *ns > 0 ? 0 : json_error(doc, node, err, "expected a duration above 0");
}

int read_choice(const struct json_doc *doc, const cJSON *node, const char *what,
                const char *const *known, int *index, struct error *err)
{
    const char *s;
    if (json_get_string(doc, node, &s, err) < 0)
        return -1;
    for (*index = 0; known[*index]; ++*index)
        if (strcmp(known[*index], s) == 0)
            return 0;
    json_error(doc, node, err, "there is no %s '%.60s'", what, s);
    return words_hint_list(s, known, "known are", err);
}

int read_phase(const struct json_doc *doc, const cJSON *node, int *phase, struct error *err)
{
    const char *known[PHASE_COUNT + 1] = {0};
    for (int i = 0; i < PHASE_COUNT; i++)
        known[i] = phase_words[i].word;
    if (cJSON_IsString(node)) {
        *phase = word_find(phase_words, PHASE_COUNT, node->valuestring);
        if (*phase >= 0)
            return 0;
    }
    return read_choice(doc, node, "phase", known, phase, err);
}

int read_pairs(const struct json_doc *doc, const cJSON *node, struct plan_pair **pairs, size_t *n,
               int (*check)(const struct json_doc *doc, const cJSON *node, struct error *err),
               struct error *err)
{
    if (!cJSON_IsObject(node))
        return json_error(doc, node, err, "expected an object, not %s", json_kind(node));
    int count = cJSON_GetArraySize(node);
    if (count > MAX_PAIRS)
        return json_error(doc, node, err, "%d is too many, %d are the most", count, MAX_PAIRS);
    *pairs = mem_zero((size_t)count + 1, sizeof **pairs);
    for (const cJSON *child = node->child; child; child = child->next) {
        const char *value;
        if (json_get_string(doc, child, &value, err) < 0 || (check && check(doc, child, err) < 0))
            return -1;
        (*pairs)[*n] = (struct plan_pair){mem_strdup(child->string), mem_strdup(value)};
        ++*n;
    }
    return 0;
}

int read_load_name(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                   int *index, struct error *err)
{
    const char *s, *known[MAX_KNOWN + 1] = {0};
    if (json_get_string(doc, node, &s, err) < 0)
        return -1;
    for (size_t i = 0; i < plan->n_loads && i < MAX_KNOWN; i++) {
        known[i] = plan->loads[i].name;
        if (strcmp(s, known[i]) != 0)
            continue;
        *index = (int)i;
        return 0;
    }
    json_error(doc, node, err, "there is no load '%.60s'", s);
    return words_hint_list(s, known, "the loads are", err);
}

enum { KNOWN_MOST = 200 }; /* targets and services, 100 of each */

int read_process_name(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                      int *index, struct error *err)
{
    const char *s, *known[KNOWN_MOST + 2] = {0};
    size_t n = 0;
    if (json_get_string(doc, node, &s, err) < 0)
        return -1;
    for (size_t i = 0; i < plan_process_count(plan); i++) {
        if (i && plan->others.at[i - 1].action)
            continue;
        if (n <= KNOWN_MOST)
            known[n++] = plan_process_name(plan, i);
        if (strcmp(s, plan_process_name(plan, i)) != 0)
            continue;
        *index = (int)i;
        return 0;
    }
    json_error(doc, node, err, "there is no target or service '%.60s'", s);
    return words_hint_list(s, known, "they are", err);
}

/* "restart a": the verb and the process of an action. */
static bool names_action(const struct plan *plan, const struct plan_signal *s, const char *text)
{
    size_t verb = strlen(act_words[s->act]);
    return s->act != ACT_SIGNAL && s->act != ACT_RUN &&
           strncmp(text, act_words[s->act], verb) == 0 && text[verb] == ' ' &&
           strcmp(text + verb + 1, plan_process_name(plan, (size_t)s->process)) == 0;
}

int read_signal_name(const struct json_doc *doc, const cJSON *node, const struct plan *plan,
                     size_t before, int *index, struct error *err)
{
    int signo = 0;
    bool action = cJSON_IsString(node) && strchr(node->valuestring, ' ');
    if (!action && read_signo(doc, node, &signo, err) < 0)
        return -1;
    for (size_t i = 0; i < before; i++) {
        const struct plan_signal *s = &plan->signals[i];
        if (action ? !names_action(plan, s, node->valuestring)
                   : s->act != ACT_SIGNAL || s->signo != signo)
            continue;
        *index = (int)i;
        return 0;
    }
    json_error(doc, node, err, action ? "there is no action '%.60s' %s" : "no %s is sent %s",
               action ? node->valuestring : signame_name(signo),
               before < plan->n_signals ? "before this one" : "in this scenario");
    return error_hint(err, "'of' names a signal that stands earlier in 'signals'%s",
                      plan->several ? ", or an earlier action: \"restart a\"" : "");
}

int read_array(const struct json_doc *doc, const cJSON *node, int min, int max,
               int (*one)(const struct json_doc *doc, const cJSON *node, int index, void *into,
                          struct error *err),
               void *into, struct error *err)
{
    if (!cJSON_IsArray(node))
        return json_error(doc, node, err, "expected an array, not %s", json_kind(node));
    int count = cJSON_GetArraySize(node);
    if (count < min)
        return json_error(doc, node, err, "expected at least %d, this is empty", min);
    if (count > max)
        return json_error(doc, node, err, "%d is too many, %d are the most", count, max);
    int index = 0;
    for (const cJSON *child = node->child; child; child = child->next)
        if (one(doc, child, index++, into, err) < 0)
            return -1;
    return 0;
}

static int check_env(const struct json_doc *doc, const cJSON *node, struct error *err)
{
    if (!*node->string || strchr(node->string, '='))
        return json_error(doc, node, err, "'%.60s' cannot be the name of an environment variable",
                          node->string);
    return 0;
}

int read_env(const struct json_doc *doc, const cJSON *node, struct plan_target *t,
             struct error *err)
{
    return read_pairs(doc, node, &t->env, &t->n_env, check_env, err);
}

bool plan_is_registry(const char *text)
{
    static const char *const kinds[] = {"file:", "etcd://"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strncmp(text, kinds[i], strlen(kinds[i])) == 0 && text[strlen(kinds[i])])
            return true;
    return false;
}
