using System.Text.RegularExpressions;

namespace Cora.Build.Python.Source;

/// <summary>
/// Reads the routes that a docstring declares: under a heading (<c>Routes:</c>, <c>Endpoints - Category:</c>), each in a line <c>- METHOD /path - summary</c>. Prose that
/// mentions a method and a path declares nothing.
/// </summary>
public sealed partial class RouteDocstringReader
{
    /// <summary>Those of HTTP APIs: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html.</summary>
    private static readonly HashSet<string> s_methods = new(StringComparer.Ordinal) { "ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT" };

    /// <summary>How many characters a summary goes on after.</summary>
    private const int MaxSummary = 300;

    private readonly Docstring _docstring;
    private readonly List<DeclaredRoute> _routes = [];
    private readonly List<RouteLikeLine> _routeLike = [];
    private readonly List<RouteLikeLine> _unheaded = [];
    private readonly List<SuppressionFact> _suppressions = [];
    private bool _hasHeading;

    /// <summary>The heading that the line stands under; null under none.</summary>
    private Section? _section;

    /// <summary>The last line that begins with <c>-</c>, while lines may belong to it.</summary>
    private Item? _item;

    private RouteDocstringReader(Docstring docstring) => _docstring = docstring;

    /// <summary>The routes that a docstring declares; none of no docstring.</summary>
    public static RouteDeclarations Read(Docstring? docstring)
    {
        if (docstring is null) return RouteDeclarations.None;
        var reader = new RouteDocstringReader(docstring);
        foreach (var line in Lines(docstring.Text)) reader.ReadWithComment(line);
        return new RouteDeclarations([.. reader._routes.DistinctBy(route => route.Key)], reader._routeLike, reader._hasHeading ? [] : reader._unheaded) { Suppressions = reader._suppressions };
    }

    private static IEnumerable<Line> Lines(string text)
    {
        var lines = new List<Line>();
        for (var start = 0; start <= text.Length;)
        {
            var end = text.IndexOf('\n', start) is var found and >= 0 ? found : text.Length;
            var line = text[start..end];
            var indentation = line.Length - line.TrimStart().Length;
            lines.Add(new Line(line.Trim(), indentation, start + indentation));
            start = end + 1;
        }
        // The first line stands behind the quotes: it is as far in as the others.
        var margin = lines.Skip(1).Where(line => line.Text.Length > 0).Select(line => line.Indentation).DefaultIfEmpty(0).Min();
        lines[0] = lines[0] with { Indentation = margin };
        return lines;
    }

    private void ReadWithComment(Line line)
    {
        var (lines, section) = (_routes.Count + _routeLike.Count + _unheaded.Count, _section);
        var comment = CommentPattern.Match(line.Text);
        Read(comment.Success ? line with { Text = line.Text[..comment.Index].TrimEnd() } : line);
        var isHeading = _section is not null && _section != section;
        if (!comment.Success || (!isHeading && lines == _routes.Count + _routeLike.Count + _unheaded.Count)) return;
        var codes = CodePattern.Matches(comment.Value).Select(code => new NameAt(code.Value.ToUpperInvariant(), At(line, comment.Index + code.Index))).ToList();
        if (codes.Count > 0) _suppressions.Add(new SuppressionFact(codes[0].At.Line, codes));
    }

    private void Read(Line line)
    {
        if (line.Text.Length == 0)
        {
            if (_item is { } item) item.MayGoOn = false;
        }
        else if (HeadingPattern.Match(line.Text) is { Success: true } heading)
        {
            ReadHeading(line, heading);
        }
        else if (_section is null)
        {
            if (RoutePattern.IsMatch(line.Text)) _unheaded.Add(new RouteLikeLine(line.Text, "No heading stands above it: write 'Routes:' in a line of its own there.", At(line, 0)));
        }
        else if (_item is { Route: not null } && line.Indentation > _item.Indentation)
        {
            GoOn(line);
        }
        else if (!ReadRoute(line) && !ReadRouteLike(line))
        {
            ReadOther(line);
        }
    }

    private void ReadHeading(Line line, Match heading)
    {
        _hasHeading = true;
        _item = null;
        var category = heading.Groups["category"].Value;
        _section = new Section(line.Indentation) { IsPublic = IsPublic(category) };
        if (KeyPattern.IsMatch(category)) _routeLike.Add(new RouteLikeLine(line.Text, "Give each route a line of its own below the heading.", At(line, 0)));
    }

