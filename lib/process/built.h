/* What a program was built with, as its file tells. */
#ifndef PROCESS_BUILT_H
#define PROCESS_BUILT_H

#include <sys/types.h>

/* "go1.22.5" when the program that the process runs was linked by Go (from 1.18 on; before that
 * "go"): its ELF file has a section .go.buildinfo, which strip(1) and -ldflags -s leave in place.
 * A fresh string, or NULL: it was not, it is gone, or its file may not be read.
 * elf(5); the format is that of debug/buildinfo in Go's library. */
char *proc_built_with(pid_t pid);
/* The same of an open file, whatever is in it. */
char *built_with(int fd);

#endif
