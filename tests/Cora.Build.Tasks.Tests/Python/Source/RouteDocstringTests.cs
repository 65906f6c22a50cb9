using System.Text;
using Cora.Build.Python.Source;

namespace Cora.Build.Tests.Python.Source;

public sealed class RouteDocstringTests
{
    private static FunctionRoutes Routes(string source) => FunctionRoutes.Read(Encoding.UTF8.GetBytes(source.ReplaceLineEndings("\n")), "lambda_handler");

    private static RouteDeclarations Read(string docstring) => Routes($"\"\"\"{docstring}\"\"\"\n").Module;

    /// <summary><c>GET /x@3:3 public - summary</c></summary>
    private static IEnumerable<string> Show(IEnumerable<DeclaredRoute> routes) => routes.Select(route =>
        $"{route.Method} {route.Path}@{Source.Show.Of(route.At)}{(route.IsPublic ? " public" : "")}{(route.Summary.Length > 0 ? $" - {route.Summary}" : "")}");

    private static IEnumerable<string> Show(IEnumerable<RouteLikeLine> lines) => lines.Select(line => $"{Source.Show.Of(line.At)} {line.Reason}");

    [Fact]
    public void Routes_are_read_as_the_field_writes_them()
    {
        var read = Read("""
            Knowledge bases.

            Routes - Workspace Scoped:
            - GET /ws/{wsId}/kb - Get the workspace's KB
            - POST   /ws/{wsId}/kb/{kbId}/toggle      - aligned columns occur
            -  DELETE	/ws/{wsId}/kb/{kbId}

            Endpoints - Public:
              - GET /kb/discover – Find one,
                or none

              - HEAD /kb/{proxy+}: all the rest
            - ANY /kb [public] - Anything

            Routes:
            - PUT /old/:kbId?force=true&x=1 Express style
            - PATCH /a (Public)
            - OPTIONS /a -> CORS

            GET /kb is cached for a minute. A POST to /kb ends that.
            - DELETE /kb/all - not any more
            """);

        Assert.Equal(
            [
                "GET /ws/{wsId}/kb@4:3 - Get the workspace's KB",
                "POST /ws/{wsId}/kb/{kbId}/toggle@5:3 - aligned columns occur",
                "DELETE /ws/{wsId}/kb/{kbId}@6:4",
                "GET /kb/discover@9:5 public - Find one, or none",
                "HEAD /kb/{proxy+}@12:5 public - all the rest",
                "ANY /kb@13:3 public - Anything",
                "PUT /old/:kbId@16:3 - Express style",
                "PATCH /a@17:3 public",
                "OPTIONS /a@18:3 - CORS",
            ],
            Show(read.Routes));
        Assert.Empty(read.RouteLikeLines);
        Assert.Empty(read.Unheaded);
    }

    [Theory]
    [InlineData("Routes:")]
    [InlineData("Endpoints:")]
    [InlineData("Routes - Category:")]
    [InlineData("Endpoints - Category with (brackets): ")]
    [InlineData("ROUTES")]
    [InlineData("routes – admin")]
    [InlineData("API Routes:")]
    [InlineData("HTTP endpoints:")]
    [InlineData("## Routes")]
    [InlineData("**Routes:**")]
    [InlineData("Routes:\n-------")]
    [InlineData("Routes (organisation):")]
    public void Headings_have_several_forms(string heading) => Assert.Equal(["GET /x"], Read($"Title.\n\n{heading}\n- GET /x\n").Routes.Select(route => route.Key));

    [Theory]
    [InlineData("Routes - Public:", true)]
    [InlineData("Endpoints - public, no sign-in:", true)]
    [InlineData("Routes (Public):", true)]
    [InlineData("Routes:\n  Public:", true)]
    [InlineData("Routes - Not Public:", false)]
    [InlineData("Routes - Publications:", false)]
    [InlineData("Routes - Organisation Scoped:", false)]
    [InlineData("Routes - Public:\n\nRoutes - Private:", false)]
    public void A_heading_says_that_routes_are_public(string heading, bool isPublic) => Assert.Equal(isPublic, Assert.Single(Read($"Title.\n\n{heading}\n  - GET /x\n").Routes).IsPublic);