    private bool ReadRoute(Line line)
    {
        if (RoutePattern.Match(line.Text) is not { Success: true } match) return false;
        var path = match.Groups["path"].Value;
        var rest = match.Groups["rest"].Value;
        if (path.IndexOf('?') is var query and > 0) path = path[..query];
        path = path.TrimEnd(':', ',', ';', '.');
        if (Wrong(path) is { } reason)
        {
            _routeLike.Add(new RouteLikeLine(line.Text, reason, At(line, 0)));
            _item = new Item(line.Indentation);
            return true;
        }
        var isMarked = MarkPattern.Match(rest);
        var summary = SeparatorPattern.Replace(isMarked.Success ? rest.Remove(isMarked.Index, isMarked.Length) : rest, "", 1).Trim();
        _routes.Add(new DeclaredRoute(match.Groups["method"].Value, path, _section!.IsPublic || isMarked.Success, summary, At(line, match.Groups["method"].Index)));
        _item = new Item(line.Indentation) { Route = _routes.Count - 1, MayGoOn = true };
        return true;
    }

    /// <summary>What is indented below a route belongs to it, whatever it looks like. Its first lines go on with the summary.</summary>
    private void GoOn(Line line)
    {
        var item = _item!;
        var route = _routes[item.Route!.Value];
        if (!item.MayGoOn || route.Summary.Length > MaxSummary || ListPattern.IsMatch(line.Text))
        {
            item.MayGoOn = false;
            return;
        }
        _routes[item.Route.Value] = route with { Summary = $"{route.Summary} {line.Text}".TrimStart() };
    }

    /// <summary>Whether somebody probably meant a route.</summary>
    private bool ReadRouteLike(Line line)
    {
        if (ReasonOf(line.Text) is not { } reason) return false;
        _routeLike.Add(new RouteLikeLine(line.Text, reason, At(line, 0)));
        _item = new Item(line.Indentation);
        return true;
    }

