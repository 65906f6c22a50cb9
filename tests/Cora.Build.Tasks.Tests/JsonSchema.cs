using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cora.Build.Tests;

/// <summary>The keywords of JSON Schema 2020-12 that the schemas of these tests use. Another keyword throws: it must not be passed over.</summary>
internal sealed class JsonSchema(JsonObject root)
{
    public static JsonSchema Read(string path) => new(JsonNode.Parse(Repository.Read(path))!.AsObject());

    public IEnumerable<string> Properties(string definition) => root["$defs"]![definition]!["properties"]!.AsObject().Select(property => property.Key);

    /// <summary>What is not as the schema says; null when all is.</summary>
    public string? Defect(JsonNode? value) => Defect(root, value, "$");

    private string? Defect(JsonNode? schema, JsonNode? value, string at)
    {
        if (schema is JsonValue constant) return constant.GetValue<bool>() ? null : $"{at} must not be there";
        return schema!.AsObject().Select(keyword => Defect(schema.AsObject(), keyword.Key, keyword.Value, value, at)).FirstOrDefault(defect => defect is not null);
    }

    private string? Defect(JsonObject schema, string keyword, JsonNode? wanted, JsonNode? value, string at) => keyword switch
    {
        "$schema" or "$id" or "$defs" or "definitions" or "title" or "description" or "default" => null,
        "$ref" => Defect(Definition(wanted!.GetValue<string>()), value, at),
        "oneOf" => wanted!.AsArray().Count(choice => Defect(choice, value, at) is null) == 1 ? null : $"{at} is not one of the choices",
        "anyOf" => wanted!.AsArray().Any(choice => Defect(choice, value, at) is null) ? null : $"{at} is none of the choices",
        "const" => JsonNode.DeepEquals(wanted, value) ? null : $"{at} is not {wanted}",
        "enum" => wanted!.AsArray().Any(item => JsonNode.DeepEquals(item, value)) ? null : $"{at} is none of {wanted}",
        "type" => HasType(wanted!.GetValue<string>(), value) ? null : $"{at} is no {wanted}",
        "pattern" => value is not JsonValue text || Regex.IsMatch(text.GetValue<string>(), wanted!.GetValue<string>()) ? null : $"{at} does not match {wanted}",
        "format" => value!.GetValue<string>() is var text && IsOfFormat(wanted!.GetValue<string>(), text) ? null : $"{at} is no {wanted}",
        "minLength" => value!.GetValue<string>().Length >= wanted!.GetValue<int>() ? null : $"{at} is too short",
        "minimum" => value!.GetValue<double>() >= wanted!.GetValue<double>() ? null : $"{at} is below {wanted}",
        "maximum" => value!.GetValue<double>() <= wanted!.GetValue<double>() ? null : $"{at} is above {wanted}",
        "minItems" => value!.AsArray().Count >= wanted!.GetValue<int>() ? null : $"{at} has too few items",
        "uniqueItems" => !wanted!.GetValue<bool>() || value!.AsArray().Select(item => item?.ToJsonString()).Distinct().Count() == value.AsArray().Count ? null : $"{at} has an item twice",
        "required" => value is not JsonObject ? null : wanted!.AsArray().Select(name => name!.GetValue<string>()).FirstOrDefault(name => !value.AsObject().ContainsKey(name)) is { } missing ? $"{at} has no {missing}" : null,
        "properties" => value!.AsObject().Where(property => wanted!.AsObject().ContainsKey(property.Key))
            .Select(property => Defect(wanted![property.Key], property.Value, $"{at}.{property.Key}")).FirstOrDefault(defect => defect is not null),
        "additionalProperties" => value!.AsObject().Where(property => schema["properties"]?.AsObject().ContainsKey(property.Key) != true)
            .Select(property => Defect(wanted, property.Value, $"{at}.{property.Key}")).FirstOrDefault(defect => defect is not null),
        "items" => value!.AsArray().Select((item, i) => Defect(wanted, item, $"{at}[{i}]")).FirstOrDefault(defect => defect is not null),
        _ => throw new NotSupportedException(keyword),
    };

    private JsonNode? Definition(string reference) => reference[2..].Split('/').Aggregate((JsonNode?)root, (node, step) => node![step]);

    private static bool IsOfFormat(string format, string text) => format switch
    {
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "uri-reference" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _),
        _ => throw new NotSupportedException(format),
    };

    private static bool HasType(string type, JsonNode? value) => value?.GetValueKind() is var kind && type switch
    {
        "object" => kind == JsonValueKind.Object,
        "array" => kind == JsonValueKind.Array,
        "string" => kind == JsonValueKind.String,
        "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
        "number" => kind == JsonValueKind.Number,
        "integer" => kind == JsonValueKind.Number && value!.AsValue().TryGetValue<long>(out _),
        _ => throw new NotSupportedException(type),
    };
}