    [Theory]
    // Prose, whatever it mentions.
    [InlineData("GET /x returns it. Routes are elsewhere:\n- see GET /x\n")]
    [InlineData("The routes: GET /x and POST /x.\n")]
    [InlineData("Routes:\n- data: {...}\n- `limit`: how many GET requests\n- Get and/or set it\n- GET requests/responses are logged here\n- a request to /x\n1. first\n2. GET is safe\n{\"GET\": \"/x\"}\n")]
    [InlineData("Routes:\n\nGET /x is what it calls.\nPOST /x: too\n")]
    [InlineData("Routes:\n\nNone. It calls others:\n- GET /upstream - of theirs\n1. GET /x\n")]
    [InlineData("Steps:\n1. GET /x\n2. POST /y\n* GET /x\n")]
    [InlineData("Routes:\n- $connect - WebSocket\n- $disconnect\n- $default\n")]
    [InlineData("An EventBridge schedule runs it; it has no routes.\n")]
    [InlineData("Routes - see docs/api.md\n")]
    [InlineData("Example:\n\n    - get /x\n    {\"method\": \"GET\", \"path\": \"/x\"}\n")]
    public void Other_text_declares_nothing_and_looks_like_nothing(string docstring)
    {
        var read = Read(docstring);
        Assert.Empty(read.Routes.Select(route => route.Key));
        Assert.Empty(Show(read.RouteLikeLines));
        Assert.Empty(Show(read.Unheaded));
    }

    [Fact]
    public void What_is_indented_below_a_route_belongs_to_it()
    {
        var read = Read("""
            Routes:
            - POST /sync - Sync with
              the provider
              - GET /upstream/items
              1. GET /upstream
              * POST /upstream
              body: {"GET": "/x"}

              GET /upstream - again
            - Administration:
              - GET /admin/sys/x - In a list of its own
              - POST /admin/sys/x
            """);

        Assert.Equal(["POST /sync@2:3 - Sync with the provider", "GET /admin/sys/x@11:5 - In a list of its own", "POST /admin/sys/x@12:5"], Show(read.Routes));
        Assert.Empty(Show(read.RouteLikeLines));
    }

    [Theory]
    [InlineData("GET /x - List", "Write '- GET /x'.")]
    [InlineData("* GET /x - List", "Write '- GET /x'.")]
    [InlineData("• GET /ws/{wsId}", "Write '- GET /ws/{wsId}'.")]
    [InlineData("-GET /x", "Write '- GET /x'.")]
    [InlineData("1. GET /x - List", "Write '- GET /x'.")]
    [InlineData("- get /x - List", "Write '- GET /x'.")]
    [InlineData("- Get: /x", "Write '- GET /x'.")]
    [InlineData("- GET: /x", "Write '- GET /x'.")]
    [InlineData("- GET ws/{wsId}/kb - Get", "Write '- GET /ws/{wsId}/kb'.")]
    [InlineData("- POST x/y", "Write '- POST /x/y'.")]
    [InlineData("- `GET /x` - List", "Write '- GET /x'.")]
    [InlineData("- **GET** `/x` - List", "Write '- GET /x'.")]
    [InlineData("- GET|PUT /x - Both", "Write a line for each of GET, PUT.")]
    [InlineData("- GET, PUT /x - Both", "Write a line for each of GET, PUT.")]
    [InlineData("- get/put /x", "Write a line for each of GET, PUT.")]
    [InlineData("- FETCH /x - List", "'FETCH' is no method of an HTTP API: those are ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT.")]
    [InlineData("- GET https://api.example.com/x", "Write the path alone, without the host.")]
    [InlineData("- /ws/{wsId} - Get it", "It has no method: write '- GET /ws/{wsId}'.")]
    [InlineData("- GET /x/* - All", "'*' is no part of a path: write '{proxy+}' for all that follows.")]
    [InlineData("- GET /x/<id>", "A parameter stands in braces: write '{id}'.")]
    [InlineData("- GET /x/{id", "A parameter is a name in braces that are closed: write '{id}'.")]
    [InlineData("- GET /x/{}/y", "A parameter is a name in braces that are closed: write '{id}'.")]
    [InlineData("- GET /größe", "'ö' is no part of a path.")]
    public void A_line_that_looks_like_a_route_is_found_with_its_reason(string line, string reason)
    {
        var read = Read($"Title.\n\nRoutes:\n  {line}\n  - GET /good\n");

        Assert.Equal([$"4:3 {reason}"], Show(read.RouteLikeLines));
        Assert.Equal(line, read.RouteLikeLines[0].Text);
        Assert.Equal(["GET /good"], read.Routes.Select(route => route.Key));
    }

    [Fact]
    public void Routes_in_the_line_of_the_heading_are_none() =>
        Assert.Equal(["1:4 Give each route a line of its own below the heading."], Show(Read("Routes: GET /x, POST /y\n").RouteLikeLines));

