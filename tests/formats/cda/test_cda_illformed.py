"""What is wrong with an XML is told in French, whatever libxml2 says."""

from __future__ import annotations

import pytest

from rempart.formats.cda.read import CdaError, parse_cda

BROKEN = {
    b"bonjour": "il ne commence pas par une balise",
    b"<a><b>": "il s'arrête avant la fin de b, ouvert ligne 1",
    b"<a>\n<b></a>": "b, ouvert ligne 2, est fermé par a",
    b"<a/><b/>": "du contenu suit la fin du document",
    b"<p:a/>": "le préfixe p n'est pas déclaré",
    b'<a q:z="1"/>': "le préfixe q n'est pas déclaré",
    b"<a>&eacute;</a>": "l'entité &eacute; n'est pas définie",
    b"<a>M & Mme</a>": "« & » s'écrit &amp;",
    b'<a x="<"/>': "« < » s'écrit &lt;",
    b"<a>1 < 2</a>": "« < » ouvre une balise sans nom",
    b'<a x="1" x="2"/>': "l'attribut x est écrit deux fois",
    b'<a xmlns:p="u" xmlns:q="u" p:z="1" q:z="2"/>': "l'attribut z est écrit deux fois",
    b"<a x/>": "l'attribut x n'a pas de valeur",
    b"<a x=1/>": "la valeur d'un attribut n'est pas entre guillemets",
    b'<a x="1"y="2"/>': "deux attributs ne sont pas séparés",
    b"<a>\x01</a>": "un caractère n'a pas sa place dans du XML (code 1)",
    b"<a>&#0;</a>": "un caractère n'a pas sa place dans du XML (code 0)",
    b"<a><!-- a -- b --></a>": "un commentaire",
    b"<a><![CDATA[ </a>": "une section CDATA",
    b"<a><?pi </a>": "une instruction de traitement",
    b"<a": "la balise a ne se ferme pas par >",
    b"<a></a": "une balise ne se ferme pas par >",
    b' <?xml version="1.0"?><a/>': "la déclaration XML n'est pas au tout début",
    b'<?xml version="1.0" ?x><a/>': "la déclaration XML est mal écrite",
}


@pytest.mark.parametrize("data", BROKEN)
def test_the_reason_is_in_french(data: bytes) -> None:
    with pytest.raises(CdaError) as lost:
        parse_cda(data)
    assert lost.value.reason.startswith(f"le XML n'est pas bien formé: {BROKEN[data]}")
    assert ", colonne " in lost.value.reason and "column" not in lost.value.reason
