# language: fr
@HOP-PFI-Va2
Fonctionnalité: La PFI accuse réception à l'expéditeur du courriel
  L'expéditeur d'un courriel MSSanté peut demander à savoir si son document est entré dans le dossier du patient. La PFI
  le lui dit une fois que le DPI a répondu, avec la raison en cas de refus.

  @CDA/HL7.04.01
  Scénario: Le DPI a intégré le document
    Étant donné un DPI qui accepte tous les messages
    Quand la PFI reçoit un courriel qui apporte un document, avec demande d'accusé
    Alors la PFI envoie un accusé à l'expéditeur
    Et cet accusé est conforme au référentiel MSSanté
    Et cet accusé annonce que le document est intégré

  @CDA/HL7.04.01
  Plan du scénario: Le DPI a refusé le document
    Étant donné un DPI qui refuse les documents au motif "<motif>"
    Quand la PFI reçoit un courriel qui apporte un document, avec demande d'accusé
    Alors la PFI envoie un accusé à l'expéditeur
    Et cet accusé est conforme au référentiel MSSanté
    Et cet accusé annonce l'erreur du DPI "<motif>"

    Exemples:
      | motif           |
      | patient inconnu |
      | INS différente  |

  @CDA/HL7.04.01
  Scénario: Aucun accusé quand l'expéditeur ne l'a pas demandé
    Étant donné un DPI qui accepte tous les messages
    Quand la PFI reçoit un courriel qui apporte un document
    Alors le DPI reçoit un message MDM de publication
    Et la PFI n'envoie aucun accusé

  @CDA/HL7.04.01
  Scénario: Aucun accusé tant que le DPI n'a pas répondu
    Étant donné un DPI qui ne répond pas
    Quand la PFI reçoit un courriel qui apporte un document, avec demande d'accusé
    Alors le DPI reçoit un message MDM de publication
    Et la PFI n'envoie aucun accusé

  @MSS/va1.08.01
  Scénario: L'accusé désigne le courriel auquel il répond
    Étant donné un DPI qui accepte tous les messages
    Quand la PFI reçoit un courriel qui apporte un document, avec demande d'accusé
    Alors la PFI envoie un accusé à l'expéditeur
    Et les en-têtes de cet accusé désignent le courriel reçu
