"""The blocks of a Terraform file: enough of HCL to say what a file would run, and no more.

Reads the native syntax down to attributes; an expression stays a list of tokens. What is not
understood is an error, never skipped: `allow_list.py` relies on seeing every block.
Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["word", "text", "template", "heredoc", "mark", "newline"]
WORD = re.compile(r"[^\W\d][\w-]*|[\d.]+(?:[eE][+-]?\d+)?")
HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*)\n")
# Control characters, other line ends, what turns the direction of reading, byte order marks.
STRANGE = re.compile(r"[^\n\t\x20-\x7e\xa0-\u2027\u202f-\u205f\u2070-\ufefe\uff00-\U0010ffff]")
ESCAPE = re.compile(r"\\(?:[nrt\"\\]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")
OPENING, CLOSING = "([{", ")]}"


class HclError(ValueError):
    """A file cannot be read; `line` is where."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True)
class Token:
    """A piece of a file: `text` is a string without templates, `template` one with them."""

    kind: Kind
    text: str
    line: int


@dataclass(frozen=True)
class Attribute:
    """`name = expression`."""

    name: str
    line: int
    tokens: tuple[Token, ...]

    @property
    def literal(self) -> str | None:
        """The string that the expression is, None where it is anything else."""
        one = self.tokens[0] if len(self.tokens) == 1 else None
        return one.text if one and one.kind == "text" else None


@dataclass(frozen=True)
class Block:
    """`type "label" … { … }`; a file is one without type and labels."""

    type: str
    labels: tuple[str, ...]
    line: int
    attributes: list[Attribute] = field(default_factory=list)
    blocks: list["Block"] = field(default_factory=list)


def read(text: str) -> Block:
    """Return a file's blocks.

    Raises:
        HclError: the file is not understood.
    """
    return _Reader(_Lexer(text).tokens()).body(Block("", (), 1), inside=False)


def module_source(block: Block) -> str | None:
    """Return where a module block's code comes from; None where that is not one plain string."""
    sources = [one.literal for one in block.attributes if one.name == "source"]
    return sources[0] if len(sources) == 1 else None


