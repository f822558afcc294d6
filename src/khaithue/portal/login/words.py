"""What the e-mails about log-in call things, in Vietnamese and English."""

from khaithue.returns.findings import Text

PURPOSES = {
    "login": Text("đăng nhập", "logging in"),
    "confirm": Text("xác nhận trước khi đổi thiết lập bảo mật", "confirming before security settings change"),
    "filing": Text("nộp tờ khai", "filing a return"),
    "phone": Text("đổi số điện thoại của người nộp thuế", "changing the taxpayer's telephone number"),
}
"""What a one-time code may be for."""

EVENTS = {
    "password": Text("Mật khẩu của tài khoản đã được đổi.", "The password of the account was changed."),
    "second-on": Text("Xác thực hai bước đã được bật.", "Two-step log-in was turned on."),
    "second-off": Text("Xác thực hai bước đã bị tắt.", "Two-step log-in was turned off."),
    "recovery-new": Text(
        "Đã tạo bộ mã khôi phục mới; các mã cũ hết hiệu lực.",
        "New recovery codes were made; the old are void.",
    ),
    "recovery-used": Text(
        "Một mã khôi phục vừa được dùng để đăng nhập.", "A recovery code was used to log in."
    ),
}
"""What the account's owner is told of by e-mail, so that a stranger's doing is noticed."""


PASSWORD_FAULTS = {
    "short": Text(
        "Mật khẩu cần ít nhất {shortest} ký tự. Một câu dễ nhớ với bạn là cách nhanh nhất.",
        "A password needs at least {shortest} characters. A sentence you remember is the quickest way.",
    ),
    "known": Text(
        "Mật khẩu này phổ biến hoặc dễ đoán; kẻ gian thử những mật khẩu như vậy trước tiên.",
        "This password is common or easy to guess; thieves try such passwords first.",
    ),
    "own": Text(
        "Mật khẩu này gần như chỉ gồm thông tin của bạn: tên, thư điện tử, mã số thuế hoặc tên đơn vị.",
        "This password is made of little but facts about you: name, e-mail, tax code or company.",
    ),
    "same": Text(
        "Mật khẩu mới phải khác mật khẩu đang dùng.", "The new password must differ from the present one."
    ),
    "differ": Text("Hai lần nhập mật khẩu mới không giống nhau.", "The two new passwords are not the same."),
    "long": Text("Mật khẩu dài quá 1.000 ký tự.", "The password has more than 1,000 characters."),
}
"""Why a new password is refused."""


def kind_of(purpose: str) -> str:
    """The word of a purpose before its colon."""
    return purpose.partition(":")[0]
