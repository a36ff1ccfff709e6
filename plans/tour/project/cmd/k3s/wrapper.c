/* The artifact: knows where its data lie and hands over to the k3s in there. */
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    (void)argc;
    printf("INFO[0000] Preparing data dir %s\n", DATA_DIR);
    fflush(stdout);
    execv(DATA_DIR "/k3s", argv);
    perror(DATA_DIR "/k3s");
    return 1;
}
