/* k3s itself: checks what it was built with, then runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/run.h"
#include "version/version.h"

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        printf("k3s version %s\n%s wanted\n", VERSION, UPSTREAM_GOLANG);
        return 0;
    }
    if (argc < 2 || strcmp(argv[1], "server") != 0) {
        fprintf(stderr, "usage: k3s --version | server [NODE]\n");
        return 2;
    }
    must_validate_golang();
    printf("INFO[0000] Starting k3s %s\n", VERSION);
    agent_run(argc > 2 ? argv[2] : NULL);
    return 0;
}
