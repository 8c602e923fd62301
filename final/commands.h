/*
 * commands: the functions behind the table, by the file that they are in, but
 * for those of the chapters, which stand in command.h.
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "command.h"

/* cmd_bits.c */
void cmd_getbit(struct call *call);
void cmd_setbit(struct call *call);

/* cmd_client.c */
void cmd_auth(struct call *call);
void cmd_client_getname(struct call *call);
void cmd_client_id(struct call *call);
void cmd_client_info(struct call *call);
void cmd_client_kill(struct call *call);
void cmd_client_list(struct call *call);
void cmd_client_ok(struct call *call);
void cmd_client_switch(struct call *call);
void cmd_client_reply(struct call *call);
void cmd_client_setinfo(struct call *call);
void cmd_client_setname(struct call *call);
void cmd_client_unblock(struct call *call);
void cmd_echo(struct call *call);
void cmd_hello(struct call *call);
void cmd_ping(struct call *call);
void cmd_quit(struct call *call);
void cmd_reset(struct call *call);
void cmd_select(struct call *call);

/* cmd_command.c */
void cmd_command(struct call *call);
void cmd_command_count(struct call *call);
void cmd_command_docs(struct call *call);
void cmd_command_getkeys(struct call *call);
void cmd_command_info(struct call *call);
void cmd_command_list(struct call *call);

/* cmd_expire.c */
void cmd_expire(struct call *call);
void cmd_expireat(struct call *call);
void cmd_expiretime(struct call *call);
void cmd_persist(struct call *call);
void cmd_pexpireat(struct call *call);
void cmd_pexpiretime(struct call *call);
void cmd_ttl(struct call *call);

/* cmd_keys.c */
void cmd_exists(struct call *call);
void cmd_touch(struct call *call);
void cmd_type(struct call *call);
void cmd_unlink(struct call *call);

/* cmd_move.c */
void cmd_copy(struct call *call);
void cmd_move(struct call *call);
void cmd_randomkey(struct call *call);
void cmd_rename(struct call *call);
void cmd_renamenx(struct call *call);

/* cmd_number.c */
void cmd_decr(struct call *call);
void cmd_decrby(struct call *call);
void cmd_incr(struct call *call);
void cmd_incrby(struct call *call);
void cmd_incrbyfloat(struct call *call);

/* cmd_range.c */
void cmd_append(struct call *call);
void cmd_getrange(struct call *call);
void cmd_setrange(struct call *call);
void cmd_strlen(struct call *call);

/* cmd_scan.c */
void cmd_scan(struct call *call);

/* cmd_server.c */
void cmd_config_get(struct call *call);
void cmd_config_resetstat(struct call *call);
void cmd_config_set(struct call *call);
void cmd_dbsize(struct call *call);
void cmd_flushall(struct call *call);
void cmd_flushdb(struct call *call);
void cmd_info(struct call *call);
void cmd_memory_usage(struct call *call);
void cmd_object_encoding(struct call *call);
void cmd_object_zero(struct call *call);
void cmd_shutdown(struct call *call);
void cmd_slowlog_get(struct call *call);
void cmd_swapdb(struct call *call);
void cmd_time(struct call *call);
void cmd_zero(struct call *call);

/* cmd_string.c */
void cmd_getex(struct call *call);

/* cmd_strings.c */
void cmd_getdel(struct call *call);
void cmd_getset(struct call *call);
void cmd_mget(struct call *call);
void cmd_mset(struct call *call);
void cmd_msetnx(struct call *call);
void cmd_psetex(struct call *call);
void cmd_setex(struct call *call);
void cmd_setnx(struct call *call);

/* cmd_zmath.c */
void cmd_zdiff(struct call *call);
void cmd_zdiffstore(struct call *call);
void cmd_zinter(struct call *call);
void cmd_zintercard(struct call *call);
void cmd_zinterstore(struct call *call);
void cmd_zunion(struct call *call);
void cmd_zunionstore(struct call *call);

/* cmd_zpop.c */
void cmd_bzmpop(struct call *call);
void cmd_bzpopmax(struct call *call);
void cmd_bzpopmin(struct call *call);
void cmd_zmpop(struct call *call);
void cmd_zpopmax(struct call *call);
void cmd_zpopmin(struct call *call);

/* cmd_zrange.c */
void cmd_zcount(struct call *call);
void cmd_zlexcount(struct call *call);
void cmd_zrange(struct call *call);
void cmd_zrangebylex(struct call *call);
void cmd_zrangebyscore(struct call *call);
void cmd_zrangestore(struct call *call);
void cmd_zremrangebylex(struct call *call);
void cmd_zremrangebyrank(struct call *call);
void cmd_zremrangebyscore(struct call *call);
void cmd_zrevrange(struct call *call);
void cmd_zrevrangebylex(struct call *call);
void cmd_zrevrangebyscore(struct call *call);

/* cmd_zset.c */
void cmd_zcard(struct call *call);
void cmd_zincrby(struct call *call);
void cmd_zmscore(struct call *call);
void cmd_zrandmember(struct call *call);
void cmd_zrank(struct call *call);
void cmd_zrevrank(struct call *call);
void cmd_zscan(struct call *call);

/* multi.c */
void cmd_discard(struct call *call);
void cmd_exec(struct call *call);
void cmd_multi(struct call *call);
void cmd_unwatch(struct call *call);
void cmd_watch(struct call *call);

#endif
