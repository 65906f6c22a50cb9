namespace Cora.Build.Tests.Python.Source;

/// <summary>What is imported, where, and whether it runs.</summary>
public sealed class ImportFactTests
{
    private static readonly FactTable s_table = new(facts => facts.Imports.Select(Show.Of),
        new("each name of a statement is an import", """
            import os, org_common as common, a.b
            from org_common import rpc as call, ok
            from . import x
            from .. import *
            from ..db.tables import y
            """, "os@1:8", "org_common as common@1:12", "a.b@1:34", "org_common:rpc as call@2:24", "org_common:ok@2:37", ".:x@3:15", "..:*@4:16", "..db.tables:y@5:25"),
        new("names in parentheses are where they stand", """
            from org_common import (  # several
                rpc,
                ok as okay,
            )
            """, "org_common:rpc@2:5", "org_common:ok as okay@3:5"),
        new("an import in a function runs perhaps", """
            def f():
                import a
                class C:
                    import b
            class D:
                import c
            """, "a@2:12 Conditional", "b@4:16 Conditional", "c@6:12"),
        new("an import under a condition runs perhaps", """
            import os
            if os.environ.get("X"):
                import a
            elif os.environ:
                import b
            else:
                import c
            for x in os.environ:
                import d
            while x:
                import e
            with x:
                import f
            """, "os@1:8", "a@3:12 Conditional", "b@5:12 Conditional", "c@7:12 Conditional", "d@9:12 Conditional", "e@11:12 Conditional", "f@13:12"),
        new("what only a script runs is not there: Lambda imports the module", """
            if __name__ == "__main__":
                import a
            if "__main__" != __name__:
                import b
            """, "b@4:12"),
        new("an import in a try is guarded when ImportError is caught", """
            try:
                import a
            except ImportError:
                pass
            try:
                import b
            except (KeyError, ModuleNotFoundError) as e:
                pass
            try:
                import c
            except Exception:
                pass
            try:
                import d
            except:
                pass
            try:
                import e
            except KeyError:
                import f
            finally:
                import g
            """, "a@2:12 Conditional guarded", "b@6:12 Conditional guarded", "c@10:12 Conditional guarded", "d@14:12 Conditional guarded", "e@18:12", "f@20:12 Conditional", "g@22:12"),
        new("an import in except ImportError has alternatives", """
            import first
            try:
                import a
                from b import c, d
                def f():
                    import later
            except ImportError:
                import e
                def g():
                    import h
            except KeyError:
                import i
            else:
                import j
            """, "first@1:8", "a@3:12 Conditional guarded", "b:c@4:19 Conditional guarded", "b:d@4:22 Conditional guarded", "later@6:16 Conditional",
            "e@8:12 Conditional unless 1 2 3", "h@10:16 Conditional unless 1 2 3", "i@12:12 Conditional", "j@14:12 Conditional"),
        new("alternatives of alternatives", """
            try:
                import a
            except ImportError:
                try:
                    import b
                except ImportError:
                    import c
            """, "a@2:12 Conditional guarded", "b@5:16 Conditional guarded unless 0", "c@7:16 Conditional unless 1"),
        new("suppress is a try", """
            import contextlib
            with contextlib.suppress(ImportError):
                import a
            """, "contextlib@1:8", "a@3:12 Conditional guarded"),
        new("what is for type checkers never runs", """
            from typing import TYPE_CHECKING
            import typing
            if TYPE_CHECKING:
                import a
                if a:
                    from b import c
            else:
                import d
            if not typing.TYPE_CHECKING:
                import e
            else:
                import f
            """, "typing:TYPE_CHECKING@1:20", "typing@2:8", "a@4:12 TypeChecking", "b:c@6:23 TypeChecking", "d@8:12", "e@10:12", "f@12:12 TypeChecking"),
        new("what the target does not run is no import", """
            import sys, os
            if sys.version_info >= (3, 11):
                import a
            else:
                import not_a
            if sys.version_info < (3, 12):
                import b
            if sys.version_info[:2] == (3, 11):
                import c
            if sys.version_info[0] == 2:
                import not_d
            if sys.version_info[1] >= 12 or sys.version_info.minor < 11:
                import not_e
            if (3, 11) > sys.version_info:
                import not_f
            if sys.version_info > (3, 11):
                import g
            if sys.platform == "win32" or os.name == "nt" or sys.platform.startswith(("win", "darwin")):
                import not_h
            elif sys.platform in ("linux", "linux2") and os.name == "posix":
                import i
            if False: import not_j
            if 0: import not_k
            while 0: import not_l
            if not True: import not_m
            """, "sys@1:8", "os@1:13", "a@3:12", "b@7:12", "c@9:12", "g@17:12", "i@21:12"),
        new("what only running would tell is conditional", """
            import sys
            if sys.version_info >= (3, 11, 4):
                import a
            if sys.version_info[2] > 1 or sys.maxsize > 5:
                import b
            if sys.version_info >= (3, 10, 99):
                import c
            if sys.version_info < "3":
                import d
            if sys.version_info[9] == 1:
                import e
            if sys.version_info < (3, 8) or unknown:
                import f
            if sys.version_info < (3, 8) and unknown:
                import not_g
            if sys.version_info >= (3, 8) or unknown:
                import h
            """, "sys@1:8", "a@3:12 Conditional", "b@5:12 Conditional", "c@7:12", "d@9:12 Conditional", "e@11:12 Conditional", "f@13:12 Conditional", "h@17:12"),
        new("import_module with a literal is an import", """
            import importlib
            from importlib import import_module
            importlib.import_module("a.b")
            def f(): import_module("c")
            __import__("d")
            """, "importlib@1:8", "importlib:import_module@2:23", "a.b@3:25", "c@4:24 Conditional", "d@5:12"),
        new("a match runs one case", """
            match 1:
                case 1:
                    import a
            """, "a@3:16 Conditional"));

    public static TheoryData<string> Promises => s_table.Promises;

    [PythonTheory]
    [MemberData(nameof(Promises))]
    public void Imports_are_read(string promise) => s_table.Check(promise);

    [PythonTheory]
    [InlineData("import importlib\nimportlib.import_module('a')", false)]
    [InlineData("import importlib\nimportlib.import_module('.a', __package__)", true)]
    [InlineData("import importlib\nimportlib.import_module(name)", true)]
    [InlineData("__import__(name)", true)]
    [InlineData("import os", false)]
    public void Imports_by_computed_names_are_noticed(string source, bool expected) => Assert.Equal(expected, Facts.Of(source).ImportsByName);

    [PythonTheory]
    [InlineData(10, "a")]
    [InlineData(11, "b")]
    [InlineData(14, "b")]
    public void Conditions_are_those_of_the_target(int target, string expected) =>
        Assert.Equal([expected], Facts.Of("if __import__ and version_info < (3, 11):\n import no\nif version_info < (3, 11):\n import a\nelse:\n import b", target).Imports.Select(import => import.Module).Except(["no"]));
}
