"""Calls a handler as Lambda does: its zip and its layers on the path, the standard library behind them, and nothing else.

Arguments: directory of the fake database's source, /var/task, /opt, handler, event as JSON, rows and functions of the database as JSON.
Prints what the handler answers, as JSON.
"""

import importlib
import json
import os
import sys

database_source, task, opt, handler, event, database = sys.argv[1:]

sys.path.insert(0, database_source)
from postgrest import ANON_KEY, SERVICE_KEY, Postgrest  # noqa: E402
from database import TABLES  # noqa: E402

sys.path.remove(database_source)
del sys.modules["postgrest"], sys.modules["database"]

db = Postgrest()
db.policies = {table: lambda row, user_id: True for table in TABLES}
content = json.loads(database)
for table, rows in content.get("rows", {}).items():
    for row in rows:
        db.add(table, **row)
for name, answer in content.get("functions", {}).items():
    db.functions[name] = lambda answer=answer, **parameters: answer
os.environ.update(SUPABASE_URL=db.url + "/", SUPABASE_ANON_KEY=ANON_KEY, SUPABASE_SERVICE_ROLE_KEY=SERVICE_KEY, SUPABASE_JWT_SECRET="s" * 40, LOG_LEVEL="ERROR")

# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html, "Runtime search path"
sys.path[:0] = [task, f"{opt}/python/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", f"{opt}/python"]
os.chdir(task)


class Context:
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:demo-dev"

    def get_remaining_time_in_millis(self):
        return 60_000


module, _, function = handler.rpartition(".")
print(json.dumps(getattr(importlib.import_module(module), function)(json.loads(event), Context())))
