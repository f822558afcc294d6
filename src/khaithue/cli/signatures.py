"""``khaithue sign`` and ``verify``: signatures of returns and notices in files."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from khaithue.cli.answer import Answer, plain, refused, unusable
from khaithue.cli.disk import output_file, read_bytes, readable_directory, refusing_unreadable, write_whole
from khaithue.cli.inputs import moment_of
from khaithue.cli.program import argument, command, option
from khaithue.cli.voice import say
from khaithue.returns.findings import Text

if TYPE_CHECKING:
    from khaithue.cli.screen import Screen
    from khaithue.signing.certificates import Signer
    from khaithue.signing.keys import SigningKey
    from khaithue.signing.status import SignatureStatus
    from khaithue.signing.target import Target
    from khaithue.signing.trust import TrustStore

PASSWORD_VARIABLE = "KHAITHUE_P12_PASSWORD"  # noqa: S105 - the name of a variable, not a password
PROMPT = Text("Mật khẩu của khóa ký", "Password of the key")
WRITTEN = Text("Đã ký và ghi {path}", "Signed and wrote {path}")
VALID = Text("Chữ ký hợp lệ.", "The signature is valid.")
INVALID = Text("Chữ ký KHÔNG hợp lệ.", "The signature is NOT valid.")
YES, NO, UNKNOWN = Text("có", "yes"), Text("KHÔNG", "NO"), Text("chưa rõ", "not known")
NOT_ASKED = Text("chưa hỏi (thêm --mst)", "not asked (add --mst)")
FACTS = {
    "signed": Text("Có chữ ký", "Signed"),
    "profile_ok": Text("Đúng khuôn dạng", "Of the strict shape"),
    "intact": Text("Nội dung nguyên vẹn", "Content unchanged"),
    "trusted": Text("Chứng thư tin cậy", "Certificate trusted"),
    "in_validity": Text("Chứng thư còn hạn", "Certificate in validity"),
    "not_revoked": Text("Chưa bị thu hồi", "Not revoked"),
    "key_strong": Text("Khóa đủ mạnh", "Key strong enough"),
    "fit_to_sign": Text("Chứng thư được dùng để ký", "Certificate fit to sign"),
    "right_taxpayer": Text("Đúng người nộp thuế", "Right taxpayer"),
}
SIGNER = {
    "name": Text("Người ký", "Signer"),
    "mst": Text("Mã số thuế", "Tax code"),
    "cccd": Text("Số định danh", "Personal number"),
    "issuer": Text("Nơi cấp", "Issuer"),
    "serial": Text("Số chứng thư", "Serial number"),
    "not_before": Text("Hiệu lực từ", "Valid from"),
    "not_after": Text("Hiệu lực đến", "Valid to"),
}
TEXTS = {
    "algorithm": Text("Thuật toán", "Algorithm"),
    "signing_time": Text("Thời điểm ký (người ký tự ghi)", "Signing time (the signer's word)"),
    "covered_digest": Text("SHA-256 của nội dung đã ký", "SHA-256 of the signed content"),
}


@command(
    argument("source", "Tệp XML cần ký.", "The XML file to sign.", metavar="IN"),
    argument("target", "Tệp XML đã ký.", "The signed XML file to write.", metavar="OUT"),
    option(
        "--p12", "Khóa ký, tệp PKCS#12.", "The signing key, a PKCS#12 file.", metavar="KEY", required=True
    ),
    option(
        "--password-file",
        f"Tệp có mật khẩu ở dòng đầu; nếu không có thì dùng biến {PASSWORD_VARIABLE}, rồi mới hỏi.",
        f"A file with the password on its first line; without it the environment variable "
        f"{PASSWORD_VARIABLE}, then a prompt.",
        metavar="FILE",
    ),
    option("--force", "Ghi đè OUT nếu đã có.", "Overwrite OUT if it exists.", is_flag=True),
    text=Text(
        "Ký tờ khai hoặc thông báo bằng khóa PKCS#12. Mật khẩu không bao giờ là tham số.",
        "Sign a return or a notice with a PKCS#12 key. The password is never an argument.",
    ),
    answers=("`written` (the file written), `signer` (as `values.signer` of `verify`)."),
)
def sign(source: str, target: str, p12: str, password_file: str | None, force: bool) -> Answer:
    """Sign a file."""
    from khaithue.signing import sign as signing

    data, key_data = read_bytes(source), read_bytes(p12)
    place = output_file(target, [source, p12], force=force)
    moment = _now()
    key = _key(key_data, _password(password_file), moment)
    signed, findings = signing.sign(data, key, target=_target(data), at=moment)
    if signed is None:
        raise unusable(*findings)
    write_whole(place, signed)
    body = {"written": str(place), "signer": _signer_json(key.signer)}
    return Answer(body, tuple(findings), lambda screen: _show_signed(target, key.signer, screen))


@command(
    argument("file", "Tệp XML đã ký: tờ khai hoặc thông báo.", "The signed XML file: a return or a notice."),
    option(
        "--trust",
        "Thư mục chứng thư gốc và danh sách thu hồi (.pem .crt .cer .der .crl).",
        "The directory of root certificates and revocation lists (.pem .crt .cer .der .crl).",
        metavar="DIR",
        required=True,
    ),
    option(
        "--at",
        "Thời điểm xác minh (mặc định: bây giờ); với hồ sơ đã nộp là thời điểm nộp.",
        "The moment to verify at (now when not said); for a filing the moment of receipt.",
        metavar="TIME",
    ),
    option(
        "--mst",
        "Mã số thuế được phép ký; có thể ghi nhiều lần.",
        "A tax code that may sign; may be given several times.",
        multiple=True,
        metavar="MST",
    ),
    text=Text(
        "Xác minh chữ ký của tờ khai hoặc thông báo, từng sự việc một.",
        "Verify the signature of a return or a notice, one fact at a time.",
    ),
    answers=(
        f"`values`: {', '.join(f'`{name}`' for name in (*FACTS, *TEXTS))}, `valid` and `at`; facts are "
        "true, false, or null when not known or not asked; `signer` is null or has "
        f"{', '.join(f'`{name}`' for name in ('subject', *SIGNER))}."
    ),
)
def verify(file: str, trust: str, at: str | None, mst: tuple[str, ...]) -> Answer:
    """Verify a file."""
    from khaithue.signing import verify as signing
    from khaithue.signing.policy import current_policy

    data, store = read_bytes(file), _trust(trust)
    moment = moment_of(at) if at else _now()
    status = signing.verify(
        data, trust=store, at=moment, policy=current_policy(), expected_mst=mst or None, target=_target(data)
    )
    findings = (*store.findings, *status.findings)
    return Answer(
        {"values": _status_json(status, moment)}, findings, lambda screen: _show_status(status, screen)
    )


def _now() -> datetime:
    from khaithue.signing.target import VIETNAM

    return datetime.now(VIETNAM)


def _target(data: bytes) -> "Target":
    """Whether the file is a return or a notice, by its root; refused when it is not readable XML at all."""
    from lxml import etree

    from khaithue.exchange.safe_xml import parse
    from khaithue.signing.target import Target

    root, findings = parse(data)
    if root is None:
        raise unusable(*findings)
    return Target.of(etree.QName(root).localname)


def _trust(directory: str) -> "TrustStore":
    from khaithue.signing.trust import TrustStore

    with refusing_unreadable(readable_directory(directory)):
        return TrustStore.load(Path(directory))


def _key(data: bytes, password: str, at: datetime) -> "SigningKey":
    from khaithue.signing.keys import load_pkcs12
    from khaithue.signing.policy import current_policy

    key, findings = load_pkcs12(data, password, at=at, policy=current_policy())
    if key is None:
        raise unusable(*findings)
    return key


def _password(password_file: str | None) -> str:
    """The password from the file, else from the environment, else asked for at the terminal."""
    if password_file is not None:
        return _first_line(password_file)
    if (given := os.environ.get(PASSWORD_VARIABLE)) is not None:
        return given
    if not sys.stdin.isatty():
        raise refused("CLI-PASSWORD")
    asked: str = click.prompt(say(PROMPT), hide_input=True, default="", show_default=False, err=True)
    return asked


def _first_line(path: str) -> str:
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refused("CLI-PASSWORD-FILE", path=path) from error
    return text.split("\n", 1)[0].removesuffix("\r")


def _signer_json(signer: "Signer") -> dict[str, Any]:
    names = ("subject", *SIGNER)
    return {
        name: list(value) if isinstance(value := getattr(signer, name), tuple) else plain(value)
        for name in names
    }


def _status_json(status: "SignatureStatus", moment: datetime) -> dict[str, Any]:
    return {
        **{name: getattr(status, name) for name in (*FACTS, *TEXTS)},
        "valid": status.valid,
        "at": moment.isoformat(),
        "signer": _signer_json(status.signer) if status.signer else None,
    }


def _show_signed(path: str, signer: "Signer", screen: "Screen") -> None:
    screen.note(say(WRITTEN).format(path=path), "green")
    screen.facts(_signer_facts(signer))


def _show_status(status: "SignatureStatus", screen: "Screen") -> None:
    screen.note(say(VALID if status.valid else INVALID), "bold green" if status.valid else "bold red")
    answers = {True: YES, False: NO, None: UNKNOWN}
    facts = [(say(name), say(answers[getattr(status, key)])) for key, name in FACTS.items()]
    if status.intact is not None and status.right_taxpayer is None:
        facts[-1] = (say(FACTS["right_taxpayer"]), say(NOT_ASKED))
    facts += _signer_facts(status.signer) if status.signer else []
    facts += [(say(name), getattr(status, key)) for key, name in TEXTS.items() if getattr(status, key)]
    screen.facts(facts)


def _signer_facts(signer: "Signer") -> list[tuple[str, str]]:
    values = [(say(name), getattr(signer, key)) for key, name in SIGNER.items()]
    return [(name, _stated(value)) for name, value in values if value]


def _stated(value: object) -> str:
    from khaithue.signing.target import VIETNAM

    match value:
        case tuple():
            return ", ".join(value)
        case datetime():
            return f"{value.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
    return str(value)
