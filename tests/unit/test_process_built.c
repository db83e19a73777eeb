/* What a program was built with: read out of its file, which may hold anything. */
#include "process/built.h"

#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* A file with two sections: the names, and one of Go's. */
struct program {
    Elf64_Ehdr head;
    Elf64_Shdr sections[2];
    char names[32];
    unsigned char info[64];
};

static struct program go_program(const char *version)
{
    struct program p = {
        .head = {.e_shoff = offsetof(struct program, sections),
                 .e_shentsize = sizeof p.sections[0],
                 .e_shnum = 2,
                 .e_shstrndx = 0},
        .sections = {{.sh_offset = offsetof(struct program, names), .sh_size = sizeof p.names},
                     {.sh_name = 1,
                      .sh_offset = offsetof(struct program, info),
                      .sh_size = sizeof p.info}},
        .names = "\0.go.buildinfo",
    };
    memcpy(p.head.e_ident, ELFMAG, SELFMAG);
    p.head.e_ident[EI_CLASS] = ELFCLASS64;
    memcpy(p.info, "\xff Go buildinf:", 14);
    p.info[14] = 8;
    p.info[15] = 2;
    p.info[32] = (unsigned char)strlen(version);
    memcpy(p.info + 33, version, strlen(version));
    return p;
}

static char *read_first(const void *file, size_t size)
{
    int fd = memfd_create("program", MFD_CLOEXEC);
    assert_int_equal(write(fd, file, size), (ssize_t)size);
    char *built = built_with(fd);
    close(fd);
    return built;
}

static void is(const struct program *p, const char *expected)
{
    char *built = read_first(p, sizeof *p);
    if (expected)
        assert_string_equal(built, expected);
    else
        assert_null(built);
    free(built);
}

static void go_tells_its_version(void **state)
{
    struct program p = go_program("go1.22.5");
    (void)state;
    is(&p, "go1.22.5");
    p.info[15] = 0; /* before 1.18: pointers to where it stands */
    is(&p, "go");
}

static void other_programs_tell_nothing(void **state)
{
    struct program p = go_program("go1.22.5");
    char *own = proc_built_with(getpid());
    (void)state;
    assert_null(own);
    assert_null(proc_built_with(-1));
    p.names[1] = 'x';
    is(&p, NULL);
    p = go_program("go1.22.5");
    p.info[0] = 0;
    is(&p, NULL);
    p = go_program("go1.22.5");
    p.head.e_ident[EI_CLASS] = ELFCLASS32;
    is(&p, NULL);
    assert_null(read_first("#!/bin/sh\n", 10));
}

static void what_is_not_there_is_not_read(void **state)
{
    struct program p = go_program("go1.22.5");
    (void)state;
    for (size_t size = 0; size < sizeof p; size++)
        free(read_first(&p, size));
    p.sections[1].sh_name = 0xffffffff;
    is(&p, NULL);
    p = go_program("go1.22.5");
    p.sections[0].sh_size = UINT64_MAX;
    is(&p, NULL);
    p = go_program("go1.22.5");
    p.sections[1].sh_offset = UINT64_MAX;
    is(&p, NULL);
    p = go_program("go1.22.5");
    p.info[32] = 200;
    is(&p, "go");
    p = go_program("go1.22.5");
    p.head.e_shoff = UINT64_MAX - 3;
    is(&p, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(go_tells_its_version),
        cmocka_unit_test(other_programs_tell_nothing),
        cmocka_unit_test(what_is_not_there_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