def module_sources(body: Block) -> list[str | None]:
    """Return the sources of a file's module blocks, in its order."""
    return [module_source(block) for block in body.blocks if block.type == "module"]


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.line = 1
        strange = STRANGE.search(self.text)
        if strange:
            line = self.text.count("\n", 0, strange.start()) + 1
            raise HclError(line, f"holds the control character {strange.group()!r}")

    def tokens(self) -> list[Token]:
        found = self._until(closing=False)
        return [*found, Token("newline", "\n", self.line)]

    def _until(self, *, closing: bool) -> list[Token]:
        """Return the tokens up to the end, or up to the brace that closes a template."""
        found: list[Token] = []
        depth = 0
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "}" and closing and depth == 0:
                self.at += 1
                return found
            depth += (here == "{") - (here == "}")
            if token := self._next(here):
                found.append(token)
        if closing:
            raise HclError(self.line, "a template is not closed")
        return found

    def _next(self, here: str) -> Token | None:
        line, rest = self.line, self.text
        if here in " \t":
            self.at += 1
            return None
        if here == "\n":
            self._take(1)
            return Token("newline", "\n", line)
        if here == "#" or rest.startswith("//", self.at):
            end = rest.find("\n", self.at)
            self.at = end if end >= 0 else len(rest)
            return None
        if rest.startswith("/*", self.at):
            end = rest.find("*/", self.at + 2)
            if end < 0:
                raise HclError(line, "a comment is not closed")
            self._take(end + 2 - self.at)
            return None
        if here == '"':
            return self._string()
        if match := HEREDOC.match(rest, self.at):
            return self._heredoc(match)
        if match := WORD.match(rest, self.at):
            self.at = match.end()
            return Token("word", match.group(), line)
        self.at += 1
        return Token("mark", here, line)

    def _take(self, characters: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + characters)
        self.at += characters

    def _string(self) -> Token:
        line, start = self.line, self.at + 1
        self.at = start
        plain = True
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == '"':
                self.at += 1
                text = self.text[start : self.at - 1]
                # One that needs unescaping is not a name or a source that we know.
                return Token("text" if plain and "\\" not in text else "template", text, line)
            if here == "\n":
                break
            plain = self._skip_in_text(here) and plain
        raise HclError(line, "a string is not closed on its line")

    def _skip_in_text(self, here: str) -> bool:
        """Skip one element of a string; return whether it is plain text."""
        if here == "\\":
            match = ESCAPE.match(self.text, self.at)
            if not match:
                raise HclError(self.line, "a string holds an escape that is none")
            self.at = match.end()
            return True
        if self.text.startswith(("$${", "%%{"), self.at):
            self.at += 3
            return False
        if self.text.startswith(("${", "%{"), self.at):
            line = self.line
            self.at += 2
            self._until(closing=True)
            if self.line != line:
                raise HclError(line, "a template goes over several lines")
            return False
        self.at += 1
        return True

    def _heredoc(self, match: re.Match[str]) -> Token:
        line = self.line
        start = match.end()
        self._take(start - self.at)
        while self.at < len(self.text):
            end = self.text.find("\n", self.at)
            end = end if end >= 0 else len(self.text)
            if self.text[self.at : end].strip() == match.group(1):
                token = Token("heredoc", self.text[start : self.at], line)
                self.at = end
                return token
            while self.at < end:
                # A backslash is a backslash here.
                here = self.text[self.at]
                self.at += here == "\\"
                if here != "\\":
                    self._skip_in_text(here)
            self._take(1)
        raise HclError(line, f"the text until {match.group(1)} is not closed")


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def body(self, block: Block, *, inside: bool) -> Block:
        """Read attributes and blocks up to the closing brace, or to the end of the file."""
        while self.at < len(self.tokens):
            token = self._take()
            if token.kind == "newline":
                continue
            if token.kind == "mark" and token.text == "}" and inside:
                return block
            if token.kind != "word":
                raise HclError(token.line, f"{token.text!r} stands where a name is expected")
            if self._peek("="):
                self.at += 1
                block.attributes.append(Attribute(token.text, token.line, self._expression(inside)))
            else:
                block.blocks.append(self._block(token))
        if inside:
            raise HclError(block.line, f"{block.type} is not closed")
        return block

    def _block(self, name: Token) -> Block:
        labels: list[str] = []
        while not self._peek("{"):
            token = self._take()
            if token.kind not in ("word", "text"):
                raise HclError(token.line, f"{token.text!r} stands where a label is expected")
            labels.append(token.text)
        self.at += 1
        return self.body(Block(name.text, tuple(labels), name.line), inside=True)

    def _expression(self, inside: bool) -> tuple[Token, ...]:
        found: list[Token] = []
        open_marks: list[str] = []
        while True:
            token = self.tokens[self.at] if self.at < len(self.tokens) else None
            if token is None:
                raise HclError(found[-1].line if found else 1, "an expression is not closed")
            if not open_marks and token.kind == "newline":
                break
            if not open_marks and inside and (token.kind, token.text) == ("mark", "}"):
                break
            self.at += 1
            if token.kind == "mark":
                _balance(open_marks, token)
            if token.kind != "newline":
                found.append(token)
        return tuple(found)

    def _take(self) -> Token:
        if self.at >= len(self.tokens):
            raise HclError(self.tokens[-1].line, "the file ends in the middle of a block")
        self.at += 1
        return self.tokens[self.at - 1]

    def _peek(self, mark: str) -> bool:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        return token is not None and (token.kind, token.text) == ("mark", mark)


def _balance(open_marks: list[str], token: Token) -> None:
    if token.text in OPENING:
        open_marks.append(token.text)
    elif token.text in CLOSING and (
        not open_marks or OPENING.index(open_marks.pop()) != CLOSING.index(token.text)
    ):
        raise HclError(token.line, f"{token.text!r} closes nothing")
