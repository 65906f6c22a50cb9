"""A PostgREST in memory, over real HTTP: as much of it as the samples use, and as strict as the real one."""

import base64
import copy
import http.server
import json
import re
import sys
import threading
import urllib.parse
import uuid

from database import FUNCTIONS, TABLES, UNIQUE

ANON_KEY, SERVICE_KEY = "anon.key.x", "service.key.x"
_PARAMETERS = ("select", "order", "limit", "offset")
_SINGULAR = "application/vnd.pgrst.object+json"


class Refused(Exception):
    """An error as PostgREST answers it. Fake functions raise it for what SQL would raise."""

    def __init__(self, status, code, message="", details=None):
        super().__init__(message)
        self.status, self.body = status, {"code": code, "message": message, "details": details, "hint": None}


class LocalServer(http.server.ThreadingHTTPServer):
    """A server on a free port of this machine, in threads of its own."""

    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        # The interval is how long shutdown() waits for the loop to notice.
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    def close(self):
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request, client_address):
        """A caller that hangs up is what some tests are about; anything else is printed."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Postgrest:
    """`rows` are the tables, `functions` the callables for RPCs, `policies` say which rows a user may see (none without one)."""

    def __init__(self):
        self.rows = {table: [] for table in TABLES}
        self.functions, self.policies = {}, {}
        self.requests, self.connections = [], 0
        self.fault = None  # a callable (handler) -> True when it has dealt with the request
        self._server = LocalServer(self._handler_class())
        self.url, self.close = self._server.url, self._server.close

    def add(self, table, **row):
        assert row.keys() <= TABLES[table], row.keys() - TABLES[table]
        row = {**dict.fromkeys(TABLES[table]), "id": str(uuid.uuid4()), **row}
        self.rows[table].append(row)
        return row

    def answer(self, method, path, query, headers, body):
        """`(status, headers, body)` for a request."""
        user_id = self._authenticate(headers)
        kind, _, name = path.removeprefix("/rest/v1/").rpartition("/")
        if not path.startswith("/rest/v1/") or kind not in ("", "rpc"):
            raise Refused(404, "PGRST125", "Invalid path")
        if kind == "rpc":
            return 200, {}, self._call(name, body)
        if name not in TABLES:
            raise Refused(404, "PGRST205", f"Could not find the table '{name}'")
        backup = copy.deepcopy(self.rows[name])
        try:
            return self._table(method, name, query, headers, body, user_id)
        except Refused:
            self.rows[name] = backup
            raise

    def _authenticate(self, headers):
        bearer, key = headers.get("Authorization", "").removeprefix("Bearer "), headers.get("apikey")
        if key == bearer == SERVICE_KEY:
            return None
        if key != ANON_KEY:
            raise Refused(401, "", "Invalid API key")
        try:
            return json.loads(base64.urlsafe_b64decode(bearer.split(".")[1] + "=="))["sub"]
        except ValueError:
            raise Refused(401, "PGRST301", "JWT cryptographic operation failed") from None

    def _call(self, name, params):
        if name not in FUNCTIONS or params.keys() != FUNCTIONS[name]:
            raise Refused(404, "PGRST202", f"Could not find the function {name}({', '.join(params)})")
        return self.functions[name](**params)

    def _table(self, method, name, query, headers, body, user_id):
        prefer, singular = headers.get("Prefer", ""), headers.get("Accept") == _SINGULAR
        special = {key: value for key, value in query if key in _PARAMETERS}
        may_see = self.policies.get(name, lambda row, user_id: False)
        for column, _ in query:
            if column not in _PARAMETERS:
                _check_column(name, column)
        found = [
            row
            for row in self.rows[name]
            if (user_id is None or may_see(row, user_id)) and _meets(row, query)
        ]
        columns = _columns(name, special.get("select", "*"))
        if method in ("GET", "HEAD"):
            return self._page(_ordered(found, name, special.get("order")), special, columns, prefer)
        found = self._change(method, name, found, body)
        if singular and len(found) != 1:
            raise Refused(406, "PGRST116", "JSON object requested", f"The result contains {len(found)} rows")
        shown = [{column: row[column] for column in columns} for row in found]
        more = {"Content-Range": f"*/{len(found)}"} if "count=exact" in prefer else {}
        if "return=representation" not in prefer:
            return 204, more, None
        return (201 if method == "POST" else 200), more, shown[0] if singular else shown

    def _change(self, method, name, found, body):
        if method == "DELETE":
            self.rows[name] = [row for row in self.rows[name] if row not in found]
            return found
        unknown = body.keys() - TABLES[name]
        if unknown:
            raise Refused(400, "PGRST204", f"Could not find the columns {sorted(unknown)}")
        if method == "POST":
            found = [self.add(name, **body)]
        for row in found:
            row.update(body)
        keys = [tuple(row[column] for column in UNIQUE.get(name, ["id"])) for row in self.rows[name]]
        keys = [key for key in keys if None not in key]
        if len(set(keys)) < len(keys):
            raise Refused(409, "23505", "duplicate key value violates unique constraint")
        return found

    @staticmethod
    def _page(found, special, columns, prefer):
        first = int(special.get("offset", 0))
        rows = found[first : first + int(special.get("limit", 1000))]
        total = len(found) if "count=exact" in prefer else "*"
        if first and first >= len(found) and total != "*":
            return 416, {"Content-Range": f"*/{total}"}, {"code": "PGRST103", "message": "Requested range not satisfiable"}
        span = f"{first}-{first + len(rows) - 1}" if rows else "*"
        status = 206 if total != "*" and len(rows) < total else 200
        return status, {"Content-Range": f"{span}/{total}"}, [{column: row[column] for column in columns} for row in rows]

    def _handler_class(fake):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                fake.connections += 1

            def log_message(self, *arguments):
                """Quiet: the tests assert on `requests`."""

            def reply(self, status, headers, body):
                payload = b"" if body is None and status == 204 else json.dumps(body).encode()
                self.send_response(status)
                for header, value in headers.items():
                    self.send_header(header, value)
                self.send_header("Content-Length", str(len(payload)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(payload)

            def serve(self):
                text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                # Not self.path: there, http.server has mended a doubled slash.
                path, _, query = self.requestline.split(" ")[1].partition("?")
                query = urllib.parse.parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
                body = json.loads(text) if text else None
                fake.requests.append((self.command, self.path, dict(self.headers), body))
                if fake.fault and fake.fault(self):
                    return
                try:
                    self.reply(*fake.answer(self.command, path, query, self.headers, body))
                except Refused as refused:
                    self.reply(refused.status, {}, refused.body)

            do_GET = do_HEAD = do_POST = do_PATCH = do_DELETE = serve

        return Handler


def _columns(table, select):
    columns = sorted(TABLES[table]) if select == "*" else select.split(",")
    for column in columns:
        _check_column(table, column)
    return columns


def _check_column(table, column):
    if column not in TABLES[table]:
        raise Refused(400, "42703", f"column {table}.{column} does not exist")


def _ordered(rows, table, order):
    for term in reversed(order.split(",") if order else []):
        column, _, direction = term.partition(".")
        _check_column(table, column)
        rows = sorted(rows, key=lambda row: (row[column] is None, row[column] or ""), reverse=direction == "desc")
    return rows


def _meets(row, query):
    return all(column in _PARAMETERS or _holds(row[column], condition) for column, condition in query)


def _holds(value, condition):
    if condition in ("is.null", "not.is.null"):
        return (value is None) == (condition == "is.null")
    if value is None:
        return False
    operator, _, wanted = condition.partition(".")
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    if operator == "in":
        items = re.fullmatch(r'\(((?:"(?:[^"\\]|\\.)*",?)*)\)', wanted)
        return text in [re.sub(r"\\(.)", r"\1", item) for item in re.findall(r'"((?:[^"\\]|\\.)*)"', items[1])]
    compare = {"eq": "__eq__", "neq": "__ne__", "gt": "__gt__", "gte": "__ge__", "lt": "__lt__", "lte": "__le__"}
    return getattr(text, compare[operator])(wanted)
