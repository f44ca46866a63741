"""`gradproof check` as it is typed: files, folders, standard input, claims, formats, exit codes."""

from __future__ import annotations

import json

import pytest

from tests.cli.command import runner

RIGHT = r"$$ \frac{\partial}{\partial w} \|Xw - y\|^2 = 2X^\top(Xw - y) $$"
WRONG = r"$$ \frac{\partial}{\partial w} \|Xw - y\|^2 = X^\top(Xw - y) $$"
UNREAD = r"$$ \frac{\partial}{\partial w} \|Xw - y\|^2 = \foo $$"


@pytest.fixture
def run(monkeypatch, capsys):
    return runner(monkeypatch, capsys)


@pytest.fixture
def page(tmp_path):
    def write(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_what_holds_is_fine(run, page):
    answer = run("check", page("a.md", RIGHT))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith("a.md: 1 equality: 1 proved\n")


def test_what_is_false_has_its_place_its_values_and_its_slip(run, page):
    name = page("a.md", f"Homework\n\n{WRONG}\n")
    answer = run("check", name)
    assert answer.code == 1
    first = answer.out.splitlines()[0]
    assert first == f"{name}:3:45: refuted: the factor 2 is missing: it should be 2Xᵀ(Xw − y)"
    assert "    left = [" in answer.out


def test_what_is_not_understood_is_said_and_undecided(run, page):
    answer = run("check", page("a.md", UNREAD))
    assert answer.code == 3
    assert r"\foo is not known" in answer.out


def test_strict_wants_all_understood(run, page):
    name = page("a.md", f"{RIGHT}\n\n{UNREAD}\n")
    assert run("check", name).code == 0
    assert run("check", name, "--strict").code == 3


def test_a_folder_is_read_with_all_its_files(run, page, tmp_path):
    page("a.md", RIGHT)
    page("b.tex", WRONG)
    page("c.txt", WRONG)
    answer = run("check", str(tmp_path))
    assert answer.code == 1
    assert "b.tex:1:45" in answer.out
    assert "c.txt" not in answer.out


def test_json_is_one_object_with_every_file(run, page):
    names = [page("a.md", RIGHT), page("b.md", WRONG)]
    answer = run("check", *names, "--json")
    data = json.loads(answer.out)
    assert data["schema"] == 1
    assert [file["file"] for file in data["files"]] == names
    (good,), (bad,) = (file["findings"] for file in data["files"])
    assert (good["verdict"], bad["verdict"]) == ("proved", "refuted")
    assert set(bad) >= {"line", "column", "lhs", "rhs", "diagnosis", "counterexample"}
    assert (bad["line"], bad["column"]) == (1, 45)


def test_other_formats_name_the_place(run, page):
    name = page("b.md", WRONG)
    assert run("check", name, "--format", "github").out.startswith("::error file=")
    sarif = json.loads(run("check", name, "--format", "sarif").out)
    assert sarif["runs"][0]["results"][0]["ruleId"] == "false-equality"


@pytest.mark.parametrize(
    ("claim", "code", "said"),
    [
        ("2*X'*(X*w - y)", 0, "proved"),
        ("X'*(X*w-y)", 1, "the factor 2 is missing: it should be 2Xᵀ(Xw − y)"),
        ("-2*X'*(X*w - y)", 1, "sign"),
        ("2*(X*w - y)'*X", 1, "transposed"),
    ],
)
def test_a_claim_is_judged_by_itself(run, claim, code, said):
    answer = run("check", "--claim", claim, "--of", "norm2(X*w-y)^2", "--wrt", "w")
    assert answer.code == code
    assert said in answer.out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("no-such-file.md",),
        ("--claim", "2*x"),
        ("--claim", "2*x", "--of", "norm2(x)^2"),
        ("--claim", "2*x*", "--of", "norm2(x)^2", "--wrt", "x"),
        ("--claim", "2*x", "--of", "norm2(x)^2", "--wrt", "z"),
        ("--foo", "a.md"),
        ("--format", "xml", "a.md"),
    ],
)
def test_what_cannot_be_done_is_one_screen(run, arguments):
    answer = run("check", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert len(answer.err.splitlines()) < 8


def test_bytes_that_are_no_text_are_refused(run, tmp_path):
    path = tmp_path / "a.md"
    path.write_bytes(b"\xff\xfe$$")
    answer = run("check", str(path))
    assert answer.code == 2
    assert "UTF-8" in answer.err