    [Fact]
    public void Without_any_heading_lines_that_would_be_routes_are_told_apart()
    {
        Assert.Equal(["3:1 No heading stands above it: write 'Routes:' in a line of its own there."], Show(Read("Title.\n\n- GET /x - List\n* GET /x\nGET /x\n").Unheaded));
        Assert.Empty(Read("Title.\n\nCalls:\n- GET /x - List\n\nRoutes:\n- POST /x\n").Unheaded);
    }

    [Fact]
    public void A_comment_behind_a_route_suppresses_what_is_said_of_it()
    {
        var read = Read("""
            Say '# noqa: CORA2001' where it must be.

            Routes:  # noqa: CORA6006
            - GET /api/x - Old  # noqa: E501, cora6024 CORA6011
            - get /y # noqa:CORA2021
            Text # noqa: CORA2001
            """);

        Assert.Equal(["GET /api/x@4:3 - Old"], Show(read.Routes));
        Assert.Equal(["- get /y"], read.RouteLikeLines.Select(line => line.Text));
        Assert.Equal(["CORA6006@3:18", "CORA6024@4:35 CORA6011@4:44", "CORA2021@5:17"], read.Suppressions.Select(fact => string.Join(' ', fact.Codes.Select(Source.Show.Of))));
    }

    [Fact]
    public void A_method_and_path_count_once() => Assert.Equal(["GET /x@2:3 - a", "GET /x/@4:3"], Show(Read("Routes:\n- GET /x - a\n- GET /x - b\n- GET /x/\n").Routes));

    [Fact]
    public void The_docstring_of_the_handler_counts_and_that_of_other_functions_does_not()
    {
        var routes = Routes("""
            '''Orders.

            Routes:
            - GET /orders - List
            '''

            def helper(event):
                '''GET /helper

                Routes:
                - GET /helper - no
                '''

            def lambda_handler(event, context):
                '''Routes - Public:
                - GET /orders - again
                - POST /orders - Make one
                Args: GET /x
                '''
            """);

        Assert.Equal(["GET /orders@4:3 - List"], Show(routes.Module.Routes));
        Assert.Equal(["POST /orders@17:7 public - Make one"], Show(routes.OnlyOfHandler));
        Assert.Equal(["GET /orders@4:3 - List", "POST /orders@17:7 public - Make one"], Show(routes.All));
        Assert.Empty(routes.Handler.RouteLikeLines);
    }

    [Fact]
    public void All_routes_of_the_samples_are_read_and_nothing_in_them_looks_like_one()
    {
        var files = Repository.Files("samples", ".py").Where(path => path.EndsWith("/lambda_function.py", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        foreach (var file in files)
        {
            var source = Repository.Read(file);
            var routes = Routes(source);
            Assert.Empty(routes.Module.RouteLikeLines.Concat(routes.Module.Unheaded).Concat(routes.Handler.RouteLikeLines).Select(line => $"{file}: {line}"));
            // What dispatches requests has the same keys.
            var dispatched = System.Text.RegularExpressions.Regex.Matches(source, @"^    ""((?:GET|POST|PUT|PATCH|DELETE) /[^""]*)"":", System.Text.RegularExpressions.RegexOptions.Multiline).Select(match => match.Groups[1].Value);
            Assert.Equal(dispatched.Order(StringComparer.Ordinal), routes.All.Select(route => route.Key).Order(StringComparer.Ordinal));
        }
        Assert.Equal(["GET /idp-config/discover"], files.SelectMany(file => Routes(Repository.Read(file)).All).Where(route => route.IsPublic).Select(route => route.Key));
    }

    [Fact]
    public void Hostile_docstrings_come_to_an_end()
    {
        foreach (var hostile in new[]
        {
            "Routes:\n- GET /x " + new string(' ', 300_000) + "x", "Routes:\n- GET /x\n" + string.Concat(Enumerable.Repeat("  more\n", 200_000)), "Routes:" + new string(' ', 300_000) + "x", "Routes -" + new string('-', 300_000),
            "Routes:\n- " + string.Concat(Enumerable.Repeat("GET|", 200_000)), "Routes:\n- GET /" + new string('{', 300_000), "Routes:\n- GET /" + string.Concat(Enumerable.Repeat("{a", 300_000)), "Routes:\n" + new string('*', 300_000), "Routes:\n- GET" + new string(' ', 300_000),
            string.Concat(Enumerable.Repeat("Routes:\n- GET /x\n", 50_000)), new string('#', 300_000), new string('\n', 300_000), "Routes:\n" + new string('`', 300_000), "Routes:\n- GET " + new string('a', 300_000) + "/", "Routes:\n- GET /x" + new string(':', 300_000),
            "Routes:\n- GET /x" + string.Concat(Enumerable.Repeat("(public", 200_000)),
        })
        {
            _ = Read(hostile);
        }
    }
}
