"""What Python files import, define and call, without running them.

FactReader.cs starts this in an isolated Python; SourceFacts.cs says what each fact means.

Standard input: a line with the version that the files are for and the seconds that one may take (`3.11 60`), then for each file a
line with its bytes in base64.
Standard output: a line of JSON for each file, in the same order. SourceFacts is an object without the members that have their
default; the records inside are arrays of their parameters in the order of SourceFacts.cs, with a Position as two numbers and a
Target as `[import, name, name…]`; what a Binding has besides is an object behind its parameters.
"""

import binascii
import faulthandler
import gc
import json
import sys
import threading
import warnings

from facts.report import Facts
from facts.suppressions import suppressions
from facts.syntax import STACK_BYTES, Fault, parse
from facts.text import Source
from facts.walker import Walker


def facts_of(content, target):
    source = Source(content)
    facts = {"suppressions": suppressions(source)}
    try:
        tree = parse(source, target)
    except Fault as fault:
        return {"fault": fault.fact, **facts}
    walker = Walker(source, tree, target)
    walker.walk()
    return {**Facts(walker).read(), **facts}


def answer():
    version, seconds = sys.stdin.buffer.readline().split()
    target = tuple(int(number) for number in version.split(b"."))
    encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
    for line in sys.stdin.buffer:
        faulthandler.dump_traceback_later(int(seconds), exit=True)
        facts = facts_of(binascii.a2b_base64(line), target)
        print(encode({name: fact for name, fact in facts.items() if fact or name == "all" and fact is not None}), flush=True)


def run():
    warnings.simplefilter("ignore")
    gc.disable()  # Trees have no cycles.
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=answer)
    thread.start()
    thread.join()
    faulthandler.cancel_dump_traceback_later()


if __name__ == "__main__":
    run()
