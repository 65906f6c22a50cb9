using System.Collections.Specialized;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Web;
using Cora.Build.Tests.Sql;
using Npgsql;
using NpgsqlTypes;

namespace Cora.Build.Sdk.Tests;

/// <summary>
/// As much of PostgREST before a real database as the samples use. Each request is a transaction with the role and the claims of its token, so that
/// privileges and row level security decide what it may do. What it answers is what PostgREST documents (docs.postgrest.org, "Tables and Views",
/// "Functions as RPC", "Errors").
/// </summary>
internal sealed partial class Postgrest : IDisposable
{
    private const string OneRow = "application/vnd.pgrst.object+json";
    private const int MaxRows = 1000;

    private static readonly string[] s_parameters = ["select", "order", "limit", "offset"];

    private readonly NpgsqlDataSource _database;
    private readonly HttpListener _listener;
    private readonly string _secret;

    /// <param name="database">With Supabase's roles, and <c>authenticator</c>, which may become each of them and nothing else.</param>
    /// <param name="secret">Signs the tokens that are let in.</param>
    public Postgrest(PostgresDatabase database, string secret)
    {
        _database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "authenticator" });
        _secret = secret;
        _listener = Listen();
        _ = Task.Run(AcceptAsync);
    }

    /// <summary>The project's URL, without a slash at its end.</summary>
    public string Url => _listener.Prefixes.Single().TrimEnd('/');

    public void Dispose()
    {
        _listener.Close();
        _database.Dispose();
    }

    private static HttpListener Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{Random.Shared.Next(20_000, 60_000)}/");
            try
            {
                listener.Start();
                return listener;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // Somebody has this port.
            }
        }
    }

    private async Task AcceptAsync()
    {
        while (_listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return; // It was closed.
            }
            _ = Task.Run(() => ServeAsync(context));
        }
    }

    private async Task ServeAsync(HttpListenerContext context)
    {
        Answer answer;
        try
        {
            answer = await AnswerAsync(context.Request);
        }
        catch (Refusal refusal)
        {
            answer = refusal.Answer;
        }
        catch (Exception exception)
        {
            answer = new Refusal(500, "", exception.ToString()).Answer;
        }
        var response = context.Response;
        response.StatusCode = answer.Status;
        if (answer.ContentRange is not null) response.Headers["Content-Range"] = answer.ContentRange;
        if (answer.Json is not null && context.Request.HttpMethod != "HEAD")
        {
            response.ContentType = "application/json";
            response.Close(Encoding.UTF8.GetBytes(answer.Json), willBlock: true);
        }
        else response.Close();
    }

    private async Task<Answer> AnswerAsync(HttpListenerRequest request)
    {
        var claims = Authenticate(request.Headers);
        var role = claims.GetProperty("role").GetString()!;
        var path = PathPattern().Match(request.Url!.AbsolutePath);
        if (!path.Success) throw new Refusal(404, "PGRST125", "Invalid path specified in request URL");
        using var reader = new StreamReader(request.InputStream, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();

        await using var connection = await _database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        try
        {
            var statement = new Statement();
            await RowAsync(
                connection,
                $"SELECT set_config('role', {statement.Add(role)}, true), set_config('request.jwt.claims', {statement.Add(claims.GetRawText())}, true)",
                statement);
            var query = HttpUtility.ParseQueryString(request.Url.Query);
            var name = path.Groups["name"].Value;
            var answer = path.Groups["rpc"].Success ? await CallAsync(connection, name, body)
                : request.HttpMethod is "GET" or "HEAD" ? await ReadAsync(connection, name, query, request.Headers)
                : await ChangeAsync(connection, request.HttpMethod, name, query, body, request.Headers);
            await transaction.CommitAsync();
            return answer;
        }
        catch (PostgresException error)
        {
            throw new Refusal(Status(error.SqlState, isAnonymous: role == "anon"), error.SqlState, error.MessageText, error.Detail, error.Hint);
        }
    }

    /// <summary>The claims of the caller's token. The key is what Supabase's gateway asks for before PostgREST sees anything.</summary>
    private JsonElement Authenticate(NameValueCollection headers)
    {
        if (AccessToken.Verify(headers["apikey"] ?? "", _secret) is not { } key) throw new Refusal(401, "", "Invalid API key");
        if (headers["Authorization"] is not { } authorization) return key;
        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal) || AccessToken.Verify(authorization["Bearer ".Length..], _secret) is not { } claims)
            throw new Refusal(401, "PGRST301", "JWSError JWSInvalidSignature");
        if (claims.TryGetProperty("exp", out var expires) && expires.GetInt64() <= DateTimeOffset.UtcNow.ToUnixTimeSeconds())
            throw new Refusal(401, "PGRST303", "JWT expired");
        return claims;
    }

    private static async Task<Answer> ReadAsync(NpgsqlConnection connection, string table, NameValueCollection query, NameValueCollection headers)
    {
        var statement = new Statement();
        var from = $"FROM public.{Quote(table)} {Where(table, query, statement)}";
        var total = headers["Prefer"]?.Contains("count=exact", StringComparison.Ordinal) == true ? $"(SELECT count(*) {from})" : "NULL::bigint";
        var offset = int.Parse(query["offset"] ?? "0");
        var limit = Math.Min(int.Parse(query["limit"] ?? "1000"), MaxRows);
        var row = await RowAsync(
            connection,
            $"""
            WITH found AS (SELECT {Columns(table, query)} {from} {OrderBy(table, query)} LIMIT {limit} OFFSET {offset})
            SELECT coalesce(json_agg(found), '[]')::text, count(*), {total} FROM found
            """,
            statement);
        var (json, count) = ((string)row[0]!, (long)row[1]!);
        var all = row[2] as long?;
        if (offset > all)
        {
            var details = $"An offset of {offset} was requested, but there are only {all} rows.";
            throw new Refusal(416, "PGRST103", "Requested range not satisfiable", details, contentRange: $"*/{all}");
        }
        return new(count < all ? 206 : 200, json, $"{(count == 0 ? "*" : $"{offset}-{offset + count - 1}")}/{all?.ToString() ?? "*"}");
    }

    private static async Task<Answer> ChangeAsync(
        NpgsqlConnection connection, string method, string table, NameValueCollection query, string body, NameValueCollection headers)
    {
        var statement = new Statement();
        var (target, shows) = ($"public.{Quote(table)}", headers["Prefer"]?.Contains("return=representation", StringComparison.Ordinal) == true);
        var columns = body.Length == 0 ? [] : JsonDocument.Parse(body).RootElement.EnumerateObject().Select(column => Quote(column.Name)).ToList();
        var given = body.Length == 0 ? "" : $"json_populate_record(NULL::{target}, {statement.Add(body)}::json) AS given";
        var set = string.Join(", ", columns.Select(column => $"{column} = given.{column}"));
        var change = method switch
        {
            "POST" => $"INSERT INTO {target} ({string.Join(", ", columns)}) SELECT {string.Join(", ", columns)} FROM {given}",
            "PATCH" => $"UPDATE {target} SET {set} FROM {given} {Where(table, query, statement)}",
            "DELETE" => $"DELETE FROM {target} {Where(table, query, statement)}",
            _ => throw new Refusal(405, "PGRST117", $"Unsupported HTTP method: {method}"),
        };
        var row = await RowAsync(
            connection,
            $"""
            WITH changed AS ({change} RETURNING {(shows ? Columns(table, query) : "1")})
            SELECT coalesce(json_agg(changed), '[]')::text, (json_agg(changed) -> 0)::text, count(*) FROM changed
            """,
            statement);
        var (isOneWanted, count) = (headers["Accept"] == OneRow, (long)row[2]!);
        if (isOneWanted && count != 1)
            throw new Refusal(406, "PGRST116", "Cannot coerce the result to a single JSON object", $"The result contains {count} rows");
        return new(method == "POST" ? 201 : shows ? 200 : 204, shows ? (string)row[isOneWanted ? 1 : 0]! : null, $"*/{count}");
    }

    private static async Task<Answer> CallAsync(NpgsqlConnection connection, string function, string body)
    {
        var given = JsonDocument.Parse(body).RootElement.EnumerateObject().ToList();
        var names = given.Select(parameter => parameter.Name).ToList();
        var lookup = new Statement();
        var found = await RowAsync(
            connection,
            $"""
            SELECT proretset, prorettype = 'void'::regtype, coalesce(array_to_string(proargnames[1:pronargs], ' '), ''), pronargdefaults::int
            FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname = {lookup.Add(function)}
            """,
            lookup);
        string[] parameters = found.Length == 0 ? [] : ((string)found[2]!).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (found.Length == 0 || names.Except(parameters).Any() || parameters[..^(int)found[3]!].Except(names).Any())
            throw new Refusal(404, "PGRST202", $"Could not find the function public.{function}({string.Join(", ", names)}) in the schema cache");

        var (isSet, isVoid) = ((bool)found[0]!, (bool)found[1]!);
        var statement = new Statement();
        var arguments = string.Join(", ", given.Select(parameter => $"{Quote(parameter.Name)} => {statement.Add(Text(parameter.Value))}"));
        var result = isSet ? "coalesce(json_agg(result), '[]')::text" : isVoid ? "NULL::text" : "to_json(result)::text";
        var row = await RowAsync(connection, $"SELECT {result} FROM public.{Quote(function)}({arguments}) AS result", statement);
        return isVoid ? new(204, null) : new(200, row[0] as string ?? "null");

        static string? Text(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => value.GetRawText(),
        };
    }

    /// <summary>The only row of a statement, empty when there is none.</summary>
    private static async Task<object?[]> RowAsync(NpgsqlConnection connection, string sql, Statement statement)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in statement.Values) command.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Unknown, Value = (object?)value ?? DBNull.Value });
        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync()) return [];
        var row = new object[reader.FieldCount];
        reader.GetValues(row);
        return row;
    }

    private static string Columns(string table, NameValueCollection query) =>
        string.Join(", ", (query["select"] ?? "*").Split(',').Select(column => $"{Quote(table)}.{(column == "*" ? column : Quote(column))}"));

    private static string Where(string table, NameValueCollection query, Statement statement)
    {
        var conditions = query.AllKeys.Except(s_parameters)
            .SelectMany(column => query.GetValues(column)!.Select(condition => Condition($"{Quote(table)}.{Quote(column!)}", condition, statement)))
            .ToList();
        return conditions.Count == 0 ? "" : $"WHERE {string.Join(" AND ", conditions)}";
    }

    private static string Condition(string column, string condition, Statement statement)
    {
        if (ConditionPattern().Match(condition) is not { Success: true } match) throw new Refusal(400, "PGRST100", $"\"failed to parse filter ({condition})\"");
        var (not, value) = (match.Groups["not"].Success ? "NOT " : "", match.Groups["value"].Value);
        return not + match.Groups["operator"].Value switch
        {
            "is" when value is "null" or "true" or "false" => $"{column} IS {value}",
            // A list of PostgREST quotes and escapes as an array of PostgreSQL does.
            "in" when value is ['(', .., ')'] => $"{column} = ANY ({statement.Add($"{{{value[1..^1]}}}")})",
            "eq" => $"{column} = {statement.Add(value)}",
            "neq" => $"{column} <> {statement.Add(value)}",
            "gt" => $"{column} > {statement.Add(value)}",
            "gte" => $"{column} >= {statement.Add(value)}",
            "lt" => $"{column} < {statement.Add(value)}",
            "lte" => $"{column} <= {statement.Add(value)}",
            _ => throw new Refusal(400, "PGRST100", $"\"failed to parse filter ({condition})\""),
        };
    }

    private static string OrderBy(string table, NameValueCollection query)
    {
        if (query["order"] is not { } order) return "";
        return "ORDER BY " + string.Join(", ", order.Split(',').Select(text =>
        {
            if (OrderPattern().Match(text) is not { Success: true } term) throw new Refusal(400, "PGRST100", $"\"failed to parse order ({order})\"");
            var nulls = term.Groups["nulls"] is { Success: true, Value: var place } ? $" NULLS {place}" : "";
            return $"{Quote(table)}.{Quote(term.Groups["column"].Value)} {term.Groups["direction"].Value}{nulls}";
        }));
    }

    private static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The table of docs.postgrest.org, "Errors from PostgreSQL".</summary>
    private static int Status(string sqlState, bool isAnonymous) => sqlState switch
    {
        ['P', 'T', .. var status] when int.TryParse(status, out var raised) => raised,
        "23503" or "23505" => 409,
        "25006" => 405,
        "42501" => isAnonymous ? 401 : 403,
        "42883" or "42P01" => 404,
        "P0001" => 400,
        _ => sqlState[..2] switch
        {
            "08" or "53" => 503,
            "0L" or "0P" or "28" => 403,
            "09" or "25" or "2D" or "38" or "39" or "3B" or "40" or "54" or "55" or "57" or "58" or "F0" or "HV" or "P0" or "XX" => 500,
            _ => 400,
        },
    };

    [GeneratedRegex("^/rest/v1/(?<rpc>rpc/)?(?<name>[^/]+)$")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"^(?<not>not\.)?(?<operator>[a-z]+)\.(?<value>.*)$", RegexOptions.Singleline)]
    private static partial Regex ConditionPattern();

    [GeneratedRegex(@"^(?<column>[^.]+)(\.(?<direction>asc|desc))?(\.nulls(?<nulls>first|last))?$")]
    private static partial Regex OrderPattern();

    /// <param name="Status">Of HTTP.</param>
    /// <param name="Json">The body, if there is one.</param>
    /// <param name="ContentRange">The header of that name, if there is one.</param>
    private sealed record Answer(int Status, string? Json, string? ContentRange = null);

    /// <summary>What is answered instead; nothing of the request stays.</summary>
    private sealed class Refusal(int status, string code, string message, string? details = null, string? hint = null, string? contentRange = null)
        : Exception(message)
    {
        public Answer Answer => new(status, JsonSerializer.Serialize(new { code, message = Message, details, hint }), contentRange);
    }

    /// <summary>The values of a statement, none of which is ever a part of its text. PostgreSQL finds their types from where they stand.</summary>
    private sealed class Statement
    {
        public List<string?> Values { get; } = [];

        /// <summary>What stands for <paramref name="value"/> in the text.</summary>
        public string Add(string? value)
        {
            Values.Add(value);
            return $"${Values.Count}";
        }
    }
}
