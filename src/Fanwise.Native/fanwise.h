/* fanwise.h: how neural networks' weights begin, for C and every language that calls C.
 *
 * Every function may be called from any thread at any time. Those that return int32_t return FANWISE_OK, or another
 * status and leave one sentence for fanwise_last_error; nothing is thrown and no signal is raised. Text is UTF-8 and ends
 * with a zero. Handles belong to the caller until they are freed; a handle that was never given or has been freed is
 * refused. Values are little-endian, row-major.
 *
 * Copyright (c) Fanwise contributors. Licence: MIT.
 */
#ifndef FANWISE_H
#define FANWISE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. Call nothing else where fanwise_abi_version() gives another number. */
#define FANWISE_ABI_VERSION 1

/* What functions return. */
#define FANWISE_OK 0            /* It is done. */
#define FANWISE_FAILED 1        /* The work could not be done: a file, memory. */
#define FANWISE_WRONG_REQUEST 2 /* The request or the input is refused. */

/* Element types. */
#define FANWISE_FLOAT32 0
#define FANWISE_FLOAT64 1
#define FANWISE_FLOAT16 2
#define FANWISE_BFLOAT16 3
#define FANWISE_INT8 4
#define FANWISE_INT32 5
#define FANWISE_INT64 6
#define FANWISE_BOOL 7

typedef intptr_t fanwise_initializer; /* what a name or a Keras configuration stands for */
typedef intptr_t fanwise_plan;        /* a model's weights for a seed; holds no values */

/* The version of the interface that the library has. */
int32_t fanwise_abi_version(void);

/* The library's version, such as "0.1.0". Copies as much as capacity bytes have room for, a zero at the end, and
 * returns the length of the whole text in bytes without the zero. buffer may be NULL. */
int64_t fanwise_version(char *buffer, int64_t capacity);

/* The sentence of the calling thread's last call that did not return FANWISE_OK; copied as fanwise_version does. */
int64_t fanwise_last_error(char *buffer, int64_t capacity);

/* Reads an initializer.
 *   name_or_json  a name of Keras ("he_normal", "GlorotUniform") or a configuration
 *                 ({"class_name": "VarianceScaling", "config": {"scale": 2.0, "seed": 42}}).
 *   backend       whose numbers: "tensorflow", "jax", "torch" or "numpy"; NULL for "tensorflow".
 *   initializer   receives the handle.
 * FANWISE_WRONG_REQUEST: no such name, a configuration that Keras refuses. */
int32_t fanwise_initializer_create(const char *name_or_json, const char *backend, fanwise_initializer *initializer);

/* Fills memory with elements of a tensor: destination[i] = value[start + i], equal to that slice of the whole.
 *   seed          the seed in place of the initializer's own; NULL for its own. An initializer that draws nothing
 *                 ignores it.
 *   shape, rank   the lengths of the whole tensor, in Keras' order; rank 0 is a scalar.
 *   element_type  FANWISE_FLOAT32, ...
 *   start, count  the first element and how many.
 *   threads       how many at most, 1 or more; 0 for all of the machine's.
 *   destination, bytes   the memory and its size in bytes: count elements or more.
 * FANWISE_WRONG_REQUEST: a random initializer without a seed, a shape or type that it cannot draw, a slice that does
 * not lie within the tensor, too little room; nothing has been written then. */
int32_t fanwise_initializer_fill(fanwise_initializer initializer, const int64_t *seed, const int64_t *shape,
                                 int32_t rank, int32_t element_type, int64_t start, int64_t count, int32_t threads,
                                 void *destination, int64_t bytes);

/* Lets an initializer go. 0 does nothing. */
void fanwise_initializer_free(fanwise_initializer initializer);

/* Reads a model's file and plans its weights, as Keras gives them after set_random_seed(seed).
 *   path        any file that `fanwise init` takes.
 *   seed        0 to 2^32 - 1.
 *   generation  whose start, as `fanwise init --as` names it; NULL for the present Keras.
 *   backend     as in fanwise_initializer_create.
 *   plan        receives the handle. */
int32_t fanwise_plan_read(const char *path, int64_t seed, const char *generation, const char *backend,
                          fanwise_plan *plan);

/* The number of tensors. */
int32_t fanwise_plan_count(fanwise_plan plan, int64_t *count);

/* The index of the tensor of this name, in the framework's order of weights; -1 where there is none. */
int32_t fanwise_plan_find(fanwise_plan plan, const char *name, int64_t *index);

/* A tensor's name, copied as fanwise_version does; length receives the length of the whole name in bytes. buffer and
 * length may be NULL. */
int32_t fanwise_plan_name(fanwise_plan plan, int64_t index, char *buffer, int64_t capacity, int64_t *length);

/* What a tensor is. Each pointer may be NULL.
 *   rank             receives the number of lengths.
 *   shape, capacity  receive as many lengths as there is room for.
 *   element_type     receives FANWISE_FLOAT32, ...
 *   elements         receives the number of elements. */
int32_t fanwise_plan_tensor(fanwise_plan plan, int64_t index, int32_t *rank, int64_t *shape, int32_t capacity,
                            int32_t *element_type, int64_t *elements);

/* Fills memory with elements of a tensor; the arguments are those of fanwise_initializer_fill. */
int32_t fanwise_plan_fill(fanwise_plan plan, int64_t index, int64_t start, int64_t count, int32_t threads,
                          void *destination, int64_t bytes);

/* Writes all tensors.
 *   path       the file; it appears whole or not at all.
 *   format     "safetensors", "weights.h5", "tfjs", "npz" or "npy"; NULL for the one of the path's ending.
 *   overwrite  0 refuses a path that exists.
 * FANWISE_FAILED: the disk is full, the folder is read-only. */
int32_t fanwise_plan_write(fanwise_plan plan, const char *path, const char *format, int32_t overwrite,
                           int32_t threads);

/* Lets a plan go. 0 does nothing. */
void fanwise_plan_free(fanwise_plan plan);

#ifdef __cplusplus
}
#endif

#endif
