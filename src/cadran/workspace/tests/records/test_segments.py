"""Lists kept under a name: one's own, found anew each time."""

from cadran.crm.save import change
from cadran.workspace.models import Segment
from cadran.workspace.tests.records.conftest import BY, Browser, Company
from cadran.workspace.tests.records.test_lists import names


def test_a_list_is_kept_under_a_name_and_found_anew_each_time(alice: Browser, company: Company) -> None:
    page = alice.post("/deals/keep?state=open&sort=-amount", {"name": " Big  ones "})
    assert "“Big ones” is kept." in page
    assert 'href="/deals?state=open&sort=-amount"' in alice.get("/deals")
    assert names(alice.get("/deals?state=open&sort=-amount")) == ["Tower", "Gate"]
    change(company["Gate"], {"stage": company["Lost"]}, by=BY)
    assert names(alice.get("/deals?state=open&sort=-amount")) == ["Tower"]


def test_a_segment_of_the_same_name_is_replaced(alice: Browser) -> None:
    alice.post("/deals/keep?state=open", {"name": "Mine"})
    alice.post("/deals/keep?state=won", {"name": "Mine"})
    assert [segment.query for segment in Segment.objects.all()] == ["?state=won"]


def test_segments_are_ones_own(alice: Browser, bob: Browser, charlie: Browser, company: Company) -> None:
    alice.post("/deals/keep?state=open", {"name": "Secret plan"})
    segment = Segment.objects.get()
    assert "Secret plan" not in bob.get("/deals?state=open")
    bob.post(f"/segments/{segment.pk}/forget", status=404)
    assert charlie.client.post("/deals/keep", {"name": "x"}).headers["location"].startswith("/account/login/")
    assert Segment.objects.count() == 1


def test_a_segment_is_let_go(alice: Browser) -> None:
    alice.post("/deals/keep?state=open", {"name": "Passing"})
    page = alice.post(f"/segments/{Segment.objects.get().pk}/forget")
    assert "“Passing” is no longer kept." in page
    assert not Segment.objects.exists()


def test_a_segment_let_go_twice_leads_back_to_its_list(alice: Browser) -> None:
    alice.post("/deals/keep?state=open", {"name": "Passing"})
    pk = Segment.objects.get().pk
    assert 'name="of" value="deals"' in alice.get("/deals?state=open")
    for _again in range(2):
        assert "Tower" in alice.post(f"/segments/{pk}/forget", {"of": "deals"})


def test_a_segment_needs_a_name_and_an_address_that_a_list_can_show(alice: Browser) -> None:
    assert "Give the segment a name." in alice.post("/deals/keep?state=open", {"name": "  "})
    alice.post("/deals/keep?sort=owner__password", {"name": "Odd"}, status=400)
    alice.post(f"/deals/keep?channel={'x' * 5000}", {"name": "Long"}, status=400)
    assert not Segment.objects.exists()
