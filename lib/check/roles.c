#include "check/roles.h"

#include <string.h>

#include "judge/judge.h"

#define ROLE_NAME(id, name) name,
static const char *const run_names[] = {RUNS_MAP(ROLE_NAME)};
static const char *const load_names[] = {LOADS_MAP(ROLE_NAME)};

run_set run_named(const char *scenario)
{
    for (int i = 0; scenario && i < RUN_ROLES; i++)
        if (strcmp(scenario, run_names[i]) == 0)
            return UINT64_C(1) << i;
    return 0;
}

run_set run_role(const struct run_verdict *run)
{
    return run_named(run->scenario);
}

load_set load_role(const char *name)
{
    for (int i = 0; name && i < LOAD_ROLES; i++)
        if (strcmp(name, load_names[i]) == 0)
            return UINT64_C(1) << i;
    return 0;
}

const char *run_name(run_set one)
{
    int i = 0;

    while (i < RUN_ROLES - 1 && !(one & UINT64_C(1) << i))
        i++;
    return run_names[i];
}

const char *load_name(load_set one)
{
    int i = 0;

    while (i < LOAD_ROLES - 1 && !(one & UINT64_C(1) << i))
        i++;
    return load_names[i];
}
