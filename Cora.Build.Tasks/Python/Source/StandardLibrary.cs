namespace Cora.Build.Python.Source;

/// <summary>
/// The first names of the modules that CPython 3.<i>minor</i> brings on Linux: <c>sys.stdlib_module_names</c>, private ones too, without those of other systems
/// (https://docs.python.org/3/library/sys.html#sys.stdlib_module_names). Of a Python newer than those here it is known what the newest here has.
/// </summary>
public sealed class StandardLibrary
{
    /// <summary>In all versions.</summary>
    private const string Always = """
        __future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw
        _collections _collections_abc _compat_pickle _compression _contextvars _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree
        _frozen_importlib _frozen_importlib_external _functools _gdbm _hashlib _heapq _imp _io _json _locale _lsprof _lzma _markupbase _md5
        _multibytecodec _multiprocessing _opcode _operator _osx_support _pickle _posixshmem _posixsubprocess _py_abc _pydecimal _pyio _queue _random
        _sha1 _sha3 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _symtable _thread _threading_local
        _tkinter _tokenize _tracemalloc _typing _uuid _warnings _weakref _weakrefset _zoneinfo abc antigravity argparse array ast asyncio atexit
        base64 bdb binascii bisect builtins bz2 cProfile calendar cmath cmd code codecs codeop collections colorsys compileall concurrent configparser
        contextlib contextvars copy copyreg csv ctypes curses dataclasses datetime dbm decimal difflib dis doctest email encodings ensurepip enum
        errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib grp gzip
        hashlib heapq hmac html http idlelib imaplib importlib inspect io ipaddress itertools json keyword linecache locale logging lzma mailbox
        marshal math mimetypes mmap modulefinder multiprocessing netrc ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle
        pickletools pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue
        quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site smtplib socket
        socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess symtable sys sysconfig syslog
        tabnanny tarfile tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle
        turtledemo types typing unicodedata unittest urllib uuid venv warnings wave weakref webbrowser wsgiref xml xmlrpc zipapp zipfile zipimport
        zlib zoneinfo
        """;

    private static readonly (int Minor, string Names)[] s_added =
    [
        (12, "_pydatetime _pylong _sha2"),
        (13, "_android_support _colorize _interpchannels _interpqueues _interpreters _ios_support _opcode_metadata _pyrepl _suggestions _sysconfig"),
        (14, "_ast_unparse _hmac _py_warnings _remote_debugging _types _zstd annotationlib compression"),
    ];

    /// <summary>The first version without them. What an older one had and none of Lambda's has is here too, to say so.</summary>
    private static readonly (int Minor, string Names)[] s_removed =
    [
        (10, "formatter parser symbol macpath"),
        (11, "binhex"),
        (12, "_bootsubprocess _sha256 _sha512 asynchat asyncore distutils imp smtpd"),
        (13, "_crypt aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap nis nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib uu xdrlib"),
    ];

    /// <summary>Only in Python for Windows or macOS.</summary>
    private const string OtherSystems = "_msi _overlapped _scproxy _winapi _wmi msilib msvcrt nt winreg winsound";

    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _absent = new(StringComparer.Ordinal);

    private StandardLibrary(int minor)
    {
        _names.UnionWith(Always.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        foreach (var (added, names) in s_added) Put(names, minor >= added, $"is in the standard library from Python 3.{added} on");
        foreach (var (removed, names) in s_removed) Put(names, minor < removed, $"is not in the standard library any more since Python 3.{removed}");
        Put(OtherSystems, false, "is not in Python on Linux");

        void Put(string names, bool isThere, string reason)
        {
            foreach (var name in names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                if (isThere) _names.Add(name);
                else _absent.Add(name, reason);
            }
        }
    }

    /// <summary>All names.</summary>
    public IReadOnlySet<string> Names => _names;

    /// <summary>That of a target.</summary>
    /// <param name="targetFramework">Such as <c>python3.11</c>.</param>
    public static StandardLibrary Of(string targetFramework)
    {
        ArgumentNullException.ThrowIfNull(targetFramework);
        return new StandardLibrary(int.Parse(targetFramework[(targetFramework.IndexOf('.') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>Why a module that another version or system has is not there, to follow the name in a sentence; null when none has it.</summary>
    public string? WhyAbsent(string name) => _absent.GetValueOrDefault(name);
}
