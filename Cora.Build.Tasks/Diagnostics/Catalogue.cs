using System.Collections.Frozen;
using System.Reflection;

namespace Cora.Build.Diagnostics;

/// <summary>All diagnostics of the SDK, gathered from where they stand: the <c>static readonly</c> <see cref="DiagnosticDescriptor"/> fields.</summary>
public static class Catalogue
{
    /// <summary>Where the documentation is.</summary>
    public static string RepositoryUrl { get; } = typeof(Catalogue).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepositoryUrl").Value!;

    private static readonly Lazy<FrozenDictionary<string, DiagnosticDescriptor>> s_byCode = new(() => typeof(Catalogue).Assembly.GetTypes()
        .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(field => field.FieldType == typeof(DiagnosticDescriptor))
        .Select(field => (DiagnosticDescriptor)field.GetValue(null)!)
        .ToFrozenDictionary(descriptor => descriptor.Code));

    /// <summary>Every descriptor by its code. A code that stands twice throws.</summary>
    public static IReadOnlyDictionary<string, DiagnosticDescriptor> ByCode => s_byCode.Value;
}
