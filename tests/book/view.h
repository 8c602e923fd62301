/*
 * view: a file of a step as a table, one row per line. The same rows make both views, one below the
 * other and side by side; the style sheet arranges them.
 *
 *   <tr>            a line that stays: number before, number now, sign, code; and the code again,
 *                   which only the view side by side shows
 *
 *   <tr class="d">  a removed line      <tr class="a">  an added line
 *
 *   <tbody class="x">  removed lines and what came in their place
 *
 * Always true:
 * - every removed and every added line of the diff is there once, in the order of the diff;
 * - line 12 of server.c is at #server.c:12, and line 12 of the old file at #server.c:-12.
 */
#ifndef BOOK_VIEW_H
#define BOOK_VIEW_H

#include "diff.h"

/* The texts of both files tell what a line is in the middle of; either may be empty. */
void view_file(struct text *out, const struct file *f, struct str before, struct str now);

#endif
