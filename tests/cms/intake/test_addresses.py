import pytest

from cms.intake.addresses import client_address


@pytest.mark.parametrize(("proxies", "address"), [(0, "10.0.0.1"), (1, "198.51.100.1")])
def test_the_sender_is_named_by_as_many_proxies_as_we_run(rf, settings, proxies, address):
    settings.JIANYAN_PROXY_COUNT = proxies
    request = rf.post(
        "/", REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": "6.6.6.6, 198.51.100.1"}
    )
    assert client_address(request) == address
