"""Every mail that a name stands for can be written, and sent to the mailbox that it is for."""

from __future__ import annotations

import pytest

from rempart.formats import mail
from rempart.simulators.mailings import MAILINGS
from rempart.simulators.mails import MAILBOX
from rempart.simulators.patients import patient

DOMINIQUE, RUTH = patient("Dominique PAT-TROIS", ipp="IPP1"), patient("Ruth NESSI", ipp="IPP2")
WITHOUT_ARCHIVE = ("un PDF seul", "une lettre")
SEVERAL = ("une correction", "une suppression", "deux fois le même courriel")


@pytest.mark.parametrize("name", MAILINGS)
def test_a_mailing_is_written(name):
    sent = MAILINGS[name](DOMINIQUE, RUTH)
    assert len(sent) == (2 if name in SEVERAL else 1)
    assert {one.recipient for one in sent} == {MAILBOX}
    assert all((mail.read(one.message).archive is None) is (name in WITHOUT_ARCHIVE) for one in sent)


def test_a_correction_replaces_the_document_before_it():
    first, second = MAILINGS["une correction"](DOMINIQUE, RUTH)
    assert second.versions[0].document.replaced_id == first.versions[0].document.unique_id


def test_a_mail_comes_twice_with_one_identifier():
    first, second = MAILINGS["deux fois le même courriel"](DOMINIQUE, RUTH)
    assert first == second
