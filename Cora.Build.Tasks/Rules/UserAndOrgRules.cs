using System.Collections.Frozen;
using Cora.Build.Diagnostics;
using Cora.Build.Sql;

namespace Cora.Build.Rules;

/// <summary>Columns that name users and organisations: what type they have, and where their foreign keys lead.</summary>
public static class UserAndOrgRules
{
    internal static readonly DiagnosticDescriptor s_user = new("CORA5007", Severity.Error, "User column that does not reference auth.users") { IsConfigurable = true };
    internal static readonly DiagnosticDescriptor s_org = new("CORA5008", Severity.Error, "org_id that does not reference public.orgs") { IsConfigurable = true };

    private static readonly SchemaName s_users = new("auth", "users");
    private static readonly SchemaName s_orgs = new("public", "orgs");

    /// <summary>Words before <c>_by</c> that say how, not who.</summary>
    private static readonly FrozenSet<string> s_notWho =
    [
        "sort", "sorted", "order", "ordered", "group", "grouped", "filter", "filtered", "partition", "partitioned", "cluster", "clustered", "index", "indexed", "split", "divided", "multiplied",
        "increment", "incremented", "decremented", "bounded", "limited", "identified", "keyed", "powered", "stand", "near", "due", "expire", "expires", "expired", "required", "needed", "valid", "done",
        "caused", "affected", "covered", "measured", "charged", "billed", "rate", "triggered", "pay", "delivered",
    ];

    /// <summary>CORA5007 and CORA5008.</summary>
    /// <param name="model">Of the whole project.</param>
    /// <param name="module">The module whose columns are looked at.</param>
    /// <param name="report">Takes findings and counts.</param>
    public static void Check(SchemaModel model, string module, LintReport report)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(report);
        foreach (var table in model.Tables.Where(table => !table.MayBeGone && !Supabase.HasSchema(table.Schema)))
        {
            // What is inherited is looked at where it comes from; LIKE copies no foreign key, and often to a table that wants none.
            foreach (var column in table.Columns.Where(column => column.Origin.Module == module && column is { IsInherited: false, IsCopied: false, MayBeGone: false }))
            {
                if (column.Name == "org_id") CheckOrg(model, table, column, report);
                else if (IsUser(column, table)) CheckUser(model, table, column, report);
            }
        }
    }

    private static void CheckUser(SchemaModel model, SchemaRelation table, SchemaColumn column, LintReport report)
    {
        var remedy = $"Write {column.Name} UUID REFERENCES auth.users(id).";
        if (SchemaColumns.IsUuid(model, column.Type) is false)
        {
            Add(report, s_user, column, Severity.Error, $"'{column.Name}' of '{table.FullName}' names a user, and is {column.Type}. {remedy}");
            return;
        }
        var reference = SchemaColumns.Follow(model, table, column.Name, s_users);
        switch (reference.Kind)
        {
            case ReferenceKind.None when SchemaColumns.IsSettled(model, table):
                Add(report, s_user, column, IsAudit(column.Name) ? Severity.Warning : Severity.Error, $"'{column.Name}' of '{table.FullName}' names a user, and has no foreign key. {remedy}");
                break;
            case ReferenceKind.Through:
                Add(report, s_user, column, Severity.Warning, $"'{column.Name}' of '{table.FullName}' reaches auth.users only through {reference.Target}: who has no row there cannot stand here. {remedy}");
                break;
            case ReferenceKind.Elsewhere when SchemaColumns.IsSettled(model, table):
                Add(report, s_user, column, Severity.Error, $"'{column.Name}' of '{table.FullName}' names a user, and references {reference.Target}. {remedy}");
                break;
            case ReferenceKind.Direct:
                break;
            default:
                report.NotDecidable++;
                break;
        }
    }

    private static void CheckOrg(SchemaModel model, SchemaRelation table, SchemaColumn column, LintReport report)
    {
        const string remedy = "Write org_id UUID NOT NULL REFERENCES public.orgs(id).";
        if (SchemaColumns.IsUuid(model, column.Type) is false)
        {
            Add(report, s_org, column, Severity.Error, $"'org_id' of '{table.FullName}' is {column.Type}. {remedy}");
            return;
        }
        var reference = SchemaColumns.Follow(model, table, column.Name, s_orgs);
        var isSettled = SchemaColumns.IsSettled(model, table);
        switch (reference.Kind)
        {
            case ReferenceKind.None when isSettled:
                Add(report, s_org, column, Severity.Error, $"'org_id' of '{table.FullName}' has no foreign key. {remedy}");
                break;
            case ReferenceKind.Through:
                Add(report, s_org, column, Severity.Warning, $"'org_id' of '{table.FullName}' reaches public.orgs only through {reference.Target}. {remedy}");
                break;
            case ReferenceKind.Elsewhere when isSettled:
                Add(report, s_org, column, Severity.Error, $"'org_id' of '{table.FullName}' references {reference.Target}, not public.orgs. {remedy}");
                break;
            case ReferenceKind.Direct when !column.IsNotNull && isSettled:
                Add(report, s_org, column, Severity.Warning, $"'org_id' of '{table.FullName}' may be NULL: policies hide such a row from everyone, or show it to everyone. Add NOT NULL.");
                break;
            case ReferenceKind.Direct when isSettled || column.IsNotNull:
                break;
            default:
                report.NotDecidable++;
                break;
        }
    }

    private static bool IsAudit(string name) => name.EndsWith("_by", StringComparison.Ordinal);

    private static bool IsUser(SchemaColumn column, SchemaRelation table) => column.Name switch
    {
        "user_id" => true,
        // What owns may be of several kinds.
        "owner_id" => table.Column("owner_type") is null && table.Column("owner_kind") is null,
        "created_by" or "updated_by" or "deleted_by" => true,
        _ => column.Name.EndsWith("_by", StringComparison.Ordinal) && IsWho(column),
    };

    /// <summary><c>approved_by</c>, and not <c>sort_by</c>; a list of users, or a flag, is none.</summary>
    private static bool IsWho(SchemaColumn column)
    {
        var word = column.Name[..^"_by".Length];
        word = word[(word.LastIndexOf('_') + 1)..];
        return word.Length > 0 && !s_notWho.Contains(word) && column.Type is { IsArray: false, Schema: null, Name: "uuid" or "text" or "character varying" or "character" or "integer" or "bigint" };
    }

    private static void Add(LintReport report, DiagnosticDescriptor descriptor, SchemaColumn column, Severity severity, string message) =>
        report.Add(descriptor.At(new Location(column.Origin.Source.File, column.Origin.At.Line, column.Origin.At.Column), message) with { Severity = severity });
}
