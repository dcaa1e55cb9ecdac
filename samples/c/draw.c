/* One kernel from a name and a seed, and every weight of a model: draw MODEL SEED. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fanwise.h"

static int fail(const char *what) {
    char sentence[1024];
    fanwise_last_error(sentence, sizeof sentence);
    fprintf(stderr, "%s: %s\n", what, sentence);
    return 1;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: draw MODEL SEED\n");
        return 2;
    }
    if (fanwise_abi_version() != FANWISE_ABI_VERSION) {
        fprintf(stderr, "The library has another interface than this program was made for.\n");
        return 2;
    }

    /* As keras.initializers.HeNormal(seed=42)((3, 3, 64, 128)) draws it: its first four values. */
    fanwise_initializer he;
    if (fanwise_initializer_create("he_normal", NULL, &he) != FANWISE_OK)
        return fail("he_normal");
    const int64_t seed = 42, shape[] = {3, 3, 64, 128};
    float first[4];
    if (fanwise_initializer_fill(he, &seed, shape, 4, FANWISE_FLOAT32, 0, 4, 1, first, sizeof first) != FANWISE_OK)
        return fail("he_normal");
    printf("he_normal %.9g %.9g %.9g %.9g\n", first[0], first[1], first[2], first[3]);
    fanwise_initializer_free(he);

    /* Every weight of a model, and the sum of its bytes. */
    fanwise_plan plan;
    if (fanwise_plan_read(argv[1], strtoll(argv[2], NULL, 10), NULL, NULL, &plan) != FANWISE_OK)
        return fail(argv[1]);
    int64_t count;
    if (fanwise_plan_count(plan, &count) != FANWISE_OK)
        return fail(argv[1]);
    static const int64_t sizes[] = {4, 8, 2, 2, 1, 4, 8, 1};
    for (int64_t i = 0; i < count; i++) {
        char name[256];
        int32_t rank, type;
        int64_t elements, sum = 0;
        if (fanwise_plan_name(plan, i, name, sizeof name, NULL) != FANWISE_OK ||
            fanwise_plan_tensor(plan, i, &rank, NULL, 0, &type, &elements) != FANWISE_OK)
            return fail(argv[1]);
        const int64_t bytes = elements * sizes[type];
        unsigned char *values = malloc(bytes > 0 ? (size_t)bytes : 1);
        if (values == NULL || fanwise_plan_fill(plan, i, 0, elements, 0, values, bytes) != FANWISE_OK)
            return fail(name);
        for (int64_t j = 0; j < bytes; j++)
            sum += values[j];
        printf("%s: rank %" PRId32 ", %" PRId64 " elements, sum of bytes %" PRId64 "\n", name, rank, elements, sum);
        free(values);
    }
    fanwise_plan_free(plan);
    return 0;
}
