#include "cli/wrap.h"

#include <stdio.h>
#include <string.h>

enum { WIDTH = 80 };

void help_wrap(const char *text, int indent, int column)
{
    while (*text) {
        size_t len = strcspn(text, " \n");
        if (column > indent && column + 1 + (int)len > WIDTH) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            putchar(' ');
            column++;
        }
        printf("%.*s", (int)len, text);
        column += (int)len;
        text += len;
        if (*text == '\n') {
            putchar('\n');
            if (text[1])
                printf("%*s", indent, "");
            column = indent;
        }
        text += *text != '\0';
    }
    putchar('\n');
}
