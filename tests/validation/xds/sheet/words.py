"""Names of the DMP, by hand from the texts: schemes, namespaces, actions. Nothing here comes from our writers."""

from __future__ import annotations

RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
DS = "http://www.w3.org/2000/09/xmldsig#"
SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://www.w3.org/2005/08/addressing"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XOP = "http://www.w3.org/2004/08/xop/include"
NS = {
    "rim": RIM, "ds": DS, "saml": SAML, "s": SOAP, "wsa": WSA, "wsse": WSSE, "xop": XOP,
    "lcm": "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0", "rs": "urn:oasis:names:tc:ebxml-regrep:xsd:rs:3.0",
    "query": "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0", "xdsb": "urn:ihe:iti:xds-b:2007",
    "v3": "urn:hl7-org:v3",
}  # fmt: skip
SET_NODE = "urn:uuid:a54d6aa5-d40d-43f9-88c5-b4633d873bdd"
STABLE = "urn:uuid:7edca82f-054d-47f2-a032-9b2a5b5186c1"
# Schemes of classifications and of external identifiers, of the set (L) and of an entry (E).
SCHEMES = {
    "L": {
        "author": "urn:uuid:a7058bb9-b4e4-4307-ba5b-e3f0ab85e12d",
        "contentTypeCode": "urn:uuid:aa543740-bdda-424e-8c96-df4873be8500",
        "patientId": "urn:uuid:6b5aea1a-874d-4603-a4bc-96a0a7b38446",
        "sourceId": "urn:uuid:554ac39e-e3fe-47fe-b233-965d2a147832",
        "uniqueId": "urn:uuid:96fdda7c-d067-4183-912e-bf5ee74998a8",
    },
    "E": {
        "author": "urn:uuid:93606bcf-9494-43ec-9b4e-a7748d1a838d",
        "classCode": "urn:uuid:41a5887f-8865-4c09-adf7-e362475b143a",
        "typeCode": "urn:uuid:f0306f51-975f-434e-a61c-c59651d33983",
        "confidentialityCode": "urn:uuid:f4f85eac-e6cb-4883-b524-f2705394840f",
        "eventCodeList": "urn:uuid:2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4",
        "formatCode": "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d",
        "healthcareFacilityTypeCode": "urn:uuid:f33fb8ac-18af-42cc-ae0e-ed0b0bdb91e1",
        "practiceSettingCode": "urn:uuid:cccf5598-8b07-4b77-a05e-ae952c785ead",
        "patientId": "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
        "uniqueId": "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab",
    },
}
LINK = "urn:ihe:iti:2007:AssociationType:"
MEMBER = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
STATUS = "urn:ihe:iti:2010:AssociationType:UpdateAvailabilityStatus"
APPROVED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
DEPRECATED = "urn:oasis:names:tc:ebxml-regrep:StatusType:Deprecated"
ARCHIVED = "urn:asip:ci-sis:2010:StatusType:Archived"
DELETED = "urn:asip:ci-sis:2010:StatusType:Deleted"
IHE = "urn:ihe:iti:2007:"
ACTIONS = {
    "feed": f"{IHE}ProvideAndRegisterDocumentSet-b", "search": f"{IHE}RegistryStoredQuery",
    "retrieve": f"{IHE}RetrieveDocumentSet", "update": "urn:ihe:iti:2010:UpdateDocumentSet",
    "existence": "urn:hl7-org:v3:PRPA_IN201307UV02",
    "authorise": "urn:si-dmp-habilitations:HabilitationsEndPoint:setAuthorization",
    "patients": "urn:si-dmp-patients:PatientSpecificEndPoint:patientList",
    "authorised": "urn:si-dmp-habilitations:HabilitationsEndPoint:listAuthorizationByPatient",
    "people": "urn:hl7-org:v3:PRPA_IN201305UV02",
}  # fmt: skip
ANSWERS = {
    "feed": ACTIONS["feed"] + "Response", "search": ACTIONS["search"] + "Response",
    "retrieve": ACTIONS["retrieve"] + "Response", "update": ACTIONS["update"] + "-Response",
    "existence": "urn:hl7-org:v3:PRPA_IN201308UV02", "authorise": ACTIONS["authorise"] + "Response",
    "patients": ACTIONS["patients"] + "Response",
}  # fmt: skip

INS = "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH"
REPOSITORY = "1.2.250.1.213.4.1.1.1.2"
NOW = "2026-03-10T09:20:00Z"
