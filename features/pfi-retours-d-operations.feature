# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI rend compte au système émetteur
  Quand le DMP ou la messagerie ont répondu, la PFI le rapporte au logiciel qui lui avait confié le document, si
  celui-ci l'a demandé : une réponse pour le DMP, une pour chaque destinataire de la messagerie.

  Contexte:
    Étant donné un DPI qui accepte tous les messages

  @CDA/HL7.02.01
  Scénario: Le DMP accepte le document
    Étant donné un DMP ouvert pour la patiente
    Quand le DPI confie à la PFI un document pour le DMP, avec accusé
    Alors le DPI reçoit le retour du DMP
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce retour annonce un succès

  @CDA/HL7.02.01
  Scénario: Le DMP refuse le document
    Étant donné un DMP fermé pour la patiente
    Quand le DPI confie à la PFI un document pour le DMP, avec accusé
    Alors le DPI reçoit le retour du DMP
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce retour annonce l'erreur "DMP fermé"
    Mais le DPI ne reçoit aucun autre retour

  @CDA/HL7.02.01
  Scénario: Le DMP refuse ce qui est dit du document
    Étant donné un DMP qui refuse les métadonnées
    Quand le DPI confie à la PFI un document pour le DMP, avec accusé
    Alors le DPI reçoit le retour du DMP
    Et ce retour annonce l'erreur "métadonnées refusées"
    Mais le DPI ne reçoit aucun autre retour

  @CDA/HL7.02.01
  Plan du scénario: Le DMP répond aussi d'un document qui change
    Étant donné un DMP ouvert pour la patiente
    Et que le DPI confie à la PFI un document nouveau, par un message MDM
    Et que le DPI a reçu le retour du DMP
    Quand le DPI confie à la PFI <changement>, par un message MDM
    Alors le DPI reçoit le retour du DMP
    Et ce retour annonce un succès

    Exemples:
      | changement                 |
      | une nouvelle version       |
      | la suppression du document |

  @CDA/HL7.02.01
  Scénario: La messagerie répond pour chaque destinataire
    Étant donné la messagerie de la patiente fermée
    Quand le DPI confie à la PFI un document pour un professionnel et pour la patiente, avec accusé
    Alors le DPI reçoit le retour de la messagerie pour le professionnel
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce retour annonce un succès
    Et le DPI reçoit le retour de la messagerie pour la patiente
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce retour annonce l'erreur "boîte aux lettres introuvable"

  @CDA/HL7.02.01
  Plan du scénario: L'opérateur refuse définitivement le courriel
    Étant donné un opérateur qui <refus>
    Quand le DPI confie à la PFI un document pour un professionnel, avec accusé
    Alors le DPI reçoit le retour de la messagerie pour le professionnel
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"
    Et ce retour annonce l'erreur "<erreur>"
    Mais le DPI ne reçoit aucun autre retour

    Exemples:
      | refus                              | erreur                        |
      | refuse le destinataire             | boîte aux lettres introuvable |
      | refuse le courriel                 | courriel refusé               |
      | trouve le courriel trop volumineux | courriel trop volumineux      |

  @CDA/HL7.02.01
  Scénario: La lecture du courriel est rapportée
    Étant donné un professionnel qui lit ses courriels
    Quand le DPI confie à la PFI un document pour un professionnel, avec accusé de lecture
    Alors le DPI reçoit l'accusé de lecture du professionnel
    Et ce message est conforme au volet "Transmission d'un document CDA en HL7v2"

  @CDA/HL7.02.01
  Scénario: Aucun retour quand l'accusé n'est pas demandé
    Étant donné un DMP ouvert pour la patiente
    Quand le DPI confie à la PFI un document pour le DMP, sans accusé
    Alors le DMP reçoit ce document de la PFI
    Et le DPI ne reçoit aucun retour

  @CDA/HL7.02.01
  Scénario: Chaque retour désigne son propre document
    Étant donné un DMP fermé pour la patiente
    Et que le DPI confie à la PFI un document pour le DMP, avec accusé
    Et que le DPI a reçu le retour du DMP
    Quand le DMP de la patiente est rouvert
    Et que le DPI confie à la PFI un document pour le DMP, avec accusé
    Alors le DPI reçoit le retour du DMP
    Et ce retour annonce un succès
    Mais le DPI ne reçoit aucun autre retour
