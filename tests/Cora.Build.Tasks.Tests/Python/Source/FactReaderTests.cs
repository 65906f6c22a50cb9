using Cora.Build.Python.Source;

namespace Cora.Build.Tests.Python.Source;

public sealed class FactReaderTests
{
    [PythonFact]
    public void A_call_is_read_with_its_arguments()
    {
        var facts = Facts.Of("""
            import org_common as common
            def handler(event, context):
                return common.rpc("f", {"p_x": 1}, user_jwt=None)
            """);
        var call = Assert.Single(facts.Calls);
        Assert.Equal(("rpc", new Position(3, 19), true), (call.Name.Name, call.Name.At, call.IsCertain));
    }
}
