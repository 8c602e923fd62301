"""session.py PORT THEME: what programs do with redis-py and its default settings.

Every step says what must come back; the first that does not ends the program with status 1.
"""

import sys
import threading
import time

import redis

PORT = int(sys.argv[1])


def check(what, got, expected):
    if got != expected:
        sys.exit(f"redis-py {redis.__version__}: {what}\n  expected: {expected!r}\n  got:      {got!r}")


def fails(what, error, call):
    try:
        got = call()
    except redis.RedisError as e:
        check(what, (type(e).__name__, str(e)), error)
    else:
        check(what, got, error)


def connect(**settings):
    return redis.Redis(port=PORT, decode_responses=True, **settings)


def strings(r):
    check("set and get", [r.set("k", "v"), r.get("k"), r.get("none")], [True, "v", None])
    check("bytes", [r.set(b"\0\r\n", b"\xff"), redis.Redis(port=PORT).get(b"\0\r\n")], [True, b"\xff"])
    check("options of set", [r.set("k", "w", ex=100, nx=True), r.set("k", "w", px=5000, xx=True)], [None, True])
    check("numbers", [r.incr("n"), r.incrby("n", 5), r.decr("n"), r.incrbyfloat("f", 1.5)], [1, 6, 5, 1.5])
    check("several", [r.mset({"a": 1, "b": 2}), r.mget("a", "b", "c")], [True, ["1", "2", None]])
    check("get and more", [r.getset("k", "x"), r.getex("k", ex=10), r.getdel("k")], ["w", "x", "x"])
    check("parts", [r.append("p", "abc"), r.getrange("p", 1, 2), r.setbit("bits", 7, 1)], [3, "bc", 0])
    check("keys", [r.exists("a", "b", "none"), r.type("a"), r.delete("a"), r.copy("b", "c")], [2, "string", 1, True])
    check("time limits", [r.expire("b", 100), r.ttl("b"), r.persist("b"), r.ttl("b")], [True, 100, True, -1])
    fails("an unknown command", ("ResponseError", "unknown command 'NONSENSE', with args beginning with: 'a' "),
          lambda: r.execute_command("NONSENSE", "a"))
    fails("no number", ("ResponseError", "value is not an integer or out of range"), lambda: r.incr("p"))


def zsets(r):
    check("zadd", [r.zadd("z", {"a": 1, "b": 2.5, "c": 3}), r.zadd("z", {"a": 1}, incr=True)], [3, 2.0])
    check("scores", [r.zscore("z", "b"), r.zmscore("z", ["a", "none"])], [2.5, [2.0, None]])
    check("ranks", [r.zrank("z", "c"), r.zrevrank("z", "c"), r.zrank("z", "none")], [2, 0, None])
    pairs = [("a", 2.0), ("b", 2.5), ("c", 3.0)]
    check("a range", [r.zrange("z", 0, -1), r.zrange("z", 0, -1, withscores=True)], [["a", "b", "c"], pairs])
    check("by score", r.zrangebyscore("z", 2, "(3", withscores=True), pairs[:2])
    check("by score, with a limit", r.zrange("z", 0, 9, byscore=True, offset=1, num=1), ["b"])
    r.zadd("y", {"b": 1, "d": 4})
    check("a union", r.zunion(["z", "y"], withscores=True), [("a", 2.0), ("c", 3.0), ("b", 3.5), ("d", 4.0)])
    check("stored", [r.zinterstore("o", {"z": 2, "y": 1}, aggregate="MAX"), r.zscore("o", "b")], [1, 5.0])
    check("pops", [r.zpopmin("z"), r.zpopmax("z", 5)], [[("a", 2.0)], [("c", 3.0), ("b", 2.5)]])
    fails("another type", ("ResponseError", "WRONGTYPE Operation against a key holding the wrong kind of value"),
          lambda: [r.set("s", "v"), r.zadd("s", {"m": 1})])


def transactions(r):
    pipe = r.pipeline()
    pipe.set("x", 1).incr("x").get("x").zadd("z", {"m": 1}).zrange("z", 0, -1, withscores=True)
    check("a pipeline, which is a transaction", pipe.execute(), [True, 2, "2", 1, [("m", 1.0)]])
    pipe = r.pipeline(transaction=False)
    for i in range(2000):
        pipe.set(f"key:{i}", i)
    check("a long pipeline", pipe.execute(), [True] * 2000)

    def add_one(pipe):
        value = int(pipe.get("x"))
        pipe.multi()
        pipe.set("x", value + 1)

    check("a transaction with a watch", [r.transaction(add_one, "x"), r.get("x")], [[True], "3"])
    with r.pipeline() as pipe:
        pipe.watch("x")
        r.set("x", "meanwhile")
        pipe.multi()
        pipe.get("x")
        fails("a watched key that was changed", ("WatchError", "Watched variable changed."), pipe.execute)
    pipe = r.pipeline().set("s", "a").incr("s")
    fails("an error within", ("ResponseError", "Command # 2 (INCRBY s 1) of pipeline caused error: "
                              "value is not an integer or out of range"), pipe.execute)


def iterators(r):
    r.mset({f"key:{i}": i for i in range(1000)})
    check("all keys", sorted(r.scan_iter("key:*")), sorted(f"key:{i}" for i in range(1000)))
    check("some keys", len(set(r.scan_iter(match="key:1*", count=50))), 111)
    r.zadd("big", {f"m{i}": i for i in range(500)})
    check("keys of a type", list(r.scan_iter(_type="zset")), ["big"])
    check("members", dict(r.zscan_iter("big")), {f"m{i}": float(i) for i in range(500)})


def waits(r):
    timer = threading.Timer(0.1, lambda: connect().zadd("later", {"m": 1}))
    timer.start()
    check("who waits is served", r.bzpopmin(["none", "later"], timeout=5), ("later", "m", 1.0))
    timer.join()
    began = time.monotonic()
    check("who waits in vain", r.bzpopmin("none", timeout=0.2), None)
    check("and not longer than asked for", 0.15 < time.monotonic() - began < 3, True)


def server(r):
    info = r.info()
    check("info", [info["role"], info["loading"], info["redis_mode"]], ["master", 0, "standalone"])
    check("names", [r.client_setname("me"), r.client_getname(), r.client_info()["name"]], [True, "me", "me"])
    check("clients", [c["name"] for c in r.client_list() if int(c["id"]) == r.client_id()], ["me"])
    check("settings", [r.config_set("timeout", 7), r.config_get("timeout")], [True, {"timeout": "7"}])
    check("commands", r.command()["get"]["arity"], 2)
    named = connect(db=5, client_name="named", health_check_interval=1)
    check("another database", [named.set("k", 5), named.client_getname(), r.get("k")], [True, "named", None])
    check("all is gone", [r.flushall(), r.dbsize(), named.dbsize()], [True, 0, 0])


client = connect()
client.flushall()
{f.__name__: f for f in (strings, zsets, transactions, iterators, waits, server)}[sys.argv[2]](client)
