/*
 * The check that k3s made at its start until June 2026: Kubernetes names one Go version, and a binary built
 * with another refuses to run. UPSTREAM_GOLANG is baked in by scripts/build, as k3s does it with -ldflags.
 * What Go keeps inside a binary (runtime.Version) is read here from the toolchain in use.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "version/version.h"

/* Reads the first line of a file, without its end. */
static int first_line(const char *path, char *line, int size)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return 0;
    int there = fgets(line, size, file) != NULL;
    fclose(file);
    if (there)
        line[strcspn(line, "\r\n")] = '\0';
    return there;
}

void must_validate_golang(void)
{
    char current[64];
    char path[128];
    char runtime_version[64];

    if (strcmp(UPSTREAM_GOLANG, "go") == 0) {
        printf("FATA[0000] Failed to validate golang version: incorrect golang build version - "
               "kubernetes %s should be built with go, runtime version is unknown\n", VERSION_K8S);
        exit(1);
    }
    if (!first_line("toolchain/current", current, sizeof current)) {
        printf("FATA[0000] toolchain/current does not name a Go version\n");
        exit(1);
    }
    snprintf(path, sizeof path, "toolchain/%s/VERSION", current);
    if (!first_line(path, runtime_version, sizeof runtime_version)) {
        printf("FATA[0000] %s is not installed: there is no %s\n", current, path);
        exit(1);
    }
    if (strcmp(runtime_version, UPSTREAM_GOLANG) != 0) {
        printf("FATA[0000] Failed to validate golang version: incorrect golang build version - "
               "kubernetes %s should be built with %s, runtime version is %s\n",
               VERSION_K8S, UPSTREAM_GOLANG, runtime_version);
        exit(1);
    }
}
