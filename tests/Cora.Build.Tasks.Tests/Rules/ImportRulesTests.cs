using Cora.Build.Python.Source;
using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class ImportRulesTests
{
    private const string File = "lambdas/ws/lambda_function.py";

    private static LintReport Check(LintSources sources) => sources.Check(ImportRules.Check);

    private static LintSources Sources(string code, string target = "python3.11")
    {
        var sources = new LintSources
        {
            TargetFramework = target,
            Layers = new() { ["ws"] = ["org-common", "arn"] },
            Provides = new() { ["ws"] = ["_native"], ["arn"] = ["numpy"] },
            Distributions = new()
            {
                ["ws"] = [new("pyjwt", "2.8", ["jwt"])],
                ["org-common"] = [new("pyyaml", "6", ["yaml", "_yaml"])],
                ["common-ai"] = [new("tiktoken", "0.5", ["tiktoken"])],
                ["members"] = [new("python-docx", "1", ["docx"])],
            },
            PackagesElsewhere = new() { ["lambda_mgmt_common"] = "../module-mgmt/module.coraproj" },
            ["layers/org-common/org_common/__init__.py"] = "from .db import rpc\nVERSION = '1'\n",
            ["layers/org-common/org_common/db.py"] = "def rpc(name): ...\n",
            ["layers/access-common/access_common/__init__.py"] = "def require_admin(user): ...\n",
            ["layers/common-ai/ai_common/__init__.py"] = "",
            ["layers/arn/placeholder.py"] = "",
            ["lambdas/members/lambda_function.py"] = "def lambda_handler(event, context): ...\n",
            ["lambdas/members/only_here.py"] = "",
            ["lambdas/ws/lambda_function.py"] = code,
            ["lambdas/ws/modules.py"] = "",
            ["lambdas/ws/email_domains/__init__.py"] = "def normal(): ...\n",
            ["lambdas/ws/email_domains/names.py"] = "",
            ["lambdas/ws/shared/deep/tools.py"] = "",
        };
        return sources;
    }

    private static string[] Findings(string code, string target = "python3.11") =>
        [.. LintSources.Show(Check(Sources(code, target))).Select(line => line.Replace(File + ":", "", StringComparison.Ordinal))];

    [PythonTheory]
    [InlineData("import requests", "1:8 CORA2004")]
    [InlineData("import json, requests, os", "1:14 CORA2004")]
    [InlineData("import requests.adapters as http", "1:8 CORA2004")]
    [InlineData("from requests import get, post", "1:22 CORA2004")]
    [InlineData("from requests import (\n    get,\n    post,\n)", "2:5 CORA2004")]
    [InlineData("from requests import get\nfrom requests import post", "1:22 CORA2004,2:22 CORA2004")]
    [InlineData("from requests import *", "1:22 CORA2004")]
    [InlineData("import access_common", "1:8 CORA2004")]
    [InlineData("import email_domains.nope", "1:8 CORA2004")]
    [InlineData("from email_domains.nope import x", "1:32 CORA2004")]
    [InlineData("import shared.nope", "1:8 CORA2004")]
    [InlineData("import org_common.query", "1:8 CORA2004")]
    [InlineData("import modules.sub", "1:8 CORA2004")]
    [InlineData("from . import modules", "1:15 CORA2004")]
    [InlineData("from .modules import x", "1:22 CORA2004")]
    [InlineData("import only_here", "1:8 CORA2004")]
    [InlineData("import winreg", "1:8 CORA2004")]
    [InlineData("import annotationlib", "1:8 CORA2004")]
    [InlineData("from layers.module_common import common", "1:34 CORA2004")]
    [InlineData("if True:\n    import requests", "2:12 CORA2004")]
    [InlineData("class A:\n    import requests", "2:12 CORA2004")]
    [InlineData("def f():\n    import requests", "2:12 CORA2005")]
    [InlineData("class A:\n    def f(self):\n        from requests import get", "3:30 CORA2005")]
    [InlineData("try:\n    import ujson as json\nexcept ImportError:\n    import json", "2:12 CORA2005")]
    [InlineData("try:\n    import ujson as json\nexcept ModuleNotFoundError:\n    json = None", "2:12 CORA2005")]
    [InlineData("try:\n    import ujson as json\nexcept ImportError:\n    import simplejsn as json", "2:12 CORA2005,4:12 CORA2005")]
    [InlineData("try:\n    from org_common import nope\nexcept ImportError:\n    import requests", "4:12 CORA2005")]
    [InlineData("import os\nif os.environ.get('X'):\n    import requests", "3:12 CORA2005")]
    [InlineData("try:\n    import requests\nexcept ValueError:\n    pass", "2:12 CORA2004")]
    public void An_import_that_nothing_provides_is_found(string code, string expected) => Assert.Equal(expected.Split(','), Findings(code));

    [PythonTheory]
    [InlineData("from __future__ import annotations\nimport os.path, json, xml.etree.ElementTree as ET, concurrent.futures\nfrom collections.abc import Mapping\nimport _thread, __main__")]
    [InlineData("import boto3, botocore.exceptions, s3transfer, jmespath, urllib3, dateutil.parser, six\nfrom botocore.config import Config\nimport awslambdaric, simplejson, snapshot_restore_py")]
    [InlineData("import org_common as common\nfrom org_common.db import rpc\nimport org_common.db")]
    [InlineData("import jwt, yaml, _yaml.x, numpy.linalg, _native")]
    [InlineData("import modules\nimport email_domains.names\nfrom email_domains import names\nimport shared, shared.deep, shared.deep.tools\nimport lambda_function")]
    [InlineData("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import mypy_boto3_s3\n    from requests import Session")]
    [InlineData("import typing\nif typing.TYPE_CHECKING:\n    import mypy_boto3_s3\nelse:\n    import json")]
    [InlineData("try:\n    import json\nexcept ImportError:\n    import simplejsn as json")]
    [InlineData("try:\n    import org_common\nexcept ImportError:\n    from layers.org_common import org_common")]
    [InlineData("import sys\nif sys.version_info < (3, 11):\n    import tomli\nelse:\n    import tomllib")]
    [InlineData("import sys\nif sys.platform == 'win32':\n    import winreg")]
    [InlineData("if False:\n    import requests")]
    [InlineData("import sys\nsys.path.append('/opt/python')\nimport org_common")]
    [InlineData("import distutils.version, imp, cgi")]
    public void An_import_that_something_provides_is_left_alone(string code) => Assert.Empty(Findings(code));

    [PythonTheory]
    [InlineData("import distutils", "python3.12")]
    [InlineData("import cgi", "python3.13")]
    public void The_standard_library_is_that_of_the_target(string code, string target)
    {
        Assert.Equal(["1:8 CORA2004"], Findings(code, target));
        Assert.Empty(Findings(code, "python3.11"));
    }

    [PythonTheory]
    [InlineData("import sys, os\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'vendor'))\nimport requests")]
    [InlineData("import sys\nsys.path[:0] = ['vendor']\nimport requests")]
    [InlineData("from sys import path\npath.append('vendor')\nimport requests")]
    [InlineData("import sys\nsys.path += ['vendor']\nimport requests")]
    [InlineData("import sys\nsys.modules['requests'] = object()\nimport requests")]
    [InlineData("import site\nsite.addsitedir('vendor')\nimport requests")]
    public void Code_that_changes_where_Python_looks_is_not_judged_and_the_report_says_so(string code)
    {
        var report = Check(Sources(code));
        Assert.Empty(report.Diagnostics);
        Assert.Equal(1, report.NotDecidable);
        Assert.StartsWith("'lambda_function' changes where Python looks for modules", Assert.Single(report.Notes), StringComparison.Ordinal);
    }

    [PythonFact]
    public void A_usual_path_changes_nothing() => Assert.Equal(["3:8 CORA2004"], Findings("import sys\nsys.path.insert(0, '/opt/python')\nimport requests"));

    [PythonFact]
    public void What_is_not_known_entirely_may_have_it()
    {
        var sources = Sources("import requests\nimport email_domains.nope");
        sources.Incomplete.Add("ws");
        var report = Check(sources);
        Assert.Equal([File + ":2:8 CORA2004"], LintSources.Show(report));
        Assert.Equal(1, report.NotDecidable);
    }

    [PythonFact]
    public void Native_modules_inside_packages_count()
    {
        var model = Sources("import email_domains._fast\nimport shared.deep.native").Model();
        var artifacts = model.Artifacts.Select(artifact => artifact.Code.Name != "ws" ? artifact : artifact with { Code = artifact.Code with { OtherModules = ["email_domains._fast", "shared.deep.native"] } }).ToList();
        var report = new LintReport();
        ImportRules.Check(new LintModel(model.Module, artifacts), report);
        Assert.Empty(report.Diagnostics);
    }

    [PythonFact]
    public void Imports_are_counted() => Assert.Equal(4, Check(new LintSources { ["lambdas/ws/lambda_function.py"] = "import os, json\nfrom os import path\ndef f():\n    import re\nif False:\n    import x\n" }).Imports);

    [PythonTheory]
    [InlineData("import requests", "Nothing provides 'requests' to function 'ws' in Lambda. Add the distribution that provides 'requests' to backend/lambdas/ws/requirements.txt.")]
    [InlineData("import access_common", "Nothing provides 'access_common' to function 'ws' in Lambda. Layer 'access-common' has it: add it to the Layers of function 'ws'.")]
    [InlineData("import tiktoken", "Nothing provides 'tiktoken' to function 'ws' in Lambda. Layer 'common-ai' has it: add it to the Layers of function 'ws'.")]
    [InlineData("import lambda_mgmt_common", "Nothing provides 'lambda_mgmt_common' to function 'ws' in Lambda. A layer of '../module-mgmt/module.coraproj' has it: reference that module with <ProjectReference Include=\"../module-mgmt/module.coraproj\" />.")]
    [InlineData("import docx", "Nothing provides 'docx' to function 'ws' in Lambda. 'python-docx', which function 'members' has, provides it: add it to backend/lambdas/ws/requirements.txt.")]
    [InlineData("import org_comon", "Nothing provides 'org_comon' to function 'ws' in Lambda. Did you mean 'org_common'? If not, add the distribution that provides 'org_comon' to backend/lambdas/ws/requirements.txt.")]
    [InlineData("import only_here", "Nothing provides 'only_here' to function 'ws' in Lambda. Function 'members' has a module of that name, which no other zip contains: move it into a layer.")]
    [InlineData("import email_domains.name", "'email_domains' has no module 'name'. Did you mean 'email_domains.names'?")]
    [InlineData("import email_domains.normal", "'email_domains' has no module 'normal'. 'normal' is a name in it: write 'from email_domains import normal'.")]
    [InlineData("import modules.zebra", "'modules' has no module 'zebra'. 'modules' is a module, not a package.")]
    [InlineData("from . import modules", "'lambda_function' is in no package, so that '.' leads nowhere. Write 'import modules'.")]
    [InlineData("from .modules import x", "'lambda_function' is in no package, so that '.' leads nowhere. Write 'from modules import x'.")]
    [InlineData("import winreg", "Nothing provides 'winreg' to function 'ws' in Lambda: it is not in Python on Linux. Add the distribution that provides 'winreg' to backend/lambdas/ws/requirements.txt.")]
    [InlineData("from layers.module_common import common\ncommon.rpc('x')", "A layer's package is imported by its own name: write 'import org_common as common'.")]
    [InlineData("from layers.org_common import common", "A layer's package is imported by its own name: write 'from org_common import common'.")]
    [InlineData("from layers.org_common.db import rpc as call", "A layer's package is imported by its own name: write 'from org_common.db import rpc as call'.")]
    [InlineData("import layers.org_common as common", "A layer's package is imported by its own name: write 'import org_common as common'.")]
    [InlineData("from layers import org_common", "A layer's package is imported by its own name: write 'import org_common'.")]
    public void The_message_names_what_would_provide_it(string code, string message) =>
        Assert.Equal(message, Assert.Single(Check(Sources(code)).Diagnostics).Message);

    [PythonTheory]
    [InlineData("common.rpc('x')\ncommon.VERSION", "write 'import org_common as common'.")]
    [InlineData("common.require_admin(1)", "write 'import access_common as common'.")]
    [InlineData("common.zebra(1)", "write 'import … as common' with the one that is meant: access_common, ai_common, org_common, placeholder.")]
    public void The_layer_that_is_meant_is_the_one_that_has_what_is_used(string use, string end)
    {
        var sources = Sources("from layers.module_common import common\n" + use);
        sources.Layers.Clear();
        Assert.EndsWith(end, Assert.Single(Check(sources).Diagnostics).Message, StringComparison.Ordinal);
    }

    [PythonFact]
    public void A_layer_that_is_an_ARN_provides_what_it_says()
    {
        var known = new ImportableCode("", "arn:aws:lambda:eu-central-1:123456789012:layer:x:1", new Dictionary<string, SourceModule>(), ["pandas"], [], true);
        var model = Sources("import pandas\nimport requests").Model();
        foreach (var (layer, expected) in new[] { (known, 1), (known with { TopLevel = [], IsComplete = false }, 0) })
        {
            var report = new LintReport();
            ImportRules.Check(new LintModel(model.Module, [.. model.Artifacts.Select(artifact => artifact with { Layers = [.. artifact.Layers, layer] })]), report);
            Assert.Equal(expected, report.Diagnostics.Count);
        }
    }
}
