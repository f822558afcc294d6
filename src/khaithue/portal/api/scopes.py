"""What a token may be made for."""

from enum import StrEnum

from khaithue.returns.findings import Text


class Scope(StrEnum):
    """One kind of request; a token has those chosen when it was made."""

    OBLIGATIONS_READ = "obligations:read"
    DRAFTS_WRITE = "drafts:write"
    CHECK = "check"
    FILINGS_READ = "filings:read"
    FILINGS_SUBMIT = "filings:submit"
    NOTICES_READ = "notices:read"
    WEBHOOKS_MANAGE = "webhooks:manage"


MEANINGS: dict[Scope, Text] = {
    Scope.OBLIGATIONS_READ: Text("Xem nghĩa vụ và hạn nộp", "See obligations and due dates"),
    Scope.DRAFTS_WRITE: Text("Lập và sửa tờ khai", "Make and change drafts"),
    Scope.CHECK: Text("Kiểm tra tờ khai", "Check returns"),
    Scope.FILINGS_READ: Text("Tra cứu tờ khai đã nộp", "Look up filings"),
    Scope.FILINGS_SUBMIT: Text("Nộp tờ khai đã ký", "File signed returns"),
    Scope.NOTICES_READ: Text("Đọc thông báo của cơ quan thuế", "Read the office's notices"),
    Scope.WEBHOOKS_MANAGE: Text("Quản lý địa chỉ nhận sự kiện", "Manage webhooks"),
}
"""What each scope lets a program do, for people."""
