"""gdb commands that print the server's structures: table, tree, nodes, heap and entry.

`make gdb-ch10` loads them; so does `source tests/tools/gdb/structures.py` in a gdb of your own.
They read memory and change nothing. What breaks a rule of the structure is marked with !!.

What a structure's nodes stand in is known from its name: the nodes of a keyspace's map are
entries. Of others say it yourself: nodes &pool.waiting as job.node
"""
import re

import gdb

# (the struct that has it, the field): the struct that its nodes stand in, and as which member
OWNERS = {
    ("keyspace", "map"): "entry.node",
    ("keyspace", "expiries"): "entry.heap_index",
    ("zset", "map"): "znode.by_name",
    ("zset", "tree"): "znode.by_score",
    ("server", "idle"): "conn.idle_node",
    ("server", "io"): "conn.io_node",
    ("server", "turn"): "conn.turn_node",
    ("server", "done"): "conn.turn_node",
    ("server", "timeouts"): "wait.heap_index",
    ("server", "awaited"): "awaited.node",
    ("server", "came"): "awaited.came",
    ("awaited", "blocked"): "waiter.node",
    ("awaited", "watching"): "waiter.node",
}


# ---- values ----

def tag_of(value):
    """The name of a struct: "hmap" """
    return value.type.strip_typedefs().unqualified().tag or str(value.type)


def follow(value):
    while value.type.strip_typedefs().code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_REF):
        if int(value) == 0:
            raise gdb.GdbError("it is NULL")
        value = value.dereference()
    return value


def has(struct, name):
    return any(f.name == name for f in struct.type.strip_typedefs().fields())


def read(address, length):
    if length > 1 << 30:
        raise gdb.GdbError("a length of %d cannot be right" % length)
    return gdb.selected_inferior().read_memory(int(address), int(length)).tobytes() if length else b""


def quoted(text, most=48):
    shown = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else "\\x%02x" % b for b in text[:most])
    return '"%s"%s' % (shown, "..." if len(text) > most else "")


