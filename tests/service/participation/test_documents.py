"""Files that prove something: what is taken, and that nothing else gets in."""

import io
import stat
import zipfile

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from quasimarket.service.acting.refusals import Refusal
from quasimarket.service.participation import documents
from quasimarket.service.participation.scanning import EICAR, signatures
from tests.lib.participation_acts import PDF


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def word(*more):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", "<w:document/>")
        for name, content in more:
            made.writestr(name, content)
    return packed.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("content", "ending"),
    [(PDF, ".pdf"), (PNG, ".png"), (word(), ".docx")],
    ids=["pdf", "png", "word"],
)
def test_a_file_is_what_its_bytes_say(content, ending):
    assert documents.MEDIA_TYPES[documents.media_type_of(content)] == ending


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PDF + word(), "file-of-two-kinds"),
        (word(("bomb.xml", b"0" * 30_000_000)), "file-unpacks-too-large"),
        (word()[:60], "file-type"),
        (b"PK\x03\x04" + b"x" * 100, "file-type"),
        (b"GIF89a" + b"x" * 50, "file-type"),
        (b"\x7fELF" + b"x" * 50, "file-type"),
    ],
    # named, since a zip says when it was made, and every process must name tests alike
    ids=["two-kinds", "bomb", "cut-short", "no-zip", "gif", "program"],
)
def test_anything_else_is_refused(content, code):
    with pytest.raises(Refusal) as error:
        documents.media_type_of(content)

    assert error.value.unmet[0].code == code


@given(st.binary(max_size=300))
def test_any_bytes_are_judged_without_failing(content):
    try:
        found = {documents.media_type_of(content)}
    except Refusal as refusal:
        found = {one.field for one in refusal.unmet}

    assert found <= {"file", *documents.MEDIA_TYPES}


def test_bytes_are_kept_under_their_digest_for_us_alone(folder):
    digest = documents.keep(PDF)
    again = documents.keep(PDF)

    path = documents.path_of(digest)
    assert digest == again == documents.digest_of(PDF)
    assert path.is_relative_to(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert documents.read(digest) == PDF
    assert len(list(folder.rglob("*/*"))) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "Z" * 64, ""])
def test_nothing_but_a_digest_names_a_file(name):
    with pytest.raises(ValueError, match="not a digest"):
        documents.path_of(name)


def test_changed_bytes_are_not_given_out():
    digest = documents.keep(PDF)
    documents.path_of(digest).write_bytes(PDF + b"changed")

    with pytest.raises(FileNotFoundError):
        documents.read(digest)


def test_the_scanner_looks_into_a_zip():
    assert signatures(PDF) == ""
    assert signatures(EICAR) == "EICAR test file"
    assert signatures(word(("word/media/x.bin", EICAR))) == "EICAR test file"
