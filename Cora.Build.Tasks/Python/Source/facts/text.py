"""A file's text and the places in it."""

import codecs
import re


class Source:
    """A file's text, by the places that `ast` gives: 1-based lines, offsets in bytes of UTF-8."""

    COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
    BLANK = re.compile(rb"[ \t\f]*(?:#.*)?$")

    def __init__(self, content):
        self.content = content
        self.is_ascii = content.isascii()
        self._lines = None

    @property
    def lines(self):
        """The lines in UTF-8, without their ends."""
        if self._lines is None:
            text = self.content
            if not self.is_ascii:
                text = text.decode(self.encoding, "replace").encode("utf-8", "surrogatepass")
            self._lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        return self._lines

    @property
    def text(self):
        return b"\n".join(self.lines).decode("utf-8", "replace")

    @property
    def encoding(self):
        if self.content.startswith(b"\xef\xbb\xbf"):
            return "utf-8-sig"
        for line in re.split(rb"\r\n?|\n", self.content[:4096], maxsplit=2)[:2]:
            cookie = self.COOKIE.match(line)
            if cookie:
                name = cookie.group(1).decode("ascii", "replace")
                try:
                    codecs.lookup(name)
                except LookupError:
                    return "utf-8"
                return name
            if not self.BLANK.match(line):
                break
        return "utf-8"

    def line(self, number):
        return self.lines[number - 1] if 0 < number <= len(self.lines) else b""

    def at(self, line, offset):
        """The position of a byte."""
        if not self.is_ascii:
            offset = utf16_length(self.line(line)[:offset].decode("utf-8", "replace"))
        return [line, offset + 1]

    def at_character(self, line, offset):
        """The position of a character, for those that count characters."""
        if not self.is_ascii:
            offset = utf16_length(self.line(line).decode("utf-8", "replace")[:offset])
        return [line, offset + 1]

    def at_index(self, index):
        """The position of a byte of the file as it is."""
        before = self.content[:index].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        return [len(before), utf16_length(before[-1].decode(self.encoding, "replace")) + 1]

    def start(self, node):
        return self.at(node.lineno, node.col_offset)

    def attribute(self, node):
        """Where the name of an attribute is: it ends where the node does."""
        line, end = node.end_lineno, node.end_col_offset
        start = end - len(node.attr.encode())
        if not self.is_ascii and self.line(line)[start:end] != node.attr.encode():
            # An identifier that Python normalizes is written in other characters than it has.
            text = self.line(line)[:end].decode("utf-8", "replace")
            start = len(text.rstrip()) - 1
            while start > 0 and ("_" + text[start - 1]).isidentifier():
                start -= 1
            return self.at_character(line, start)
        return self.at(line, start)

    def definition(self, node):
        """Where the name of a function or class is."""
        line = self.line(node.lineno)
        found = re.compile(rb"(?:async[ \t\f]+)?(?:def|class)[ \t\f]+").match(line, node.col_offset)
        return self.at(node.lineno, found.end() if found else node.col_offset)


def utf16_length(text):
    return len(text) + sum(character > "\uffff" for character in text)


def readable(text):
    """Without lone surrogates, which JSON cannot carry."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
