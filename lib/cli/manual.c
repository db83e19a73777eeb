#include "cli/manual.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/mem.h"
#include "cli/exit_status.h"
#include "report/report.h"

/* --- text --- */

/* One character as man(7) wants it: '-' that can be copied into a shell, quotes that stay straight
 * (groff_char(7)), no line that begins like a request. */
static void put(char c, bool line_begins)
{
    static const struct {
        char c;
        const char *roff;
    } special[] = {
        {'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"},
        {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"},
    };
    if (line_begins && (c == '.' || c == '\''))
        printf("\\&");
    for (size_t i = 0; i < ARRAY_LEN(special); i++) {
        if (c == special[i].c) {
            fputs(special[i].roff, stdout);
            return;
        }
    }
    putchar(c);
}

/* Prose: filled by the formatter, so a line of ours may end at any blank; an empty line begins a
 * paragraph, and each sentence a line (man-pages(7)). */
static void print_prose(const char *text)
{
    enum { COLUMNS = 60 };
    int column = 0;
    for (; *text; text++) {
        bool blank = *text == ' ' || *text == '\n';
        bool sentence =
            blank && column && strchr(".?!", text[-1]) && isupper((unsigned char)text[1]);
        if (*text == '\n' && text[1] == '\n') {
            printf("\n.PP\n");
            text++;
            column = 0;
        } else if (*text == '\n' || sentence || (blank && column > COLUMNS)) {
            putchar('\n');
            column = 0;
        } else {
            put(*text, column++ == 0);
        }
    }
    putchar('\n');
}

/* A line of --help as a sentence: "only the verdict" becomes "Only the verdict." */
static void print_sentence(const char *text)
{
    char *sentence = mem_printf("%c%s.", toupper((unsigned char)*text), text + 1);
    size_t len = strlen(sentence);
    if (len > 2 && strchr(".?!", sentence[len - 2]))
        sentence[len - 1] = '\0';
    print_prose(sentence);
    free(sentence);
}

/* Lines of --help, as far to the left as there: they were made to fit into 80 columns with it. */
static void print_verbatim(const char *text)
{
    bool begins = true;
    printf(".RS -5\n.EX\n");
    for (; *text; text++) {
        if (begins && strncmp(text, "  ", 2) == 0)
            text += 2;
        put(*text, begins);
        begins = *text == '\n';
    }
    printf(".EE\n.RE\n");
}

/* "[OPTIONS] -- COMMAND": what is to be replaced, in capitals, is set in italics. */
static void print_synopsis(const char *args)
{
    bool italic = false;
    for (; *args; args++) {
        bool name = isupper((unsigned char)*args) != 0;
        if (name != italic && isalpha((unsigned char)*args) + italic) {
            printf(name ? "\\fI" : "\\fR");
            italic = name;
        }
        put(*args, false);
    }
    printf("%s\n", italic ? "\\fR" : "");
}

static void print_bold(const char *text)
{
    printf("\\fB");
    for (; *text; text++)
        put(*text, false);
    printf("\\fR");
}

/* --- sections --- */

static void print_title(const char *command, const char *summary)
{
    printf(".\\\" written by 'drainctl help --man'\n");
    printf(".TH DRAINCTL%s", command ? "\\-" : "");
    for (const char *p = command ? command : ""; *p; p++)
        putchar(toupper((unsigned char)*p));
    printf(" 1 %s \"drainctl %s\" \"User Commands\"\n", DRAINCTL_DATE, DRAINCTL_VERSION);
    printf(".SH NAME\ndrainctl%s%s \\- ", command ? "\\-" : "", command ? command : "");
    print_prose(summary);
    printf(".SH SYNOPSIS\n");
}

static void print_option(const struct option *o)
{
    printf(".TP\n");
    if (o->letter)
        printf("\\fB\\-%c\\fR, ", o->letter);
    printf("\\fB\\-\\-");
    for (const char *p = o->name; *p; p++)
        put(*p, false);
    printf("\\fR");
    if (o->arg) {
        printf(" \\fI");
        for (const char *p = o->arg; *p; p++)
            put(*p, false);
        printf("\\fR");
    }
    putchar('\n');
    print_sentence(o->help);
}

static void print_formats(const struct command *c)
{
    const struct report_format *f = command_formats(c);
    if (f)
        printf(".SH REPORT FORMATS\n");
    for (; f && f->name; f++) {
        printf(".TP\n");
        print_bold(f->name);
        putchar('\n');
        print_sentence(f->summary);
    }
}

static void print_exits(const struct word *exits)
{
    printf(".SH EXIT STATUS\n");
    for (; exits->word; exits++) {
        printf(".TP\n");
        print_bold(exits->word + strlen("exit-"));
        putchar('\n');
        print_sentence(exits->sentence);
    }
}

static void print_files_pages(void)
{
    printf(".BR drainctl\\-scenario (5),\n.BR drainctl\\-journal (5)\n");
}

void manual_command(const struct command *c)
{
    static const struct option help = {.name = "help", .letter = 'h', .help = "print the help"};
    print_title(c->name, c->summary);
    printf(".B drainctl %s\n", c->name);
    print_synopsis(c->args);
    printf(".SH DESCRIPTION\n");
    if (c->about)
        print_prose(c->about);
    else
        print_sentence(c->summary);
    printf(".SH OPTIONS\n");
    for (const struct option *o = c->options; o && o->name; o++)
        print_option(o);
    print_option(&help);
    print_formats(c);
    print_exits(exits_of(c));
    if (c->examples) {
        printf(".SH EXAMPLES\n");
        print_verbatim(c->examples);
    }
    printf(".SH SEE ALSO\n.BR drainctl (1),\n");
    print_files_pages();
}

static void print_environment(void)
{
    static const struct word variables[] = {
        {"NO_COLOR", "when set and not empty, nothing is coloured unless --color asks for it"},
        {"GITHUB_STEP_SUMMARY",
         "a file to which a summary of the verdict is appended, in Markdown"},
        {"GITHUB_ACTIONS", "when it is 'true', broken expectations are printed on standard error "
                           "as GitHub's annotations too"},
    };
    printf(".SH ENVIRONMENT\n");
    for (size_t i = 0; i < ARRAY_LEN(variables); i++) {
        printf(".TP\n.B %s\n", variables[i].word);
        print_sentence(variables[i].sentence);
    }
}

void manual_overview(void)
{
    print_title(NULL, "what happens to a server's users when it is told to stop");
    printf(".B drainctl\n.I COMMAND\n[\\fIOPTIONS\\fR] [\\fIARGS\\fR]\n"
           ".SH DESCRIPTION\n");
    print_prose(
        "drainctl starts an HTTP server, holds real requests open against it, tells it to stop, "
        "and says of every request whether it was completed, refused or cut off, and why. "
        "Standard output carries the result and nothing else; progress and diagnostics go to "
        "standard error.");
    printf(".SH COMMANDS\nA command may be shortened while it is clear which one is meant.\n");
    for (const struct command *const *c = command_table; *c; c++) {
        printf(".TP\n.BR drainctl\\-%s (1)\n", (*c)->name);
        print_sentence((*c)->summary);
    }
    printf(".SH OPTIONS\n");
    print_option(&(struct option){.name = "help", .letter = 'h', .help = "list the commands"});
    print_option(&(struct option){.name = "version", .letter = 'V', .help = "print the version"});
    print_exits(exits_of(&(struct command){.exits = EXITS_RUN}));
    print_environment();
    printf(".SH SEE ALSO\n");
    print_files_pages();
}
