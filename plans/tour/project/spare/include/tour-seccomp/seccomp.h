/* Stands in for libseccomp's header: what cmd/runc needs of it, and nothing that the kernel would notice. */
#ifndef TOUR_SECCOMP_H
#define TOUR_SECCOMP_H

#define SCMP_VER_MAJOR 2
#define SCMP_VER_MINOR 5
#define SCMP_VER_MICRO 4

#endif
