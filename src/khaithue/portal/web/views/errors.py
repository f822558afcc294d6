"""Pages for what went wrong, in the same design as all others."""

import logging

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from khaithue.portal.web.request import page

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django calls with it
    """400: the browser sent something this address does not take."""
    return error(request, 400, _("Yêu cầu không đọc được"), _("Quay lại trang trước và thử lại."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django calls with it
    """403: not this user's."""
    advice = _("Tài khoản này không được khai thay người nộp thuế đó.")
    return error(request, 403, _("Bạn không có quyền xem trang này"), advice)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django calls with it
    """404: nothing here, or nothing this user may see."""
    advice = _("Địa chỉ có thể đã đổi, hoặc hồ sơ thuộc người nộp thuế khác.")
    return error(request, 404, _("Không tìm thấy trang này"), advice)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault."""
    advice = _("Số liệu đã lưu vẫn còn nguyên. Thử lại sau ít phút; tờ khai chỉ đã nộp khi có mã giao dịch.")
    return error(request, 500, _("Hệ thống gặp lỗi"), advice)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token is missing or old."""
    logger.warning("csrf: %s", reason)
    advice = _("Trang đã mở quá lâu, hoặc trình duyệt chặn cookie. Tải lại trang rồi gửi lại.")
    return error(request, 403, _("Phiên làm việc của trang đã hết hạn"), advice)


def error(request: HttpRequest, status: int, heading: str, advice: str) -> HttpResponse:
    """One page of what went wrong and what to do."""
    context = {"status": status, "heading": heading, "advice": advice}
    return page(request, "web/error.html", context, status=status)
