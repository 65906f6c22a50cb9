using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class LayerApiRulesTests
{
    private const string File = "lambdas/ws/lambda_function.py";

    private static LintReport Check(string code) => SampleLayer.With(code).Check(LayerApiRules.Check);

    private static string[] Findings(LintReport report) => [.. LintSources.Show(report).Select(line => line.Replace(File + ":", "", StringComparison.Ordinal))];

    private static string MessageOf(string code) => Assert.Single(Check(code).Diagnostics).Message;

    [PythonTheory]
    [InlineData("import org_common as common\n\ndef f():\n    return common.call_rpc('f', {})", "4:19 CORA2001")]
    [InlineData("import org_common\norg_common.execute_rpc('f')", "2:12 CORA2001")]
    [InlineData("def f():\n    import org_common as common\n    common.query('x')", "3:12 CORA2001")]
    [InlineData("try:\n    import org_common as common\nexcept ImportError:\n    common = None\ncommon.query('x')", "5:8 CORA2001")]
    [InlineData("import org_common.db\norg_common.db.call_rpc('x')", "2:15 CORA2001")]
    [InlineData("import org_common.db as db\ndb.call_rpc('x')", "2:4 CORA2001")]
    [InlineData("from org_common import db\ndb.call_rpc('x')", "2:4 CORA2001")]
    [InlineData("import org_common as common\nx = common\nx.nope", "3:3 CORA2001")]
    [InlineData("import org_common as common\ncommon.responses.okay(1)", "2:18 CORA2001")]
    [InlineData("import org_common as common\nraise common.NotFond('x')", "2:14 CORA2001")]
    [InlineData("import org_common as common\nraise common.Conflict('x')", "2:14 CORA2001")]
    [InlineData("import org_common as common\nROUTES = {'GET /x': common.nope}", "2:28 CORA2001")]
    [InlineData("import org_common as common\n@common.traced_handler\ndef f(): ...", "2:9 CORA2001")]
    [InlineData("import org_common as common\nasync def f():\n    return [common.nope(x) for x in (1, 2)]", "3:20 CORA2001")]
    [InlineData("import org_common as common\nf = lambda: common.nope", "2:20 CORA2001")]
    [InlineData("import org_common as common\nprint(f'{common.nope}')", "2:17 CORA2001")]
    [InlineData("import org_common as common\nclass A:\n    def f(self):\n        return common.nope()", "4:23 CORA2001")]
    [InlineData("import modules\nmodules.nope()", "2:9 CORA2001")]
    [InlineData("import email_domains as domains\ndomains.names.nope", "2:15 CORA2001")]
    [InlineData("import shared.deep.tools\nshared.deep.tools.LIMITS", "2:19 CORA2001")]
    [InlineData("import shared.deep\nshared.nope", "2:8 CORA2001")]
    [InlineData("import org_common as common\ncommon.nope.deeper.still", "2:8 CORA2001")]
    [InlineData("import org_common as common\ncommon.a\ncommon.b", "2:8 CORA2001,3:8 CORA2001")]
    public void An_attribute_that_is_not_there_is_found_at_its_name(string code, string expected) => Assert.Equal(expected.Split(','), Findings(Check(code)));

    [PythonTheory]
    [InlineData("import org_common as common\ncommon.rpc('f'); common.invoke('f'); common.VERSION; common.NotFound; common._Odd; common._private; common.settings; common.ApiRequest")]
    [InlineData("import org_common as common\ncommon.db; common.transport.send('GET', '/x'); common.errors.Conflict; common.responses.created(1); common.os.environ; common._json.dumps({})")]
    [InlineData("import org_common as common\ncommon.__name__; common.__doc__; common.__file__; common.__dict__; common.__class__; common.__path__")]
    [InlineData("import org_common as common\ncommon.timeout = 5\nprint(common.timeout)")]
    [InlineData("import org_common as common\ndef f(common):\n    return common.nope")]
    [InlineData("import org_common as common\ndef f():\n    common = object()\n    return common.nope")]
    [InlineData("import org_common as common\nfor common in []:\n    common.nope")]
    [InlineData("import org_common as common\nif hasattr(common, 'nope'):\n    common.nope()")]
    [InlineData("import org_common as common\ntry:\n    common.nope()\nexcept AttributeError:\n    pass")]
    [InlineData("import org_common as common\ngetattr(common, 'nope', None)")]
    [InlineData("import org_common as common\ncommon.VERSION.nope; common.rpc.nope; common.NotFound.nope; common.fast.dumps")]
    [InlineData("import json as common\ncommon.nope")]
    [InlineData("import org_common as common\ncommon = wrap(common)\ncommon.nope")]
    [InlineData("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import org_common as common\ndef f(x: 'common.nope'): ...")]
    [InlineData("import modules\nmodules.list_modules(1); modules.ROUTES")]
    [InlineData("import shared.deep.tools\nshared.deep.tools.LIMIT; shared.deep")]
    [InlineData("if flag:\n    import org_common as common\nelse:\n    import modules as common\ncommon.list_modules(1)")]
    [InlineData("import boto3\nboto3.nope(1)")]
    public void What_is_there_or_cannot_be_known_is_left_alone(string code) => Assert.Empty(Findings(Check(code)));

    [PythonTheory]
    [InlineData("import org_common as common\ncommon.rpc('f', parms={})", "2:17 CORA2002")]
    [InlineData("import org_common as common\ncommon.find_many('t', order_by='x')", "2:23 CORA2002")]
    [InlineData("import org_common as common\ncommon.find_many(\n    'mgmt_cfg',\n    select='id',\n    order_by='x',\n)", "5:5 CORA2002")]
    [InlineData("import org_common as common\ncommon.find_one('t')", "2:8 CORA2002")]
    [InlineData("import org_common as common\ncommon.find_one('t', {}, 'id')", "2:26 CORA2002")]
    [InlineData("import org_common as common\ncommon.rpc()", "2:8 CORA2002")]
    [InlineData("import org_common as common\ncommon.rpc('f', {}, 'jwt', 4, 5)", "2:28 CORA2002")]
    [InlineData("import org_common as common\ncommon.rpc('f', function_name='f')", "2:17 CORA2002")]
    [InlineData("import org_common as common\ncommon.rpc('f', a=1, b=2)", "2:17 CORA2002,2:22 CORA2002")]
    [InlineData("from org_common import rpc\nrpc(name='f')", "2:5 CORA2002")]
    [InlineData("from org_common.db import rpc as call\ncall('f', {}, None, 1)", "2:21 CORA2002")]
    [InlineData("from org_common import *\nrpc()", "2:1 CORA2002")]
    [InlineData("import org_common as common\nx = common.rpc\nx()", "3:1 CORA2002")]
    [InlineData("import org_common as common\ncommon.invoke()", "2:8 CORA2002")]
    [InlineData("import org_common as common\ncommon.count('t', filters={})", "2:19 CORA2002")]
    [InlineData("import org_common as common\ncommon.dump()", "2:8 CORA2002")]
    [InlineData("import org_common as common\ncommon.settings()", "2:8 CORA2002")]
    [InlineData("import org_common as common\ncommon.retried('u', tiemout=1)", "2:21 CORA2002")]
    [InlineData("import org_common as common\ncommon.measured()", "2:8 CORA2002")]
    [InlineData("import org_common as common\nraise common.NotFound()", "2:14 CORA2002")]
    [InlineData("import org_common as common\nraise common.NotFound('x', code=404)", "2:28 CORA2002")]
    [InlineData("import org_common as common\ncommon.errors.Conflict('x', 1)", "2:29 CORA2002")]
    [InlineData("import org_common as common\ncommon.Page()", "2:8 CORA2002")]
    [InlineData("import org_common as common\ncommon.Page([], 1, 2)", "2:20 CORA2002")]
    [InlineData("import org_common as common\ncommon.ApiRequest('b')", "2:8 CORA2002")]
    [InlineData("import org_common as common\ncommon.ApiRequest('b', '/', {}, {}, user='u')", "2:33 CORA2002")]
    [InlineData("import org_common as common\ncommon.ApiRequest('b', cache={}, user='u')", "2:24 CORA2002")]
    [InlineData("import org_common as common\ncommon.events.Event('b', kind='k')", "2:26 CORA2002")]
    [InlineData("from org_common.responses import later\nlater(a=1, b=2, c=3)", "2:7 CORA2002")]
    [InlineData("from org_common.responses import later\nlater(1, **options)\nlater(*args)", "3:1 CORA2002")]
    [InlineData("import modules\nmodules.list_modules()", "2:9 CORA2002")]
    [InlineData("import org_common as common\ncommon.validate({})", "2:8 CORA2002")]
    [InlineData("from org_common.validate import validate\nvalidate({})", "2:1 CORA2002")]
    [InlineData("import org_common as common\ncommon.rpc(nme='f')", "2:12 CORA2002")]
    [InlineData("def helper(a, b): ...\ndef f():\n    helper(1)", "3:5 CORA2002")]
    [InlineData("import org_common as common\nasync def f():\n    await common.responses.later(1, 2)", "3:28 CORA2002")]
    [InlineData("import org_common as common\nprint(common.rpc(common.rpc()))", "2:25 CORA2002")]
    public void A_call_that_does_not_fit_is_found_where_it_does_not(string code, string expected) => Assert.Equal(expected.Split(','), Findings(Check(code)));

    [PythonTheory]
    [InlineData("import org_common as common\ncommon.rpc('f', {'p': 1}, 'jwt'); common.rpc(function_name='f', params={}); common.rpc('f', user_jwt='j')")]
    [InlineData("import org_common as common\ncommon.rpc(*args); common.rpc(**options); common.rpc('f', *args, **options); common.find_one('t', **options)")]
    [InlineData("import org_common as common\ncommon.transport.send('GET', '/', 1, 2, 3, body=1, accept='x')")]
    [InlineData("import org_common as common\ncommon.count('t', {}); common.count('t'); common.dump(1, 2); common.dump(1)")]
    [InlineData("import org_common as common\ncommon.settings('x'); common.retried('u', timeout=1); common.measured(1); common.traced(1, 2, 3, nope=4)")]
    [InlineData("import org_common as common\ncommon.NotFound('x'); common.NotFound('x', 404); common.errors.Conflict('x', details={}); common._Odd(1, 2, 3)")]
    [InlineData("import org_common as common\ncommon.Page([], 1); common.Page(rows=[], total=1); common.Page._make([1, 2])")]
    [InlineData("import org_common as common\ncommon.ApiRequest('b', '/', {}, user='u'); common.ApiRequest(body='b', user='u', headers={}); common.events.Event('b')")]
    [InlineData("import org_common as common\ntry:\n    common.rpc()\nexcept TypeError:\n    pass")]
    [InlineData("from org_common import rpc\ndef f(rpc):\n    rpc(1, 2, 3, 4, 5)")]
    [InlineData("from org_common import rpc\nrpc = trace(rpc)\nrpc(1, 2, 3, 4, 5)")]
    [InlineData("try:\n    from org_common import rpc\nexcept ImportError:\n    def rpc(*args): ...\nrpc(1, 2, 3, 4, 5)")]
    [InlineData("import functools\nfrom org_common import rpc\ncall = functools.partial(rpc, 'f')\ncall({})")]
    [InlineData("from org_common.validate import validate\nvalidate({}, {}, partial=True)")]
    [InlineData("import org_common.validate as validate\nvalidate({}, {})")]
    [InlineData("class Local(dict): ...\nLocal(a=1)\nclass Meta(type): ...\nclass M(metaclass=Meta): ...\nM(1, 2)")]
    [InlineData("import pydantic\nclass Model(pydantic.BaseModel):\n    a: int\nModel(a=1, b=2)")]
    [InlineData("import enum\nclass Color(enum.Enum):\n    RED = 1\nColor(1)\nclass Single:\n    def __new__(cls, a): ...\nSingle(1)")]
    public void A_call_that_fits_or_cannot_be_known_is_left_alone(string code) => Assert.Empty(Findings(Check(code)));

    [PythonTheory]
    [InlineData("from org_common import call_rpc", "1:24 CORA2003")]
    [InlineData("from org_common import (\n    rpc,\n    exec_rpc,\n    nope as no,\n)", "3:5 CORA2003,4:5 CORA2003")]
    [InlineData("from org_common.db import query", "1:27 CORA2003")]
    [InlineData("def f():\n    from org_common import nope", "2:28 CORA2003")]
    [InlineData("from org_common import Conflict", "1:24 CORA2003")]
    [InlineData("from modules import nope", "1:21 CORA2003")]
    [InlineData("from email_domains import nope", "1:27 CORA2003")]
    [InlineData("from shared.deep import nope", "1:25 CORA2003")]
    [InlineData("from shared import nope", "1:20 CORA2003")]
    [InlineData("import org_common.db\nfrom org_common.db import Page, Pages", "2:33 CORA2003")]
    public void A_name_that_cannot_be_imported_is_found_at_the_name(string code, string expected) => Assert.Equal(expected.Split(','), Findings(Check(code)));

    [PythonTheory]
    [InlineData("from org_common import rpc, VERSION, NotFound, ApiRequest, _private, _Odd, os, settings, validate, invoke, fast")]
    [InlineData("from org_common import db, transport, errors\nfrom org_common.errors import Conflict")]
    [InlineData("from email_domains import names, normal\nfrom shared.deep import tools\nfrom shared import deep\nfrom modules import ROUTES")]
    [InlineData("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from org_common import nope")]
    [InlineData("import sys\nif sys.version_info < (3, 9):\n    from org_common import nope")]
    [InlineData("from org_common import *\nfrom boto3 import nope\nfrom json import nope")]
    [InlineData("try:\n    from org_common import rpc\nexcept ImportError:\n    from org_common import old_rpc as rpc")]
    public void A_name_that_can_be_imported_is_left_alone(string code) => Assert.Empty(Findings(Check(code)));

    [PythonFact]
    public void A_name_whose_absence_the_code_is_prepared_for_is_a_warning()
    {
        var finding = Assert.Single(Check("try:\n    from org_common import fast_rpc as rpc\nexcept ImportError:\n    from org_common import rpc").Diagnostics);
        Assert.Equal((2, Cora.Build.Diagnostics.Severity.Warning), (finding.Location.Line, finding.Severity));
    }

    [PythonTheory]
    [InlineData("import org_common as common\ncommon.call_rpc()", "'org_common' of layer 'org-common' has no 'call_rpc'. Did you mean 'rpc'?")]
    [InlineData("import org_common as common\ncommon.Conflict()", "'org_common' of layer 'org-common' has no 'Conflict'. 'org_common.errors' has it.")]
    [InlineData("import org_common as common\ncommon.zebra()", "'org_common' of layer 'org-common' has no 'zebra'. Use a name that it has, or define 'zebra' there.")]
    [InlineData("import modules\nmodules.list_module", "'modules' has no 'list_module'. Did you mean 'list_modules'?")]
    [InlineData("import org_common as common\ncommon.find_many('t', order_by=1)", "'org_common.db.find_many' has no parameter 'order_by'. Did you mean 'order'?")]
    [InlineData("import org_common as common\ncommon.ok(1, headers=1)", "'org_common.responses.ok' has no parameter 'headers'. It has body and status.")]
    [InlineData("import org_common as common\ncommon.find_one()", "'org_common.db.find_one' is not given 'table' and 'filters', which it needs.")]
    [InlineData("import org_common as common\ncommon.find_one('t', {}, 'id')", "'org_common.db.find_one' takes 2 arguments by position (table, filters), and this is the third. Write select and user_jwt with their names.")]
    [InlineData("import org_common as common\ncommon.rpc('f', function_name='f')", "'org_common.db.rpc' is given 'function_name' twice: by name here, and as its first argument.")]
    [InlineData("import org_common as common\ncommon.count(table='t')", "'org_common.db.count' takes 'table' by position alone.")]
    [InlineData("from org_common import call_rpc", "'org_common' of layer 'org-common' has no 'call_rpc' to import. Did you mean 'rpc'?")]
    public void A_message_names_the_thing_and_the_remedy(string code, string message) => Assert.Equal(message, MessageOf(code));

    [PythonFact]
    public void A_layer_is_checked_like_a_function() => new LintSources
    {
        ["layers/common-ai/ai_common/__init__.py"] = "from .config import load\nfrom .config import lode\nfrom .nope import x\n",
        ["layers/common-ai/ai_common/config.py"] = "import org_common as common\nfrom . import messages\nfrom .. import up\ndef load():\n    messages.chek()\n    return common.find_one('t')\n",
        ["layers/common-ai/ai_common/messages.py"] = "from org_common.db import nope\ndef check(): ...\ndef twice():\n    check(1)\n",
    }.With(SampleLayer.Sources).Expect(
        "layers/common-ai/ai_common/__init__.py:2:21 CORA2003", "layers/common-ai/ai_common/__init__.py:3:19 CORA2004", "layers/common-ai/ai_common/config.py:3:16 CORA2004",
        "layers/common-ai/ai_common/config.py:5:14 CORA2001", "layers/common-ai/ai_common/config.py:6:19 CORA2002", "layers/common-ai/ai_common/messages.py:1:27 CORA2003",
        "layers/common-ai/ai_common/messages.py:4:11 CORA2002", "layers/org-common/org_common/__init__.py:18:12 CORA2005");

    [PythonTheory]
    [InlineData("def __getattr__(name): ...")]
    [InlineData("globals()['x'] = 1")]
    [InlineData("for n in ('a', 'b'):\n    globals()[n] = n")]
    [InlineData("exec('x = 1')")]
    public void A_package_whose_names_come_to_be_when_it_runs_is_left_alone_and_the_report_says_so(string code)
    {
        var report = new LintSources
        {
            ["layers/org-common/org_common/__init__.py"] = code + "\nfrom .db import rpc\n",
            ["layers/org-common/org_common/db.py"] = "def rpc(name): ...\n",
            ["lambdas/ws/lambda_function.py"] = "import org_common as common\nfrom org_common import other\nfrom org_common.db import nope\ncommon.anything(1)\ncommon.more\ncommon.rpc(1, 2, 3)\n",
        }.Check(LayerApiRules.Check);

        Assert.Equal(["lambdas/ws/lambda_function.py:3:27 CORA2003"], LintSources.Show(report));
        Assert.Equal("'org_common' of layer 'org-common' has names that only running it would show (__getattr__, globals(), setattr, exec, import * from elsewhere): what is used of it is not checked.", Assert.Single(report.Notes));
        Assert.True(report.NotDecidable >= 3);
    }

    [PythonFact]
    public void Names_are_followed_through_any_number_of_modules_and_around_circles()
    {
        var sources = new LintSources
        {
            ["layers/l/pkg/__init__.py"] = "from .a import *\nfrom .m0 import deep\n",
            ["layers/l/pkg/a.py"] = "from .b import *\nfrom . import other\ndef in_a(x): ...\n",
            ["layers/l/pkg/b.py"] = "from .a import *\nfrom . import *\ndef in_b(x): ...\n_hidden = 1\n",
            ["layers/l/pkg/other.py"] = "from .around import x\ndef y(): ...\n",
            ["layers/l/pkg/around.py"] = "from .other import x\n",
            ["lambdas/f/lambda_function.py"] = "import pkg\npkg.in_a(1)\npkg.in_b()\npkg.in_c\npkg._hidden\npkg.deep()\npkg.other.x.y\npkg.around.x(1, 2)\ndef lambda_handler(event, context): ...\n",
        };
        for (var i = 0; i < 30; i++) sources[$"layers/l/pkg/m{i}.py"] = i < 29 ? $"from .m{i + 1} import deep\n" : "def deep(a): ...\n";

        Assert.Equal(["lambdas/f/lambda_function.py:3:5 CORA2002", "lambdas/f/lambda_function.py:4:5 CORA2001", "lambdas/f/lambda_function.py:5:5 CORA2001", "lambdas/f/lambda_function.py:6:5 CORA2002"],
            LintSources.Show(sources.Check(LayerApiRules.Check)));
    }

    [PythonFact]
    public void A_chain_without_end_is_not_followed()
    {
        var sources = new LintSources { ["lambdas/f/lambda_function.py"] = "from m0 import deep\ndeep()\n" };
        for (var i = 0; i < 3000; i++) sources[$"lambdas/f/m{i}.py"] = i < 2999 ? $"from m{i + 1} import deep\nfrom m{(i * 7) % 3000} import *\n" : "def deep(a): ...\n";
        Assert.Empty(sources.Check(LayerApiRules.Check).Diagnostics);
    }

    [PythonFact]
    public void Two_layers_share_a_namespace_package() => new LintSources
    {
        ["layers/one/company/db.py"] = "def rpc(name): ...\n",
        ["layers/two/company/auth.py"] = "def check(user): ...\n",
        ["lambdas/f/lambda_function.py"] = "import company.db\nimport company.auth\nfrom company import db, auth, nope\ncompany.db.rpc()\ncompany.auth.chek(1)\ndef lambda_handler(event, context): ...\n",
    }.Expect("lambdas/f/lambda_function.py:3:31 CORA2003", "lambdas/f/lambda_function.py:4:12 CORA2002", "lambdas/f/lambda_function.py:5:14 CORA2001");

    [PythonFact]
    public void A_module_that_two_layers_have_is_not_judged() => new LintSources
    {
        ["layers/one/shared.py"] = "def old(): ...\n",
        ["layers/two/shared.py"] = "def new(): ...\n",
        ["lambdas/f/lambda_function.py"] = "import shared\nshared.new()\nshared.old(1)\nshared.older\ndef lambda_handler(event, context): ...\n",
    }.Expect();

    [PythonFact]
    public void A_package_that_a_distribution_has_a_share_in_is_not_judged() => new LintSources
    {
        Distributions = new() { ["f"] = [new("google-auth", "2", ["google"])] },
        ["lambdas/f/google/mine.py"] = "def own(): ...\n",
        ["lambdas/f/lambda_function.py"] = "import google.auth\nfrom google import oauth2, mine\ngoogle.auth.default()\nmine.nope()\ndef lambda_handler(event, context): ...\n",
    }.Expect("lambdas/f/lambda_function.py:4:6 CORA2001");

    [PythonFact]
    public void A_name_that_a_submodule_may_replace_is_not_judged() => new LintSources
    {
        ["layers/l/pkg/__init__.py"] = "def db(name): ...\n",
        ["layers/l/pkg/db.py"] = "def rpc(name): ...\n",
        ["lambdas/f/lambda_function.py"] = "import pkg\nimport pkg.db\npkg.db()\npkg.db.rpc(1)\ndef lambda_handler(event, context): ...\n",
    }.Expect();

    [PythonFact]
    public void An_import_that_fails_is_said_once() => new LintSources
    {
        ["layers/l/pkg/__init__.py"] = "def rpc(name): ...\n",
        ["lambdas/f/lambda_function.py"] = "import pkg.query\nimport nope\nfrom pkg import gone\nfrom other import thing\npkg.query.run()\nnope.x()\ngone.y(1)\nthing.z()\ndef lambda_handler(event, context): ...\n",
    }.Expect("lambdas/f/lambda_function.py:1:8 CORA2004", "lambdas/f/lambda_function.py:2:8 CORA2004", "lambdas/f/lambda_function.py:3:17 CORA2003", "lambdas/f/lambda_function.py:4:19 CORA2004");

    [PythonFact]
    public void A_name_that_code_of_the_function_sets_is_there() => new LintSources
    {
        ["layers/l/pkg/__init__.py"] = "def rpc(name): ...\n",
        ["lambdas/f/patch.py"] = "import pkg\npkg.extra = 1\nsetattr(pkg, 'more', 2)\npkg.rpc = lambda *args: None\n",
        ["lambdas/f/lambda_function.py"] = "import patch, pkg\npkg.extra\npkg.more\npkg.rpc(1, 2, 3)\npkg.less\ndef lambda_handler(event, context): ...\n",
        ["lambdas/g/lambda_function.py"] = "import pkg\npkg.extra\ndef lambda_handler(event, context): ...\n",
    }.Expect("lambdas/f/lambda_function.py:5:5 CORA2001", "lambdas/g/lambda_function.py:2:5 CORA2001");

    [PythonFact]
    public void Names_that_are_set_by_computed_names_silence_the_module() => new LintSources
    {
        ["layers/l/pkg/__init__.py"] = "def rpc(name): ...\n",
        ["lambdas/f/lambda_function.py"] = "import pkg\nfor name in ('a', 'b'):\n    setattr(pkg, name, 1)\npkg.a\ndef lambda_handler(event, context): ...\n",
    }.Expect();

    [PythonFact]
    public void A_file_that_cannot_be_read_silences_what_is_used_of_it() => new LintSources
    {
        ["layers/l/pkg/__init__.py"] = "def broken(:\n",
        ["lambdas/f/lambda_function.py"] = "import pkg\nfrom pkg import x\npkg.y(1)\ndef lambda_handler(event, context): ...\n",
    }.Expect("layers/l/pkg/__init__.py:1:12 CORA2006");

    [PythonFact]
    public void A_module_that_hides_one_of_the_standard_library_is_not_judged() => new LintSources
    {
        ["lambdas/f/queue.py"] = "def mine(): ...\n",
        ["lambdas/f/lambda_function.py"] = "import queue\nqueue.Queue(1)\ndef lambda_handler(event, context): ...\n",
    }.Expect();

    [PythonFact]
    public void What_a_function_has_hides_what_its_layers_have() => new LintSources
    {
        ["layers/l/pkg/__init__.py"] = "def of_layer(): ...\n",
        ["lambdas/f/pkg/__init__.py"] = "def of_function(): ...\n",
        ["lambdas/f/lambda_function.py"] = "import pkg\npkg.of_function()\npkg.of_layer()\ndef lambda_handler(event, context): ...\n",
    }.Expect("lambdas/f/lambda_function.py:3:5 CORA2001");

    [PythonFact]
    public void Calls_and_what_is_not_decidable_are_counted()
    {
        var report = Check("import org_common as common\nimport modules\ncommon.rpc('f')\ncommon.traced(1)\ncommon.NotFound('x')\nmodules.list_modules(1)\nprint(common.VERSION)\n");
        // Those of the layer among its own modules: send, Page in db.py only where they are defined elsewhere.
        Assert.Equal(1 + 3, report.LayerCalls);
        Assert.Equal(1, report.NotDecidable);
    }

    [PythonFact]
    public void The_calls_of_a_layers_functions_are_listed_wherever_they_are()
    {
        var model = new LintSources
        {
            ["layers/l/pkg/__init__.py"] = "from .db import rpc\n",
            ["layers/l/pkg/db.py"] = "def rpc(function_name, params=None): ...\ndef me():\n    return rpc('own')\n",
            ["layers/l/pkg/members.py"] = "from .db import rpc\ndef is_member():\n    return rpc('is_org_member', {})\n",
            ["lambdas/f/lambda_function.py"] = "import pkg as common\ncall = common.rpc\ncall('aliased')\ncommon.rpc(\n    'direct')\ndef rpc2(name): ...\nrpc2('not a layer')\nif x:\n    rpc3 = common.rpc\nelse:\n    rpc3 = rpc2\nrpc3('either')\n",
        }.Model();

        var calls = model.Artifacts.SelectMany(artifact => LayerCalls.Of(model, artifact)).ToList();

        Assert.Equal(["aliased", "direct", "is_org_member", "own"], calls.Select(call => call.Call.Positional[0].Value?.Text ?? "").Order(StringComparer.Ordinal));
        Assert.All(calls, call => Assert.Equal(("rpc", "l", "function_name"), (call.Function, call.Layer.Name, call.Signature!.Parameters[0].Name)));
    }
}
