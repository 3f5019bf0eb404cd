# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI remet au DPI les documents reçus par MSSanté
  Un courriel MSSanté apporte une archive de documents pour un patient. La PFI l'ouvre et remet chaque document au DPI,
  avec le texte du courriel, en disant s'il est nouveau, s'il en remplace un autre ou s'il faut le supprimer.

  Contexte:
    Étant donné un DPI qui accepte tous les messages

  @CDA/HL7.03.01
  Scénario: Un document nouveau est remis au DPI
    Quand la PFI reçoit un courriel qui apporte un document
    Alors le DPI reçoit un message MDM de publication
    Et ce message est conforme au volet "Transmission au LPS"
    Et ce message porte le document du courriel
    Et ce message porte le texte du courriel

  @CDA/HL7.03.01
  Scénario: Chaque document de l'archive est remis dans son propre message
    Quand la PFI reçoit un courriel qui apporte deux documents
    Alors le DPI reçoit un message MDM de publication
    Et ce message est conforme au volet "Transmission au LPS"
    Et le DPI reçoit un message MDM de publication
    Et ce message est conforme au volet "Transmission au LPS"
    Et ce message porte un autre document que le précédent

  @CDA/HL7.03.01
  Scénario: Le remplacement d'un document est remis au DPI
    Quand la PFI reçoit un courriel qui remplace un document
    Alors le DPI reçoit un message MDM de remplacement
    Et ce message est conforme au volet "Transmission au LPS"

  @CDA/HL7.03.01
  Scénario: La suppression d'un document est remise au DPI
    Quand la PFI reçoit un courriel qui supprime un document
    Alors le DPI reçoit un message MDM de suppression
    Et ce message est conforme au volet "Transmission au LPS"

  @MSS/CONF.24.01
  Scénario: L'usager est celui que désignent les métadonnées de l'archive
    Quand la PFI reçoit un courriel qui apporte un document
    Alors le DPI reçoit un message MDM de publication
    Et ce message désigne l'usager par l'identifiant des métadonnées

  @CDA/HL7.03.01
  Scénario: Une archive qui concerne deux patients n'est pas remise
    Quand la PFI reçoit un courriel dont l'archive concerne deux patients
    Alors le DPI ne reçoit aucun message

  @MSS/UX.01.01
  Scénario: Une archive est reconnue sans que l'objet l'annonce
    Quand la PFI reçoit un courriel dont l'objet n'annonce pas l'archive
    Alors le DPI reçoit un message MDM de publication
    Et ce message porte le document du courriel

  @MSS/UX.01.01
  Scénario: Un courriel sans archive n'est pas pris pour un document
    Quand la PFI reçoit un courriel qui n'apporte qu'un PDF
    Alors le DPI ne reçoit aucun message
