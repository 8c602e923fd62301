/*
 * mem: memory that is there. A call that cannot get it ends the program with
 * one line on stderr and status 1, so no caller has to ask.
 *
 * Why not return NULL? Each caller would need a way back out of half a job,
 * hundreds of paths that never run until the day they must work. Nor would
 * they save the server: systems that promise more memory than they have let
 * malloc() succeed and kill the process later. What keeps memory in bounds
 * are the limits on what one client may make the server hold.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

/* All are released by free(). */
void *mem_alloc(size_t size);
void *mem_zalloc(size_t count, size_t size); /* count * size zero bytes */
void *mem_resize(void *old, size_t size);    /* old may be NULL */

/* Ends the program, because size bytes could not be allocated. */
void mem_fail(size_t size);

/* Asks the system for these pages now and all at once, instead of by one page
 * fault for each when it is first touched. Only a hint. */
void mem_populate(void *at, size_t size);

/* Releases a block of that size, which may be large. */
void mem_free_large(void *mem, size_t size);

/* From now on mem_free_large() calls that function for those that are. */
void mem_free_large_by(void (*release)(void *mem));

#endif
