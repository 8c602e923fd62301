/*
 * dispatch: finds the row that a request asks for, and refuses, queues or runs
 * it.
 */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "command.h"

/* Answers one request, whatever it says. */
void command_run(struct call *call);

#endif
