using Cora.Build.Rules;

namespace Cora.Build.Tests.Rules;

public sealed class RouteDocstringRulesTests
{
    private const string Layer = "def dispatch(event, context, routes):\n    return routes[event['routeKey']]\n\ndef log(event):\n    pass\n";

    private static LintReport Check(string handler) => new LintSources
    {
        ["lambdas/ws/lambda_function.py"] = handler.ReplaceLineEndings("\n"),
        ["lambdas/ws/views.py"] = "'''Routes:\n- GET /api/views\n'''\ndef show(request):\n    '''GET /api/views/{id}'''\n",
        ["layers/common/org_common.py"] = Layer,
    }.Check(RouteDocstringRules.Check);

    private static void Expect(string handler, params string[] findings) => Assert.Equal(findings, LintSources.Show(Check(handler)).Select(finding => finding.Replace("lambdas/ws/lambda_function.py:", "", StringComparison.Ordinal)));

    private const string Dispatch = "import org_common as common\nimport views\n\nROUTES = {\n    'GET /ws/{wsId}': views.show,\n}\n\ndef lambda_handler(event, context):\n    return common.dispatch(event, context, ROUTES)\n";

    [PythonFact]
    public void A_function_that_documents_its_routes_is_left_alone()
    {
        var report = Check("'''Workspaces.\n\nRoutes - Workspace Scoped:\n- GET /ws/{wsId} - Get one\n- POST /ws\n'''\n" + Dispatch);

        Assert.Empty(report.Diagnostics);
        Assert.Equal(2, report.Routes);
    }

    [PythonFact]
    public void Routes_in_the_docstring_of_the_handler_are_found_once()
    {
        var report = Check("""
            '''Workspaces.

            Routes:
            - GET /ws/{wsId}
            '''
            def lambda_handler(event, context):
                '''Answer.

                Routes:
                - GET /ws/{wsId} - the same
                - PUT /ws/{wsId} - Change it
                - DELETE /ws/{wsId}
                '''

            def helper():
                '''Routes:
                - POST /x
                '''
            """);

        Assert.Equal(["lambdas/ws/lambda_function.py:11:7 CORA2020"], LintSources.Show(report));
        Assert.Equal("2 routes are, beginning with 'PUT /ws/{wsId}', in the docstring of 'lambda_handler' and not in that of the file. Move them to the docstring that the file begins with.", report.Diagnostics[0].Message);
        Assert.Equal(3, report.Routes);
    }

    [PythonFact]
    public void One_route_in_the_docstring_of_the_handler_is_named() => Assert.Equal(
        "'GET /ws' is in the docstring of 'lambda_handler' and not in that of the file. Move it to the docstring that the file begins with.",
        Assert.Single(Check("def lambda_handler(event, context):\n    '''Routes:\n    - GET /ws\n    '''\n").Diagnostics).Message);

    [PythonFact]
    public void A_line_that_looks_like_a_route_is_found_in_both_docstrings()
    {
        Expect("""
            '''Routes:
            - GET ws/{wsId} - Get one
            - POST /ws
            '''
            def lambda_handler(event, context):
                '''Routes:
                * GET /x
                '''
            """, "2:1 CORA2021", "7:5 CORA2021");
        Assert.Equal("'- GET ws/{wsId} - Get one' looks like a route, and is not read as one. Write '- GET /ws/{wsId}'.", Check("'''Routes:\n- GET ws/{wsId} - Get one\n'''\n").Diagnostics[0].Message);
    }

    [PythonFact]
    public void A_function_that_answers_requests_and_declares_no_route_is_found()
    {
        Expect(Dispatch, "1:1 CORA6006");
        Expect("'''Workspaces: GET /ws/{wsId} and others.'''\n" + Dispatch, "1:1 CORA6006");
        Expect("'''Workspaces.\n\n- GET /ws/{wsId} - Get one\n'''\n" + Dispatch, "1:1 CORA6006", "3:1 CORA2021");
        Expect("import org_common\ndef lambda_handler(event, context):\n    return org_common.dispatch(event, context, {'ANY /': print})\n", "1:1 CORA6006");
        Expect("def lambda_handler(event, context):\n    '''Routes:\n    - GET /ws/{wsId}\n    '''\n" + Dispatch[..^88], "3:7 CORA2020");
    }

    [PythonTheory]
    [InlineData("'''Cleans up. Runs on a schedule and has no routes.'''\nimport org_common\ndef lambda_handler(event, context):\n    org_common.log(event)\n")]
    [InlineData("def lambda_handler(event, context):\n    for record in event['Records']: print(record['body'])\n")]
    [InlineData("'''Calls another service.\n\n- GET /v1/models - of theirs\n'''\nimport requests\ndef lambda_handler(event, context):\n    requests.get('https://host/v1/models')\n")]
    [InlineData("import org_common\ndef lambda_handler(event, context):\n    return org_common.dispatch(event, context, {'$connect': print})\n")]
    [InlineData("import org_common\ndef lambda_handler(event, context):\n    return org_common.log({'GET': 1, 'path': '/x'})\n")]
    [InlineData("import org_common\nROUTES = make()\ndef lambda_handler(event, context):\n    return org_common.dispatch(event, context, ROUTES)\n")]
    public void A_function_of_which_that_is_not_certain_is_left_alone(string handler) => Expect(handler);

    [PythonFact]
    public void A_path_against_the_standard_is_found_once()
    {
        var report = Check("'''Routes:\n- GET    /api/Ws/:wsId/ - Get one\n- GET /ws\n'''\n");

        Assert.Equal(["lambdas/ws/lambda_function.py:2:3 CORA6024"], LintSources.Show(report));
        Assert.Equal("The path '/api/Ws/:wsId/' is against the standard. The gateway's own address stands for '/api': leave it out. It ends with a slash: API Gateway takes that for another path. Leave it out. "
            + "'Ws' has capitals: write words in small letters with '-' between them. Write parameters in braces: '{id}' for ':id'.", report.Diagnostics[0].Message);
    }
}
