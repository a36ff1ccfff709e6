/* What a node does once k3s is up: here it only says so. */
#include <stdio.h>
#include <string.h>

#include "agent/run.h"

#define LONGEST_NAME 63

static int valid_name(const char *node)
{
    size_t length = strlen(node);
    if (length == 0 || length > LONGEST_NAME)
        return 0;
    return strspn(node, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}

void agent_run(const char *node)
{
    if (node == NULL || !valid_name(node) n)
        node = "tour";
    printf("INFO[0000] Running kubelet for node %s\n", node);
    printf("%s   Ready   control-plane,master   0s   %s\n", node, VERSION);
}
