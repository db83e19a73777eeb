/* drainctl completion: a script for the shell that completes its commands, options and words. */
#include <stdio.h>
#include <string.h>

#include "base/words.h"
#include "cli/complete.h"

struct completion_shell {
    const char *name;
    const char *script;   /* shell code around the tables */
    void (*tables)(void); /* to standard output */
};

#define SHELL_ROW(name) {#name, "drainctl." #name, complete_##name},
static const struct completion_shell completion_shells[] = {COMPLETION_SHELLS(SHELL_ROW){0}};

enum { MAX_SHELLS = 8 };

static const char marker[] = "#tables#\n"; /* the line of a script that the tables replace */

static const struct completion_shell *find_shell(const char *name, struct error *err)
{
    const char *known[MAX_SHELLS] = {0};
    int n = 0;
    for (const struct completion_shell *s = completion_shells; s->name; s++) {
        if (strcmp(name, s->name) == 0)
            return s;
        if (n < MAX_SHELLS - 1)
            known[n++] = s->name;
    }
    error_set(err, ERROR_USAGE, "there is no completion for '%s'", name);
    words_hint_list(name, known, "the shells are", err);
    return NULL;
}

static int run(int argc, char **argv, struct error *err)
{
    (void)argc;
    const struct completion_shell *shell = find_shell(argv[0], err);
    if (!shell)
        return EXIT_USAGE;
    const struct embedded *script = completion_scripts;
    while (strcmp(script->name, shell->script) != 0)
        script++;
    const char *tables = strstr(script->text, marker);
    fwrite(script->text, 1, (size_t)(tables - script->text), stdout);
    shell->tables();
    fputs(tables + strlen(marker), stdout);
    return EXIT_PASSED;
}

extern const struct command cmd_completion;
const struct command cmd_completion = {
    .name = "completion",
    .args = "bash|zsh|fish",
    .summary = "print a script that completes drainctl in a shell",
    .about = "Completes commands, options and their values: files, signals, platforms, scenarios, "
             "report formats, defects and faults. 'make install' and the Debian package put the "
             "scripts where the shells look for them; without either, load it yourself.",
    .examples = "  source <(drainctl completion bash)\n"
                "  drainctl completion zsh >~/.zfunc/_drainctl   # a folder of your fpath\n"
                "  drainctl completion fish >~/.config/fish/completions/drainctl.fish\n",
    .min_args = 1,
    .max_args = 1,
    .arguments = ARGS_SHELLS,
    .exits = EXITS_PRINT,
    .run = run,
};
