/* Starts containers in the real thing, with libseccomp's help; hence the header. */
#include <stdio.h>
#include <tour-seccomp/seccomp.h>

int main(void)
{
    printf("runc for the tour, libseccomp: %d.%d.%d\n", SCMP_VER_MAJOR, SCMP_VER_MINOR, SCMP_VER_MICRO);
    return 0;
}
