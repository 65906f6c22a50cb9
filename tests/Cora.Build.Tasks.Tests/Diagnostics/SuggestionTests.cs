using Cora.Build.Diagnostics;

namespace Cora.Build.Tests.Diagnostics;

public sealed class SuggestionTests
{
    private static readonly string[] s_layer =
        ["rpc", "find_one", "find_many", "insert_one", "update_one", "delete_one", "count", "execute_query", "ok", "created", "get_logger", "NotFound", "BadRequest", "Page"];

    [Theory]
    [InlineData("call_rpc", "rpc")]
    [InlineData("execute_rpc", "rpc")]
    [InlineData("rcp", "rpc")]
    [InlineData("RPC", "rpc")]
    [InlineData("query", "execute_query")]
    [InlineData("find_al", "find_many")]
    [InlineData("find_mny", "find_many")]
    [InlineData("findOne", "find_one")]
    [InlineData("NotFoundError", "NotFound")]
    [InlineData("bad_request", "BadRequest")]
    [InlineData("logger", "get_logger")]
    [InlineData("select", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("get_all_loggers_of_this", null)]
    public void What_is_near_is_suggested_and_nothing_else(string name, string? expected) => Assert.Equal(expected, Suggestion.Closest(name, s_layer));

    [Theory]
    [InlineData("order_by", "table,filters,select,order,limit", "order")]
    [InlineData("p_kb_id", "p_kb_ids,p_org_id", "p_kb_ids")]
    [InlineData("p_org_name", "p_name,p_id", "p_name")]
    [InlineData("p_id", "p_kb", null)]
    [InlineData("jwt", "user_jwt,params", "user_jwt")]
    [InlineData("id", "ip,in", null)]
    public void Parameters_are_suggested_too(string name, string names, string? expected) => Assert.Equal(expected, Suggestion.Closest(name, names.Split(',')));

    [Fact]
    public void The_order_of_the_names_does_not_matter()
    {
        Assert.Equal("find_mano", Suggestion.Closest("find_man", ["find_many", "find_mano"]));
        Assert.Equal("find_mano", Suggestion.Closest("find_man", ["find_mano", "find_many"]));
    }

    [Fact]
    public void A_huge_name_takes_no_time() => Assert.Null(Suggestion.Closest(new string('a', 1_000_000), [new string('a', 1_000_001), "a"]));

    [Fact]
    public void The_sentence_is_for_the_end_of_a_message()
    {
        Assert.Equal(" Did you mean 'rpc'?", Suggestion.Sentence("call_rpc", s_layer));
        Assert.Equal("", Suggestion.Sentence("zzz", s_layer));
    }
}
