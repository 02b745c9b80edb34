"""Company settings and logos."""

import pytest

from contracts.profiles import EmailFlags
from customer_svc.domain import company
from customer_svc.domain.company import CompanySettings
from customer_svc.domain.logo import MOST_BYTES, UnsupportedPicture, logo
from customer_svc.tests.factories import a_company, company_body
from servicekit.errors import TooLarge

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def test_settings_that_are_not_named_stay() -> None:
    known = a_company(brand={"colour": "#123456", "email": "office@example.com"})
    changed = company.change(known, {"brand": {"email": None}, "email_defaults": {"invoices": False}})
    assert (changed.brand.colour, changed.brand.email) == ("#123456", None)
    assert changed.email_defaults == EmailFlags(invoices=False)


def test_a_region_keeps_its_id_and_one_left_out_is_removed() -> None:
    known = a_company(regions=[{"name": "North"}, {"name": "South"}])
    north = company.RegionSettings(id=known.regions[0].id, name="Far north")
    changed = company.change(known, {"regions": (north,)})
    assert [(region.id, region.name) for region in changed.regions] == [(known.regions[0].id, "Far north")]


def test_replacing_all_settings_keeps_the_logo() -> None:
    known = company.with_logo(a_company(currency="EUR"), "https://a.example/v1/logos/1")
    replaced = company.replace(known, CompanySettings.model_validate(company_body()))
    assert (replaced.currency, replaced.brand.logo_url) == ("USD", "https://a.example/v1/logos/1")


def test_the_bytes_say_what_a_picture_is() -> None:
    assert logo(PNG).media_type == "image/png"
    assert logo(b"\xff\xd8\xff\xe0").media_type == "image/jpeg"


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"GIF89a", b"RIFF....WEBP", b""])
def test_what_can_run_or_is_not_shown_by_mail_programs_is_no_logo(content: bytes) -> None:
    with pytest.raises(UnsupportedPicture):
        logo(content)


def test_a_picture_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        logo(PNG + b"\0" * MOST_BYTES)
