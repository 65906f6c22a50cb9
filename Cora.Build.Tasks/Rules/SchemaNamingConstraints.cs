using System.Text;
using System.Text.RegularExpressions;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Names of indexes and constraints, which say their table.</summary>
public static partial class SchemaNamingConstraints
{
    internal static readonly DiagnosticDescriptor s_index = new("CORA5010", Severity.Warning, "Index name that does not say its table");
    internal static readonly DiagnosticDescriptor s_constraint = new("CORA5011", Severity.Suggestion, "Constraint name that does not follow the standard");

    /// <summary>PostgreSQL keeps so many bytes of a name.</summary>
    private const int Longest = 63;

    /// <summary>CORA5010 and CORA5011.</summary>
    internal static void Check(SchemaNames names, LintReport report)
    {
        foreach (var relation in names.Relations)
        {
            foreach (var index in relation.Indexes.Where(index => !index.IsCopied && names.IsOwn(index.Origin.Source))) CheckIndex(relation, index, report);
            foreach (var constraint in relation.Constraints.Where(constraint => constraint is { IsInherited: false, Identifier: not null } && names.IsOwn(constraint.Origin.Source)))
            {
                if (Proposal(relation.Name, constraint) is { } proposal)
                    report.Add(s_constraint.At(SchemaNames.Place(constraint.Origin), $"The constraint '{Written(constraint.Identifier!, constraint.Name)}' of '{relation.Name}' is named otherwise than others. {proposal}"));
            }
        }
    }

    private static void CheckIndex(SchemaRelation relation, SchemaIndex index, LintReport report)
    {
        var canonical = index.Columns.Count > 0 && index.Columns.All(column => column is not null) ? $"idx_{relation.Name}_{string.Join('_', index.Columns)}" : null;
        var call = canonical is null || relation.Indexes.Any(other => other.Name == canonical) ? $"Begin its name with 'idx_{relation.Name}_'."
            : Fits(canonical) ? $"Call it '{canonical}'."
            : $"Begin its name with 'idx_' and shorten what follows: '{canonical}' is longer than {Longest} bytes.";
        if (index.Definition.Name is not { } identifier)
        {
            report.Add(s_index.At(SchemaNames.Place(index.Origin), $"The index has no name, and PostgreSQL calls it '{index.Name}'. {call}"));
            return;
        }
        var name = Written(identifier, index.Name);
        // Where the whole name does not fit, each shortens it as it likes.
        if (canonical is not null && !Fits(canonical) ? name.StartsWith("idx_", StringComparison.Ordinal) : SaysTable(name, relation.Name) || SaysTable(name, index.Definition.Table.Name)) return;
        report.Add(s_index.At(SchemaNames.Place(index.Origin), $"The name of the index '{name}' does not say that it is one of '{relation.Name}'. {call}"));
    }

    private static bool SaysTable(string index, string table) => index.StartsWith($"idx_{table}_", StringComparison.Ordinal);

    /// <summary>What a constraint should be called, in a sentence; null where its name is right, or the standard has none for its kind.</summary>
    private static string? Proposal(string table, SchemaConstraint constraint)
    {
        var name = Written(constraint.Identifier!, constraint.Name);
        var columns = string.Join('_', constraint.Columns);
        switch (constraint.Kind)
        {
            case SqlConstraintKind.PrimaryKey:
                return Same(name, $"{table}_pkey", shortened => shortened.EndsWith("_pkey", StringComparison.Ordinal));
            case SqlConstraintKind.ForeignKey:
                return Same(name, $"fk_{table}_{columns}", shortened => shortened.StartsWith("fk_", StringComparison.Ordinal));
            case SqlConstraintKind.Unique:
                if (name.StartsWith("uc_", StringComparison.Ordinal)) return null;
                // Of an index that becomes a constraint the columns are the index's.
                if (columns.Length == 0) return name.EndsWith("_key", StringComparison.Ordinal) ? null : $"Begin it with 'uc_', or call it '{table}_…_key'.";
                return Same(name, $"{table}_{columns}_key", shortened => shortened.EndsWith("_key", StringComparison.Ordinal));
            case SqlConstraintKind.Check:
                var prefix = $"{table}_";
                if (Check().IsMatch(name) && (name.StartsWith(prefix, StringComparison.Ordinal) || !Fits($"{prefix}{columns}_check"))) return null;
                return constraint.Columns is [var column] && Fits($"{prefix}{column}_check") ? $"Call it '{prefix}{column}_check'." : $"Call it '{prefix}…_check', with what it checks between.";
            default:
                return null;
        }
    }

    private static string? Same(string name, string canonical, Predicate<string> isShortened)
    {
        if (name == canonical) return null;
        if (Fits(canonical)) return $"Call it '{canonical}'.";
        return isShortened(name) ? null : $"Shorten '{canonical}' to at most {Longest} bytes.";
    }

    /// <summary>The whole name, where it is still the one of the statement.</summary>
    private static string Written(SqlIdentifier identifier, string name) => identifier.Name == name ? identifier.Written : name;

    private static bool Fits(string name) => Encoding.UTF8.GetByteCount(name) <= Longest;

    [GeneratedRegex("_check[0-9]*$")]
    private static partial Regex Check();
}
