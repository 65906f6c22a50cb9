using System.Text;
using System.Text.Json;

namespace Cora.Build.Modules;

/// <summary>A function that <c>module.json</c> names.</summary>
/// <param name="Name">As written.</param>
/// <param name="List">In which list: <c>backend.lambdas</c>, <c>provides.lambdas</c> or <c>capabilities.backend.lambdas</c>.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in UTF-16 units.</param>
public sealed record ListedFunction(string Name, string List, int Line, int Column);

/// <summary>A list of functions in <c>module.json</c>.</summary>
/// <param name="Name">Such as <c>backend.lambdas</c>.</param>
/// <param name="Line">Of its first character, 1-based.</param>
/// <param name="Column">1-based, in UTF-16 units.</param>
public sealed record FunctionList(string Name, int Line, int Column);

/// <summary>What keeps <c>module.json</c> from being read.</summary>
/// <param name="Message">What is wrong, without a place.</param>
/// <param name="Line">1-based.</param>
/// <param name="Column">1-based, in UTF-16 units.</param>
public sealed record MetadataFault(string Message, int Line, int Column);

/// <summary>What people say of a module's functions in its <c>module.json</c>. It is never where the functions come from.</summary>
/// <param name="Lists">The lists that are there.</param>
/// <param name="Functions">What they name, in order: a name in one, or the <c>name</c> of an object.</param>
/// <param name="Fault">Null when the file is JSON; else what is in it is not known.</param>
public sealed record ModuleMetadata(IReadOnlyList<FunctionList> Lists, IReadOnlyList<ListedFunction> Functions, MetadataFault? Fault)
{
    private static readonly string[] s_lists = ["backend.lambdas", "provides.lambdas", "capabilities.backend.lambdas"];

    /// <summary>Reads a file. Comments and commas behind the last element are let pass.</summary>
    public static ModuleMetadata Read(ReadOnlySpan<byte> content)
    {
        var start = content.StartsWith("\uFEFF"u8) ? 3 : 0;
        var lists = new List<FunctionList>();
        var functions = new List<ListedFunction>();
        var json = new Utf8JsonReader(content[start..], new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 1000 });
        var places = new Places();
        // The names that lead to where the reader is; null for the elements of a list.
        var path = new List<string?>();
        try
        {
            while (json.Read())
            {
                var list = ListOf(path);
                switch (json.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        path[^1] = json.GetString();
                        break;
                    case JsonTokenType.StartArray when list is { IsElement: false, IsName: false }:
                        var (line, column) = places.Of(content, start + (int)json.TokenStartIndex);
                        lists.Add(new FunctionList(list.Value.Name, line, column));
                        path.Add(null);
                        break;
                    case JsonTokenType.StartArray or JsonTokenType.StartObject:
                        path.Add(null);
                        break;
                    case JsonTokenType.EndArray or JsonTokenType.EndObject:
                        path.RemoveAt(path.Count - 1);
                        break;
                    case JsonTokenType.String when list is { } of && (of.IsElement || of.IsName):
                        (line, column) = places.Of(content, start + (int)json.TokenStartIndex);
                        functions.Add(new ListedFunction(json.GetString()!, of.Name, line, column));
                        break;
                }
            }
        }
        catch (JsonException e)
        {
            var (line, column) = new Places().Of(content, start + OffsetOf(content[start..], e.LineNumber ?? 0, e.BytePositionInLine ?? 0));
            return new ModuleMetadata([], [], new MetadataFault(WithoutPlace(e.Message), line, column));
        }
        catch (InvalidOperationException)
        {
            // A string that is no Unicode.
            var (line, column) = places.Of(content, start + (int)json.TokenStartIndex);
            return new ModuleMetadata([], [], new MetadataFault("This is no text in UTF-8.", line, column));
        }
        return new ModuleMetadata(lists, functions, null);
    }

    /// <summary>Which list a path leads to: to the list itself, to an element, or to the name of an element.</summary>
    private static (string Name, bool IsElement, bool IsName)? ListOf(List<string?> path)
    {
        foreach (var list in s_lists)
        {
            var names = list.Split('.');
            if (path.Count < names.Length || !path.Take(names.Length).SequenceEqual(names)) continue;
            if (path.Count == names.Length) return (list, false, false);
            if (path.Count == names.Length + 1 && path[^1] is null) return (list, true, false);
            if (path.Count == names.Length + 2 && path[^2] is null && path[^1] == "name") return (list, false, true);
        }
        return null;
    }

    private static int OffsetOf(ReadOnlySpan<byte> content, long line, long column)
    {
        var offset = 0;
        for (; line > 0; line--) offset += content[offset..].IndexOf((byte)'\n') + 1;
        return (int)Math.Min(content.Length, offset + column);
    }

    /// <summary>Without <c>LineNumber: 3 | BytePositionInLine: 4.</c></summary>
    private static string WithoutPlace(string message) => message.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message;

    /// <summary>Lines and columns of offsets that only grow.</summary>
    private sealed class Places
    {
        private int _line = 1;
        private int _column = 1;
        private int _known;

        public (int Line, int Column) Of(ReadOnlySpan<byte> content, int offset)
        {
            var passed = content[_known..offset];
            if (_known == 0 && passed.StartsWith("\uFEFF"u8)) passed = passed[3..];
            _known = offset;
            if (passed.LastIndexOf((byte)'\n') is >= 0 and var end)
            {
                _line += passed.Count((byte)'\n');
                _column = 1;
                passed = passed[(end + 1)..];
            }
            _column += Encoding.UTF8.GetCharCount(passed);
            return (_line, _column);
        }
    }
}
