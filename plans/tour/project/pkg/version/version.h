/* Which Go this k3s was built for, and the check that it was built with it. */
#ifndef K3S_VERSION_H
#define K3S_VERSION_H

void must_validate_golang(void);

#endif