    private static string? ReasonOf(string text)
    {
        if (LikePattern.Match(text) is not { Success: true } match) return PathPattern.Match(text) is { Success: true } path ? $"It has no method: write '- GET {path.Groups["path"].Value}'." : null;
        var (mark, method) = (match.Groups["mark"].Value, match.Groups["method"].Value);
        var methods = method.Split(['|', ',', '/', ' '], StringSplitOptions.RemoveEmptyEntries);
        var areKnown = methods.All(item => s_methods.Contains(item.ToUpperInvariant()));
        var areCapitals = methods.All(item => item.All(char.IsAsciiLetterUpper));
        var target = match.Groups["path"].Value;
        var isPath = target[0] == '/';
        // In prose a line may begin like one: "GET /x is cached". What has no sign of a list is one only where it ends, or a summary begins.
        if (!areCapitals && !(areKnown && mark.Length > 0 && isPath)) return null;
        if (mark.Length == 0 && !(areKnown && isPath && EndPattern.IsMatch(match.Groups["rest"].Value))) return null;
        if (!isPath && !(areKnown && (target.Contains('{') || target.Contains("://", StringComparison.Ordinal) || EndPattern.IsMatch(match.Groups["rest"].Value)))) return null;

        if (methods.Length > 1) return areKnown ? $"Write a line for each of {string.Join(", ", methods.Select(item => item.ToUpperInvariant()))}." : null;
        if (!areKnown) return $"'{method}' is no method of an HTTP API: those are {string.Join(", ", s_methods.Order(StringComparer.Ordinal))}.";
        if (target.Contains("://", StringComparison.Ordinal)) return "Write the path alone, without the host.";
        return $"Write '- {method.ToUpperInvariant()} {(isPath ? "" : "/")}{target.TrimEnd('`', '*', '_', '"', '\'', ')', ':', ',', ';', '.')}'.";
    }

    private void ReadOther(Line line)
    {
        if (RulePattern.IsMatch(line.Text)) return;
        if (ListPattern.IsMatch(line.Text))
        {
            _item = new Item(line.Indentation);
            return;
        }
        _item = null;
        if (line.Indentation <= _section!.Indentation) _section = null;
        else if (line.Text.EndsWith(':')) _section.IsPublic = IsPublic(line.Text);
    }

    /// <summary>What no path of an HTTP API has.</summary>
    private static string? Wrong(string path)
    {
        if (NotInPathPattern.Match(path) is { Success: true } character)
        {
            return character.Value switch
            {
                "*" => "'*' is no part of a path: write '{proxy+}' for all that follows.",
                "<" or ">" or "[" or "]" => "A parameter stands in braces: write '{id}'.",
                var other => $"'{other}' is no part of a path.",
            };
        }
        return path.Split('/').All(segment => SegmentPattern.IsMatch(segment)) ? null : "A parameter is a name in braces that are closed: write '{id}'.";
    }

    private static bool IsPublic(string category) => PublicPattern.IsMatch(category);

    private Position At(Line line, int index) => _docstring.At(line.Start + index);

    /// <summary>A line of a docstring.</summary>
    /// <param name="Text">Without the white space around it.</param>
    /// <param name="Indentation">How many characters of white space stand before it.</param>
    /// <param name="Start">Index of its first character in the docstring.</param>
    private sealed record Line(string Text, int Indentation, int Start);

    private sealed class Section(int indentation)
    {
        public int Indentation { get; } = indentation;

        public bool IsPublic { get; set; }
    }

    private sealed class Item(int indentation)
    {
        public int Indentation { get; } = indentation;

        /// <summary>Index of the route that it is.</summary>
        public int? Route { get; init; }

        /// <summary>Whether the next line may belong to its summary.</summary>
        public bool MayGoOn { get; set; }
    }

    [GeneratedRegex(@"^(?:#+ *|\*\*)?(?:(?:API|HTTP|REST) +)?(?:Routes|Endpoints)(?: *\((?<category>[^()]*)\))?(?: *[-–—:] *(?<category>.*?))??:?(?:\*\*)?:?$", RegexOptions.IgnoreCase)]
    private static partial Regex HeadingPattern { get; }

    [GeneratedRegex(@"^-[ \t]+(?<method>ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT)[ \t]+(?<path>/\S*)(?<rest>.*)$")]
    private static partial Regex RoutePattern { get; }

    [GeneratedRegex(@"^(?:ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT)\s+/")]
    private static partial Regex KeyPattern { get; }

    [GeneratedRegex(@"^(?<mark>[-*+•–—]|\d+[.)])?\s*[`*_""'\[(]*(?<method>[A-Za-z]{3,8}(?:\s?[|,/]\s?[A-Za-z]{3,8}){0,7})[`*_""'\])]*(?:\s*:\s*|\s+)[`*_""'(]*(?<path>/\S*|[^\s/`*""'(]+/\S*)(?<rest>.*)$")]
    private static partial Regex LikePattern { get; }

    [GeneratedRegex(@"^-[ \t]*`?(?<path>/[A-Za-z{][^\s`]*)")]
    private static partial Regex PathPattern { get; }

    [GeneratedRegex(@"^\s*$|^\s+[-–—:#]|^\s{2,}|^\t")]
    private static partial Regex EndPattern { get; }

    [GeneratedRegex(@"^(?:[-*+•–—]|\d+[.)])(?:\s|$)")]
    private static partial Regex ListPattern { get; }

    [GeneratedRegex(@"^[-=~*_]{3,}$")]
    private static partial Regex RulePattern { get; }

    [GeneratedRegex(@"^\s*(?:->|=>|[-–—:#→])?\s*")]
    private static partial Regex SeparatorPattern { get; }

    [GeneratedRegex(@"[\[(]public[\])]", RegexOptions.IgnoreCase)]
    private static partial Regex MarkPattern { get; }

    [GeneratedRegex(@"#\s*noqa\s*:\s*(?:[A-Z]+[0-9]+\b[\s,]*)+$", RegexOptions.IgnoreCase)]
    private static partial Regex CommentPattern { get; }

    [GeneratedRegex(@"\bCORA[0-9]+\b", RegexOptions.IgnoreCase)]
    private static partial Regex CodePattern { get; }

    [GeneratedRegex(@"^public\b", RegexOptions.IgnoreCase)]
    private static partial Regex PublicPattern { get; }

    [GeneratedRegex(@"[^A-Za-z0-9._~!$&'()+,;=:@%{}/-]")]
    private static partial Regex NotInPathPattern { get; }

    [GeneratedRegex(@"^[^{}]*$|^[^{}]*\{[^{}]+\}[^{}]*$")]
    private static partial Regex SegmentPattern { get; }
}
