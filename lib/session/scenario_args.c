#include "session/scenario_args.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "cli/wrap.h"
#include "base/words.h"
#include "plan/builtin.h"

enum { MAX_BUILTIN = 256 };

static struct plan *next_plan(struct scenario_list *list)
{
    MEM_GROW(list->plans, list->count, list->cap);
    return &list->plans[list->count];
}

static int add_file(struct scenario_list *list, const char *path, struct error *err)
{
    if (plan_load_file(path, next_plan(list), err) < 0)
        return -1;
    list->count++;
    return 0;
}

static int add_builtin(struct scenario_list *list, const struct embedded *e, struct error *err)
{
    struct plan *plan = next_plan(list);
    if (plan_parse_text(e->name, e->text, e->len, plan, err) < 0)
        return error_prefix(err, "built-in scenario");
    free(plan->from.file);
    plan->from.file = NULL;
    list->count++;
    return 0;
}

/* --- folders --- */

static int is_scenario(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && fnmatch("*.json", entry->d_name, 0) == 0 &&
           fnmatch("*.schema.json", entry->d_name, 0) != 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int add_folder(struct scenario_list *list, const char *path, struct error *err)
{
    struct dirent **entries;
    int n = scandir(path, &entries, is_scenario, by_name), rc = 0;
    if (n < 0)
        return error_set_errno(err, ERROR_USAGE, errno, "cannot read the folder '%s'", path);
    size_t len = strlen(path);
    const char *slash = len && path[len - 1] == '/' ? "" : "/";
    for (int i = 0; i < n; i++) {
        char *file = mem_printf("%s%s%s", path, slash, entries[i]->d_name);
        if (rc == 0)
            rc = add_file(list, file, err);
        free(file);
        free(entries[i]);
    }
    free(entries);
    if (n > 0)
        return rc;
    error_set(err, ERROR_USAGE, "there is no scenario in the folder '%s'", path);
    return error_hint(err, "scenarios are its files *.json; 'drainctl init' writes a first one");
}

/* --- built-in ones --- */

/* "name" or "name.json" */
static const struct embedded *find_builtin(const char *name)
{
    for (const struct embedded *e = builtin_scenarios; e->name; e++) {
        size_t stem = strlen(e->name) - strlen(".json");
        if (strcmp(name, e->name) == 0 ||
            (strlen(name) == stem && strncmp(name, e->name, stem) == 0))
            return e;
    }
    return NULL;
}

static int unknown_scenario(const char *name, struct error *err)
{
    char *stems[MAX_BUILTIN] = {0};
    for (int i = 0; i < MAX_BUILTIN - 1 && builtin_scenarios[i].name; i++)
        stems[i] = mem_strndup(builtin_scenarios[i].name,
                               strlen(builtin_scenarios[i].name) - strlen(".json"));
    error_set(err, ERROR_USAGE, "there is no file, folder or built-in scenario '%s'", name);
    words_hint(name, (const char *const *)stems,
               "'drainctl scenario --list' lists the built-in ones", err);
    for (int i = 0; stems[i]; i++)
        free(stems[i]);
    return -1;
}

static int add_argument(struct scenario_list *list, const char *arg, struct error *err)
{
    struct stat st;
    if (strcmp(arg, "-") == 0)
        return add_file(list, arg, err);
    if (stat(arg, &st) == 0)
        return S_ISDIR(st.st_mode) ? add_folder(list, arg, err) : add_file(list, arg, err);
    int failure = errno;
    const struct embedded *e = find_builtin(arg);
    if (e)
        return add_builtin(list, e, err);
    if (failure != ENOENT)
        return error_set_errno(err, ERROR_USAGE, failure, "cannot open '%s'", arg);
    return unknown_scenario(arg, err);
}

int scenarios_collect(struct scenario_list *list, int argc, char **argv, struct error *err)
{
    *list = (struct scenario_list){0};
    int rc = 0;
    for (int i = 0; i < argc && rc == 0; i++)
        rc = add_argument(list, argv[i], err);
    for (const struct embedded *e = builtin_scenarios; argc == 0 && e->name && rc == 0; e++)
        rc = add_builtin(list, e, err);
    if (rc < 0)
        scenarios_free(list);
    return rc;
}

void scenarios_free(struct scenario_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        plan_free(&list->plans[i]);
    free(list->plans);
    *list = (struct scenario_list){0};
}

int scenarios_print_builtin(struct error *err)
{
    struct scenario_list list;
    if (scenarios_collect(&list, 0, NULL, err) < 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        printf("%s%s\n    ", i ? "\n" : "", list.plans[i].name);
        help_wrap(list.plans[i].about ? list.plans[i].about : "", 4);
    }
    scenarios_free(&list);
    return 0;
}
