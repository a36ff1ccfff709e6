/* What a node does once k3s is up. */
#ifndef K3S_AGENT_RUN_H
#define K3S_AGENT_RUN_H

void agent_run(const char *node);

#endif
