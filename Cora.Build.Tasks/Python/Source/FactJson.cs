using System.Text.Json;

namespace Cora.Build.Python.Source;

/// <summary>
/// Reads what <c>facts/</c> writes: an object for a file, without the members that have their default; the records in it are arrays of their parameters in
/// order, with a <see cref="Position"/> as two numbers and a <see cref="Target"/> as its import followed by its path.
/// </summary>
/// <remarks>By hand, because most builds do it once: a serializer would have the runtime compile hundreds of its methods first.</remarks>
internal ref struct FactJson
{
    private Utf8JsonReader _json;

    private FactJson(ReadOnlySpan<byte> utf8) => _json = new Utf8JsonReader(utf8);

    private delegate T Reading<out T>(ref FactJson json);

    /// <exception cref="JsonException">It is something else.</exception>
    /// <exception cref="InvalidOperationException">It is something else.</exception>
    public static SourceFacts Read(ReadOnlySpan<byte> utf8)
    {
        var json = new FactJson(utf8);
        json.Next();
        return json.Facts();
    }

    private SourceFacts Facts()
    {
        var facts = new SourceFacts();
        for (var name = FirstName(); name is not null; name = NextName())
        {
            facts = name switch
            {
                "fault" => facts with { Fault = One(static (ref json) => new SyntaxFault(json.Text(), json.Place(), json.Flag())) },
                "imports" => facts with { Imports = List(static (ref json) => json.One(static (ref json) => json.Import())) },
                "bindings" => facts with { Bindings = List(static (ref json) => json.One(static (ref json) => json.Binding())) },
                "all" => facts with { All = Texts() },
                "isDynamic" => facts with { IsDynamic = Flag() },
                "references" => facts with { References = List(static (ref json) => json.One(static (ref json) => json.Reference())) },
                "calls" => facts with { Calls = List(static (ref json) => json.One(static (ref json) => json.Call())) },
                "environment" => facts with { Environment = List(static (ref json) => json.One(static (ref json) => new EnvironmentRead(json.OptionalText(), json.Place(), json.Flag(), json.Text(), json.OptionalText()))) },
                "importsByName" => facts with { ImportsByName = Flag() },
                "suppressions" => facts with { Suppressions = List(static (ref json) => json.One(static (ref json) => new SuppressionFact(json.Number(), json.Names()))) },
                _ => throw new JsonException($"'{name}' is no fact"),
            };
        }
        return facts;
    }

    private ImportFact Import() =>
        new(Place(), Text(), Number(), OptionalText(), OptionalText(), (ImportPlace)Number(), List(static (ref json) => json.Here())) { IsGuarded = Flag() };

    private Binding Binding()
    {
        var name = Text();
        var kind = (BindingKind)Number();
        var binding = new Binding(name, kind, Place());
        Next();
        for (var member = FirstName(); member is not null; member = NextName())
        {
            binding = member switch
            {
                "signature" => binding with { Signature = One(static (ref json) => json.Signature()) },
                "decorators" => binding with { Decorators = List(static (ref json) => json.One(static (ref json) => new Decorator(json.Targets(), json.Text(), json.Flag(), json.Texts()))) },
                "keepsSignature" => binding with { KeepsSignature = Number() },
                "class" => binding with { Class = One(static (ref json) => json.Class()) },
                "import" => binding with { Import = Number() },
                "targets" => binding with { Targets = Targets() },
                _ => throw new JsonException($"'{member}' is nothing of a binding"),
            };
        }
        return binding;
    }

    private Signature Signature() =>
        new(List(static (ref json) => json.One(static (ref json) => new Parameter(json.Text(), (ParameterKind)json.Number(), json.Flag()))), Flag(), Flag());

    private ClassFacts Class() => new(
        List(static (ref json) => json.One(static (ref json) => new BaseClass(json.Targets(), json.Text()))), Flag(), Flag(),
        List(static (ref json) => json.One(static (ref json) => new Field(json.Text(), json.Flag(), json.Flag(), json.Flag()))));

    private Reference Reference() => new(Targets(), Flag(), Names(), Flag(), Flag());

    private Call Call() => new(Targets(), Flag(), Name(), Arguments(), Arguments(), Flag(), Flag(), Flag()) { Function = Text() };

    private IReadOnlyList<Argument> Arguments() =>
        List(static (ref json) => json.One(static (ref json) => new Argument(json.Text(), json.Place(), json.OptionalLiteral())));

    private Literal? OptionalLiteral()
    {
        Next();
        if (_json.TokenType == JsonTokenType.Null) return null;
        var literal = new Literal(Place(), OptionalText(), OptionalNames(), Flag(), Flag());
        End();
        return literal;
    }

    private IReadOnlyList<Target> Targets() => List(static (ref json) => json.One(static (ref json) => new Target(json.Number(), json.Rest())));

    /// <summary>The strings up to the end of the array.</summary>
    private IReadOnlyList<string> Rest()
    {
        List<string>? texts = null;
        while (Peek() != JsonTokenType.EndArray) (texts ??= []).Add(Text());
        return texts is null ? [] : texts;
    }

    private IReadOnlyList<NameAt> Names() => List(static (ref json) => json.One(static (ref json) => json.Name()));

    private IReadOnlyList<NameAt>? OptionalNames()
    {
        if (Peek() != JsonTokenType.Null) return Names();
        Next();
        return null;
    }

    private IReadOnlyList<string> Texts() => List(static (ref json) => json._json.GetString()!);

    private NameAt Name() => new(Text(), Place());

    private Position Place() => new(Number(), Number());

    private string Text() => OptionalText() ?? throw new JsonException("A text is missing");

    private string? OptionalText()
    {
        Next();
        return _json.GetString();
    }

    private int Number()
    {
        Next();
        return Here();
    }

    private readonly int Here() => _json.GetInt32();

    private bool Flag()
    {
        Next();
        return _json.GetBoolean();
    }

    /// <summary>A record: the array that comes next, or the one that the reader stands on.</summary>
    private T One<T>(Reading<T> read)
    {
        if (_json.TokenType != JsonTokenType.StartArray) Next();
        Expect(JsonTokenType.StartArray);
        var value = read(ref this);
        End();
        return value;
    }

    /// <summary>An array whose elements are read where the reader stands on them.</summary>
    private IReadOnlyList<T> List<T>(Reading<T> read)
    {
        Next();
        Expect(JsonTokenType.StartArray);
        List<T>? values = null;
        while (Next() && _json.TokenType != JsonTokenType.EndArray) (values ??= []).Add(read(ref this));
        return values is null ? [] : values;
    }

    private string? FirstName()
    {
        Expect(JsonTokenType.StartObject);
        return NextName();
    }

    private string? NextName()
    {
        Next();
        return _json.TokenType == JsonTokenType.EndObject ? null : _json.GetString();
    }

    private void End()
    {
        Next();
        Expect(JsonTokenType.EndArray);
    }

    private readonly void Expect(JsonTokenType type)
    {
        if (_json.TokenType != type) throw new JsonException($"{_json.TokenType} where {type} was expected");
    }

    private readonly JsonTokenType Peek()
    {
        var ahead = _json;
        return ahead.Read() ? ahead.TokenType : JsonTokenType.None;
    }

    private bool Next() => _json.Read() ? true : throw new JsonException("It ends too early");
}