def container(node, owner):
    """The struct around a node. owner: "entry.node". None: nobody knows."""
    if not owner:
        return None
    tag, member = owner.split(".")
    type_ = gdb.lookup_type("struct " + tag)
    offset = next(f.bitpos // 8 for f in type_.fields() if f.name == member)
    return gdb.Value(int(node) - offset).cast(type_.pointer()).dereference()


def key_of(entry):
    return read(entry["key"].address, entry["node"]["length"])


def label(node, owner):
    """A few words for the struct that a node stands in."""
    s = container(node, owner)
    if s is None:
        return "0x%x" % int(node)
    tag = tag_of(s)
    if tag == "entry":
        return quoted(key_of(s))
    if tag == "znode":
        return "%s %s" % (s["score"], quoted(read(s["name"].address, s["by_name"]["length"])))
    if tag == "conn":
        return "fd %d" % int(s["fd"])
    if tag == "awaited":
        return quoted(read(s["key"]["data"], s["key"]["len"]))
    if tag == "waiter" and int(s["conn"]):
        return "fd %d" % int(s["conn"]["fd"])
    return "%s at 0x%x" % (tag, int(s.address))


def limit():
    return gdb.parameter("print elements") or 1 << 20


def say(text):
    gdb.write(text + "\n")


def broken(*rules):
    """The words for the rules that do not hold, each with whether it does."""
    return "".join("  !! " + words for holds, words in rules if not holds)


def parent_of(expression):
    """The struct that a field is taken out of, and the field's name; or None."""
    found = re.match(r"^&?\s*\(?(.*?)\)?(?:->|\.)(\w+)\)?$", expression.strip())
    try:
        return (follow(gdb.parse_and_eval(found.group(1))), found.group(2)) if found else None
    except gdb.error:
        return None


# ---- keys and values ----

def keyspace():
    server = gdb.parse_and_eval("server")
    return server["ks"] if has(server, "ks") else server["dbs"][0]


def entry_named(key):
    """The entry of a key: looks into every slot, whatever the hash says."""
    for part in (keyspace()["map"]["newer"], keyspace()["map"]["older"]):
        for i in range(int(part["mask"]) + 1 if int(part["slots"]) else 0):
            for node in chain(part["slots"][i], int(part["size"])):
                e = container(node, "entry.node")
                if key_of(e) == key:
                    return e
    raise gdb.GdbError("there is no such key")


def evaluate(expression):
    """What an expression leads to; a name in quotes is a key, and leads to its entry."""
    named = re.match(r'^\s*"(.*)"\s*$', expression)
    return entry_named(named.group(1).encode()) if named else follow(gdb.parse_and_eval(expression))


def value_of(e):
    """A sorted set, or bytes. In final it stands behind the key, or its address does."""
    is_zset = has(e, "type") and int(e["type"]) == 2
    if has(e, "val"):
        return (follow(e["zset"]), b"") if is_zset else (None, read(e["val"], e["val_len"]))
    behind = int(e["key"].address) + int(e["node"]["length"])
    if not int(e["is_outside"]):
        return None, read(behind, e["len"])
    pointer = gdb.lookup_type("struct zset" if is_zset else "struct str").pointer()
    address = int.from_bytes(read(behind, pointer.sizeof), "little")
    value = gdb.Value(address).cast(pointer).dereference()
    return (value, b"") if is_zset else (None, read(value["bytes"].address, value["len"]))


def chain(node, most):
    """The nodes of a slot, and no more than that many."""
    while int(node) and most:
        yield node
        node = node["next"]
        most -= 1


# ---- the commands ----

class Structure(gdb.Command):
    """What the commands have in common: the argument is the structure, a pointer to it, a struct
    that has one, as a keyspace has a map, or the name of a key whose value is a sorted set."""

    def __init__(self, name, tag):
        self.name, self.tag = name, tag
        super().__init__(name, gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def find(self, argument):
        """The structure, what its nodes stand in, and the struct that it is in, if known."""
        expression, _, owner = argument.partition(" as ")
        if not expression.strip():
            raise gdb.GdbError("usage: %s EXPRESSION; help %s has examples" % (self.name, self.name))
        s = evaluate(expression)
        if tag_of(s) == "entry":
            s = value_of(s)[0] or s
        if tag_of(s) == self.tag:
            parent = parent_of(expression)
            known = OWNERS.get((tag_of(parent[0]), parent[1])) if parent else None
            return s, owner.strip() or known, parent[0] if parent else None
        for (tag, field), known in OWNERS.items():
            if tag == tag_of(s) and has(s, field) and tag_of(s[field]) == self.tag:
                return s[field], owner.strip() or known, s
        raise gdb.GdbError("%s is a struct %s, and %s prints a struct %s"
                           % (expression.strip(), tag_of(s), self.name, self.tag))

    def invoke(self, argument, from_tty):
        try:
            self.show(*self.find(argument))
        except gdb.error as e: # a word that gdb does not know, or memory that is not there
            raise gdb.GdbError(str(e))


class Table(Structure):
    """Print a hashtable, slot by slot.

    table &server.ks.map
    table ks
    table zset
    table &server.awaited as awaited.node"""

    def show(self, hmap, owner, parent):
        for name in ("newer", "older", "coming"):
            if has(hmap, name):
                self.show_part(name, hmap[name], owner)
        if int(hmap["older"]["slots"]):
            say("next to move: slot %d of older" % int(hmap["migrate_pos"]))

    def show_part(self, name, tab, owner):
        if not int(tab["slots"]):
            say("%s: none" % name)
            return
        slots, size = int(tab["mask"]) + 1, int(tab["size"])
        used, seen, longest = 0, 0, 0
        say("%s: %d in %d slots" % (name, size, slots))
        for i in range(slots):
            nodes = list(chain(tab["slots"][i], size + 1 - seen))
            seen += len(nodes)
            longest = max(longest, len(nodes))
            used += bool(nodes)
            if nodes and used <= limit():
                say("%5d: %s" % (i, " -> ".join(self.node(n, owner, tab, i) for n in nodes)))
        if used > limit():
            say("       and %d more slots" % (used - limit()))
        say("       longest chain: %d%s" % (longest, broken((seen == size, "size is not the number of nodes"))))

    def node(self, n, owner, tab, slot):
        belongs = int(n["hcode"]) & int(tab["mask"])
        return label(n, owner) + broken((belongs == slot, "belongs to slot %d" % belongs))


class Tree(Structure):
    """Print an AVL tree on its side: the root at the left, the last member on top.

    tree zset
    tree &zset->tree
    tree "a key" """

    def show(self, tree, owner, parent):
        root = tree["root"]
        if not int(root):
            say("an empty tree")
            return
        say("%d members, height %d" % (int(root["count"]), int(root["height"])))
        self.most = max(limit().bit_length() - 1, 3) if int(root["count"]) > limit() else 1 << 20
        self.walk(root, owner)

    def walk(self, root, owner):
        """In order, from the last member to the first, without recursion: it may be a long list."""
        to_do = [(root, 0, None, False)]
        while to_do:
            node, depth, parent, is_open = to_do.pop()
            if not int(node):
                continue
            if depth >= self.most:
                say("    " * depth + "... %d" % int(node["count"]))
            elif is_open:
                say("    " * depth + label(node, owner) + self.faults(node, parent))
            else:
                to_do += [(node["child"][0], depth + 1, node, False), (node, depth, parent, True),
                          (node["child"][1], depth + 1, node, False)]

    def faults(self, node, parent):
        def of(child, field):
            return int(child[field]) if int(child) else 0
        sides = [node["child"][0], node["child"][1]]
        heights = [of(c, "height") for c in sides]
        height, count = 1 + max(heights), 1 + sum(of(c, "count") for c in sides)
        return broken(
            (int(node["height"]) == height, "height is %d, not %d" % (int(node["height"]), height)),
            (int(node["count"]) == count, "count is %d, not %d" % (int(node["count"]), count)),
            (abs(heights[0] - heights[1]) <= 1, "out of balance"),
            (int(node["parent"]) == (int(parent) if parent is not None else 0), "another parent"))


class Nodes(Structure):
    """Print a list, from its first node to its last. (gdb's own list shows the source.)

    nodes &server.idle
    nodes server.io
    nodes &a->blocked as waiter.node"""

    def show(self, head, owner, parent):
        node, n = head["next"], 0
        while int(node) != int(head.address):
            n += 1
            if n <= limit():
                say("    " + label(node, owner) + broken(
                    (int(node["next"]["prev"]) == int(node), "next->prev is not this node")))
            elif n > 1 << 20:
                raise gdb.GdbError("it does not lead back to its head")
            node = node["next"]
        say("%d nodes" % n)


class Heap(Structure):
    """Print a heap: what is below an item is indented. The first is the earliest.

    heap &server.ks.expiries
    heap ks"""

    def show(self, heap, owner, parent):
        size, to_do, shown = int(heap["size"]), [(0, 0)], 0
        now = int(parent["now_ms"]) if parent is not None and has(parent, "now_ms") else None
        say("%d items" % size)
        while to_do:
            i, depth = to_do.pop()
            if i < size and shown < limit():
                shown += 1
                say("    " * (depth + 1) + self.item(heap, i, owner, now))
                to_do += [(2 * i + 2, depth + 1), (2 * i + 1, depth + 1)]
        if shown < size:
            say("    and %d more" % (size - shown))

    def item(self, heap, i, owner, now):
        item, above = heap["items"][i], heap["items"][(i - 1) // 2 if i else 0]
        at = int(item["at"])
        time = "at %d ms" % at if now is None else "in %d ms" % (at - now)
        return "%d: %s, %s" % (i, time, label(item["index"], owner)) + broken(
            (int(above["at"]) <= at, "earlier than what is above it"),
            (int(item["index"].dereference()) == i, "the owner's index is another one"))


class Entry(gdb.Command):
    """Print a key and its value, by its entry or by its name. $e is then the entry.

    entry e
    entry "name" """

    def __init__(self):
        super().__init__("entry", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        if not argument.strip():
            raise gdb.GdbError("usage: entry EXPRESSION, or entry \"KEY\"")
        try:
            e = evaluate(argument)
            if tag_of(e) != "entry":
                raise gdb.GdbError("%s is a struct %s" % (argument.strip(), tag_of(e)))
            self.show(e)
            gdb.set_convenience_variable("e", e.address)
        except gdb.error as problem:
            raise gdb.GdbError(str(problem))

    def show(self, e):
        key = key_of(e)
        say("key:   %s, %d bytes, hash 0x%08x, at 0x%x"
            % (quoted(key), len(key), int(e["node"]["hcode"]), int(e.address)))
        zset, text = value_of(e)
        if zset is not None:
            say("value: a sorted set of %d, at 0x%x; try tree $e"
                % (int(zset["map"]["newer"]["size"]) + int(zset["map"]["older"]["size"]), int(zset.address)))
        else:
            say("value: %s, %d bytes" % (quoted(text), len(text)))
        if has(e, "heap_index"):
            self.show_ttl(e)

    def show_ttl(self, e):
        index, ks = int(e["heap_index"]), keyspace()
        if index == 0xffffffff:
            say("TTL:   none")
        elif index < int(ks["expiries"]["size"]):
            say("TTL:   %d ms, item %d of the heap"
                % (int(ks["expiries"]["items"][index]["at"]) - int(ks["now_ms"]), index))
        else:
            say("TTL:   item %d of a heap" % index)


Table("table", "hmap")
Tree("tree", "avl_tree")
Nodes("nodes", "list")
Heap("heap", "heap")
Entry()
gdb.execute("handle SIGPIPE nostop noprint pass", to_string=True)
