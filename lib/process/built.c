#include "process/built.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { NAMES_MOST = 1 << 16, SECTIONS_MOST = 1000 };

/* 14 bytes of magic, the size of a pointer, flags; from offset 32 on, with FLAG_INLINE, the
 * version: its length as a varint, and its bytes. */
enum { INFO_MAGIC = 14, INFO_FLAGS = 15, INFO_TEXT = 32, FLAG_INLINE = 2 };

static bool read_all(int fd, void *out, size_t size, off_t at)
{
    return pread(fd, out, size, at) == (ssize_t)size;
}

static bool read_section(int fd, const Elf64_Ehdr *file, size_t i, Elf64_Shdr *out)
{
    return read_all(fd, out, sizeof *out, (off_t)(file->e_shoff + i * sizeof *out));
}

/* The section of this name. */
static bool find_section(int fd, const char *name, Elf64_Shdr *out)
{
    Elf64_Ehdr file;
    Elf64_Shdr names;
    bool found = false;
    if (!read_all(fd, &file, sizeof file, 0) || memcmp(file.e_ident, ELFMAG, SELFMAG) != 0 ||
        file.e_ident[EI_CLASS] != ELFCLASS64 || file.e_shentsize != sizeof names ||
        file.e_shnum > SECTIONS_MOST || !read_section(fd, &file, file.e_shstrndx, &names) ||
        names.sh_size > NAMES_MOST)
        return false;
    char *text = mem_zero(names.sh_size + 1, 1);
    if (read_all(fd, text, names.sh_size, (off_t)names.sh_offset))
        for (size_t i = 0; i < file.e_shnum && !found; i++)
            found = read_section(fd, &file, i, out) && out->sh_name < names.sh_size &&
                    strcmp(text + out->sh_name, name) == 0;
    free(text);
    return found;
}

/* A version is short: its length is a varint of one byte. */
static char *read_version(int fd, const Elf64_Shdr *info)
{
    unsigned char text[INFO_TEXT + 1 + 127 + 1] = {0};
    size_t size = sizeof text - 1 < info->sh_size ? sizeof text - 1 : info->sh_size;
    if (size <= INFO_TEXT || !read_all(fd, text, size, (off_t)info->sh_offset) ||
        memcmp(text, "\xff Go buildinf:", INFO_MAGIC) != 0)
        return NULL;
    size_t len = text[INFO_TEXT];
    if (!(text[INFO_FLAGS] & FLAG_INLINE) || len > 127 || INFO_TEXT + 1 + len > size)
        return mem_strdup("go");
    return mem_printf("%.*s", (int)len, (const char *)text + INFO_TEXT + 1);
}

char *built_with(int fd)
{
    Elf64_Shdr info;
    return find_section(fd, ".go.buildinfo", &info) ? read_version(fd, &info) : NULL;
}

char *proc_built_with(pid_t pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    char *version = built_with(fd);
    close(fd);
    return version;
}
