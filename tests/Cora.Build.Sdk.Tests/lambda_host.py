"""Runs a function as Lambda does: its zip and its layers on the path, the standard library behind them, and nothing else. With LAMBDA_RUNTIME_DIR
what is there, boto3, is between them.

Arguments: /var/task, /opt, handler. Each line of standard input is an event as JSON, and is answered with a line of standard output. The database is the one
that the environment names; with two more arguments, the directory of the fake one's source and its rows and functions as JSON, it is that.
"""

import importlib
import json
import os
import sys

task, opt, handler, *fake = sys.argv[1:]

if fake:
    source, content = fake
    sys.path.insert(0, source)
    from postgrest import ANON_KEY, SERVICE_KEY, Postgrest
    from database import TABLES

    sys.path.remove(source)
    del sys.modules["postgrest"], sys.modules["database"]

    db = Postgrest()
    db.policies = {table: lambda row, user_id: True for table in TABLES}
    content = json.loads(content)
    for table, rows in content.get("rows", {}).items():
        for row in rows:
            db.add(table, **row)
    for name, answer in content.get("functions", {}).items():
        db.functions[name] = lambda answer=answer, **parameters: answer
    os.environ.update(SUPABASE_URL=db.url + "/", SUPABASE_ANON_KEY=ANON_KEY, SUPABASE_SERVICE_ROLE_KEY=SERVICE_KEY)

# https://docs.aws.amazon.com/lambda/latest/dg/python-package.html, "Runtime search path"
runtime = [os.environ["LAMBDA_RUNTIME_DIR"]] if "LAMBDA_RUNTIME_DIR" in os.environ else []
sys.path[:0] = [task, f"{opt}/python/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages", f"{opt}/python", *runtime]
os.chdir(task)

# What a function prints is no answer.
answers, sys.stdout = sys.stdout, sys.stderr


class Context:
    invoked_function_arn = os.environ.get("CORA_TEST_FUNCTION_ARN", "arn:aws:lambda:eu-central-1:000000000000:function:demo-dev")

    def get_remaining_time_in_millis(self):
        return 60_000


module, _, function = handler.rpartition(".")
function = getattr(importlib.import_module(module), function)
for event in sys.stdin:
    print(json.dumps(function(json.loads(event), Context())), file=answers, flush=True)
